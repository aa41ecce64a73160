from __future__ import annotations

from collections.abc import Iterator

from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.vault_locks import outside
from policyengine.base.catalogue.example_organizations import ONE_UNIT
from policyengine.base.catalogue.example_projects import one_rule
from policyengine.base.diagnostics import Diagnostic, Fact, Harm, Rule, Severity

_TREE = ONE_UNIT + (
    "vaults:\n"
    '  - {name: Main, accounts: "*", regions: [eu-west-1]}\n'
    '  - {name: Safe, accounts: "*", regions: [eu-central-1], lock: {mode: governance, min_retention_days: 90}}\n'
)
_RULE = 'schedule = daily at 05:00\nvault = "Main"\nretain = 35 days\n'

RULE = Rule(
    code="PE607",
    name="copy-outside-vault-lock",
    severity=Severity.ERROR,
    title="copies are kept for less or more time than the lock of their vault allows",
    rationale=(
        "A copy job whose retention is outside of the bounds of the destination's lock fails, while the backup itself "
        "completes. A copy without a retention of its own has that of its rule, which is easy to miss: the vault of "
        "the rule takes it and the vault of the copy does not."
    ),
    bad=one_rule(_RULE + 'copy to vault "Safe" in eu-central-1', tree=_TREE),
    good=one_rule(_RULE + 'copy to vault "Safe" in eu-central-1 { retain = 90 days }', tree=_TREE),
    reference="facts 4.2.4, 4.2.6, 4.3",
    aws_pages=(
        "https://docs.aws.amazon.com/aws-backup/latest/devguide/vault-lock.html",
        "https://docs.aws.amazon.com/aws-backup/latest/devguide/recov-point-create-a-copy.html",
    ),
    harm=Harm.COPY,
    needs=(Fact.VAULTS, Fact.VAULT_LOCKS, Fact.VAULT_TYPES),
)


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per copy; those of continuous backups are snapshots like all others (facts 1.4.11)."""
    return outside(RULE, facts, lambda place: place.copy is not None)
