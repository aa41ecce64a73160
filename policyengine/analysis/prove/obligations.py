"""The proof obligation of a requirement at a target: whether it is guaranteed, and the open points it depends on."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import cached_property
from typing import NamedTuple

from policyengine.analysis.prove.abstract import Abstract
from policyengine.analysis.prove.accounts import NOTHING, between
from policyengine.analysis.prove.freeze import FreezeRuledOut, Freezing
from policyengine.analysis.prove.openness import (
    ASSUMED,
    DOCUMENTED,
    INFERRED,
    NOTHING_OPEN,
    OBSERVED,
    CountedPoints,
    Openness,
    SharedResults,
    openness,
)
from policyengine.analysis.prove.partial import conjunction
from policyengine.analysis.prove.proofs import Basis
from policyengine.analysis.requirements import MISSING, Requirement, Subject, Truth
from policyengine.aws.deployment import View
from policyengine.aws.documents import PolicyDocument
from policyengine.aws.merge import Node, Resolved, keys
from policyengine.aws.organization import Entity

_BASES: tuple[tuple[int, Basis], ...] = ((OBSERVED, "observed"), (DOCUMENTED, "documented"), (INFERRED, "inferred"))


class OpenSituation(NamedTuple):
    """An account below a target with the view of it under the target's merged state, in place of all equal accounts."""

    account: Entity
    view: View


class OrganizationAttributes(NamedTuple):
    """The management account's id, None where unknown, its partition, and the ids `taken` by existing accounts."""

    management: str | None
    taken: Collection[str]
    partition: str

    def subject(self, account: Entity, view: View) -> Subject:
        """An account with what it has."""
        return Subject(view, account, None if self.management is None else account.id == self.management)


