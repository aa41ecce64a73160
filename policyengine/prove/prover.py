"""Proofs and counterexamples over one organization: what is found out about a target holds for all that are alike."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from policyengine.effective import Effective
from policyengine.organization.tree import Entity, Organization
from policyengine.prove.accounts import Accounts, Sight, between, is_new
from policyengine.prove.case import Case, Situation
from policyengine.prove.field import Document, Field
from policyengine.prove.freeze import freeze
from policyengine.prove.openness import openness
from policyengine.prove.palette import Palette
from policyengine.prove.search import Search
from policyengine.prove.values import Attack, Result
from policyengine.prove.words import guaranteed, undecided
from policyengine.requirements import Requirement


@dataclass(frozen=True, slots=True)
class Finding:
    """A result, and what it takes to say the same of a target that is alike.

    `document` is that of the attack, `victim` tells what the accounts are like that it hits.
    """

    result: Result
    document: Document | None = None
    victim: Hashable = None


class Alike(NamedTuple):
    """An account below a target, and what it shares with others whatever the requirement."""

    account: Entity
    shared: Hashable
    around: Hashable
    below: int


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
        self._sights: dict[Requirement, Sight] = {}
        self._cases: dict[Hashable, Case] = {}
        self._findings: dict[Hashable, Finding] = {}
        self._freezes: dict[Hashable, Attack | None] = {}

    def results(self, requirement: Requirement) -> tuple[Result, ...]:
        """What can be said of each target, in the order of the tree."""
        found: dict[Entity, Finding] = {}
        for target in reversed(self.organization.entities[1:]):
            below = [found[child] for child in self.organization.children.get(target, ()) if child in found]
            if finding := self._finding(requirement, target, below):
                found[target] = finding
        self._field.forget()
        self._findings.clear()
        return tuple(found[target].result for target in self.organization.entities[1:] if target in found)

    def case(self, requirement: Requirement, target: Entity) -> Case:
        """Everything that a proof about a target starts from."""
        return self._case(requirement, target, self._kinds(requirement, target))

    def _case(self, requirement: Requirement, target: Entity, kinds: Mapping[Hashable, Entity]) -> Case:
        key = self._key(requirement, target, kinds)
        if key not in self._cases:
            above, here = self._field.state(target.parent), self._field.state(target)
            situations = tuple(self._situations(requirement, target))
            management = self.organization.management_account
            self._cases[key] = Case(requirement, target, situations, above=above, here=here, management=management)
        return self._cases[key]

    def further_down(self, case: Case) -> tuple[str, ...]:
        """The names of the policies that are attached below a target, on the way to accounts in scope."""
        found = (policies for situation in case.situations for policies in between(situation.account, case.target))
        return tuple(dict.fromkeys(policy.name for level in found for policy in level))

    def forget(self) -> None:
        """Lets go of the cases of requirements that are done with."""
        self._cases.clear()

    def _finding(self, requirement: Requirement, target: Entity, below: Sequence[Finding]) -> Finding | None:
        kinds = self._kinds(requirement, target)
        case = self._case(requirement, target, kinds)
        if not case.applies:
            return None
        key = self._key(requirement, target, kinds)
        if key not in self._findings:
            self._findings[key] = self._judged(case, kinds, below)
        finding = self._findings[key]
        return self._placed(finding, target, kinds, below)

    def _placed(
        self, finding: Finding, target: Entity, kinds: Mapping[Hashable, Entity], below: Sequence[Finding]
    ) -> Finding:
        """A finding said of this very target; what can be broken further down can be broken."""
        result = replace(finding.result, target=target, freeze=self._freeze(target, below))
        if result.attack:
            attack = result.attack._replace(place=target, account=kinds[finding.victim])
            return replace(finding, result=replace(result, attack=attack))
        broken = next((found for found in below if found.result.outcome == "breakable"), None)
        if broken is None or result.outcome == "guaranteed":
            return replace(finding, result=result)
        result = replace(result, outcome="breakable", reason=broken.result.reason, attack=broken.result.attack)
        return Finding(result, broken.document, broken.victim)

    def _judged(self, case: Case, kinds: Mapping[Hashable, Entity], below: Sequence[Finding]) -> Finding:
        standings = {kind: self._field.standing(account, case.requirement) for kind, account in kinds.items()}
        frozen = next((standing for standing in standings.values() if standing.invalid), None)
        if case.basis and not frozen:
            return Finding(Result(case.target, "guaranteed", case.basis, guaranteed(case), peers=_peers(case)))
        holding = {kinds[kind]: kind for kind, standing in standings.items() if standing.may_break}
        if not case.basis and (found := self._attacked(case, [*holding], below)):
            document, attack = found
            result = Result(case.target, "breakable", None, attack.broken, attack, peers=_peers(case))
            return Finding(result, document, holding[attack.account])
        reason = undecided(case, standings.values(), self._field)
        return Finding(Result(case.target, "undecided", None, reason, peers=_peers(case)))

    def _attacked(
        self, case: Case, accounts: Sequence[Entity], below: Sequence[Finding]
    ) -> tuple[Document, Attack] | None:
        """A policy at the target that breaks the requirement for one of some accounts; what does so below may do."""
        if not accounts:
            return None
        seeds = [found.document for found in below if found.document]
        palette = Palette(case.requirement, self.organization, self.partition)
        plainest = sorted(accounts, key=lambda account: len(between(account, case.target)))
        return Search(self._field, case, plainest, palette).find(seeds)

    def _freeze(self, target: Entity, below: Sequence[Finding]) -> Attack | None:
        """A policy at the target, or further down, after which AWS would keep what an account has."""
        account = min(self._below(target), key=lambda alike: alike.below).account
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

    def _situations(self, requirement: Requirement, target: Entity) -> Iterator[Situation]:
        state, seen = self._field.state(target), set()
        for alike in self._below(target):
            key = (self._sight(requirement).of(alike.account), alike.around)
            if key not in seen:
                seen.add(key)
                view = self._field.view(alike.account, state)
                yield Situation(alike.account, view, is_new(alike.account))

    def _kinds(self, requirement: Requirement, target: Entity) -> Mapping[Hashable, Entity]:
        """One account of each kind that a requirement can tell apart below a target."""
        kinds: dict[Hashable, Entity] = {}
        for alike in self._below(target):
            kinds.setdefault((self._sight(requirement).of(alike.account), alike.shared), alike.account)
        return kinds

    def _below(self, target: Entity) -> tuple[Alike, ...]:
        """The accounts below a target, with the policies and the vaults that are around each."""
        if target not in self._alike:
            state = self._field.state(target)
            found = []
            for account in self._accounts.below(target):
                policies = between(account, target)
                around = (self._field.around(account, state), is_new(account))
                shared = (policies, around, self._field.around(account, self._field.state(account)))
                found.append(Alike(account, shared, around, len(policies)))
            self._alike[target] = tuple(found)
        return self._alike[target]

    def _sight(self, requirement: Requirement) -> Sight:
        if requirement not in self._sights:
            self._sights[requirement] = Sight(requirement, self.organization.management_account)
        return self._sights[requirement]

    def _key(self, requirement: Requirement, target: Entity, kinds: Mapping[Hashable, Entity]) -> Hashable:
        return requirement, _above(target), target.policies, target.kind, frozenset(kinds)


def _above(target: Entity) -> Hashable:
    """The policies above a target, level by level."""
    return tuple(entity.policies for entity in target.chain[:-1] if entity.policies)


def _peers(case: Case) -> tuple[str, ...]:
    return tuple(policy.name for policy in case.target.policies)
