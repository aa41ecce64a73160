from __future__ import annotations

from collections.abc import Iterator

from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.reporting import finding
from policyengine.analysis.checks.weighed_settings import RETENTION, SELECTED_TYPES, in_plan
from policyengine.aws.deployment import Overlap, overlaps
from policyengine.aws.facts import limits
from policyengine.aws.settings import CONTINUOUS, SCHEDULE, START_WITHIN
from policyengine.base.diagnostics import Diagnostic, Harm, Severity
from policyengine.base.rules import Rule
from policyengine.base.text import listed, quoted

RULE = Rule("PE507", "windows-overlap", Severity.WARNING, harm=Harm.PROTECTION)
WEIGHS = in_plan(RETENTION, SELECTED_TYPES, CONTINUOUS, START_WITHIN, SCHEDULE)
_WINDOW = START_WITHIN.place


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per rule that loses some of its runs; info where another rule does the same at the same time.

    `rule-never-runs` reports rules that lose all of them.
    """
    for plan, overlap in facts.each(facts.plans, overlaps):
        if overlap.never:
            continue
        replaced = overlap.replaced
        yield finding(
            RULE,
            facts,
            plan,
            f"{overlap.rule.path}/{SCHEDULE.place}",
            message=_message(overlap, replaced=replaced),
            advice=_advice(overlap, replaced=replaced),
            other_paths=tuple(_settings(overlap)),
            severity=Severity.INFO if replaced else None,
        )


def _message(overlap: Overlap, *, replaced: bool) -> str:
    lost = f"{overlap.lost:,} of {overlap.runs:,} runs a {overlap.period}"
    by = listed((rule.name for rule in overlap.by), "and")
    why = ": they start at the same minute" if replaced else ": their start windows overlap"
    return f"rule {quoted(overlap.rule.name)} loses {lost} to {by}{why}, and the longer retention wins"


def _advice(overlap: Overlap, *, replaced: bool) -> str:
    advice = "shorten the start windows or move the schedules apart"
    if replaced:
        advice = "where both backups are wanted, move the schedules apart by more than the start windows"
    if all(_WINDOW in rule.document for rule in (overlap.rule, *overlap.by)):
        return advice
    return f"{advice}; a start window that is not set lasts {limits()['start_window_default_minutes'] // 60} hours"


def _settings(overlap: Overlap) -> Iterator[str]:
    """The schedules and windows that make the overlap, apart from the lost rule's schedule."""
    for rule in (overlap.rule, *overlap.by):
        for key in (SCHEDULE.place, _WINDOW):
            if key in rule.document and (rule is not overlap.rule or key == _WINDOW):
                yield f"{rule.path}/{key}"