class ProofObligation:
    """That a requirement holds at a target whatever policies are attached, for the accounts to which it may apply.

    `above` is the state that the target inherits, `here` the one with its own policies. `freezing` tells what could
    make AWS withhold the document of an account, None where the requirement does not depend on that: existing accounts
    keep their last valid one, an account that is created later has none (semantics.md 10.3). `shares` are those of
    other requirements at the target.
    """

    def __init__(  # noqa: PLR0913 - what a proof rests on
        self,
        requirement: Requirement,
        target: Entity,
        situations: tuple[OpenSituation, ...],
        *,
        above: Resolved | None,
        here: Resolved | None,
        attributes: OrganizationAttributes,
        freezing: Freezing | FreezeRuledOut | None = None,
        shares: Mapping[OpenSituation, SharedResults] | None = None,
    ) -> None:
        self.requirement = requirement
        self.target = target
        self.openness = openness(above, here, target)
        self.freezing = freezing
        self._here = here
        self._attributes = attributes
        self._shares = shares or {situation: SharedResults() for situation in situations}
        self._matters: dict[str, bool] = {}
        truths = {situation: self._truth(situation, self.openness) for situation in situations}
        self.situations = tuple(situation for situation, truth in truths.items() if truth is not None)
        self.holds_published = all(truth is True for truth in truths.values() if truth is not None)

    @property
    def applies(self) -> bool:
        """Whether it may apply to any account at all."""
        return bool(self.situations)

    @property
    def points(self) -> tuple[str, ...]:
        """The keys of the open points that the requirement may depend on, while AWS publishes all documents."""
        return tuple(self.openness.consulted)

    @cached_property
    def is_guaranteed(self) -> bool:
        """Whether it holds for every account, whatever policies are attached."""
        return self.holds_published and not self.may_freeze

    @cached_property
    def may_freeze(self) -> bool:
        """Whether it depends on AWS publishing a document, and a policy may make AWS withhold it."""
        return self._may_freeze(self.openness)

    @cached_property
    def basis(self) -> Basis | None:
        """The basis of the rules by which it holds whatever comes; None where it may not hold."""
        if not self.is_guaranteed:
            return None
        return next(basis for trusted, basis in _BASES if self.holds(self.openness.trusting(trusted)))

    @cached_property
    def holds_untouched(self) -> bool:
        """Whether it would hold if nothing were open: not where only policies further down make it hold."""
        return self.holds(self.openness.restricted(NOTHING_OPEN))

    @cached_property
    def holds_as_read(self) -> bool:
        """Whether it holds while AWS publishes all documents, if rules with equal retention take each other no runs.

        So `check` reads them: no policy that is run through it breaks the requirement then.
        """
        return self._holds_published(self.openness.trusting(ASSUMED))

    @cached_property
    def is_tied(self) -> bool:
        """Whether it depends on rules with equal retention even if nothing were open."""
        untouched = self.openness.trusting(ASSUMED).restricted(NOTHING_OPEN)
        return not self.holds_untouched and self.holds(untouched)

    def matters(self, key: str) -> bool:
        """Whether a single open point can make a difference by itself, while AWS publishes all documents."""
        if key not in self._matters:
            alone = self.openness.restricted(CountedPoints(frozenset({key})))
            self._matters[key] = not self._holds_published(alone)
        return self._matters[key]

    def needed(self) -> tuple[str, ...]:
        """Open points without which it would hold: as few as leaving one after the other open finds."""
        frozen = self.freezing.points(self.openness) if isinstance(self.freezing, Freezing) else ()
        closed = list(dict.fromkeys((*self.points, *frozen)))
        for key in sorted(closed, key=lambda key: (key.count("/"), key)):
            rest = [other for other in closed if other != key]
            if self._holds_if_closed(frozenset(rest)):
                closed = rest
        self.forget()
        return tuple(closed)

    def forget(self) -> None:
        """Drops what its evaluations share: an obligation outlives them."""
        for shares in self._shares.values():
            shares.clear()

    def _holds_if_closed(self, closed: frozenset[str]) -> bool:
        """Whether it would hold if some open points were closed."""
        return self.holds(self.openness.restricted(CountedPoints(closed, all_but=True)))

    @property
    def state(self) -> Node | None:
        """The merged state of the policies down to the target."""
        return self._here.root if self._here else None

    def authors(self, key: str) -> Iterator[tuple[PolicyDocument, Entity]]:
        """The policies that have a hand in what is at an open point, or in the block around it; root first."""
        path = keys(key.removesuffix("/+"))
        while self.state and path and self.state.find(path) is None:
            path = path[:-1]
        node = self.state.find(path) if self.state else None
        steps = {
            (step.policy, step.entity) for setting in (node.settings if node else ()) for step in setting.setting.trail
        }
        yield from sorted(steps, key=lambda step: (len(step[1].chain), step[0].name))

    @property
    def lower_policies(self) -> tuple[str, ...]:
        """The names of the policies that are attached below the target, on the way to accounts in scope."""
        levels = (level for situation in self.situations for level in between(situation.account, self.target))
        return tuple(dict.fromkeys(policy.name for level in levels for policy in level))

    def holds(self, openness_: Openness) -> bool:
        """Whether the requirement holds for every account whatever happens to what is open."""
        return self._holds_published(openness_) and not self._may_freeze(openness_)

    def surely_applies(self, situation: OpenSituation) -> bool:
        """Whether it applies to an account, whatever a new one is called, and whatever comes."""
        return scope(self.requirement, self._abstract(situation, self.openness)) is True

    def _holds_published(self, openness_: Openness) -> bool:
        return all(self._truth(situation, openness_) in {True, None} for situation in self.situations)

    def _may_freeze(self, openness_: Openness) -> bool:
        return self.freezing is not None and self.freezing.is_possible(openness_.apart())

    def _truth(self, situation: OpenSituation, openness_: Openness) -> Truth | None:
        return assertions(self.requirement, self._abstract(situation, openness_))

    def _abstract(self, situation: OpenSituation, openness_: Openness) -> Abstract:
        subject = self._attributes.subject(*situation)
        attributes = self._attributes
        shares = self._shares.get(situation)
        return Abstract(subject, self.state, openness_, attributes.taken, attributes.partition, shares)


def fails_on_nothing(requirement: Requirement, account: Entity, attributes: OrganizationAttributes) -> bool:
    """Whether a requirement may apply to an account, and not hold, where AWS gives it no document."""
    subject = attributes.subject(account, NOTHING)
    nothing_open = Openness((), INFERRED, NOTHING_OPEN)
    abstract = Abstract(subject, None, nothing_open, attributes.taken, attributes.partition)
    return assertions(requirement, abstract) not in {True, None}


def scope(requirement: Requirement, abstract: Abstract) -> Truth:
    """Whether a requirement applies."""
    return conjunction([abstract.truth(condition) for condition in requirement.scope])


def assertions(requirement: Requirement, abstract: Abstract) -> Truth | None:
    """The truth of all assertions together; None where the requirement surely does not apply."""
    applies = scope(requirement, abstract)
    if applies is False or applies is MISSING:
        return None
    return conjunction([abstract.truth(assertion.condition) for assertion in requirement.assertions])
