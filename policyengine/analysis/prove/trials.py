"""Trials: the real engine run on accounts with one more policy attached to them or to a unit above."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import chain, count
from typing import NamedTuple

from msgspec.structs import replace

from policyengine.analysis.prove.accounts import NOTHING, is_new
from policyengine.analysis.prove.relevance import NAME, RelevanceFilter, plans_in
from policyengine.analysis.requirements import MISSING, Requirement, Row, Truth, conjunction, judge, reasons, rows_of
from policyengine.aws.admission import admit
from policyengine.aws.deployment import (
    UNKNOWN,
    AccountEnvironment,
    Deployment,
    EnvironmentsByAccount,
    SharingReader,
    View,
    deploy,
)
from policyengine.aws.documents import Json, PolicyDocument
from policyengine.aws.merge import AccountPolicy, Effective, Resolved, resolve
from policyengine.aws.organization import Entity, Organization
from policyengine.aws.policy_text import minify
from policyengine.base.text import quoted
from policyengine.language.compiler import decompile
from policyengine.language.syntax import format_module

_MOST_KEPT = 4096  # plans, policies and trials that are kept for the next target

Document = dict[str, Json]


class TrialAttachment(NamedTuple):
    """A policy that is attached to an entity, last in order, for one trial only."""

    policy: PolicyDocument
    target: Entity


class TrialResult(NamedTuple):
    """The result of an account in a trial. `truth` is that of a requirement's assertions, None where it does not apply.

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
    def published(self) -> View:
        """The view that AWS serves, as far as that is certain."""
        return NOTHING if self.invalid and is_new(self.account) else self.view


