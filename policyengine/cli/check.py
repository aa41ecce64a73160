"""`policyengine check`."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from msgspec.structs import replace

from policyengine.analysis.findings import Gate, Verdict, left_out
from policyengine.analysis.findings.baseline import Baseline
from policyengine.analysis.requirements import asks_for_resources
from policyengine.aws.organization import find_accounts
from policyengine.aws.resources import ResourceInventory
from policyengine.base import page_url
from policyengine.base.diagnostics import Diagnostic, Outcome
from policyengine.base.errors import UsageError
from policyengine.base.records import Record
from policyengine.cli.fixing import Repair, repair, repair_text, write_repair
from policyengine.cli.gate import (
    gate_of,
    inventory_findings,
    placed,
    require_whole,
    stored_baseline,
    written_baseline,
)
from policyengine.cli.options import (
    AtOption,
    CheckFormat,
    CheckFormatOption,
    Color,
    ColorOption,
    DirArgument,
    DirOption,
    InventoryOption,
    OnlyProjectOption,
    OutputOption,
    QuietOption,
    SnapshotOption,
    load_inputs,
    moment,
    require_snapshot,
)
from policyengine.cli.output import CLEAN, FAILED, Output, progress, rendered
from policyengine.engine import Evaluation, evaluate, verdict_of
from policyengine.project import Project
from policyengine.report.account_names import AccountNames
from policyengine.report.check import CheckResult
from policyengine.session import Session
from policyengine.stages import PURE, Stages

AccountsOption = Annotated[
    list[str] | None,
    typer.Option("--account", metavar="ACCOUNT", help="Only what concerns these accounts.", show_default=False),
]
SelectOption = Annotated[
    list[str] | None,
    typer.Option("--select", metavar="CHECK", help="Only these checks: name, code, family.", show_default=False),
]
IgnoreOption = Annotated[
    list[str] | None,
    typer.Option("--ignore", metavar="CHECK", help="All but these checks.", show_default=False),
]
StrictOption = Annotated[bool, typer.Option("--strict", help="What cannot be decided fails the gate.")]
UpdateBaselineOption = Annotated[
    bool, typer.Option("--update-baseline", help="Accept what is found today: write the project's baseline anew.")
]
FixOption = Annotated[bool, typer.Option("--fix", help="Apply the fixes of findings; judge what is left.")]
FixDiffOption = Annotated[bool, typer.Option("--diff", help="With --fix: write nothing; print what would change.")]
StatisticsOption = Annotated[
    bool, typer.Option("--statistics", help="A line for each check and requirement, instead of the findings.")
]
_COUNTED = (CheckFormat.TERMINAL, CheckFormat.JSON)


def check(  # noqa: PLR0913 - the options of interface.md section 3
    directory: DirArgument = None,
    *,
    option: DirOption = None,
    snapshot: SnapshotOption = None,
    only_project: OnlyProjectOption = False,
    inventory: InventoryOption = None,
    account: AccountsOption = None,
    select: SelectOption = None,
    ignore: IgnoreOption = None,
    strict: StrictOption = False,
    update_baseline: UpdateBaselineOption = False,
    fix: FixOption = False,
    diff: FixDiffOption = False,
    statistics: StatisticsOption = False,
    at: AtOption = None,
    form: CheckFormatOption = CheckFormat.TERMINAL,
    output: OutputOption = None,
    quiet: QuietOption = False,
    color: ColorOption = Color.AUTO,
) -> int:
    """The CI gate: parse, compile, admit, resolve and check. Exit 1 when it fails."""
    to, scope = Output(form, output, quiet, color), _Scope(moment(at), account or (), only_project=only_project)
    _refuse_contradictions(form, fix=fix, diff=diff, update=update_baseline, statistics=statistics)
    left = left_out(select or (), ignore or ())
    with progress("checking", quiet=quiet):
        project = load_inputs(directory, option, snapshot)
        _require(project, account, left, update=update_baseline)
        gate = _gate(project, left, strict=strict)
        listed = _listed(project, inventory or (), scope.at)
        repaired = _repair(project, gate, scope) if fix else None
        if repaired and not diff:
            project = _repaired(project, repaired)
        evaluation = scope.evaluate(project, listed)
        baseline = _baseline(project, evaluation, gate, scope.at, update=update_baseline)
        ids = scope.ids(evaluation)
        chosen = _about(ids, evaluation)
        verdict = scope.verdict(chosen, gate, baseline)
        not_judged = (*_not_judged(project, evaluation, update=update_baseline),)
        result = replace(_result(project, chosen, verdict, scope.at), gate=gate, not_judged=not_judged)
        if repaired and diff:
            text: str | Iterator[str] = repair_text(repaired, color=to.colored)
        else:
            result = _of_accounts(placed(result, project, snapshot), ids, repaired)
            text = _report(result, evaluation, ids, to, form, statistics=statistics)
    to.write(text)
    return FAILED if verdict.failed else CLEAN


class _Scope(Record):
    """The scope of a run: the moment, and the `accounts` that the options name, all of them where they name none."""

    at: datetime
    accounts: Sequence[str]
    only_project: bool

    def evaluate(
        self, project: Project, inventory: Outcome[ResourceInventory] | None = None, stages: Stages = PURE
    ) -> Evaluation:
        """The run, whatever accounts are named. Raises `UsageError` where there is nothing to check."""
        if not project.sources and project.snapshot is None:
            advice = "`policyengine init` writes a project to start from"
            raise UsageError(f"{project.root}: nothing to check, no .bpol files and no snapshot; {advice}")
        evaluation = evaluate(
            project.sources,
            project.snapshot,
            at=self.at,
            partition=project.configuration.partition,
            only_project=self.only_project,
            inventory=inventory.value if inventory else None,
            stages=stages,
        )
        evaluation = replace(evaluation, diagnostics=(*project.unread, *evaluation.diagnostics))
        return _with_inventory(evaluation, inventory) if inventory else evaluation

    def ids(self, evaluation: Evaluation) -> frozenset[str] | None:
        """The ids of the named accounts; None where none is named."""
        if not self.accounts or evaluation.organization is None:
            return None
        return frozenset(entity.id or "" for entity in find_accounts(evaluation.organization, self.accounts))

    def verdict(self, evaluation: Evaluation, gate: Gate, baseline: Baseline | None) -> Verdict:
        """The verdict on what of a run is about the named accounts."""
        complete = not self.accounts and not self.only_project and not gate.left_out
        return verdict_of(evaluation, gate, at=self.at, baseline=baseline, complete=complete)


def _about(ids: frozenset[str] | None, evaluation: Evaluation) -> Evaluation:
    """The run, or what of it concerns no account in particular or one of these."""
    if ids is None:
        return evaluation
    diagnostics = (
        diagnostic
        for diagnostic in evaluation.diagnostics
        if not diagnostic.accounts or ids.intersection(diagnostic.accounts)
    )
    lacking = (diagnostic for diagnostic in evaluation.missing_facts if ids.intersection(diagnostic.accounts))
    return replace(evaluation, diagnostics=tuple(diagnostics), missing_facts=tuple(lacking))


def _gate(project: Project, left: Collection[str], *, strict: bool) -> Gate:
    """The gate of the project without the checks that the options leave out, strict where either asks for it."""
    gate = gate_of(project.configuration, strict=strict or project.configuration.strict)
    return replace(gate, left_out=left)


def _of_accounts(result: CheckResult, ids: frozenset[str] | None, repaired: Repair | None) -> CheckResult:
    """The result with the number of accounts that the run was asked about, and what was fixed before it."""
    accounts = result.accounts if ids is None else min(result.accounts, len(ids))
    return replace(result, accounts=accounts, fixed=repaired.summary if repaired else None)


def _report(  # noqa: PLR0913 - what a report is made of
    result: CheckResult,
    evaluation: Evaluation,
    ids: frozenset[str] | None,
    to: Output,
    form: CheckFormat,
    *,
    statistics: bool,
) -> str | Iterator[str]:
    if to.silent:
        return ""
    return _counted(result, form, to) if statistics else _rendered(result, form, evaluation, ids, to)


def _refuse_contradictions(form: CheckFormat, *, fix: bool, diff: bool, update: bool, statistics: bool) -> None:
    """Raises `UsageError` for options that do not go together."""
    if diff and not fix:
        raise UsageError("--diff goes with --fix: it shows what that would change")
    if diff and form is not CheckFormat.TERMINAL:
        raise UsageError("--fix --diff: it shows text; leave --format out")
    if fix and update:
        raise UsageError("--fix and --update-baseline: fix first, and accept what is left in a second run")
    if statistics and form not in _COUNTED:
        raise UsageError(f"--statistics: its formats are terminal and json, not {form.value}")


def _counted(result: CheckResult, form: CheckFormat, to: Output) -> str:
    from policyengine.report.check import statistics

    return (
        statistics.as_json(result)
        if form is CheckFormat.JSON
        else statistics.terminal(result, color=to.colored, width=to.width)
    )


def _rendered(
    result: CheckResult, form: CheckFormat, evaluation: Evaluation, ids: frozenset[str] | None, to: Output
) -> str | Iterator[str]:
    if form is CheckFormat.JSON:
        from policyengine.report.check import as_json

        return as_json.render_parts(result)
    if form is CheckFormat.HTML:
        from policyengine.report import html

        results = html.Results(
            evaluation.organization, evaluation.effective, evaluation.deployment, evaluation.judgement
        )
        return html.render(html.check_page(result, results, ids))
    return rendered(result, form, to)


def _require(project: Project, accounts: list[str] | None, left: Collection[str], *, update: bool) -> None:
    """Raises `UsageError` where the project lacks what the options need."""
    if accounts:
        require_snapshot(project)
    if update:
        require_whole(project, accounts, left)


def _repair(project: Project, gate: Gate, scope: _Scope) -> Repair:
    """The texts of a project with the fixes of all findings that count, for named accounts of theirs alone."""
    baseline, stages = stored_baseline(project), Session()

    def standing(state: Project) -> tuple[Diagnostic, ...]:
        evaluation = scope.evaluate(state, stages=stages)
        return scope.verdict(_about(scope.ids(evaluation), evaluation), gate, baseline).standing

    return repair(project, standing)


def _repaired(project: Project, repaired: Repair) -> Project:
    """The project with its fixes, which are written to its files."""
    write_repair(project.root, repaired)
    return replace(project, sources=repaired.after)


def _listed(project: Project, given: Sequence[Path], at: datetime) -> Outcome[ResourceInventory] | None:
    """The inventory of the project, None where it has none: then there is nothing to import."""
    if not given and not project.configuration.inventory.files:
        return None
    from policyengine.inventory import project_inventory

    return project_inventory(project, given, at=at)


def _with_inventory(evaluation: Evaluation, inventory: Outcome[ResourceInventory]) -> Evaluation:
    """The run with what is wrong with the inventory."""
    on_inventory = inventory_findings(inventory, evaluation.organization)
    return replace(evaluation, diagnostics=(*evaluation.diagnostics, *on_inventory))


def _baseline(project: Project, evaluation: Evaluation, gate: Gate, at: datetime, *, update: bool) -> Baseline | None:
    """The project's baseline, written anew where that is asked for and the run saw everything that belongs into it."""
    if not update:
        return stored_baseline(project)
    return None if _is_incomplete(evaluation) else written_baseline(project, verdict_of(evaluation, gate, at=at))


