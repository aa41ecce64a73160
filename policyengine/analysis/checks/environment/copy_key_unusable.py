from __future__ import annotations

from collections.abc import Iterator

from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.reporting import finding, naming
from policyengine.analysis.checks.taken_types import TakenTypes, arriving, basic_cases, types_taken
from policyengine.analysis.checks.weighed_settings import SELECTED_TYPES, TARGETS, in_plan
from policyengine.aws.deployment import UNKNOWN, Destination, PlacedRule
from policyengine.aws.facts import DEFAULT_VAULT, features
from policyengine.base.diagnostics import Diagnostic, Harm, Severity
from policyengine.base.rules import Fact, Rule
from policyengine.base.text import listed, quoted

RULE = Rule(
    "PE613",
    "copy-key-unusable",
    Severity.ERROR,
    harm=Harm.COPY,
    needs=(Fact.VAULTS, Fact.VAULT_KEYS, Fact.OPT_IN, Fact.DYNAMODB_ADVANCED),
)
WEIGHS = in_plan(SELECTED_TYPES, TARGETS)

_ADVICE = "copy to a vault with a customer managed key"


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per copy; `copy-to-default-vault` reports the vault `Default` of another account.

    Of what selections by tag or `*` take it reports each Region of which all needs a key.
    """
    for plan, (place, types) in facts.each_rule(_refused):
        vault = place.rule.air_gapped
        what = f"backups in the air-gapped vault {quoted(vault.name)}" if vault else listed(types, "and")
        yield finding(
            RULE,
            facts,
            plan,
            place.path,
            message=f"{what} cannot be copied to {place.name}, which has a key that AWS manages",
            advice=_ADVICE,
            region=place.vault.region,
            other_paths=naming(plan.plan, types),
        )
    for plan, (place, case) in basic_cases(facts, copies_without_key):
        yield finding(
            RULE,
            facts,
            plan,
            place.path,
            message=f"{case.words}, which cannot be copied to {place.name}: it has a key that AWS manages",
            advice=_ADVICE,
            region=case.region,
            other_paths=(case.selection.path,),
            severity=Severity.WARNING,
        )


def may_want_key(rule: PlacedRule, place: Destination) -> bool:
    """Whether a copy needs a customer managed key: out of an air-gapped vault, or to another account.

    There all that a selection has of it needs one, or a type that it names.
    """
    if rule.rule.air_gapped or not place.crosses:
        return place.copy is not None and rule.rule.air_gapped is not None
    cases = (arriving(place, case) for case in types_taken(rule))
    return bool(_types_in_need_of_key(rule)) or any(types and all(map(_needs_key, types)) for types in cases)


def _types_in_need_of_key(rule: PlacedRule) -> tuple[str, ...]:
    """The named types whose copies to other accounts surely need a customer managed key.

    Within an account the key may be that of the resource's own service, which works; clusters are left out, because
    copies of unencrypted ones need no key at all (facts 4.4.12).
    """
    return tuple(name for name in rule.placement.reach.named_types if _needs_key(name))


def _needs_key(name: str) -> bool:
    can = features(name)
    return can.fully_managed == "no" and can.copy_account == "yes"


def copies_without_key(rule: PlacedRule) -> Iterator[tuple[Destination, TakenTypes]]:
    """The copies to other accounts of which a selection has nothing for want of a key; `copy-of-nothing` has others."""
    if rule.rule.air_gapped or not any(_lacks_key(place) for place in rule.destinations):
        return
    for case in types_taken(rule):
        for place in case.rule.destinations:
            types = arriving(place, case) if place.crosses and _lacks_key(place) else ()
            if types and all(map(_needs_key, types)):
                yield place, case


def _refused(rule: PlacedRule) -> Iterator[tuple[Destination, tuple[str, ...]]]:
    """The copies that surely need a customer managed key: those from an air-gapped vault, and of some named types."""
    types = _types_in_need_of_key(rule)
    for place in rule.destinations if types or rule.rule.air_gapped else ():
        if _lacks_key(place) and (place.crosses or rule.rule.air_gapped):
            yield place, () if rule.rule.air_gapped else types


def _lacks_key(place: Destination) -> bool:
    """Whether a copy goes to a vault without a customer managed key; `copy-to-default-vault` reports `Default`."""
    reported = place.crosses and place.vault.name == DEFAULT_VAULT
    return place.copy is not None and not reported and _is_managed_by_aws(place)


def _is_managed_by_aws(place: Destination) -> bool:
    """Whether the vault surely has a key that AWS manages: `Default` has that of AWS Backup (facts 4.1)."""
    own = place.vault.key == "aws_managed" or (place.vault.name == DEFAULT_VAULT and place.vault.key is UNKNOWN)
    return own and place.vault.exists is not False
