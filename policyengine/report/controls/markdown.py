"""`controls --format markdown`: a comment with a table of the controls; what is not met is listed, the rest folded."""

from __future__ import annotations

from collections.abc import Iterator

from policyengine.analysis.controls import Compliance, ControlResult
from policyengine.report.controls.result import ORDER, WORDS, EvaluatedControls, RowGroup, groups
from policyengine.report.markdown import Section, code, comment, folded, item, prose, table_row

_HEAD = f"\n| control | result | {' | '.join(WORDS[word] for word in ORDER)} |\n|---|---|---:|---:|---:|---:|\n"


def render(evaluated: EvaluatedControls) -> str:
    """The results as a comment of at most 60,000 characters."""
    word = "fail" if evaluated.failed else "pass"
    return comment("controls", f"**{word}**: {prose(evaluated.summary)}", _sections(evaluated))


def _sections(evaluated: EvaluatedControls) -> Iterator[Section]:
    yield Section(_HEAD, list(map(_row, evaluated.ordered)))
    for result in evaluated.ordered:
        name = code(result.demand.control.name)
        failing = [_group(group) for group in groups(result) if group.compliance is Compliance.NON_COMPLIANT]
        yield Section(item(f"\n**{name}**: {prose(result.basis)}") + "\n", failing)
    undecided = [
        item(f"- {code(result.demand.control.name)}: {len(group.rows):,}: {prose(group.annotation)}")
        for result in evaluated.ordered
        for group in groups(result)
        if group.compliance is Compliance.INSUFFICIENT_DATA
    ]
    yield folded("undecided", undecided)


def _row(result: ControlResult) -> str:
    numbers = (f"{result.count(word):,}" for word in ORDER)
    return table_row(code(result.demand.control.name), WORDS[result.compliance], *numbers)


def _group(group: RowGroup) -> str:
    return item(f"- {len(group.rows):,} {WORDS[group.compliance]}: {prose(group.annotation)} ({prose(group.places)})")
