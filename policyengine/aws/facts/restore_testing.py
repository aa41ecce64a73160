"""Restore testing: what it can restore and its defaults (facts 13).

A module of facts for each of the services that only some commands look at, as `monitoring` and `audit_controls` are:
they load nothing of the others.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import NamedTuple

from policyengine.aws.facts import _read, regions


class RestoreTestingFacts(NamedTuple):
    """`types` are the names of restore testing by the language's types; it is in Regions of `partitions` alone.

    Points of the last `window_days` are tested, by `schedule`, where a plan says nothing. A point has at most
    `most_tags` tags.
    """

    types: Mapping[str, str]
    partitions: frozenset[str]
    window_days: int
    most_tags: int
    schedule: str


@cache
def restore_testing_facts() -> RestoreTestingFacts:
    """What AWS documents of restore testing."""
    raw = _read("restore_testing.json")
    return RestoreTestingFacts(
        MappingProxyType(raw["types"]),
        frozenset(raw["partitions"]),
        raw["selection_window_days"],
        raw["tags_of_a_point"],
        raw["schedule"],
    )


def has_restore_testing(region: str) -> bool:
    """Whether a Region has restore testing; one that is not known may have it."""
    return regions().get(region, "aws") in restore_testing_facts().partitions
