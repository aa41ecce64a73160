"""Policies that touch one open point, and nothing else but what AWS wants beside it, the plainest first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain

from policyengine.analysis.prove.palette import MONTHLY, Palette
from policyengine.analysis.prove.pieces import ARCHIVED, LIFECYCLE, LONGEST_CONTINUOUS, Pieces, joined, nested
from policyengine.analysis.prove.trials import Document
from policyengine.aws.admission import setting_at
from policyengine.aws.deployment import DeployedPlan
from policyengine.aws.documents import APPEND, ASSIGN, CONTROL, REMOVE, Json
from policyengine.aws.merge import MAY_APPEND, MAY_ASSIGN, MAY_REMOVE, keys
from policyengine.aws.setting_rows import Relation, complete
from policyengine.aws.settings import (
    BY_RESOURCES,
    BY_TAGS,
    COPY_BLOCK,
    COPY_TARGET,
    PLAN_TAGS,
    PLANS,
    RECOVERY_POINT_TAGS,
    RETAIN,
    RULE_BLOCK,
    SCHEDULE,
    SELECTED_KEY,
    SELECTED_VALUES,
    SELECTIONS,
    TAG_KEY,
    TAG_VALUE,
    TYPES,
)

_LOCK: Document = {CONTROL: ["@@none"]}
_TAGS = (RECOVERY_POINT_TAGS.place, PLAN_TAGS.place)
_RULE = 4  # the keys down to a rule
_WANTED: Mapping[tuple[str, ...], tuple[str, ...]] = {
    (SELECTIONS, BY_TAGS): (SELECTED_KEY.aws_key, SELECTED_VALUES.aws_key),
    (SELECTIONS, BY_RESOURCES): (TYPES.aws_key,),
}
"""What AWS wants in each fragment of a selection."""


class CandidatePolicies:
    """Makes policies from a palette; `plans` are those that there are."""

    def __init__(self, palette: Palette, plans: Sequence[DeployedPlan]) -> None:
        self._palette = palette
        self._pieces = Pieces(palette)
        self._plans = {deployed.plan.name: deployed.plan for deployed in plans}

    def documents(self, key: str, operators: int) -> Iterator[Document]:
        """Policies that touch the open point of a key, with the operators that a setting takes."""
        if key.endswith("/+"):
            path = keys(key.removesuffix("/+"))
            yield from (nested(path, addition) for addition in self._additions(path))
            return
        path = keys(key)
        for change in self._changes(path, operators):
            yield self._whole(path, change)

    def locking(self, key: str, operators: int) -> Iterator[Document]:
        """Policies that also keep those still further down from setting it right again."""
        path = keys(key.removesuffix("/+"))
        yield self._whole(path, _LOCK)
        if not key.endswith("/+"):
            for change in self._changes(path, operators):
                yield self._whole(path, {**change, **_LOCK})

    def _changes(self, path: tuple[str, ...], operators: int) -> Iterator[Document]:
        current = self._current(path)
        present = current if isinstance(current, list) else []
        if operators & MAY_REMOVE:
            for item in present:
                yield {REMOVE: [item]}
        if operators & MAY_ASSIGN:
            for value in (*self._palette.values(path), *self._schedules(path)):
                if value != current:
                    yield {ASSIGN: value}
        new = [item for item in self._palette.items(path) if item not in present] if operators & MAY_APPEND else []
        for item in new:
            yield {APPEND: [item]}
        if operators & MAY_REMOVE and not operators & MAY_ASSIGN:  # where it may, an assignment is plainer
            for item in new if present else ():
                yield {APPEND: [item], REMOVE: present}

    def _additions(self, path: tuple[str, ...]) -> Iterator[Document]:
        pieces = self._pieces
        if path == (PLANS,):
            return (plan for plan in pieces.plans() if self._plans.keys().isdisjoint(map(str.lower, plan)))
        if path[-1] == RULE_BLOCK.place:
            return chain(pieces.taking(self._schedules(path)), pieces.rules())
        if path[-1] == COPY_BLOCK.place:
            return pieces.copies()
        return pieces.selections(path[-1]) if path[-2:-1] == (SELECTIONS,) else iter(())

    def _schedules(self, path: tuple[str, ...]) -> Iterator[str]:
        """The schedules of a plan's rules: another rule at the same times may take their runs."""
        plan = self._plans.get(path[1])
        if plan and path[-1] in {RULE_BLOCK.place, SCHEDULE.place}:
            yield from dict.fromkeys(rule.schedule for rule in plan.rules)

    def _whole(self, path: tuple[str, ...], change: Document) -> Document:
        """A change with the settings that AWS wants in every fragment of its blocks (semantics.md section 9, R35)."""
        document = nested(path, change)
        for depth in range(4, len(path)):
            block = path[:depth]
            inner = _inner(document, block)
            for key, value in self._needed(block):
                inner.setdefault(key, {ASSIGN: value})
        row = setting_at(path)
        return _WITH_DEMANDS[row.relation](document, path) if row else document

    def _needed(self, block: tuple[str, ...]) -> Iterator[tuple[str, Json]]:
        if block[-2] == COPY_BLOCK.place:
            yield COPY_TARGET.aws_key, self._current((*block, COPY_TARGET.aws_key))
        elif block[-2] in _TAGS:
            key = self._palette.tag_keys.get(block[-1], block[-1])
            yield TAG_KEY.aws_key, self._current((*block, TAG_KEY.aws_key)) or key
            yield TAG_VALUE.aws_key, self._current((*block, TAG_VALUE.aws_key)) or "elsewhere"
        elif block[-3:-1] in _WANTED:
            required = _WANTED[block[-3:-1]]
            present = ((key, self._current((*block, key))) for key in required)
            yield from ((key, value) for key, value in present if value is not None)

    def _current(self, path: tuple[str, ...]) -> Json:
        """The value at a path now, None where there is none."""
        plan = self._plans.get(path[1]) if len(path) > 1 else None
        value: Json = dict(plan.document) if plan else None
        for key in path[2:]:
            value = value.get(key) if isinstance(value, dict) else None
        return value


