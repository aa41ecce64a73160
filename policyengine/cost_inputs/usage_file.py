"""`usage.yaml`: how much of their data resources change in a day, and how large they are where no inventory says it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any, Literal, NamedTuple

from pydantic import Field

from policyengine.analysis.cost import Usage, UsageOverride, UsageRate, UsageTotal
from policyengine.aws.resources.identity import canonical
from policyengine.aws.snapshot import Loc
from policyengine.aws.snapshot.json_or_yaml import schema_of
from policyengine.aws.snapshot.shapes import AccountId, Many, Part, Region, Text
from policyengine.base.source import Source
from policyengine.base.text import listed, quoted, suggestion
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


class KnownPlaces(NamedTuple):
    """What totals may name: paths of units, ids of accounts, Regions, and plans; None where nobody knows all plans."""

    units: Collection[str]
    accounts: Collection[str]
    regions: Collection[str]
    plans: Collection[str] | None


def read_usage(source: Source, known: KnownPlaces) -> Usage:
    """The usage that a file states.

    Raises `ConfigurationError` with all faults and their lines.
    """
    shape = read_data(source, UsageShape, _TITLE, "a mapping with `types` and `totals`")
    if problems := [*_problems(shape, known)]:
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
        tuple(name.lower() for name in total.plans or ()),
    )


def _problems(shape: UsageShape, known: KnownPlaces) -> Iterator[tuple[Loc, str]]:
    for number, override in enumerate(shape.overrides or ()):
        if (override.arn is None) == (override.tag is None):
            yield ("overrides", number), "expected either `arn` or `tag`"
    for number, total in enumerate(shape.totals or ()):
        if (total.account is None) == (total.unit is None):
            yield ("totals", number), "expected either `account` or `unit`"
        yield from ((("totals", number, key), text) for key, text in _unknown_names(total, known))


def _unknown_names(total: Total, known: KnownPlaces) -> Iterator[tuple[str, str]]:
    """What a total names that there is not, by its key."""
    if total.account is not None and total.account not in known.accounts:
        yield "account", "the organization has no such account"
    if total.unit is not None and total.unit not in known.units:
        yield "unit", "the organization has no such unit; write its path, such as `Workloads/Prod`"
    if total.region is not None and total.region not in known.regions:
        yield "region", f"there is no such Region; {suggestion(total.region, known.regions) or 'write its code'}"
    for name in total.plans or ():
        if known.plans is not None and name.lower() not in known.plans:
            advice = suggestion(name.lower(), known.plans) or f"the plans are {listed(sorted(known.plans)) or 'none'}"
            yield "plans", f"no account has the plan {quoted(name)}; {advice}"
