from __future__ import annotations

from collections.abc import Iterator

from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.reporting import finding
from policyengine.analysis.checks.weighed_settings import RETENTION, in_rule
from policyengine.aws.deployment import FOREVER
from policyengine.aws.settings import CONTINUOUS, RETAIN
from policyengine.base.diagnostics import Diagnostic, Harm, Severity
from policyengine.base.rules import Rule
from policyengine.base.text import quoted

RULE = Rule("PE503", "retention-unlimited", Severity.WARNING, harm=Harm.NOTHING)
WEIGHS = in_rule(RETENTION, CONTINUOUS)


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per rule; its copies inherit the fault, and continuous backups have an end of 35 days at most."""
    for plan in facts.plans:
        for rule in plan.rules:
            if rule.retention == FOREVER and not rule.continuous:
                yield finding(
                    RULE,
                    facts,
                    plan,
                    f"{rule.path}/{RETAIN.place}",
                    message=f"rule {quoted(rule.name)} sets no retention: its backups are kept forever",
                    advice="say for how many days they are kept",
                )
