"""The action's `command: drift` against the fake AWS: read once, told in every form, and the exit code of the command."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from cli.command import write
from fake_aws import FakeAws
from fake_aws.test_contract_of_moto import SNAPSHOT

GATE = Path(__file__).parents[2] / "ci" / "gate.sh"
PROJECT = """\
policy added { plan p { regions = [eu-west-1] } }
attach added to root
"""


class _Gate(NamedTuple):
    code: int
    log: str
    outputs: dict[str, str]


@pytest.fixture(scope="module")
def aws() -> Iterator[FakeAws]:
    with FakeAws(SNAPSHOT) as server:
        yield server


def gate(aws: FakeAws, folder: Path, **inputs: str) -> _Gate:
    outputs = folder / "outputs"
    given = {"COMMAND": "drift", "DIRECTORY": "project", "BASE": "", "STRICT": "false", "FAIL_ON": ""} | inputs
    runner = {"RUNNER_TEMP": folder, "GITHUB_OUTPUT": outputs, "GITHUB_STEP_SUMMARY": folder / "summary"}
    environment = os.environ | aws.environment() | given | {name: str(file) for name, file in runner.items()}
    environment["POLICYENGINE"] = str(Path(sys.executable).with_name("policyengine"))
    done = subprocess.run(
        ["bash", GATE], cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=120
    )
    pairs = (line.partition("=") for line in outputs.read_text(encoding="utf-8").splitlines())
    return _Gate(done.returncode, done.stdout + done.stderr, {name: value for name, _, value in pairs})


def test_drift_is_reported_in_every_form_from_one_reading(aws: FakeAws, tmp_path: Path) -> None:
    write(tmp_path / "project", {"policy.bpol": PROJECT})
    ran = gate(aws, tmp_path)
    assert ran.code == 1, ran.log
    assert ran.outputs["exit-code"] == "1"
    assert "added" in Path(ran.outputs["comment-file"]).read_text(encoding="utf-8")
    assert '"version": "2.1.0"' in Path(ran.outputs["sarif-file"]).read_text(encoding="utf-8")
    assert "::error title=policyengine drift::" in ran.log
    assert aws.counts()["DescribeOrganization"] == 1


def test_a_disabled_policy_type_is_reported_as_drift(aws: FakeAws, tmp_path: Path) -> None:
    write(tmp_path / "project", {"policy.bpol": PROJECT})
    aws.restart({**SNAPSHOT, "organization": {**SNAPSHOT["organization"], "backup_policies_enabled": False}})
    ran = gate(aws, tmp_path)
    aws.restart(SNAPSHOT)
    assert ran.code == 1, ran.log
    assert "type-disabled" in Path(ran.outputs["comment-file"]).read_text(encoding="utf-8")
    assert "type-disabled" in ran.log


def test_of_another_organization_there_is_no_verdict(aws: FakeAws, tmp_path: Path) -> None:
    write(
        tmp_path / "project",
        {
            "policy.bpol": PROJECT,
            "organization.yaml": "version: 1\nroot: {name: Root}\norganization: {id: o-another123}\n",
        },
    )
    ran = gate(aws, tmp_path)
    assert (ran.code, ran.outputs["exit-code"]) == (2, "2"), ran.log
