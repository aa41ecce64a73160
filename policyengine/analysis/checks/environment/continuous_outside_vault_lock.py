from __future__ import annotations

from collections.abc import Iterator

from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.reporting import finding
from policyengine.analysis.checks.vault_locks import kept, refused
from policyengine.analysis.checks.weighed_settings import RETENTION, RULE_VAULTS, in_rule
from policyengine.aws.deployment import DAY
from policyengine.aws.facts import limits
from policyengine.aws.settings import CONTINUOUS
from policyengine.base.diagnostics import Diagnostic, Harm, Severity
from policyengine.base.rules import Fact, Rule

RULE = Rule(
    "PE608",
    "continuous-outside-vault-lock",
    Severity.ERROR,
    harm=Harm.BACKUP,
    needs=(Fact.VAULTS, Fact.VAULT_LOCKS, Fact.VAULT_TYPES),
)
WEIGHS = in_rule(RETENTION, RULE_VAULTS, CONTINUOUS)


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
            other_paths=place.retention_paths,
        )
