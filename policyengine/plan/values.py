"""The typed view of a published document: plans, rules, copies, selections. The same for every account that has it.

Names are folded, as AWS publishes them. Durations are minutes. A setting that is absent has AWS Backup's default;
`path` leads to the node in the effective document, and `Origins` to those who set it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import Literal, NamedTuple

from policyengine.effective import Node
from policyengine.facts import resource_features
from policyengine.model.documents import Json, PolicyDocument
from policyengine.organization.tree import Entity
from policyengine.plan.known import Known, Minutes
from policyengine.plan.runs import Runs
from policyengine.source import Span
from policyengine.value import thing, value

ConditionOperator = Literal["string_equals", "string_not_equals", "string_like", "string_not_like"]


class Origin(NamedTuple):
    """Where a value comes from; `span` is None for a raw document."""

    policy: PolicyDocument
    entity: Entity
    span: Span | None


@value
class Target:
    """A vault by its ARN. `region` and `account` may be AWS's placeholders `$region` and `$account`."""

    arn: str
    partition: str
    region: str
    account: str
    name: str


@thing
class Copy:
    """A copy action. `target` is None where the ARN is none of a vault.

    `retention` is inherited from the rule where the copy sets none (facts 4.3).
    """

    path: str
    rule: str
    plan: str
    arn: str
    target: Target | None
    retention: Minutes
    inherits_retention: bool
    cold_after: Minutes
    archive: bool


@thing
class Rule:
    """A rule of a plan and its document. `schedule` is the default where none is set.

    `runs` are those that AWS starts from the moment of reading on, with the other rules of the plan around, and
    `interval` is the longest time without one (`runs.interval`); both unknown where the schedule cannot be read.
    """

    path: str
    name: str
    plan: str
    schedule: str
    runs: Known[Runs]
    interval: Known[Minutes]
    start_within: Minutes
    complete_within: Minutes
    retention: Minutes
    cold_after: Minutes
    archive: bool
    continuous: bool
    vault: str
    air_gapped: Target | None
    copies: tuple[Copy, ...]
    tags: Mapping[str, str]
    index: tuple[str, ...]
    document: Mapping[str, Json] = field(repr=False)


@value
class Condition:
    """An entry of a selection's conditions."""

    path: str
    operator: ConditionOperator
    key: str
    value: str

    @property
    def asks(self) -> tuple[str, str, str]:
        """All of it that AWS Backup knows: the name in its path is the policy's alone."""
        return self.operator, self.key, self.value


@thing
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
        """Whether it lists the types itself, so that what is said of a type is surely said of this selection."""
        return bool(self.types) and "*" not in self.types

    @property
    def has_only_continuous(self) -> bool:
        """Whether every type that it can select surely has continuous backup (facts 1.4.1), whatever is opted in."""
        features = resource_features()
        return all(kind in features and features[kind].continuous == "yes" for kind in self.reach)


@thing
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
        """Whether every type that they can select surely has continuous backup (facts 1.4.1), whatever is opted in."""
        return all(selection.has_only_continuous for selection in self.selections)


@thing
class Plan:
    """A plan and its document. `node` is its state in the merge, None where nobody saw the making (`last_valid`).

    Plans that have a rule or their selections in common share them. `origins` keeps who set what, by path, once
    somebody asked (`origins.origins`).
    """

    path: str
    name: str
    regions: tuple[str, ...]
    rules: tuple[Rule, ...]
    reach: Reach
    tags: Mapping[str, str]
    windows_vss: bool
    document: Mapping[str, Json] = field(repr=False)
    node: Node | None
    origins: dict[str, tuple[Origin, ...]] = field(default_factory=dict, repr=False)

    @property
    def lifecycles(self) -> Iterator[Rule | Copy]:
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
