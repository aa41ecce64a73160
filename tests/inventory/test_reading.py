"""Inventories as AWS's commands write them: what each says of a resource."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime

from policyengine.aws.resources import InventorySettings, ResourceInventory
from policyengine.inventory import InventoryFile, read_streams

AT = datetime(2026, 9, 24, tzinfo=UTC)


def read(*texts: str, settings: InventorySettings | None = None) -> ResourceInventory:
    files = [InventoryFile(f"inventory-{n}", io.BytesIO(text.encode()), AT) for n, text in enumerate(texts)]
    return read_streams(files, settings or InventorySettings(), at=AT).value


def test_a_volume_of_a_query_belongs_to_its_instance() -> None:
    item = {
        "arn": "arn:aws:ec2:eu-west-1:111111111111:volume/vol-1",
        "accountId": "111111111111",
        "awsRegion": "eu-west-1",
        "resourceType": "AWS::EC2::Volume",
        "tags": [{"key": "Backup", "value": "daily", "tag": "Backup=daily"}],
        "configuration": {"size": 100, "encrypted": True, "attachments": [{"instanceId": "i-1"}]},
    }
    (volume,) = read(json.dumps({"Results": [json.dumps(item)], "NextToken": "more"})).resources
    assert (volume.type, volume.tags, volume.size_gb, volume.encrypted) == ("EBS", {"Backup": "daily"}, 100, True)
    assert volume.parents == ("arn:aws:ec2:eu-west-1:111111111111:instance/i-1",)


def test_a_row_has_the_columns_of_the_normalised_form() -> None:
    row = {"arn": "arn:aws:s3:::logs", "account": 22222222222, "facts": {"versioning": "Enabled"}, "tags": {}}
    (bucket,) = read(json.dumps(row)).resources
    assert (bucket.type, bucket.account, bucket.tags, bucket.facts) == ("S3", "022222222222", {}, {"versioning": True})
