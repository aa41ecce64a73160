"""The lines that cause a change: settings of both documents by path, and what sets a value on one side only."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple, TypeAlias

from policyengine.analysis.diff.changes import ChangeCause, SideName
from policyengine.aws.deployment import Plan, origins
from policyengine.aws.documents import CONTROL, Json, PolicyDocument, spelled
from policyengine.aws.merge import Node, keys, operand, segment
from policyengine.aws.organization import Entity, Organization
from policyengine.base.source import Span


class PolicyLine(NamedTuple):
    """The statement of a policy about a value or block.

    `words` are the author's text and its value in AWS's document.
    """

    policy: PolicyDocument
    entity: Entity
    operator: str
    words: str
    span: Span | None

    @property
    def same(self) -> tuple[str, str, str, str]:
        """The key by which the same line on the other side is equal."""
        return self.policy.name, self.entity.path, self.operator, self.words


class AttachedDocuments(NamedTuple):
    """All documents of one side by name, and which of them is attached at which path."""

    documents: Mapping[str, PolicyDocument]
    attached: frozenset[tuple[str, str]]

    @classmethod
    def of(cls, organization: Organization) -> AttachedDocuments:
        """The documents of an organization by the entities that they are attached to."""
        attached = {(policy.name, entity.path) for entity in organization.entities for policy in entity.policies}
        return cls(organization.policies, frozenset(attached))


class PlanPlace(NamedTuple):
    """A path in the plan of one side, and what else stands there."""

    plan: Plan | None
    path: str
    standing: AttachedDocuments


def causes(base: PlanPlace, head: PlanPlace) -> tuple[ChangeCause, ...]:
    """The causes of a change of a value or block: the lines that only one side has, those of the head first.

    Where a policy says the same on both sides, its attachment is the cause: one that only one side has, else, of an
    account that moved, one that reaches it on one side only.
    """
    before, after = list(_lines(base)), list(_lines(head))
    came, went = _only_in(after, before), _only_in(before, after)
    candidates = [
        *(_cause(line, "head", base, head.path) for line in came),
        *(_cause(line, "base", head, base.path) for line in went),
    ]
    distinct = tuple(_without_repetition(dict.fromkeys(cause for cause in candidates if cause)))
    return distinct or _of_move(came, went) or tuple(_last(after, "head") or _last(before, "base"))


def _of_move(came: list[PolicyLine], went: list[PolicyLine]) -> tuple[ChangeCause, ...]:
    """The attachments of lines that both sides have, and that reach the account on one side only."""
    reaching = [*(_attached(line, "head") for line in came), *(_attached(line, "base") for line in went)]
    return tuple(_without_repetition(dict.fromkeys(reaching)))


def _last(lines: list[PolicyLine], side: SideName) -> list[ChangeCause]:
    """The lines attached lowest, where no line is on one side only: peers changed places."""
    return [_attached(line, side) for line in lines[-1:]]


def _only_in(lines: list[PolicyLine], others: list[PolicyLine]) -> list[PolicyLine]:
    common = {line.same for line in others}
    return [line for line in lines if line.same not in common]


def _cause(line: PolicyLine, side: SideName, other: PlanPlace, path: str) -> ChangeCause | None:
    """The line or the attachment that the other side lacks; None where it has both."""
    name, document = line.policy.name, other.standing.documents.get(line.policy.name)
    if document is None or _written_at(document, path, line.operator)[0] != line.words:
        return ChangeCause(line.span, side, name, line.entity)
    return None if (name, line.entity.path) in other.standing.attached else _attached(line, side)


def _without_repetition(causes: Iterable[ChangeCause]) -> Iterator[ChangeCause]:
    """The causes; a line that reads the same on both sides only once (`regions = home` of another `home`)."""
    seen: set[tuple[object, ...]] = set()
    for cause in causes:
        span = cause.span
        line = (span.source.name, span.first.line, span.text) if span else (cause.policy, cause.entity.path)
        if line not in seen:
            seen.add(line)
            yield cause


def _attached(line: PolicyLine, side: SideName) -> ChangeCause:
    return ChangeCause(line.entity.attached_at, side, line.policy.name, line.entity)


def _lines(place: PlanPlace) -> Iterator[PolicyLine]:
    """All lines that concern a value or block: operators, applied or not, and locks; root first."""
    plan, path = place.plan, place.path
    if plan is None or plan.node is None:
        return
    whole, node = _nearest(plan.node, keys(path)[len(keys(plan.path)) :])
    if whole and not node.setting.trail:
        for author in origins(plan, path):
            yield PolicyLine(author.policy, author.entity, "", *_written_at(author.policy, path, ""))
        return
    for control in node.limit.controls:
        yield PolicyLine(*control, CONTROL, *_written_at(control.policy, path, CONTROL))
    for step in node.setting.trail if whole else ():
        yield PolicyLine(step.policy, step.entity, step.operator, *_written_at(step.policy, path, step.operator))


def _nearest(node: Node, path: tuple[str, ...]) -> tuple[bool, Node]:
    """The node at a path and whether it is there; else the nearest around it."""
    for key in path:
        if key not in node.children:
            return False, node
        node = node.children[key]
    return True, node


def _written_at(policy: PolicyDocument, path: str, operator: str) -> tuple[str, Span | None]:
    """The text of a policy at a path with an operator, and its span; a lock may stand further up."""
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
    """A setting as a text that is unique to it: a list as JSON."""
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
