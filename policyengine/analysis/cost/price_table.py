"""Prices as people give them, and where they are from. Nothing here has a price of its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from enum import StrEnum

from policyengine.base.errors import UsageError
from policyengine.base.records import Record
from policyengine.base.text import quoted

ANY = "*"
MOST = 1e15
"""The largest size, number and price: more is a mistake, and products of such numbers are no numbers any more."""


class CostItem(StrEnum):
    """An item that AWS bills."""

    WARM = "warm"
    COLD = "cold"
    AIR_GAPPED = "air_gapped"
    TRANSFER = "transfer"
    RESTORE = "restore"
    RESTORE_TEST = "restore_test"
    AUDIT = "audit_evaluation"

    @property
    def unit(self) -> str:
        """The unit of a price, and of the quantity in a month."""
        if self in {CostItem.WARM, CostItem.COLD, CostItem.AIR_GAPPED}:
            return "GB-month"
        if self in {CostItem.TRANSFER, CostItem.RESTORE}:
            return "GB"
        return "test" if self is CostItem.RESTORE_TEST else "evaluation"


class Price(Record):
    """A price for a unit of an item; `type` and `region` are `*` where it holds for all, `to` is that of a transfer."""

    item: CostItem
    type: str
    region: str
    to: str
    amount: float
    currency: str
    place: str


class PriceSource(Record):
    """A file of prices: its name, what it is, the day when the prices were published, how many of them it has.

    `ignored` are prices of things that no cost here depends on.
    """

    file: str
    about: str
    published: date | None
    prices: int
    ignored: int = 0


class PriceFile(Record):
    """The prices of a file, and where they are from."""

    source: PriceSource
    prices: tuple[Price, ...]


class PriceTable:
    """The prices of files; of two prices for the same the one of the later file holds.

    Raises `UsageError` for prices in two currencies.
    """

    def __init__(self, files: Iterable[PriceFile]) -> None:
        given = tuple(files)
        self.sources = tuple(file.source for file in given)
        self._prices = {(price.item, price.type, price.region, price.to): price for price in _of_one_currency(given)}

    @property
    def currency(self) -> str:
        """The currency of all prices, empty where there is none."""
        return next((price.currency for price in self._prices.values()), "")

    def price(self, item: CostItem, kind: str, region: str, to: str = "") -> Price | None:
        """The price of an item for a type in a Region, an exact one before one for all; None where there is none."""
        for place in ((region, to), (region, to and ANY), (ANY, to), (ANY, to and ANY)):
            for name in (kind, ANY):
                if price := self._prices.get((item, name, *place)):
                    return price
        return None


def _of_one_currency(files: Iterable[PriceFile]) -> Iterator[Price]:
    first: Price | None = None
    for price in (price for file in files for price in file.prices):
        first = first or price
        if price.currency != first.currency:
            raise UsageError(
                f"{price.place}: this price is in {quoted(price.currency)}, that of {first.place} in"
                f" {quoted(first.currency)}; give prices in one currency"
            )
        yield price
