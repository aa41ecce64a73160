"""The origins of a value of a plan: the policy that sets it, the entity where it is attached, and the line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from policyengine.aws.deployment.plans import Origin, Plan
from policyengine.aws.documents import PolicyDocument, WrittenAt
from policyengine.aws.merge import Fragment, Node, Peer, keys
from policyengine.base.source import Span

_LIFECYCLE = re.compile(r"(?<!/rules)/lifecycle$")  # no block that an author writes: it is part of the rule or the copy


def origin(plan: Plan, path: str) -> Origin | None:
    """The origin nearest to the account of the value, or of the block's settings, at a path of the effective document.

    For a setting that is absent the policy that first wrote the block that lacks it. None for a plan without a node.
    """
    responsible = _responsible(plan, path)
    return responsible[-1] if responsible else None


def origins(plan: Plan, path: str) -> tuple[Origin, ...]:
    """The policies with a setting in force at or beneath a path, root first, each once."""
    cached = plan.origins.get(path)
    if cached is None:
        cached = plan.origins[path] = tuple(_origins(plan, path))
    return cached


def _origins(plan: Plan, path: str) -> Iterator[Origin]:
    node, below = plan.node, keys(path)[len(keys(plan.path)) :]
    while node and below and not node.sole_source:
        node, below = node.children.get(below[0]), below[1:]
    first: dict[Peer, tuple[str, str]] = {}
    if node and node.sole_source:
        peer, fragment = node.sole_source
        first.update(_first_of(peer, fragment.find(below)))
    elif node:
        for peer, place in _in_force(node):
            first.setdefault(peer, place)
    for peer, place in sorted(first.items(), key=lambda origin: len(origin[0].entity.chain)):
        yield Origin(peer.policy, peer.entity, *_written(peer.policy, *place))


def _in_force(node: Node) -> Iterator[tuple[Peer, tuple[str, str]]]:
    """The policies with a setting in force at or beneath a node, with its path and operator."""
    if node.sole_source:
        yield from _first_of(*node.sole_source)
        return
    for step in node.in_force:
        yield Peer(step.policy, step.entity), (node.path, step.operator)
    for child in node.children.values():
        yield from _in_force(child)


def _first_of(peer: Peer, fragment: Fragment | None) -> Iterator[tuple[Peer, tuple[str, str]]]:
    """The first setting of a policy that alone has a fragment: needs no nodes of it."""
    if fragment and (first := fragment.first_setting):
        yield peer, first


def policies(plan: Plan, paths: Iterable[str]) -> tuple[str, ...]:
    """The names of the policies with a setting in force at or beneath the paths, root first.

    For a setting that is absent it is the policy that first wrote the block.
    """
    all_origins = [origin for path in paths for origin in _responsible(plan, path)]
    all_origins.sort(key=lambda origin: len(origin.entity.chain))
    return tuple(dict.fromkeys(origin.policy.name for origin in all_origins))


def _responsible(plan: Plan, path: str) -> list[Origin]:
    """The origins at or beneath a path, else the first origin in the nearest block around it."""
    result, block = list(origins(plan, path)), path
    while not result and len(block) > len(plan.path):
        block = _LIFECYCLE.sub("", block.rpartition("/")[0])
        result = [_with_block_span(first, block) for first in origins(plan, block)[:1]]
    return result


def _with_block_span(origin: Origin, path: str) -> Origin:
    """The origin with the span of the whole block at a path."""
    written = origin.policy.origin(keys(path))
    return Origin(origin.policy, origin.entity, *_places(written))


def _written(policy: PolicyDocument, path: str, operator: str) -> tuple[Span | None, Span | None]:
    return _places(policy.origin(keys(path), operator))


def _places(written: WrittenAt | None) -> tuple[Span | None, Span | None]:
    return (written.span, written.used_at) if written else (None, None)
