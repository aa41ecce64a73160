"""The resource types of the language: their ARN patterns, and what AWS Backup can do for each (facts 2.1 to 2.3)."""

from __future__ import annotations

from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, TypeAlias

from policyengine.aws.facts.data_files import read_data
from policyengine.aws.facts.region_features import Availability
from policyengine.base.records import Record

if TYPE_CHECKING:
    from collections.abc import Mapping

Support: TypeAlias = Literal["yes", "no", "some", "unknown", "advanced"]
ColdSupport: TypeAlias = Literal["yes", "no", "some", "unknown", "advanced", "archive"]
Incremental: TypeAlias = Literal["yes", "no", "unknown"]
ColdForm: TypeAlias = Literal["none", "full", "incremental"]

CLUSTERS_OF_RDS = "Multi-AZ clusters of RDS"
"""What types with `opt_in_perhaps` share their pattern with: it has no name in the language (facts 2.3.3a)."""


class Features(Record):
    """The features of AWS Backup for one resource type of the language (facts 2.1 to 2.3).

    Types that share a pattern have `some` where not all resources that it selects have the feature. `advanced` of
    DynamoDB: with the account's advanced features on (facts 2.3.5); `archive` of EBS: with the archive opt-in
    (facts 1.3.13).

    `incremental` says whether a backup holds what changed since an earlier one alone (facts 2.1; for Aurora that of its
    own clusters), `cold_form` what it holds in cold storage (facts 1.3.20), `none` where AWS does not speak of any,
    `full_copies` that a copy under another key holds all (facts 2.1.4).
    """

    copy: Support  # any copy, also within account and Region (facts 2.1.1)
    copy_region: Support
    copy_account: Support
    continuous: Availability
    fully_managed: Support  # AWS Backup keeps the recovery points itself, with encryption of their own
    cold: ColdSupport
    air_gapped: Support
    index: Availability
    opt_in: tuple[str, ...] | None  # AWS's names in the service opt-in; None where they are not confirmed
    opt_in_perhaps: tuple[str, ...]  # names that may apply to other resources of its pattern (facts 2.3.3a)
    incremental: Incremental
    cold_form: ColdForm
    full_copies: bool
    opt_in_always: bool  # the opt-in counts even where a selection names the type (facts 2.3.3)


@cache
def resource_types(partition: str) -> Mapping[str, str]:
    """Each resource type by its name in the language, with its ARN pattern in a partition (language.md 3.5)."""
    patterns = read_data("resource_types.json")["types"]
    return MappingProxyType({name: pattern.replace("{partition}", partition) for name, pattern in patterns.items()})


@cache
def type_of_pattern(partition: str) -> Mapping[str, str]:
    """The inverse of `resource_types`: each ARN pattern of a partition with the language's name for it.

    Of names that share a pattern it has the first: `Aurora` for DocumentDB and Neptune, too.
    """
    return MappingProxyType({pattern: names[0] for pattern, names in types_of_pattern(partition).items()})


@cache
def types_of_pattern(partition: str) -> Mapping[str, tuple[str, ...]]:
    """Each ARN pattern of a partition with all of the language's names for it, in the order of the data file."""
    names: dict[str, tuple[str, ...]] = {}
    for name, pattern in resource_types(partition).items():
        names[pattern] = (*names.get(pattern, ()), name)
    return MappingProxyType(names)


def features(name: str) -> Features:
    """The features of AWS Backup for a resource type: `features("EBS").cold` is `archive`.

    Takes a name of the language, not `*`; raises `KeyError` for anything else.
    """
    return resource_features()[name]


_OTHER_NAMES = {"DSQL": "Aurora DSQL", "RedshiftServerless": "Redshift Serverless"}
"""AWS Backup's names of types whose opt-in nobody knows the name of."""


def backup_name(name: str | None) -> str | None:
    """AWS Backup's name of a resource type, `Storage Gateway` for `StorageGateway`; None for None.

    Takes a name of the language; raises `KeyError` for anything else.
    """
    if name is None or name in _OTHER_NAMES:
        return None if name is None else _OTHER_NAMES[name]
    return (resource_features()[name].opt_in or (name,))[0]


@cache
def resource_features() -> Mapping[str, Features]:
    """The features of every resource type, by the language's names (facts 2.1 to 2.3)."""
    data = read_data("resource_features.json")
    columns, opt_in, always = data["columns"], data["opt_in"], data["opt_in_always"]
    return MappingProxyType(
        {
            name: Features(
                **dict(zip(columns, row, strict=True)),
                opt_in=None if opt_in[name] is None else tuple(opt_in[name]),
                opt_in_perhaps=tuple(data["opt_in_perhaps"].get(name, ())),
                incremental=data["incremental"][name],
                cold_form=data["cold_form"].get(name, "none"),
                full_copies=name in data["full_copies"],
                opt_in_always=name in always,
            )
            for name, row in data["types"].items()
        }
    )
