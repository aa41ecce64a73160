"""What people see: the terminal formats, word for word, plain (`.txt`) and coloured (`.ansi`).

`UPDATE_GOLDEN=1 pytest tests/cli/test_cli_golden.py` writes the files anew; read the difference before you keep it.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cli.command import AT, Command

GOLDEN = Path(__file__).parents[1] / "golden"
CLOCK = ["--at", AT]
PROJECT = ["-C", "project"]
RESOURCES = ["covered", "--inventory", "covered/inventory.csv"]
AUDITED = ["audited", "--inventory", "audited/inventory.csv"]

CASES: dict[str, tuple[int, list[str]]] = {
    "alarms": (0, ["alarms", "audited", "--check", "audited/alarms-eu-west-1.json", *CLOCK]),
    "check": (1, ["check", "project", *CLOCK]),
    "check-faulty": (1, ["check", "faulty", *CLOCK]),
    "compile": (0, ["compile", "project", *CLOCK]),
    "compile-faulty": (1, ["compile", "faulty", *CLOCK]),
    "controls": (1, ["controls", *AUDITED, "--framework", "audited/framework.json", *CLOCK]),
    "coverage": (1, ["coverage", *RESOURCES, "--max-unprotected", "5%", *CLOCK]),
    "coverage-by-type": (0, ["coverage", *RESOURCES, "--by", "type", *CLOCK]),
    "diff": (1, ["diff", "project", "changed", "--fail-on", "lost,weakened", *CLOCK]),
    "diff-invalid": (1, ["diff", "changed", "project", *CLOCK]),
    "effective": (0, ["effective", "lab", "payments", *PROJECT, *CLOCK]),
    "explain": (0, ["explain", "payments", *PROJECT, *CLOCK]),
    "prove": (1, ["prove", "proven", "--suggest", *CLOCK]),
    "restore-tests": (1, ["restore-tests", *AUDITED, "--max-untested", "1", *CLOCK]),
    "schedule": (0, ["schedule", "payments", *PROJECT, "--at", "2026-10-20T07:00", "--zone", "Europe/Amsterdam"]),
    "show": (0, ["show", "project", *CLOCK]),
    "test": (1, ["test", "tested", *CLOCK]),
    "test-coverage": (1, ["test", "tested", "--min-coverage", "90", *CLOCK]),
    "validate": (1, ["validate", *(f"documents/{name}.json" for name in ("admitted", "refused", "cut")), *CLOCK]),
    "fmt-check": (1, ["fmt", "--check", "faulty", "layout"]),
    "fmt-diff": (0, ["fmt", "--diff", "layout"]),
}


@pytest.mark.parametrize("color", ["never", "always"])
@pytest.mark.parametrize("name", CASES)
def test_terminal_output(policyengine: Command, monkeypatch: pytest.MonkeyPatch, name: str, color: str) -> None:
    monkeypatch.chdir(GOLDEN)
    code, command = CASES[name]
    ran = policyengine(*command, "--color", color)
    file = GOLDEN / f"{name}.{'ansi' if color == 'always' else 'txt'}"
    if os.environ.get("UPDATE_GOLDEN"):
        file.write_text(ran.out, encoding="utf-8")
    assert (ran.code, ran.err) == (code, "")
    assert ran.out == file.read_text(encoding="utf-8")


def test_every_golden_file_is_compared() -> None:
    files = {file.name for file in GOLDEN.iterdir() if file.suffix in {".txt", ".ansi"}}
    assert files == {f"{name}.{ending}" for name in CASES for ending in ("txt", "ansi")}
