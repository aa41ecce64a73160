from __future__ import annotations

from collections.abc import Iterator

from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.reporting import finding
from policyengine.aws.cron import Cron, parse_cron
from policyengine.aws.deployment import UNKNOWN
from policyengine.aws.settings import SCHEDULE
from policyengine.base.diagnostics import Diagnostic, Harm, Severity
from policyengine.base.rules import Rule
from policyengine.base.text import Suggestion, quoted

RULE = Rule("PE525", "cron-fields", Severity.INFO, harm=Harm.NOTHING)
_DOCUMENTED = 6


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per rule."""
    for plan in facts.plans:
        for rule in plan.rules:
            cron = None if rule.interval is UNKNOWN else parse_cron(rule.schedule)
            if cron and (fault := _fault(cron)):
                message, advice = fault
                yield finding(RULE, facts, plan, f"{rule.path}/{SCHEDULE.place}", message=message, advice=advice)


def _fault(cron: Cron) -> tuple[str, str] | None:
    """The fault of the fields, and the advice, in fields: policy files have them in quotes, AWS in `cron(...)`."""
    fields = cron.text[len("cron(") : -1]
    if len(cron.fields) < _DOCUMENTED:
        whole = f"{fields.rstrip()} *"
        advice = Suggestion.of(f"add the year: {quoted(whole)}", fields, whole, sure=True)
        return "the schedule has five fields, and AWS documents six: the year is missing", advice
    end = cron.fields[-1].end
    if ignored := cron.text[end:-1].strip():
        return (
            f"{quoted(ignored)} follows the sixth field of the schedule, and AWS ignores it",
            f"leave it out, if {quoted(cron.text[len('cron(') : end])} is meant",
        )
    return None
