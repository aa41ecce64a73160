from __future__ import annotations

from collections.abc import Iterator

from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.reporting import crossing, finding
from policyengine.aws.deployment import Destination, PlacedRule
from policyengine.aws.facts import DEFAULT_VAULT
from policyengine.base.diagnostics import Diagnostic, Harm, Severity
from policyengine.base.rules import Rule

RULE = Rule("PE610", "copy-to-default-vault", Severity.ERROR, harm=Harm.COPY)


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per copy; within the account it is `default-vault-assumed`."""
    for plan, place in facts.each_rule(_to_default):
        yield finding(
            RULE,
            facts,
            plan,
            place.path,
            message="vault `Default` takes no copies from other accounts",
            advice="create a vault with a customer managed key in the other account and copy there",
        )


def _to_default(rule: PlacedRule) -> Iterator[Destination]:
    return (place for place in crossing(rule) if place.vault.name == DEFAULT_VAULT)
