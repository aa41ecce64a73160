from __future__ import annotations

from collections.abc import Iterator

from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.reporting import finding
from policyengine.analysis.checks.weighed_settings import in_rule
from policyengine.aws.deployment import Minutes
from policyengine.aws.settings import COMPLETE_WITHIN, START_WITHIN
from policyengine.base.diagnostics import Diagnostic, Harm, Severity
from policyengine.base.rules import Rule
from policyengine.base.text import quoted

RULE = Rule("PE508", "completion-window-short", Severity.INFO, harm=Harm.NOTHING)
WEIGHS = in_rule(START_WITHIN, COMPLETE_WITHIN)
_WITHOUT_WINDOW = {"FSx", "FSxVolume"}
_HOUR = 60


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per rule, at whichever of the windows is set."""
    for plan in facts.plans:
        if _WITHOUT_WINDOW.issuperset(plan.resource_types):
            continue
        for rule in plan.rules:
            if rule.complete_within <= rule.start_within:
                complete, start = (
                    f"{rule.path}/{COMPLETE_WITHIN.place}",
                    f"{rule.path}/{START_WITHIN.place}",
                )
                both = {COMPLETE_WITHIN.place, START_WITHIN.place} <= rule.document.keys()
                yield finding(
                    RULE,
                    facts,
                    plan,
                    complete if COMPLETE_WITHIN.place in rule.document else start,
                    message=f"rule {quoted(rule.name)} may start {_long(rule.start_within)} late and has"
                    f" {_long(rule.complete_within)} to complete",
                    advice="if the completion window counts from the scheduled time, a late start leaves no time:"
                    " make it longer than the start window",
                    other_paths=(start,) if both else (),
                )


def _long(minutes: Minutes) -> str:
    if minutes % _HOUR:
        return f"{minutes:,.0f} minutes"
    return f"{minutes / _HOUR:,.0f} hour{'s' if minutes > _HOUR else ''}"
