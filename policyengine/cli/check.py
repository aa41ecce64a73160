"""`policyengine check`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from policyengine.analysis.findings import Gate, Verdict, left_out
from policyengine.analysis.findings.baseline import Baseline
from policyengine.analysis.requirements import asks_for_resources
from policyengine.aws.organization import find_accounts
from policyengine.aws.resources import ResourceInventory
from policyengine.base import page_url
from policyengine.base.diagnostics import Diagnostic, Outcome
from policyengine.base.errors import UsageError
from policyengine.cli.fixing import Repair, repair, repair_text, write_repair
from policyengine.cli.gate import gate_of, placed, require_whole, stored_baseline, written_baseline
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
from policyengine.cli.output import CLEAN, FAILED, Output, progress
from policyengine.engine import PURE, Evaluation, Stages, evaluate, verdict_of
from policyengine.project import Project
from policyengine.report.account_names import AccountNames
from policyengine.report.check import CheckResult, terminal
from policyengine.session import Session


def check(  # noqa: PLR0913 - the options of interface.md section 3
    directory: DirArgument = None,
    *,
    option: DirOption = None,
    snapshot: SnapshotOption = None,
    only_project: OnlyProjectOption = False,
    inventory: InventoryOption = None,
    account: Annotated[
        list[str] | None,
        typer.Option("--account", metavar="ACCOUNT", help="Only what concerns these accounts.", show_default=False),
    ] = None,
    select: Annotated[
        list[str] | None,
        typer.Option("--select", metavar="CHECK", help="Only these checks: name, code, family.", show_default=False),
    ] = None,
    ignore: Annotated[
        list[str] | None,
        typer.Option("--ignore", metavar="CHECK", help="All but these checks.", show_default=False),
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="What cannot be decided fails the gate.")] = False,
    update_baseline: Annotated[
        bool, typer.Option("--update-baseline", help="Accept what is found today: write the project's baseline anew.")
    ] = False,
    fix: Annotated[bool, typer.Option("--fix", help="Apply the fixes of findings; judge what is left.")] = False,
    diff: Annotated[bool, typer.Option("--diff", help="With --fix: write nothing; print what would change.")] = False,
    statistics: Annotated[
        bool, typer.Option("--statistics", help="A line for each check and requirement, instead of the findings.")
    ] = False,
    at: AtOption = None,
    form: CheckFormatOption = CheckFormat.TERMINAL,
    output: OutputOption = None,
    quiet: QuietOption = False,
    color: ColorOption = Color.AUTO,
) -> int:
    """The CI gate: parse, compile, admit, resolve and check. Exit 1 when it fails."""
    to, when = Output(form, output, quiet, color), moment(at)
    _refuse_contradictions(form, fix=fix, diff=diff, update=update_baseline, statistics=statistics)
    left = left_out(select or (), ignore or ())
    with progress("checking", quiet=quiet):
        project = load_inputs(directory, option, snapshot)
        if account:
            require_snapshot(project)
        if update_baseline:
            require_whole(project, account, left)
        strict = strict or project.configuration.strict
        gate = replace(gate_of(project.configuration, strict=strict), left_out=left)
        listed = _listed(project, inventory or (), when)
        repaired = _repair(project, gate, when, account, only_project=only_project) if fix else None
        if repaired and not diff:
            write_repair(project.root, repaired)
            project = replace(project, sources=repaired.after)
        evaluation = _evaluate(project, when, only_project=only_project, inventory=listed)
        baseline = _baseline(project, evaluation, gate, when, update=update_baseline)
        ids = _ids(evaluation, account)
        chosen = _chosen(evaluation, ids)
        complete = not account and not only_project and not left
        verdict = verdict_of(chosen, gate, at=when, baseline=baseline, complete=complete)
        not_judged = [*_not_judged(project, evaluation, update=update_baseline)]
        result = _result(project, chosen, verdict, when, not_judged)
        looked_at = result.accounts if ids is None else min(result.accounts, len(ids))
        result = replace(placed(result, project, snapshot), gate=gate, accounts=looked_at)
        if repaired and diff:
            text: str | Iterator[str] = repair_text(repaired, color=to.colored)
        else:
            result = replace(result, fixed=repaired.summary if repaired else None)
            text = _report(result, evaluation, ids, to, form, statistics=statistics)
    to.write(text)
    return FAILED if verdict.failed else CLEAN


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
    return _counted(result, form, to) if statistics else _render(result, form, evaluation, ids, to)


_COUNTED = (CheckFormat.TERMINAL, CheckFormat.JSON)


def _refuse_contradictions(form: CheckFormat, *, fix: bool, diff: bool, update: bool, statistics: bool) -> None:
    """Raises `UsageError` for options that do not go together."""
    if diff and not (fix and form is CheckFormat.TERMINAL):
        raise UsageError("--diff goes with --fix and shows text: leave --format out")
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


def _render(
    result: CheckResult, form: CheckFormat, evaluation: Evaluation, ids: frozenset[str] | None, to: Output
) -> str | Iterator[str]:
    if form is CheckFormat.JSON:
        from policyengine.report.check import as_json

        return as_json.render_parts(result)
    if form is CheckFormat.TERMINAL:
        return terminal.render(result, color=to.colored, width=to.width)
    if form is CheckFormat.HTML:
        from policyengine.report import html

        results = html.Results(
            evaluation.organization, evaluation.effective, evaluation.deployment, evaluation.judgement
        )
        return html.render(html.check_page(result, results, ids))
    render: Callable[[CheckResult], str] = form.renderer.render
    return render(result)


def _repair(project: Project, gate: Gate, at: datetime, account: list[str] | None, *, only_project: bool) -> Repair:
    """The texts of a project with the fixes of all findings that count, for chosen accounts of theirs alone."""
    baseline, stages = stored_baseline(project), Session()

    def standing(state: Project) -> tuple[Diagnostic, ...]:
        evaluation = _evaluate(state, at, only_project=only_project, stages=stages)
        chosen = _chosen(evaluation, _ids(evaluation, account))
        complete = not account and not only_project and not gate.left_out
        return verdict_of(chosen, gate, at=at, baseline=baseline, complete=complete).standing

    return repair(project, standing)


def _listed(project: Project, given: Sequence[Path], at: datetime) -> Outcome[ResourceInventory] | None:
    """The inventory of the project, None where it has none: then there is nothing to import."""
    if not given and not project.configuration.inventory.files:
        return None
    from policyengine.inventory import project_inventory

    return project_inventory(project, given, at=at)


def _evaluate(
    project: Project,
    at: datetime,
    *,
    only_project: bool,
    inventory: Outcome[ResourceInventory] | None = None,
    stages: Stages = PURE,
) -> Evaluation:
    if not project.sources and project.snapshot is None:
        advice = "`policyengine init` writes a project to start from"
        raise UsageError(f"{project.root}: nothing to check, no .bpol files and no snapshot; {advice}")
    partition = project.configuration.partition
    evaluation = evaluate(
        project.sources,
        project.snapshot,
        at=at,
        partition=partition,
        only_project=only_project,
        inventory=inventory.value if inventory else None,
        stages=stages,
    )
    if inventory is None:
        return evaluation
    from policyengine.aws.resources.gathering import unknown_accounts

    accounts = [account.id or "" for account in evaluation.organization.accounts] if evaluation.organization else None
    strangers = () if accounts is None else unknown_accounts(inventory.value.resources, accounts)
    return replace(evaluation, diagnostics=(*evaluation.diagnostics, *inventory.diagnostics, *strangers))


def _ids(evaluation: Evaluation, accounts: list[str] | None) -> frozenset[str] | None:
    """The ids of the accounts that `--account` names, None without it."""
    if not accounts or evaluation.organization is None:
        return None
    return frozenset(entity.id or "" for entity in find_accounts(evaluation.organization, accounts))


def _chosen(evaluation: Evaluation, ids: frozenset[str] | None) -> Evaluation:
    """The run, or of chosen accounts what concerns no account in particular or one of them."""
    if ids is None:
        return evaluation
    diagnostics = (
        diagnostic
        for diagnostic in evaluation.diagnostics
        if not diagnostic.accounts or ids.intersection(diagnostic.accounts)
    )
    lacking = (diagnostic for diagnostic in evaluation.missing_facts if ids.intersection(diagnostic.accounts))
    return replace(evaluation, diagnostics=tuple(diagnostics), missing_facts=tuple(lacking))


def _baseline(project: Project, evaluation: Evaluation, gate: Gate, at: datetime, *, update: bool) -> Baseline | None:
    """The project's baseline, written anew where that is asked for and the run saw everything that belongs into it."""
    if not update:
        return stored_baseline(project)
    return None if _sees_less(evaluation) else written_baseline(project, verdict_of(evaluation, gate, at=at))


