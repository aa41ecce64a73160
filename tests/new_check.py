"""Begins a check: `python -m tests.new_check vault-too-full --family environment` writes its file, its page and its cases.

What it writes works: the check finds rules called `example`, the page and the cases show that, and the tests of rules
fail only because the page still has `TODO` in it. Fill in from there.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from pathlib import Path

from policyengine.analysis.findings.registry import RULES
from policyengine.base.rules import Family

ROOT = Path(__file__).parents[1]
FAMILIES = (Family.MERGING, Family.EFFECTIVE, Family.AWS_BACKUP, Family.ENVIRONMENT)
CHECK = '''\
from __future__ import annotations

from collections.abc import Iterator

from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.reporting import finding
from policyengine.base.diagnostics import Diagnostic, Harm, Severity
from policyengine.base.rules import Rule
from policyengine.base.text import quoted

RULE = Rule("{code}", "{name}", Severity.WARNING, harm=Harm.NOTHING)


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per rule."""
    for plan in facts.plans:
        for rule in plan.rules:
            if rule.name == "example":
                yield finding(
                    RULE,
                    facts,
                    plan,
                    rule.path,
                    message=f"rule {{quoted(rule.name)}} is an example",
                    advice="give it a name that says what it is for",
                )
'''
PAGE = """\
# {code} {name} (warning)

TODO: what it finds, as one sentence without a full stop

## Why is this bad?

TODO: what happens to the backups, with AWS's words and figures; what the check counts, and where it stays silent.

## Example

{bad}
## Use instead

{good}
## Source

- <https://docs.aws.amazon.com/aws-backup/latest/devguide/plan-options-and-configuration.html>
- [docs/facts.md](../facts.md) 1.6
"""
FILE = "`{name}`:\n\n```{language}\n{text}```\n"
TREE = """\
version: 1
root:
  name: Root
  units:
    - name: Prod
      accounts: [{id: "111111111111", name: shop}]
"""
POLICY = """\
policy baseline {{
  plan daily {{
    regions = [eu-west-1]
    rule {rule} {{
      schedule = daily at 05:00{mark}
      vault = "Main"
      retain = {days} days
    }}
    tag selection all {{ role = "Backup"  key = "backup"  values = ["yes"] }}
  }}
}}
attach baseline to root
"""


def main(arguments: list[str] | None = None) -> int:
    """Writes the files and says which; 2 where the name cannot be that of a check."""
    parser = argparse.ArgumentParser(prog="python -m tests.new_check", description="Begins a check.")
    parser.add_argument("name", help="what is wrong, never the cure, as in `allow ...`: vault-too-full")
    parser.add_argument(
        "--family",
        choices=[str(family) for family in FAMILIES],
        default=str(Family.AWS_BACKUP),
        help="default: %(default)s",
    )
    asked = parser.parse_args(arguments)
    if fault := fault_of(asked.name):
        sys.stderr.write(f"{asked.name}: {fault}\n")
        return 2
    for file, text in files_of(asked.name, Family(asked.family)).items():
        (ROOT / file).parent.mkdir(parents=True, exist_ok=True)
        (ROOT / file).write_text(text, encoding="utf-8")
        sys.stdout.write(f"wrote {file}\n")
    # A process of its own, which sees the new check.
    subprocess.run([sys.executable, "-m", "policyengine", "rules", "--out", "docs/rules"], cwd=ROOT, check=True)
    sys.stdout.write(
        f"listed it in docs/rules/index.md\ntry it: pytest tests/base -k {asked.name}\n"
        "what is missing: pytest tests/base tests/analysis/checks\n"
    )
    return 0


def fault_of(name: str) -> str:
    """Why a check cannot have this name; empty where it can."""
    if not re.fullmatch(r"[a-z]+(-[a-z0-9]+)+", name):
        return "a name is lower-case words with hyphens between them"
    return "there is a rule of this name" if name in {rule.name for rule in RULES} else ""


def files_of(name: str, family: Family) -> dict[str, str]:
    """What a new check consists of, path to text. Its code follows the last of its family: none is used again."""
    last = max(rule.code for rule in RULES if rule.family is family)
    code = f"PE{int(last.removeprefix('PE')) + 1}"
    module = f"{family}/{name}".replace("-", "_")
    bad, good = (_example(POLICY.format(rule=rule, mark="", days=35)) for rule in ("example", "nightly"))
    fail = POLICY.format(rule="example", mark=f"  # expect: {name}", days=7)
    return {
        f"policyengine/analysis/checks/{module}.py": CHECK.format(code=code, name=name),
        f"docs/rules/{name}.md": PAGE.format(code=code, name=name, bad=bad, good=good),
        f"tests/cases/{name}/fail-example.bpol": fail,
        f"tests/cases/{name}/pass-another-name.bpol": POLICY.format(rule="examples", mark="", days=7),
    }


def _example(policy: str) -> str:
    return "\n".join(
        FILE.format(name=name, language=name.rpartition(".")[2], text=text)
        for name, text in {"organization.yaml": TREE, "policy.bpol": policy}.items()
    )


if __name__ == "__main__":
    sys.exit(main())
