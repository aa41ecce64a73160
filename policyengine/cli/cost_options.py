"""What estimates of cost rest on, as the command line names it: usage, prices, inventories; and amounts of money."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from policyengine.base.errors import UsageError
from policyengine.base.text import quoted
from policyengine.cli.options import below
from policyengine.project import FileKind, read_source

if TYPE_CHECKING:
    from policyengine.analysis.cost import CostEstimator, CostResult, Usage, WorkloadsFound
    from policyengine.aws.deployment import Deployment
    from policyengine.aws.organization import Organization
    from policyengine.aws.resources import InventorySettings, ResourceInventory
    from policyengine.base.source import Source

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
InventoryOption = Annotated[
    list[Path] | None,
    typer.Option("--inventory", metavar="FILE", help="Resources with their sizes.", show_default=False),
]

_AMOUNT = re.compile(r"[0-9][0-9_,]*(\.[0-9]+)?")


def amount_of(option: str, text: str) -> float:
    """An amount of money: `1200`, `1,200.50`. Raises `UsageError`."""
    if not _AMOUNT.fullmatch(text) or not isfinite(amount := float(re.sub("[_,]", "", text))):
        raise UsageError(f"{option} {text}: expected an amount such as 1200 or 1200.50, in the currency of the prices")
    return amount


class CostInputs:
    """Usage, prices and inventories, read for some organizations: one, or both sides of a comparison.

    Raises `UsageError` where nothing says how large resources are, and as the files' readers do.
    """

    def __init__(  # noqa: PLR0913 - what the command line says of costs
        self,
        usage: Path | None,
        prices: Iterable[Path] | None,
        inventory: Sequence[Path] | None,
        *,
        folder: Path | None,
        organizations: Sequence[Organization],
        settings: InventorySettings,
        at: datetime,
        months: int = 0,
    ) -> None:
        from policyengine.analysis.cost import CostEstimator, PriceTable, Usage
        from policyengine.cost_inputs import read_prices

        if usage is None and not inventory:
            raise UsageError("nothing says how large resources are; give --usage FILE with totals, or --inventory FILE")
        files = below(folder, list(prices or ()))
        table = PriceTable(read_prices(read_source(file, PRICES, folder)) for file in files)
        given = Usage("none")
        if usage is not None:
            given = _usage(read_source(below(folder, [usage])[0], USAGE, folder), organizations)
        self.usage = given
        self.estimator: CostEstimator = CostEstimator(given, table, at, months)
        self._inventory, self._notes = _inventory(below(folder, list(inventory or ())), organizations, settings, at)

    def workloads(self, organization: Organization, deployment: Deployment) -> WorkloadsFound:
        """What is backed up in an organization: the totals, and what of the inventory plans protect."""
        from policyengine.analysis.cost import WorkloadsFound, workloads_of_inventory, workloads_of_totals

        totals = workloads_of_totals(self.usage, organization, deployment)
        if self._inventory is None:
            return totals
        from policyengine.analysis.coverage import InventoryCoverage

        advanced = (organization.settings.dynamodb_advanced if organization.settings else None) or {}
        rows = InventoryCoverage(self._inventory, deployment, dynamodb_advanced=advanced).resources()
        found = workloads_of_inventory(self._inventory.resources, rows, self.usage, organization, deployment)
        notes = (*totals.notes, *self._notes, *found.notes)
        return WorkloadsFound((*totals.workloads, *found.workloads), notes)

    def estimate(self, organization: Organization, deployment: Deployment) -> CostResult:
        """What the backups of an organization cost."""
        found = self.workloads(organization, deployment)
        return self.estimator.estimate(found.workloads, organization, found.notes)


def _usage(source: Source, organizations: Sequence[Organization]) -> Usage:
    from policyengine.cost_inputs import read_usage

    entities = [entity for organization in organizations for entity in organization.entities]
    units = {entity.path for entity in entities if entity.kind != "account"}
    accounts = {entity.id for entity in entities if entity.kind == "account"}
    return read_usage(source, units.__contains__, accounts.__contains__)


def _inventory(
    files: Sequence[Path], organizations: Sequence[Organization], settings: InventorySettings, at: datetime
) -> tuple[ResourceInventory | None, tuple[str, ...]]:
    """The inventory of files, and notes on what is wrong with it; None without files."""
    if not files:
        return None, ()
    from policyengine.inventory import read_inventory

    accounts = {account.id or "" for organization in organizations for account in organization.accounts}
    outcome = read_inventory(files, settings, at=at, accounts=accounts)
    hidden = tuple(
        f"an inventory by {quoted(each.source)} has no {', '.join(each.types)}: their cost is not counted"
        for each in outcome.value.not_visible
        if each.types
    )
    return outcome.value, (*(diagnostic.message for diagnostic in outcome.diagnostics), *hidden)
