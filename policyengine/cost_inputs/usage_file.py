"""`usage.yaml`: how much of their data resources change in a day, and how large they are where no inventory says it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Literal

from pydantic import Field

from policyengine.analysis.cost import Usage, UsageOverride, UsageRate, UsageTotal
from policyengine.aws.resources.identity import canonical
from policyengine.aws.snapshot import Loc
from policyengine.aws.snapshot.json_or_yaml import schema_of
from policyengine.aws.snapshot.shapes import AccountId, Many, Part, Region, Text
from policyengine.base.source import Source
from policyengine.cost_inputs.quantities import ExaminedShare, Quantity, TypeName, located, read_data

_TITLE = "Sizes and change rates of resources, for `policyengine cost`"


class Rate(Part):
    """What is known of the data of resources."""

    daily_change: ExaminedShare | None = Field(None, description="share of the data that changes in a day")
    compression: ExaminedShare | None = Field(None, description="how much of its size a full backup takes; absent: 1")
    backups: Literal["incremental", "full"] | None = Field(None, description="absent: as AWS documents the type")
    copies: Literal["incremental", "full"] | None = Field(None, description="absent: as AWS documents the type")
    advanced: bool | None = Field(None, description="DynamoDB has the advanced features; absent: the snapshot says it")


class TagOfResource(Part):
    """A tag that a resource has."""

    key: Text
    value: str


class OverridingRate(Rate):
    """A rate for a resource, or for those with a tag."""

    arn: Text | None = None
    tag: TagOfResource | None = None


class Total(Part):
    """The size of all resources of a type in an account, or in the accounts below a unit."""

    type: TypeName
    size_gb: Quantity
    account: AccountId | None = None
    unit: str | None = Field(None, description="path of a unit, empty for the root")
    region: Region | None = Field(None, description="absent: the only one that the plans run in")
    resources: int | None = Field(None, ge=1)
    plans: Many[Text] | None = Field(None, description="absent: all that can reach the type")


class UsageShape(Part):
    """Sizes and change rates; nothing is assumed where the file says nothing."""

    version: Literal[1] = 1
    types: dict[TypeName, Rate] | None = None
    overrides: Many[OverridingRate] | None = None
    totals: Many[Total] | None = Field(None, description="in place of an inventory")
    restore_tests: dict[TypeName, Quantity] | None = Field(None, description="tests of a resource in a month, by type")
    audit_evaluations: Quantity | None = Field(None, description="evaluations of controls in a month")


def read_usage(source: Source, units: Callable[[str], bool], accounts: Callable[[str], bool]) -> Usage:
    """The usage that a file states; `units` and `accounts` say which of them the organization has.

    Raises `ConfigurationError` with all faults and their lines.
    """
    shape = read_data(source, UsageShape, _TITLE, "a mapping with `types` and `totals`")
    if problems := [*_problems(shape, units, accounts)]:
        raise located(source, problems)
    return Usage(
        source.name,
        {name: UsageRate(**rate.model_dump()) for name, rate in (shape.types or {}).items()},
        tuple(_override(override) for override in shape.overrides or ()),
        tuple(_total(number, total) for number, total in enumerate(shape.totals or ())),
        shape.restore_tests or {},
        shape.audit_evaluations,
    )


def usage_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a usage file."""
    return schema_of(UsageShape, _TITLE)


def _override(override: OverridingRate) -> UsageOverride:
    tag = (override.tag.key, override.tag.value) if override.tag else None
    return UsageOverride(UsageRate(**override.model_dump(exclude={"arn", "tag"})), canonical(override.arn or ""), tag)


def _total(number: int, total: Total) -> UsageTotal:
    return UsageTotal(
        f"totals[{number}]",
        total.type,
        total.size_gb,
        total.account or "",
        total.unit,
        total.region or "",
        total.resources,
        total.plans or (),
    )


def _problems(
    shape: UsageShape, units: Callable[[str], bool], accounts: Callable[[str], bool]
) -> Iterator[tuple[Loc, str]]:
    for number, override in enumerate(shape.overrides or ()):
        if (override.arn is None) == (override.tag is None):
            yield ("overrides", number), "expected either `arn` or `tag`"
    for number, total in enumerate(shape.totals or ()):
        if (total.account is None) == (total.unit is None):
            yield ("totals", number), "expected either `account` or `unit`"
        elif total.account is not None and not accounts(total.account):
            yield ("totals", number, "account"), "the organization has no such account"
        elif total.unit is not None and not units(total.unit):
            yield (
                ("totals", number, "unit"),
                "the organization has no such unit; write its path, such as `Workloads/Prod`",
            )
