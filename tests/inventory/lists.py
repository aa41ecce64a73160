"""Inventories for the tests: read from texts, and written in the form of each kind of list."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from policyengine.aws.resources import InventorySettings, Resource, ResourceInventory
from policyengine.base.diagnostics import Outcome
from policyengine.inventory import InventoryFile, read_streams

AT = datetime(2026, 9, 24, tzinfo=UTC)


def outcome(*texts: str | bytes, settings: InventorySettings | None = None) -> Outcome[ResourceInventory]:
    """What is read of texts, which are files that were written at `AT`."""
    contents = [text if isinstance(text, bytes) else text.encode() for text in texts]
    files = [InventoryFile(f"inventory-{n}", io.BytesIO(content), AT) for n, content in enumerate(contents, start=1)]
    return read_streams(files, settings or InventorySettings(), at=AT)


def read(*texts: str | bytes, settings: InventorySettings | None = None) -> tuple[Resource, ...]:
    return outcome(*texts, settings=settings).value.resources


def normalised(resource: Resource) -> dict[str, Any]:
    """A resource as JSON, without what nobody looked up."""
    fields = {name: getattr(resource, name) for name in Resource.__slots__}  # type: ignore[attr-defined]
    said = {name: value for name, value in fields.items() if value not in (None, ()) and (name, value) != ("facts", {})}
    return {name: _plain(value) for name, value in said.items()}


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def as_lines(resources: Sequence[Resource]) -> str:
    return "\n".join(json.dumps(normalised(resource)) for resource in resources)


def as_array(resources: Sequence[Resource]) -> str:
    return json.dumps([normalised(resource) for resource in resources], indent=2)


def as_csv(resources: Sequence[Resource]) -> str:
    rows = [normalised(resource) for resource in resources]
    for row in rows:
        row |= {key: json.dumps(row[key]) for key in ("tags", "facts") if key in row}
        row["parents"] = " ".join(row.get("parents", ()))
    names = list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO()
    table = csv.DictWriter(text, names)
    table.writeheader()
    table.writerows(rows)
    return text.getvalue()


def as_query(resources: Sequence[Resource]) -> str:
    return json.dumps(
        {"QueryInfo": {}, "Results": [json.dumps(_item(resource, _pairs("key", "value"))) for resource in resources]}
    )


def as_snapshot(resources: Sequence[Resource]) -> str:
    items = [_item(resource, dict) for resource in resources]
    for item in items:
        item |= {"ARN": item.pop("arn"), "awsAccountId": item.pop("accountId")}
    return json.dumps({"fileVersion": "1.0", "configurationItems": items})


def as_explorer(resources: Sequence[Resource]) -> str:
    return json.dumps({"Resources": [_explored(resource) for resource in resources], "ViewArn": "arn:aws:x:::y"})


def as_tagging(resources: Sequence[Resource]) -> str:
    entries = [
        {"ResourceARN": resource.arn, "Tags": _pairs("Key", "Value")(resource.tags or {})} for resource in resources
    ]
    return json.dumps({"ResourceTagMappingList": entries, "PaginationToken": ""})


def as_tag_editor(resources: Sequence[Resource]) -> str:
    keys = sorted({key for resource in resources for key in resource.tags or {}})
    text = io.StringIO()
    table = csv.writer(text, quoting=csv.QUOTE_ALL)
    table.writerow(["Identifier", "Service", "Type", "Region", *(f"Tag: {key}" for key in keys), "Tags", "ARN"])
    for resource in resources:
        tags = resource.tags or {}
        cells = [tags.get(key, "(not tagged)") for key in keys]
        table.writerow(["x", "s", "t", resource.region or "", *cells, str(len(tags)), resource.arn])
    return text.getvalue()


def _pairs(key: str, value: str) -> Callable[[Mapping[str, str]], list[dict[str, str]]]:
    return lambda tags: [{key: name, value: text} for name, text in tags.items()]


def _item(resource: Resource, write: Callable[[Mapping[str, str]], object]) -> dict[str, Any]:
    item = {
        "arn": resource.arn,
        "accountId": resource.account,
        "awsRegion": resource.region,
        "resourceType": "AWS::EC2::Volume" if resource.type == "EBS" else "AWS::Unknown::Type",
        "configurationItemStatus": "OK",
        "configurationItemCaptureTime": resource.captured_at.isoformat() if resource.captured_at else None,
        "resourceCreationTime": resource.created.isoformat() if resource.created else None,
        "configuration": {
            "state": {"value": resource.state},
            "size": resource.size_gb,
            "encrypted": resource.encrypted,
            "kmsKeyId": resource.kms,
            "attachments": [{"instanceId": arn.rpartition("/")[2]} for arn in resource.parents],
        },
    }
    return item if resource.tags is None else item | {"tags": write(resource.tags)}


def _explored(resource: Resource) -> dict[str, Any]:
    tags = _pairs("Key", "Value")(resource.tags or {})
    return {
        "Arn": resource.arn,
        "OwningAccountId": resource.account,
        "Region": resource.region,
        "LastReportedAt": resource.captured_at.isoformat() if resource.captured_at else None,
        "Properties": [] if resource.tags is None else [{"Name": "tags", "Data": tags}],
    }
