"""Much of everything: names of a hundred thousand characters, and ten thousand accounts with hostile names."""

from __future__ import annotations

import json
from itertools import cycle, islice
from pathlib import Path

import pytest
from cli.command import AT, Command, Json, write
from robust.calls import Call, calls, formats
from robust.names import LONG, NAMES
from robust.promises import PROMISES, promise_of, terminal
from robust.states import write_states

pytestmark = pytest.mark.scale

ACCOUNTS = 10_000


@pytest.fixture(scope="module")
def states(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("states")
    write_states(folder, [LONG])
    return folder


FIRST = {(call.arguments[0], call.format): call for call in reversed([*calls()]) if call.arguments[0] != "init"}


@pytest.mark.parametrize("call", FIRST.values(), ids=str)
def test_names_without_end(policyengine: Command, states: Path, monkeypatch: pytest.MonkeyPatch, call: Call) -> None:
    monkeypatch.chdir(states)
    ran = policyengine(*call.arguments)
    assert "internal error" not in ran.err
    terminal(ran.err)
    if ran.out:
        promise_of(call.arguments[0], call.format)(ran.out)


def crowd() -> Json:
    """A snapshot of many accounts whose names, units and tags are hostile, each hundredth with a policy of its own."""
    names = [f"{name} {number}" for number, name in enumerate(islice(cycle(NAMES.values()), ACCOUNTS))]
    accounts = [
        {"id": f"{number:012}", "name": name, "tags": {name: name}, "policies": [name] if number % 100 == 0 else []}
        for number, name in enumerate(names)
    ]
    units = [{"name": names[place], "accounts": accounts[place : place + 100]} for place in range(0, ACCOUNTS, 100)]
    rule = {"target_backup_vault_name": {"@@assign": "Main"}, "lifecycle": {"delete_after_days": {"@@assign": "7"}}}
    document = {"plans": {"daily": {"rules": {"nightly": rule}}}}
    policies = {name: {"content": document} for name in names[::100]}
    return {"version": 1, "root": {"name": "Root", "units": units}, "policies": policies}


@pytest.mark.parametrize("form", ["html", "junit"])
def test_a_crowd(policyengine: Command, tmp_path: Path, form: str) -> None:
    write(tmp_path, {"organization.json": json.dumps(crowd())})
    ran = policyengine("check", tmp_path, "--at", AT, "--format", form)
    assert (ran.code, ran.err) == (1, "")
    assert form in formats("check")
    PROMISES[form](ran.out)
