"""Hostile names through every command in every format: each format can be read, and nothing in it is obeyed."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from cli.command import Command
from robust.calls import CALLS, COMMANDS, Call, calls, formats
from robust.names import NAMES
from robust.promises import PROMISES, promise_of, terminal
from robust.states import MARK, write_states
from support.evaluated_once import evaluate_once

from policyengine import stages
from policyengine.aws.snapshot import read_snapshot
from policyengine.cli import check
from policyengine.cli import prove as cli_prove
from policyengine.engine import prove_requirements
from policyengine.language.syntax import parse

pytestmark = pytest.mark.scale

BY_FEW = {"prove"}  # which looks at every policy for every requirement, and both are as many as the names
ALL = [
    pytest.param(call, marks=pytest.mark.xdist_group("hostile proofs") if call.arguments[0] in BY_FEW else ())
    for call in calls(color=True)
]
FEW = 3
PROVED = cache(prove_requirements)
PARSED, READ = cache(parse), cache(read_snapshot)
TELLS_NO_NAMES = {"alarms", "completion", "iam", "init", "pull", "rules", "schema"}


@pytest.fixture(scope="module")
def names(request: pytest.FixtureRequest) -> list[str]:
    return list(NAMES.values())[: request.config.getoption("--names")]


@pytest.fixture(scope="module")
def states(names: list[str], tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """A folder with all names."""
    return [_states(tmp_path_factory, names)]


@pytest.fixture(scope="module")
def small_states(names: list[str], tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Folders with a few of the names each."""
    return [_states(tmp_path_factory, names[place : place + FEW]) for place in range(0, len(names), FEW)]


def _states(factory: pytest.TempPathFactory, names: list[str]) -> Path:
    folder = factory.mktemp("states")
    write_states(folder, names)
    return folder


@pytest.fixture(scope="module", autouse=True)
def one_run() -> Iterator[None]:
    """Every command reads the same texts, and every format of `check` shows one run."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stages, "parse", PARSED)
        patch.setattr(stages, "read_snapshot", READ)
        evaluate_once(patch, check)
        yield


@pytest.fixture(autouse=True)
def proofs_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every format shows the same proofs, which take as long as everything else: they are sought once for all."""
    monkeypatch.setattr(
        cli_prove, "prove_requirements", lambda sources, *more, **asked: PROVED(tuple(sources), *more, **asked)
    )


def test_every_command_is_called() -> None:
    assert CALLS.keys() == COMMANDS.keys()


def test_every_format_promises_something() -> None:
    assert {form for command in COMMANDS for form in formats(command)} == PROMISES.keys()


@pytest.mark.parametrize("call", ALL, ids=str)
def test_nothing_breaks_out(
    policyengine: Command, request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: Call
) -> None:
    folders: list[Path] = request.getfixturevalue("small_states" if call.arguments[0] in BY_FEW else "states")
    for folder in folders:
        monkeypatch.chdir(tmp_path if call.arguments[0] == "init" else folder)
        _tells_only_names(policyengine, call)


def _tells_only_names(policyengine: Command, call: Call) -> None:
    ran = policyengine(*call.arguments)
    assert ran.code in {0, 1, 2}
    assert ran.out or (ran.code == 2 and ran.err.startswith("error: "))
    assert "internal error" not in ran.err
    terminal(ran.err)
    if ran.out:
        promise_of(call.arguments[0], call.format)(ran.out)
    assert (MARK in ran.out + ran.err) is (call.arguments[0] not in TELLS_NO_NAMES)
