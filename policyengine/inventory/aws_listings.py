"""Resources in what AWS's lists say: Resource Explorer, the tagging API, and AWS Backup's protected resources."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from policyengine.aws.documents import Json
from policyengine.aws.resources import Resource, resource_of
from policyengine.aws.resources.identity import canonical
from policyengine.inventory.record_values import (
    RecordError,
    account_of,
    arn_of,
    moment_of,
    region_of,
    tags_of,
    text_of,
    value_phrase,
)


class RecoveryPoint(NamedTuple):
    """A resource of which AWS Backup has a recovery point, with the moment of the last one if that is known."""

    arn: str
    last: datetime | None


def explored_resource(entry: dict[str, Json]) -> Resource:
    """A resource of Resource Explorer; its tags are known only where the view has them."""
    arn = arn_of(entry.get("Arn"), "Arn")
    resource = resource_of(
        arn,
        source="resource-explorer",
        account=account_of(entry.get("OwningAccountId"), "OwningAccountId"),
        region=region_of(entry.get("Region"), "Region"),
        named=text_of(entry.get("CfnResourceType") or entry.get("ResourceType"), "ResourceType"),
        tags=_explored_tags(entry.get("Properties")),
        captured_at=moment_of(entry.get("LastReportedAt"), "LastReportedAt"),
    )
    return _required(resource, arn, "Arn")


def _explored_tags(properties: Json) -> Mapping[str, str] | None:
    for entry in properties if isinstance(properties, list) else ():
        if isinstance(entry, dict) and str(entry.get("Name", "")).lower() == "tags":
            return tags_of(entry.get("Data"), "Properties.tags")
    return None


def tagged_resource(entry: dict[str, Json]) -> Resource:
    """A resource of `get-resources` of the tagging API."""
    arn = arn_of(entry.get("ResourceARN"), "ResourceARN")
    resource = resource_of(arn, source="tagging-api", tags=tags_of(entry.get("Tags"), "Tags"))
    return _required(resource, arn, "ResourceARN")


def protected_resource(entry: dict[str, Json]) -> RecoveryPoint:
    """A resource of `list-protected-resources`."""
    arn = arn_of(entry.get("ResourceArn"), "ResourceArn")
    return RecoveryPoint(canonical(arn), moment_of(entry.get("LastBackupTime"), "LastBackupTime"))


def _required(resource: Resource | None, arn: str, path: str) -> Resource:
    if resource is None:
        raise RecordError(path, f"expected the ARN of a resource, found {value_phrase(arn)}")
    return resource
