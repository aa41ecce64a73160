from __future__ import annotations

from collections.abc import Iterator

from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.reporting import finding, naming
from policyengine.aws.deployment import UNKNOWN, Destination, PlacedRule
from policyengine.aws.facts import DEFAULT_VAULT, features
from policyengine.base.diagnostics import Diagnostic, Harm, Severity
from policyengine.base.rules import Fact, Rule
from policyengine.base.text import listed, quoted

RULE = Rule("PE613", "copy-key-unusable", Severity.ERROR, harm=Harm.COPY, needs=(Fact.VAULTS, Fact.VAULT_KEYS))


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per copy; `copy-to-default-vault` reports the vault `Default` of another account."""
    for plan, (place, types) in facts.each_rule(_refused):
        vault = place.rule.air_gapped
        what = f"backups in the air-gapped vault {quoted(vault.name)}" if vault else listed(types, "and")
        yield finding(
            RULE,
            facts,
            plan,
            place.path,
            message=f"{what} cannot be copied to {place.name}, which has a key that AWS manages",
            advice="copy to a vault with a customer managed key",
            region=place.vault.region,
            other_paths=naming(plan.plan, types),
        )


def types_in_need_of_key(rule: PlacedRule) -> tuple[str, ...]:
    """The named types whose copies to other accounts surely need a customer managed key.

    Within an account the key may be that of the resource's own service, which works; clusters are left out, because
    copies of unencrypted ones need no key at all (facts 4.4.12).
    """
    named = {name: features(name) for name in rule.placement.reach.named_types}
    return tuple(name for name, can in named.items() if can.fully_managed == "no" and can.copy_account == "yes")


def _refused(rule: PlacedRule) -> Iterator[tuple[Destination, tuple[str, ...]]]:
    """The copies that surely need a customer managed key: those from an air-gapped vault, and of some named types."""
    types = types_in_need_of_key(rule)
    for place in rule.destinations if types or rule.rule.air_gapped else ():
        reported = place.crosses and place.vault.name == DEFAULT_VAULT  # by `copy-to-default-vault`
        if place.copy and not reported and _is_managed_by_aws(place) and (place.crosses or rule.rule.air_gapped):
            yield place, () if rule.rule.air_gapped else types


def _is_managed_by_aws(place: Destination) -> bool:
    """Whether the vault surely has a key that AWS manages: `Default` has that of AWS Backup (facts 4.1)."""
    own = place.vault.key == "aws_managed" or (place.vault.name == DEFAULT_VAULT and place.vault.key is UNKNOWN)
    return own and place.vault.exists is not False
