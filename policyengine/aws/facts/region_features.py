"""The Regions of AWS, and which features of AWS Backup each of them has (facts 2.4)."""

from __future__ import annotations

from functools import cache, lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, TypeAlias

from policyengine.aws.facts.data_files import read_data

if TYPE_CHECKING:
    from collections.abc import Mapping

PARTITIONS = ("aws", "aws-cn", "aws-us-gov")

# `some`: a name of the language can stand for several AWS types, and not all of them have the feature. `unknown`: AWS
# does not say, or contradicts itself, so that no check may report anything.
Availability: TypeAlias = Literal["yes", "no", "some", "unknown"]
RegionFeature: TypeAlias = Literal[
    "backup_policies", "cross_region_copy", "cross_account_copy", "air_gapped_vault", "search", "malware_scan"
]

_WORST_FIRST: tuple[Availability, ...] = ("no", "some", "unknown", "yes")


@cache
def regions() -> Mapping[str, str]:
    """Every Region code with its partition: `{"eu-west-1": "aws", ...}`, of all partitions in `PARTITIONS`."""
    by_partition = read_data("regions.json")["regions"]
    return MappingProxyType({code: partition for partition, codes in by_partition.items() for code in codes})


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
