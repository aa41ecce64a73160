"""Items of AWS Config are to DuckDB what they are to the reader of records."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from inventory.lists import AT, as_query, as_snapshot
from inventory.test_sql_coverage import generated
from inventory.test_staged_lists import project, read_one_by_one, staged, written

from policyengine.aws.resources import Resource, ResourceInventory
from policyengine.inventory import judged_inventory
from policyengine.project import load_project

VOLUME, BUCKET = "AWS::EC2::Volume", "AWS::S3::Bucket"
PLACE = "eu-west-1:111111111111"
ARNS = {
    VOLUME: f"arn:aws:ec2:{PLACE}:volume/v",
    BUCKET: "arn:aws:s3:::b",
    "AWS::EC2::Instance": f"arn:aws:ec2:{PLACE}:instance/i",
    "AWS::RDS::DBInstance": f"arn:aws:rds:{PLACE}:db:d",
    "AWS::DynamoDB::Table": f"arn:aws:dynamodb:{PLACE}:table/t",
    "AWS::Lambda::Function": f"arn:aws:lambda:{PLACE}:function:f",
    "AWS::CloudFormation::Stack": f"arn:aws:cloudformation:{PLACE}:stack/s/1",
}


def item(kind: str, configuration: object = None, **other: object) -> dict[str, Any]:
    own = {"awsRegion": "eu-west-1", "resourceType": kind, "arn": ARNS.get(kind), "configuration": configuration}
    return {"configurationItemStatus": "OK", **own, "tags": [{"key": "env", "value": "x", "tag": "env=x"}], **other}


def supplement(**parts: object) -> dict[str, Any]:
    return {"supplementaryConfiguration": parts}


def rules(*keys: str | None) -> str:
    return json.dumps({"rules": [{"applyServerSideEncryptionByDefault": {"kmsMasterKeyID": key}} for key in keys]})


STACK = {"resourceType": "AWS::CloudFormation::Stack", "resourceId": "arn:aws:cloudformation:x"}
REGULAR = [
    item(VOLUME, {"state": "in-use", "size": 1.5, "encrypted": True, "kmsKeyId": "k", "attachments": []}),
    item(
        VOLUME, {"state": {"value": "in-use"}, "attachments": [{"instanceId": "i-1"}, {"x": 1}, {"instanceId": None}]}
    ),
    item(VOLUME, None, relationships=[{"resourceType": "AWS::EC2::Instance", "resourceId": "i-2"}, STACK, "x", {}]),
    item("AWS::Lambda::Function", "not read", relationships=[STACK], tags=None, accountId=None),
    item("AWS::EC2::Instance", {"state": {"name": "running"}, "launchTime": "2026-01-02T03:04:05.000Z"}),
    item("AWS::RDS::DBInstance", {"engine": "aurora-mysql", "dBClusterIdentifier": "c", "allocatedStorage": 1}),
    item("AWS::DynamoDB::Table", {"tableSizeBytes": 5, "creationDateTime": 1700000000000, "ssedescription": None}),
    item("AWS::CloudFormation::Stack", {"parentId": "arn:aws:cloudformation:x", "stackStatus": "DONE"}, tags=[]),
    item(BUCKET, {}, **supplement(BucketVersioningConfiguration='{"status":"Off"}', x="y")),
    item(BUCKET, {}, **supplement(BucketVersioningConfiguration={"status": "Enabled"})),
    item(BUCKET, {}, **supplement(ServerSideEncryptionConfiguration=rules("alias/aws/ebs"))),
    item(BUCKET, {}, **supplement(ServerSideEncryptionConfiguration=rules(None), BucketVersioningConfiguration="no")),
]
REPEATED = '{"status":"Off","x":[{"a":1,"a":2}]}'
IRREGULAR = [
    item(VOLUME, {"state": ["in-use"]}),
    item(VOLUME, {"state": '{"value":"in-use"}'}),
    item(VOLUME, {"size": -1}),
    item(VOLUME, {"size": "5"}),
    item(VOLUME, {"encrypted": "true"}),
    item(VOLUME, {"createTime": "2026-02-30"}),
    item(VOLUME, {"attachments": {"instanceId": "i-1"}}),
    item(VOLUME, {"attachments": [["x"]]}),
    item(VOLUME, {"attachments": [{"instanceId": ["i-1"]}]}),
    item(VOLUME, '{"state":"in-use"}'),
    item(VOLUME, None, tags="x"),
    item(VOLUME, None, accountId=5),
    item(VOLUME, None, awsRegion=5),
    item(VOLUME, None, arn="vol-1"),
    item(VOLUME, None, arn="arn:aws:EC2:eu-west-1:111111111111:volume/v"),
    item(VOLUME, None, configurationItemCaptureTime=5),
    item("AWS::RDS::DBInstance", {"dBClusterIdentifier": ["c"]}),
    item("AWS::DynamoDB::Table", {"ssedescription": [{"kmsmasterKeyArn": "k"}]}),
    item(BUCKET, {}, supplementaryConfiguration="{}"),
    item(BUCKET, {}, **supplement(BucketVersioningConfiguration=[{"status": "Off"}])),
    item(BUCKET, {}, **supplement(BucketVersioningConfiguration='{"status":1}')),
    item(BUCKET, {}, **supplement(BucketVersioningConfiguration='{"status"')),
    item(BUCKET, {}, **supplement(BucketVersioningConfiguration=REPEATED)),
    item(BUCKET, {}, **supplement(ServerSideEncryptionConfiguration=rules("a", "b"))),
]


def as_results(*items: dict[str, Any]) -> str:
    return json.dumps({"Results": list(map(json.dumps, items)), "QueryInfo": {"SelectFields": [{"Name": "arn"}]}})


def apart(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The items with ARNs of which each stands there once."""
    return [{**one, "arn": f"{one['arn']}{number}"} for number, one in enumerate(items)]


