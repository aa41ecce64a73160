"""Who sets what of a plan: the same whether a policy's part was merged with others or taken whole."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from generators.organizations import SMALL, organizations
from hypothesis import given, settings
from support.moment import AT

from policyengine.aws.deployment import Origin, Plan, deploy, origins
from policyengine.aws.merge import Node, keys, resolve
from policyengine.aws.organization import attach
from policyengine.aws.snapshot.snapshot import read_snapshot
from policyengine.base.source import Source


def plans(snapshot: dict[str, Any]) -> list[Plan]:
    organization = attach(read_snapshot(Source("organization.json", json.dumps(snapshot)))).value
    deployment = deploy(organization, resolve(organization, at=AT), at=AT)
    return [plan.plan for view in deployment.candidates for plan in view.plans]


def paths(node: Node) -> Iterator[str]:
    """The paths of all blocks and settings of a plan."""
    yield node.path
    for child in node.children.values():
        yield from paths(child)


def by_trails(plan: Plan, path: str) -> list[tuple[str, str]]:
    """Policies and entities in force at or beneath a path, root first, by the trail of each setting."""
    node = plan.node.find(keys(path)[len(keys(plan.path)) :]) if plan.node else None
    steps = [step for setting in (node.settings if node else ()) for step in setting.in_force]
    peers = dict.fromkeys((step.policy, step.entity) for step in steps)
    return [(policy.name, entity.path) for policy, entity in sorted(peers, key=lambda peer: len(peer[1].chain))]


def named(found: tuple[Origin, ...]) -> list[tuple[str, str]]:
    return [(origin.policy.name, origin.entity.path) for origin in found]


@given(organizations(SMALL))
@settings(max_examples=40)
def test_origins_are_those_of_the_trails(snapshot: dict[str, Any]) -> None:
    for plan in plans(snapshot):
        assert plan.node
        for path in [*paths(plan.node), f"{plan.path}/rules/nowhere/schedule_expression"]:
            assert named(origins(plan, path)) == by_trails(plan, path), path
