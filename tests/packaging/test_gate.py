"""The two commands of the README, and that CI runs the same gate as the reader."""

from __future__ import annotations

import os
import re
import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
COMMANDS = re.findall(r"^```sh\n(.*?)^```$", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def test_readme_begins_with_two_commands_of_one_line() -> None:
    assert [command.count("\n") for command in COMMANDS[:2]] == [1, 1]


def test_first_command_runs_the_main_job() -> None:
    assert COMMANDS[0].endswith(" .venv/bin/policyengine check examples/acme\n")


@pytest.mark.parametrize("page", [".ci/run", "CONTRIBUTING.md"])
def test_the_gate_is_the_second_command(page: str) -> None:
    assert COMMANDS[1] in (ROOT / page).read_text(encoding="utf-8").splitlines(keepends=True)


def test_ci_can_be_run() -> None:
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert "set -euo pipefail\n" in script.read_text(encoding="utf-8")


def test_ci_leaves_no_group_out() -> None:
    lines = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert lines[-2:] == [".venv/bin/python -m tests --deep", ".venv/bin/python -m tests.lowest"]


def test_the_second_group_gets_every_file_with_a_marked_test() -> None:
    texts = {str(file): file.read_text(encoding="utf-8") for file in (ROOT / "tests").rglob("*.py")}
    marked = {file for file, text in texts.items() if re.search(r"\bmark[.]scale\b", text)}
    gate = ROOT / "tests" / "__main__.py"
    assert marked - {str(gate)} == set(runpy.run_path(str(gate))["MARKED"])
