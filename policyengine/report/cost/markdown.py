"""`cost --format markdown`: a comment on a pull request, in the Markdown of GitHub and GitLab."""

from __future__ import annotations

from collections.abc import Iterator

from policyengine.report.cost.result import CostReport
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
from policyengine.report.markdown import Section, code, comment, folded, item, prose, table_row


def render(report: CostReport) -> str:
    """The estimate as a comment of at most 60,000 characters."""
    return comment("cost", f"**{report.verdict}**: {prose(headline(report))}", _sections(report))


def _sections(report: CostReport) -> Iterator[Section]:
    result = report.result
    for title, sums in groups(result):
        rows = [table_row(code(name), prose(sum_words(total, result.currency))) for name, total in sums]
        yield Section(f"\n| {title} | a month |\n|---|---:|\n", rows)
    months = [
        table_row(f"{number}", prose(sum_words(total, result.currency)))
        for number, total in enumerate(result.month_totals, 1)
    ]
    yield Section("\n| month | cost |\n|---:|---:|\n", months)
    yield Section("\n", [item(f"- **unknown**: {prose(each.words)}") for each in missing(result)])
    yield Section("\n", [item(f"- **note**: {prose(note)}") for note in result.notes])
    lines = [
        item(
            f"- {code(type_words(line.key.type))} {item_words(line.key.item)} {code(where(line))}"
            f" {prose(quantity(line))}: {prose(money(line.amount, result.currency))}"
        )
        for line in result.lines
    ]
    yield folded(f"{len(lines):,} lines", lines)
    yield Section("\n", [item(f"- prices: {prose(source_words(source, result.at))}") for source in result.sources])
