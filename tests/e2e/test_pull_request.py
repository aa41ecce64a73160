"""The story of a change on its way into production, as a pipeline sees it: `check`, then `diff` with the base branch."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest
from cli.command import Json, write
from e2e.scratch import commit, git, surroundings, write_program

ROOT = Path(__file__).parents[2]
ACME = ROOT / "examples" / "acme"
AT = ["--at", "2026-10-01"]
GATE = ["--fail-on", "lost,weakened"]
PAYMENTS = [f"20000000{number}" for number in ("0301", "0302", "0303", "0304", "0305", "0391", "0392", "0393")]


def policyengine(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """The command as a step of a pipeline runs it, in the folder of the project."""
    program = next(above / "policyengine" for above in folder.parents if (above / "policyengine").is_file())
    return subprocess.run(
        [program, *words, *AT],
        cwd=folder,
        env=surroundings(),
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.fixture
def project(program: str, tmp_path: Path) -> Path:
    """Acme's policies in `infra/backup` of a repository, on a branch beside `main`; the command beside the repository."""
    write_program(tmp_path / "policyengine", program)
    texts = {
        file.relative_to(ACME).as_posix(): file.read_text(encoding="utf-8")
        for file in ACME.rglob("*")
        if file.suffix in {".bpol", ".yaml", ".toml"}
    }
    folder = write(tmp_path / "repository" / "infra" / "backup", texts)
    git(tmp_path / "repository", "init", "--quiet")
    commit(folder, "what is in production")
    git(folder, "switch", "--quiet", "--create", "change")
    return folder


def edit(project: Path, file: str, before: str, after: str) -> None:
    """Changes a line and commits it."""
    text = (project / file).read_text(encoding="utf-8")
    assert before in text
    (project / file).write_text(text.replace(before, after), encoding="utf-8")
    commit(project, f"{before} -> {after}")


def changes(project: Path) -> Json:
    return json.loads(policyengine(project, "diff", "main", "--format", "json").stdout)


def test_nothing_has_changed_yet(project: Path) -> None:
    assert policyengine(project, "check").returncode == 0
    ran = policyengine(project, "diff", "main", *GATE)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "pass: nothing changes for 50 accounts\n", "")


def test_a_weakened_retention_is_named_refused_and_then_agreed_on(project: Path) -> None:
    edit(project, "policies/payments.bpol", "retain = 400 days", "retain = 90 days")
    ran = policyengine(project, "diff", "main", *GATE)
    (broken, _, head, *lines) = ran.stdout.splitlines()
    assert broken == "violated: `payments-longer` (mandatory), held before: 8 accounts in Workloads/Payments"
    found = re.fullmatch(r"weakened\[([0-9a-f]{32})\]: (.*)", head)
    assert found
    assert (
        found[2] == "8 accounts in Workloads/Payments: plan `databases`, rule `nightly`: retention 400 days -> 90 days"
    )
    assert lines[:2] == [
        "   - policies/payments.bpol:8: retain = 400 days",
        "   + policies/payments.bpol:8: retain = 90 days",
    ]
    assert lines[-1] == "fail: 8 of 50 accounts touched (16 %): 1 requirement newly violated, 1 weakened"
    assert (ran.returncode, ran.stderr) == (1, "")

    (change,) = changes(project)["changes"]
    assert (change["id"], change["class"], change["accounts"]) == (found[1], "weakened", PAYMENTS)
    assert (change["before"], change["after"]) == ("400", "90")
    assert [flip["requirement"] for flip in changes(project)["requirements"]] == ["payments-longer"]
    assert policyengine(project, "diff", "main").returncode == 0, "without a gate it is only told"

    reason = f'allow = [{{id = "{found[1]}", reason = "PAY-12: the law asks for 90 days now"}}]\nfail_on ='
    edit(project, "policyengine.toml", "fail_on =", reason)
    agreed = policyengine(project, "diff", "main", *GATE)
    assert "   = allowed: PAY-12: the law asks for 90 days now\n" in agreed.stdout
    counts = "1 requirement newly violated, 1 weakened, 1 allowed"
    assert agreed.stdout.endswith(f"pass: 8 of 50 accounts touched (16 %): {counts}\n")
    assert agreed.returncode == 0

    edit(project, "policies/payments.bpol", "retain = 90 days", "retain = 60 days")
    again = policyengine(project, "diff", "main", *GATE)
    assert (again.returncode, "retention 400 days -> 60 days" in again.stdout) == (1, True), "that was not agreed on"
    assert f"allowed: there is no change `{found[1]}`" in again.stdout


def test_accounts_that_become_invalid_are_on_top(project: Path) -> None:
    head = 'policy payments "Databases of Payments: 400 days, Paris too" {'
    edit(project, "policies/payments.bpol", head, f"{head}\n  plan unfinished {{\n    regions = [eu-west-1]\n  }}\n")
    edit(project, "policies/data.bpol", "retain = 90 days", "retain = 30 days")
    ran = policyengine(project, "diff", "main")
    lines = ran.stdout.splitlines()
    assert lines[0] == "invalid: 8 accounts in Workloads/Payments"
    assert lines[1].startswith("   = KEY_REQUIRED at `plan unfinished`: `rules` is missing")
    kept = "   = AWS keeps the last valid policy there, and no later change arrives until this is mended"
    (weakened,) = [number for number, line in enumerate(lines) if line.startswith("weakened[")]
    assert 1 < lines.index(kept) < weakened
    assert lines[-1].endswith("8 became invalid, 1 weakened")
    assert ran.returncode == 1
    comment = policyengine(project, "diff", "main", "--format", "markdown").stdout.splitlines()
    assert comment[0] == "<!-- policyengine-diff -->"
    listed = [line for line in comment if line.startswith("- **")]
    assert listed[0].startswith("- **invalid**: 8 accounts in `Workloads/Payments`")


def test_the_way_back_is_no_danger(project: Path) -> None:
    edit(project, "policies/baseline.bpol", "retain = 60 days", "retain = 90 days")
    ran = policyengine(project, "diff", "main", *GATE)
    assert ran.stdout.startswith("strengthened[")
    assert "42 of 50 accounts, all but those in Workloads/Payments: " in ran.stdout
    assert ran.returncode == 0
