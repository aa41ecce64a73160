"""A sample of each kind of list, with what is read of it."""

from __future__ import annotations

import gzip
import json
from datetime import timedelta
from pathlib import Path

import pytest
from inventory.lists import AT, normalised, outcome

from policyengine.aws.resources import InventorySettings, NotVisible

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
    assert inventory.not_visible == (NotVisible("config", hidden), NotVisible("tagging-api", (), untagged=True))


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


def test_accounts_that_nobody_knows_are_counted_and_stay() -> None:
    found = outcome(of("config-query.json"), of("tagging-api.json"), accounts={"222222222222"})
    inventory = found.value
    assert [one.message for one in found.diagnostics] == [
        "4 resources are of an account that the snapshot does not know: `111111111111`"
    ]
    assert (inventory.strangers, len(inventory.resources)) == ({"111111111111": 4}, 5)
    assert outcome(of("config-query.json")).value.strangers == {}
