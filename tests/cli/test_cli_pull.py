"""What `pull` makes of its options, before it reads anything; `tests/live/` has what it reads."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from live.small_aws import ORGANIZATION, SmallAws

from cli.command import Command
from policyengine.cli import live_options
from policyengine.cli.live_options import ProgressLines
from policyengine.live import FaultKind
from policyengine.live.progress import ProgressState


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> SmallAws:
    """A small AWS in the place of boto3, in an empty folder."""
    aws = SmallAws()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("policyengine.cli.pull.aws_api", lambda *_: aws)
    return aws


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--rate", "0"], "--rate 0: expected calls a second, more than 0"),
        (["--rate", "inf"], "--rate inf: expected calls a second, more than 0"),
        (["--budget", "soon"], "--budget `soon`: expected a time such as `90s`, `15m` or `1h`"),
        (["--region", "Ireland"], "--region `Ireland`: there is no such Region; expected a name such as eu-west-1"),
        (["--region", "../x"], "--region `../x`: there is no such Region; expected a name such as eu-west-1"),
        (["--tags", "some"], "invalid value for '--tags'"),
        (["--profile", "a", "extra", "more"], "got unexpected extra argument"),
        (["--role", "a b"], "--role `a b`: expected the name of a role"),
    ],
)
def test_options_that_cannot_be(policyengine: Command, tmp_path: Path, arguments: list[str], expected: str) -> None:
    ran = policyengine("pull", "-C", str(tmp_path), *arguments)
    assert ran.code == 2
    assert ran.out == ""
    assert expected in ran.err


def test_without_boto3_the_extra_is_named(
    policyengine: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "policyengine.live.transport", raising=False)
    monkeypatch.setitem(sys.modules, "boto3", None)
    ran = policyengine("pull", "-C", str(tmp_path))
    assert ran == (
        2,
        "",
        "error: this command reads AWS by boto3, which is not installed: `pip install boto3` into the environment of policyengine\n",
    )


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({}, "organization.yaml"),
        ({"organization.json": "{}"}, "organization.json"),
        ({"policyengine.toml": '[project]\norganization = "aws.json"\n'}, "aws.json"),
    ],
)
@pytest.mark.usefixtures("aws")
def test_the_file_is_the_one_that_the_project_reads(
    policyengine: Command, tmp_path: Path, files: Mapping[str, str], expected: str
) -> None:
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    ran = policyengine("pull")
    assert ran.code == 0
    assert f"{expected}: 4 accounts, 2 units, 2 policies, " in ran.out
    assert (tmp_path / expected).stat().st_size > 500
    assert policyengine("show").code == 0


@pytest.mark.usefixtures("aws")
def test_standard_output_has_the_snapshot_and_nothing_else(policyengine: Command) -> None:
    ran = policyengine("pull", "--output", "/dev/stdout", "--quiet")
    assert ran.code == 0
    assert ran.err == ""


def test_what_stays_unknown_is_said_with_what_would_mend_it(policyengine: Command, aws: SmallAws) -> None:
    aws.always = {"DescribeKey": FaultKind.DENIED}
    ran = policyengine("pull")
    denied, role = ran.out.splitlines()[1:]
    assert denied == (
        "unknown: kms:DescribeKey in 1 account in eu-west-1: denied (Denied); the IAM policy needs the line"
        ' `"kms:DescribeKey"` (`policyengine iam read` prints all of them)'
    )
    assert role == "unknown: sts:AssumeRole: no `--role`: other accounts were not looked into"
    assert policyengine("pull", "--quiet") == (0, "", "")
    summary = policyengine.json("pull").json
    assert (summary["organization"], summary["file"]) == (ORGANIZATION, "organization.yaml")
    assert summary["skipped"][0]["reason"] == "denied"


def test_a_faulty_snapshot_is_replaced(policyengine: Command, aws: SmallAws, tmp_path: Path) -> None:
    (tmp_path / "organization.yaml").write_text("version: 2", encoding="utf-8")
    assert policyengine("pull").code == 0
    assert aws.calls


class Terminal:
    """Standard error, which may be a terminal."""

    def __init__(self, *, is_terminal: bool) -> None:
        self.text, self._is_terminal = "", is_terminal

    def isatty(self) -> bool:
        return self._is_terminal

    def writelines(self, chunks: Any) -> None:  # noqa: ANN401 - of texts
        self.text += "".join(chunks)

    def flush(self) -> None:
        pass


@pytest.mark.parametrize(
    ("is_terminal", "expected"),
    [
        (True, "\r\x1b[Kpull: ListRoots: 1 of 2,000, 3 a second, 700 s left\r\x1b[K"),
        (False, "pull: ListRoots: 1 of 2,000, 3 a second, 700 s left\n"),
    ],
)
def test_how_far_it_is_is_said_now_and_then(
    monkeypatch: pytest.MonkeyPatch, *, is_terminal: bool, expected: str
) -> None:
    terminal, now = Terminal(is_terminal=is_terminal), [0.0]
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setattr(live_options, "monotonic", lambda: now[0])
    lines = ProgressLines("pull", quiet=False)
    state = ProgressState("ListRoots", 1, 2_000, 3.0, 700.0)
    for moment in (0.1, 1.9, 2.5, 2.6):
        now[0] = moment
        lines(state)
    lines.close()
    assert terminal.text == expected
    quiet = ProgressLines("pull", quiet=True)
    now[0] = 100
    quiet(state)
    quiet.close()
    assert terminal.text == expected
