"""An organization whose policies have some lines more: what holds there, and which settings have lost their effect."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from policyengine.effective import Effective, Node, keys, resolve
from policyengine.model.documents import PolicyDocument
from policyengine.organization.tree import Entity
from policyengine.plan import Origin
from policyengine.prove.closing import Closing, Keys, with_nothing_allowed
from policyengine.prove.prover import Prover
from policyengine.prove.values import Disarmed
from policyengine.requirements import Requirement
from policyengine.value import value

_BLOCKED = {"operator-blocked", "key-blocked"}


@value
class Lower:
    """A setting that a policy makes, and the block that it comes into where nobody above mentions it."""

    entity: Entity
    path: Keys
    block: Keys | None

    def is_disarmed_by(self, closing: Closing) -> bool:
        """Whether a line keeps it from having an effect."""
        above = any(closing.policy in entity.policies for entity in self.entity.chain[:-1])
        return above and (self.path in closing.nodes or self.block in closing.nodes)


def lower_settings(effective: Effective) -> Collection[Lower]:
    """Everything that policies below others set with effect."""
    return [
        Lower(result.entity, keys(node.path), _block(result.above.root, keys(node.path)))
        for result in effective.distinct
        if result.above
        for node in result.root.settings
        if any(step.entity is result.entity and step.outcome == "applied" for step in node.setting.trail)
    ]


class Rewritten:
    """The organization of a prover with lines in its policies."""

    def __init__(self, prover: Prover, lines: Sequence[Closing]) -> None:
        self._before = prover
        self._policies = _with_lines(lines)
        self._entities: dict[Entity, Entity] = {}
        for entity in prover.organization.entities:
            policies = tuple(self._policies.get(policy, policy) for policy in entity.policies)
            parent = self._entities[entity.parent] if entity.parent else None
            self._entities[entity] = replace(entity, parent=parent, policies=policies)
        organization = replace(prover.organization, entities=tuple(self._entities.values()))
        effective = resolve(organization, at=prover.at)
        self._after = Prover(organization, effective, prover.ids, at=prover.at, partition=prover.partition)

    def holds(self, requirement: Requirement, target: Entity) -> bool:
        """Whether a requirement holds whatever comes at a target, or is none of the target's any more."""
        case = self._after.case(requirement, self._entities[target])
        return case.holds_whatever

    def disarmed(self) -> tuple[Disarmed, ...]:
        """What had an effect before, and is ignored now; of lists that are still as they were nothing."""
        before = {found for found, _ in self._ignored(self._before.effective)}
        originals = {new: old for old, new in self._policies.items()}
        found: dict[Disarmed, None] = {}
        for key, (policy, entity) in self._ignored(self._after.effective):
            if key not in before:
                old = originals.get(policy, policy)
                written = old.origin(keys(key[1]), key[2])
                at = next(was for was, is_ in self._entities.items() if is_ is entity)
                found[Disarmed(Origin(old, at, written.span if written else None), key[1])] = None
        return tuple(found)

    def _ignored(
        self, effective: Effective
    ) -> Iterator[tuple[tuple[str, str, str, str], tuple[PolicyDocument, Entity]]]:
        for result in effective.distinct:
            for note in result.own_notes:
                if note.kind in _BLOCKED:
                    yield (note.policy.name, note.path, note.operator, note.entity.path), (note.policy, note.entity)


def _with_lines(lines: Sequence[Closing]) -> dict[PolicyDocument, PolicyDocument]:
    policies: dict[PolicyDocument, frozenset[Keys]] = {}
    for line in lines:
        policies[line.policy] = policies.get(line.policy, frozenset()) | line.nodes
    return {policy: with_nothing_allowed(policy, nodes) for policy, nodes in policies.items()}


def _block(above: Node, path: Keys) -> Keys | None:
    """The block that takes the first key on a path which nobody above mentions; None where all are mentioned."""
    node = above
    for depth, key in enumerate(path):
        child = node.children.get(key)
        if child is None:
            return path[:depth]
        node = child
    return None
