"""The nightly jobs of docs/first-day.md, taken from the page and run against the fake AWS; what else it shows."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from e2e.github import Job
from e2e.recipes import FIRST_DAY, recipe
from e2e.scratch import surroundings
from e2e.service import Service
from fake_aws import FakeAws
from fake_aws.test_contract_of_moto import SNAPSHOT

from policyengine import __version__
from policyengine.aws.facts.api_operations import OPERATIONS


@pytest.fixture(scope="module")
def aws() -> Iterator[FakeAws]:
    with FakeAws(SNAPSHOT) as server:
        yield server


def test_drift_opens_one_issue_and_then_writes_below_it(job: Job, aws: FakeAws, tmp_path: Path) -> None:
    job.github = {"repository": "shop/backups", "token": "secret"}
    service = Service(job, tmp_path)
    job.environment = {**job.environment, **aws.environment()}
    workflow = recipe(".github/workflows/drift.yml", FIRST_DAY)
    for _ in range(2):
        assert job.run(workflow) == 1, job.log
    assert job.environment["AWS_ROLE"] == "arn:aws:iam::111111111111:role/policyengine-drift"
    ((title, first, second),) = service.state["issues"]
    assert title == "backup policies drifted"
    assert "baseline" in first
    assert first.splitlines()[0] == second.splitlines()[0]


def test_the_job_of_gitlab_ends_as_drift_does(job: Job, aws: FakeAws, tmp_path: Path) -> None:
    told = yaml.safe_load(recipe(".gitlab-ci.yml", FIRST_DAY))["drift"]
    programs, token = tmp_path / "bin", tmp_path / "token"
    programs.mkdir()
    (programs / "pip").write_text(f'#!/bin/sh\necho "$@" > "{tmp_path}/asked"\n', encoding="utf-8")
    (programs / "pip").chmod(0o755)
    job.use(command="")  # puts the command on the path of the job
    path = os.pathsep.join([str(programs), *job.path, os.environ["PATH"]])
    variables = {**told["variables"], "AWS_WEB_IDENTITY_TOKEN_FILE": str(token), "AWS_TOKEN": "signed", "PATH": path}
    done = subprocess.run(
        ["bash", "-c", "\n".join(["set -eo pipefail", *told["script"]])], check=False, cwd=job.workspace,
        env=surroundings() | variables | aws.environment(), capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    assert "edited" in done.stdout
    assert token.read_text(encoding="utf-8") == "signed"
    wheel = f"tools/backup_policyengine-{__version__}-py3-none-any.whl[aws]"
    assert (tmp_path / "asked").read_text(encoding="utf-8") == f"install --quiet {wheel}\n"


@pytest.mark.parametrize(
    ("name", "provider"), [("github", "token.actions.githubusercontent.com"), ("gitlab", "gitlab.com")]
)
def test_a_role_trusts_one_branch_of_one_repository(name: str, provider: str) -> None:
    (statement,) = json.loads(recipe(f"{name}/trust.json", FIRST_DAY))["Statement"]
    assert statement["Principal"]["Federated"].endswith(f":oidc-provider/{provider}")
    assert statement["Condition"]["StringEquals"].keys() == {f"{provider}:aud", f"{provider}:sub"}
    assert "*" not in statement["Condition"]["StringEquals"][f"{provider}:sub"]


def test_the_event_has_all_that_writes_policies() -> None:
    names = json.loads(recipe("pattern.json", FIRST_DAY))["detail"]["eventName"]
    writes = {each.name for each in OPERATIONS if each.objects != "any" and each.of_type} | {"CreatePolicy"}
    assert writes <= set(names)
