"""AWS's documents through `import`, `fmt --check` and `compile`: what comes out is equal to what went in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from generators.dice import seeded
from generators.organizations import PLAIN, WILD, organization

from cli.command import AT, Command

pytestmark = pytest.mark.scale

Json: TypeAlias = Any

CONTROL = "@@operators_allowed_for_child_policies"
SEEDS = range(300)
BATCH = 50


def documents(seeds: range) -> dict[str, Any]:
    """The generator's documents by name; odd seeds give what people do not write."""
    return {
        f"{name}.{seed}": policy["content"]
        for seed in seeds
        for name, policy in organization(seeded(seed), WILD if seed % 2 else PLAIN)["policies"].items()
    }


def held_equal(document: dict[str, Any]) -> Json:
    """What AWS holds equal (language.md 3.4), made the same; operators on the document itself mean nothing."""
    return _folded({key: value for key, value in document.items() if not key.startswith("@@")})


def _folded(node: Json, key: str = "") -> Json:
    if isinstance(node, dict):
        below = {name.lower(): _folded(value, name.lower()) for name, value in node.items()}
        return {name: value for name, value in below.items() if value != {}}
    if isinstance(node, list):
        return list(dict.fromkeys(item.lower() for item in node)) if key == CONTROL else [_folded(i) for i in node]
    return node if isinstance(node, str) else json.dumps(node)


@pytest.mark.parametrize("first", SEEDS[::BATCH])
def test_generated_documents_come_out_equal(policyengine: Command, tmp_path: Path, first: int) -> None:
    wanted = documents(range(first, first + BATCH))
    raw, project = tmp_path / "raw", tmp_path / "project"
    raw.mkdir()
    project.mkdir()
    for name, document in wanted.items():
        (raw / f"{name}.json").write_text(json.dumps(document))
    imported = policyengine("import", "--at", AT, "--output", project / "all.bpol", *sorted(raw.iterdir()))
    assert imported.code == 0, imported.err
    checked = policyengine("fmt", "--check", project)
    assert checked.code == 0, checked.out
    compiled = policyengine("compile", project, "--at", AT, "--format", "json")
    assert compiled.code == 0, compiled.out
    found = compiled.json["policies"]
    differ = {name: found.get(name) for name in wanted if held_equal(found.get(name, {})) != held_equal(wanted[name])}
    assert differ == {}
    assert set(found) == set(wanted)
