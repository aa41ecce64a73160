"""What `prove` gives."""

from __future__ import annotations

from typing import Literal, NamedTuple

from policyengine.organization.tree import Entity
from policyengine.plan import Origin
from policyengine.requirements import Requirement
from policyengine.value import value
from policyengine.wording import listed

Outcome = Literal["guaranteed", "breakable", "undecided"]
Basis = Literal["observed", "documented", "inferred"]


class Attack(NamedTuple):
    """A policy in the language that was run through the engine, attached to `place`.

    `broken` says what it does to `account`, which stands at or below the place. `name` is the policy's.
    """

    name: str
    text: str
    place: Entity
    account: Entity
    broken: str


class Line(NamedTuple):
    """A line that closes something: the blocks of the policy that it stands in, and where that is.

    `instead` is the `children may` that it takes the place of.
    """

    text: str
    blocks: tuple[str, ...]
    origin: Origin
    instead: str = ""


class Disarmed(NamedTuple):
    """A part of a policy further down that suggested lines would keep from having an effect."""

    origin: Origin
    path: str


class Left(NamedTuple):
    """A target that no lines would close, and why."""

    target: Entity
    reason: str


@value
class Suggestion:
    """The fewest lines that make what is breakable guaranteed, what they would disarm, and where no lines would do."""

    lines: tuple[Line, ...]
    disarmed: tuple[Disarmed, ...]
    left: tuple[Left, ...]


@value
class Result:
    """What policies attached at a target, or anywhere below it, can do to a requirement.

    `account` is the one that the reason speaks of, at or below the target, if it speaks of one.
    `basis` is that of the rules of AWS which a guarantee rests on, None where nothing is guaranteed. `freeze` is a
    policy that would only make AWS keep the last valid document. `peers` are the target's own policies, as far as
    they have to do with the requirement: what a policy beside them could do to what they bring in is out of scope.
    """

    target: Entity
    outcome: Outcome
    basis: Basis | None
    reason: str
    account: Entity | None = None
    attack: Attack | None = None
    freeze: Attack | None = None
    peers: tuple[str, ...] = ()

    @property
    def explanation(self) -> str:
        """The reason, and what is out of scope; a counterexample needs no such reservation."""
        if not self.peers or self.outcome == "breakable":
            return self.reason
        verb = "brings" if len(self.peers) == 1 else "bring"
        return f"{self.reason}; what {listed(self.peers, 'and')} on the same entity {verb} in is out of scope there"


@value
class Proof:
    """A requirement with what can be said of every target below its attachments, in the order of the tree."""

    requirement: Requirement
    results: tuple[Result, ...]
    suggestion: Suggestion | None = None
