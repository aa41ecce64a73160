"""The workflows of docs/ci.md for GitHub, taken from the page and run on a runner of our own; what the page promises."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest
import yaml
from cli.command import POLICY, SNAPSHOT
from e2e.github import Job
from e2e.recipes import PAGE, recipe
from e2e.scratch import FAULTY, WEAKER, change, commit, git, surroundings, write_program
from e2e.service import Service

from policyengine import __version__

ROOT = PAGE.parents[1]
TEXT = PAGE.read_text(encoding="utf-8")

# Stands in for pipx, and for AWS; `pull` has tests of its own.
PIPX = """#!/bin/sh
test "$AWS_ROLE" = arn:aws:iam::111111111111:role/BackupSnapshot || exit 1
test "$4 $5" = "policyengine pull" || exit 1
cp "$PULLED" "$6/organization.json"
"""


@pytest.fixture
def service(job: Job, tmp_path: Path) -> Service:
    job.github = {
        "event_name": "pull_request",
        "event": {"pull_request": {"number": 7}},
        "repository": "shop/backups",
        "token": "secret",
    }
    return Service(job, tmp_path)


def test_workflow_comments_once_and_then_in_place(job: Job, service: Service) -> None:
    workflow = recipe(".github/workflows/backup-policies.yml")
    change(job.workspace, WEAKER)
    assert job.run(workflow) == 1
    assert service.alerts == []
    check, diff = service.comments
    assert check.startswith("<!-- policyengine-check -->\n### policyengine check\n\n**pass**: ")
    assert diff.startswith("<!-- policyengine-diff -->\n")
    assert "35" in diff
    change(job.workspace, FAULTY)
    assert job.run(workflow) != 0
    assert service.alerts == ["PE120"]
    check, diff = service.comments
    assert "**PE120 unknown-setting**" in check
    assert diff.startswith("<!-- policyengine-diff -->\n")


def test_workflow_lets_a_sound_change_pass(job: Job, service: Service) -> None:
    change(job.workspace, POLICY.replace("35 days", "36 days"))
    assert job.run(recipe(".github/workflows/backup-policies.yml")) == 0
    assert len(service.comments) == 2


def test_workflow_only_checks_what_is_pushed(job: Job, service: Service) -> None:
    job.github = {**job.github, "event_name": "push"}
    change(job.workspace, WEAKER)
    assert job.run(recipe(".github/workflows/backup-policies.yml")) == 0
    assert service.comments == []


def test_change_is_let_pass_as_the_page_says(job: Job) -> None:
    (allowed,) = re.findall(r"^  `(allow = .*)` under `\[gate\]`", TEXT, re.MULTILINE)
    (job.workspace / "backup" / "policyengine.toml").write_text(f"[gate]\n{allowed}\n", encoding="utf-8")
    change(job.workspace, WEAKER)
    assert job.use(command="diff", directory="backup", fail_on="lost,weakened").code == 0
    assert "OPS-13" in job.summary


def test_baseline_accepts_what_is_there_and_nothing_else(job: Job) -> None:
    project = job.workspace / "backup"
    (project / "organization.yaml").write_text(SNAPSHOT + "vaults: []\n", encoding="utf-8")
    assert job.use(directory="backup").code == 1
    (project / "policyengine.toml").write_text(recipe("backup/policyengine.toml"), encoding="utf-8")
    assert job.use(directory="backup").code == 2  # there is none yet
    (update,) = re.findall(r"`policyengine (check backup --update-baseline)`", TEXT)
    environment = surroundings() | {"PATH": job.path[0]}
    subprocess.run(["policyengine", *update.split()], cwd=job.workspace, env=environment, check=True)
    assert job.use(directory="backup").code == 0
    change(job.workspace, POLICY.replace('"Main"', '"Other"'))
    assert job.use(directory="backup").code == 1


@pytest.fixture
def pull(job: Job, service: Service, tmp_path: Path) -> Job:
    """A job that pulls snapshots, in a repository with one pulled before, and a remote."""
    project = job.workspace / "backup"
    (project / "organization.yaml").unlink()
    (project / "organization.json").write_text(_pulled("books"), encoding="utf-8")
    commit(job.workspace, "snapshot")
    git(tmp_path, "init", "--quiet", "--bare", "remote")
    git(job.workspace, "remote", "add", "origin", str(tmp_path / "remote"))
    git(job.workspace, "push", "--quiet", "origin", "main")
    assert service.state["pulls"] == []
    (tmp_path / "programs").mkdir()
    write_program(tmp_path / "programs" / "pipx", PIPX)
    job.path.append(str(tmp_path / "programs"))
    return job


def _pulled(*names: str) -> str:
    accounts = [{"id": str(number) * 12, "name": name} for number, name in enumerate(names, 1)]
    pulled = {"at": f"2026-12-01T06:30:0{len(names)}Z", "by": "arn"}
    return json.dumps({"version": 1, "root": {"name": "Root", "accounts": accounts}, "pulled": pulled}, indent=1)


def _run_with(pull: Job, pulled: str) -> int:
    """What the workflow comes to, in a fresh checkout, when AWS knows this."""
    git(pull.workspace, "reset", "--quiet", "--hard", "main")
    git(pull.workspace, "checkout", "--quiet", "--detach")
    known = pull.workspace.with_name("pulled.json")
    known.write_text(pulled, encoding="utf-8")
    pull.environment = {**pull.environment, "PULLED": str(known)}
    return pull.run(recipe(".github/workflows/snapshot.yml"))


def test_snapshot_without_news_is_not_proposed(pull: Job, service: Service, tmp_path: Path) -> None:
    assert _run_with(pull, _pulled("books").replace("06:30", "07:30")) == 0
    assert service.state["done"] == []
    assert git(tmp_path / "remote", "branch", "--format=%(refname:short)") == "main"


def test_snapshot_with_news_is_proposed_once(pull: Job, service: Service, tmp_path: Path) -> None:
    assert _run_with(pull, _pulled("books", "toys")) == 0
    assert git(tmp_path / "remote", "show", "snapshot:backup/organization.json") == _pulled("books", "toys")
    assert _run_with(pull, _pulled("books", "toys", "shoes")) == 0
    assert git(tmp_path / "remote", "show", "snapshot:backup/organization.json") == _pulled("books", "toys", "shoes")
    assert git(tmp_path / "remote", "log", "--format=%s", "main..snapshot") == "Pull the snapshot"
    assert service.state["done"] == ["create", "edit"]


def test_snapshot_for_which_the_policies_do_not_hold_fails_the_job(pull: Job, service: Service) -> None:
    news = json.loads(_pulled("books", "toys")) | {"vaults": []}
    assert _run_with(pull, json.dumps(news)) == 1
    assert "PE601 vault-missing" in pull.log
    assert service.state["done"] == ["create"]


def test_page_knows_the_inputs_and_outputs_of_the_action() -> None:
    action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    rows = re.findall(r"^\| `([a-z-]+)` \| (.*) \|$", TEXT, re.MULTILINE)
    given = {name: told["default"] for name, told in action["inputs"].items()}
    assert [name for name, _ in rows] == [*given, *action["outputs"]]
    shown = {name: told.rpartition("|")[2].strip(" `") for name, told in rows if name in given}
    assert shown == given


def test_page_names_this_release() -> None:
    assert set(re.findall(r"\d+\.\d+\.\d+", TEXT)) == {__version__}


@pytest.mark.parametrize("name", ["docs/ci.md", "action.yml", ".pre-commit-hooks.yaml", "ci/install.sh", "ci/gate.sh"])
def test_no_host_of_packages_and_no_folder_of_a_machine_is_named(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert re.findall(r"pypi\.|index-url|find-links|(?<![\w.$}\"])/(?:home|opt|tmp|work|usr/(?!bin/env))", text) == []
