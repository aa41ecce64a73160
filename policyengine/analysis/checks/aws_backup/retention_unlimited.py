from __future__ import annotations

from collections.abc import Iterator

from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.reporting import finding
from policyengine.aws.deployment import FOREVER
from policyengine.aws.settings import RETAIN
from policyengine.base.catalogue.example_projects import one_rule
from policyengine.base.diagnostics import Diagnostic, Harm, Rule, Severity
from policyengine.base.text import quoted

RULE = Rule(
    code="PE503",
    name="retention-unlimited",
    severity=Severity.WARNING,
    title="a rule keeps its backups forever",
    rationale=(
        "A rule without a retention keeps every backup until somebody deletes it by hand, and so does each of its"
        " copies without one of its own. The bill grows with every run, personal data stays longer than it may, and in"
        " a vault under a compliance lock nobody can delete it at all. Where that is meant, set this check off or to"
        " `info` in `policyengine.toml`."
    ),
    bad=one_rule('schedule = daily at 05:00\nvault = "Main"'),
    good=one_rule('schedule = daily at 05:00\nvault = "Main"\nretain = 35 days'),
    reference="facts 1.3.1, 4.2.7, 9",
    aws_pages=(
        "https://docs.aws.amazon.com/aws-backup/latest/devguide/plan-options-and-configuration.html",
        "https://docs.aws.amazon.com/aws-backup/latest/devguide/vault-lock.html",
    ),
    harm=Harm.NOTHING,
)


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
