"""What is played, and what came of it, as lines of a compressed file: one case a line."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple


class Case(NamedTuple):
    """A project, and the calls that are made in it.

    `files` are texts by name, the project's own below `now/`; `outcomes` has for each call what it left behind, by kind:
    `exit code`, `output`, `errors`, and the name of each file that it wrote. Empty before the case was played.
    """

    name: str
    files: dict[str, str]
    calls: list[list[str]]
    outcomes: list[dict[str, str]] = []  # noqa: RUF012 - never changed


def write(file: Path, cases: Iterable[Case]) -> None:
    """Writes cases."""
    with gzip.open(file, "wt", compresslevel=1, encoding="utf-8") as target:
        target.writelines(json.dumps(case._asdict()) + "\n" for case in cases)


def read(file: Path) -> Iterator[Case]:
    """The cases of a file, one after the other."""
    with gzip.open(file, "rt", encoding="utf-8") as source:
        for line in source:
            yield Case(**json.loads(line))
