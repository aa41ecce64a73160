"""The openness of an entity: the inherited settings that policies there, or anywhere below, may still change.

A policy is limited by the controls of entities strictly above it (semantics.md R12 to R18). One more policy beside the
entity's own ones is attached last: what these assign it cannot assign (R2), and all else is open to it, whatever their
controls say (R14). A policy further down meets their controls.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import Any, NamedTuple, TypeAlias, TypeVar

from policyengine.aws.admission import setting_at
from policyengine.aws.documents import ASSIGN
from policyengine.aws.merge import MAY_ALL, MAY_APPEND, MAY_ASSIGN, MAY_REMOVE, Node, Resolved, keys
from policyengine.aws.organization import Entity

CREATE = MAY_ASSIGN | MAY_APPEND

OBSERVED, DOCUMENTED, INFERRED, ASSUMED = range(4)
"""What a rule of AWS rests on, the firmest first: recordings, AWS's pages, our own conclusion.

Nothing is proven by what is only assumed: that rules with equal retention leave each other's runs alone (facts 1.6).
"""

Keys: TypeAlias = tuple[str, ...]
Value = TypeVar("Value")
_TIES = "ties"  # whether these are assumed is asked for like a point; no path is called so


class CountedPoints(NamedTuple):
    """Which open points are to count as open: those of the keys, or all but those."""

    keys: frozenset[str] = frozenset()
    all_but: bool = False

    def counts(self, key: str) -> bool:
        """Whether the point of a key is to count."""
        return (key in self.keys) != self.all_but

    def among(self, keys: frozenset[str]) -> frozenset[str]:
        """Those of some points that are to count."""
        return keys - self.keys if self.all_but else keys & self.keys


NOTHING_OPEN, EVERYTHING_OPEN = CountedPoints(), CountedPoints(all_but=True)


class Level:
    """The changes that policies of one level may make: those beside an entity's own, or those of everything beneath it.

    `state` is what they inherit; `own` is the state with the entity's own policies where these are their peers.
    """

    def __init__(self, state: Node | None, own: Node | None = None, entity: Entity | None = None) -> None:
        self._state, self._own, self._entity = state, own, entity

    def operators(self, path: Keys, trusted: int) -> int:
        """The operators, as bits, that a policy may use on the setting at a path, if rules of AWS of a basis hold.

        0 for nothing.
        """
        taken = MAY_ASSIGN if self._assigned(path) else 0
        return self._allowed(path, trusted) & (MAY_ALL if is_list(path) else MAY_ASSIGN) & ~taken

    def _allowed(self, path: Keys, trusted: int) -> int:
        node, is_there = self._nearest(path)
        if is_there:
            return _allowed(node, trusted) if node else MAY_ALL
        return MAY_ALL if node is None or _is_open(node, trusted) else 0

    def grows(self, path: Keys, trusted: int) -> bool:
        """Whether a policy may add keys to the block at a path."""
        node, _ = self._nearest(path)
        return node is None or _is_open(node, trusted)

    def _nearest(self, path: Keys) -> tuple[Node | None, bool]:
        """The node inherited at a path, or the block around it that would take the first key that nobody mentions.

        With whether it is that of the path itself. Nothing where nothing is inherited at all.
        """
        node = self._state
        for key in path if node else ():
            child = node.children.get(key) if node else None
            if child is None:
                return node, False
            node = child
        return node, True

    def _assigned(self, path: Keys) -> bool:
        """Whether a peer assigns the setting, so that the assignment of a policy attached later has no effect."""
        node = self._own.find(path) if self._own else None
        return node is not None and any(
            step.entity is self._entity and step.operator == ASSIGN and step.outcome == "applied"
            for step in node.setting.trail
        )


class Openness:
    """The open points at an entity and below; `consulted` gathers the keys of those that somebody asked for.

    The key of a setting is its effective path, that of a block that may grow has `/+` behind it. `counted` tells which
    points are to count as open. The levels are those beside the entity's own policies (0) and beneath them (1).
    """

    def __init__(
        self, levels: tuple[Level, ...], trusted: int, counted: CountedPoints, reach: dict[str, int] | None = None
    ) -> None:
        self._levels, self._trusted, self._counted = levels, trusted, counted
        self._reach = {} if reach is None else reach
        self.consulted: dict[str, None] = {}
        self._asked: dict[str, None] = {}

    def trusting(self, basis: int) -> Openness:
        """The same, if only rules of this basis or a firmer one hold."""
        return Openness(self._levels, basis, self._counted)

    @property
    def trusted(self) -> int:
        """The basis of the rules of AWS that are taken to hold."""
        return self._trusted

    @property
    def spares_ties(self) -> bool:
        """Whether rules with equal retention are taken to leave each other's runs alone."""
        self._asked[_TIES] = None
        return self._trusted >= ASSUMED

    def apart(self) -> Openness:
        """The same, with a record of its own of what somebody asked for."""
        return self.restricted(self._counted)

    def restricted(self, counted: CountedPoints) -> Openness:
        """The same, as if only points that count were open."""
        return Openness(self._levels, self._trusted, counted, self._reach)

    def asked_by(self, evaluate: Callable[[], Value]) -> tuple[tuple[str, ...], Value]:
        """A value with the open points that its evaluation asked for, whether they count or not."""
        before, self._asked = self._asked, {}
        value = evaluate()
        asked, self._asked = tuple(self._asked), before
        self._asked.update(dict.fromkeys(asked))
        return asked, value

    def ask(self, asked: Iterable[str]) -> None:
        """Asks for open points once more, without being interested in what is said."""
        for key in asked:
            self._asked[key] = None
            if key != _TIES and self._counted.counts(key):
                self.consulted[key] = None

    def answers(self, asked: frozenset[str]) -> Hashable:
        """Its answers for the points that were asked for, of those that may differ between restrictions of the same."""
        spares_ties = _TIES in asked and self._trusted >= ASSUMED
        # of what decides whether a point is open nothing is only assumed
        return self._counted.among(asked), min(self._trusted, INFERRED), spares_ties

    def at_entity(self) -> Openness:
        """The openness to policies at the entity itself."""
        return Openness(self._levels[:1], self._trusted, self._counted)

    def operators(self, path: str) -> int:
        """The operators, as bits, that a policy may use on the setting at an effective path; 0 for none."""
        if path not in self._reach:
            operators = 0
            for level in self._levels:
                operators |= level.operators(keys(path), self._trusted)
            self._reach[path] = operators
        return self._noted(path)

    def grows(self, path: str) -> bool:
        """Whether a policy may add keys to the block at an effective path."""
        key = f"{path}/+"
        if key not in self._reach:
            self._reach[key] = int(any(level.grows(keys(path), self._trusted) for level in self._levels))
        return bool(self._noted(key))

    def levels(self, key: str) -> Iterator[int]:
        """The levels at which the point of a key is open."""
        path = keys(key.removesuffix("/+"))
        for number, level in enumerate(self._levels):
            operators = level.grows(path, self._trusted) if key.endswith("/+") else level.operators(path, self._trusted)
            if operators:
                yield number

    def _noted(self, key: str) -> int:
        if not self._reach[key]:
            return 0
        self._asked[key] = None
        if not self._counted.counts(key):
            return 0
        self.consulted[key] = None
        return self._reach[key]


