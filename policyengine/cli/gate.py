"""The gate that a project's configuration asks for, and its baseline file, which `check --update-baseline` writes.

Commands about resources have a gate of their own: the requirements that ask for resources, and nothing else.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer
from msgspec.structs import replace

from policyengine.analysis.checks import PEER_ORDER_UNKNOWN
from policyengine.analysis.checks.snapshot_rules import NO_ACCOUNTS
from policyengine.analysis.findings import Gate, Verdict, levels_by_check, not_to_accept, settle
from policyengine.analysis.findings.baseline import Baseline, read_baseline
from policyengine.analysis.findings.configuration import Configuration
from policyengine.analysis.requirements import asks_for_resources
from policyengine.analysis.requirements.requirement_rules import REQUIREMENT_UNDECIDED
from policyengine.base import page_url
from policyengine.base.diagnostics import Diagnostic, Outcome, Severity
from policyengine.base.errors import ConfigurationError, UsageError
from policyengine.base.source import Source
from policyengine.base.text import quoted
from policyengine.checkout import find_top, name_below, prefix_of, require_inside
from policyengine.cli.options import require_snapshot
from policyengine.cli.output import note
from policyengine.engine import Evaluation, verdict_of
from policyengine.files import write_whole
from policyengine.project import BASELINE, CONFIGURATION, Files, Folder, Project, read_source
from policyengine.report.account_names import AccountNames
from policyengine.report.baseline import render
from policyengine.report.check import CheckResult
from policyengine.report.shown_text import count

if TYPE_CHECKING:
    from policyengine.aws.organization import Organization
    from policyengine.aws.resources import ResourceInventory

_MARK = "policyengine/baseline/"


def gate_of(configuration: Configuration, *, strict: bool) -> Gate:
    """When a run fails, and how bad each check is; `strict` where what cannot be decided is an error.

    Whatever the project says of its level, an undecided requirement is then no pass (language.md 5.2), nor is a project
    without accounts.
    """
    levels = levels_by_check(configuration.checks)
    if strict:
        always = (REQUIREMENT_UNDECIDED, NO_ACCOUNTS)
        levels = {PEER_ORDER_UNKNOWN.name: "error", **levels} | {rule.name: "error" for rule in always}
    chosen = {name: None if level == "off" else Severity(level) for name, level in levels.items()}
    return Gate(Severity(configuration.fail_on), chosen, strict, configuration.unknown)


def stored_baseline(project: Project, files: Files | None = None) -> Baseline | None:
    """The baseline that a project names, None where it names none; `files` are the project's, if not on disk.

    Raises `ConfigurationError` where it is missing or faulty, `UnreadableError` where it cannot be read.
    """
    name = project.configuration.baseline
    if name is None:
        return None
    files = files or Folder(project.root)
    if not files.has(name):
        advice = "`policyengine check --update-baseline` writes it"
        raise ConfigurationError(f"{CONFIGURATION}: gate.baseline: there is no file {quoted(name)}; {advice}")
    try:
        return read_baseline(files.source(name, BASELINE))
    except ConfigurationError as error:
        advice = "`policyengine check --update-baseline` writes it anew"
        raise ConfigurationError(f"{error}\n{name}: {advice}") from error


def require_whole(project: Project, accounts: list[str] | None, left_out: Collection[str]) -> None:
    """Raises `UsageError` where `--update-baseline` would know of no file, or not all that belongs into it."""
    if left_out:
        advice = "leave out --select and --ignore"
        raise UsageError(f"--update-baseline: a baseline holds the findings of all checks; {advice}")
    if accounts:
        raise UsageError("--update-baseline: a baseline holds the findings of all accounts; leave out --account")
    if project.configuration.baseline is None:
        advice = f'add `baseline = "baseline.json"` under `[gate]` in {CONFIGURATION}'
        raise UsageError(f"--update-baseline: the project names no baseline; {advice}")
    require_snapshot(project)


def written_baseline(project: Project, verdict: Verdict) -> Baseline:
    """Writes the baseline that accepts what counts in a verdict, and reads it back; says what it leaves out.

    Raises `UsageError` where the file is no baseline, `UnreadableError` where it cannot be written.
    """
    name = project.configuration.baseline or ""
    file = project.root / name
    require_inside(file, project.root)
    if (
        os.path.lexists(file)
        and (there := read_source(file, BASELINE, project.root).text).strip()
        and _MARK not in there
    ):
        raise UsageError(f"{name}: this is no baseline, and it is not overwritten; name another file in gate.baseline")
    text = render(verdict)
    write_whole(file, [text])
    if left_out := not_to_accept(verdict):
        left = f"{count(left_out, 'finding')} left out that cannot be accepted ({page_url('language.md')}, section 6)"
        note(f"{name}: {left}")
    return read_baseline(Source(name, text))


def placed(result: CheckResult, project: Project, given: Path | None) -> CheckResult:
    """The result with the names that the git repository has for the project's folder and its snapshot."""
    top = find_top(project.root)
    snapshot = given or (project.root / project.snapshot.name if project.snapshot else None)
    return replace(result, prefix=prefix_of(project.root), snapshot=name_below(snapshot, top) if snapshot else "")


def check_resources(
    project: Project,
    evaluation: Evaluation,
    at: datetime,
    snapshot: Path | None,
    of_inventory: Iterable[Diagnostic] = (),
) -> CheckResult:
    """The verdict on the requirements that ask for resources, of an evaluation with an inventory.

    `of_inventory` are findings on the inventory itself, which count as the project's configuration has it.
    """
    requirements = evaluation.judgement.requirements if evaluation.judgement else ()
    asking = [requirement.name for requirement in requirements if asks_for_resources(requirement)]
    of_resources = tuple(finding for finding in evaluation.diagnostics if finding.requirement in asking)
    alone = replace(evaluation, diagnostics=(*of_inventory, *of_resources), missing_facts=())
    gate = gate_of(project.configuration, strict=project.configuration.strict)
    verdict = verdict_of(alone, gate, at=at, baseline=stored_baseline(project), complete=False)
    organization = evaluation.organization
    result = CheckResult(
        verdict,
        at,
        accounts=len(organization.accounts) if organization else 0,
        policies=len(organization.policies) if organization else 0,
        names=AccountNames(organization) if organization else None,
        baseline=project.configuration.baseline or "",
        gate=gate,
        demanded=tuple(asking),
    )
    return placed(result, project, snapshot)


def inventory_findings(
    inventory: Outcome[ResourceInventory], organization: Organization | None
) -> tuple[Diagnostic, ...]:
    """The findings on an inventory itself: those of its lists, and the accounts that an organization lacks."""
    from policyengine.aws.resources.gathering import unknown_accounts

    if organization is None:
        return inventory.diagnostics
    accounts = [account.id or "" for account in organization.accounts]
    unlisted = unknown_accounts(inventory.value.by_account, accounts, organization.inactive)
    return (*inventory.diagnostics, *unlisted)


def inventory_verdict(findings: Iterable[Diagnostic], gate: Gate, *, quiet: bool) -> Verdict:
    """The verdict on an inventory itself, as `[checks]` and `[gate]` have it; the findings go to standard error.

    `check` and `coverage` settle them among their own in the same way. None can be waived or accepted.
    """
    verdict = settle(findings, gate)
    for finding in () if quiet else verdict.standing:
        typer.echo(f"policyengine: {finding.severity.value}: {finding.message} ({finding.name})", err=True)
    return verdict
