"""The typed view of a published document: plans, rules, copies, selections; shared by all accounts that have it.

Names are folded, as AWS publishes them. Durations are minutes. A setting that is absent has AWS Backup's default;
`path` is that of the node in the effective document. `UNKNOWN` is a fact that the snapshot does not have.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Final, Literal, NamedTuple, TypeAlias, TypeVar

from msgspec import field

from policyengine.aws.arns import VaultArn
from policyengine.aws.documents import Json, PolicyDocument
from policyengine.aws.facts import regions, resource_features
from policyengine.aws.merge import Node
from policyengine.aws.organization import Entity
from policyengine.aws.setting_rows import MINUTES_IN
from policyengine.aws.settings import CONDITION_OPERATORS
from policyengine.base.records import Record
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
_SIGNS = {operator: sign for sign, operator in CONDITION_OPERATORS.items()}


class Origin(NamedTuple):
    """The policy that sets a value, where it is attached, and the place; `span` is None for a raw document.

    `used_at` is the place that uses the template whose line `span` is.
    """

    policy: PolicyDocument
    entity: Entity
    span: Span | None
    used_at: Span | None = None


class Copy(Record, eq=False):
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
    document: Mapping[str, Json]


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


class BackupRule(Record, eq=False):
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
    document: Mapping[str, Json]


class Condition(Record):
    """An entry of a selection's conditions."""

    path: str
    operator: ConditionOperator
    key: str
    value: str

    @property
    def criteria(self) -> tuple[str, str, str]:
        """Its form in AWS Backup: operator, key, value. The name in its path is the policy's alone."""
        return self.operator, self.key, self.value

    @property
    def as_written(self) -> str:
        """The condition as a `where` of the language has it: `"aws:ResourceTag/env" == "prod"`."""
        key, value = (json.dumps(text, ensure_ascii=False) for text in (self.key, self.value))
        return f"{key} {_SIGNS[self.operator]} {value}"


class Selection(Record, eq=False):
    """A tag or resource selection.

    `types` and `excepted` are the language's names of resource types, `*` for all; a pattern of another partition than
    its plan's stands as it is. `reach` are the names of the types that it can select: a tag selection, `*`, or
    conditions alone stand for every type. `sure_reach` are those of which nobody doubts that it does. `readings` has
    what it says in each partition that its plan may run in, empty where that is the same. `strangers` are patterns that
    AWS would refuse, which only a last valid policy has: `doubted` are the types that they may take or leave out.
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
    sure_reach: tuple[str, ...]
    readings: Mapping[str, Selection] = field(default_factory=dict)
    strangers: tuple[str, ...] = ()
    doubted: tuple[str, ...] = ()

    def in_region(self, region: str | None) -> Selection:
        """The condition in a Region: a pattern selects resources of its own partition alone (facts 2.2).

        Itself where nobody knows the partition of the Region.
        """
        return self.readings.get(regions().get(region or "", ""), self) if self.readings else self

    @property
    def lacks_types(self) -> bool:
        """Whether it has conditions, or types that it leaves out, and nothing to take: then AWS says nothing (3.14)."""
        return self.kind == "resource" and not self.types and bool(self.conditions or self.excepted)

    @property
    def names_types(self) -> bool:
        """Whether it lists types by name, and not `*`."""
        return bool(self.types) and "*" not in self.types

    def names_beside_all(self, kind: str) -> bool:
        """Whether it names a type beside `*`: AWS does not say whether that goes past the opt-in (facts 2.3.7).

        False for types that need the opt-in however they are named (facts 2.3.3).
        """
        features = resource_features().get(kind) if "*" in self.types and kind in self.types else None
        return features is not None and not features.opt_in_always

    @property
    def has_only_continuous(self) -> bool:
        """Whether every type that it can select has continuous backup (facts 1.4.1) whatever the opt-in."""
        features = resource_features()
        return all(kind in features and features[kind].continuous == "yes" for kind in self.reach)


class Reach(Record, eq=False):
    """The reach of the selections of a plan; their document stands at `path`.

    `types` are the names of the resource types that they can reach, `sure_types` those that they surely do, and
    `named_types` those that resource selections list, all in the order of the catalogue.
    """

    path: str
    selections: tuple[Selection, ...]
    types: tuple[str, ...]
    sure_types: tuple[str, ...]
    named_types: tuple[str, ...]
    document: Mapping[str, Json]

    @property
    def doubtful(self) -> tuple[Selection, ...]:
        """The selections of which nobody can tell all types that they take."""
        return tuple([each for each in self.selections if each.sure_reach != each.reach or set(each.types) > {"*"}])

    @property
    def has_only_continuous(self) -> bool:
        """Whether every type that they can select has continuous backup (facts 1.4.1) whatever the opt-in."""
        return all(selection.has_only_continuous for selection in self.selections)


class Plan(Record, eq=False):
    """A plan and its document. `node` is its state in the merge, None for a document of `last_valid`.

    Plans share rules and selections that are equal. `scanner_role` is the ARN of the role of malware scans, empty
    without one. `origins` keeps the results of `origins()` by path.
    """

    path: str
    name: str
    regions: tuple[str, ...]
    rules: tuple[BackupRule, ...]
    reach: Reach
    tags: Mapping[str, str]
    windows_vss: bool
    scanner_role: str
    document: Mapping[str, Json]
    node: Node | None
    origins: dict[str, tuple[Origin, ...]] = field(default_factory=dict)

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
        """The types that its selections can reach, in the order of the catalogue."""
        return self.reach.types

    @property
    def named_types(self) -> tuple[str, ...]:
        """The types that its resource selections name, in the order of the catalogue."""
        return self.reach.named_types
