"""The typed view of a published document: plans, rules, copies, selections; shared by all accounts that have it.

Names are folded, as AWS publishes them. Durations are minutes. A setting that is absent has AWS Backup's default;
`path` is that of the node in the effective document. `UNKNOWN` is a fact that the snapshot does not have.

Also the origins of a value of a plan: the policy that sets it, the entity where it is attached, and the line.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from enum import Enum
from typing import Final, Literal, NamedTuple, TypeAlias, TypeVar

from policyengine.aws.arns import VaultArn
from policyengine.aws.documents import Json, PolicyDocument, WrittenAt
from policyengine.aws.facts import resource_features
from policyengine.aws.merge import Fragment, Node, Peer, keys
from policyengine.aws.organization import Entity
from policyengine.aws.rows import MINUTES_IN
from policyengine.base.records import entity, record
from policyengine.base.source import Span

T = TypeVar("T")


class Unknown(Enum):
    """The type of `UNKNOWN`, which stands for a fact that the snapshot does not have."""

    UNKNOWN = "unknown"


UNKNOWN: Final = Unknown.UNKNOWN

OrUnknown: TypeAlias = T | Unknown

Minutes: TypeAlias = float
"""A duration in minutes, whole or `FOREVER`."""

FOREVER: Final = math.inf
DAY: Final = MINUTES_IN["days"]


ConditionOperator = Literal["string_equals", "string_not_equals", "string_like", "string_not_like"]


class Origin(NamedTuple):
    """The policy that sets a value, where it is attached, and the place; `span` is None for a raw document.

    `used_at` is the place that uses the template whose line `span` is.
    """

    policy: PolicyDocument
    entity: Entity
    span: Span | None
    used_at: Span | None = None


@entity
class Copy:
    """A copy action. `target` is None where the text is no ARN of a vault.

    `retention` is inherited from the rule where the copy sets none (facts 4.3).
    """

    path: str
    rule: str
    plan: str
    arn: str
    target: VaultArn | None
    retention: Minutes
    inherits_retention: bool
    cold_after: Minutes
    archive: bool
    document: Mapping[str, Json] = field(repr=False)


class RunShape(NamedTuple):
    """The settings of a rule that its runs depend on; `window` is in minutes.

    `rank` orders the rules of a plan by retention, shortest first; None for a rule that takes no part.
    """

    schedule: str
    window: Minutes
    rank: int | None


class Runs(NamedTuple):
    """The runs of a rule that AWS starts from the minute `start` on; equal where they depend on the same.

    `over` are the rules of its plan that it loses runs to, and those that these lose runs to, a longer retention with a
    higher rank; empty where it loses none, and then `window` is 0. `interval` and `compare_runs` take it.
    """

    start: int
    schedule: str
    window: Minutes
    over: tuple[RunShape, ...]


@entity
class BackupRule:
    """A rule of a plan and its document. `schedule` is the default where none is set.

    `runs` are those that AWS starts from the moment of reading on, with the other rules of the plan around, and
    `interval` is the longest time between two (`runs.interval`); both unknown where the schedule is no schedule.
    """

    path: str
    name: str
    plan: str
    schedule: str
    runs: OrUnknown[Runs]
    interval: OrUnknown[Minutes]
    start_within: Minutes
    complete_within: Minutes
    retention: Minutes
    cold_after: Minutes
    archive: bool
    continuous: bool
    vault: str
    air_gapped: VaultArn | None
    copies: tuple[Copy, ...]
    tags: Mapping[str, str]
    index: tuple[str, ...]
    document: Mapping[str, Json] = field(repr=False)


@record
class Condition:
    """An entry of a selection's conditions."""

    path: str
    operator: ConditionOperator
    key: str
    value: str

    @property
    def criteria(self) -> tuple[str, str, str]:
        """What AWS Backup has of it: operator, key, value. The name in its path is the policy's alone."""
        return self.operator, self.key, self.value


@entity
class Selection:
    """A tag or resource selection.

    `types` and `excepted` are the language's names of resource types, `*` for all; `reach` are the names of the types
    that it can select: a tag selection, `*`, or conditions alone stand for every type.
    """

    path: str
    name: str
    plan: str
    kind: Literal["tag", "resource"]
    role: str
    key: str
    values: tuple[str, ...]
    types: tuple[str, ...]
    excepted: tuple[str, ...]
    conditions: tuple[Condition, ...]
    reach: tuple[str, ...]

    @property
    def names_types(self) -> bool:
        """Whether it lists types by name, and not `*`."""
        return bool(self.types) and "*" not in self.types

    @property
    def has_only_continuous(self) -> bool:
        """Whether every type that it can select has continuous backup (facts 1.4.1) whatever the opt-in."""
        features = resource_features()
        return all(kind in features and features[kind].continuous == "yes" for kind in self.reach)


@entity
class Reach:
    """What the selections of a plan reach; their document stands at `path`.

    `types` are the names of the resource types that they reach, `named_types` of those that resource selections list,
    both in the order of the catalogue.
    """

    path: str
    selections: tuple[Selection, ...]
    types: tuple[str, ...]
    named_types: tuple[str, ...]
    document: Mapping[str, Json] = field(repr=False)

    @property
    def has_only_continuous(self) -> bool:
        """Whether every type that they can select has continuous backup (facts 1.4.1) whatever the opt-in."""
        return all(selection.has_only_continuous for selection in self.selections)


@entity
class Plan:
    """A plan and its document. `node` is its state in the merge, None for a document of `last_valid`.

    Plans share rules and selections that are equal. `origins` keeps the results of `origins()` by path.
    """

    path: str
    name: str
    regions: tuple[str, ...]
    rules: tuple[BackupRule, ...]
    reach: Reach
    tags: Mapping[str, str]
    windows_vss: bool
    document: Mapping[str, Json] = field(repr=False)
    node: Node | None
    origins: dict[str, tuple[Origin, ...]] = field(default_factory=dict, repr=False)

    @property
    def lifecycles(self) -> Iterator[BackupRule | Copy]:
        """Everything with a retention and cold storage of its own: each rule, then its copies."""
        for rule in self.rules:
            yield rule
            yield from rule.copies

    @property
    def selections(self) -> tuple[Selection, ...]:
        """Its selections, those by tags first."""
        return self.reach.selections

    @property
    def resource_types(self) -> tuple[str, ...]:
        """The types that its selections reach, in the order of the catalogue."""
        return self.reach.types

    @property
    def named_types(self) -> tuple[str, ...]:
        """The types that its resource selections name, in the order of the catalogue."""
        return self.reach.named_types


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
        result = [_whole(first, block) for first in origins(plan, block)[:1]]
    return result


def _whole(origin: Origin, path: str) -> Origin:
    """The origin with the span of the whole block at a path."""
    written = origin.policy.origin(keys(path))
    return Origin(origin.policy, origin.entity, *_places(written))


def _written(policy: PolicyDocument, path: str, operator: str) -> tuple[Span | None, Span | None]:
    return _places(policy.origin(keys(path), operator))


def _places(written: WrittenAt | None) -> tuple[Span | None, Span | None]:
    return (written.span, written.used_at) if written else (None, None)
