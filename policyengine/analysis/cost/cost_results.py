"""Results on the cost of backups: a line for each account or unit, plans, type and item, and their sums.

An amount is None where anything that it depends on is missing: a line says what, and a sum of what is known names the
types that it lacks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from policyengine.analysis.cost.price_table import CostItem, Price, PriceSource
from policyengine.base.records import Record


class LineKey(NamedTuple):
    """The key of a line. `account` pays, None for accounts of a unit; `unit` is None outside the organization.

    `to` is the Region where transfers go, empty for all else. `plans` are all that keep points in the chain.
    """

    account: str | None
    unit: str | None
    plans: tuple[str, ...]
    type: str
    item: CostItem
    region: str
    to: str


class CostLine(Record):
    """The cost of an item in a month: `quantity` in the item's units, in the steady state, and in each of the months.

    `missing` are reasons why the quantity or the amount is unknown, empty where both are known. `price` is None where
    there is none.
    """

    key: LineKey
    quantity: float | None
    months: tuple[float | None, ...]
    price: Price | None
    missing: tuple[str, ...] = ()

    @property
    def amount(self) -> float | None:
        """The money of a month in the steady state."""
        return self._amount(self.quantity)

    @property
    def month_amounts(self) -> tuple[float | None, ...]:
        """The amounts of the months asked for, in the currency of the prices; None where one is unknown."""
        return tuple(map(self._amount, self.months))

    def _amount(self, quantity: float | None) -> float | None:
        return None if quantity is None or self.price is None else quantity * self.price.amount


class CostSum(Record):
    """A sum of lines: what is known, None where nothing is, and the types that it lacks."""

    amount: float | None
    incomplete: tuple[str, ...]

    @property
    def words(self) -> str:
        """`incomplete: 3 types`, empty where it is complete."""
        number = len(self.incomplete)
        return f"incomplete: {number:,} type{'s' if number > 1 else ''}" if number else ""


class EarlyDeletion(Record):
    """The charge for cold points under 90 days old, if those beyond a shorter retention are deleted now.

    `quantity` are GB-months, `amount` None without a price.
    """

    plan: str
    rule: str
    type: str
    region: str
    quantity: float
    price: Price | None

    @property
    def amount(self) -> float | None:
        """The money that is still to be paid."""
        return None if self.price is None else self.quantity * self.price.amount


class CostResult(Record):
    """All lines, by unit, plans, type and item; with what they rest on. `notes` say what is left out, and why."""

    at: datetime
    lines: tuple[CostLine, ...]
    currency: str
    sources: tuple[PriceSource, ...]
    months: int = 0
    notes: tuple[str, ...] = ()

    @property
    def total(self) -> CostSum:
        """The sum of a month in the steady state."""
        return sum_of(self.lines)

    @property
    def month_totals(self) -> tuple[CostSum, ...]:
        """The sums of the months asked for, in their order."""
        return tuple(sum_of(self.lines, month) for month in range(self.months))

    def by(self, group: Callable[[LineKey], str]) -> Mapping[str, CostSum]:
        """The sums of lines by what a function makes of their keys, the dearest first."""
        groups: dict[str, list[CostLine]] = {}
        for line in self.lines:
            groups.setdefault(group(line.key), []).append(line)
        sums = {name: sum_of(lines) for name, lines in groups.items()}
        return dict(sorted(sums.items(), key=lambda each: (-(each[1].amount or 0), each[0])))


def sum_of(lines: Iterable[CostLine], month: int | None = None) -> CostSum:
    """The sum of the amounts of lines, of the steady state or of a month, counted from 0."""
    known, lacking = [], set()
    for line in lines:
        amount = line.amount if month is None else line.month_amounts[month]
        if amount is None:
            lacking.add(line.key.type)
        else:
            known.append(amount)
    return CostSum(sum(known) if known else None, tuple(sorted(lacking)))


def unit_name(key: LineKey) -> str:
    """The unit of a line in words."""
    return "outside the organization" if key.unit is None else key.unit or "the root"


def plans_name(key: LineKey) -> str:
    """The plans of a line in words; several share the data."""
    return " + ".join(key.plans)