def _is_incomplete(evaluation: Evaluation) -> bool:
    """Whether there may be findings that a run could not see: it was stopped, or left out what AWS would refuse."""
    return evaluation.stopped or bool(evaluation.refused)


def _result(project: Project, evaluation: Evaluation, verdict: Verdict, at: datetime) -> CheckResult:
    organization, judgement = evaluation.organization, evaluation.judgement
    policies = organization.policies if organization else evaluation.compiled.policies
    result = CheckResult(
        verdict,
        at,
        accounts=len(evaluation.effective.accounts) if evaluation.effective else 0,
        policies=len(policies),
        names=AccountNames(organization) if organization else None,
        missing_facts=evaluation.missing_facts,
        baseline=project.configuration.baseline or "",
    )
    if judgement is None:
        return result
    demanded = tuple(requirement.name for requirement in judgement.requirements)
    return replace(result, demanded=demanded, assertions=judgement.judged)


def _not_judged(project: Project, evaluation: Evaluation, *, update: bool) -> Iterator[str]:
    if evaluation.effective is None and evaluation.stopped:
        yield "the effective policies of the accounts, until these faults are mended"
    elif evaluation.effective is None:
        page = page_url("snapshot.md")
        yield f"attachments and effective policies: there is no snapshot of the organization ({page})"
    for hidden in _hidden(evaluation):
        yield f"resources that the inventory cannot have, {hidden}"
    if update and _is_incomplete(evaluation):
        yield f"the baseline {project.configuration.baseline}: it is not written until these faults are mended"


def _hidden(evaluation: Evaluation) -> Iterator[str]:
    """The resources that the inventory of a run cannot list, where requirements ask for resources."""
    if evaluation.coverage is None or not any(map(asks_for_resources, evaluation.commitments.demands.requirements)):
        return
    from policyengine.report.blind_spots import not_visible

    yield from map(not_visible, evaluation.coverage.not_visible)
