"""What a list of resources cannot see stands on top of every answer that rests on it."""

from __future__ import annotations

import html
import shutil
from pathlib import Path

import pytest

from cli.command import AT, Command

COVERED = Path(__file__).parents[1] / "golden" / "covered"
SAMPLES = Path(__file__).parents[1] / "inventory" / "samples"
SPOTS = {
    "config-query.json": "not visible to config: DSQL, FSx, FSxVolume, StorageGateway, Timestream, VirtualMachine, types"
    " that its recorder leaves out",
    "resource-explorer.json": "not visible to resource-explorer: what its view leaves out, states, sizes, keys, parents,"
    " tags unless its view includes them",
    "tag-editor.csv": "not visible to tag-editor: what its search leaves out, states, sizes, keys, parents, accounts of"
    " buckets, tags without a column",
    "tagging-api.json": "not visible to tagging-api: what never had a tag, states, sizes, keys, parents, accounts and"
    " Regions of buckets",
}
FORMATS = {
    "coverage": ["terminal", "markdown", "html", "sarif", "github"],
    "restore-tests": ["terminal", "markdown"],
    "diff": ["terminal", "markdown", "html"],
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return Path(shutil.copytree(COVERED, tmp_path / "shop"))


def call(command: str, project: Path, sample: str, form: str) -> list[str]:
    sides = ["./"] if command == "diff" else []
    return [command, *sides, "-C", str(project), "--inventory", str(SAMPLES / sample), "--at", AT, "--format", form]


@pytest.mark.parametrize("sample", SPOTS)
@pytest.mark.parametrize(("command", "form"), [(name, form) for name, forms in FORMATS.items() for form in forms])
def test_every_format_says_it_in_words(
    policyengine: Command, project: Path, sample: str, command: str, form: str
) -> None:
    ran = policyengine(*call(command, project, sample, form))
    assert SPOTS[sample] in " ".join(html.unescape(ran.out).replace("`", "").replace("\\", "").split())


@pytest.mark.parametrize("command", FORMATS)
def test_programs_get_it_as_lists(policyengine: Command, project: Path, command: str) -> None:
    answer = policyengine.json(*call(command, project, "tagging-api.json", "json")[:-2]).json
    (spots,) = answer["resources" if command == "diff" else "summary"]["not_visible"]
    assert spots == {
        "source": "tagging-api",
        "types": [],
        "untagged": True,
        "lacks": ["states", "sizes", "keys", "parents", "accounts and Regions of buckets"],
    }


def test_a_table_of_ones_own_has_none_that_anybody_knows(policyengine: Command, project: Path) -> None:
    ran = policyengine("coverage", project, "--inventory", project / "inventory.csv", "--at", AT)
    assert "not visible" not in ran.out
