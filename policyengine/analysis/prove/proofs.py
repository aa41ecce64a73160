"""The results of `prove`: a proof for each requirement, with a result for each target."""

from __future__ import annotations

from typing import Literal, NamedTuple

from policyengine.analysis.requirements import Requirement
from policyengine.aws.deployment import Origin
from policyengine.aws.organization import Entity
from policyengine.base.records import Record

Outcome = Literal["guaranteed", "breakable", "undecided", "violated"]
Basis = Literal["observed", "documented", "inferred"]


class Counterexample(NamedTuple):
    """A policy in the language that was run through the engine, attached to `place`.

    `broken` says what it does to `account`, which stands at or below the place. `name` is the policy's. An account
    without an id is one that is created later; the place may be that account itself.
    """

    name: str
    text: str
    place: Entity
    account: Entity
    broken: str


class Line(NamedTuple):
    """A line that closes an open point: the blocks of the policy that it stands in, and where that is.

    `instead` is the `children may` that it takes the place of.
    """

    text: str
    blocks: tuple[str, ...]
    origin: Origin
    instead: str = ""


class DisarmedPart(NamedTuple):
    """A part of a policy further down that suggested lines would keep from having an effect."""

    origin: Origin
    path: str


class UnclosedTarget(NamedTuple):
    """A target that no lines would close, and why."""

    target: Entity
    reason: str


class ProtectingLines(Record):
    """The fewest lines that make what is breakable guaranteed, what they would disarm, and where no lines would do."""

    lines: tuple[Line, ...]
    disarmed: tuple[DisarmedPart, ...]
    left: tuple[UnclosedTarget, ...]


class TargetResult(Record):
    """The outcome of a requirement at a target: the effect of policies attached there, or anywhere below.

    `violated`: it does not hold for an account that is there, whatever comes. `account` is the one that the reason
    speaks of, at or below the target, if it speaks of one; without an id where it is created later. Nothing need be
    attached where it would not hold for that one anyway: then something is breakable without a `counterexample`.
    `basis` is that of the rules of AWS which a guarantee rests on, None where nothing is guaranteed. `freeze` is a
    policy that would make AWS keep the last valid document of accounts that are there. `peers` are the target's own
    policies, as far as they have to do with the requirement.
    """

    target: Entity
    outcome: Outcome
    basis: Basis | None
    reason: str
    account: Entity | None = None
    counterexample: Counterexample | None = None
    freeze: Counterexample | None = None
    peers: tuple[str, ...] = ()


class Proof(Record):
    """A requirement with what can be said of every unit and account that it may apply to, in the order of the tree."""

    requirement: Requirement
    results: tuple[TargetResult, ...]
    suggestion: ProtectingLines | None = None
