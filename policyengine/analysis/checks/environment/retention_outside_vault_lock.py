from __future__ import annotations

from collections.abc import Iterator

from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.vault_locks import outside
from policyengine.analysis.checks.weighed_settings import RETENTION, RULE_VAULTS, in_rule
from policyengine.aws.settings import CONTINUOUS
from policyengine.base.diagnostics import Diagnostic, Harm, Severity
from policyengine.base.rules import Fact, Rule

RULE = Rule(
    "PE606",
    "retention-outside-vault-lock",
    Severity.ERROR,
    harm=Harm.BACKUP,
    needs=(Fact.VAULTS, Fact.VAULT_LOCKS, Fact.VAULT_TYPES),
)
WEIGHS = in_rule(RETENTION, RULE_VAULTS, CONTINUOUS)


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per rule and vault, Region by Region; `continuous-outside-vault-lock` takes continuous rules."""
    return outside(RULE, facts, lambda place: not place.copy and not place.rule.continuous)
