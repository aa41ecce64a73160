"""Targets put together: those of which the same is said, named by as few units as say all of them."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from policyengine.organization.tree import Entity
from policyengine.prove import Attack, Outcome, Proof, Result
from policyengine.report.text import count, some

_OUTCOMES: tuple[Outcome, ...] = ("breakable", "undecided", "guaranteed")
_MOST = 6  # places that are named


@dataclass(frozen=True, slots=True)
class Group:
    """Results of which the same is said, in the order of the tree."""

    results: tuple[Result, ...]

    @property
    def first(self) -> Result:
        """The result that speaks for all: one with a policy at the target itself, if there is any."""
        here = (found for found in self.results if found.attack and found.attack.place is found.target)
        return next(here, self.results[0])


@dataclass(frozen=True, slots=True)
class Frozen:
    """A policy that would only make documents invalid, and where it can be attached."""

    attack: Attack
    places: str


def groups(proof: Proof) -> Iterator[Group]:
    """The results of a requirement, the worst first."""
    for outcome in _OUTCOMES:
        together: dict[Hashable, list[Result]] = {}
        for result in proof.results:
            if result.outcome == outcome:
                text = result.attack.text if result.attack else ""
                together.setdefault((result.basis, result.reason, text), []).append(result)
        yield from (Group(tuple(found)) for found in together.values())


def freezes(proofs: Iterable[Proof]) -> Iterator[Frozen]:
    """The policies that would only make documents invalid, each once."""
    targets: dict[Entity, None] = {}
    together: dict[tuple[str, str], dict[Entity, Attack]] = {}
    for result in (result for proof in proofs for result in proof.results):
        targets[result.target] = None
        if found := result.freeze:
            together.setdefault((found.text, found.broken), {})[result.target] = found
    for attacks in together.values():
        here = (attack for target, attack in attacks.items() if attack.place is target)
        yield Frozen(next(here, next(iter(attacks.values()))), places([*attacks], targets))


def places(targets: Sequence[Entity], among: Collection[Entity]) -> str:
    """`Sandbox, Workloads/Data and all below it`: the targets, of those that could have been among them."""
    chosen = set(targets)
    if len(chosen) == len(among) > 1:
        return f"everywhere ({count(len(chosen), 'target')})"
    below = _below(among)
    whole = {target for target in chosen if below.get(target) and below[target] <= chosen}
    named = [target for target in targets if target.parent not in whole]
    return some((_named(target, whole=target in whole) for target in named), _MOST)


def _below(targets: Collection[Entity]) -> dict[Entity, set[Entity]]:
    """For each target those below it."""
    below: dict[Entity, set[Entity]] = {}
    for target in targets:
        for entity in target.chain[:-1]:
            below.setdefault(entity, set()).add(target)
    return below


def _named(target: Entity, *, whole: bool) -> str:
    return f"{target.path} and all below it" if whole else target.path