@pytest.mark.parametrize("write", [as_query, as_snapshot], ids=lambda write: write.__name__)
def test_lists_of_resources_are_read_by_duckdb(tmp_path: Path, write: Callable[[list[Resource]], str]) -> None:
    file = written(tmp_path, write(list(generated(5, 60)[1])))
    assert staged(file) == read_one_by_one(file)


@pytest.mark.parametrize(
    "write",
    [
        lambda items: as_results(*items),
        lambda items: json.dumps({"Results": list(map(json.dumps, items))}, indent=4),
        lambda items: json.dumps({"fileVersion": "1", "configurationItems": items}, separators=(",", ":")),
        lambda items: "\n".join(map(json.dumps, items)),
    ],
    ids=["a line", "lines", "a snapshot", "JSON Lines"],
)
def test_regular_items_are_read_by_duckdb(tmp_path: Path, write: Callable[[list[dict[str, Any]]], str]) -> None:
    file = written(tmp_path, write(apart(REGULAR)))
    assert staged(file) == read_one_by_one(file)


@pytest.mark.parametrize("odd", IRREGULAR, ids=json.dumps)
def test_others_are_not(tmp_path: Path, odd: dict[str, Any]) -> None:
    assert staged(written(tmp_path, as_results(REGULAR[5], odd))) is None


def test_items_of_another_kind_are_not(tmp_path: Path) -> None:
    other = {"configurationItemStatus": "OK", "ResourceARN": "arn:aws:s3:::x", "Tags": []}
    assert staged(written(tmp_path, json.dumps({"configurationItems": [item(BUCKET), other]}))) is None


def test_what_was_deleted_and_what_is_no_resource_is_left_out(tmp_path: Path) -> None:
    deleted = item(VOLUME, configurationItemStatus="ResourceDeleted")
    compliance = item("AWS::Config::ResourceCompliance", resourceId="AWS::EC2::Volume/v")
    file = written(tmp_path, as_results(deleted, compliance, item(BUCKET)))
    assert staged(file) == read_one_by_one(file)
    assert [row[0] for row in staged(file) or []] == [ARNS[BUCKET]]


def test_items_without_an_arn_and_pages_without_the_last_are_not(tmp_path: Path) -> None:
    nameless = {key: value for key, value in item(VOLUME).items() if key != "arn"}
    assert staged(written(tmp_path, as_results(item(BUCKET), nameless))) is None
    page = json.loads(as_results(item(BUCKET))) | {"NextToken": "more"}
    assert staged(written(tmp_path, json.dumps(page))) is None


@pytest.mark.parametrize("arn", [ARNS[BUCKET], ARNS[BUCKET].replace("s3", "S3")])
def test_what_was_deleted_in_one_list_of_two_goes_to_the_reader(tmp_path: Path, arn: str) -> None:
    one, two = project(tmp_path) / "1.json", tmp_path / "2.json"
    one.write_text(as_results(item(BUCKET, configurationItemStatus="ResourceDeleted", arn=arn), item(VOLUME)))
    two.write_text(as_results(item(BUCKET)))
    judged, read = (judged_inventory(load_project(tmp_path), [two, one], name, at=AT) for name in ("duckdb", "python"))
    assert judged is not None
    assert read is not None
    assert judged.diagnostics == read.diagnostics
    assert isinstance(read.value, ResourceInventory)
    assert not isinstance(judged.value, ResourceInventory)
    assert judged.value.coverage({}, None).result().resources == len(read.value.resources) == 1
