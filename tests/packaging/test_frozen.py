"""`python -m tests.frozen`: what differs between two versions, and what crashed in both."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest
from frozen import comparison, record
from frozen.record import Case

SOUND = {"exit code": "0", "output": "1 warning\n", "errors": ""}
CRASHED = {"exit code": "2", "output": "", "errors": "error: internal error: KeyError: 'x'; please report it\n"}
RAISED = {"exit code": "Traceback (most recent call last):\nKeyError: 'x'\n", "output": "", "errors": ""}
WRITTEN = {**SOUND, "now/report": "error: internal error: KeyError: 'x'\n"}


def played(outcome: dict[str, str]) -> Case:
    """A project in which `policyengine check` was called."""
    return Case("generated 7", {}, [["check"]], [outcome])


Compare: TypeAlias = Callable[[dict[str, str], dict[str, str]], tuple[int, str]]


@pytest.fixture
def compare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Compare:
    """The exit code and the output of a comparison of two versions in which the call had these outcomes."""

    def compared(*outcomes: dict[str, str]) -> tuple[int, str]:
        files = tmp_path / "before.gz", tmp_path / "after.gz"
        for file, outcome in zip(files, outcomes, strict=True):
            record.write(file, [played(outcome)])
        monkeypatch.setattr(comparison, "_played", lambda *_: files)
        monkeypatch.setattr(sys, "argv", ["frozen", "HEAD"])
        return comparison.main(), capsys.readouterr().out

    return compared


@pytest.mark.parametrize(
    ("before", "after", "code", "printed"),
    [
        pytest.param(SOUND, SOUND, 0, ["no differences", "no internal errors"], id="equal"),
        pytest.param(SOUND, {**SOUND, "exit code": "1"}, 1, ["1 differences: check 1"], id="another exit code"),
        pytest.param(CRASHED, CRASHED, 1, ["no differences", "2 internal errors"], id="both report the same error"),
        pytest.param(CRASHED, SOUND, 1, ["before: error: internal error: KeyError", "1 internal errors"], id="before"),
        pytest.param(SOUND, CRASHED, 1, ["after: error: internal error: KeyError", "1 internal errors"], id="after"),
        pytest.param(RAISED, RAISED, 1, ["after: KeyError: 'x'", "2 internal errors"], id="both raise the same"),
        pytest.param(WRITTEN, WRITTEN, 1, ["no differences", "2 internal errors"], id="an error in a written file"),
    ],
)
def test_it_fails_for_differences_and_internal_errors(
    compare: Compare, before: dict[str, str], after: dict[str, str], code: int, printed: list[str]
) -> None:
    exit_code, out = compare(before, after)
    assert exit_code == code
    assert [line for line in printed if line not in out] == []
    assert ("generated 7: policyengine check: " in out) == bool(code)
