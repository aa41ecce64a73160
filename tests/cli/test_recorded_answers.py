"""AWS's own answers, through the commands."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cli.command import Command, snapshot_of

TESTS = Path(__file__).parents[1]
ADMISSION = json.loads((TESTS / "aws" / "admission" / "vectors.json").read_text())["cases"]
EFFECTIVE = json.loads((TESTS / "vectors" / "effective.json").read_text())["cases"]


def test_validate_gives_the_recorded_verdicts(policyengine: Command, tmp_path: Path) -> None:
    files = []
    for number, case in enumerate(ADMISSION):
        files.append(tmp_path / f"{number}.json")
        files[-1].write_text(json.dumps(case["document"]))
    ran = policyengine.json("validate", *files)
    assert ran.code == 1
    verdicts = [document["admitted"] for document in ran.json["documents"]]
    assert verdicts == [case["admitted"] for case in ADMISSION]
    for document in ran.json["documents"]:
        assert document["admitted"] == (document["findings"] == [])


@pytest.mark.parametrize("case", EFFECTIVE, ids=[case["name"] for case in EFFECTIVE])
def test_effective_gives_the_recorded_documents(policyengine: Command, tmp_path: Path, case: dict[str, Any]) -> None:
    snapshot = tmp_path / "organization.json"
    snapshot.write_text(json.dumps(snapshot_of(case["levels"])))
    ran = policyengine.json("effective", "--all", "--snapshot", snapshot, "--hypothetical")
    (account,) = ran.json["accounts"]
    assert account["policy"] == case["effective"]
    assert {(e["code"], e["path"]) for e in account["errors"]} == {(code, path) for code, path in case["errors"]}
