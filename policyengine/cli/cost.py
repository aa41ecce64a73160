"""`policyengine cost`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from policyengine.base.diagnostics import Diagnostic
from policyengine.base.errors import UsageError
from policyengine.cli.cost_options import CostFiles, CostInputs, PricesOption, UsageOption, amount_of
from policyengine.cli.deployed import deployed_project, inventory_of
from policyengine.cli.options import (
    AtOption,
    Color,
    ColorOption,
    CostFormat,
    DirArgument,
    DirOption,
    InventoryOption,
    OnlyProjectOption,
    OutputOption,
    QuietOption,
    SnapshotOption,
    below,
    load_inputs,
    moment,
)
from policyengine.cli.output import CLEAN, COULD_NOT_JUDGE, FAILED, Output, progress
from policyengine.report.json_output import stamp
from policyengine.report.terminal import TerminalPage, write_diagnostic

if TYPE_CHECKING:
    from policyengine.report.cost import CostReport

_MOST_MONTHS = 120


def cost(  # noqa: PLR0913 - the options of interface.md section 3
    directory: DirArgument = None,
    *,
    usage: UsageOption = None,
    prices: PricesOption = None,
    inventory: InventoryOption = None,
    months: Annotated[int, typer.Option("--months", metavar="N", help="Also each of N months from today on.")] = 0,
    budget: Annotated[
        str | None,
        typer.Option("--budget", metavar="AMOUNT", help="Fail where a month costs more.", show_default=False),
    ] = None,
    option: DirOption = None,
    snapshot: SnapshotOption = None,
    only_project: OnlyProjectOption = False,
    at: AtOption = None,
    form: Annotated[
        CostFormat, typer.Option("--format", help="Output for people, for programs, or for a pull request.")
    ] = CostFormat.TERMINAL,
    output: OutputOption = None,
    quiet: QuietOption = False,
    color: ColorOption = Color.AUTO,
) -> int:
    """What backups hold and cost in a month, by your prices and change rates. Exit 1 over --budget."""
    from policyengine.report.cost import CostReport

    to, when = Output(form, output, quiet, color), moment(at)
    most = None if budget is None else amount_of("--budget", budget)
    if not 0 <= months <= _MOST_MONTHS:
        raise UsageError(f"--months {months}: expected 1 to {_MOST_MONTHS}")
    with progress("estimating", quiet=quiet):
        project = load_inputs(directory, option, snapshot)
        deployed = deployed_project(project, when, only_project=only_project)
        organization, deployment = deployed.organization, deployed.deployment
        if organization is None or deployment is None:
            to.write("" if to.silent else _refused(deployed.resolution.findings, form, to, when))
            return COULD_NOT_JUDGE
        resources = inventory_of(project, below(option, inventory or ()), deployed, when, quiet=quiet)
        inputs = CostInputs(CostFiles(usage, prices, option), resources, [organization], when, months)
        result = inputs.estimate(organization, deployment)
    report = CostReport(result, inputs.usage.file, most)
    to.write("" if to.silent else _render(report, form, to))
    return {"fail": FAILED, "undecided": COULD_NOT_JUDGE}.get(report.verdict, CLEAN)


def _render(report: CostReport, form: CostFormat, to: Output) -> str:
    if form is CostFormat.TERMINAL:
        from policyengine.report.cost import terminal

        return terminal.render(report, color=to.colored, columns=to.width)
    render: Callable[[CostReport], str] = form.renderer.render
    return render(report)


def _refused(findings: Sequence[Diagnostic], form: CostFormat, to: Output, at: datetime) -> str:
    """What is written instead of an estimate: the faults, or what AWS would refuse."""
    if form is not CostFormat.TERMINAL:
        refused: Callable[[Sequence[Diagnostic], str], str] = form.renderer.refused
        return refused(findings, stamp(at))
    page = TerminalPage(color=to.colored, width=to.width)
    for diagnostic in findings:
        write_diagnostic(page, diagnostic)
    return page.text()
