"""The inputs of cost estimates, as the command line names them: usage, prices, inventories; and amounts of money."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from policyengine.base.errors import UsageError
from policyengine.base.text import quoted
from policyengine.project import FileKind, read_source

if TYPE_CHECKING:
    from policyengine.analysis.cost import CostResult, Usage, WorkloadList
    from policyengine.aws.deployment import Deployment
    from policyengine.aws.organization import Organization
    from policyengine.aws.resources import ResourceInventory
    from policyengine.cost_inputs import KnownPlaces
    from policyengine.report.cost import IncreaseLimit

USAGE = FileKind("a usage file", 64 << 20, piped=True)
PRICES = FileKind("a price file", 512 << 20, piped=True)

UsageOption = Annotated[
    Path | None,
    typer.Option("--usage", metavar="FILE", help="Change rates, and sizes without an inventory.", show_default=False),
]
PricesOption = Annotated[
    list[Path] | None,
    typer.Option("--prices", metavar="FILE", help="AWS's price list, or a table of yours.", show_default=False),
]
_AMOUNT = re.compile(r"[0-9][0-9_,]*(\.[0-9]+)?")


def amount_of(option: str, text: str) -> float:
    """An amount of money: `1200`, `1,200.50`. Raises `UsageError`."""
    if not _AMOUNT.fullmatch(text) or not isfinite(amount := float(re.sub("[_,]", "", text))):
        raise UsageError(f"{option} {text}: expected an amount such as 1200 or 1200.50, in the currency of the prices")
    return amount


def increase_limit(option: str, text: str) -> IncreaseLimit:
    """The most that may be added: an amount, or `10%`. Raises `UsageError`."""
    from policyengine.report.cost import IncreaseLimit

    try:
        return IncreaseLimit(amount_of(option, text.removesuffix("%").rstrip()), text.endswith("%"))
    except UsageError:
        raise UsageError(
            f"{option} {text}: expected an amount such as 1200 or 1200.50, in the currency of the prices, or a"
            " share such as 10%"
        ) from None


class CostFiles(NamedTuple):
    """The files that the command line names, and the folder to which messages name them."""

    usage: Path | None
    prices: Sequence[Path] | None
    folder: Path | None


class CostInputs:
    """Usage, prices and an inventory for some organizations: one, or both sides of a comparison.

    Raises `UsageError` where nothing says how large resources are, and as the files' readers do.
    """

    def __init__(
        self,
        files: CostFiles,
        inventory: ResourceInventory | None,
        sides: Sequence[tuple[Organization, Deployment]],
        at: datetime,
        months: int = 0,
    ) -> None:
        from policyengine.analysis.cost import CostEstimator, PriceTable
        from policyengine.cost_inputs import read_prices

        prices = [read_source(file, PRICES, files.folder) for file in files.prices or ()]
        table = PriceTable(map(read_prices, prices))
        self.usage = _usage(files, sides)
        if inventory is None and not self.usage.totals and self.usage.evaluations is None:
            raise UsageError("nothing says how large resources are; give --usage FILE with totals, or --inventory FILE")
        self.estimator = CostEstimator(self.usage, table, at, months)
        self._inventory = inventory

    def workloads(self, organization: Organization, deployment: Deployment) -> WorkloadList:
        """The workloads backed up in an organization: the totals, and what of the inventory plans protect."""
        from policyengine.analysis.cost import WorkloadList, workloads_of_inventory, workloads_of_totals

        totals, inventory = workloads_of_totals(self.usage, organization, deployment), self._inventory
        if inventory is None:
            return totals
        from policyengine.analysis.coverage import inventory_coverage

        rows = inventory_coverage(inventory, organization, deployment).resources()
        workloads = workloads_of_inventory(inventory.resources, rows, self.usage, organization, deployment)
        notes = (*totals.notes, *_hidden(inventory), *workloads.notes)
        return WorkloadList((*totals.workloads, *workloads.workloads), notes)

    def estimate(self, organization: Organization, deployment: Deployment) -> CostResult:
        """The cost of the backups of an organization."""
        workloads = self.workloads(organization, deployment)
        return self.estimator.estimate(workloads.workloads, organization, workloads.notes)


def _usage(files: CostFiles, sides: Sequence[tuple[Organization, Deployment]]) -> Usage:
    from policyengine.analysis.cost import Usage
    from policyengine.cost_inputs import read_usage

    if files.usage is None:
        return Usage("none")
    return read_usage(read_source(files.usage, USAGE, files.folder), _known_places(sides))


def _known_places(sides: Sequence[tuple[Organization, Deployment]]) -> KnownPlaces:
    """What the sides of a comparison have, so that a total may be of what only one of them has."""
    from policyengine.aws.facts import regions
    from policyengine.cost_inputs import KnownPlaces

    entities = [entity for organization, _ in sides for entity in organization.entities]
    views = [view for _, deployment in sides for view in deployment.published]
    plans = [deployed.plan for view in views for deployed in view.plans]
    return KnownPlaces(
        units={entity.path for entity in entities if entity.kind != "account"},
        accounts={entity.id or "" for entity in entities if entity.kind == "account"},
        regions={*regions(), *(region for plan in plans for region in plan.regions)},
        plans=None if any(view.withheld for view in views) else {plan.name for plan in plans},
    )


def _hidden(inventory: ResourceInventory) -> Iterable[str]:
    """The resources that the sources of an inventory cannot list, so that their cost is not counted."""
    for each in inventory.not_visible:
        if each.types:
            yield f"an inventory by {quoted(each.source)} has no {', '.join(each.types)}: give totals of these"
