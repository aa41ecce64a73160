from __future__ import annotations

from collections.abc import Iterator

from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.vault_locks import outside
from policyengine.base.catalogue.example_organizations import ONE_UNIT
from policyengine.base.catalogue.example_projects import one_rule
from policyengine.base.diagnostics import Diagnostic, Fact, Harm, Rule, Severity

_TREE = ONE_UNIT + (
    'vaults:\n  - {name: Main, accounts: "*", regions: [eu-west-1], lock: {mode: governance, min_retention_days: 30}}\n'
)

RULE = Rule(
    code="PE606",
    name="retention-outside-vault-lock",
    severity=Severity.ERROR,
    title="backups are kept for less or more time than the lock of their vault allows",
    rationale=(
        "A vault lock may set the shortest and the longest retention, and an air-gapped vault always does. A backup "
        "job with a retention outside of these bounds fails; the bounds themselves are allowed. With an air-gapped "
        "vault the retention has to suit both vaults of the rule. That `forever` is over every maximum follows from "
        "AWS's words without standing there, so it is a warning."
    ),
    bad=one_rule('schedule = daily at 05:00\nvault = "Main"\nretain = 14 days', tree=_TREE),
    good=one_rule('schedule = daily at 05:00\nvault = "Main"\nretain = 30 days', tree=_TREE),
    reference="facts 4.2.4, 4.2.6, 4.4.17",
    aws_pages=(
        "https://docs.aws.amazon.com/aws-backup/latest/devguide/vault-lock.html",
        "https://docs.aws.amazon.com/aws-backup/latest/devguide/lag-vault-primary-backup.html",
    ),
    harm=Harm.BACKUP,
    needs=(Fact.VAULTS, Fact.VAULT_LOCKS, Fact.VAULT_TYPES),
)


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per rule and vault, Region by Region; `continuous-outside-vault-lock` takes continuous rules."""
    return outside(RULE, facts, lambda place: not place.copy and not place.rule.continuous)