def _alone(document: Document, _: tuple[str, ...]) -> Document:
    return document


def _kept_as_continuous(document: Document, path: tuple[str, ...]) -> Document:
    lifecycle: Document = {RETAIN.aws_key: {ASSIGN: LONGEST_CONTINUOUS}}
    return joined(document, nested((*path[:-1], LIFECYCLE), lifecycle))


def _archived(document: Document, path: tuple[str, ...]) -> Document:
    schedule: Document = {SCHEDULE.place: {ASSIGN: MONTHLY}}
    return joined(joined(nested(path[:_RULE], schedule), nested(path[:-1], ARCHIVED)), document)


_WITH_DEMANDS: Mapping[Relation, Callable[[Document, tuple[str, ...]], Document]] = complete(
    {Relation.NONE: _alone, Relation.ARCHIVE: _archived, Relation.CONTINUOUS: _kept_as_continuous}, Relation
)
"""A change of a setting with what the setting demands of others in the same policy."""


def smaller(document: Document) -> Iterator[Document]:
    """The document without one of its parts, the largest parts first."""
    for path in _parts(document, ()):
        if (without := _without(document, path)) is not None:
            yield without


def _parts(node: Json, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    if isinstance(node, dict):
        yield from ((*path, key) for key in node if path)
        yield from chain.from_iterable(_parts(child, (*path, key)) for key, child in node.items())


def _without(node: Document, path: tuple[str, ...]) -> Document | None:
    """The node without what is at a path, nor what is empty then."""
    key, *rest = path
    if not rest:
        left = {other: child for other, child in node.items() if other != key}
        return left or None
    child = node[key]
    below = _without(child, tuple(rest)) if isinstance(child, dict) else None
    if below is None:
        return _without(node, (key,))
    return {**node, key: below}


def _inner(document: Document, path: Sequence[str]) -> Document:
    for key in path:
        inner = document.setdefault(key, {})
        document = inner if isinstance(inner, dict) else {}
    return document
