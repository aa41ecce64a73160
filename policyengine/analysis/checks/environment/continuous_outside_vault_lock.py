from __future__ import annotations

from collections.abc import Iterator

from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.reporting import finding
from policyengine.analysis.checks.vault_locks import kept, refused
from policyengine.aws.deployment import DAY
from policyengine.aws.facts import limits
from policyengine.aws.settings import CONTINUOUS
from policyengine.base.catalogue.example_organizations import ONE_UNIT
from policyengine.base.catalogue.example_projects import one_rule
from policyengine.base.diagnostics import Diagnostic, Fact, Harm, Rule, Severity

_TREE = ONE_UNIT + (
    "vaults:\n"
    '  - {name: Ledger, accounts: "*", regions: [eu-west-1], lock: {mode: compliance, min_retention_days: 90}}\n'
    '  - {name: Main, accounts: "*", regions: [eu-west-1], lock: {mode: governance, min_retention_days: 7}}\n'
)
_RULE = "schedule = daily at 05:00\ncontinuous = true\nretain = 35 days\n"

RULE = Rule(
    code="PE608",
    name="continuous-outside-vault-lock",
    severity=Severity.ERROR,
    title="the lock of a vault does not allow the continuous backups of a rule",
    rationale=(
        "A continuous backup is kept for 35 days at most, and the lock of its vault applies to it like to any other. "
        "A vault whose lock asks for more than 35 days can never hold one, so every job of such a rule fails. "
        "Continuous backups need a vault with a lower minimum, or one without a lock."
    ),
    bad=one_rule(_RULE + 'vault = "Ledger"', tree=_TREE),
    good=one_rule(_RULE + 'vault = "Main"', tree=_TREE),
    reference="facts 1.3.2, 1.4.12, 4.2.4",
    aws_pages=(
        "https://docs.aws.amazon.com/aws-backup/latest/devguide/point-in-time-recovery.html",
        "https://docs.aws.amazon.com/aws-backup/latest/devguide/vault-lock.html",
    ),
    harm=Harm.BACKUP,
    needs=(Fact.VAULTS, Fact.VAULT_LOCKS, Fact.VAULT_TYPES),
)


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per rule and vault, Region by Region; its copies are snapshots (facts 1.4.11)."""
    longest = limits()["continuous_most_days"] * DAY
    for plan, (place, allowed) in facts.each_rule(refused):
        if place.copy or not place.rule.continuous:
            continue
        never = allowed.least > longest
        retention = f"{kept(longest)} at most" if never else kept(place.retention)
        possible = allowed._replace(most=min(allowed.most, longest)).text
        yield finding(
            RULE,
            facts,
            plan,
            f"{place.rule.path}/{CONTINUOUS.place}",
            message=f"continuous backups are kept {retention}, but {allowed.lock} allows {allowed.text}",
            advice="use another vault for the continuous backups" if never else f"keep them for {possible}",
            region=allowed.region,
            beside=place.retention_paths,
        )
