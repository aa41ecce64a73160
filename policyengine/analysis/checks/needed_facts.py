"""Facts that the snapshot lacks although plans of the project depend on them: without them a check is silent.

A fact that no plan needs is not missing: cross-account backup matters only where there are copies to other accounts.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import NamedTuple

from policyengine.analysis.checks.all_checks import CHECKS
from policyengine.analysis.checks.aws_backup.cold_storage_ignored import cold_storage_of_nothing
from policyengine.analysis.checks.environment.air_gapped_unsupported import air_gaps_of_nothing
from policyengine.analysis.checks.environment.copy_denied_by_vault import policy_unknown
from policyengine.analysis.checks.environment.copy_key_unusable import copies_without_key, may_want_key
from policyengine.analysis.checks.environment.copy_of_nothing import copies_of_nothing
from policyengine.analysis.checks.environment.dynamodb_advanced_off import needs_features
from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.reporting import crossing
from policyengine.analysis.checks.snapshot_rules import FACTS_MISSING
from policyengine.analysis.checks.taken_types import is_basic
from policyengine.aws.deployment import UNKNOWN, DeployedPlan, Destination, PlacedRule, Placement, Plan, Selection
from policyengine.aws.facts import resource_features
from policyengine.base.diagnostics import Diagnostic
from policyengine.base.rules import Fact
from policyengine.base.text import quoted

_SHOWN = 3  # subjects that a message names
_WORDS = {
    Fact.VAULTS: "which vaults there are",
    Fact.VAULT_LOCKS: "the locks of vaults",
    Fact.VAULT_TYPES: "the types of vaults",
    Fact.VAULT_KEYS: "the keys of vaults",
    Fact.VAULT_POLICIES: "the access policies of vaults",
    Fact.ROLES: "which roles there are",
    Fact.OPT_IN: "the types that the management account has opted in to",
    Fact.DYNAMODB_ADVANCED: "whether the advanced features for DynamoDB are on",
    Fact.CROSS_ACCOUNT_BACKUP: "whether cross-account backup is on",
    Fact.TAGS: "the tags of accounts",
}
_HOMES = {
    Fact.VAULTS: "add them to `vaults` of the snapshot",
    Fact.VAULT_LOCKS: "add `lock` to `vaults` of the snapshot, `none` where there is none",
    Fact.VAULT_TYPES: "add `type` to `vaults` of the snapshot, `standard` or `logically_air_gapped`",
    Fact.VAULT_KEYS: "add `key` to `vaults` of the snapshot",
    Fact.VAULT_POLICIES: "add `policy` to `vaults` of the snapshot, `none` where there is none",
    Fact.ROLES: "add them to `roles` of the snapshot",
    Fact.OPT_IN: "add the Regions to `settings.opt_in` of the snapshot",
    Fact.DYNAMODB_ADVANCED: "add the Regions to `settings.dynamodb_advanced` of the snapshot",
    Fact.CROSS_ACCOUNT_BACKUP: "add `settings.cross_account_backup` to the snapshot",
    Fact.TAGS: "add `tags` to the accounts of the snapshot",
}


class MissingFact(NamedTuple):
    """A fact that is missing: its subjects in words, the ids of the accounts, and who would use it.

    `subjects` is empty where it is a fact of the organization. `asking` are names of checks, or of requirements.
    """

    fact: Fact
    subjects: tuple[str, ...]
    accounts: tuple[str, ...]
    asking: tuple[str, ...]

    @property
    def finding(self) -> Diagnostic:
        """The finding of a strict gate."""
        more = f" and {len(self.subjects) - _SHOWN:,} more" if len(self.subjects) > _SHOWN else ""
        of = f" ({', '.join(self.subjects[:_SHOWN])}{more})" if self.subjects else ""
        return FACTS_MISSING.at(
            None,
            f"the snapshot does not tell {_WORDS[self.fact]}{of}",
            help=f'{_HOMES[self.fact]}, or accept it: `unknown = ["{self.fact}"]` under `[gate]`',
            accounts=self.accounts,
        )


def missing_facts(facts: Facts) -> tuple[MissingFact, ...]:
    """The facts that plans of the project depend on and the snapshot lacks, each with the checks that need it."""
    return tuple(
        MissingFact(fact, subjects, accounts, tuple(check.RULE.name for check in CHECKS if fact in check.RULE.needs))
        for fact, subjects, accounts in _lacking(facts)
    )


def _lacking(facts: Facts) -> Iterator[tuple[Fact, tuple[str, ...], tuple[str, ...]]]:
    """Every fact that is missing, with its subjects in words and the ids of the accounts, in order."""
    subjects: dict[Fact, set[str]] = {}
    plans: dict[Fact, dict[Plan | DeployedPlan, None]] = {}
    for fact, subject, plan in _cases(facts):
        subjects.setdefault(fact, set()).update(filter(None, (subject,)))
        plans.setdefault(fact, {})[plan] = None
    for fact in (fact for fact in Fact if fact in subjects):
        accounts = set(chain.from_iterable(map(facts.accounts_with, plans[fact])))
        yield fact, tuple(sorted(subjects[fact])), tuple(sorted(accounts))


def _cases(facts: Facts) -> Iterator[tuple[Fact, str, Plan | DeployedPlan]]:
    """Every fact that is missing, its subject, and a plan that depends on it."""
    for deployed, (fact, subject) in facts.each_rule(_of_rule):
        yield fact, subject, deployed
    for deployed in facts.deployed_plans:
        for _, role in facts.each((deployed.placement,), _unknown_roles):
            yield Fact.ROLES, role, deployed
    settings = facts.organization.settings
    opt_in, advanced = (settings.opt_in or {}, settings.dynamodb_advanced or {}) if settings else ({}, {})
    for plan in facts.plans:
        if _depends_on_opt_in(plan):
            yield from ((Fact.OPT_IN, region, plan) for region in plan.regions if region not in opt_in)
        if needs_features(plan):
            yield from ((Fact.DYNAMODB_ADVANCED, region, plan) for region in plan.regions if region not in advanced)
    yield from _of_taken_types(facts)
    yield from _of_crossing_copies(facts)


def _of_taken_types(facts: Facts) -> Iterator[tuple[Fact, str, DeployedPlan]]:
    """DynamoDB's features where they decide whether a selection by tag or `*` has any use of a setting."""
    for find in (copies_of_nothing, cold_storage_of_nothing, air_gaps_of_nothing, copies_without_key):
        for deployed, (_, case) in facts.each_rule(find):
            if is_basic(facts, case) is UNKNOWN:
                yield Fact.DYNAMODB_ADVANCED, case.region, deployed


