from __future__ import annotations

from collections.abc import Iterator

from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.reporting import finding
from policyengine.aws.cron import Cron, parse_cron
from policyengine.aws.deployment import UNKNOWN
from policyengine.aws.settings import SCHEDULE
from policyengine.base.catalogue.example_projects import one_rule
from policyengine.base.diagnostics import Diagnostic, Harm, Rule, Severity
from policyengine.base.text import quoted

RULE = Rule(
    code="PE525",
    name="cron-fields",
    severity=Severity.INFO,
    title="a schedule has fewer or more fields than the six that AWS documents",
    rationale=(
        "AWS documents six fields: minute, hour, day-of-month, month, day-of-week, year. Organizations was seen to take"
        " five, which leave the year open, and to ignore what follows the sixth: a field of seconds in front, as other"
        " schedulers have it, or a time zone behind. Since that is nowhere promised, and what is ignored may have been"
        " meant, it is told."
    ),
    bad=one_rule('schedule = cron("0 5 * * ?")\nvault = "Main"\nretain = 35 days'),
    good=one_rule('schedule = cron("0 5 * * ? *")\nvault = "Main"\nretain = 35 days'),
    reference="facts 1.1.2, 1.1.13",
    aws_pages=("https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html",),
    harm=Harm.NOTHING,
)
_DOCUMENTED = 6


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per rule."""
    for plan in facts.plans:
        for rule in plan.rules:
            cron = None if rule.interval is UNKNOWN else parse_cron(rule.schedule)
            if cron and (told := _told(cron)):
                message, advice = told
                yield finding(RULE, facts, plan, f"{rule.path}/{SCHEDULE.place}", message=message, advice=advice)


def _told(cron: Cron) -> tuple[str, str] | None:
    """What there is to say of the fields, and what to do; None for six of them."""
    if len(cron.fields) < _DOCUMENTED:
        whole = f"{cron.text[:-1].rstrip()} *)"
        return "the schedule has five fields, and AWS documents six: the year is missing", f"write {quoted(whole)}"
    end = cron.fields[-1].end
    if ignored := cron.text[end:-1].strip():
        return (
            f"{quoted(ignored)} follows the sixth field of the schedule, and AWS ignores it",
            f"write {quoted(cron.text[:end] + ')')}, if that is meant",
        )
    return None
