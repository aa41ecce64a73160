"""Trials: what accounts have with one more policy on their chain, evaluated by the real engine."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable
from dataclasses import replace
from datetime import datetime
from itertools import chain, count
from typing import NamedTuple

from policyengine.analysis.prove.accounts import NOTHING
from policyengine.analysis.prove.concern import NAME, Concern, plans_in
from policyengine.analysis.prove.open_elements import is_new
from policyengine.analysis.requirements import MISSING, Requirement, Row, Truth, conjunction, judge, reasons, rows_of
from policyengine.aws.admission import admit
from policyengine.aws.deployment import UNKNOWN, Deployment, Inventory, Surroundings, View, deploy
from policyengine.aws.documents import Json, PolicyDocument
from policyengine.aws.merge import AccountPolicy, Effective, Resolved, resolve
from policyengine.aws.organization import Entity, Organization
from policyengine.aws.policy_text import minify
from policyengine.base.text import quoted
from policyengine.language.compiler import decompile
from policyengine.language.syntax import format_module

_SET_BY = re.compile(r", set by (?:(?!, and ).)*")

Document = dict[str, Json]


class Attached(NamedTuple):
    """A policy that is attached to an entity for a moment, last in order."""

    policy: PolicyDocument
    target: Entity


class TrialResult(NamedTuple):
    """What an account has. `truth` is that of a requirement's assertions, None where it does not apply.

    `invalid`: AWS would withhold the document, which `view` has all the same. An account that is there keeps a last
    valid one, so no truth is given; an account that is created later gets nothing.
    """

    account: Entity
    view: View
    invalid: bool
    truth: Truth | None

    @property
    def violated(self) -> bool:
        """Whether the requirement surely applies, and surely does not hold."""
        return self.truth is False or self.truth is MISSING

    @property
    def may_break(self) -> bool:
        """Whether the requirement holds, or does not apply yet."""
        return not self.invalid and (self.truth is True or self.truth is None)

    @property
    def undecided(self) -> bool:
        """Whether a fact is missing to decide it."""
        return self.truth is UNKNOWN

    @property
    def served(self) -> View:
        """What AWS serves, as far as that is certain."""
        return NOTHING if self.invalid and is_new(self.account) else self.view


class TrialOrganization:
    """An organization in which single policies are attached for a moment; `ids` are those that expressions name."""

    def __init__(
        self, organization: Organization, effective: Effective, at: datetime, ids: Iterable[str], partition: str
    ) -> None:
        self._organization = organization
        self._effective = effective
        self._inventory = Inventory(organization, at)
        self._at = at
        self._ids = frozenset(ids)
        self.taken = frozenset(account.id for account in organization.accounts if account.id)
        self._partition = partition
        taken = {name.casefold() for name in organization.policies}
        names = chain((NAME,), (f"{NAME}_{number}" for number in count(2)))
        self._name = next(name for name in names if name not in taken)
        self._states = {state.entity: state for state in effective.distinct}
        self._views: dict[tuple[Resolved | None, Surroundings, str], View] = {}
        self._named: dict[Resolved | None, frozenset[str]] = {}
        self._policies: dict[str, PolicyDocument | None] = {}
        self._concerns: dict[PolicyDocument, Concern] = {}
        self._withheld: set[Hashable] = set()

    def state(self, entity: Entity | None) -> Resolved | None:
        """The merged state of the policies down to an entity; None where backup policies are not enabled."""
        if not self._organization.backup_policies_enabled:
            return None
        while entity and entity not in self._states:
            entity = entity.parent
        return self._states[entity] if entity else None

    def is_invalid(self, state: Resolved | None) -> bool:
        """Whether AWS would withhold the effective policy."""
        return bool(state and state.errors)

    def around(self, account: Entity, state: Resolved | None) -> tuple[Surroundings, str]:
        """The vaults and roles around an account, and its id where an expression or a copy in a state names it."""
        number = account.id or ""
        named = number in self._ids or number in self._named_in(state, account)
        return self._inventory.of(account), number if named else ""

    def view(self, account: Entity, state: Resolved | None) -> View:
        """What an account would have if the state of an entity above it were its own; equal ones share it."""
        key = (state, *self.around(account, state))
        if key not in self._views:
            self._views[key] = self._view(_as_its_own(account, state), None)
        return self._views[key]

    def policy(self, document: Document) -> PolicyDocument | None:
        """A document as a policy; None for one that AWS would not even take."""
        text = minify(document)
        if text not in self._policies:
            policy = PolicyDocument(self._name, document, len(text), len(text))
            self._policies[text] = None if admit(policy, at=self._at).diagnostics else policy
        return self._policies[text]

    def text(self, policy: PolicyDocument) -> str:
        """A policy in the language."""
        return format_module(decompile(policy, name=policy.name, partition=self._partition).value)

    def standing(self, account: Entity, requirement: Requirement | None, more: Attached | None = None) -> TrialResult:
        """What an account has, perhaps with one more policy on its chain."""
        around = self._around_plans(account, more) if more else None
        if requirement and around in self._withheld and not is_new(account):
            return TrialResult(account, self.view(account, self.state(account)), invalid=True, truth=None)
        changed = _attached(account, more) if more else account
        alone = replace(self._organization, entities=changed.chain)
        policy = resolve(alone, at=self._at, accounts=(changed,), previous=self._effective).accounts[0]
        base = self.view(account, self.state(account))
        view = self._view(policy, base) if more else base
        invalid = policy.status == "invalid"
        if invalid and not self.is_invalid(self.state(account)):
            self._withheld.add(around)
        standing = TrialResult(changed, view, invalid, None)
        if requirement is None or (invalid and not is_new(account)):
            return standing
        return standing._replace(truth=self._truth(requirement, standing.served, changed))

    def applies(self, requirement: Requirement, account: Entity) -> bool:
        """Whether a requirement surely applies to an account as it is."""
        row = self._row(self.view(account, self.state(account)), account)
        return conjunction(map(row.truth, requirement.scope)) is True

    def sentence(self, standing: TrialResult, requirement: Requirement) -> str:
        """Why a requirement is violated, or cannot be decided; not who set what, which differs between targets."""
        view = replace(standing.served, accounts=(standing.account,))
        judgement = judge((requirement,), (view,), self._organization.management_account)
        for result in judgement.results:
            if explained := reasons(result, standing.account, self._organization.management_account):
                reason = replace(explained[0], actual=_SET_BY.sub("", explained[0].actual))
                return reason.sentence(quoted(requirement.name)) if result.violated else reason.actual
        return "it does not hold"

    def withheld(self, standing: TrialResult) -> str:
        """What AWS says of a document that it withholds."""
        errors = standing.view.resolved.errors if standing.view.resolved else ()
        return f"{errors[0].message}, at {errors[0].path}" if errors else ""

    def _row(self, view: View, account: Entity) -> Row:
        (row,) = rows_of([(replace(view, accounts=(account,)), account)], self._organization.management_account)
        return row

    def _truth(self, requirement: Requirement, view: View, account: Entity) -> Truth | None:
        row = self._row(view, account)
        applies = conjunction(map(row.truth, requirement.scope))
        if applies is False or applies is MISSING:
            return None
        truth = conjunction(row.truth(assertion.condition) for assertion in requirement.assertions)
        return truth if applies is True or truth is True else UNKNOWN

    def forget(self) -> None:
        """Drops what was cached about policies of earlier trials."""
        self._policies.clear()
        self._concerns.clear()
        self._withheld.clear()

    def _around_plans(self, account: Entity, more: Attached) -> Hashable:
        """What decides whether a policy makes its own plans invalid for an account: everybody with a say in these."""
        if more.policy not in self._concerns:
            self._concerns[more.policy] = Concern(plans_in(more.policy))
        concern, depth = self._concerns[more.policy], len(more.target.chain)
        chain = [entity.policies for entity in account.chain]
        beside = concern.among(more.target.policies)
        return more.policy, concern.levels(chain[: depth - 1]), beside, concern.levels(chain[depth:])

    def _named_in(self, state: Resolved | None, account: Entity) -> frozenset[str]:
        """The accounts that a state copies to."""
        if state not in self._named:
            plans = self._view(_as_its_own(account, state), None).plans
            copies = (copy for deployed in plans for rule in deployed.plan.rules for copy in rule.copies)
            self._named[state] = frozenset(copy.target.account for copy in copies if copy.target)
        return self._named[state]

    def _view(self, policy: AccountPolicy, base: View | None) -> View:
        """The account's candidate; plans that a view has too are the same objects."""
        effective = Effective((policy,), (policy.resolved,) if policy.resolved else ())
        previous = Deployment((base,), (base,), self._inventory) if base else None
        deployed = deploy(
            self._organization,
            effective,
            at=self._at,
            apart=self._ids,
            inventory=self._inventory,
            previous=previous,
        )
        return deployed.candidates[0]


def _as_its_own(account: Entity, state: Resolved | None) -> AccountPolicy:
    return AccountPolicy(account, "valid" if state else "empty", state, state.policy if state else {})


def _attached(entity: Entity, more: Attached) -> Entity:
    """A copy of an entity's chain with the policy attached in it."""
    if entity is more.target:
        return replace(entity, policies=(*entity.policies, more.policy))
    parent = _attached(entity.parent, more) if entity.parent else None
    return replace(entity, parent=parent)
