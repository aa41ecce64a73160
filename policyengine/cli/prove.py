"""`policyengine prove`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated

import typer

from policyengine.analysis.findings import faults_of
from policyengine.base.diagnostics import Diagnostic
from policyengine.cli.options import (
    AtOption,
    Color,
    ColorOption,
    DirArgument,
    DirOption,
    OnlyProjectOption,
    OutputOption,
    ProveFormat,
    QuietOption,
    SnapshotOption,
    load_inputs,
    moment,
    require_snapshot,
)
from policyengine.cli.output import CLEAN, COULD_NOT_JUDGE, FAILED, Output, progress, rendered
from policyengine.engine import prove_requirements
from policyengine.report.json_output import stamp
from policyengine.report.prove import ProofReport
from policyengine.report.terminal_findings import findings_page


def prove(  # noqa: PLR0913 - the options of interface.md section 3
    directory: DirArgument = None,
    *,
    requirement: Annotated[
        list[str] | None, typer.Option("--requirement", metavar="NAME", help="Only this one.", show_default=False)
    ] = None,
    suggest: Annotated[bool, typer.Option("--suggest", help="Print the lines that would close what is open.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="What cannot be decided fails too.")] = False,
    option: DirOption = None,
    snapshot: SnapshotOption = None,
    only_project: OnlyProjectOption = False,
    at: AtOption = None,
    form: Annotated[
        ProveFormat, typer.Option("--format", help="Output for people, for programs, or for a pull request.")
    ] = ProveFormat.TERMINAL,
    output: OutputOption = None,
    quiet: QuietOption = False,
    color: ColorOption = Color.AUTO,
) -> int:
    """Can a policy attached further down break a requirement? Exit 1 where a mandatory one is, or can be."""
    to, when = Output(form, output, quiet, color), moment(at)
    with progress("proving", quiet=quiet):
        project = load_inputs(directory, option, snapshot)
        outcome = prove_requirements(
            project.sources,
            require_snapshot(project),
            at=when,
            partition=project.configuration.partition,
            only_project=only_project,
            wanted=requirement or (),
            suggesting=suggest,
        )
    if outcome.value is None:
        to.write(_refused(faults_of(outcome.diagnostics), form, to, when))
        return COULD_NOT_JUDGE
    strict, advisory = strict or project.configuration.strict, project.configuration.fail_on == "warning"
    proven = ProofReport(outcome.value, when, strict=strict, advisory=advisory)
    to.write(rendered(proven, form, to))
    return FAILED if proven.failed else CLEAN


def _refused(findings: Sequence[Diagnostic], form: ProveFormat, to: Output, at: datetime) -> str:
    """The output without proofs: the faults, or the policies that AWS would refuse."""
    if form is not ProveFormat.TERMINAL:
        refused: Callable[[Sequence[Diagnostic], str], str] = form.renderer.refused
        return refused(findings, stamp(at))
    page = findings_page(findings, color=to.colored, width=to.width)
    return page.text()
