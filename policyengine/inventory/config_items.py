"""Items of AWS Config, from queries and from snapshots, as resources (facts 14.1).

The item of a query is a JSON text, that of a snapshot an object with an ARN in capitals and tags as an object; in both
`configuration` and the parts of `supplementaryConfiguration` may be JSON texts in their turn.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policyengine.aws.arns import is_arn
from policyengine.aws.documents import Json
from policyengine.aws.facts.inventories import SUPPLEMENTARY, ConfigPaths, config_paths
from policyengine.aws.resources import Resource
from policyengine.aws.resources.building import resource_of
from policyengine.aws.resources.identity import identify
from policyengine.inventory.record_values import (
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
_BYTES = 1 << 30  # of a GB
_FACTS = ("backup_window", "maintenance_window")


def config_resource(item: dict[str, Json]) -> Resource | None:
    """The resource of an item; None for a deleted one, and for what has no ARN, such as compliance with a rule."""
    status, kind = item.get("configurationItemStatus"), item.get("resourceType")
    if isinstance(status, str) and status.startswith(_DELETED):
        return None
    arn = _arn(item)
    if arn is None:
        return None
    account = account_of(item.get("awsAccountId") or item.get("accountId"), "awsAccountId")
    region = text_of(item.get("awsRegion"), "awsRegion")
    fields: dict[str, Any] = {}
    paths = config_paths(kind) if isinstance(kind, str) else config_paths("")
    parents = tuple(dict.fromkeys(_parents(item, paths, arn, account, region)))
    if paths.facts:
        fields = _facts(item, paths)
    created = fields.pop("created", None) or moment_of(item.get("resourceCreationTime"), "resourceCreationTime")
    resource = resource_of(
        arn,
        source=SOURCE,
        account=account,
        region=region,
        named=kind if isinstance(kind, str) else None,
        tags=tags_of(item.get("tags"), "tags"),
        created=created,
        parents=parents,
        captured_at=moment_of(item.get("configurationItemCaptureTime"), "configurationItemCaptureTime"),
        **fields,
    )
    if resource is None:
        raise RecordError("arn", f"expected the ARN of a resource, found {found_words(arn)}")
    return resource


def _arn(item: dict[str, Json]) -> str | None:
    arn = item.get("arn") or item.get("ARN")
    if arn is None:
        name = item.get("resourceId")
        return name if isinstance(name, str) and is_arn(name) else None
    return arn_of(arn, "arn")


def _configuration(item: dict[str, Json], name: str) -> Json:
    return json_of(item.get(name), name)


def _facts(item: dict[str, Json], paths: ConfigPaths) -> dict[str, Any]:
    """The fields of the resource that the configuration has, and `facts`."""
    configuration = _configuration(item, "configuration")
    found = {}
    for key, ways in paths.facts.items():
        for path in ways:
            root = _configuration(item, "supplementaryConfiguration") if path[0] == SUPPLEMENTARY else configuration
            value = next(_at(root, path[1:] if path[0] == SUPPLEMENTARY else path), None)
            if value is not None:
                found[key] = value
                break
    fields: dict[str, Any] = {
        "state": text_of(found.get("state"), "configuration.state"),
        "engine": text_of(found.get("engine"), "configuration.engine"),
        "created": moment_of(found.get("created"), "configuration.created"),
        "size_gb": size_of(found.get("size_gb"), "configuration.size"),
        "encrypted": flag_of(found.get("encrypted"), "configuration.encrypted"),
        "kms": text_of(found.get("kms"), "configuration.kmsKeyId"),
    }
    if (size := size_of(found.get("bytes"), "configuration.tableSizeBytes")) is not None:
        fields["size_gb"] = size / _BYTES
    facts: dict[str, Json] = {key: found[key] for key in _FACTS if key in found}
    if "versioning" in found:
        facts["versioning"] = found["versioning"] == "Enabled"
    return {**fields, "facts": facts}


def _parents(
    item: dict[str, Json], paths: ConfigPaths, arn: str, account: str | None, region: str | None
) -> Iterator[str]:
    """The ARNs of what the item belongs to, by its configuration and its relationships."""
    identity = identify(arn)
    if identity is None or identity.type is None:
        return
    places = {
        "partition": identity.partition,
        "account": account or identity.account,
        "region": region or identity.region,
    }
    for path, form in paths.parents.items():
        for name in _at(_configuration(item, "configuration"), path):
            if isinstance(name, str) and name:
                yield form.format(id=name, **places)
    related = item.get("relationships")
    for entry in related if isinstance(related, list) else ():
        kind = entry.get("resourceType") if isinstance(entry, dict) else None
        form = paths.related.get(kind, "") if isinstance(kind, str) else ""
        name = entry.get("resourceId") if form and isinstance(entry, dict) else None
        if isinstance(name, str) and name:
            yield form.format(id=name, **places)


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
