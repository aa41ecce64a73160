from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from msgspec.structs import replace

from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.reporting import finding
from policyengine.aws.access_policies import NO_POLICY, AccessPolicy, Request
from policyengine.aws.arns import vault_arn
from policyengine.aws.deployment import UNKNOWN, DeployedPlan, Destination, OrUnknown, PlacedRule
from policyengine.aws.facts import DEFAULT_VAULT
from policyengine.aws.organization import Entity, Organization
from policyengine.base.diagnostics import Diagnostic, Harm, Severity
from policyengine.base.rules import Fact, Rule
from policyengine.base.text import quoted

RULE = Rule("PE620", "copy-denied-by-vault", Severity.ERROR, harm=Harm.COPY, needs=(Fact.VAULTS, Fact.VAULT_POLICIES))

ACTION = "backup:CopyIntoBackupVault"
"""What the account of a plan has to be allowed at the vault that takes a copy (facts 4.4.6, 4.4.22)."""


class _Fault(NamedTuple):
    message: str
    advice: str


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per copy and cause, for the accounts of the plan that the vault surely refuses."""
    environments = facts.deployment.environments
    accounts = {account.id: account for account in facts.organization.accounts if account.id}
    for plan, place in facts.each_rule(_copies):
        if not environments.knows_policies_of(place.vault.name):
            continue
        faults: dict[_Fault, list[str]] = {}
        judge = _Judge(facts, place)
        for account in facts.accounts_with(plan):
            if account in accounts and (fault := judge.fault(accounts[account])):
                faults.setdefault(fault, []).append(account)
        for fault, refused in faults.items():
            yield _finding(facts, plan, place, fault, refused)


def policy_unknown(facts: Facts, place: Destination) -> bool:
    """Whether a copy goes to a vault of another account whose access policy the snapshot lacks, but not all others.

    A snapshot without any access policy is one that is written by hand: nobody is asked to copy them all into it.
    """
    vault, environments = place.vault, facts.deployment.environments
    if not place.crosses or vault.exists is not True or vault.name == DEFAULT_VAULT:
        return False
    if not environments.has_access_policies or vault.account not in environments:
        return False
    return _policy(facts, place, vault.account) is UNKNOWN


def _finding(facts: Facts, plan: DeployedPlan, place: Destination, fault: _Fault, accounts: list[str]) -> Diagnostic:
    one = finding(RULE, facts, plan, place.path, message=fault.message, advice=fault.advice, region=place.vault.region)
    return replace(one, accounts=tuple(accounts))


def _copies(rule: PlacedRule) -> Iterator[Destination]:
    """The copies that may arrive; `copy-to-default-vault` reports the vault `Default` of another account."""
    for place in rule.destinations:
        if place.copy and place.vault.exists is True and not (place.crosses and place.vault.name == DEFAULT_VAULT):
            yield place


def _policy(facts: Facts, place: Destination, account: str) -> OrUnknown[AccessPolicy]:
    return facts.deployment.environments.access_policy(account, place.vault.name, place.vault.region)


def _is_of_others(facts: Facts, account: str) -> bool:
    """Whether an account is in another organization, of which `copy-outside-organization` tells."""
    return account != facts.organization.management_account and account not in facts.deployment.environments


class _Judge:
    """The answers of a copy's vault to accounts: once for all that its policy does not tell apart."""

    def __init__(self, facts: Facts, place: Destination) -> None:
        self._facts, self._place = facts, place
        self._faults: dict[tuple[AccessPolicy, str, Entity | None], _Fault | None] = {}
        self._reported = place.crosses and _is_of_others(facts, place.vault.account)
        self._there = _policy(facts, place, place.vault.account) if place.crosses else UNKNOWN

    def fault(self, account: Entity) -> _Fault | None:
        """The reason why copies of an account surely fail at the vault, None where they may succeed."""
        policy = self._there if self._place.crosses else _policy(self._facts, self._place, account.id or "")
        if self._reported or policy is UNKNOWN:
            return None
        number = account.id or ""
        own = number in policy.accounts or (policy.tells_vaults_apart and not self._place.crosses)
        key = (policy, number if own else "", account.parent if policy.asks_for_path else None)
        if key not in self._faults:
            self._faults[key] = _fault(policy, self._place, self._request(account))
        return self._faults[key]

    def _request(self, account: Entity) -> Request:
        vault, organization = self._place.vault, self._facts.organization
        owner = vault.account if self._place.crosses else account.id or ""
        target = self._place.copy.target if self._place.copy else None
        arn = vault_arn(vault.name, vault.region, owner, target.partition if target else "")
        return Request(ACTION, arn, account.id or "", organization.id, _path(organization, account))


def _fault(policy: AccessPolicy, place: Destination, request: Request) -> _Fault | None:
    if denying := policy.denying(request):
        name = f" (statement {quoted(denying.name)})" if denying.name else ""
        return _Fault(
            f"the access policy of {place.name} denies copies into it{name}",
            f"except the account of the plan from what denies `{ACTION}` there, or copy to another vault",
        )
    if not place.crosses or policy.allows(request) is not False:
        return None
    advice = f"allow `{ACTION}` in its policy, for the account of the plan or for the organization"
    if policy is NO_POLICY:
        return _Fault(f"{place.name} has no access policy, so it takes no copies from other accounts", advice)
    return _Fault(f"the access policy of {place.name} allows no copies from the account of the plan", advice)


def _path(organization: Organization, account: Entity) -> str | None:
    """Where an account stands, as conditions of IAM ask for it; None where an id on the way is unknown."""
    ids = [organization.id, *(entity.id for entity in account.chain if entity.kind != "account")]
    return None if None in ids else "".join(f"{known}/" for known in ids)
