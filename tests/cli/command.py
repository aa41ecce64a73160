"""The command line, called in this process."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import pytest
from jsonschema import Draft202012Validator

from policyengine.cli.app import run
from policyengine.report.output_schemas import output_schema

Json: TypeAlias = Any

AT = "2026-09-13T07:00"  # `support.moment`, as a user writes it
AS_OF = ("--at", AT)

SNAPSHOT = """\
version: 1
root:
  name: Root
  accounts: [{id: "111111111111", name: management}]
  units:
    - name: Shops
      accounts: [{id: "222222222222", name: books}, {id: "333333333333", name: toys}]
"""
TOLD = """\
vaults: [{name: Main, accounts: "*", regions: [eu-west-1], lock: none, type: standard}]
roles: [{name: Backup, accounts: "*"}]
settings: {opt_in: {eu-west-1: [EBS]}}
"""
"""What a strict gate wants to know of the project's account besides."""
POLICY = """\
policy baseline {
  plan daily {
    regions = [eu-west-1]

    rule nightly {
      vault = "Main"
      retain = 35 days
      schedule = daily at 05:00
    }

    tag selection tagged {
      role = "Backup"
      key = "backup"
      values = ["yes"]
    }
  }
}

attach baseline to root
"""


class Ran(NamedTuple):
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Json:
        return json.loads(self.out)


class Command:
    """Runs `policyengine` and keeps what it printed."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *arguments: str | Path) -> Ran:
        code = run([str(argument) for argument in arguments])
        out, err = self._capsys.readouterr()
        return Ran(code, out, err)

    def json(self, command: str, *arguments: str | Path) -> Ran:
        """Runs a command for its JSON, which must be as `policyengine schema` says; none only where exit 2 says why."""
        ran = self(command, *arguments, "--format", "json")
        if ran.out or ran.code != 2:
            _schema(command).validate(ran.json)
        return ran


@cache
def _schema(command: str) -> Draft202012Validator:
    return Draft202012Validator(output_schema(command))


def write(folder: Path, files: dict[str, str]) -> Path:
    """Writes files below a folder and gives the folder back."""
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return folder


def project_in(folder: Path, **files: str) -> Path:
    """A small project without findings; `files` replace or add texts by stem: `policy`, `organization`, `config`."""
    names = {"policy": "policy.bpol", "organization": "organization.yaml", "config": "policyengine.toml"}
    texts = {"policy": POLICY, "organization": SNAPSHOT, **files}
    return write(folder, {names.get(name, name): text for name, text in texts.items()})


def snapshot_of(levels: Sequence[Sequence[Any]]) -> dict[str, Any]:
    """A snapshot with one account below documents per level, root first; the last level is the account's own."""
    levels = [*levels, []] if len(levels) == 1 else levels
    names = [[f"p{depth}-{place}" for place in range(len(documents))] for depth, documents in enumerate(levels)]
    entity: dict[str, Any] = {"id": "111111111111", "name": "shop", "policies": names[-1]}
    kind = "accounts"
    for depth in range(len(levels) - 2, 0, -1):
        entity, kind = {"name": f"u{depth}", "policies": names[depth], kind: [entity]}, "units"
    policies = {
        name: {"content": document}
        for level, documents in zip(names, levels, strict=True)
        for name, document in zip(level, documents, strict=True)
    }
    return {"version": 1, "root": {"name": "Root", "policies": names[0], kind: [entity]}, "policies": policies}
