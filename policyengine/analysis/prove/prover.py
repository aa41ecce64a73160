"""Proofs and counterexamples over one organization: the result of a target holds for all equivalent ones."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from msgspec.structs import replace

from policyengine.analysis.prove.accounts import Accounts, AccountTraits, between, reads_account
from policyengine.analysis.prove.cases import Case, OpenSituation, OrganizationCircumstances, fails_on_nothing
from policyengine.analysis.prove.concern import Concern, plans_read
from policyengine.analysis.prove.field import Attached, Document, TrialOrganization, TrialResult
from policyengine.analysis.prove.freeze import Firm, Freezing
from policyengine.analysis.prove.freeze_attacks import FreezeAttacks
from policyengine.analysis.prove.open_elements import is_new
from policyengine.analysis.prove.openness import DOCUMENTED, INFERRED, OBSERVED, Openness, SharedResults, openness
from policyengine.analysis.prove.palette import Palette
from policyengine.analysis.prove.proofs import Attack, Outcome, TargetResult
from policyengine.analysis.prove.search import NOT_ENABLED, Search, as_it_is, broken, guaranteed, undecided
from policyengine.analysis.requirements import Requirement, asks_for_resources
from policyengine.aws.documents import PolicyDocument
from policyengine.aws.merge import Effective
from policyengine.aws.organization import Entity, Organization
from policyengine.base.records import Record

_OF_RESOURCES = "it asks for resources, and a proof looks at policies alone"
_MOST_TRIES = 400  # strikes at one target
_FEW_TRIES = 4  # once so many targets of a requirement were searched in vain
_MOST_IN_VAIN = 24
_MOST_REMEMBERED = 4  # documents that broke a requirement elsewhere


class TargetFinding(Record):
    """A result, and what it takes to restate it for an equivalent target.

    `document` is that of the attack. `victim` is the kind of the account that the reason is about, and
    `names_account` whether it names the account itself, so that it must be reworded for another one.
    """

    result: TargetResult
    document: Document | None = None
    victim: Hashable = None
    names_account: bool = False


class AccountBelow(NamedTuple):
    """An account below a target, and what it shares with others whatever the requirement."""

    account: Entity
    between: tuple[tuple[PolicyDocument, ...], ...]
    around: Hashable
    shared: Hashable


class Equivalence(NamedTuple):
    """What a requirement can tell targets apart by: one result holds for all that are equal in this."""

    above: tuple[tuple[PolicyDocument, ...], ...]
    own: tuple[PolicyDocument, ...]
    kind: str
    accounts: frozenset[Hashable]
    freezing: Freezing | Firm | None


class Progress:
    """The cases and findings of a requirement at the targets so far, by what makes targets equal.

    `findings_later` are those that accounts which are created later are part of.
    """

    def __init__(self) -> None:
        self.cases: dict[Equivalence, Case] = {}
        self.findings: dict[Equivalence, TargetFinding] = {}
        self.findings_later: dict[Equivalence, TargetFinding] = {}
        self.proven: deque[Document] = deque(maxlen=_MOST_REMEMBERED)
        self._in_vain = 0

    @property
    def tries(self) -> int:
        """How many strikes the next search is worth: fewer after many in vain."""
        return _MOST_TRIES if self._in_vain < _MOST_IN_VAIN else _FEW_TRIES

    def remember(self, attacked: tuple[Document, Attack] | None) -> None:
        """What breaks a requirement somewhere is tried first elsewhere; after many searches in vain less is tried."""
        if not attacked:
            self._in_vain += 1
        elif attacked[0] not in self.proven:
            self.proven.appendleft(attacked[0])


class Question(NamedTuple):
    """A requirement, the traits of accounts and the policies that it depends on, and whether its reasons name accounts.

    `palette` are the values that are worth trying against it.
    """

    requirement: Requirement
    traits: AccountTraits
    concern: Concern
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
        self._field = TrialOrganization(organization, effective, at, self.ids, partition)
        self._accounts = Accounts(organization)
        self._accounts_below: dict[Entity, tuple[AccountBelow, ...]] = {}
        self._questions: dict[Requirement, Question] = {}
        self._shares: defaultdict[tuple[Entity, OpenSituation], SharedResults] = defaultdict(SharedResults)
        self._freezes = FreezeAttacks(organization, self._field, partition)
        self._freezes_at: dict[Entity, Attack | None] = {}
        self._freezing: dict[Hashable, Freezing | Firm] = {}
        self._firm = {basis: Firm(basis) for basis in (OBSERVED, DOCUMENTED, INFERRED)}
        self._newcomers: dict[tuple[Requirement, Entity], Entity] = {}
        self._circumstances = OrganizationCircumstances(organization.management_account, self._field.taken)

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
                if finding := self._finding(self._question(requirement), target, below):
                    settled[target] = finding
            self._forget_target()
        return findings

    def _forget_target(self) -> None:
        """Drops what is shared at a target that is finished; its cases would keep it."""
        self._field.forget()
        for shares in self._shares.values():
            shares.clear()
        self._shares.clear()
        self._freezes_at.clear()

    def case(self, requirement: Requirement, target: Entity) -> Case:
        """Everything that a proof about a target starts from."""
        question = self._question(requirement)
        return self._case(question, target, self._equivalence(question, target, self._kinds(question, target)))

    def further_down(self, case: Case) -> tuple[str, ...]:
        """The names of the policies that are attached below a target, on the way to accounts in scope."""
        findings = (policies for situation in case.situations for policies in between(situation.account, case.target))
        return tuple(dict.fromkeys(policy.name for level in findings for policy in level))

    def forget(self, requirement: Requirement) -> None:
        """Drops what is kept of a requirement that is finished."""
        self._questions.pop(requirement, None)

    def _question(self, requirement: Requirement) -> Question:
        if requirement not in self._questions:
            traits = AccountTraits(requirement, self.organization.management_account, self._field.taken)
            concern = Concern(plans_read(requirement))
            palette = Palette(requirement, self.organization, self.partition)
            self._questions[requirement] = Question(
                requirement, traits, concern, reads_account(requirement), palette, Progress()
            )
        return self._questions[requirement]

    def _case(self, question: Question, target: Entity, key: Equivalence) -> Case:
        if key not in question.progress.cases:
            above, here = self._field.state(target.parent), self._field.state(target)
            situations = tuple(self._situations(question, target))
            question.progress.cases[key] = Case(
                question.requirement,
                target,
                situations,
                above=above,
                here=here,
                circumstances=self._circumstances,
                freezing=key.freezing,
                shares={situation: self._shares[target, situation] for situation in situations},
            )
        return question.progress.cases[key]

    def _may_freeze(
        self, question: Question, target: Entity, kinds: Mapping[Hashable, Entity]
    ) -> Freezing | Firm | None:
        """What could leave accounts that are created later without a document; None where that makes no difference."""
        newcomers = filter(is_new, kinds.values())
        if not any(fails_on_nothing(question.requirement, account, self._circumstances) for account in newcomers):
            return None
        above, here = self._field.state(target.parent), self._field.state(target)
        if (above, here) not in self._freezing:
            self._freezing[above, here] = self._freezing_of(target, openness(above, here, target))
        return self._freezing[above, here]

    def _freezing_of(self, target: Entity, open_: Openness) -> Freezing | Firm:
        """The same object for all states where nothing is possible, by the rules of AWS on which that rests."""
        state = self._field.state(target)
        account = self._accounts.below(target)[0]
        freezing = Freezing(
            self._field.view(account, state).plans,
            state.root if state else None,
            self.partition,
            withheld=self._field.is_invalid(state),
        )
        firm = (basis for basis in self._firm if not freezing.is_possible(open_.trusting(basis)))
        basis = next(firm, None)
        return freezing if basis is None else self._firm[basis]

    def _finding(self, question: Question, target: Entity, below: Sequence[TargetFinding]) -> TargetFinding | None:
        kinds = self._kinds(question, target)
        key = self._equivalence(question, target, kinds)
        case = self._case(question, target, key)
        if not case.applies:
            return None
        progress = question.progress
        if key not in progress.findings:
            progress.findings[key] = self._judged(case, question, kinds, below)
        finding, breakable = progress.findings[key], [each for each in below if each.result.outcome == "breakable"]
        if finding.result.outcome == "undecided" and not case.holds_whatever:
            if existing := next((each for each in breakable if _is_of_existing_account(each)), None):
                return self._restated(existing, question, target, below)
            if key not in progress.findings_later:
                progress.findings_later[key] = self._judged_later(case, question, kinds) or finding
            finding = progress.findings_later[key]
            if breakable and finding.result.outcome == "undecided":
                return self._restated(breakable[0], question, target, below)
        restated = self._restated(finding, question, target, below)
        if finding.victim is None:
            return restated
        return replace(restated, result=self._reworded(finding, question, restated.result, kinds[finding.victim]))

    def _restated(
        self, finding: TargetFinding, question: Question, target: Entity, below: Sequence[TargetFinding]
    ) -> TargetFinding:
        """A finding of an equal target, or of one further down, as one of this target."""
        peers = tuple(policy.name for policy in question.concern.among(target.policies))
        result = replace(finding.result, target=target, peers=peers, freeze=self._freeze(target, below))
        return replace(finding, result=result)

    def _reworded(
        self, finding: TargetFinding, question: Question, result: TargetResult, account: Entity
    ) -> TargetResult:
        """A result whose reason is about an account, reworded for this account."""
        requirement, anew = question.requirement, finding.names_account and account is not finding.result.account
        result = replace(result, account=account)
        if result.attack is None or finding.document is None:
            if anew:
                standing = self._field.standing(account, requirement)
                result = replace(result, reason=as_it_is(standing, requirement, self._field))
            return result
        reason = result.attack.broken
        if anew and (policy := self._field.policy(finding.document)):
            place = account if is_new(result.attack.place) else result.target
            standing = self._field.standing(account, requirement, Attached(policy, place))
            reason = broken(standing, requirement, self._field)
        place = account if is_new(result.attack.place) else result.target
        attack = result.attack._replace(place=place, account=account, broken=reason)
        return replace(result, attack=attack, reason=reason)

    def _judged(
        self, case: Case, question: Question, kinds: Mapping[Hashable, Entity], below: Sequence[TargetFinding]
    ) -> TargetFinding:
        standings = {kind: self._field.standing(account, case.requirement) for kind, account in kinds.items()}
        there = [kind for kind, account in kinds.items() if not is_new(account)]
        for kind in there:
            if standings[kind].violated:
                return self._as_it_is(case, question, standings[kind], kind, kinds)
        if not self.organization.backup_policies_enabled:
            return TargetFinding(TargetResult(case.target, "undecided", None, NOT_ENABLED))
        if case.basis and not any(standings[kind].invalid for kind in there):
            return TargetFinding(TargetResult(case.target, "guaranteed", case.basis, guaranteed(case)))
        holding = {kinds[kind]: kind for kind in there if standings[kind].may_break}
        if not case.basis and (attacked := self._attacked(case, question, [*holding], below)):
            document, attack = attacked
            result = TargetResult(case.target, "breakable", None, attack.broken, attack.account, attack)
            return TargetFinding(result, document, holding[attack.account], names_account=question.names_accounts)
        for kind in sorted(standings, key=lambda kind: is_new(kinds[kind])):
            if not standings[kind].may_break:
                return self._as_it_is(case, question, standings[kind], kind, kinds)
        return TargetFinding(TargetResult(case.target, "undecided", None, undecided(case)))

    def _as_it_is(
        self, case: Case, question: Question, standing: TrialResult, kind: Hashable, kinds: Mapping[Hashable, Entity]
    ) -> TargetFinding:
        """The finding for an account as it is, and for all targets with one of this kind."""
        reason, account = as_it_is(standing, case.requirement, self._field), kinds[kind]
        outcome: Outcome = "undecided"
        if standing.violated and not is_new(account):
            outcome = "violated"
        elif standing.violated and case.surely_applies(
            OpenSituation(account, self._field.view(account, self._field.state(case.target)))
        ):
            outcome = "breakable"
        return TargetFinding(
            TargetResult(case.target, outcome, None, reason, account),
            victim=kind,
            names_account=question.names_accounts,
        )

    def _attacked(
        self, case: Case, question: Question, accounts: Sequence[Entity], below: Sequence[TargetFinding]
    ) -> tuple[Document, Attack] | None:
        """A policy at the target that breaks the requirement for one of some accounts; what does so below may do."""
        if not accounts:
            return None
        seeds = [*(attacked.document for attacked in below if attacked.document), *question.progress.proven]
        plainest = sorted(accounts, key=lambda account: len(between(account, case.target)))
        attacked = Search(self._field, case, plainest, question.palette, question.progress.tries).find(seeds)
        question.progress.remember(attacked)
        return attacked

    def _judged_later(self, case: Case, question: Question, kinds: Mapping[Hashable, Entity]) -> TargetFinding | None:
        """What breaks the requirement for an account that is created later: nothing but that, or a policy."""
        newcomers = {account: kind for kind, account in kinds.items() if is_new(account)}
        standings = {account: self._field.standing(account, case.requirement) for account in newcomers}
        violated = (account for account, standing in standings.items() if standing.violated)
        as_they_are = (
            self._as_it_is(case, question, standings[newcomer], newcomers[newcomer], kinds) for newcomer in violated
        )
        if finding := next((finding for finding in as_they_are if finding.result.outcome == "breakable"), None):
            return finding
        if not self.organization.backup_policies_enabled:
            return None
        attack_found = self._attacked_later(
            case, question, [newcomer for newcomer in newcomers if standings[newcomer].may_break]
        )
        if not attack_found:
            return None
        document, attack = attack_found
        result = TargetResult(case.target, "breakable", None, attack.broken, attack.account, attack)
        return TargetFinding(result, document, newcomers[attack.account], names_account=question.names_accounts)

    def _attacked_later(
        self, case: Case, question: Question, newcomers: Sequence[Entity]
    ) -> tuple[Document, Attack] | None:
        """A policy at the target, or else at one of the accounts, that breaks the requirement."""
        cases = [(case, newcomers)] if newcomers else []
        if case.target.policies:
            cases += [
                (self._case_of(newcomer, case), [newcomer]) for newcomer in newcomers if newcomer.parent is case.target
            ][:1]
        searches = [
            Search(self._field, newcomer, accounts, question.palette, question.progress.tries)
            for newcomer, accounts in cases
        ]
        proven = question.progress.proven
        attacked = next(
            (attacked for search in searches if (attacked := search.find(proven) or search.freeze(proven))),
            None,
        )
        question.progress.remember(attacked)
        return attacked

    def _case_of(self, newcomer: Entity, case: Case) -> Case:
        """The case of an account that is created in the target: what the target's policies assign it may assign."""
        state = self._field.state(case.target)
        situation = OpenSituation(newcomer, self._field.view(newcomer, state))
        return Case(
            case.requirement,
            newcomer,
            (situation,),
            above=state,
            here=state,
            circumstances=self._circumstances,
            freezing=case.freezing,
        )

    def _freeze(self, target: Entity, below: Sequence[TargetFinding]) -> Attack | None:
        """A policy at the target, or further down, after which AWS would keep what an account has."""
        if target not in self._freezes_at:
            lower = min(self._below(target), key=lambda lower: (is_new(lower.account), len(lower.between)))
            self._freezes_at[target] = self._freezes.at(target, lower.account)
        further_down = (finding.result.freeze for finding in below if finding.result.freeze)
        return self._freezes_at[target] or next(further_down, None)

    def _situations(self, question: Question, target: Entity) -> Iterator[OpenSituation]:
        state, seen = self._field.state(target), set()
        for lower in self._below(target):
            key = (question.traits.of(lower.account), lower.around)
            if key not in seen:
                seen.add(key)
                view = self._field.view(lower.account, state)
                yield OpenSituation(lower.account, view)

    def _kinds(self, question: Question, target: Entity) -> Mapping[Hashable, Entity]:
        """One account of each kind that a requirement can tell apart below a target."""
        kinds: dict[Hashable, Entity] = {}
        concerned: dict[Hashable, Hashable] = {}
        for lower in self._below(target):
            if lower.between not in concerned:
                concerned[lower.between] = question.concern.levels(lower.between)
            kind = (question.traits.of(lower.account), concerned[lower.between], lower.shared)
            if kind not in kinds:
                kinds[kind] = self._in_scope(question, lower.account) if is_new(lower.account) else lower.account
        return kinds

    def _in_scope(self, question: Question, newcomer: Entity) -> Entity:
        """An account that is created later, by a name and with tags such that the requirement applies, if it can be."""
        key = question.requirement, newcomer
        if key not in self._newcomers:
            named = question.palette.newcomers(newcomer)
            applies = (account for account in named if self._field.applies(question.requirement, account))
            self._newcomers[key] = next(applies, newcomer)
        return self._newcomers[key]

    def _below(self, target: Entity) -> tuple[AccountBelow, ...]:
        """The accounts below a target, with the policies and the vaults that are around each."""
        if target not in self._accounts_below:
            state = self._field.state(target)
            accounts = []
            for account in self._accounts.below(target):
                own = self._field.state(account)
                around = (self._field.around(account, state), is_new(account))
                shared = (around, self._field.around(account, own), self._field.is_invalid(own))
                accounts.append(AccountBelow(account, between(account, target), around, shared))
            self._accounts_below[target] = tuple(accounts)
        return self._accounts_below[target]

    def _equivalence(self, question: Question, target: Entity, kinds: Mapping[Hashable, Entity]) -> Equivalence:
        above = question.concern.levels(entity.policies for entity in target.chain[:-1])
        own = question.concern.among(target.policies)
        return Equivalence(above, own, target.kind, frozenset(kinds), self._may_freeze(question, target, kinds))


def _is_of_existing_account(finding: TargetFinding) -> bool:
    return finding.result.account is not None and not is_new(finding.result.account)