def _of_crossing_copies(facts: Facts) -> Iterator[tuple[Fact, str, DeployedPlan]]:
    settings = facts.organization.settings
    switch_unknown = settings is None or settings.cross_account_backup is None
    for deployed, place in facts.each_rule(crossing):
        if switch_unknown:
            yield Fact.CROSS_ACCOUNT_BACKUP, "", deployed
        if policy_unknown(facts, place):
            yield Fact.VAULT_POLICIES, place.name, deployed


def _of_rule(rule: PlacedRule) -> Iterator[tuple[Fact, str]]:
    """The unknown facts of the vaults of a rule; no snapshot has those of other organizations."""
    for place in rule.destinations:
        if not place.crosses or place.vault.account in rule.placement.environments:
            yield from ((fact, place.name) for fact in _unknown(rule, place))


def _unknown(rule: PlacedRule, place: Destination) -> Iterator[Fact]:
    vault = place.vault
    if vault.exists is UNKNOWN:
        yield Fact.VAULTS
    if vault.exists is not True:
        return
    if UNKNOWN in (vault.lock, vault.min_retention, vault.max_retention):
        yield Fact.VAULT_LOCKS
    if vault.type is UNKNOWN:
        yield Fact.VAULT_TYPES
    if vault.key is UNKNOWN and may_want_key(rule, place):
        yield Fact.VAULT_KEYS


def _unknown_roles(placement: Placement) -> Iterator[str]:
    for selection in placement.reach.selections:
        role = selection.role.partition(":role/")[2]
        if role and placement.environment.has_role(role) is UNKNOWN:
            yield f"role {quoted(role)}"


def _depends_on_opt_in(plan: Plan) -> bool:
    return any(map(_obeys_opt_in, plan.selections))


def _obeys_opt_in(selection: Selection) -> bool:
    """Whether the opt-in decides for it: a type that it names goes past it, with exceptions (facts 2.3.2, 2.3.3)."""
    if not selection.names_types:
        return True
    by_type = resource_features()
    return any(by_type[name].opt_in_always for name in selection.reach if name in by_type)
