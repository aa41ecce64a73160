"""The organization with lines that close points in its policies: what holds then, and what has lost its effect."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from msgspec.structs import replace

from policyengine.analysis.prove.closing_lines import ClosingLine, Keys, with_nothing_allowed
from policyengine.analysis.prove.obligation_builder import ObligationBuilder
from policyengine.analysis.prove.proofs import DisarmedPart
from policyengine.analysis.requirements import Requirement
from policyengine.aws.deployment import Origin
from policyengine.aws.documents import PolicyDocument
from policyengine.aws.merge import Effective, Node, NoteKind, keys, resolve
from policyengine.aws.organization import Entity
from policyengine.base.records import Record

_BLOCKED = {NoteKind.OPERATOR_BLOCKED, NoteKind.KEY_BLOCKED}


class LowerSetting(Record):
    """A setting that a policy makes, and the block that it comes into where nobody above mentions it."""

    entity: Entity
    path: Keys
    block: Keys | None

    def is_disarmed_by(self, closing: ClosingLine) -> bool:
        """Whether a line keeps it from having an effect."""
        above = any(closing.policy in entity.policies for entity in self.entity.chain[:-1])
        return above and (self.path in closing.nodes or self.block in closing.nodes)


def lower_settings(effective: Effective) -> Collection[LowerSetting]:
    """Everything that policies below others set with effect."""
    return [
        LowerSetting(result.entity, keys(node.path), _block(result.above.root, keys(node.path)))
        for result in effective.distinct
        if result.above
        for node in result.root.settings
        if any(step.entity is result.entity and step.outcome == "applied" for step in node.setting.trail)
    ]


class RewrittenOrganization:
    """The organization that proofs are about, with lines in its policies."""

    def __init__(self, before: ObligationBuilder, lines: Sequence[ClosingLine]) -> None:
        self._before = before
        self._policies = _with_lines(lines)
        self._entities: dict[Entity, Entity] = {}
        for place in before.organization.entities:
            policies = tuple(self._policies.get(policy, policy) for policy in place.policies)
            parent = self._entities[place.parent] if place.parent else None
            self._entities[place] = replace(place, parent=parent, policies=policies)
        organization = replace(before.organization, entities=tuple(self._entities.values()))
        effective = resolve(organization, at=before.at)
        self._after = ObligationBuilder(organization, effective, before.ids, at=before.at, partition=before.partition)

    def holds(self, requirement: Requirement, target: Entity) -> bool:
        """Whether a requirement holds whatever comes at a target, or is none of the target's any more."""
        obligation = self._after.obligation(requirement, self._entities[target])
        return obligation.is_guaranteed

    def disarmed(self) -> tuple[DisarmedPart, ...]:
        """The parts of policies that had an effect before and are ignored now, without lists that kept their value."""
        before = {disarmed for disarmed, _ in self._ignored(self._before.effective)}
        originals = {new: old for old, new in self._policies.items()}
        disarmed: dict[DisarmedPart, None] = {}
        for key, (policy, place) in self._ignored(self._after.effective):
            if key not in before:
                old = originals.get(policy, policy)
                written = old.origin(keys(key[1]), key[2])
                at = next(was for was, is_ in self._entities.items() if is_ is place)
                disarmed[DisarmedPart(Origin(old, at, written.span if written else None), key[1])] = None
        return tuple(disarmed)

    def _ignored(
        self, effective: Effective
    ) -> Iterator[tuple[tuple[str, str, str, str], tuple[PolicyDocument, Entity]]]:
        for result in effective.distinct:
            for note in result.own_notes:
                if note.kind in _BLOCKED:
                    yield (note.policy.name, note.path, note.operator, note.entity.path), (note.policy, note.entity)


def _with_lines(lines: Sequence[ClosingLine]) -> dict[PolicyDocument, PolicyDocument]:
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
