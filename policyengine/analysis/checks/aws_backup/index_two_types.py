from __future__ import annotations

from collections.abc import Iterator

from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.reporting import finding
from policyengine.aws.settings import INDEX
from policyengine.base.catalogue.example_projects import one_rule
from policyengine.base.diagnostics import Diagnostic, Harm, Rule, Severity
from policyengine.base.text import listed, quoted

_RULE = 'schedule = daily at 05:00\nvault = "Main"\nretain = 35 days\n'

RULE = Rule(
    code="PE516",
    name="index-two-types",
    severity=Severity.WARNING,
    title="a rule asks for the search index of two resource types",
    rationale=(
        "Organizations takes a list of resource types to index, but AWS Backup takes one type per rule by its own"
        " documentation. What becomes of a rule with two is not documented, so the index may be missing, or the rule."
        " The list can also come together from two policies that append to it."
    ),
    bad=one_rule(_RULE + "index = [EBS, S3]\n"),
    good=one_rule(_RULE + "index = [EBS]\n"),
    reference="facts 1.5.10",
    aws_pages=(
        "https://docs.aws.amazon.com/aws-backup/latest/devguide/API_BackupRuleInput.html",
        "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_backup_syntax.html",
    ),
    harm=Harm.NOTHING,
)


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per rule."""
    for plan in facts.plans:
        for rule in plan.rules:
            types = tuple(dict.fromkeys(rule.index))
            if len(types) > 1:
                yield finding(
                    RULE,
                    facts,
                    plan,
                    f"{rule.path}/{INDEX.place}",
                    message=f"rule {quoted(rule.name)} indexes {listed(types, 'and')}, expected one type per rule",
                    advice="give each type a rule of its own",
                )
