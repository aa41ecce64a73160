"""The lines behind a change: the settings of both documents by path, and who has a hand in a value on one side only."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple, TypeAlias

from policyengine.analysis.diff.changes import ChangeCause, SideName
from policyengine.aws.deployment import Plan, origins
from policyengine.aws.documents import CONTROL, Json, PolicyDocument, spelled
from policyengine.aws.merge import Node, keys, operand, segment
from policyengine.aws.organization.tree import Entity, Organization
from policyengine.base.source import Span


class Deed(NamedTuple):
    """What a policy says of a value or block; `words` are its author's and the value that they come to."""

    policy: PolicyDocument
    entity: Entity
    operator: str
    words: str
    span: Span | None

    @property
    def same(self) -> tuple[str, str, str, str]:
        """What it has in common with the same deed on the other side."""
        return self.policy.name, self.entity.path, self.operator, self.words


class AttachedDocuments(NamedTuple):
    """All documents of one side by name, and which of them is attached at which path."""

    documents: Mapping[str, PolicyDocument]
    attached: frozenset[tuple[str, str]]

    @classmethod
    def of(cls, organization: Organization) -> AttachedDocuments:
        """What stands in an organization."""
        attached = {(policy.name, entity.path) for entity in organization.entities for policy in entity.policies}
        return cls(organization.policies, frozenset(attached))


class PlanPlace(NamedTuple):
    """A path in the plan of one side, and what else stands there."""

    plan: Plan | None
    path: str
    standing: AttachedDocuments


def causes(base: PlanPlace, head: PlanPlace) -> tuple[ChangeCause, ...]:
    """What made a value or block another one: the lines that only one side has, those of the head first.

    Where a policy says the same on both sides, its attachment is the cause.
    """
    before, after = list(_deeds(base)), list(_deeds(head))
    found = [
        *(_cause(deed, "head", base, head.path) for deed in _only_in(after, before)),
        *(_cause(deed, "base", head, base.path) for deed in _only_in(before, after)),
    ]
    told = tuple(_without_repetition(dict.fromkeys(cause for cause in found if cause)))
    return told or tuple(_last(after, "head") or _last(before, "base"))


def _last(deeds: list[Deed], side: SideName) -> list[ChangeCause]:
    """What is attached lowest, for want of a line that only one side has: an account moved, peers changed places."""
    return [_attached(deed, side) for deed in deeds[-1:]]


def _only_in(deeds: list[Deed], others: list[Deed]) -> list[Deed]:
    known = {deed.same for deed in others}
    return [deed for deed in deeds if deed.same not in known]


def _cause(deed: Deed, side: SideName, other: PlanPlace, path: str) -> ChangeCause | None:
    """The line or the attachment that the other side lacks; None where it has both."""
    name, document = deed.policy.name, other.standing.documents.get(deed.policy.name)
    if document is None or _said(document, path, deed.operator)[0] != deed.words:
        return ChangeCause(deed.span, side, name, deed.entity)
    return None if (name, deed.entity.path) in other.standing.attached else _attached(deed, side)


def _without_repetition(causes: Iterable[ChangeCause]) -> Iterator[ChangeCause]:
    """The causes; a line that reads the same on both sides only once (`regions = home` of another `home`)."""
    seen: set[tuple[object, ...]] = set()
    for cause in causes:
        span = cause.span
        line = (span.source.name, span.first.line, span.text) if span else (cause.policy, cause.entity.path)
        if line not in seen:
            seen.add(line)
            yield cause


def _attached(deed: Deed, side: SideName) -> ChangeCause:
    return ChangeCause(deed.entity.attached_at, side, deed.policy.name, deed.entity)


def _deeds(place: PlanPlace) -> Iterator[Deed]:
    """Everything that has a hand in a value or block: operators, applied or not, and locks; root first."""
    plan, path = place.plan, place.path
    if plan is None or plan.node is None:
        return
    whole, node = _nearest(plan.node, keys(path)[len(keys(plan.path)) :])
    if whole and not node.setting.trail:
        for found in origins(plan, path):
            yield Deed(found.policy, found.entity, "", *_said(found.policy, path, ""))
        return
    for control in node.limit.controls:
        yield Deed(*control, CONTROL, *_said(control.policy, path, CONTROL))
    for step in node.setting.trail if whole else ():
        yield Deed(step.policy, step.entity, step.operator, *_said(step.policy, path, step.operator))


def _nearest(node: Node, path: tuple[str, ...]) -> tuple[bool, Node]:
    """The node at a path and whether it is there; else the nearest around it."""
    for key in path:
        if key not in node.children:
            return False, node
        node = node.children[key]
    return True, node


def _said(policy: PolicyDocument, path: str, operator: str) -> tuple[str, Span | None]:
    """What a policy says at a path with an operator, and where; a lock may stand further up."""
    steps = keys(path)
    if operator == CONTROL:
        places = (steps[:length] for length in range(len(steps), 0, -1))
        steps = next((place for place in places if (*place, CONTROL) in policy.origins), steps)
    written = policy.origins.get((*steps, operator)) if operator else policy.origin(steps)
    span = written.span if written else None
    return f"{span.text if span else ''} {operand(policy.content, path, operator)}", span


Setting: TypeAlias = str | tuple[str, ...]
"""A scalar as the text that AWS makes of it, or a list of them. A list of one is no scalar."""


def settings(document: Json | Mapping[str, Json], path: str = "") -> dict[str, Setting]:
    """Every setting at or beneath a node by its path below it, keys folded."""
    return dict(_settings(document, path))


def written(setting: Setting | None) -> str | None:
    """A setting in one text that stands for no other one: a list as JSON."""
    return json.dumps(setting, ensure_ascii=False) if isinstance(setting, tuple) else setting


def _settings(document: Json | Mapping[str, Json], path: str) -> Iterator[tuple[str, Setting]]:
    if isinstance(document, Mapping):
        for key, child in document.items():
            yield from _settings(child, f"{path}/{segment(key)}" if path else segment(key))
    elif isinstance(document, list):
        yield path, tuple(spelled(item) for item in document)
    elif document is not None:
        yield path, spelled(document)


def block(document: Json | Mapping[str, Json], *path: str) -> Mapping[str, Json]:
    """The object at keys beneath a node, empty where there is none."""
    for key in path:
        document = document.get(key) if isinstance(document, Mapping) else None
    return document if isinstance(document, Mapping) else {}
