from __future__ import annotations

from collections.abc import Iterator

from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.reporting import finding
from policyengine.analysis.checks.weighed_settings import in_rule
from policyengine.aws.facts import default_schedule
from policyengine.aws.settings import SCHEDULE
from policyengine.base.diagnostics import Diagnostic, Harm, Severity
from policyengine.base.rules import Rule
from policyengine.base.text import quoted

RULE = Rule("PE504", "schedule-missing", Severity.WARNING, harm=Harm.NOTHING)
WEIGHS = in_rule(SCHEDULE)


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per rule."""
    for plan in facts.plans:
        for rule in plan.rules:
            if SCHEDULE.place not in rule.document:
                yield finding(
                    RULE,
                    facts,
                    plan,
                    f"{rule.path}/{SCHEDULE.place}",
                    message=f"rule {quoted(rule.name)} has no schedule: AWS Backup runs it at"
                    f" {quoted(default_schedule())}, its default",
                    advice="say when it runs",
                )
