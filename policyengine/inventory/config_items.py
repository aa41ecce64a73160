"""Items of AWS Config, from queries and from snapshots, as resources (facts 14.1).

The item of a query is a JSON text, that of a snapshot an object with an ARN in capitals and tags as an object; in both
`configuration` and the parts of `supplementaryConfiguration` may be JSON texts in their turn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias

from policyengine.aws.arns import is_arn
from policyengine.aws.documents import Json
from policyengine.aws.facts.inventories import (
    SUPPLEMENTARY,
    ConfigPaths,
    config_paths,
    config_types,
    engines_without_size,
)
from policyengine.aws.resources import Resource, resource_of
from policyengine.aws.resources.identity import ArnIdentity, canonical, identify
from policyengine.inventory.record_values import (
    ColumnValues,
    RecordError,
    account_of,
    arn_of,
    flag_of,
    json_of,
    moment_of,
    region_of,
    size_of,
    tags_of,
    text_of,
    value_phrase,
)

SOURCE = "config"
"""What resources of Config have as their source."""

DELETED = "ResourceDeleted"
"""How the status of a deleted resource begins: also `ResourceDeletedNotRecorded`."""

LACKING_ARN = "expected the ARN of a resource, found none; have the query select `arn`"

_NESTED = {dict, list}
_BYTES = 1 << 30  # of a GB
_FACTS = {"backup_window", "maintenance_window", "versioning"}
_READERS: Mapping[str, tuple[Callable[[Json, str], object], str]] = {
    "state": (text_of, "configuration.state"),
    "engine": (text_of, "configuration.engine"),
    "created": (moment_of, "configuration.createTime"),
    "size_gb": (size_of, "configuration.size"),
    "bytes": (size_of, "configuration.tableSizeBytes"),
    "encrypted": (flag_of, "configuration.encrypted"),
    "kms": (text_of, "configuration.kmsKeyId"),
    "backup_window": (text_of, "configuration.preferredBackupWindow"),
    "maintenance_window": (text_of, "configuration.preferredMaintenanceWindow"),
    "versioning": (text_of, "supplementaryConfiguration.BucketVersioningConfiguration"),
}


class DeletedResource(NamedTuple):
    """A resource that was deleted, with the moment when Config noticed, if that is known."""

    arn: str
    when: datetime | None


class ConfigItems:
    """Reads items of AWS Config."""

    def __init__(self) -> None:
        self._account = ColumnValues(account_of, "accountId")
        self._region = ColumnValues(region_of, "awsRegion")
        self._captured = ColumnValues(moment_of, "configurationItemCaptureTime")
        self._created = ColumnValues(moment_of, "resourceCreationTime")

    def resource(self, item: dict[str, Json]) -> Resource | DeletedResource | None:
        """The resource of an item; None for what has no ARN, such as compliance with a rule.

        Raises `RecordError`, also for a resource without its ARN.
        """
        arn = _arn(item)
        status = item.get("configurationItemStatus")
        is_deleted = isinstance(status, str) and status.startswith(DELETED)
        if arn is None:
            if not is_deleted and is_resource(item.get("resourceType")):
                raise RecordError("arn", LACKING_ARN)
            return None
        if is_deleted:
            return DeletedResource(canonical(arn), self._captured.of(item.get("configurationItemCaptureTime")))
        identity = identify(arn)
        if identity is None:
            raise RecordError("arn", f"expected the ARN of a resource, found {value_phrase(arn)}")
        return self._existing(item, arn, identity)

    def _existing(self, item: dict[str, Json], arn: str, identity: ArnIdentity) -> Resource | None:
        """The resource of an item that does not say that it was deleted. Raises `RecordError`."""
        get = item.get
        kind = get("resourceType")
        account = self._account.of(get("awsAccountId") or get("accountId"))
        region = self._region.of(get("awsRegion"))
        paths = config_paths(kind if isinstance(kind, str) else "")
        configuration = get("configuration")
        if configuration.__class__ is str and (paths.facts or paths.parents):
            configuration = json_of(configuration, "configuration")
        fields = _facts(item, configuration, paths) if paths.facts else {}
        place = (identity.partition, identity.account or account, identity.region or region)
        parents = _parents(configuration, get("relationships"), paths, place) if identity.type is not None else ()
        created = fields.pop("created", None) or self._created.of(get("resourceCreationTime"))
        return resource_of(
            arn,
            source=SOURCE,
            account=account,
            region=region,
            named=kind if isinstance(kind, str) else None,
            tags=tags_of(get("tags"), "tags"),
            created=created,
            parents=tuple(parents),
            captured_at=self._captured.of(get("configurationItemCaptureTime")),
            **fields,
        )


def is_resource(kind: Json) -> bool:
    """Whether an item may be of a resource that can be backed up, by its type; so may be one of no type."""
    return not isinstance(kind, str) or kind in config_types()


_Place: TypeAlias = "tuple[str, str | None, str | None]"
"""Partition, account and Region: the beginning of the ARNs of parents."""


@lru_cache(maxsize=32_768)
def _head(form: str, place: _Place) -> str:
    """The beginning of ARNs of a form, up to the name."""
    partition, account, region = place
    return form.removesuffix("{id}").format(partition=partition, account=account, region=region)


def _arn(item: dict[str, Json]) -> str | None:
    arn = item.get("arn") or item.get("ARN")
    if arn is None:
        name = item.get("resourceId")
        return name if isinstance(name, str) and is_arn(name) else None
    return arn_of(arn, "arn")


def _facts(item: dict[str, Json], configuration: Json, paths: ConfigPaths) -> dict[str, Any]:
    """The fields of the resource that the configuration has, and `facts`."""
    fields: dict[str, Any] = {}
    facts: dict[str, Any] = {}
    for key, ways in paths.facts.items():
        for path in ways:
            if path[0] == SUPPLEMENTARY:
                value = _first(json_of(item.get("supplementaryConfiguration"), "supplementaryConfiguration"), path[1:])
            else:
                value = _first(configuration, path)
            if value is not None and value.__class__ not in _NESTED:
                read, name = _READERS[key]
                (facts if key in _FACTS else fields)[key] = read(value, name)
                break
    if fields.get("size_gb") == 1 and (fields.get("engine") or "").lower().startswith(engines_without_size()):
        del fields["size_gb"]
    if "bytes" in fields:
        fields["size_gb"] = fields.pop("bytes") / _BYTES
    if "versioning" in facts:
        facts["versioning"] = facts["versioning"] == "Enabled"
    if facts:
        fields["facts"] = facts
    return fields


def _first(value: Json, path: tuple[str, ...]) -> Json:
    """The first value at a path, None where there is none."""
    for index, step in enumerate(path):
        if value.__class__ is not dict:
            return next(_at(value, path[index:]), None)
        value = value.get(step)
    return value


def _parents(configuration: Json, related: Json, paths: ConfigPaths, place: _Place) -> dict[str, None]:
    """The ARNs of what an item belongs to, by its configuration and its relationships, each once."""
    arns: dict[str, None] = {}
    for path, form in paths.parents.items():
        for name in _at(configuration, path):
            if name and isinstance(name, str):
                arns[_head(form, place) + name] = None
    for entry in related if isinstance(related, list) else ():
        if isinstance(entry, dict):
            kind, name = entry.get("resourceType"), entry.get("resourceId")
            if isinstance(kind, str) and kind in paths.related and name and isinstance(name, str):
                arns[_head(paths.related[kind], place) + name] = None
    return arns


def _at(value: Json, path: tuple[str, ...]) -> Iterator[Json]:
    """The values at a path, through lists and JSON texts."""
    if isinstance(value, list):
        for entry in value:
            yield from _at(entry, path)
    elif not path:
        yield value
    elif isinstance(value, str) and value[:1] in {"{", "["}:
        yield from _at(json_of(value, path[0]), path)
    elif isinstance(value, dict) and path[0] in value:
        yield from _at(value[path[0]], path[1:])
