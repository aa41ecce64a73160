"""A run as JSON, and as Markdown that reads well on a terminal too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from benchmarks.figures import Figure, Goal, Measurement, Unit

SCHEMA = "policyengine/benchmarks/1"
_DIGITS: dict[Unit, int] = {"MB": 0, "count": 0, "bytes": 0, "tokens": 0, "million": 0, "ms": 2, "µs": 2, "exponent": 2}


def as_json(
    measurements: Sequence[Measurement], machine: dict[str, str], versions: dict[str, str], seed: int
) -> dict[str, Any]:
    """Everything of a run."""
    return {
        "schema": SCHEMA,
        "seed": seed,
        "machine": machine,
        "versions": versions,
        "measures": [
            {**asdict(found), "goals": [{**asdict(goal), "holds": goal.holds} for goal in found.goals]}
            for found in measurements
        ],
    }


def from_json(run: dict[str, Any]) -> tuple[Measurement, ...]:
    """The measures of a run that was written as JSON."""
    return tuple(_measurement(dict(found)) for found in run["measures"])


def goals_table(measurements: Sequence[Measurement]) -> str:
    """The goals of measures, and whether they hold."""
    goals = [goal for found in measurements for goal in found.goals]
    rows = [(goal.name, _amount(goal.value, goal.unit), _limit(goal), _verdict(goal)) for goal in goals]
    return _table(("goal", "measured", "limit", ""), rows)


def figures_table(found: Measurement) -> str:
    """The figures of a measure under its title."""
    rows = [(figure.name, _amount(figure.value, figure.unit), figure.note) for figure in found.figures]
    skipped = f"\nSkipped, not installed: {', '.join(found.skipped)}.\n" if found.skipped else ""
    return f"### {found.title}\n\n{_table(('figure', 'measured', ''), rows)}{skipped}"


def _measurement(found: dict[str, Any]) -> Measurement:
    figures = tuple(Figure(**figure) for figure in found.pop("figures"))
    goals = [{key: value for key, value in goal.items() if key != "holds"} for goal in found.pop("goals")]
    skipped = tuple(found.pop("skipped"))
    return Measurement(**found, figures=figures, goals=tuple(Goal(**goal) for goal in goals), skipped=skipped)


def _verdict(goal: Goal) -> str:
    return "holds" if goal.holds else "**missed**"


def _limit(goal: Goal) -> str:
    return f"{'at least' if goal.least else 'at most'} {_amount(goal.limit, goal.unit)}"


def _amount(value: float, unit: Unit) -> str:
    digits = _DIGITS.get(unit, 0 if value >= 100 else 3)  # noqa: PLR2004 - three digits are enough
    text = f"{value:,.{digits}f}"
    return text if unit in ("exponent", "count") else f"{text} {unit}"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head))]
    lines = [[cell.ljust(width) for cell, width in zip(row, widths, strict=True)] for row in (head, *rows)]
    ruled = [lines[0], ["-" * max(width, 3) for width in widths], *lines[1:]]
    return "".join(f"| {' | '.join(line)} |\n" for line in ruled)
