"""The result that every format of `prove` prints: results, grouped by the fewest units that cover the same targets."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Iterator
from datetime import datetime

from policyengine.analysis.prove import Counterexample, Outcome, Proof, TargetResult
from policyengine.aws.organization import Entity
from policyengine.base.records import Record
from policyengine.report.shown_text import count, some

_OUTCOMES: tuple[Outcome, ...] = ("violated", "breakable", "undecided", "guaranteed")
_MOST = 6  # places that are named


class ProofReport(Record):
    """Proofs with their circumstances, and when they fail the gate.

    A mandatory requirement that can be broken, or is already, fails it; if `strict` one that cannot be decided, too.
    `advisory`: an advisory requirement counts like a mandatory one.
    """

    proofs: tuple[Proof, ...]
    at: datetime
    strict: bool = False
    advisory: bool = False

    @property
    def failed(self) -> bool:
        """Whether the gate fails."""
        return any(map(self.fails, self.proofs))

    def fails(self, proof: Proof) -> bool:
        """Whether a proof's outcome fails the gate."""
        failing = {"violated", "breakable", "undecided"} if self.strict else {"violated", "breakable"}
        counts = self.advisory or proof.requirement.level == "mandatory"
        return counts and any(result.outcome in failing for result in proof.results)

    def count(self, outcome: Outcome) -> int:
        """The number of targets with an outcome, each counted for each requirement."""
        return sum(result.outcome == outcome for proof in self.proofs for result in proof.results)


class Group(Record):
    """Results with the same description, in the order of the tree."""

    results: tuple[TargetResult, ...]

    @property
    def first(self) -> TargetResult:
        """The result that speaks for all: one with a policy at the target itself, if there is any."""
        here = (
            result for result in self.results if result.counterexample and result.counterexample.place is result.target
        )
        return next(here, self.results[0])


class FreezingPolicy(Record):
    """A policy that would make documents invalid, and where it can be attached."""

    counterexample: Counterexample
    places: str


class Places:
    """Names some of the targets: `Sandbox, Workloads/Data and all below it`."""

    def __init__(self, targets: Collection[Entity]) -> None:
        self._all = frozenset(targets)
        self._below: dict[Entity, int] = {}
        for target in self._all:
            for entity in target.chain[:-1]:
                self._below[entity] = self._below.get(entity, 0) + 1

    def of(self, targets: Collection[Entity]) -> str:
        """The targets, units whose targets are all among them in one."""
        if len(targets) == len(self._all) > 1:
            return f"everywhere ({count(len(targets), 'target')})"
        below: dict[Entity, int] = {}
        for target in targets:
            for entity in target.chain[:-1]:
                below[entity] = below.get(entity, 0) + 1
        whole = {target for target in targets if below.get(target) and below[target] == self._below[target]}
        named = [target for target in targets if target.parent not in whole]
        return some(named, _MOST, lambda target: f"{target.path}{' and all below it' if target in whole else ''}")


def groups(proof: Proof) -> Iterator[Group]:
    """The results of a requirement, the worst first."""
    for outcome in _OUTCOMES:
        together: dict[Hashable, list[TargetResult]] = {}
        for result in proof.results:
            if result.outcome == outcome:
                text = result.counterexample.text if result.counterexample else ""
                together.setdefault((result.basis, result.reason, text), []).append(result)
        yield from (Group(tuple(results)) for results in together.values())


def freezes(proofs: Iterable[Proof]) -> Iterator[FreezingPolicy]:
    """The policies that would make documents invalid, each once."""
    targets: dict[Entity, None] = {}
    together: dict[tuple[str, str], dict[Entity, Counterexample]] = {}
    for result in (result for proof in proofs for result in proof.results):
        targets[result.target] = None
        if freeze := result.freeze:
            together.setdefault((freeze.text, freeze.broken), {})[result.target] = freeze
    places = Places(targets)
    for counterexamples in together.values():
        here = (counterexample for target, counterexample in counterexamples.items() if counterexample.place is target)
        yield FreezingPolicy(next(here, next(iter(counterexamples.values()))), places.of(counterexamples))
