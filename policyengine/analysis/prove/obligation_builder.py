"""The proof obligations of requirements at targets of an organization; equal ones are built once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from policyengine.analysis.prove.accounts import Accounts, AccountTraits, between, is_new, reads_account
from policyengine.analysis.prove.freeze import FreezeRuledOut, Freezing
from policyengine.analysis.prove.obligations import (
    OpenSituation,
    OrganizationAttributes,
    ProofObligation,
    fails_on_nothing,
)
from policyengine.analysis.prove.openness import DOCUMENTED, INFERRED, OBSERVED, Openness, SharedResults, openness
from policyengine.analysis.prove.palette import Palette
from policyengine.analysis.prove.relevance import RelevanceFilter, plans_read
from policyengine.analysis.prove.target_findings import (
    Equivalence,
    Progress,
    RequirementContext,
)
from policyengine.analysis.prove.trials import TrialOrganization
from policyengine.analysis.requirements import Requirement
from policyengine.aws.documents import PolicyDocument
from policyengine.aws.merge import Effective
from policyengine.aws.organization import Entity, Organization


class LowerAccount(NamedTuple):
    """An account below a target, with what tells it from others whatever the requirement.

    `between` are the policies of each level from below the target down to the account, `environment` its vaults and
    roles as the target's policies place plans among them, `shared` that and the same for its own policies.
    """

    account: Entity
    between: tuple[tuple[PolicyDocument, ...], ...]
    environment: Hashable
    shared: Hashable


class ObligationBuilder:
    """The obligations of targets of an organization at a moment; `ids` are account ids that expressions name.

    `trials` are policies tried on the organization, `attributes` what expressions ask of it.
    """

    def __init__(
        self, organization: Organization, effective: Effective, ids: Iterable[str], *, at: datetime, partition: str
    ) -> None:
        self.organization, self.effective = organization, effective
        self.ids, self.at, self.partition = frozenset(ids), at, partition
        self.trials = TrialOrganization(organization, effective, at, self.ids, partition)
        self.attributes = OrganizationAttributes(organization.management_account, self.trials.taken, partition)
        self._accounts = Accounts(organization)
        self._accounts_below: dict[Entity, tuple[LowerAccount, ...]] = {}
        self._contexts: dict[Requirement, RequirementContext] = {}
        self._shares: defaultdict[tuple[Entity, OpenSituation], SharedResults] = defaultdict(SharedResults)
        self._freezing: dict[Hashable, Freezing | FreezeRuledOut] = {}
        self._ruled_out = {basis: FreezeRuledOut(basis) for basis in (OBSERVED, DOCUMENTED, INFERRED)}
        self._newcomers: dict[tuple[Requirement, Entity], Entity] = {}

    def obligation(self, requirement: Requirement, target: Entity) -> ProofObligation:
        """The proof obligation of a requirement at a target."""
        context = self.context(requirement)
        return self.equal_obligation(
            context, target, self.equivalence(context, target, self.accounts_by_kind(context, target))
        )

    def context(self, requirement: Requirement) -> RequirementContext:
        """The traits that a requirement depends on, with its results so far; kept until `forget`."""
        if requirement not in self._contexts:
            traits = AccountTraits(requirement, self.organization.management_account, self.trials.taken)
            relevance = RelevanceFilter(plans_read(requirement))
            palette = Palette(requirement, self.organization, self.partition)
            self._contexts[requirement] = RequirementContext(
                requirement, traits, relevance, reads_account(requirement), palette, Progress()
            )
        return self._contexts[requirement]

    def equivalence(
        self, context: RequirementContext, target: Entity, accounts_by_kind: Mapping[Hashable, Entity]
    ) -> Equivalence:
        """The key of all targets at which a requirement has the same obligation, findings included."""
        above = context.relevance.levels(entity.policies for entity in target.chain[:-1])
        own = context.relevance.relevant(target.policies)
        return Equivalence(
            above, own, target.kind, frozenset(accounts_by_kind), self._freezing_at(context, target, accounts_by_kind)
        )

    def accounts_by_kind(self, context: RequirementContext, target: Entity) -> Mapping[Hashable, Entity]:
        """One account of each kind that a requirement can tell apart below a target."""
        accounts_by_kind: dict[Hashable, Entity] = {}
        relevant: dict[Hashable, Hashable] = {}
        for lower in self.accounts_below(target):
            if lower.between not in relevant:
                relevant[lower.between] = context.relevance.levels(lower.between)
            kind = (context.traits.of(lower.account), relevant[lower.between], lower.shared)
            if kind not in accounts_by_kind:
                accounts_by_kind[kind] = (
                    self._in_scope(context, lower.account) if is_new(lower.account) else lower.account
                )
        return accounts_by_kind

    def accounts_below(self, target: Entity) -> tuple[LowerAccount, ...]:
        """The accounts at or below a target, with the policies between and the vaults and roles of each."""
        if target not in self._accounts_below:
            state = self.trials.state(target)
            accounts = []
            for account in self._accounts.below(target):
                own = self.trials.state(account)
                environment = (self.trials.environment(account, state), is_new(account))
                shared = (environment, self.trials.environment(account, own), self.trials.is_invalid(own))
                accounts.append(LowerAccount(account, between(account, target), environment, shared))
            self._accounts_below[target] = tuple(accounts)
        return self._accounts_below[target]

    def equal_obligation(self, context: RequirementContext, target: Entity, key: Equivalence) -> ProofObligation:
        """The obligation of all targets with the key, built at the first of them."""
        if key not in context.progress.obligations:
            above, here = self.trials.state(target.parent), self.trials.state(target)
            situations = tuple(self._situations(context, target))
            context.progress.obligations[key] = ProofObligation(
                context.requirement,
                target,
                situations,
                above=above,
                here=here,
                attributes=self.attributes,
                freezing=key.freezing,
                shares={situation: self._shares[target, situation] for situation in situations},
            )
        return context.progress.obligations[key]

    def forget(self, requirement: Requirement) -> None:
        """Drops what is kept of a requirement that is finished."""
        self._contexts.pop(requirement, None)

    def forget_target(self) -> None:
        """Drops what requirements share at a target that is finished; its cases would keep it."""
        self.trials.forget()
        for shares in self._shares.values():
            shares.clear()
        self._shares.clear()

    def _situations(self, context: RequirementContext, target: Entity) -> Iterator[OpenSituation]:
        state, seen = self.trials.state(target), set()
        for lower in self.accounts_below(target):
            key = (context.traits.of(lower.account), lower.environment)
            if key not in seen:
                seen.add(key)
                view = self.trials.view(lower.account, state)
                yield OpenSituation(lower.account, view)

    def _in_scope(self, context: RequirementContext, newcomer: Entity) -> Entity:
        """An account that is created later, by a name and with tags such that the requirement applies, if it can be."""
        key = context.requirement, newcomer
        if key not in self._newcomers:
            named = context.palette.newcomers(newcomer)
            applies = (account for account in named if self.trials.applies(context.requirement, account))
            self._newcomers[key] = next(applies, newcomer)
        return self._newcomers[key]

    def _freezing_at(
        self, context: RequirementContext, target: Entity, accounts_by_kind: Mapping[Hashable, Entity]
    ) -> Freezing | FreezeRuledOut | None:
        """The way to leave accounts that are created later without a document; None where that makes no difference."""
        newcomers = filter(is_new, accounts_by_kind.values())
        if not any(fails_on_nothing(context.requirement, account, self.attributes) for account in newcomers):
            return None
        above, here = self.trials.state(target.parent), self.trials.state(target)
        if (above, here) not in self._freezing:
            self._freezing[above, here] = self._freezing_of(target, openness(above, here, target))
        return self._freezing[above, here]

    def _freezing_of(self, target: Entity, open_: Openness) -> Freezing | FreezeRuledOut:
        """The same object for all states where nothing is possible, by the rules of AWS on which that rests."""
        state = self.trials.state(target)
        account = self._accounts.below(target)[0]
        freezing = Freezing(
            self.trials.view(account, state).plans,
            state.root if state else None,
            self.partition,
            withheld=self.trials.is_invalid(state),
        )
        ruled_out = (basis for basis in self._ruled_out if not freezing.is_possible(open_.trusting(basis)))
        basis = next(ruled_out, None)
        return freezing if basis is None else self._ruled_out[basis]
