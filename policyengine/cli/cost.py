"""`policyengine cost`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from policyengine.base.errors import UsageError
from policyengine.cli.cost_options import CostFiles, CostInputs, PricesOption, UsageOption, amount_of
from policyengine.cli.deployed import RefusedProject, stocked_project
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
    load_inputs,
    moment,
)
from policyengine.cli.output import CLEAN, COULD_NOT_JUDGE, FAILED, Output, progress, rendered

if TYPE_CHECKING:
    from policyengine.report.cost import BudgetVerdict

_MOST_MONTHS = 120
_EXITS: dict[BudgetVerdict, int] = {"pass": CLEAN, "not gated": CLEAN, "fail": FAILED, "undecided": COULD_NOT_JUDGE}


def cost(  # noqa: PLR0913 - the options of interface.md section 3
    directory: DirArgument = None,
    *,
    usage: UsageOption = None,
    prices: PricesOption = None,
    inventory: InventoryOption = None,
    months: Annotated[
        int | None,
        typer.Option("--months", metavar="N", help="Also each of N months from today on.", show_default=False),
    ] = None,
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
    """What backups keep and cost in a month, by your prices and change rates. Exit 1 over --budget."""
    from policyengine.report.cost import CostReport
    from policyengine.report.cost.as_json import SCHEMA

    to, when = Output(form, output, quiet, color), moment(at)
    most = None if budget is None else amount_of("--budget", budget)
    if months is not None and not 1 <= months <= _MOST_MONTHS:
        raise UsageError(f"--months {months}: expected 1 to {_MOST_MONTHS}")
    with progress("estimating", quiet=quiet):
        project = load_inputs(directory, option, snapshot)
        stocked = stocked_project(project, inventory, when, only_project=only_project, quiet=quiet)
        if isinstance(stocked, RefusedProject):
            return stocked.written(SCHEMA, to, when, key="lines")
        organization = stocked.organization
        inputs = CostInputs(
            CostFiles(usage, prices, directory or option),
            stocked.inventory,
            [(organization, stocked.deployment)],
            when,
            months or 0,
        )
        result = inputs.estimate(organization, stocked.deployment)
    report = CostReport(result, inputs.usage.file, most, stocked.inventory_findings)
    to.write(rendered(report, form, to))
    return FAILED if stocked.inventory_fails else _EXITS[report.verdict]
