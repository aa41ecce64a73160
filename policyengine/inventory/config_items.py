"""Items of AWS Config, from queries and from snapshots, as resources (facts 14.1).

The item of a query is a JSON text, that of a snapshot an object with an ARN in capitals and tags as an object; in both
`configuration` and the parts of `supplementaryConfiguration` may be JSON texts in their turn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from policyengine.aws.arns import is_arn
from policyengine.aws.documents import Json
from policyengine.aws.facts.inventories import SUPPLEMENTARY, ConfigPaths, config_paths
from policyengine.aws.resources import Resource
from policyengine.aws.resources.building import resource_of
from policyengine.aws.resources.identity import identify
from policyengine.inventory.record_values import (
    ColumnValues,
    RecordError,
    account_of,
    arn_of,
    flag_of,
    found_words,
    json_of,
    moment_of,
    size_of,
    tags_of,
    text_of,
)

SOURCE = "config"
_DELETED = "ResourceDeleted"  # also `ResourceDeletedNotRecorded`
_NESTED = {dict, list}
_BYTES = 1 << 30  # of a GB
_FACTS = {"backup_window", "maintenance_window", "versioning"}


class ConfigItems:
    """Reads items of AWS Config."""

    def __init__(self) -> None:
        self._account = ColumnValues(account_of, "accountId")
        self._captured = ColumnValues(moment_of, "configurationItemCaptureTime")
        self._created = ColumnValues(moment_of, "resourceCreationTime")

    def resource(self, item: dict[str, Json]) -> Resource | None:
        """The resource of an item; None for a deleted one, and for what has no ARN, such as compliance with a rule.

        Raises `RecordError`.
        """
        get = item.get
        status, kind = get("configurationItemStatus"), get("resourceType")
        if isinstance(status, str) and status.startswith(_DELETED):
            return None
        arn = _arn(item)
        if arn is None:
            return None
        place = _Place(arn, self._account.of(get("awsAccountId") or get("accountId")), get("awsRegion"))
        paths = config_paths(kind if isinstance(kind, str) else "")
        fields = _facts(item, paths) if paths.facts else {}
        created = fields.pop("created", None) or self._created.of(get("resourceCreationTime"))
        resource = resource_of(
            arn,
            source=SOURCE,
            account=place.account,
            region=text_of(place.region, "awsRegion"),
            named=kind if isinstance(kind, str) else None,
            tags=tags_of(get("tags"), "tags"),
            created=created,
            parents=tuple(dict.fromkeys(_parents(item, paths, place))),
            captured_at=self._captured.of(get("configurationItemCaptureTime")),
            **fields,
        )
        if resource is None:
            raise RecordError("arn", f"expected the ARN of a resource, found {found_words(arn)}")
        return resource


class _Place(NamedTuple):
    """What the ARNs of parents are built from."""

    arn: str
    account: str | None
    region: Json

    def fill(self, form: str, name: str) -> str | None:
        """The ARN of a form with a name; None for what AWS Backup has no type of."""
        identity = identify(self.arn)
        if identity is None or identity.type is None:
            return None
        region = self.region if isinstance(self.region, str) else identity.region
        return f"{_head(form, identity.partition, self.account or identity.account, region)}{name}"


@lru_cache(maxsize=32_768)
def _head(form: str, partition: str, account: str | None, region: str | None) -> str:
    """What stands before the name in a form of ARNs."""
    return form.removesuffix("{id}").format(partition=partition, account=account, region=region)


def _arn(item: dict[str, Json]) -> str | None:
    arn = item.get("arn") or item.get("ARN")
    if arn is None:
        name = item.get("resourceId")
        return name if isinstance(name, str) and is_arn(name) else None
    return arn_of(arn, "arn")


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


def _facts(item: dict[str, Json], paths: ConfigPaths) -> dict[str, Any]:
    """The fields of the resource that the configuration has, and `facts`."""
    configuration = item.get("configuration")
    if configuration.__class__ is str:
        configuration = json_of(configuration, "configuration")
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


def _parents(item: dict[str, Json], paths: ConfigPaths, place: _Place) -> Iterator[str]:
    """The ARNs of what the item belongs to, by its configuration and its relationships."""
    for path, form in paths.parents.items():
        configuration = item.get("configuration")
        for name in _at(json_of(configuration, "configuration"), path):
            if name and isinstance(name, str) and (arn := place.fill(form, name)):
                yield arn
    related = item.get("relationships")
    for entry in related if isinstance(related, list) else ():
        kind = entry.get("resourceType") if isinstance(entry, dict) else None
        if isinstance(kind, str) and kind in paths.related and isinstance(entry, dict):
            name = entry.get("resourceId")
            if name and isinstance(name, str) and (arn := place.fill(paths.related[kind], name)):
                yield arn


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
