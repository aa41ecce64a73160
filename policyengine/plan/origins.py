"""Who set a value of a plan: the policy, the entity where it is attached, and the line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from policyengine.effective import Node, Step, keys
from policyengine.model.documents import PolicyDocument
from policyengine.organization.tree import Entity
from policyengine.plan.values import Origin, Plan
from policyengine.source import Span

_LIFECYCLE = re.compile(r"(?<!/rules)/lifecycle$")  # no block that an author writes: it is part of the rule or the copy


def origin(plan: Plan, path: str) -> Origin | None:
    """Who set the value at a path in the effective document last; of a block, of what is in it.

    Of what nobody set: who first wrote the block that lacks it.
    """
    found = _responsible(plan, path)
    return found[-1] if found else None


def origins(plan: Plan, path: str) -> tuple[Origin, ...]:
    """Everybody with a setting in force at or beneath a path, root first, each once."""
    known = plan.origins.get(path)
    if known is None:
        known = plan.origins[path] = tuple(_origins(plan, path))
    return known


def _origins(plan: Plan, path: str) -> Iterator[Origin]:
    first: dict[tuple[PolicyDocument, Entity], tuple[Step, str]] = {}
    for setting in _settings(_node(plan, path)):
        for step in setting.in_force:
            first.setdefault((step.policy, step.entity), (step, setting.path))
    for step, place in sorted(first.values(), key=lambda found: len(found[0].entity.chain)):
        yield Origin(step.policy, step.entity, _written(step, place))


def policies(plan: Plan, paths: Iterable[str]) -> tuple[str, ...]:
    """The names of the policies with a setting in force at or beneath the paths, root first.

    For what nobody set it is the policy that first wrote the block.
    """
    found = [origin for path in paths for origin in _responsible(plan, path)]
    found.sort(key=lambda origin: len(origin.entity.chain))
    return tuple(dict.fromkeys(origin.policy.name for origin in found))


def _responsible(plan: Plan, path: str) -> list[Origin]:
    """Everybody with a setting at or beneath a path, else the first with one in the nearest block around it."""
    found, block = list(origins(plan, path)), path
    while not found and len(block) > len(plan.path):
        block = _LIFECYCLE.sub("", block.rpartition("/")[0])
        found = [_whole(found, block) for found in origins(plan, block)[:1]]
    return found


def _whole(origin: Origin, path: str) -> Origin:
    """The same policy, at the head of a block."""
    written = origin.policy.origin(keys(path))
    return origin._replace(span=written.span if written else None)


def _node(plan: Plan, path: str) -> Node | None:
    return plan.node.find(keys(path)[len(keys(plan.path)) :]) if plan.node else None


def _settings(node: Node | None) -> Iterable[Node]:
    """The settings at and beneath a node; the first one where a single policy brought in all of them."""
    if node is None:
        return ()
    return islice(node.settings, 1) if node.brought_by else node.settings


def _written(step: Step, path: str) -> Span | None:
    written = step.policy.origin(keys(path), step.operator)
    return written.span if written else None
