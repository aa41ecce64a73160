from __future__ import annotations

from collections.abc import Iterator

from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.vault_locks import outside
from policyengine.base.diagnostics import Diagnostic, Harm, Severity
from policyengine.base.rules import Fact, Rule

RULE = Rule(
    "PE606",
    "retention-outside-vault-lock",
    Severity.ERROR,
    harm=Harm.BACKUP,
    needs=(Fact.VAULTS, Fact.VAULT_LOCKS, Fact.VAULT_TYPES),
)


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per rule and vault, Region by Region; `continuous-outside-vault-lock` takes continuous rules."""
    return outside(RULE, facts, lambda place: not place.copy and not place.rule.continuous)
