"""`policyengine cost`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from policyengine.base.errors import UsageError
from policyengine.cli.options import (
    AtOption,
    Color,
    ColorOption,
    CostFormat,
    DirArgument,
    DirOption,
    OnlyProjectOption,
    OutputOption,
    QuietOption,
    SnapshotOption,
    below,
    load_inputs,
    moment,
)
from policyengine.cli.output import CLEAN, COULD_NOT_JUDGE, FAILED, Output, progress
from policyengine.cli.resolution import Resolution, resolve_accounts
from policyengine.project import FileKind, read_source
from policyengine.report.json_output import stamp
from policyengine.report.terminal import TerminalPage, write_diagnostic

if TYPE_CHECKING:
    from policyengine.analysis.cost import CostEstimator, CostResult, PriceTable, Usage, WorkloadsFound
    from policyengine.aws.deployment import Deployment
    from policyengine.aws.organization import Organization
    from policyengine.aws.resources import ResourceInventory
    from policyengine.report.cost import CostReport

USAGE = FileKind("a usage file", 64 << 20, piped=True)
PRICES = FileKind("a price file", 1024 << 20, piped=True)
_MOST_MONTHS = 120

UsageOption = Annotated[
    Path | None,
    typer.Option("--usage", metavar="FILE", help="Change rates, and sizes without an inventory.", show_default=False),
]
PricesOption = Annotated[
    list[Path] | None,
    typer.Option("--prices", metavar="FILE", help="AWS's price list, or a table; repeatable.", show_default=False),
]
InventoryOption = Annotated[
    list[Path] | None,
    typer.Option("--inventory", metavar="FILE", help="Resources with their sizes; repeatable.", show_default=False),
]


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
    from policyengine.report.cost import CostReport, terminal

    to, when, most = Output(form, output, quiet, color), moment(at), amount_of("--budget", budget)
    if not 0 <= months <= _MOST_MONTHS:
        raise UsageError(f"--months {months}: expected 1 to {_MOST_MONTHS}")
    with progress("estimating", quiet=quiet):
        project = load_inputs(directory, option, snapshot)
        resolution = resolve_accounts(project, None, when, only_project=only_project)
        if resolution.organization is None or resolution.findings:
            to.write(_refused(resolution, form, to, when))
            return COULD_NOT_JUDGE
        inputs = CostInputs(usage, prices, inventory, option or directory, when, months)
        report = CostReport(inputs.estimate(resolution.organization, _deployed(resolution, when)), inputs.usage.file, most)
    if not to.silent:
        if form is CostFormat.TERMINAL:
            to.show(terminal.render(report, color=to.colored, width=to.width))
        else:
            render: Callable[[CostReport], str] = form.renderer.render
            to.write(render(report))
    return {"fail": FAILED, "undecided": COULD_NOT_JUDGE}.get(report.verdict, CLEAN)
