"""A Rego program, run by regorus."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.peers import Documents, Peer, Settings, library

_PROGRAM = Path(__file__).with_name("merge.rego")


def rego(documents: Documents) -> Peer | None:
    """The program with the documents as its data; they are read once."""
    regorus = library("regorus")
    if regorus is None:
        return None
    engine = regorus.Engine()
    engine.add_policy_from_file(str(_PROGRAM))
    engine.add_data({"policies": dict(documents)})

    def merge(chain: Sequence[Sequence[str]]) -> Any:  # noqa: ANN401 - what Rego says
        engine.set_input([list(names) for names in chain if names])
        return engine.eval_rule("data.backup.effective")

    return Peer("no trails, no notes, no unknown orders, no validation", merge, _settings)


def _settings(result: list[tuple[list[str], Any]]) -> Settings:
    return {tuple(path): tuple(value) if isinstance(value, list) else value for path, value in result}
