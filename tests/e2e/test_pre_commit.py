"""The hooks of .pre-commit-hooks.yaml, installed and run by pre-commit as docs/ci.md says."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from cli.command import POLICY
from e2e.recipes import recipe
from e2e.scratch import git, once, surroundings

pytestmark = [pytest.mark.scale, pytest.mark.xdist_group("pre-commit")]  # installed with downloads; once, by one worker

CONFIGURATION = recipe(".pre-commit-config.yaml")


@pytest.fixture(scope="session")
def hooks(shared: Path, sources: Path) -> Path:
    """This repository as pre-commit clones it, with the branch that the page names."""

    def commit(folder: Path) -> None:
        shutil.copytree(sources, folder, dirs_exist_ok=True)
        git(folder, "init", "--quiet", "--initial-branch", "main")
        git(folder, "add", "--all", "--force")
        git(folder, "commit", "--quiet", "--message", "hooks")

    return once(shared / "hooks", commit)


@pytest.fixture(scope="session")
def home(shared: Path) -> Path:
    """Where pre-commit keeps what it has installed; it looks after workers that want the same."""
    return once(shared / "pre-commit", lambda _: None)


class Commit:
    """What the hooks say to a commit of files in the repository."""

    def __init__(self, repository: Path, hooks: Path, home: Path) -> None:
        self.repository, self._home = repository, home
        text = CONFIGURATION.replace("repo: URL", f"repo: {hooks.as_uri()}")
        (repository / ".pre-commit-config.yaml").write_text(text, encoding="utf-8")
        git(repository, "add", "--all")
        git(repository, "commit", "--quiet", "--message", "hooks")

    def __call__(self, name: str, text: str) -> tuple[int, str]:
        (self.repository / name).write_text(text, encoding="utf-8")
        git(self.repository, "add", "--all")
        done = subprocess.run(
            [Path(sys.executable).with_name("pre-commit"), "run", "--color=never"],
            check=False, cwd=self.repository, env=surroundings() | {"PRE_COMMIT_HOME": str(self._home)},
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        return done.returncode, done.stdout


@pytest.fixture
def commit(repository: Path, hooks: Path, home: Path) -> Commit:
    return Commit(repository, hooks, home)


def test_layout_is_mended_and_the_commit_has_to_be_made_again(commit: Commit) -> None:
    code, told = commit("backup/policy.bpol", POLICY.replace("  plan", "      plan"))
    assert code == 1
    assert _outcomes(told) == {"fmt": "Failed", "check": "Passed"}
    assert "- files were modified by this hook" in told
    assert (commit.repository / "backup" / "policy.bpol").read_text(encoding="utf-8") == POLICY


def test_sound_change_passes(commit: Commit) -> None:
    code, told = commit("backup/policy.bpol", POLICY.replace("35 days", "36 days"))
    assert (code, _outcomes(told)) == (0, {"fmt": "Passed", "check": "Passed"})


def test_gate_that_fails_stops_the_commit(commit: Commit) -> None:
    code, told = commit("backup/policyengine.toml", '[gate]\nbaseline = "gone.json"\n')
    assert (code, _outcomes(told)) == (1, {"fmt": "Skipped", "check": "Failed"})
    assert "gate.baseline: there is no file `gone.json`" in told


def test_options_of_the_page_reach_the_gate(commit: Commit) -> None:
    policy = POLICY + "\nrequire kept {\n  assert every rule satisfies rule.vault.key == customer\n}\n"
    code, told = commit("backup/policy.bpol", policy)
    assert (code, _outcomes(told)) == (1, {"fmt": "Passed", "check": "Failed"})
    assert "error[PE702 requirement-undecided]" in told


@pytest.mark.parametrize("name", ["README.md", "backup/notes.yaml", "backup/organization.yaml.orig"])
def test_other_files_start_nothing(commit: Commit, name: str) -> None:
    code, told = commit(name, "text\n")
    assert (code, _outcomes(told)) == (0, {"fmt": "Skipped", "check": "Skipped"})


def test_names_of_files_are_no_options(commit: Commit) -> None:
    code, told = commit("--output=pwned.bpol", POLICY)
    assert (code, _outcomes(told)) == (0, {"fmt": "Passed", "check": "Passed"})
    (commit.repository / "--output=pwned.bpol").unlink()


def _outcomes(told: str) -> dict[str, str]:
    """`Passed`, `Failed` or `Skipped` by hook."""
    lines = [line for line in told.splitlines() if line.startswith("policyengine ")]
    return {line.split()[1].partition(".")[0].partition("(")[0]: line.split(".")[-1].split(")")[-1] for line in lines}
