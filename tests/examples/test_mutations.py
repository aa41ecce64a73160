"""The examples and the packs' passing projects notice when their policies get worse (`mutations.py` prints how much)."""

from __future__ import annotations

import re
import shutil
from functools import cache
from pathlib import Path

import pytest

from examples.mutations import PROJECTS, Tally, tally

pytestmark = pytest.mark.scale

LEAST = 0.9
# Nothing comes of these without a policy further down; whether one could break a requirement, `prove` asks.
OPENINGS = {
    "unlock",
    "open a child control",
    "flip the operator of `regions`",
    "flip the operator of `types`",
    "flip the operator of `values`",
}
FELT = {
    "drop a plan",
    "drop a rule",
    "drop a copy",
    "drop a Region",
    "drop a tag value",
    "drop a type",
    "shorten a retention",
    "lengthen an interval",
    "change a vault",
    "change the account of a copy",
    "change a tag value",
    "change a type",
    "change a role",
}

every_project = pytest.mark.parametrize("name", PROJECTS)
told = cache(tally)


@every_project
def test_what_gets_worse_is_noticed(name: str) -> None:
    tally = told(PROJECTS[name])
    assert tally.share >= LEAST, str(tally)


@every_project
def test_what_no_account_feels_only_opens_something(name: str) -> None:
    assert [str(mutant) for mutant in told(PROJECTS[name]).unfelt if mutant.kind not in OPENINGS] == []


def test_every_kind_of_mutant_is_made() -> None:
    tallies = [told(PROJECTS[name]) for name in ("acme", "ledger")]
    made = {mutant.kind for tally in tallies for mutant in (*tally.noticed, *tally.unnoticed, *tally.unfelt)}
    assert made == FELT | OPENINGS


def test_without_requirements_and_tests_much_goes_unnoticed(tmp_path: Path) -> None:
    bare = without_promises(PROJECTS["ledger"], tmp_path / "ledger")
    assert bare.share < LEAST
    assert {"lengthen an interval", "drop a copy", "change a tag value"} <= {mutant.kind for mutant in bare.unnoticed}


def without_promises(project: Path, folder: Path) -> Tally:
    """The tally of a project whose requirements and tests are cut out."""
    shutil.copytree(project, folder)
    for file in folder.glob("*.bpol"):
        file.write_text(re.split(r"^(?:require|test) ", file.read_text(encoding="utf-8"), flags=re.MULTILINE)[0])
    return tally(folder)
