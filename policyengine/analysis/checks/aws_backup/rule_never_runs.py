from __future__ import annotations

from collections.abc import Iterator

from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.reporting import finding
from policyengine.analysis.checks.weighed_settings import RETENTION, SELECTED_TYPES, in_plan
from policyengine.aws.deployment import Overlap, overlaps
from policyengine.aws.settings import CONTINUOUS, RETAIN, SCHEDULE, START_WITHIN
from policyengine.base.diagnostics import Diagnostic, Harm, Severity
from policyengine.base.rules import Rule
from policyengine.base.text import listed, quoted

RULE = Rule("PE523", "rule-never-runs", Severity.ERROR, harm=Harm.BACKUP)
WEIGHS = in_plan(RETENTION, SELECTED_TYPES, CONTINUOUS, START_WITHIN, SCHEDULE)
_WINDOW = START_WITHIN.place


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per rule of a plan with no run to come that AWS starts."""
    for plan, overlap in facts.each(facts.plans, overlaps):
        if overlap.never:
            does = "makes a snapshot" if overlap.rule.continuous else "runs"
            by = listed((rule.name for rule in overlap.by), "and")
            yield finding(
                RULE,
                facts,
                plan,
                f"{overlap.rule.path}/{SCHEDULE.place}",
                message=f"rule {quoted(overlap.rule.name)} never {does}: its start window always overlaps that of"
                f" {by}, and the longer retention wins",
                advice=_advice(overlap),
                other_paths=tuple(_settings(overlap)),
                severity=_severity(overlap),
            )


def _severity(overlap: Overlap) -> Severity:
    if overlap.replaced:
        return Severity.INFO
    return Severity.WARNING if overlap.covered else Severity.ERROR


def _advice(overlap: Overlap) -> str:
    if overlap.replaced and overlap.rule.continuous:
        return "the other backup does all that its snapshots would: where both are wanted, move the schedules apart"
    if overlap.replaced:
        return "the other backup does all that this one would: leave the rule out, or move the schedules apart"
    return "shorten the start windows or move the schedules apart; a start window that is not set lasts 8 hours"


def _settings(overlap: Overlap) -> Iterator[str]:
    """The windows and retentions that decide, and the schedules of the rules that win."""
    for rule in (overlap.rule, *overlap.by):
        for key in (SCHEDULE.place, _WINDOW):
            if key in rule.document and (rule is not overlap.rule or key == _WINDOW):
                yield f"{rule.path}/{key}"
        if RETAIN.path[0] in rule.document:
            yield f"{rule.path}/{RETAIN.place}"
