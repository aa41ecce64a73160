"""The lines that close an open point: `locked` on blocks and settings, `children may nothing` on nodes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import takewhile
from typing import TypeAlias

from msgspec.structs import replace

from policyengine.analysis.prove.proofs import Line
from policyengine.aws.deployment import Origin
from policyengine.aws.documents import CONTROL, VALUE_OPERATORS, Json, PolicyDocument
from policyengine.aws.merge import Node, keys
from policyengine.aws.organization import Entity
from policyengine.base.records import Record
from policyengine.language.compiler import decompile
from policyengine.language.syntax import format_module

Keys: TypeAlias = tuple[str, ...]

_LOCKED, _CHILDREN_MAY = "locked ", "children may "


class ClosingLine(Record, eq=False):
    """A line, and the nodes for which it keeps policies below its own entity from doing anything."""

    line: Line
    nodes: frozenset[Keys]

    @property
    def policy(self) -> PolicyDocument:
        """The policy that has the line."""
        return self.line.origin.policy

    def closes(self, key: str, state: Node | None) -> bool:
        """Whether it closes the point of a key: what is not mentioned is as open as the block it would come into."""
        path = keys(key.removesuffix("/+"))
        while path and path not in self.nodes and (state is None or state.find(path) is None):
            path = path[:-1]
        return path in self.nodes


def closings(policy: PolicyDocument, entity: Entity, key: str, partition: str) -> Iterator[ClosingLine]:
    """The lines of a policy at an entity that close the point of a key, the narrowest first."""
    path = keys(key.removesuffix("/+"))
    if alone := _node_alone(policy, entity, path, partition):
        yield alone
    for depth in range(len(path), 1, -1):
        if lock := _locking(policy, entity, path[:depth], partition):
            yield lock


def with_nothing_allowed(policy: PolicyDocument, nodes: frozenset[Keys]) -> PolicyDocument:
    """A policy with `@@none` on nodes, which are added where it does not have them."""
    content = policy.content
    for node in sorted(nodes):
        content = _with_control(content, node)
    return replace(policy, content=content)


def _with_control(content: Json, path: Keys) -> Json:
    document = content if isinstance(content, dict) else {}
    if not path:
        return {**document, CONTROL: ["@@none"]}
    key = next((key for key in document if key.lower() == path[0]), path[0])
    return {**document, key: _with_control(document.get(key), path[1:])}


def _node_alone(policy: PolicyDocument, entity: Entity, path: Keys, partition: str) -> ClosingLine | None:
    """`locked` on a setting that the policy writes itself, else `children may nothing in PATH` in its block.

    None where the language has no words for the path: a document may name a key where AWS has none.
    """
    nodes = frozenset({path})
    if line := _difference(policy, entity, path, nodes, partition):
        return ClosingLine(line, nodes)
    alone = with_nothing_allowed(replace(policy, content=_blocks_along(policy.content, path), origins={}), nodes)
    lines = _lines(alone, partition)
    number = next((number for number, line in enumerate(lines) if line.strip().startswith(_CHILDREN_MAY)), None)
    if number is None:
        return None
    origin = policy.origin(path[:-1])
    span = (origin.used_at or origin.span) if origin else None
    return ClosingLine(
        Line(lines[number].strip(), _enclosing_blocks(lines, number), Origin(policy, entity, span)), nodes
    )


def _blocks_along(content: Json, path: Keys) -> Json:
    """The blocks of a document that a path leads through, named as there, with nothing else in them."""
    written = content if path and isinstance(content, dict) else {}
    return {key: _blocks_along(written[key], path[1:]) for key in written if key.lower() == path[0]}


def _locking(policy: PolicyDocument, entity: Entity, path: Keys, partition: str) -> ClosingLine | None:
    """`locked` on a block that a policy writes; None where there is none, or it allows changes inside."""
    subtree = _find(policy.content, path)
    if subtree is None or _is_setting(subtree) or _allows(subtree):
        return None
    nodes = frozenset(_nodes(subtree, path))
    line = _difference(policy, entity, path, nodes, partition)
    return ClosingLine(line, nodes) if line and line.text.startswith(_LOCKED) else None


def _difference(
    policy: PolicyDocument, entity: Entity, path: Keys, nodes: frozenset[Keys], partition: str
) -> Line | None:
    """The line that makes the difference between a policy and the same with nodes closed.

    None unless it is one line, of the policy's own: what a template says, others use too. A lock inside of what is
    locked is needless, and may stay.
    """
    before, after = _lines(policy, partition), _lines(with_nothing_allowed(policy, nodes), partition)
    removed = [*(Counter(before) - Counter(after)).elements()]
    needless = {line.replace(_LOCKED, "", 1) for line in removed if line.strip().startswith(_LOCKED)}
    added = [line for line in (Counter(after) - Counter(before)) if line not in needless]
    opening = [line.strip() for line in removed if line.strip().startswith(_CHILDREN_MAY)]
    if len(added) != 1 or len(opening) > 1 or _bare(before) != _bare(after):
        return None
    origin = policy.origin(path, _operator(policy, path))
    if origin and origin.used_at and added[0].strip().startswith(_LOCKED):
        return None
    span = (origin.used_at or origin.span) if origin else None
    text = added[0].strip().removesuffix(" {")
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(before, after, strict=False)))
    number = after.index(added[0], same)  # another block may have the same line
    return Line(text, _enclosing_blocks(after, number), Origin(policy, entity, span), next(iter(opening), ""))


def _operator(policy: PolicyDocument, path: Keys) -> str:
    """The first value operator that a policy uses at a path."""
    written = _find(policy.content, path) or {}
    return next((key.lower() for key in written if key.lower() in VALUE_OPERATORS), "")


def _lines(policy: PolicyDocument, partition: str) -> Sequence[str]:
    return _text(policy, partition).splitlines()


@lru_cache(maxsize=1024)
def _text(policy: PolicyDocument, partition: str) -> str:
    return format_module(decompile(policy, name=policy.name, partition=partition).value)


def _bare(lines: Sequence[str]) -> list[str]:
    """The lines without anything about child controls, and without blocks that only hold such."""
    stripped = [line.replace(_LOCKED, "", 1).strip() for line in lines]
    return [line for line in stripped if line and not line.startswith(_CHILDREN_MAY) and line[-1] not in "{}"]


def _enclosing_blocks(lines: Sequence[str], number: int) -> tuple[str, ...]:
    """The heads of the blocks around a line, without the policy's."""
    heads: list[str] = []
    indent = _indent(lines[number])
    for line in reversed(lines[:number]):
        if line.strip() and _indent(line) < indent:
            indent = _indent(line)
            heads.insert(0, line.strip().removesuffix(" {"))
    return tuple(heads[1:])


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _find(content: Json, path: Keys) -> Mapping[str, Json] | None:
    for key in path:
        document = content if isinstance(content, dict) else {}
        content = next((below for written, below in document.items() if written.lower() == key), None)
    return content if isinstance(content, dict) else None


def _nodes(node: Mapping[str, Json], path: Keys) -> Iterator[Keys]:
    yield path
    for key, child in node.items():
        if isinstance(child, dict) and not key.startswith("@@"):
            yield from _nodes(child, (*path, key.lower()))


def _is_setting(node: Mapping[str, Json]) -> bool:
    return any(key.lower() in VALUE_OPERATORS for key in node)


def _allows(node: Mapping[str, Json]) -> bool:
    """Whether a control in a block leaves a point open, on purpose: nothing is both that and locked."""
    own = any(key.lower() == CONTROL and _listed(value) != ["@@none"] for key, value in node.items())
    return own or any(_allows(child) for child in node.values() if isinstance(child, dict))


def _listed(value: Json) -> list[str]:
    return [str(item).lower() for item in value] if isinstance(value, list) else []
