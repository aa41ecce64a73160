"""The cost of a change, in the formats of `diff`: each unit and type with the lines behind it, then the sum."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from policyengine.analysis.cost import CostChange, CostSum, EarlyDeletion
from policyengine.report.cost.as_json import rounded, sum_json
from policyengine.report.cost.result import CostOfChange
from policyengine.report.cost.words import early_words, missing, money, source_words, sum_words, type_words, unit_words
from policyengine.report.diff.words import TextLine, cause_line, in_file_order
from policyengine.report.markdown import Section, code, folded, item, prose, table_row
from policyengine.report.shown_text import count
from policyengine.report.terminal import TerminalPage

_MOST = 20
_LINES = 6


def write_costs(page: TerminalPage, cost: CostOfChange) -> None:
    """Adds what a change costs to a page for people."""
    comparison, currency = cost.comparison, cost.comparison.after.currency
    page.gap()
    for lines, changes in _by_lines(comparison.changes[:_MOST]).items():
        for change in changes:
            page.line(("cost", "info"), ": ", (_headline(change, currency), "strong"))
        for line in lines[:_LINES]:
            sign = (f"   {line.sign} ", "good" if line.sign == "+" else "error")
            page.line(sign, (f"{line.place}: " if line.place else "", "place"), line.text)
        page.line()
    if len(comparison.changes) > _MOST:
        page.line(
            (f"and {count(len(comparison.changes) - _MOST, 'more unit and type')}; --format json has them", "dim")
        )
    for gap in missing(comparison.after):
        page.line(("unknown: ", "warning"), gap.words)
    for early in comparison.early:
        page.line(("early deletion: ", "warning"), early_words(early, currency))
    for source in comparison.after.sources:
        page.line(("prices: ", "strong"), source_words(source, comparison.after.at))
    page.line(("cost", "error" if cost.failed else "strong"), f": {summary(cost)}")


def cost_sections(cost: CostOfChange) -> Iterator[Section]:
    """The tables of costs of a comment on a pull request."""
    comparison, currency = cost.comparison, cost.comparison.after.currency
    yield Section("\n", [item(f"**cost**: {_arrows(summary(cost))}")])
    rows = [
        table_row(
            code(unit_words(change.group.unit)),
            code(type_words(change.group.type)),
            prose(sum_words(change.before, currency)),
            prose(sum_words(change.after, currency)),
        )
        for change in comparison.changes
    ]
    yield Section("\n| unit | type | before | after |\n|---|---|---:|---:|\n", rows)
    lines = dict.fromkeys(line for change in comparison.changes for line in _lines(change))
    yield Section("\n", [item(f"- **unknown**: {prose(each.words)}") for each in missing(comparison.after)])
    yield folded("lines behind the cost", [item(f"- {_markdown(line)}") for line in lines])
    yield Section(
        "\n", [item(f"- **early deletion**: {prose(early_words(each, currency))}") for each in comparison.early]
    )
    at = comparison.after.at
    yield Section("\n", [item(f"- prices: {prose(source_words(each, at))}") for each in comparison.after.sources])


def cost_rows(cost: CostOfChange) -> Iterator[tuple[str, str]]:
    """Each unit and type with what it costs before and after, and the lines behind it, for a table."""
    currency = cost.comparison.after.currency
    for change in cost.comparison.changes:
        lines = [f"{line.sign} {line.place}: `{line.text}`" if line.place else line.text for line in _lines(change)]
        yield _headline(change, currency), "; ".join(lines)


def cost_notes(cost: CostOfChange) -> Iterator[str]:
    """Notes on unknown costs, early deletions and the age of the prices."""
    comparison, currency = cost.comparison, cost.comparison.after.currency
    yield from (f"unknown: {gap.words}" for gap in missing(comparison.after))
    yield from (f"early deletion: {early_words(early, currency)}" for early in comparison.early)
    yield from (f"prices: {source_words(source, comparison.after.at)}" for source in comparison.after.sources)


def cost_json(cost: CostOfChange) -> dict[str, object]:
    """The costs of a change in JSON."""
    comparison = cost.comparison
    return {
        "currency": comparison.after.currency or None,
        "usage": cost.usage,
        "before": sum_json(comparison.before.total),
        "after": sum_json(comparison.after.total),
        "increase": rounded(comparison.increase),
        "max_increase": _limit(cost),
        "verdict": None if cost.limit is None else "fail" if cost.failed else "pass",
        "missing": [gap.words for gap in missing(comparison.after)],
        "changes": [_change(change) for change in comparison.changes],
        "early_deletion": [_early(early) for early in comparison.early],
    }


def summary(cost: CostOfChange) -> str:
    """Both sums of a month, and the difference."""
    comparison, currency = cost.comparison, cost.comparison.after.currency
    before, after = (sum_words(side.total, currency) for side in (comparison.before, comparison.after))
    text = f"{before} -> {after} a month, {_increase(comparison.increase, currency)}"
    if cost.limit is not None:
        most = f"{cost.limit.amount:g} %" if cost.limit.percent else money(cost.limit.amount, currency)
        text += f"; {'more than' if cost.failed and comparison.increase is not None else 'at most'} {most} may be added"
    return text


def _headline(change: CostChange, currency: str) -> str:
    stored = _stored(change)
    where = f"{unit_words(change.group.unit)}, {type_words(change.group.type)}"
    sums = f"{sum_words(change.before, currency)} -> {sum_words(change.after, currency)}"
    return f"{where}: {sums} a month{stored}"


def _stored(change: CostChange) -> str:
    if change.gb_before is None or change.gb_after is None:
        return ""
    return f", {change.gb_before:,.1f} -> {change.gb_after:,.1f} GB-month kept"


def _increase(amount: float | None, currency: str) -> str:
    if amount is None:
        return "by an unknown amount"
    if not currency and not amount:
        return "unchanged"  # without a price there is no amount to write
    return f"{'+' if amount >= 0 else ''}{money(amount, currency)}"


def _by_lines(changes: Sequence[CostChange]) -> dict[tuple[TextLine, ...], list[CostChange]]:
    """The changes by the lines behind them, in the order of the first of each."""
    together: dict[tuple[TextLine, ...], list[CostChange]] = {}
    for change in changes:
        together.setdefault(tuple(_lines(change)), []).append(change)
    return together


def _lines(change: CostChange) -> list[TextLine]:
    """The lines behind a change, those of the base first."""
    causes = in_file_order(cause for each in change.causes for cause in each.causes)
    return list(dict.fromkeys(map(cause_line, sorted(causes, key=lambda cause: cause.side))))


def _markdown(line: TextLine) -> str:
    where = f"{code(line.place)} " if line.place else ""
    text = code(line.text) if line.place else prose(line.text)
    return f"{'now' if line.sign == '+' else 'before'}: {where}{text}"


def _arrows(text: str) -> str:
    return prose(text.replace("->", "→"))


def _limit(cost: CostOfChange) -> dict[str, object] | None:
    return cost.limit._asdict() if cost.limit else None


def _change(change: CostChange) -> dict[str, object]:
    sums: dict[str, CostSum] = {"before": change.before, "after": change.after}
    return {
        "unit": change.group.unit,
        "type": type_words(change.group.type),
        "plans": list(change.plans),
        **{side: sum_json(total) for side, total in sums.items()},
        "increase": rounded(change.increase),
        "gb_before": rounded(change.gb_before),
        "gb_after": rounded(change.gb_after),
        "causes": [
            {
                "change": each.id,
                "message": each.message,
                "lines": [cause_line(cause)._asdict() for cause in each.causes],
            }
            for each in change.causes
        ],
    }


def _early(early: EarlyDeletion) -> dict[str, object]:
    return {
        "plan": early.plan,
        "rule": early.rule,
        "type": type_words(early.type),
        "region": early.region,
        "quantity": rounded(early.quantity),
        "amount": rounded(early.amount),
    }
