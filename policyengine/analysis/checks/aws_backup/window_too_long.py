from __future__ import annotations

from collections.abc import Iterator

from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.reporting import finding
from policyengine.aws.facts import limits
from policyengine.aws.settings import COMPLETE_WITHIN, START_WITHIN
from policyengine.base.diagnostics import Diagnostic, Harm, Severity
from policyengine.base.rules import Rule
from policyengine.base.text import quoted

RULE = Rule("PE538", "window-too-long", Severity.ERROR, harm=Harm.BACKUP)


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per window."""
    most = limits()["window_most_minutes"]
    for plan in facts.plans:
        for rule in plan.rules:
            for row, length, noun in (
                (START_WITHIN, rule.start_within, "start"),
                (COMPLETE_WITHIN, rule.complete_within, "completion"),
            ):
                if length > most:
                    yield finding(
                        RULE,
                        facts,
                        plan,
                        f"{rule.path}/{row.place}",
                        message=f"the {noun} window of rule {quoted(rule.name)} is {length:,.0f} minutes,"
                        f" AWS Backup takes {most:,} at most",
                        advice=f"make it {most:,} minutes or less",
                    )
