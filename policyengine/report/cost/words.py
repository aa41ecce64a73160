"""Words of every format of `cost`: money, quantities, sums, sources of prices, what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from policyengine.analysis.cost import (
    CostItem,
    CostLine,
    CostResult,
    CostSum,
    EarlyDeletion,
    PriceSource,
    plans_name,
    unit_name,
)
from policyengine.aws.facts import resource_features
from policyengine.report.cost.result import CostReport
from policyengine.report.shown_text import count

UNKNOWN_AMOUNT = "unknown"

_NAMES = {"RedshiftServerless": "Redshift Serverless", "DSQL": "Aurora DSQL", "FSxVolume": "FSx volume"}
_ITEMS = {
    CostItem.WARM: "warm",
    CostItem.COLD: "cold",
    CostItem.AIR_GAPPED: "air-gapped",
    CostItem.TRANSFER: "transfer",
    CostItem.RESTORE: "restore",
    CostItem.RESTORE_TEST: "restore test",
    CostItem.AUDIT: "evaluation",
}


def unit_words(unit: str | None) -> str:
    """A unit by its path; None is outside the organization."""
    return "outside the organization" if unit is None else unit or "the root"


def type_words(kind: str) -> str:
    """A resource type by AWS's name: `Storage Gateway`."""
    if kind in _NAMES:
        return _NAMES[kind]
    features = resource_features().get(kind)
    return features.opt_in[0] if features and features.opt_in else kind


def money(amount: float | None, currency: str) -> str:
    """`1,234.50 EUR`, or `unknown`."""
    return UNKNOWN_AMOUNT if amount is None else f"{amount:,.2f} {currency}"


def quantity(line: CostLine) -> str:
    """`1,234.5 GB-month`, or `unknown`."""
    unit = line.key.item.unit
    return UNKNOWN_AMOUNT if line.quantity is None else f"{line.quantity:,.1f} {unit}"


def sum_words(total: CostSum, currency: str) -> str:
    """`1,234.50 EUR, incomplete: 3 types`."""
    more = f", {total.words}" if total.incomplete else ""
    return money(total.amount, currency) + more if total.amount is not None or total.incomplete else "nothing"


def item_words(item: CostItem) -> str:
    """An item in a word or two."""
    return _ITEMS[item]


def where(line: CostLine) -> str:
    """The Region of a line, or both of a transfer."""
    key = line.key
    return f"{key.region} to {key.to}" if key.to else key.region


def source_words(source: PriceSource, at: datetime) -> str:
    """The source of prices in words, with their number and age."""
    age = "of no known day"
    if source.published:
        days = (at.date() - source.published).days
        age = f"published {source.published}, {count(days, 'day')} old" if days >= 0 else f"from {source.published} on"
    ignored = f", {count(source.ignored, 'other price')} not used" if source.ignored else ""
    return f"{source.file}: {source.about}, {count(source.prices, 'price')}, {age}{ignored}"


class Missing(NamedTuple):
    """A missing figure, and the lines that lack it: how many, their types, the first one in words."""

    reason: str
    lines: int
    types: tuple[str, ...]
    first: str

    @property
    def words(self) -> str:
        """The reason with its reach."""
        more = f" and {self.lines - 1:,} more" if self.lines > 1 else ""
        return f"{', '.join(self.types)}: {self.reason} ({self.first}{more})"


def missing(result: CostResult) -> tuple[Missing, ...]:
    """The reasons why lines have no price or quantity, each once, that of the most lines first."""
    lacking: dict[str, list[CostLine]] = {}
    for line in result.lines:
        for reason in line.missing:
            lacking.setdefault(reason, []).append(line)
    missing = [
        Missing(reason, len(lines), tuple(sorted({type_words(each.key.type) for each in lines})), _line(lines[0]))
        for reason, lines in lacking.items()
    ]
    return tuple(sorted(missing, key=lambda each: (-each.lines, each.reason)))


def _line(line: CostLine) -> str:
    plans = f", {plans_name(line.key)}" if line.key.plans else ""
    return f"{unit_name(line.key)}{plans}"


def groups(result: CostResult) -> Iterator[tuple[str, Iterable[tuple[str, CostSum]]]]:
    """The sums by unit, by plan and by type, each with its title."""
    yield "unit", result.by(unit_name).items()
    yield "plan", result.by(lambda key: plans_name(key) or "no plan").items()
    yield "type", result.by(lambda key: type_words(key.type)).items()


def early_words(early: EarlyDeletion, currency: str) -> str:
    """The cost that early deletion of cold points would still have, in words."""
    amount = "an unknown amount, as there is no price" if early.amount is None else money(early.amount, currency)
    return (
        f"plan `{early.plan}`, rule `{early.rule}`: {type_words(early.type)} points in {early.region} that are in cold"
        f" storage already keep their retention; deleted early they still cost {early.quantity:,.1f} GB-month: {amount}"
    )


def headline(report: CostReport) -> str:
    """The total and, with a budget, how they compare."""
    result = report.result
    if not result.lines:
        return "no plan backs up what is given"
    lacking = f", {result.total.words}" if result.total.incomplete else ""
    text = f"{money(result.total.amount, result.currency)} a month in the steady state{lacking}"
    if report.budget is not None:
        text += f"; the budget is {money(report.budget, result.currency).strip()}"
    return text