class TrialOrganization:
    """An organization in which single policies are attached for a moment; `ids` are those that expressions name."""

    def __init__(
        self, organization: Organization, effective: Effective, at: datetime, ids: Iterable[str], partition: str
    ) -> None:
        self._organization = organization
        self._effective = effective
        self._environments = EnvironmentsByAccount(organization, at)
        self._at = at
        self._reader = SharingReader(at)
        self._ids = frozenset(ids)
        self.taken = frozenset(account.id for account in organization.accounts if account.id)
        self._partition = partition
        taken = {name.casefold() for name in organization.policies}
        names = chain((NAME,), (f"{NAME}_{number}" for number in count(2)))
        self._name = next(name for name in names if name not in taken)
        self._states = {state.entity: state for state in effective.distinct}
        self._views: dict[tuple[Resolved | None, AccountEnvironment, str], View] = {}
        self._named: dict[Resolved | None, frozenset[str]] = {}
        self._policies: dict[str, PolicyDocument | None] = {}
        self._relevance: dict[PolicyDocument, RelevanceFilter] = {}
        self._withheld: set[Hashable] = set()
        self._trials: dict[tuple[Entity, TrialAttachment], TrialResult] = {}

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

    def environment(self, account: Entity, state: Resolved | None) -> tuple[AccountEnvironment, str]:
        """The environment of an account, and its id if an expression or a copy in a state names it, else empty."""
        number = account.id or ""
        named = number in self._ids or number in self._named_in(state, account)
        return self._environments.of(account), number if named else ""

    def view(self, account: Entity, state: Resolved | None) -> View:
        """The view that an account would have if the state of an entity above it were its own; equal ones share it."""
        key = (state, *self.environment(account, state))
        if key not in self._views:
            self._views[key] = self._view(_as_its_own(account, state))
        return self._views[key]

    def policy(self, document: Document) -> PolicyDocument | None:
        """A document as a policy; None for one that AWS would not even take."""
        text = minify(document)
        if text not in self._policies:
            policy = PolicyDocument(self._name, document, len(text), len(text))
            self._policies[text] = None if admit(policy, at=self._at).diagnostics else policy
        return self._policies[text]

    def text(self, policy: PolicyDocument) -> str:
        """The text of a policy in the language, formatted."""
        return format_module(decompile(policy, name=policy.name, partition=self._partition).value)

    def trial_result(
        self, account: Entity, requirement: Requirement | None, attachment: TrialAttachment | None = None
    ) -> TrialResult:
        """The result of an account, with one more policy on its chain if `attachment` is given."""
        if attachment:
            return self.trial_results([(account, attachment)], requirement)[0]
        state = self.state(account)
        result = TrialResult(account, self.view(account, state), self.is_invalid(state), None)
        return self._with_truths([result], requirement)[0]

    def trial_results(
        self, trials: Sequence[tuple[Entity, TrialAttachment]], requirement: Requirement | None
    ) -> list[TrialResult]:
        """The results of accounts with one more policy each, merged, deployed and judged together.

        In the same order.
        """
        withholding_keys = [self._withholding_key(account, attachment) for account, attachment in trials]
        results: dict[int, TrialResult] = {}
        run: list[int] = []
        for number, (account, _) in enumerate(trials):
            if requirement and withholding_keys[number] in self._withheld and not is_new(account):
                view = self.view(account, self.state(account))
                results[number] = TrialResult(account, view, invalid=True, truth=None)
            else:
                run.append(number)
        for number, result in zip(run, self._once([trials[number] for number in run]), strict=True):
            results[number] = result
            if result.invalid and not self.is_invalid(self.state(trials[number][0])):
                self._withheld.add(withholding_keys[number])
        return self._with_truths([results[number] for number in range(len(trials))], requirement)

    def _once(self, trials: Sequence[tuple[Entity, TrialAttachment]]) -> list[TrialResult]:
        """The results of accounts with one more policy each.

        Each trial is run once, whatever requirements ask for it.
        """
        new = [trial for trial in dict.fromkeys(trials) if trial not in self._trials]
        self._trials.update(zip(new, self._run(new) if new else (), strict=True))
        return [self._trials[trial] for trial in trials]

    def _run(self, trials: Sequence[tuple[Entity, TrialAttachment]]) -> list[TrialResult]:
        """The accounts with their policies attached, through the engine."""
        copies: dict[tuple[Entity, PolicyDocument], Entity] = {}
        changed = [_attached(account, attachment, copies) for account, attachment in trials]
        entities = dict.fromkeys(member for account in changed for member in account.chain)
        trial = replace(self._organization, entities=tuple(entities))
        resolved = resolve(trial, at=self._at, accounts=changed, previous=self._effective).accounts
        by_account = {policy.account: policy for policy in resolved}
        policies = [by_account[account] for account in changed]
        views = self._views_of(policies, [self.view(account, self.state(account)) for account, _ in trials])
        return [
            TrialResult(policy.account, view, policy.status == "invalid", None)
            for policy, view in zip(policies, views, strict=True)
        ]

    def _with_truths(self, results: Sequence[TrialResult], requirement: Requirement | None) -> list[TrialResult]:
        """The results with the truths of a requirement; of accounts that keep their last valid policy none."""
        if requirement is None:
            return list(results)
        judged = [result for result in results if not result.invalid or is_new(result.account)]
        truths = iter(self._truths(requirement, [(result.published, result.account) for result in judged]))
        return [
            result if result.invalid and not is_new(result.account) else result._replace(truth=next(truths))
            for result in results
        ]

    def applies(self, requirement: Requirement, account: Entity) -> bool:
        """Whether a requirement surely applies to an account as it is."""
        (row,) = self._rows([(self.view(account, self.state(account)), account)])
        return conjunction(map(row.truth, requirement.scope)) is True

    def sentence(self, trial_result: TrialResult, requirement: Requirement) -> str:
        """Why a requirement is violated, or cannot be decided; not who set what, which differs between targets."""
        view = replace(trial_result.published, accounts=(trial_result.account,))
        judgement = judge((requirement,), (view,), self._organization.management_account)
        for result in judgement.results:
            if explained := reasons(result, trial_result.account, judgement.management, names_authors=False):
                return explained[0].sentence(quoted(requirement.name)) if result.violated else explained[0].actual
        return "it does not hold"

    def withheld(self, trial_result: TrialResult) -> str:
        """AWS's reason for withholding a document."""
        errors = trial_result.view.resolved.errors if trial_result.view.resolved else ()
        return f"{errors[0].message}, at {errors[0].path}" if errors else ""

    def _rows(self, pairs: Sequence[tuple[View, Entity]]) -> list[Row]:
        """The rows of accounts, each with a view of its own."""
        alone = [(replace(view, accounts=(account,)), account) for view, account in pairs]
        return rows_of(alone, self._organization.management_account)

    def _truths(self, requirement: Requirement, pairs: Sequence[tuple[View, Entity]]) -> Iterator[Truth | None]:
        """The truth of a requirement's assertions for accounts, None where it does not apply."""
        for row in self._rows(pairs):
            applies = conjunction(map(row.truth, requirement.scope))
            if applies is False or applies is MISSING:
                yield None
                continue
            truth = conjunction(row.truth(assertion.condition) for assertion in requirement.assertions)
            yield truth if applies is True or truth is True else UNKNOWN

    def forget(self) -> None:
        """Drops what is kept of a target that is finished, and much that is kept of others."""
        self._trials.clear()
        if len(self._policies) > _MOST_KEPT:
            self._policies.clear()
            self._relevance.clear()
            self._withheld.clear()
        if self._reader.kept > _MOST_KEPT:
            self._reader = SharingReader(self._at)

    def _withholding_key(self, account: Entity, attachment: TrialAttachment) -> Hashable:
        """A key of what decides whether a policy makes its own plans invalid for an account: all relevant policies."""
        if attachment.policy not in self._relevance:
            self._relevance[attachment.policy] = RelevanceFilter(plans_in(attachment.policy))
        relevance, depth = self._relevance[attachment.policy], len(attachment.target.chain)
        chain = [entity.policies for entity in account.chain]
        peers = relevance.relevant(attachment.target.policies)
        return attachment.policy, relevance.levels(chain[: depth - 1]), peers, relevance.levels(chain[depth:])

    def _named_in(self, state: Resolved | None, account: Entity) -> frozenset[str]:
        """The accounts that a state copies to."""
        if state not in self._named:
            plans = self._view(_as_its_own(account, state)).plans
            copies = (copy for deployed in plans for rule in deployed.plan.rules for copy in rule.copies)
            self._named[state] = frozenset(copy.target.account for copy in copies if copy.target)
        return self._named[state]

    def _view(self, policy: AccountPolicy) -> View:
        """The view of an account with a policy; AWS serves it unless it is invalid."""
        return self._views_of([policy], ())[0]

    def _views_of(self, policies: Sequence[AccountPolicy], bases: Iterable[View]) -> Sequence[View]:
        """The views of accounts, one by one; plans that one of the bases has are the same objects."""
        distinct = tuple(dict.fromkeys(policy.resolved for policy in policies if policy.resolved))
        before = tuple(dict.fromkeys(bases))
        deployed = deploy(
            self._organization,
            Effective(tuple(policies), distinct),
            at=self._at,
            apart=self._ids,
            environments=self._environments,
            previous=Deployment(before, before, self._environments) if before else None,
            reader=self._reader,
        )
        views = {account: view for view in deployed.candidates for account in view.accounts}
        return [views[policy.account] for policy in policies]


def _as_its_own(account: Entity, state: Resolved | None) -> AccountPolicy:
    return AccountPolicy(account, "valid" if state else "empty", state, state.policy if state else {})


def _attached(
    entity: Entity, attachment: TrialAttachment, copies: dict[tuple[Entity, PolicyDocument], Entity]
) -> Entity:
    """A copy of an entity's chain with the policy attached in it; `copies` are those of other chains."""
    key = (entity, attachment.policy)
    if key not in copies:
        if entity is attachment.target:
            copies[key] = replace(entity, policies=(*entity.policies, attachment.policy))
        else:
            parent = _attached(entity.parent, attachment, copies) if entity.parent else None
            copies[key] = replace(entity, parent=parent)
    return copies[key]
