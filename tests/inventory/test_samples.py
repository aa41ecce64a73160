"""A sample of each kind of list, with what is read of it."""

from __future__ import annotations

import gzip
import json
from datetime import timedelta
from pathlib import Path

import pytest
from inventory.lists import AT, normalised, outcome
from msgspec.structs import replace

from policyengine.aws.resources import InventorySettings, NotVisible
from policyengine.aws.resources.gathering import unknown_accounts

SAMPLES = Path(__file__).parent / "samples"
SETTINGS = InventorySettings(columns={"arn": "resource"})
GOLDEN = Path(__file__).parent / "golden.json"


def of(name: str) -> str:
    return (SAMPLES / name).read_text(encoding="utf-8")


def settings_of(name: str) -> InventorySettings:
    return SETTINGS if name == "table.csv" else InventorySettings()


def test_every_sample_reads_as_before() -> None:
    found = {
        file.name: [
            normalised(one) for one in outcome(file.read_text(), settings=settings_of(file.name)).value.resources
        ]
        for file in sorted(SAMPLES.iterdir())
    }
    assert found == json.loads(GOLDEN.read_text(encoding="utf-8"))


@pytest.mark.parametrize("file", sorted(SAMPLES.iterdir()), ids=lambda file: file.name)
def test_a_packed_file_says_the_same(file: Path) -> None:
    settings = settings_of(file.name)
    packed = gzip.compress(file.read_bytes()[:50]) + gzip.compress(file.read_bytes()[50:])
    assert outcome(packed, settings=settings) == outcome(file.read_bytes(), settings=settings)


def test_protected_resources_are_no_inventory_of_their_own() -> None:
    inventory = outcome(of("protected-resources.json")).value
    assert inventory.resources == ()
    assert inventory.recovery_points is not None
    assert {arn: last and last.day for arn, last in inventory.recovery_points.items()} == {
        "arn:aws:s3:::orders": 23,
        "arn:aws:s3:::logs": None,
    }
    assert outcome(of("tagging-api.json")).value.recovery_points is None


def test_an_answer_says_what_its_lists_cannot_see() -> None:
    inventory = outcome(of("config-query.json"), of("tagging-api.json"), of("resource-explorer.json")).value
    hidden = ("DSQL", "FSx", "FSxVolume", "StorageGateway", "Timestream", "VirtualMachine")
    assert [replace(spots, lacks=()) for spots in inventory.not_visible] == [
        NotVisible("config", hidden),
        NotVisible("resource-explorer", ()),
        NotVisible("tagging-api", (), untagged=True),
    ]
    assert all(spots.lacks for spots in inventory.not_visible)
    assert inventory.unlisted == frozenset()
    assert outcome(of("config-query.json")).value.unlisted == set(hidden)


@pytest.mark.parametrize("between", ["\n", "\n\n", " "])
def test_pages_may_follow_each_other(between: str) -> None:
    pages = between.join([of("config-query.json"), of("tagging-api.json"), of("protected-resources.json")])
    assert len(outcome(pages).value.resources) == 5
    assert len(outcome(f"[{of('config-query.json')}, {of('tagging-api.json')}]").value.resources) == 5


def test_items_of_a_query_may_stand_on_lines_of_their_own() -> None:
    lines = "\n".join(json.loads(of("config-query.json"))["Results"])
    assert outcome(lines) == outcome(of("config-query.json"))


def test_an_inventory_is_as_old_as_its_latest_capture() -> None:
    week = InventorySettings(max_age=timedelta(days=3))
    assert [found.name for found in outcome(of("config-query.json"), settings=week).diagnostics] == ["inventory-stale"]
    assert outcome(of("config-snapshot.json"), settings=week).diagnostics == ()
    assert outcome(of("tagging-api.json"), settings=week).diagnostics == ()


@pytest.mark.parametrize(
    ("hours", "most", "words"),
    [(36, 24, "36 hours old, and `max_age` is 24 hours"), (84, 72, "3.5 days old, and `max_age` is 3 days")],
)
def test_ages_are_said_in_hours_or_days(hours: int, most: int, words: str) -> None:
    row = {"arn": "arn:aws:s3:::logs", "captured_at": (AT - timedelta(hours=hours)).isoformat()}
    settings = InventorySettings(max_age=timedelta(hours=most))
    (found,) = outcome(json.dumps(row), settings=settings).diagnostics
    assert found.message == f"the inventory inventory-1 is {words}"
    assert outcome(json.dumps(row), settings=InventorySettings(max_age=timedelta(hours=hours))).diagnostics == ()


@pytest.mark.parametrize(
    ("hours", "words"),
    [(1, None), (36, "36 hours"), (24 * 20, "20 days")],
)
def test_a_capture_after_the_moment_of_judging_is_said(hours: int, words: str | None) -> None:
    later = {"arn": "arn:aws:s3:::logs", "captured_at": (AT + timedelta(hours=hours)).isoformat()}
    earlier = {"arn": "arn:aws:s3:::texts", "captured_at": (AT - timedelta(days=90)).isoformat()}
    listed = "\n".join(map(json.dumps, (later, earlier)))
    found = outcome(listed, settings=InventorySettings(max_age=timedelta(days=7))).diagnostics
    said = f"the inventory inventory-1 was captured {words} after the moment of judging, 2026-09-24T00:00:00Z"
    assert [(one.name, one.message) for one in found] == ([("inventory-ahead", said)] if words else [])


