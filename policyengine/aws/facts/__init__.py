"""What AWS documents: Regions, resource types and their features, quotas. Data files with source and date.

A data file is read when it is first needed. Nothing here judges a policy.
"""

from __future__ import annotations

import json
from functools import cache, lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from policyengine.base.records import Record

if TYPE_CHECKING:
    from collections.abc import Mapping

PARTITIONS = ("aws", "aws-cn", "aws-us-gov")

# `some`: a name of the language can stand for several AWS types, and not all of them have the feature. `unknown`: AWS
# does not say, or contradicts itself, so that no check may report anything.
Availability: TypeAlias = Literal["yes", "no", "some", "unknown"]
Support: TypeAlias = Literal["yes", "no", "some", "unknown", "advanced"]
ColdSupport: TypeAlias = Literal["yes", "no", "some", "unknown", "advanced", "archive"]
Incremental: TypeAlias = Literal["yes", "no", "unknown"]
ColdForm: TypeAlias = Literal["none", "full", "incremental"]
RegionFeature: TypeAlias = Literal[
    "backup_policies", "cross_region_copy", "cross_account_copy", "air_gapped_vault", "search", "malware_scan"
]

_WORST_FIRST: tuple[Availability, ...] = ("no", "some", "unknown", "yes")


class Features(Record):
    """What AWS Backup can do for one resource type of the language (facts 2.1 to 2.3).

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


DEFAULT_VAULT = "Default"
"""The vault that AWS Backup has in each Region of an account, from the first visit to its console on (facts 4.1)."""

CLUSTERS_OF_RDS = "Multi-AZ clusters of RDS"
"""What types with `opt_in_perhaps` share their pattern with: it has no name in the language (facts 2.3.3a)."""


@cache
def regions() -> Mapping[str, str]:
    """Every Region code with its partition: `{"eu-west-1": "aws", ...}`, of all partitions in `PARTITIONS`."""
    by_partition = read_data("regions.json")["regions"]
    return MappingProxyType({code: partition for partition, codes in by_partition.items() for code in codes})


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
    """What AWS Backup can do for a resource type: `features("EBS").cold` is `archive`.

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


@lru_cache(maxsize=4096)
def available(feature: RegionFeature, region: str, name: str = "*") -> Availability:
    """Whether a Region has a feature (facts 2.4) for a resource type or, with `*`, for any.

    `no` is certain. `unknown` where AWS contradicts itself, and for a Region that is not in `regions()`. Whether the
    type has the feature in any Region is a question to `features`.
    """
    if region not in regions():
        return "unknown"
    lacking = _lacking()[feature]
    return _worst(lacking.get((region, "*"), "yes"), lacking.get((region, name), "yes"))


@lru_cache(maxsize=4096)
def copy_between(source: str, target: str, name: str = "*") -> Availability:
    """Whether backups can be copied from a Region to another: never out of a partition (facts 2.4).

    For a resource type or, with `*`, for any; the answers mean what those of `available` do.
    """
    if source == target:
        return "yes"
    if source in regions() and target in regions() and regions()[source] != regions()[target]:
        return "no"
    return _worst(available("cross_region_copy", source, name), available("cross_region_copy", target, name))


@cache
def limits() -> Mapping[str, int]:
    """AWS's quotas and bounds: `limits()["policy_characters"]` is 10,000 (semantics.md section 8, facts 7.1)."""
    return MappingProxyType(read_data("limits.json")["limits"])


@cache
def price_list_usage() -> Mapping[str, tuple[str, tuple[str, ...]]]:
    """What usage types of AWS's price lists are paid for, and of which resource types (facts 14.4).

    `EBS:SnapshotUsage` is `("warm", ("EBS", "EC2", "StorageGateway"))`. Those of AWS Backup itself are no part of it.
    """
    usage = read_data("price_list.json")["usage_types"]
    return MappingProxyType({name: (item, tuple(types)) for name, (item, types) in usage.items()})


@cache
def adjustable_limits() -> frozenset[str]:
    """The names in `limits()` that AWS raises on request, so that exceeding them is not certainly wrong (facts 7.1)."""
    return frozenset(read_data("limits.json")["adjustable"])


@cache
def default_schedule() -> str:
    """The schedule of a rule that sets none, as `cron(...)`: 05:00 UTC daily (facts 1.1.15)."""
    schedule: str = read_data("limits.json")["default_schedule"]
    return schedule


@cache
def _lacking() -> Mapping[str, Mapping[tuple[str, str], Availability]]:
    """For each feature the (Region, type) pairs that lack it, `*` for all types, and how far: `no`, `some`..."""
    return {
        feature: {
            (region, name): availability
            for entry in entries
            for name, availability in entry["types"].items()
            for region in entry["regions"]
        }
        for feature, entries in read_data("region_features.json")["missing"].items()
    }


def _worst(*answers: Availability) -> Availability:
    return min(answers, key=_WORST_FIRST.index)


def read_data(name: str) -> Any:  # noqa: ANN401 - JSON
    """The content of a data file of this folder, `limits.json`, read anew at each call: for the modules of facts."""
    return json.loads(files(__name__).joinpath(name).read_text(encoding="utf-8"))
