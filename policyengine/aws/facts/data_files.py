"""The data files of facts, each with source and date, read when they are first needed: quotas, defaults, usage types.

What needs more than a table to read stands in a module of its own beside this one.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULT_VAULT = "Default"
"""The vault that AWS Backup has in each Region of an account, from the first visit to its console on (facts 4.1)."""


def read_data(name: str) -> Any:  # noqa: ANN401 - JSON
    """The content of a data file of this folder, `limits.json`, read anew at each call."""
    return json.loads(files("policyengine.aws.facts").joinpath(name).read_text(encoding="utf-8"))


@cache
def limits() -> Mapping[str, int]:
    """AWS's quotas and bounds: `limits()["policy_characters"]` is 10,000 (semantics.md section 8, facts 7.1)."""
    return MappingProxyType(read_data("limits.json")["limits"])


@cache
def price_list_usage() -> Mapping[str, tuple[str, tuple[str, ...]]]:
    """The item and the resource types that each usage type of AWS's price lists is paid for (facts 14.4).

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
