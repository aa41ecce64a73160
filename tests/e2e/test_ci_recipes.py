"""The recipes of docs/ci.md for GitLab and other systems: taken from the page and run as their system would."""

from __future__ import annotations

import json
import os
import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
import yaml
from cli.command import POLICY, SNAPSHOT
from e2e.github import Job
from e2e.recipes import recipe
from e2e.scratch import FAULTY, WEAKER, change, git, surroundings

from policyengine import __version__


class Gitlab:
    """Jobs of .gitlab-ci.yml, run by bash as GitLab's runner does."""

    def __init__(self, job: Job, folder: Path) -> None:
        self.jobs = yaml.safe_load(recipe(".gitlab-ci.yml"))
        self._job, self.asked = job, folder / "asked"
        programs = folder / "bin"
        programs.mkdir()
        (programs / "pip").write_text(f'#!/bin/sh\necho "$@" >> "{self.asked}"\n', encoding="utf-8")
        (programs / "pip").chmod(0o755)
        job.use(command="")  # puts the command on the path of the job
        self._path = os.pathsep.join([str(programs), *job.path, os.environ["PATH"]])

    def __call__(self, name: str, **variables: str) -> int:
        told = self.jobs[name]
        told = self.jobs[told["extends"]] | told
        variables |= {key: str(value) for key, value in told.get("variables", {}).items()}
        script = "\n".join(["set -eo pipefail", *told["before_script"], *told["script"]])
        done = subprocess.run(
            ["bash", "-c", script], check=False, cwd=self._job.workspace,
            env=surroundings() | variables | {"PATH": self._path}, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        return done.returncode

    def artifact(self, name: str, report: str) -> str:
        file: str = self.jobs[name]["artifacts"]["reports"][report]
        return (self._job.workspace / file).read_text(encoding="utf-8")


@pytest.fixture
def gitlab(job: Job, tmp_path: Path) -> Gitlab:
    return Gitlab(job, tmp_path)


@pytest.mark.parametrize(("policy", "code", "found"), [(POLICY, 0, []), (FAULTY, 1, ["unknown-setting"])])
def test_gitlab_has_its_reports_whatever_the_gate_says(
    job: Job, gitlab: Gitlab, policy: str, code: int, found: list[str]
) -> None:
    change(job.workspace, policy)
    assert gitlab("backup-policies") == code
    assert [entry["check_name"] for entry in json.loads(gitlab.artifact("backup-policies", "codequality"))] == found
    report = ET.fromstring(gitlab.artifact("backup-policies", "junit"))  # noqa: S314 - our own
    assert len(report.findall(".//failure")) == len(found)
    assert gitlab.jobs["backup-policies"]["artifacts"]["when"] == "always"
    assert (
        gitlab.asked.read_text(encoding="utf-8")
        == f"install --quiet tools/backup_policyengine-{__version__}-py3-none-any.whl\n"
    )


@pytest.mark.parametrize(("policy", "code"), [(POLICY.replace("35 days", "36 days"), 0), (WEAKER, 1)])
def test_gitlab_shows_what_changes(job: Job, gitlab: Gitlab, policy: str, code: int) -> None:
    change(job.workspace, policy)
    base = git(job.workspace, "rev-parse", "HEAD^1")
    assert gitlab("backup-policies-diff", CI_MERGE_REQUEST_DIFF_BASE_SHA=base) == code
    (report,) = gitlab.jobs["backup-policies-diff"]["artifacts"]["paths"]
    assert "35" in (job.workspace / report).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("change", "code", "told"),
    [
        ({}, 0, ("0 to change", "no tests", "no findings", "nothing changes")),
        (
            {"policy.bpol": WEAKER.replace("  plan", "      plan")},
            1,
            ("1 to change", "no tests", "no findings", "1 weakened"),
        ),
        (
            {"policy.bpol": FAULTY, "organization.yaml": SNAPSHOT.replace("version: 1", "version: 9")},
            2,
            ("0 to change",),
        ),
    ],
)
def test_script_runs_every_step_and_the_worst_counts(
    job: Job, tmp_path: Path, change: dict[str, str], code: int, told: tuple[str, ...]
) -> None:
    job.use(command="")
    (tmp_path / "gate.sh").write_text(recipe("gate.sh"), encoding="utf-8")
    for name, text in change.items():
        (job.workspace / "backup" / name).write_text(text, encoding="utf-8")
    path = os.pathsep.join([*job.path, os.environ["PATH"]])
    done = subprocess.run(
        ["bash", tmp_path / "gate.sh", "backup", "HEAD"], check=False, cwd=job.workspace,
        env=surroundings() | {"PATH": path}, stdin=subprocess.DEVNULL, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == code, done.stdout + done.stderr
    assert [text for text in told if text not in done.stdout] == []
    assert (job.workspace / "policyengine.xml").exists() == ("organization.yaml" not in change)
