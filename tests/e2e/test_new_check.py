"""A check as a newcomer adds it: begun by the script, in a copy of the repository, held by the tests of rules."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import new_check
import pytest

ROOT = Path(__file__).parents[2]
PARTS = (
    "policyengine",
    "docs",
    "grammar",
    "policies",
    "tests/analysis/checks",
    "tests/base",
    "tests/cases",
    "tests/language",
    "tests/support",
)
FILES = ("pyproject.toml", "tests/conftest.py", "tests/new_check.py")
EVERYTHING = "tests/analysis/checks/test_everything.py"
NAME = "vault-too-full"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for name in PARTS:
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns(".*_cache"))
    for name in FILES:
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def run(copy: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Runs a module of Python in the copy, with the copy's code."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "COUNT_"))}
    return subprocess.run(
        [sys.executable, "-m", *words],
        check=False,
        cwd=copy,
        env={**environment, "PYTHONPATH": str(copy)},
        capture_output=True,
        text=True,
    )


def rules_tried(copy: Path, *more: str) -> subprocess.CompletedProcess[str]:
    chosen = f"{NAME} or pages_tables or test_everything"
    return run(copy, "pytest", "tests/base", *more, "-q", "-p", "no:cacheprovider", "-k", chosen)


def files(copy: Path) -> dict[str, str]:
    kept = (file for file in copy.rglob("*") if file.suffix in {".py", ".bpol", ".md", ".toml", ".yaml", ".json"})
    return {str(file.relative_to(copy)): file.read_text(encoding="utf-8") for file in kept}


def test_a_check_is_begun_filled_in_and_found(copy: Path) -> None:
    before = files(copy)
    begun = run(copy, "tests.new_check", NAME, "--family", "environment")
    assert (begun.returncode, begun.stderr) == (0, "")
    changed = {file for file, text in files(copy).items() if before.get(file) != text}
    assert sorted(changed) == [
        "docs/rules/index.md",
        "docs/rules/vault-too-full.md",
        "policyengine/analysis/checks/environment/vault_too_full.py",
        "tests/cases/vault-too-full/fail-example.bpol",
        "tests/cases/vault-too-full/pass-another-name.bpol",
    ]
    assert begun.stdout.count("wrote ") == 4

    # It works, and what is left to do is said by name.
    told = rules_tried(copy).stdout
    assert "docs/rules/vault-too-full.md is not filled in" in told, told
    assert "\n1 failed, " in told, told

    # Filled in, with its place in the index and its cases forgotten.
    page, cases = copy / "docs" / "rules" / f"{NAME}.md", copy / "tests" / "cases" / NAME
    text = page.read_text(encoding="utf-8").replace("TODO: what it finds, as", "a vault is filled by")
    page.write_text(text.replace("TODO: what", "what"), encoding="utf-8")
    cases.rename(copy / NAME)
    told = rules_tried(copy).stdout
    assert "write it anew: policyengine rules --out docs/rules" in told, told
    assert f"write tests/cases/{NAME}/fail-... and tests/cases/{NAME}/pass-..." in told, told

    (copy / NAME).rename(cases)
    assert run(copy, "policyengine", "rules", "--out", "docs/rules").returncode == 0
    # Its case joins the run over everything; three files of code and tests are enough.
    done = rules_tried(copy, EVERYTHING)
    assert done.returncode == 0, done.stdout
    written = {file for file, text in files(copy).items() if before.get(file) != text}
    assert len([file for file in written if not file.startswith("docs/")]) == 3


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("vault-missing", "there is a rule of this name"),
        ("VaultFull", "a name is lower-case words with hyphens between them"),
        ("../vault", "a name is lower-case words with hyphens between them"),
    ],
)
def test_a_name_that_no_check_can_have_is_refused(name: str, fault: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert new_check.main([name]) == 2
    assert capsys.readouterr() == ("", f"{name}: {fault}\n")
