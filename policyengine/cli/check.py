"""`policyengine check`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Annotated

import typer

from policyengine.checks.announced import ANNOUNCED
from policyengine.cli.exits import CLEAN, FAILED
from policyengine.cli.inputs import load_inputs, require_snapshot
from policyengine.cli.options import (
    AtOption,
    Color,
    ColorOption,
    DirArgument,
    DirOption,
    Format,
    FormatOption,
    OnlyProjectOption,
    OutputOption,
    QuietOption,
    SnapshotOption,
    moment,
)
from policyengine.cli.output import Output
from policyengine.cli.progress import progress
from policyengine.diagnostics import Diagnostic, Severity
from policyengine.engine import Evaluation, evaluate
from policyengine.errors import UsageError
from policyengine.findings import Gate, Verdict, settle
from policyengine.organization import find_accounts
from policyengine.report.check import CheckResult, as_json, terminal
from policyengine.workspace import Project

# What a check finds undecided for want of a fact; `--strict` makes an error of it.
_UNDECIDED = ("peer-order-unknown",)


def check(  # noqa: PLR0913 - the options of interface.md section 3
    directory: DirArgument = None,
    *,
    option: DirOption = None,
    snapshot: SnapshotOption = None,
    only_project: OnlyProjectOption = False,
    account: Annotated[
        list[str] | None,
        typer.Option("--account", metavar="ACCOUNT", help="Only what concerns these accounts.", show_default=False),
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="What cannot be decided fails the gate.")] = False,
    at: AtOption = None,
    form: FormatOption = Format.TERMINAL,
    output: OutputOption = None,
    quiet: QuietOption = False,
    color: ColorOption = Color.AUTO,
) -> int:
    """The CI gate: parse, compile, admit, resolve and check. Exit 1 when it fails."""
    to, when = Output(form, output, quiet, color), moment(at)
    with progress("checking", quiet=quiet):
        project = load_inputs(directory, option, snapshot)
        if account:
            require_snapshot(project)
        evaluation = _evaluate(project, when, only_project=only_project)
        strict = strict or project.configuration.strict
        verdict = settle(_chosen(evaluation, account), _gate(project, strict=strict))
        if strict and evaluation.effective is None:
            verdict = replace(verdict, failed=True)
        result = _result(project, evaluation, verdict, when)
        text = "" if to.silent else _render(result, to)
    to.write(text)
    return FAILED if verdict.failed else CLEAN


def _render(result: CheckResult, to: Output) -> str:
    return as_json.render(result) if to.format is Format.JSON else terminal.render(result, color=to.colored)


def _evaluate(project: Project, at: datetime, *, only_project: bool) -> Evaluation:
    if not project.sources and project.snapshot is None:
        advice = "`policyengine init` writes a project to start from"
        raise UsageError(f"{project.root}: nothing to check, no .bpol files and no snapshot; {advice}")
    partition = project.configuration.partition
    return evaluate(project.sources, project.snapshot, at=at, partition=partition, only_project=only_project)


def _chosen(evaluation: Evaluation, accounts: list[str] | None) -> Sequence[Diagnostic]:
    """The findings, or with `--account` those that concern no account in particular or one of the given."""
    if not accounts or evaluation.organization is None:
        return evaluation.diagnostics
    ids = {entity.id for entity in find_accounts(evaluation.organization, accounts)}
    return [found for found in evaluation.diagnostics if not found.accounts or ids.intersection(found.accounts)]


def _gate(project: Project, *, strict: bool) -> Gate:
    configuration = project.configuration
    undecided = dict.fromkeys(_UNDECIDED, "error") if strict else {}
    levels = {**undecided, **configuration.checks}
    chosen = {name: None if level == "off" else Severity(level) for name, level in levels.items()}
    return Gate(Severity(configuration.fail_on), chosen)


def _result(project: Project, evaluation: Evaluation, verdict: Verdict, at: datetime) -> CheckResult:
    effective = evaluation.effective
    accounts = effective.accounts if effective else ()
    names = {account.account.id or "": account.account.name for account in accounts}
    organization = evaluation.organization
    policies = organization.policies if organization else evaluation.compiled.policies
    not_judged = tuple(_not_judged(project, evaluation))
    return CheckResult(verdict, at, len(accounts), len(policies), names, not_judged)


def _not_judged(project: Project, evaluation: Evaluation) -> Iterator[str]:
    if evaluation.effective is None and evaluation.stopped:
        yield "the effective policies of the accounts, until these faults are mended"
    elif evaluation.effective is None:
        yield "attachments and effective policies: there is no snapshot of the organization (docs/snapshot.md)"
    if evaluation.unjudged:
        yield f"requirements, packs, waivers and tests ({evaluation.unjudged:,}): this version only reads them"
    for name in sorted(ANNOUNCED.intersection(project.configuration.checks)):
        yield f"{name}: this version does not have the check yet"
    if project.configuration.baseline:
        yield f"the baseline {project.configuration.baseline}: this version does not apply it"
