"""Proofs and counterexamples over one organization: what is found out about a target holds for all that are alike."""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from policyengine.effective import Effective
from policyengine.model.documents import PolicyDocument
from policyengine.organization.tree import Entity, Organization
from policyengine.prove.accounts import Accounts, Sight, between, reads_account
from policyengine.prove.case import Case, Situation
from policyengine.prove.concern import Concern, plans_read
from policyengine.prove.field import Attached, Document, Field
from policyengine.prove.freeze import freeze
from policyengine.prove.openness import openness
from policyengine.prove.palette import Palette
from policyengine.prove.reading import is_new
from policyengine.prove.search import Search
from policyengine.prove.values import Attack, Result
from policyengine.prove.words import as_it_is, guaranteed, undecided
from policyengine.requirements import Requirement
from policyengine.value import value

_MOST_TRIES = 400  # strikes at one target
_FEW_TRIES = 4  # once so many targets of a requirement were searched in vain
_MOST_IN_VAIN = 24
_MOST_REMEMBERED = 4  # documents that broke a requirement elsewhere


@value
class Finding:
    """A result, and what it takes to say the same of a target that is alike.

    `document` is that of the attack. `victim` tells what the account is like that the reason speaks of, and `told`
    whether it speaks of the account itself, so that it must be said anew of another one.
    """

    result: Result
    document: Document | None = None
    victim: Hashable = None
    told: bool = False


class Alike(NamedTuple):
    """An account below a target, and what it shares with others whatever the requirement."""

    account: Entity
    between: tuple[tuple[PolicyDocument, ...], ...]
    around: Hashable
    shared: Hashable


class Asked(NamedTuple):
    """A requirement, what it sees of accounts, the policies that concern it, and whether its reasons name accounts."""

    requirement: Requirement
    sight: Sight
    concern: Concern
    tells: bool