def test_accounts_that_nobody_knows_are_counted_and_stay() -> None:
    inventory = outcome(of("config-query.json"), of("tagging-api.json")).value
    assert [one.message for one in unknown_accounts(inventory.by_account, {"222222222222"})] == [
        "4 resources are of an account that the snapshot does not know: `111111111111`",
        "1 resource is of an account that neither the inventory nor the ARN names",
    ]
    assert len(inventory.resources) == 5
    listed = outcome(of("config-query.json")).value
    assert [*unknown_accounts(listed.by_account, {"111111111111"})] == []


TABLE_ARN = "arn:aws:dynamodb:eu-west-1:111111111111:table/orders"


def item(status: str = "OK", captured: str | None = "2026-09-20T00:00:00Z") -> str:
    """An item of a snapshot of Config about one table."""
    about = {"ARN": TABLE_ARN, "awsAccountId": "111111111111", "awsRegion": "eu-west-1", "tags": {}}
    moment = {"configurationItemCaptureTime": captured, "configurationItemStatus": status}
    return json.dumps({"fileVersion": "1.0", "configurationItems": [about | moment]})


DELETED, LATER = item("ResourceDeleted", "2026-09-21T00:00:00Z"), item(captured="2026-09-22T00:00:00Z")


@pytest.mark.parametrize(
    ("lists", "there"),
    [
        pytest.param([item(), DELETED], False, id="deleted after it was captured"),
        pytest.param([DELETED, item()], False, id="the same, read in another order"),
        pytest.param([item(), DELETED, LATER], True, id="made again"),
        pytest.param([LATER, DELETED], True, id="made again before it is read"),
        pytest.param([item(captured=None), DELETED], False, id="no capture, deleted later"),
        pytest.param([DELETED, item(captured=None)], True, id="deleted, then listed without a capture"),
        pytest.param([item("ResourceDeletedNotRecorded"), f"arn\n{TABLE_ARN}\n"], True, id="listed by another list"),
    ],
)
def test_what_was_deleted_last_is_not_there(lists: list[str], there: bool) -> None:  # noqa: FBT001 - a case
    assert bool(outcome(*lists).value.resources) is there


def test_an_account_that_is_gone_is_no_repeated_record() -> None:
    assert outcome(DELETED).diagnostics == ()
    assert [found.name for found in outcome(item(), DELETED).diagnostics] == ["inventory-arn-repeated"]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (
            "ARN:AWS:DynamoDB:EU-West-1:111111111111:Table/Orders",
            "arn:aws:dynamodb:eu-west-1:111111111111:table/Orders",
        ),
        ("arn:aws:RDS:eu-west-1:111111111111:DB:orders", "arn:aws:rds:eu-west-1:111111111111:db:orders"),
        ("arn:aws:s3:::Orders", "arn:aws:s3:::Orders"),
        (
            "arn:aws:cloudformation:EU-WEST-1:111111111111:Stack/Shop/AB",
            "arn:aws:cloudformation:eu-west-1:111111111111:stack/Shop/AB",
        ),
    ],
)
def test_arns_in_odd_case_are_read_as_aws_writes_them(written: str, read: str) -> None:
    (resource,) = outcome(f"arn,region\n{written},EU-West-1\n").value.resources
    assert (resource.arn, resource.region) == (read, "eu-west-1")
    assert resource.type
    repeated = outcome(f"arn\n{written}\n{read}\n")
    assert len(repeated.value.resources) == 1
    assert [found.name for found in repeated.diagnostics] == ["inventory-arn-repeated"] * (len(repeated.diagnostics))


def test_a_parent_and_a_recovery_point_in_odd_case() -> None:
    volume, instance = (f"arn:aws:ec2:eu-west-1:111111111111:{kind}/x" for kind in ("volume", "instance"))
    listed = json.dumps({"Results": [{"ResourceArn": volume.replace("volume", "Volume"), "ResourceType": "EBS"}]})
    inventory = outcome(f"arn,parents\n{volume},{instance.replace('aws', 'AWS')}\n", listed).value
    assert inventory.resources[0].parents == (instance,)
    assert inventory.recovery_points == {volume: None}


@pytest.mark.parametrize(
    ("engine", "size"), [("aurora-mysql", None), ("docdb", None), ("neptune", None), ("mysql", 1), ("", 1)]
)
@pytest.mark.parametrize("kind", ["DBCluster", "DBInstance"])
def test_one_gigabyte_of_a_database_that_grows_is_no_size(kind: str, engine: str, size: float | None) -> None:
    arn = f"arn:aws:rds:eu-west-1:111111111111:{'cluster' if kind == 'DBCluster' else 'db'}:x"
    about = {"arn": arn, "awsRegion": "eu-west-1", "resourceType": f"AWS::RDS::{kind}"}
    items = [about | {"configuration": {"engine": engine, "allocatedStorage": gigabytes}} for gigabytes in (1, 500)]
    sizes = [outcome(json.dumps({"Results": [json.dumps(each)]})).value.resources[0].size_gb for each in items]
    assert sizes == [size, 500]
