"""What AWS says about itself: Regions, resource types, quotas. Data files, each with its source and date.

A data file is read when it is first asked for. Nothing here decides anything.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

PARTITIONS = ("aws", "aws-cn", "aws-us-gov")


@cache
def regions() -> Mapping[str, str]:
    """Every Region code with its partition: `{"eu-west-1": "aws", ...}`."""
    by_partition = _read("regions.json")["regions"]
    return MappingProxyType({code: partition for partition, codes in by_partition.items() for code in codes})


@cache
def resource_types(partition: str) -> Mapping[str, str]:
    """The language's name of each resource type with its ARN pattern in a partition (language.md 3.5)."""
    patterns = _read("resource_types.json")["types"]
    return MappingProxyType({name: text.replace("{partition}", partition) for name, text in patterns.items()})


@cache
def limits() -> Mapping[str, int]:
    """Quotas by name: `limits()["policy_characters"]` is 10,000 (semantics.md section 8)."""
    return MappingProxyType(_read("limits.json")["limits"])


def _read(name: str) -> Any:  # noqa: ANN401 - JSON
    return json.loads(files(__name__).joinpath(name).read_text(encoding="utf-8"))