class Prover:
    """Proofs about targets of an organization; `ids` are account ids that expressions name."""

    def __init__(
        self, organization: Organization, effective: Effective, ids: Iterable[str], *, at: datetime, partition: str
    ) -> None:
        self.organization, self.effective = organization, effective
        self.ids, self.at, self.partition = frozenset(ids), at, partition
        self._field = Field(organization, effective, at, self.ids, partition)
        self._accounts = Accounts(organization)
        self._alike: dict[Entity, tuple[Alike, ...]] = {}
        self._asked: dict[Requirement, Asked] = {}
        self._cases: dict[Hashable, Case] = {}
        self._findings: dict[Hashable, Finding] = {}
        self._freezes: dict[Hashable, Attack | None] = {}
        self._proven: deque[Document] = deque(maxlen=_MOST_REMEMBERED)
        self._in_vain = 0

    def results(self, requirement: Requirement) -> tuple[Result, ...]:
        """What can be said of each target, in the order of the tree."""
        found: dict[Entity, Finding] = {}
        for target in reversed(self.organization.entities[1:]):
            below = [found[child] for child in self.organization.children.get(target, ()) if child in found]
            if finding := self._finding(self._ask(requirement), target, below):
                found[target] = finding
        self._field.forget()
        self._findings.clear()
        self._proven.clear()
        self._in_vain = 0
        return tuple(found[target].result for target in self.organization.entities[1:] if target in found)

    def case(self, requirement: Requirement, target: Entity) -> Case:
        """Everything that a proof about a target starts from."""
        asked = self._ask(requirement)
        return self._case(asked, target, self._kinds(asked, target))

    def further_down(self, case: Case) -> tuple[str, ...]:
        """The names of the policies that are attached below a target, on the way to accounts in scope."""
        found = (policies for situation in case.situations for policies in between(situation.account, case.target))
        return tuple(dict.fromkeys(policy.name for level in found for policy in level))

    def forget(self) -> None:
        """Lets go of the cases of requirements that are done with."""
        self._cases.clear()

    def _ask(self, requirement: Requirement) -> Asked:
        if requirement not in self._asked:
            sight = Sight(requirement, self.organization.management_account)
            concern = Concern(plans_read(requirement))
            self._asked[requirement] = Asked(requirement, sight, concern, reads_account(requirement))
        return self._asked[requirement]

    def _case(self, asked: Asked, target: Entity, kinds: Mapping[Hashable, Entity]) -> Case:
        key = self._key(asked, target, kinds)
        if key not in self._cases:
            above, here = self._field.state(target.parent), self._field.state(target)
            situations = tuple(self._situations(asked, target))
            management = self.organization.management_account
            self._cases[key] = Case(
                asked.requirement, target, situations, above=above, here=here, management=management
            )
        return self._cases[key]

    def _finding(self, asked: Asked, target: Entity, below: Sequence[Finding]) -> Finding | None:
        kinds = self._kinds(asked, target)
        case = self._case(asked, target, kinds)
        if not case.applies:
            return None
        key = self._key(asked, target, kinds)
        if key not in self._findings:
            self._findings[key] = self._judged(case, asked, kinds, below)
        return self._placed(self._findings[key], asked, target, kinds, below)

    def _placed(
        self, finding: Finding, asked: Asked, target: Entity, kinds: Mapping[Hashable, Entity], below: Sequence[Finding]
    ) -> Finding:
        """A finding said of this very target; what can be broken further down can be broken."""
        peers = tuple(policy.name for policy in asked.concern.among(target.policies))
        result = replace(finding.result, target=target, peers=peers, freeze=self._freeze(target, below))
        broken = next((found for found in below if found.result.outcome == "breakable"), None)
        if broken and result.outcome == "undecided":
            further = broken.result
            result = replace(result, outcome="breakable", reason=further.reason, attack=further.attack)
            return replace(broken, result=replace(result, account=further.account))
        if finding.victim is not None:
            result = self._told(finding, asked, result, kinds[finding.victim])
        return replace(finding, result=result)

    def _told(self, finding: Finding, asked: Asked, result: Result, account: Entity) -> Result:
        """A result whose reason speaks of an account, said of this account."""
        requirement, anew = asked.requirement, finding.told and account is not finding.result.account
        result = replace(result, account=account)
        if result.attack is None or finding.document is None:
            if anew:
                standing = self._field.standing(account, requirement)
                result = replace(result, reason=as_it_is(standing, requirement, self._field))
            return result
        broken = result.attack.broken
        if anew and (policy := self._field.policy(finding.document)):
            standing = self._field.standing(account, requirement, Attached(policy, result.target))
            broken = self._field.sentence(standing, requirement)
        attack = result.attack._replace(place=result.target, account=account, broken=broken)
        return replace(result, attack=attack, reason=broken)

    def _judged(self, case: Case, asked: Asked, kinds: Mapping[Hashable, Entity], below: Sequence[Finding]) -> Finding:
        standings = {kind: self._field.standing(account, case.requirement) for kind, account in kinds.items()}
        frozen = any(standing.invalid for standing in standings.values())
        if case.basis and not frozen:
            return Finding(Result(case.target, "guaranteed", case.basis, guaranteed(case)))
        holding = {kinds[kind]: kind for kind, standing in standings.items() if standing.may_break}
        if not case.basis and (found := self._attacked(case, [*holding], below)):
            document, attack = found
            result = Result(case.target, "breakable", None, attack.broken, attack.account, attack)
            return Finding(result, document, holding[attack.account], told=asked.tells)
        for kind, standing in standings.items():
            if not standing.may_break:
                reason = as_it_is(standing, case.requirement, self._field)
                result = Result(case.target, "undecided", None, reason, kinds[kind])
                return Finding(result, victim=kind, told=asked.tells)
        return Finding(Result(case.target, "undecided", None, undecided(case)))

    def _attacked(
        self, case: Case, accounts: Sequence[Entity], below: Sequence[Finding]
    ) -> tuple[Document, Attack] | None:
        """A policy at the target that breaks the requirement for one of some accounts; what does so below may do."""
        if not accounts:
            return None
        seeds = [*(found.document for found in below if found.document), *self._proven]
        palette = Palette(case.requirement, self.organization, self.partition)
        plainest = sorted(accounts, key=lambda account: len(between(account, case.target)))
        tries = _MOST_TRIES if self._in_vain < _MOST_IN_VAIN else _FEW_TRIES
        found = Search(self._field, case, plainest, palette, tries).find(seeds)
        if not found:
            self._in_vain += 1
        elif found[0] not in self._proven:
            self._proven.appendleft(found[0])
        return found

    def _freeze(self, target: Entity, below: Sequence[Finding]) -> Attack | None:
        """A policy at the target, or further down, after which AWS would keep what an account has."""
        account = min(self._below(target), key=lambda alike: len(alike.between)).account
        key = (_above(target), target.policies, target.kind, between(account, target))
        if key not in self._freezes:
            self._freezes[key] = self._frozen(target, account)
        found = self._freezes[key]
        if found:
            return found._replace(place=target, account=account)
        return next((finding.result.freeze for finding in below if finding.result.freeze), None)

    def _frozen(self, target: Entity, account: Entity) -> Attack | None:
        if self._field.standing(account, None).invalid:
            return None
        above, here = self._field.state(target.parent), self._field.state(target)
        plans = [deployed.plan for deployed in self._field.view(account, here).plans]
        return freeze(self._field, target, [account], plans, openness(above, here, target).at_entity())

    def _situations(self, asked: Asked, target: Entity) -> Iterator[Situation]:
        state, seen = self._field.state(target), set()
        for alike in self._below(target):
            key = (asked.sight.of(alike.account), alike.around)
            if key not in seen:
                seen.add(key)
                view = self._field.view(alike.account, state)
                yield Situation(alike.account, view)

    def _kinds(self, asked: Asked, target: Entity) -> Mapping[Hashable, Entity]:
        """One account of each kind that a requirement can tell apart below a target."""
        kinds: dict[Hashable, Entity] = {}
        concerned: dict[Hashable, Hashable] = {}
        for alike in self._below(target):
            if alike.between not in concerned:
                concerned[alike.between] = asked.concern.levels(alike.between)
            kinds.setdefault((asked.sight.of(alike.account), concerned[alike.between], alike.shared), alike.account)
        return kinds

    def _below(self, target: Entity) -> tuple[Alike, ...]:
        """The accounts below a target, with the policies and the vaults that are around each."""
        if target not in self._alike:
            state = self._field.state(target)
            found = []
            for account in self._accounts.below(target):
                own = self._field.state(account)
                around = (self._field.around(account, state), is_new(account))
                shared = (around, self._field.around(account, own), self._field.is_invalid(own))
                found.append(Alike(account, between(account, target), around, shared))
            self._alike[target] = tuple(found)
        return self._alike[target]

    def _key(self, asked: Asked, target: Entity, kinds: Mapping[Hashable, Entity]) -> Hashable:
        above = (entity.policies for entity in target.chain[:-1])
        concerned = asked.concern.levels(above), asked.concern.among(target.policies)
        return asked.requirement, concerned, target.kind, frozenset(kinds)


def _above(target: Entity) -> Hashable:
    """The policies above a target, level by level."""
    return tuple(entity.policies for entity in target.chain[:-1] if entity.policies)
