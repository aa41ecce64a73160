"""Proofs and counterexamples over one organization: each distinct target is examined once, equal ones share it."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from msgspec.structs import replace

from policyengine.analysis.prove.accounts import Accounts, AccountTraits, between, reads_account
from policyengine.analysis.prove.freeze import FreezeRuledOut, Freezing
from policyengine.analysis.prove.freeze_attacks import FreezeAttacks
from policyengine.analysis.prove.obligations import (
    OpenSituation,
    OrganizationAttributes,
    ProofObligation,
    fails_on_nothing,
)
from policyengine.analysis.prove.open_elements import is_new
from policyengine.analysis.prove.openness import DOCUMENTED, INFERRED, OBSERVED, Openness, SharedResults, openness
from policyengine.analysis.prove.palette import Palette
from policyengine.analysis.prove.proofs import Attack, Outcome, TargetResult
from policyengine.analysis.prove.relevance import RelevanceFilter, plans_read
from policyengine.analysis.prove.search import (
    NOT_ENABLED,
    CounterexampleSearch,
    as_it_is,
    broken,
    guaranteed,
    undecided,
)
from policyengine.analysis.prove.trials import Document, TrialAttachment, TrialOrganization, TrialResult
from policyengine.analysis.requirements import Requirement, asks_for_resources
from policyengine.aws.documents import PolicyDocument
from policyengine.aws.merge import Effective
from policyengine.aws.organization import Entity, Organization
from policyengine.base.records import Record

_OF_RESOURCES = "it asks for resources, and a proof looks at policies alone"
_MOST_TRIES = 400  # trials at one target
_FEW_TRIES = 4  # once so many targets of a requirement were searched in vain
_MOST_IN_VAIN = 24
_MOST_REMEMBERED = 4  # documents that broke a requirement elsewhere


class TargetFinding(Record):
    """A result, with the data that is needed to restate it for an equivalent target.

    `document` is that of the counterexample. `account_kind` is the kind of the account that the reason is about, and
    `names_account` whether it names the account itself, so that it must be reworded for another one.
    """

    result: TargetResult
    document: Document | None = None
    account_kind: Hashable = None
    names_account: bool = False


class LowerAccount(NamedTuple):
    """An account below a target, and what it shares with others whatever the requirement."""

    account: Entity
    between: tuple[tuple[PolicyDocument, ...], ...]
    surroundings: Hashable
    shared: Hashable


class Equivalence(NamedTuple):
    """A key of all that a requirement can distinguish targets by: targets with an equal key share one result."""

    above: tuple[tuple[PolicyDocument, ...], ...]
    own: tuple[PolicyDocument, ...]
    kind: str
    accounts: frozenset[Hashable]
    freezing: Freezing | FreezeRuledOut | None


class Progress:
    """The obligations and findings of a requirement at the targets so far, by what makes targets equal.

    `findings_later` are those that accounts which are created later are part of.
    """

    def __init__(self) -> None:
        self.obligations: dict[Equivalence, ProofObligation] = {}
        self.findings: dict[Equivalence, TargetFinding] = {}
        self.findings_later: dict[Equivalence, TargetFinding] = {}
        self.proven: deque[Document] = deque(maxlen=_MOST_REMEMBERED)
        self._in_vain = 0

    @property
    def tries(self) -> int:
        """The most trials of the next search: fewer after many without a counterexample."""
        return _MOST_TRIES if self._in_vain < _MOST_IN_VAIN else _FEW_TRIES

    def remember(self, attacked: tuple[Document, Attack] | None) -> None:
        """What breaks a requirement somewhere is tried first elsewhere; after many searches in vain less is tried."""
        if not attacked:
            self._in_vain += 1
        elif attacked[0] not in self.proven:
            self.proven.appendleft(attacked[0])


class RequirementContext(NamedTuple):
    """A requirement with the account traits and the policies that it depends on, and whether its reasons name accounts.

    `palette` are the values that are worth trying against it, `progress` the results so far.
    """

    requirement: Requirement
    traits: AccountTraits
    relevance: RelevanceFilter
    names_accounts: bool
    palette: Palette
    progress: Progress


class Prover:
    """Proofs about targets of an organization; `ids` are account ids that expressions name."""

    def __init__(
        self, organization: Organization, effective: Effective, ids: Iterable[str], *, at: datetime, partition: str
    ) -> None:
        self.organization, self.effective = organization, effective
        self.ids, self.at, self.partition = frozenset(ids), at, partition
        self._trials = TrialOrganization(organization, effective, at, self.ids, partition)
        self._accounts = Accounts(organization)
        self._accounts_below: dict[Entity, tuple[LowerAccount, ...]] = {}
        self._contexts: dict[Requirement, RequirementContext] = {}
        self._shares: defaultdict[tuple[Entity, OpenSituation], SharedResults] = defaultdict(SharedResults)
        self._freezes = FreezeAttacks(organization, self._trials, partition)
        self._freezes_at: dict[Entity, Attack | None] = {}
        self._freezing: dict[Hashable, Freezing | FreezeRuledOut] = {}
        self._ruled_out = {basis: FreezeRuledOut(basis) for basis in (OBSERVED, DOCUMENTED, INFERRED)}
        self._newcomers: dict[tuple[Requirement, Entity], Entity] = {}
        self._attributes = OrganizationAttributes(organization.management_account, self._trials.taken)

    def results(self, requirements: Sequence[Requirement]) -> list[tuple[TargetResult, ...]]:
        """For each requirement what can be said of each target, in the order of the tree.

        Of resources, which proofs do not see, nothing. Targets come one after the other with all requirements, since
        these try many of the same policies there.
        """
        findings = self._findings(requirement for requirement in requirements if not asks_for_resources(requirement))
        targets = self.organization.entities[1:]
        return [
            tuple(findings[requirement][target].result for target in targets if target in findings[requirement])
            if requirement in findings
            else tuple(TargetResult(target, "undecided", None, _OF_RESOURCES) for target in targets)
            for requirement in requirements
        ]

    def _findings(self, requirements: Iterable[Requirement]) -> dict[Requirement, dict[Entity, TargetFinding]]:
        findings: dict[Requirement, dict[Entity, TargetFinding]] = {requirement: {} for requirement in requirements}
        for target in reversed(self.organization.entities[1:]):
            children = self.organization.children.get(target, ())
            for requirement, settled in findings.items():
                below = [settled[child] for child in children if child in settled]
                if finding := self._finding(self._context(requirement), target, below):
                    settled[target] = finding
            self._forget_target()
        return findings

    def _forget_target(self) -> None:
        """Drops what is shared at a target that is finished; its cases would keep it."""
        self._trials.forget()
        for shares in self._shares.values():
            shares.clear()
        self._shares.clear()
        self._freezes_at.clear()

    def obligation(self, requirement: Requirement, target: Entity) -> ProofObligation:
        """The proof obligation of a requirement at a target."""
        context = self._context(requirement)
        return self._obligation(
            context, target, self._equivalence(context, target, self._accounts_by_kind(context, target))
        )

    def lower_policies(self, obligation: ProofObligation) -> tuple[str, ...]:
        """The names of the policies that are attached below a target, on the way to accounts in scope."""
        findings = (
            policies
            for situation in obligation.situations
            for policies in between(situation.account, obligation.target)
        )
        return tuple(dict.fromkeys(policy.name for level in findings for policy in level))

    def forget(self, requirement: Requirement) -> None:
        """Drops what is kept of a requirement that is finished."""
        self._contexts.pop(requirement, None)

    def _context(self, requirement: Requirement) -> RequirementContext:
        if requirement not in self._contexts:
            traits = AccountTraits(requirement, self.organization.management_account, self._trials.taken)
            relevance = RelevanceFilter(plans_read(requirement))
            palette = Palette(requirement, self.organization, self.partition)
            self._contexts[requirement] = RequirementContext(
                requirement, traits, relevance, reads_account(requirement), palette, Progress()
            )
        return self._contexts[requirement]

    def _obligation(self, context: RequirementContext, target: Entity, key: Equivalence) -> ProofObligation:
        if key not in context.progress.obligations:
            above, here = self._trials.state(target.parent), self._trials.state(target)
            situations = tuple(self._situations(context, target))
            context.progress.obligations[key] = ProofObligation(
                context.requirement,
                target,
                situations,
                above=above,
                here=here,
                attributes=self._attributes,
                freezing=key.freezing,
                shares={situation: self._shares[target, situation] for situation in situations},
            )
        return context.progress.obligations[key]

    def _may_freeze(
        self, context: RequirementContext, target: Entity, accounts_by_kind: Mapping[Hashable, Entity]
    ) -> Freezing | FreezeRuledOut | None:
        """What could leave accounts that are created later without a document; None where that makes no difference."""
        newcomers = filter(is_new, accounts_by_kind.values())
        if not any(fails_on_nothing(context.requirement, account, self._attributes) for account in newcomers):
            return None
        above, here = self._trials.state(target.parent), self._trials.state(target)
        if (above, here) not in self._freezing:
            self._freezing[above, here] = self._freezing_of(target, openness(above, here, target))
        return self._freezing[above, here]

    def _freezing_of(self, target: Entity, open_: Openness) -> Freezing | FreezeRuledOut:
        """The same object for all states where nothing is possible, by the rules of AWS on which that rests."""
        state = self._trials.state(target)
        account = self._accounts.below(target)[0]
        freezing = Freezing(
            self._trials.view(account, state).plans,
            state.root if state else None,
            self.partition,
            withheld=self._trials.is_invalid(state),
        )
        ruled_out = (basis for basis in self._ruled_out if not freezing.is_possible(open_.trusting(basis)))
        basis = next(ruled_out, None)
        return freezing if basis is None else self._ruled_out[basis]

    def _finding(
        self, context: RequirementContext, target: Entity, below: Sequence[TargetFinding]
    ) -> TargetFinding | None:
        accounts_by_kind = self._accounts_by_kind(context, target)
        key = self._equivalence(context, target, accounts_by_kind)
        obligation = self._obligation(context, target, key)
        if not obligation.applies:
            return None
        progress = context.progress
        if key not in progress.findings:
            progress.findings[key] = self._judged(obligation, context, accounts_by_kind, below)
        finding, breakable = progress.findings[key], [each for each in below if each.result.outcome == "breakable"]
        if finding.result.outcome == "undecided" and not obligation.is_guaranteed:
            if existing := next((each for each in breakable if _is_of_existing_account(each)), None):
                return self._restated(existing, context, target, below)
            if key not in progress.findings_later:
                progress.findings_later[key] = self._judged_later(obligation, context, accounts_by_kind) or finding
            finding = progress.findings_later[key]
            if breakable and finding.result.outcome == "undecided":
                return self._restated(breakable[0], context, target, below)
        restated = self._restated(finding, context, target, below)
        if finding.account_kind is None:
            return restated
        return replace(
            restated, result=self._reworded(finding, context, restated.result, accounts_by_kind[finding.account_kind])
        )

    def _restated(
        self, finding: TargetFinding, context: RequirementContext, target: Entity, below: Sequence[TargetFinding]
    ) -> TargetFinding:
        """The finding of an equal target, or of one below, with this target's entity, policies and freeze."""
        peers = tuple(policy.name for policy in context.relevance.relevant(target.policies))
        result = replace(finding.result, target=target, peers=peers, freeze=self._freeze(target, below))
        return replace(finding, result=result)

    def _reworded(
        self, finding: TargetFinding, context: RequirementContext, result: TargetResult, account: Entity
    ) -> TargetResult:
        """A result whose reason is about an account, reworded for this account."""
        requirement, anew = context.requirement, finding.names_account and account is not finding.result.account
        result = replace(result, account=account)
        if result.attack is None or finding.document is None:
            if anew:
                trial_result = self._trials.trial_result(account, requirement)
                result = replace(result, reason=as_it_is(trial_result, requirement, self._trials))
            return result
        reason = result.attack.broken
        if anew and (policy := self._trials.policy(finding.document)):
            place = account if is_new(result.attack.place) else result.target
            trial_result = self._trials.trial_result(account, requirement, TrialAttachment(policy, place))
            reason = broken(trial_result, requirement, self._trials)
        place = account if is_new(result.attack.place) else result.target
        attack = result.attack._replace(place=place, account=account, broken=reason)
        return replace(result, attack=attack, reason=reason)

    def _judged(
        self,
        obligation: ProofObligation,
        context: RequirementContext,
        accounts_by_kind: Mapping[Hashable, Entity],
        below: Sequence[TargetFinding],
    ) -> TargetFinding:
        trial_results = {
            kind: self._trials.trial_result(account, obligation.requirement)
            for kind, account in accounts_by_kind.items()
        }
        existing = [kind for kind, account in accounts_by_kind.items() if not is_new(account)]
        for kind in existing:
            if trial_results[kind].violated:
                return self._as_it_is(obligation, context, trial_results[kind], kind, accounts_by_kind)
        if not self.organization.backup_policies_enabled:
            return TargetFinding(TargetResult(obligation.target, "undecided", None, NOT_ENABLED))
        if obligation.basis and not any(trial_results[kind].invalid for kind in existing):
            return TargetFinding(
                TargetResult(obligation.target, "guaranteed", obligation.basis, guaranteed(obligation))
            )
        holding = {accounts_by_kind[kind]: kind for kind in existing if trial_results[kind].may_break}
        if not obligation.basis and (attacked := self._attacked(obligation, context, [*holding], below)):
            document, attack = attacked
            result = TargetResult(obligation.target, "breakable", None, attack.broken, attack.account, attack)
            return TargetFinding(result, document, holding[attack.account], names_account=context.names_accounts)
        for kind in sorted(trial_results, key=lambda kind: is_new(accounts_by_kind[kind])):
            if not trial_results[kind].may_break:
                return self._as_it_is(obligation, context, trial_results[kind], kind, accounts_by_kind)
        return TargetFinding(TargetResult(obligation.target, "undecided", None, undecided(obligation)))

    def _as_it_is(
        self,
        obligation: ProofObligation,
        context: RequirementContext,
        trial_result: TrialResult,
        kind: Hashable,
        accounts_by_kind: Mapping[Hashable, Entity],
    ) -> TargetFinding:
        """The finding for an account as it is, and for all targets with one of this kind."""
        reason, account = as_it_is(trial_result, obligation.requirement, self._trials), accounts_by_kind[kind]
        outcome: Outcome = "undecided"
        if trial_result.violated and not is_new(account):
            outcome = "violated"
        elif trial_result.violated and obligation.surely_applies(
            OpenSituation(account, self._trials.view(account, self._trials.state(obligation.target)))
        ):
            outcome = "breakable"
        return TargetFinding(
            TargetResult(obligation.target, outcome, None, reason, account),
            account_kind=kind,
            names_account=context.names_accounts,
        )

    def _attacked(
        self,
        obligation: ProofObligation,
        context: RequirementContext,
        accounts: Sequence[Entity],
        below: Sequence[TargetFinding],
    ) -> tuple[Document, Attack] | None:
        """A policy at the target that breaks the requirement for one of some accounts; what does so below may do."""
        if not accounts:
            return None
        seeds = [*(attacked.document for attacked in below if attacked.document), *context.progress.proven]
        plainest = sorted(accounts, key=lambda account: len(between(account, obligation.target)))
        attacked = CounterexampleSearch(
            self._trials, obligation, plainest, context.palette, context.progress.tries
        ).find(seeds)
        context.progress.remember(attacked)
        return attacked

    def _judged_later(
        self, obligation: ProofObligation, context: RequirementContext, accounts_by_kind: Mapping[Hashable, Entity]
    ) -> TargetFinding | None:
        """What breaks the requirement for an account that is created later: nothing but that, or a policy."""
        newcomers = {account: kind for kind, account in accounts_by_kind.items() if is_new(account)}
        trial_results = {account: self._trials.trial_result(account, obligation.requirement) for account in newcomers}
        violated = (account for account, trial_result in trial_results.items() if trial_result.violated)
        as_they_are = (
            self._as_it_is(obligation, context, trial_results[newcomer], newcomers[newcomer], accounts_by_kind)
            for newcomer in violated
        )
        if finding := next((finding for finding in as_they_are if finding.result.outcome == "breakable"), None):
            return finding
        if not self.organization.backup_policies_enabled:
            return None
        attack_found = self._attacked_later(
            obligation, context, [newcomer for newcomer in newcomers if trial_results[newcomer].may_break]
        )
        if not attack_found:
            return None
        document, attack = attack_found
        result = TargetResult(obligation.target, "breakable", None, attack.broken, attack.account, attack)
        return TargetFinding(result, document, newcomers[attack.account], names_account=context.names_accounts)

    def _attacked_later(
        self, obligation: ProofObligation, context: RequirementContext, newcomers: Sequence[Entity]
    ) -> tuple[Document, Attack] | None:
        """A policy at the target, or else at one of the accounts, that breaks the requirement."""
        obligations = [(obligation, newcomers)] if newcomers else []
        if obligation.target.policies:
            obligations += [
                (self._obligation_of(newcomer, obligation), [newcomer])
                for newcomer in newcomers
                if newcomer.parent is obligation.target
            ][:1]
        searches = [
            CounterexampleSearch(self._trials, each, accounts, context.palette, context.progress.tries)
            for each, accounts in obligations
        ]
        proven = context.progress.proven
        attacked = next(
            (attacked for search in searches if (attacked := search.find(proven) or search.freeze(proven))),
            None,
        )
        context.progress.remember(attacked)
        return attacked

    def _obligation_of(self, newcomer: Entity, obligation: ProofObligation) -> ProofObligation:
        """The obligation at an account created in the target: it may assign what the target's policies assign."""
        state = self._trials.state(obligation.target)
        situation = OpenSituation(newcomer, self._trials.view(newcomer, state))
        return ProofObligation(
            obligation.requirement,
            newcomer,
            (situation,),
            above=state,
            here=state,
            attributes=self._attributes,
            freezing=obligation.freezing,
        )

    def _freeze(self, target: Entity, below: Sequence[TargetFinding]) -> Attack | None:
        """A policy at or below the target that makes AWS keep an account's last valid document; None if none found."""
        if target not in self._freezes_at:
            lower = min(self._below(target), key=lambda lower: (is_new(lower.account), len(lower.between)))
            self._freezes_at[target] = self._freezes.at(target, lower.account)
        lower_freezes = (finding.result.freeze for finding in below if finding.result.freeze)
        return self._freezes_at[target] or next(lower_freezes, None)

    def _situations(self, context: RequirementContext, target: Entity) -> Iterator[OpenSituation]:
        state, seen = self._trials.state(target), set()
        for lower in self._below(target):
            key = (context.traits.of(lower.account), lower.surroundings)
            if key not in seen:
                seen.add(key)
                view = self._trials.view(lower.account, state)
                yield OpenSituation(lower.account, view)

    def _accounts_by_kind(self, context: RequirementContext, target: Entity) -> Mapping[Hashable, Entity]:
        """One account of each kind that a requirement can tell apart below a target."""
        accounts_by_kind: dict[Hashable, Entity] = {}
        relevant: dict[Hashable, Hashable] = {}
        for lower in self._below(target):
            if lower.between not in relevant:
                relevant[lower.between] = context.relevance.levels(lower.between)
            kind = (context.traits.of(lower.account), relevant[lower.between], lower.shared)
            if kind not in accounts_by_kind:
                accounts_by_kind[kind] = (
                    self._in_scope(context, lower.account) if is_new(lower.account) else lower.account
                )
        return accounts_by_kind

    def _in_scope(self, context: RequirementContext, newcomer: Entity) -> Entity:
        """An account that is created later, by a name and with tags such that the requirement applies, if it can be."""
        key = context.requirement, newcomer
        if key not in self._newcomers:
            named = context.palette.newcomers(newcomer)
            applies = (account for account in named if self._trials.applies(context.requirement, account))
            self._newcomers[key] = next(applies, newcomer)
        return self._newcomers[key]

    def _below(self, target: Entity) -> tuple[LowerAccount, ...]:
        """The accounts at or below a target, with the policies between and the vaults and roles of each."""
        if target not in self._accounts_below:
            state = self._trials.state(target)
            accounts = []
            for account in self._accounts.below(target):
                own = self._trials.state(account)
                surroundings = (self._trials.surroundings(account, state), is_new(account))
                shared = (surroundings, self._trials.surroundings(account, own), self._trials.is_invalid(own))
                accounts.append(LowerAccount(account, between(account, target), surroundings, shared))
            self._accounts_below[target] = tuple(accounts)
        return self._accounts_below[target]

    def _equivalence(
        self, context: RequirementContext, target: Entity, accounts_by_kind: Mapping[Hashable, Entity]
    ) -> Equivalence:
        above = context.relevance.levels(entity.policies for entity in target.chain[:-1])
        own = context.relevance.relevant(target.policies)
        return Equivalence(
            above, own, target.kind, frozenset(accounts_by_kind), self._may_freeze(context, target, accounts_by_kind)
        )


def _is_of_existing_account(finding: TargetFinding) -> bool:
    return finding.result.account is not None and not is_new(finding.result.account)