class SharedResults:
    """Results that were evaluated under equal openness or restrictions of it, by the points that they depend on."""

    def __init__(self) -> None:
        self._kept: dict[Hashable, dict[frozenset[str], tuple[tuple[str, ...], dict[Hashable, Any]]]] = {}

    def value(self, of: Hashable, openness: Openness, evaluate: Callable[[], Value]) -> Value:
        """The value for a key: who asks for the same points, and is answered the same, evaluates the same."""
        kept = self._kept.setdefault(of, {})
        for points, (asked, values) in kept.items():
            answers = openness.answers(points)
            if answers in values:
                openness.ask(asked)
                shared: Value = values[answers]
                return shared
        asked, value = openness.asked_by(evaluate)
        points = frozenset(asked)
        kept.setdefault(points, (asked, {}))[1][openness.answers(points)] = value
        return value

    def clear(self) -> None:
        """Drops all values."""
        self._kept.clear()


def is_list(path: Keys) -> bool:
    """Whether the setting at a path holds several values; any other takes `@@assign` alone (semantics.md R11)."""
    row = setting_at(path)
    return row is not None and row.many


def openness(above: Resolved | None, here: Resolved | None, entity: Entity) -> Openness:
    """The openness of an entity and below: `above` is the state that it inherits, `here` the one with its policies.

    Nothing is below an account: its controls bind nobody.
    """
    if here is above:
        return Openness((Level(above.root if above else None),), INFERRED, EVERYTHING_OPEN)
    own_level = Level(above.root if above else None, here.root if here else None, entity)
    beneath = () if entity.kind == "account" else (Level(here.root if here else None),)
    return Openness((own_level, *beneath), INFERRED, EVERYTHING_OPEN)


def _is_open(node: Node, trusted: int) -> bool:
    """Whether a block takes new keys: documented for what allows nothing, inferred for what allows to remove."""
    allowed = _allowed(node, trusted)
    basis = INFERRED if allowed == MAY_REMOVE else DOCUMENTED
    return bool(allowed & CREATE) or basis > trusted


def _allowed(node: Node, trusted: int) -> int:
    """The operators that the controls leave.

    That of a policy counts though its own operators were ignored, so we infer.
    """
    if trusted < INFERRED:
        for peer in node.limit.controls:
            steps = [step for step in node.setting.trail if (step.policy, step.entity) == peer]
            if steps and all(step.outcome == "blocked" for step in steps):
                return MAY_ALL
    return node.limit.allowed
