"""Restore testing: the types that it can restore, the partitions that have it, its defaults and limits (facts 13)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import NamedTuple

from policyengine.aws.facts.data_files import read_data
from policyengine.aws.facts.region_features import regions


class RestoreTestingFacts(NamedTuple):
    """AWS's facts on restore testing.

    `types` has its name of each resource type that it can restore, by the language's name; only Regions of `partitions`
    have it. A plan that sets neither tests recovery points of the last `window_days` days, by the cron expression
    `schedule`. A recovery point has at most `most_tags` tags.
    """

    types: Mapping[str, str]
    partitions: frozenset[str]
    window_days: int
    most_tags: int
    schedule: str


@cache
def restore_testing_facts() -> RestoreTestingFacts:
    """The facts, read once."""
    raw = read_data("restore_testing.json")
    return RestoreTestingFacts(
        MappingProxyType(raw["types"]),
        frozenset(raw["partitions"]),
        raw["selection_window_days"],
        raw["tags_of_a_point"],
        raw["schedule"],
    )


def has_restore_testing(region: str) -> bool:
    """Whether a Region has restore testing; a Region that is not in `regions()` counts as one of partition `aws`."""
    return regions().get(region, "aws") in restore_testing_facts().partitions
