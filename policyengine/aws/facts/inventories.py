"""The contents of inventories of resources: ARNs by resource type, and the paths of AWS Config's items."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, NamedTuple

from policyengine.aws.facts.data_files import read_data

Path = tuple[str, ...]

SUPPLEMENTARY = "supplementary"
"""The first step of paths that begin in `supplementaryConfiguration` and not in `configuration`."""


class SharedArn(NamedTuple):
    """Types that share the ARN of clusters: their names, and which of them an engine or another type name means."""

    types: tuple[str, ...]
    engines: Mapping[str, str]
    named: Mapping[str, str]


class ConfigPaths(NamedTuple):
    """Where Config keeps the facts of a resource type: by the fact's name, and the identifiers of its parents.

    `parents` has each path with the ARN of the parent, in which `{id}`, `{account}`, `{region}` and `{partition}` are
    to be filled in; `related` has the same by Config's type of a relationship.
    """

    facts: Mapping[str, tuple[Path, ...]]
    parents: Mapping[Path, str]
    related: Mapping[str, str]


class ParentTags(NamedTuple):
    """Tags that name the resource that another belongs to.

    `stack` holds the ARN of a stack; a key that begins with `cluster` ends with the name of an EKS cluster, on volumes
    that have one of the keys `volume` (facts 3.17).
    """

    stack: str
    cluster: str
    volume: frozenset[str]


class BlindSpots(NamedTuple):
    """The gaps of a kind of inventory: items of `types`, resources without tags, and more, in words."""

    types: tuple[str, ...]
    untagged: bool
    lacks: tuple[str, ...]


@cache
def type_patterns() -> Mapping[str, re.Pattern[str]]:
    """The pattern after the account in the ARNs of a service that AWS Backup backs up.

    The group that fits is the type.
    """
    return {
        service: re.compile("|".join(f"(?P<{name}>{pattern})" for pattern, name in patterns.items()), re.IGNORECASE)
        for service, patterns in _inventories()["arns"].items()
    }


@cache
def arn_forms() -> Mapping[str, Mapping[str, str]]:
    """The regular expressions of `type_patterns` as texts, each with its type, by service."""
    forms: Mapping[str, Mapping[str, str]] = _inventories()["arns"]
    return forms


@cache
def kind_words() -> Mapping[str, str]:
    """The words that ARNs begin with behind the account, as AWS writes them, by the same in lower case."""
    patterns = (pattern for patterns in _inventories()["arns"].values() for pattern in patterns)
    words = (re.split("[:/]", pattern)[0] for pattern in patterns if pattern[0].isalpha())
    return {word.lower(): word for word in words}


@cache
def shared_arn() -> SharedArn:
    """The types whose clusters share one form of ARN (facts 2.2, 2.3.3a)."""
    raw = _inventories()["shared"]
    return SharedArn(tuple(raw["types"]), MappingProxyType(raw["engines"]), MappingProxyType(raw["named"]))


@cache
def engines_without_backups() -> Mapping[str, frozenset[str]]:
    """By type, the engines (in lower case) whose resources of the type AWS Backup does not back up (facts 2.2)."""
    return {name: frozenset(engines) for name, engines in _inventories()["not_backed_up"].items()}


@cache
def engines_without_size() -> tuple[str, ...]:
    """Prefixes, in lower case, of engines whose databases are listed with 1 GB for an unknown size (facts 14.6)."""
    return tuple(_inventories()["without_size"])


@cache
def config_paths(resource_type: str) -> ConfigPaths:
    """The paths of facts in Config's items of a resource type such as `AWS::EC2::Volume`; empty for others."""
    raw, related = _inventories()["config"].get(resource_type, {}), _inventories()["relationships"]
    facts = {key: tuple(map(_path, paths)) for key, paths in raw.items() if key != "parents"}
    parents = {_path(path): arn for path, arn in raw.get("parents", {}).items()}
    return ConfigPaths(facts, parents, related["*"] | related.get(resource_type, {}))


@cache
def config_types() -> tuple[str, ...]:
    """The resource types of AWS Config whose items are read."""
    return tuple(_inventories()["config"])


@cache
def parent_tags() -> ParentTags:
    """The tags from which parents are known."""
    raw = _inventories()["parent_tags"]
    return ParentTags(raw["stack"], raw["cluster"], frozenset(raw["volume"]))


@cache
def hidden_from(source: str) -> BlindSpots:
    """The gaps of a kind of inventory; none for kinds that nobody knows (facts 14.1, 14.2)."""
    raw = _inventories()["not_visible"].get(source, {})
    return BlindSpots(tuple(raw.get("types", ())), raw.get("untagged", False), tuple(raw.get("lacks", ())))


def _path(text: str) -> Path:
    return tuple(text.split("."))


@cache
def _inventories() -> Any:  # noqa: ANN401 - JSON
    return read_data("inventories.json")
