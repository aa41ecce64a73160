from __future__ import annotations

from collections.abc import Iterator

from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.vault_locks import outside
from policyengine.analysis.checks.weighed_settings import RETENTION, TARGETS, in_rule
from policyengine.base.diagnostics import Diagnostic, Harm, Severity
from policyengine.base.rules import Fact, Rule

RULE = Rule(
    "PE607",
    "copy-outside-vault-lock",
    Severity.ERROR,
    harm=Harm.COPY,
    needs=(Fact.VAULTS, Fact.VAULT_LOCKS, Fact.VAULT_TYPES),
)
WEIGHS = in_rule(RETENTION, TARGETS)


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per copy; those of continuous backups are snapshots like all others (facts 1.4.11)."""
    return outside(RULE, facts, lambda place: place.copy is not None)
