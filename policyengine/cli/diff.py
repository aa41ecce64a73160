"""`policyengine diff`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer
from msgspec.structs import replace

from policyengine.analysis.diff import ChangeClass
from policyengine.analysis.findings import faults_of
from policyengine.base.diagnostics import Outcome
from policyengine.base.errors import UsageError
from policyengine.base.text import listed, quoted, suggestion
from policyengine.cli.cost_options import CostFiles, CostInputs, PricesOption, UsageOption, increase_limit
from policyengine.cli.gate import inventory_findings, inventory_verdict
from policyengine.cli.options import (
    AtOption,
    Color,
    ColorOption,
    DiffFormat,
    DirOption,
    OnlyProjectOption,
    OutputOption,
    QuietOption,
    moment,
)
from policyengine.cli.output import CLEAN, COULD_NOT_JUDGE, FAILED, Output, note, progress, rendered
from policyengine.cli.sides import OPTION, SideInput, read_base, read_head, require_same_organization
from policyengine.comparison import ComparisonRun, compare_states
from policyengine.engine import Evaluation
from policyengine.report.diff import (
    AgreementChanges,
    DiffResult,
    GateSetting,
    Names,
    RefusedPolicies,
    RestatedRequirement,
    faults,
)
from policyengine.report.diff.faults import FaultsOfSides

if TYPE_CHECKING:
    from policyengine.analysis.coverage import CoverageChange
    from policyengine.aws.resources import ResourceInventory
    from policyengine.report.cost import CostOfChange, IncreaseLimit


BaseArgument = Annotated[
    str, typer.Argument(metavar="BASE", help="A git revision, a project's folder (./FOLDER), or a snapshot.")
]
HeadArgument = Annotated[
    str | None, typer.Argument(metavar="HEAD", help="The same; by default the project as it is on disk.")
]
FailOnOption = Annotated[
    list[str] | None,
    typer.Option("--fail-on", metavar="CLASSES", help="Fail on changes such as lost,weakened.", show_default=False),
]
RevisionsOption = Annotated[
    bool, typer.Option("--revisions", help="BASE and HEAD are git revisions and nothing else; for CI.")
]
BothSnapshotsOption = Annotated[
    Path | None,
    typer.Option("--snapshot", metavar="FILE", help="Use this snapshot for both sides.", show_default=False),
]
OtherOrganizationOption = Annotated[
    bool, typer.Option(OPTION, help="Compare two different organizations all the same.")
]
ComparedInventoryOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--inventory",
        metavar="FILE",
        help="Also compare its resources; fail where one is lost. The project's is used only if it is named here.",
        show_default=False,
    ),
]
WithCostOption = Annotated[bool, typer.Option("--cost", help="Also what the change costs; see cost.md.")]
MaxIncreaseOption = Annotated[
    str | None,
    typer.Option("--max-increase", metavar="AMOUNT", help="Fail where a month costs more by this, or by N%."),
]
DiffFormatOption = Annotated[
    DiffFormat, typer.Option("--format", help="Output for people, for programs, or for a pull request.")
]


def diff(  # noqa: PLR0913 - the options of interface.md section 3
    base: BaseArgument,
    head: HeadArgument = None,
    *,
    fail_on: FailOnOption = None,
    revisions: RevisionsOption = False,
    option: DirOption = None,
    snapshot: BothSnapshotsOption = None,
    only_project: OnlyProjectOption = False,
    other_organization: OtherOrganizationOption = False,
    with_cost: WithCostOption = False,
    usage: UsageOption = None,
    prices: PricesOption = None,
    inventory: ComparedInventoryOption = None,
    max_increase: MaxIncreaseOption = None,
    at: AtOption = None,
    form: DiffFormatOption = DiffFormat.TERMINAL,
    output: OutputOption = None,
    quiet: QuietOption = False,
    color: ColorOption = Color.AUTO,
) -> int:
    """What a change does to the backups of every account. Exit 1 when an account becomes invalid, or on --fail-on."""
    to, when, failing = Output(form, output, quiet, color), moment(at), _classes(fail_on)
    costs = _cost_options(CostFiles(usage, prices, option), max_increase, with_cost=with_cost)
    with progress("comparing", quiet=quiet):
        base_side = read_base(base, option, snapshot, revisions=revisions)
        head_side = read_head(head, option, snapshot, revisions=revisions)
        read = _inventory(inventory or (), head_side, when)
        listed = read.value if read else None
        compared = compare_states(
            base_side.state, head_side.state, at=when, only_project=only_project, inventory=listed
        )
        if not other_organization:
            _require_same_organization(compared, base_side, head_side)
        on_inventory = None
        if read:
            findings = inventory_findings(read, compared.head.organization)
            on_inventory = inventory_verdict(findings, head_side.state.gate, quiet=quiet)
        result = _result(compared, base_side, head_side, when, failing)
        if result and on_inventory:
            result = replace(result, on_inventory=on_inventory)
        if result and costs:
            result = replace(result, cost=_cost(compared, result, listed, costs))
        text = _rendered(result, form, compared.head, to) if result and not to.silent else ""
    if not quiet:
        note(*(f"note: {side.note}" for side in (base_side, head_side) if side.note))
    if result is None:
        if not to.silent:
            to.write(FAULT_FORMATS[form](_faults(compared, Names(base_side.name, head_side.name), when), to))
        return COULD_NOT_JUDGE
    to.write(text)
    return FAILED if result.failed else CLEAN


def _classes(texts: Iterable[str] | None) -> frozenset[ChangeClass]:
    """The classes that `--fail-on` names. Raises `UsageError`."""
    if texts is None:
        return frozenset()
    names = [name.strip() for text in texts for name in text.split(",")]
    for name in names:
        if name not in tuple(ChangeClass):
            advice = suggestion(name, ChangeClass) or f"the classes are {listed(ChangeClass, 'and')}"
            raise UsageError(f"--fail-on: there is no class {quoted(name)} of changes; {advice}")
    return frozenset(map(ChangeClass, names))


def _result(
    compared: ComparisonRun, base_side: SideInput, head_side: SideInput, at: datetime, fail_on: frozenset[ChangeClass]
) -> DiffResult | None:
    """The result that the formats print; None where a side does not compile."""
    base, head = compared.base, compared.head
    if compared.comparison is None or base.organization is None or head.organization is None:
        return None
    return DiffResult(
        compared.comparison,
        Names(base_side.name, head_side.name),
        base.organization,
        head.organization,
        at,
        fail_on,
        {change.id: change.reason for change in head_side.configuration.allow},
        compared.waivers,
        RefusedPolicies(base.refused, head.refused),
        AgreementChanges(
            _settings(base_side, head_side),
            compared.new_waivers,
            _newly_accepted(base_side, head_side),
            _restated(compared),
        ),
        resources=_resources(base, head),
    )


class _CostOptions(NamedTuple):
    """The options of costs."""

    files: CostFiles
    limit: IncreaseLimit | None


def _cost_options(files: CostFiles, limit: str | None, *, with_cost: bool) -> _CostOptions | None:
    """The options of costs; None without `--cost`. Raises `UsageError` for one of them that is given all the same."""
    if with_cost:
        return _CostOptions(files, None if limit is None else increase_limit("--max-increase", limit))
    if files.usage or files.prices or limit:
        raise UsageError("--usage, --prices and --max-increase belong to --cost; add it")
    return None


def _require_same_organization(compared: ComparisonRun, base_side: SideInput, head_side: SideInput) -> None:
    """Raises `UsageError` where the two sides are known to be of different organizations."""
    base, head = compared.base.organization, compared.head.organization
    if base and head:
        require_same_organization((base_side.name, head_side.name), base, head)


def _cost(
    compared: ComparisonRun, result: DiffResult, inventory: ResourceInventory | None, options: _CostOptions
) -> CostOfChange | None:
    """The cost of the change; None where a side has no plans to compare."""
    from policyengine.analysis.cost import compare_costs, early_deletions
    from policyengine.report.cost import CostOfChange

    before, after = compared.base.deployment, compared.head.deployment
    if before is None or after is None:
        return None
    inputs = CostInputs(options.files, inventory, [(result.base, before), (result.head, after)], result.at)
    base_side = inputs.workloads(result.base, before)
    early = early_deletions(inputs.estimator, base_side.workloads, result.base, after)
    base = inputs.estimator.estimate(base_side.workloads, result.base, base_side.notes)
    head = inputs.estimate(result.head, after)
    comparison = compare_costs(base, head, result.comparison.changes, early)
    return CostOfChange(comparison, inputs.usage.file, options.limit)


def _inventory(files: Sequence[Path], head_side: SideInput, at: datetime) -> Outcome[ResourceInventory] | None:
    if not files:
        return None
    from policyengine.inventory import read_inventory

    return read_inventory(files, head_side.configuration.inventory, at=at)


def _resources(base: Evaluation, head: Evaluation) -> CoverageChange | None:
    """The changes of resources; None without an inventory."""
    from policyengine.analysis.coverage import InventoryCoverage, compare_coverage

    before, after = base.coverage, head.coverage
    if not isinstance(before, InventoryCoverage) or not isinstance(after, InventoryCoverage):
        return None
    return compare_coverage(before, after)


def _settings(base_side: SideInput, head_side: SideInput) -> tuple[GateSetting, ...]:
    """The settings of the configuration that are other ones in the head."""
    if not (base_side.is_project and head_side.is_project):
        return ()
    before, after = base_side.configuration.settings, head_side.configuration.settings
    settings = (GateSetting(key, before.get(key), after.get(key)) for key in {**before, **after})
    return tuple(setting for setting in settings if setting.before != setting.after)


def _restated(compared: ComparisonRun) -> tuple[RestatedRequirement, ...]:
    return tuple(
        RestatedRequirement(before.name, before.level, after.level if after else None)
        for before, after in compared.restated
    )


def _newly_accepted(base_side: SideInput, head_side: SideInput) -> int:
    """The number of findings that the baseline of the head accepts and the base's does not."""
    before, after = (
        {repr(entry) for entry in side.state.baseline.findings} if side.state.baseline else set()
        for side in (base_side, head_side)
    )
    return len(after - before)


