"""A requirement at a target: what holds there whatever comes, and which open points it hangs on."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from policyengine.effective import Node, Resolved, keys
from policyengine.model.documents import PolicyDocument
from policyengine.organization.tree import Entity
from policyengine.plan import DeployedPlan, View, origins
from policyengine.prove.abstract import Abstract
from policyengine.prove.certain import conjunction
from policyengine.prove.openness import DOCUMENTED, INFERRED, OBSERVED, Openness, openness
from policyengine.prove.values import Basis
from policyengine.requirements import Requirement
from policyengine.requirements.attributes import Subject
from policyengine.requirements.truth import MISSING, Truth

_BASES: tuple[tuple[int, Basis], ...] = ((OBSERVED, "observed"), (DOCUMENTED, "documented"), (INFERRED, "inferred"))


class Situation(NamedTuple):
    """An account below a target, with what it would have if the target's state were its own; it stands for others."""

    account: Entity
    view: View


class Case:
    """A requirement at a target, for the accounts below it to which it may apply.

    `above` is the state that the target inherits, `here` the one with its own policies.
    """

    def __init__(  # noqa: PLR0913 - what a proof rests on
        self,
        requirement: Requirement,
        target: Entity,
        situations: tuple[Situation, ...],
        *,
        above: Resolved | None,
        here: Resolved | None,
        management: str | None,
    ) -> None:
        self.requirement = requirement
        self.target = target
        self.openness = openness(above, here, target)
        self._here = here
        self._management = management
        self._met: set[DeployedPlan] = set()
        truths = {found: self._truth(found, self.openness) for found in situations}
        self.situations = tuple(found for found, truth in truths.items() if truth is not None)
        self._holds = all(truth is True for truth in truths.values() if truth is not None)

    @property
    def applies(self) -> bool:
        """Whether it may apply at all, strictly below the highest entity that supplies what the requirement reads."""
        plans = {deployed.plan for deployed in self._met}
        depths = [len(origin.entity.chain) for plan in plans for origin in origins(plan, plan.path)]
        return bool(self.situations) and bool(depths) and len(self.target.chain) > min(depths)

    @property
    def points(self) -> tuple[str, ...]:
        """The keys of the open points that the requirement hangs on, perhaps."""
        return tuple(self.openness.asked)

    @property
    def holds_whatever(self) -> bool:
        """Whether it holds for every account, whatever comes."""
        return self._holds

    @cached_property
    def basis(self) -> Basis | None:
        """What the rules rest on by which it holds whatever comes; None where it may not."""
        if not self._holds:
            return None
        return next(basis for trusted, basis in _BASES if self.holds(self.openness.trusting(trusted)))

    @cached_property
    def holds_untouched(self) -> bool:
        """Whether it would hold if nothing were open: not where only policies further down make it hold."""
        return self.holds(self.openness.restricted(lambda _key, _level: False))

    def matters(self, key: str) -> bool:
        """Whether a single open point can make a difference by itself."""
        return not self.holds(self.openness.restricted(lambda other, _level: other == key))

    def needed(self) -> tuple[str, ...]:
        """Open points without which it would hold: as few as leaving one after the other open finds."""
        closed = list(self.points)
        for key in sorted(self.points, key=lambda key: (key.count("/"), key)):
            rest = [other for other in closed if other != key]
            if self._holds_closed(frozenset(rest)):
                closed = rest
        return tuple(closed)

    def _holds_closed(self, closed: frozenset[str]) -> bool:
        """Whether it would hold if some open points were closed."""
        return self.holds(self.openness.restricted(lambda key, _level: key not in closed))

    @property
    def state(self) -> Node | None:
        """What the policies down to the target come to."""
        return self._here.root if self._here else None

    def authors(self, key: str) -> Iterator[tuple[PolicyDocument, Entity]]:
        """The policies that have a hand in what is at an open point, or in the block around it; root first."""
        path = keys(key.removesuffix("/+"))
        while self.state and path and self.state.find(path) is None:
            path = path[:-1]
        node = self.state.find(path) if self.state else None
        steps = {
            (step.policy, step.entity) for found in (node.settings if node else ()) for step in found.setting.trail
        }
        yield from sorted(steps, key=lambda step: (len(step[1].chain), step[0].name))

    def holds(self, openness_: Openness) -> bool:
        """Whether the requirement holds for every account whatever happens to what is open."""
        return all(self._truth(situation, openness_) in {True, None} for situation in self.situations)

    def _truth(self, situation: Situation, openness_: Openness) -> Truth | None:
        """What the assertions come to together; None where the requirement surely does not apply."""
        account, view = situation
        management = None if self._management is None else account.id == self._management
        abstract = Abstract(Subject(view, account, management), self.state, openness_)
        applies = conjunction([abstract.truth(condition) for condition in self.requirement.scope])
        if applies is False or applies is MISSING:
            return None
        truths = [abstract.truth(assertion.condition) for assertion in self.requirement.assertions]
        self._met |= abstract.met
        return conjunction(truths)