def _sees_less(evaluation: Evaluation) -> bool:
    """Whether there may be findings that a run could not see: it was stopped, or left out what AWS would refuse."""
    return evaluation.stopped or bool(evaluation.refused)


def _result(
    project: Project, evaluation: Evaluation, verdict: Verdict, at: datetime, not_judged: Sequence[str]
) -> CheckResult:
    effective = evaluation.effective
    accounts = effective.accounts if effective else ()
    organization = evaluation.organization
    policies = organization.policies if organization else evaluation.compiled.policies
    baseline = project.configuration.baseline or ""
    result = CheckResult(
        verdict,
        at,
        accounts=len(accounts),
        policies=len(policies),
        names=AccountNames(organization) if organization else None,
        not_judged=tuple(not_judged),
        missing_facts=evaluation.missing_facts,
        baseline=baseline,
    )
    judgement = evaluation.judgement
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
    if update and _sees_less(evaluation):
        yield f"the baseline {project.configuration.baseline}: it is not written until these faults are mended"


def _hidden(evaluation: Evaluation) -> Iterator[str]:
    """What the inventory of a run cannot list, where requirements ask for resources."""
    if evaluation.coverage is None or not any(map(asks_for_resources, evaluation.promises.demands.requirements)):
        return
    from policyengine.report.coverage.words import not_visible

    yield from map(not_visible, evaluation.coverage.not_visible)
