from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.reporting import finding
from policyengine.aws.deployment import DAY, Minutes, Plan, origin
from policyengine.aws.settings import COMPLETE_WITHIN, START_WITHIN
from policyengine.base.diagnostics import Diagnostic, Harm, Severity
from policyengine.base.rules import Rule
from policyengine.base.text import quoted

RULE = Rule("PE526", "windows-in-seconds", Severity.INFO, harm=Harm.NOTHING)
_HOUR, _MINUTE = 60, 60
_WINDOWS = {START_WITHIN.place: "start", COMPLETE_WITHIN.place: "completion"}


class _Window(NamedTuple):
    path: str
    rule: str
    noun: str
    length: Minutes


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per window; durations that are written in hours or days are meant so."""
    for plan, window in facts.each(facts.plans, _windows):
        seconds = window.length / _MINUTE
        yield finding(
            RULE,
            facts,
            plan,
            window.path,
            message=f"the {window.noun} window of rule {quoted(window.rule)} is {window.length:,.0f} minutes, which are"
            f" {_long(window.length)}; as seconds they would be {_long(seconds)}",
            advice=f"if seconds were meant, write {seconds:,.0f} minutes",
        )


def _windows(plan: Plan) -> Iterator[_Window]:
    """The windows of a plan that look like seconds."""
    for rule in plan.rules:
        for key, noun in _WINDOWS.items():
            length = rule.start_within if noun == "start" else rule.complete_within
            if _is_of_seconds(length) and _in_minutes(plan, f"{rule.path}/{key}"):
                yield _Window(f"{rule.path}/{key}", rule.name, noun, length)


def _is_of_seconds(window: Minutes) -> bool:
    return window >= DAY and window % (_MINUTE * _HOUR) == 0


def _in_minutes(plan: Plan, path: str) -> bool:
    """Whether the window is set as a number of minutes, as a document has it, not in a larger unit."""
    written = origin(plan, path)
    if written is None or written.span is None:
        return written is not None
    text = written.span.source.text[written.span.start : written.span.end]
    return not any(unit in text for unit in ("hour", "day", "week", "year"))


def _long(minutes: Minutes) -> str:
    """A length in days where it is whole in them, else in hours."""
    size, unit = (DAY, "day") if minutes % DAY == 0 else (_HOUR, "hour")
    return f"{minutes / size:,.0f} {unit}{'s' if minutes > size else ''}"
