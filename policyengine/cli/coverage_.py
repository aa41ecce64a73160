"""`policyengine coverage`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from msgspec.structs import replace

from policyengine.analysis.coverage import CoverageReason, CoverageSource, ResourceCoverage
from policyengine.analysis.findings import Gate, faults_of, settle
from policyengine.aws.organization import Organization
from policyengine.aws.resources import ResourceInventory
from policyengine.aws.resources.gathering import unknown_accounts
from policyengine.base import page_url
from policyengine.base.diagnostics import Diagnostic, Outcome
from policyengine.base.errors import UsageError
from policyengine.base.text import suggestion
from policyengine.cli.gate import check_resources
from policyengine.cli.options import (
    AtOption,
    CheckFormat,
    Color,
    ColorOption,
    CoverageFormat,
    DirArgument,
    DirOption,
    InventoryOption,
    OnlyProjectOption,
    OutputOption,
    QuietOption,
    SnapshotOption,
    limit_of,
    load_inputs,
    moment,
    require_snapshot,
)
from policyengine.cli.output import CLEAN, COULD_NOT_JUDGE, FAILED, Output, progress, rendered
from policyengine.engine import Evaluation, evaluate
from policyengine.inventory import judged_inventory
from policyengine.project import Project
from policyengine.report import could_not_judge
from policyengine.report.check import CheckResult
from policyengine.report.coverage import CoverageReport, CoverageVerdict
from policyengine.report.json_output import stamp
from policyengine.report.terminal_findings import findings_page


class GroupBy(StrEnum):
    """The question by which groups are gathered."""

    ACCOUNT = "account"
    UNIT = "unit"
    TYPE = "type"
    REASON = "reason"


_LISTS = ("json", "csv", "parquet")
_EXITS: dict[CoverageVerdict, int] = {"pass": CLEAN, "fail": FAILED, "undecided": COULD_NOT_JUDGE}


ByOption = Annotated[GroupBy, typer.Option("--by", help="What groups are gathered by.")]
UnprotectedOption = Annotated[
    bool, typer.Option("--unprotected", help="Leave out what is protected or cannot be decided.")
]
ReasonOption = Annotated[
    str | None, typer.Option("--reason", metavar="REASON", help="Only this reason.", show_default=False)
]
ListOption = Annotated[
    Path | None,
    typer.Option("--list", metavar="FILE", help="Write every resource: .json, .csv, .parquet.", show_default=False),
]
MaxUnprotectedOption = Annotated[
    str | None,
    typer.Option(
        "--max-unprotected",
        metavar="N|P%",
        help="Exit 1 where more are unprotected; P% is a share of what is decided. Exit 2 where nothing is decided.",
        show_default=False,
    ),
]
EngineOption = Annotated[
    str,
    typer.Option(
        "--engine",
        metavar="ENGINE",
        help="What judges resources: auto, python, duckdb; a warehouse by its spark, athena or trino address.",
    ),
]
CoverageFormatOption = Annotated[
    CoverageFormat, typer.Option("--format", help="Output for people, or for other systems.")
]


def coverage_(  # noqa: PLR0913 - the options of interface.md section 3
    directory: DirArgument = None,
    *,
    inventory: InventoryOption = None,
    by: ByOption = GroupBy.REASON,
    unprotected: UnprotectedOption = False,
    reason: ReasonOption = None,
    list_: ListOption = None,
    max_unprotected: MaxUnprotectedOption = None,
    engine: EngineOption = "auto",
    option: DirOption = None,
    snapshot: SnapshotOption = None,
    only_project: OnlyProjectOption = False,
    at: AtOption = None,
    form: CoverageFormatOption = CoverageFormat.TERMINAL,
    output: OutputOption = None,
    quiet: QuietOption = False,
    color: ColorOption = Color.AUTO,
) -> int:
    """Which resources a plan protects, and why none protects the others.

    Exit 1 where a requirement on resources, or the limit, does not hold.
    """
    to, when = Output(form, output, quiet, color), moment(at)
    wanted, limit = _reason(reason), limit_of("--max-unprotected", max_unprotected)
    _check_list(list_)
    with progress("judging resources", quiet=quiet):
        project = load_inputs(directory, option, snapshot)
        read = _inventory(project, inventory, engine, when)
        evaluation = _evaluate(project, read.value, when, only_project=only_project)
        judged, organization = evaluation.coverage, evaluation.organization
        if judged is None or organization is None or evaluation.left_out:
            to.write(_refused(faults_of(evaluation.diagnostics), to, when))
            return COULD_NOT_JUDGE
        covered = replace(
            _covered(project, evaluation, judged, organization, when, snapshot, read.diagnostics),
            by=by.value,
            unprotected=unprotected,
            reason=wanted,
            limit=limit,
        )
        if list_:
            _write_list(list_, judged, unprotected=unprotected, reason=wanted)
        text = rendered(covered, form, to)
    to.write(text)
    return _EXITS[covered.verdict]


def _inventory(
    project: Project, given: Sequence[Path] | None, engine: str, at: datetime
) -> Outcome[ResourceInventory] | Outcome[CoverageSource]:
    """The inventory. Raises `UsageError` where nobody names one."""
    require_snapshot(project)
    read = judged_inventory(project, given or (), engine, at=at)
    if read is None:
        raise UsageError(
            "no inventory of resources; pass --inventory FILE, or name its files under [inventory] in policyengine.toml"
            f" ({page_url('coverage.md')} shows how to get one)"
        )
    return read


def _evaluate(
    project: Project, inventory: ResourceInventory | CoverageSource, at: datetime, *, only_project: bool
) -> Evaluation:
    return evaluate(
        project.sources,
        project.snapshot,
        at=at,
        partition=project.configuration.partition,
        only_project=only_project,
        inventory=inventory,
    )


def _covered(  # noqa: PLR0913, PLR0917 - what a report rests on
    project: Project,
    evaluation: Evaluation,
    coverage: ResourceCoverage,
    organization: Organization,
    at: datetime,
    snapshot: Path | None,
    of_inventory: Sequence[Diagnostic],
) -> CoverageReport:
    result = coverage.result()
    members = {account.id for account in organization.accounts}
    resources: Counter[str | None] = Counter()
    for cell in result.cells:
        resources[cell.account] += cell.resources
    known = [account for account in members if account]
    findings = (*of_inventory, *unknown_accounts(resources, known, organization.inactive))
    unknown = {account: number for account, number in resources.items() if account and account not in members}
    check = check_resources(project, evaluation, at, snapshot, findings)
    partition = project.configuration.partition
    return CoverageReport(result, check, organization, unknown_accounts=unknown, partition=partition)


def _refused(findings: Sequence[Diagnostic], to: Output, at: datetime) -> str | Iterator[str]:
    """The output without coverage: the faults, or the policies that AWS would refuse."""
    if to.format == CoverageFormat.JSON:
        from policyengine.report.coverage.as_json import SCHEMA

        return could_not_judge.as_json(SCHEMA, stamp(at), "groups", findings)
    if to.format != CoverageFormat.TERMINAL:
        return _as_check(findings, to, at)
    page = findings_page(findings, color=to.colored, width=to.width)
    return page.text()


def _as_check(findings: Sequence[Diagnostic], to: Output, at: datetime) -> str | Iterator[str]:
    """Findings as `check` writes them in a format."""
    from policyengine.report import html

    result = CheckResult(settle(findings, Gate()), at, accounts=0, policies=0, names=None)
    form = CheckFormat[to.format.name]
    if form is CheckFormat.HTML:
        return html.render(html.check_page(result, html.Results()))
    return rendered(result, form, to)


def _reason(text: str | None) -> CoverageReason | None:
    if text is None:
        return None
    names = [reason.value for reason in CoverageReason]
    if text not in names:
        advice = suggestion(text, names) or f"the reasons are {', '.join(names)}"
        raise UsageError(f"--reason {text}: no such reason; {advice}")
    return CoverageReason(text)


def _check_list(file: Path | None) -> None:
    if file is not None and file.suffix.removeprefix(".").lower() not in _LISTS:
        raise UsageError(f"--list {file}: expected a name that ends in .json, .csv or .parquet")


def _write_list(file: Path, coverage: ResourceCoverage, *, unprotected: bool, reason: CoverageReason | None) -> None:
    """Writes every resource, or those that are asked for, whole or not at all."""
    from policyengine.files import write_whole
    from policyengine.report.coverage import listing

    chosen = (
        resource
        for resource in coverage.resources()
        if (reason is None or resource.reason is reason) and not (unprotected and resource.protected is not False)
    )
    kind = file.suffix.lower()
    if kind == ".parquet":
        from policyengine.inventory.parquet_list import write_parquet

        write_parquet(file, listing.as_json_lines(chosen))
    else:
        write_whole(file, listing.as_csv(chosen) if kind == ".csv" else listing.as_json(chosen))