def _rendered(result: DiffResult, form: DiffFormat, head: Evaluation, to: Output) -> str | Iterator[str]:
    if form is DiffFormat.HTML:
        from policyengine.report import html

        results = html.Results(head.organization, head.effective, head.deployment, head.judgement)
        return html.render(html.diff_page(result, results))
    return rendered(result, form, to)


def _faults(compared: ComparisonRun, names: Names, at: datetime) -> FaultsOfSides:
    """The findings on each side that does not compile."""
    base, head = (faults_of(side.diagnostics) if side.stopped else None for side in (compared.base, compared.head))
    return FaultsOfSides(names, at, base, head)


def _faults_page(faulty: FaultsOfSides) -> str:
    from policyengine.report import html

    return html.render(html.faults_page(faulty))


FAULT_FORMATS: Mapping[DiffFormat, Callable[[FaultsOfSides, Output], str]] = {
    DiffFormat.TERMINAL: lambda faulty, to: faults.terminal(faulty, color=to.colored, width=to.width),
    DiffFormat.JSON: lambda faulty, _: faults.as_json(faulty),
    DiffFormat.MARKDOWN: lambda faulty, _: faults.markdown(faulty),
    DiffFormat.HTML: lambda faulty, _: _faults_page(faulty),
}
"""How each format writes the faults of sides that do not compile."""
