"""The commands by what people want of them: where each is written, and what help says of it.

Listing them imports none: a command's module is imported when the command is called.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from policyengine.base import page_url

_GROUPS = ("write", "understand", "gate", "roll out", "resources")
_NEW = "policyengine init shop"
_DOCUMENTS = "policyengine compile shop --out documents"


class Entry(NamedTuple):
    """A command: its group, the function in a module of `policyengine.cli`, a line on what it does, its page.

    `example` are lines for a shell that work in an empty folder, one after the other.
    """

    group: str
    module: str
    function: str
    summary: str
    page: str
    example: tuple[str, ...]


COMMANDS = {
    "init": Entry("write", "init", "init", "Write a small working project with comments.", "language.md", (_NEW,)),
    "fmt": Entry(
        "write",
        "fmt",
        "fmt",
        "Give policy files their canonical layout; comments are kept.",
        "language.md",
        (_NEW, "policyengine fmt --check shop"),
    ),
    "compile": Entry(
        "write",
        "compile_",
        "compile_",
        "Make the JSON documents that AWS takes.",
        "language.md",
        (_NEW, _DOCUMENTS),
    ),
    "import": Entry(
        "write",
        "import_",
        "import_",
        "Turn JSON documents of AWS into the language.",
        "interface.md",
        (_NEW, _DOCUMENTS, "policyengine import documents/baseline.json"),
    ),
    "show": Entry(
        "understand",
        "show",
        "show",
        "Show the organization with attachments and plans.",
        "snapshot.md",
        (_NEW, "policyengine show shop"),
    ),
    "effective": Entry(
        "understand",
        "effective",
        "effective",
        "Compute the effective policy of accounts.",
        "semantics.md",
        (_NEW, "policyengine effective -C shop shop"),
    ),
    "explain": Entry(
        "understand",
        "explain",
        "explain",
        "Tell where each value of an account comes from, and what lost.",
        "semantics.md",
        (_NEW, "policyengine explain -C shop shop plans/daily/rules/nightly"),
    ),
    "schedule": Entry(
        "understand",
        "schedule",
        "schedule",
        "List the backups to come of an account, and the longest gap.",
        "schedule.md",
        (_NEW, "policyengine schedule -C shop shop --days 7"),
    ),
    "check": Entry(
        "gate",
        "check",
        "check",
        "Check a project: the gate for CI.",
        "reports.md",
        (_NEW, "policyengine check shop"),
    ),
    "test": Entry(
        "gate",
        "test",
        "test",
        "Run the tests of a project.",
        "language.md",
        (_NEW, "policyengine test shop --coverage"),
    ),
    "prove": Entry(
        "gate",
        "prove",
        "prove",
        "Find out whether a policy further down can break a requirement.",
        "prove.md",
        (_NEW, """echo 'use pack "cis-controls-11"' > shop/packs.bpol""", "policyengine prove shop"),
    ),
    "validate": Entry(
        "gate",
        "validate",
        "validate",
        "Judge JSON documents as AWS would when they are saved.",
        "interface.md",
        (_NEW, _DOCUMENTS, "policyengine validate documents/baseline.json"),
    ),
    "diff": Entry(
        "roll out",
        "diff",
        "diff",
        "Tell what a change does to every account.",
        "diff.md",
        (
            "policyengine init before",
            "policyengine init after",
            "policyengine diff ./before ./after --fail-on lost,weakened",
        ),
    ),
    "pull": Entry(
        "roll out",
        "pull",
        "pull",
        "Write the snapshot of the organization as AWS has it.",
        "pull.md",
        ("policyengine pull --help",),
    ),
    "alarms": Entry(
        "resources",
        "alarms",
        "alarms",
        "Write alarms for the vaults that plans use.",
        "alarms.md",
        (_NEW, "policyengine alarms shop --out alarms"),
    ),
    "controls": Entry(
        "resources",
        "controls",
        "controls",
        "Decide the controls of Audit Manager and AWS Config.",
        "controls.md",
        (_NEW, "policyengine controls shop"),
    ),
    "cost": Entry(
        "resources",
        "cost",
        "cost",
        "Estimate what backups keep and cost, by prices of yours.",
        "cost.md",
        (
            _NEW,
            "echo 'types: {EBS: {daily_change: 2%}}' > usage.yaml",
            """echo 'totals: [{type: EBS, size_gb: 500, unit: "",' >> usage.yaml""",
            "echo '  region: eu-west-1}]' >> usage.yaml",
            "policyengine cost shop --usage usage.yaml",
        ),
    ),
    "export": Entry(
        "roll out",
        "export_",
        "export",
        "Write what Terraform, CloudFormation or AWS Backup take.",
        "export.md",
        (_NEW, "policyengine export terraform shop --out infrastructure"),
    ),
    "drift": Entry(
        "roll out",
        "drift",
        "drift",
        "Tell what AWS has or publishes that the project does not say.",
        "drift.md",
        ("policyengine drift --help",),
    ),
    "iam": Entry(
        "roll out",
        "iam",
        "iam",
        "Print the IAM policies that the commands with network need.",
        "iam.md",
        ("policyengine iam read",),
    ),
    "coverage": Entry(
        "resources",
        "coverage_",
        "coverage_",
        "Tell which resources a plan protects, and why not the others.",
        "coverage.md",
        (
            _NEW,
            "echo arn,tag:backup > inventory.csv",
            "echo arn:aws:rds:eu-west-1:222222222222:db:orders,Daily >> inventory.csv",
            "policyengine coverage shop --inventory inventory.csv",
        ),
    ),
    "restore-tests": Entry(
        "resources",
        "restore_tests",
        "restore_tests",
        "Tell which resources no restore test reaches, and why.",
        "restore-tests.md",
        (_NEW, "policyengine restore-tests shop"),
    ),
    "rules": Entry(
        "gate",
        "reference",
        "rules",
        "Print the catalogue of findings and packs, or the page of one.",
        "rules/index.md",
        ("policyengine rules operator-blocked",),
    ),
    "schema": Entry(
        "write",
        "reference",
        "schema",
        "Print the JSON Schema of an input or output.",
        "interface.md",
        ("policyengine schema snapshot",),
    ),
    "completion": Entry(
        "write",
        "completion",
        "completion",
        "Print the script by which a shell completes commands.",
        "install.md#completion",
        ('eval "$(policyengine completion bash)"',),
    ),
}


def overview(version: str) -> str:
    """The text of `--help`: every command with a line on what it does, by groups."""
    return "\n".join(
        (
            "Usage: policyengine [OPTIONS] COMMAND [ARGS]...",
            "       bpol [OPTIONS] COMMAND [ARGS]...",
            "",
            f"  Policy as code for AWS Organizations backup policies, version {version}.",
            *_listing(),
            "",
            "Options:",
            "  -V, --version  Print the version and exit.",
            "  -h, --help     Show this message and exit; after a command, that command's.",
            "",
            "Example:",
            *(f"  {line}" for line in COMMANDS["check"].example),
            "",
            f"Documentation: {page_url('index.md')}",
            "",
        )
    )


def _listing() -> Iterator[str]:
    wide = max(map(len, COMMANDS)) + 2
    for group in _GROUPS:
        yield from ("", f"{group.capitalize()}:")
        for name, entry in COMMANDS.items():
            if entry.group == group:
                yield f"  {name:<{wide}}{entry.summary}"


def epilog(name: str) -> str:
    """The text below a command's options: an example that works as it is printed, and the page with more."""
    entry = COMMANDS[name]
    verbatim = "\b"  # for click: the lines of this paragraph stay as they are
    return "\n".join(
        (verbatim, "Example:", *(f"  {line}" for line in entry.example), "", f"More: {page_url(entry.page)}")
    )
