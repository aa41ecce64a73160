"""`cost` on a terminal: what it rests on, the sums by unit, plan and type, each item, what is missing, the total."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from policyengine.analysis.cost import CostLine, CostResult, CostSum
from policyengine.report.cost.result import BudgetVerdict, CostReport
from policyengine.report.cost.words import (
    groups,
    headline,
    item_words,
    missing,
    money,
    quantity,
    source_words,
    sum_words,
    type_words,
    where,
)
from policyengine.report.shown_text import count, printable, width
from policyengine.report.terminal import TerminalPage

_VERDICTS: dict[BudgetVerdict, str] = {"pass": "good", "fail": "error", "undecided": "warning", "not gated": "strong"}
_MOST = 20
_WIDEST = 40


def render(report: CostReport, *, color: bool = False, width: int | None = None) -> str:
    """The estimate for people."""
    page, result = TerminalPage(color=color, width=width), report.result
    for source in result.sources:
        page.line(("prices: ", "strong"), source_words(source, result.at))
    if not result.sources:
        page.line(("prices: ", "strong"), "none; --prices FILE gives some")
    page.line(("usage: ", "strong"), report.usage)
    _items(page, result)
    for title, sums in groups(result):
        _table(page, f"by {title}, a month", _sums(sums, result))
    if result.months:
        by_month = [(f"month {number}", total) for number, total in enumerate(result.month_totals, 1)]
        _table(page, "from today on", _sums(by_month, result), most=len(by_month))
    page.line()
    for lacking in missing(result):
        page.line(("unknown: ", "warning"), lacking.words)
    for note in result.notes:
        page.line(("note: ", "warning"), note)
    page.line((report.verdict, _VERDICTS[report.verdict]), f": {headline(report)}")
    return page.text()


def _items(page: TerminalPage, result: CostResult) -> None:
    """The lines of all accounts, plans and units together by type, item and Region."""
    rows: dict[tuple[str, str, str], list[CostLine]] = {}
    for line in result.lines:
        rows.setdefault((type_words(line.key.type), item_words(line.key.item), where(line)), []).append(line)
    sums = [(" ".join(name).strip(), *_together(lines, result)) for name, lines in sorted(rows.items())]
    most, dearest = (max((len(each[at]) for each in sums), default=0) for at in (1, 2))
    shown = [(name, f"{much:>{most}}  {price:>{dearest}}") for name, much, price in sums]
    _table(page, "by type, item and Region, a month", shown)


def _sums(sums: Iterable[tuple[str, CostSum]], result: CostResult) -> list[tuple[str, str]]:
    """The sums in words, with the amounts in one column, the decimals below each other."""
    rows = [(name, sum_words(total, result.currency).partition(", ")) for name, total in sums]
    widest = max((len(amount) for _, (amount, _, _) in rows), default=0)
    return [(name, f"{amount:>{widest}}{comma}{more}") for name, (amount, comma, more) in rows]


def _together(lines: Sequence[CostLine], result: CostResult) -> tuple[str, str]:
    """How much the lines are together, and what that costs."""
    known = [line.quantity for line in lines if line.quantity is not None]
    amounts = [line.amount for line in lines if line.amount is not None]
    first = lines[0]
    total = CostLine(first.key, sum(known) if len(known) == len(lines) else None, (), first.price)
    amount = sum(amounts) if len(amounts) == len(lines) else None
    return quantity(total), money(amount, result.currency)


def _table(page: TerminalPage, title: str, rows: Iterable[tuple[str, str]], most: int = _MOST) -> None:
    listed = list(rows)
    if not listed:
        return
    page.line()
    page.line((title, "strong"))
    column = min(_WIDEST, max(width(printable(name)) for name, _ in listed))
    for name, text in listed[:most]:
        gap = " " * max(column - width(printable(name)), 0)
        page.line("  ", (name, "place"), f"{gap}  {text}")
    if len(listed) > most:
        page.line((f"  and {count(len(listed) - most, 'line')} more; --format json has them", "dim"))
