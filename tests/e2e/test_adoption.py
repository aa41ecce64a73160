"""How a team adopts the program: a baseline of what is wrong with its JSON policies, then these become text.

The organization is the one in which everything is wrong (`tests/analysis/checks/test_everything.py`), its policies pulled
from AWS. Left out is what no baseline accepts, what `import` mends, and policies that hang nowhere: a snapshot may have
such, of a project they are a warning.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from analysis.checks.composition import compose, read_yaml
from analysis.checks.test_everything import CASES, SOUND_TEXTS, named
from cli.command import Command, write
from support.rule_cases import texts

AT = ("--at", "2026-10-01")
REQUIREMENTS = """\
require a-year { assert every rule satisfies rule.retention >= 365 days }
require some-for-years { assert some rule satisfies rule.retention >= 1000 days }
require locked { assert every rule satisfies rule.vault.lock == compliance }
require regional { assert every copy satisfies copy.cross_region }
"""
CONFIGURATION = '[gate]\nfail_on = "warning"\nbaseline = "baseline.json"\n'
IMPORT_MENDS = {"copy-arn-malformed"}  # a copy's key that differs from its target in case is written as the target is
REFUSED = {"too-many-policies-attached"}  # a snapshot has at most ten
Tree = dict[str, Any]


@pytest.fixture
def policyengine(capsys: pytest.CaptureFixture[str]) -> Command:
    return Command(capsys)


@pytest.fixture
def project(policyengine: Command, tmp_path: Path) -> Path:
    """Raw policies in a snapshot, and a baseline that accepts all that is wrong with them."""
    folder = write(tmp_path / "project", {"require.bpol": REQUIREMENTS, "policyengine.toml": CONFIGURATION})
    snapshot = pulled(policyengine, tmp_path / "written")
    _save(folder, snapshot)
    ran = policyengine.json("check", folder, *AT, "--update-baseline")
    withheld = {number for one in standing(ran.json) for number in one["accounts"]}
    for _, entity in entities(snapshot["root"]):
        if "accounts" in entity:
            entity["accounts"] = [one for one in entity["accounts"] if one["id"] not in withheld]
    _save(folder, snapshot)
    policyengine("check", folder, *AT, "--update-baseline")
    return folder


def test_policies_and_then_attachments_move_to_the_language(policyengine: Command, project: Path) -> None:
    before = accepted(policyengine, project)
    assert len(before) > 1_000
    assert len({one["name"] for one in before}) > 30

    snapshot = json.loads((project / "organization.json").read_text())
    for name, policy in snapshot["policies"].items():
        raw = write(project.parent / "raw", {f"{name}.json": json.dumps(policy["content"])})
        ran = policyengine("import", raw / f"{name}.json", *AT)
        assert ran.code == 0, ran.err
        write(project, {f"{name}.bpol": ran.out})
    assert accepted(policyengine, project) == before, "AWS's documents are replaced by text of the same names"

    attachments = "".join(attached(path, entity) for path, entity in entities(snapshot["root"]))
    write(project, {"attachments.bpol": attachments})
    for _, entity in entities(snapshot["root"]):
        entity.pop("policies", None)
    del snapshot["policies"]
    _save(project, snapshot)
    assert accepted(policyengine, project) == before, "and the snapshot knows of no policy any more"

    for number, file in enumerate(sorted(project.glob("*.bpol"), reverse=True)):
        (project / "backup" / str(number % 7)).mkdir(parents=True, exist_ok=True)
        file.rename(project / "backup" / str(number % 7) / f"{number}.bpol")
    assert accepted(policyengine, project) == before, "and every file has another name"


def pulled(policyengine: Command, written: Path) -> Tree:
    """The snapshot of an organization whose policies are documents without text."""
    cases = {named(case): texts(case) for case in CASES if case.parent.name not in IMPORT_MENDS | REFUSED}
    first = {
        name: text
        for name, text in texts(SOUND_TEXTS).items()
        if name not in {"too_long.bpol", "crowded.bpol", "promises.bpol"}
    }
    whole = compose(first, cases)
    snapshot: Tree = read_yaml(whole["organization.yaml"]) | {"attachment_order": "known"}
    compiled = policyengine.json("compile", write(written, whole), *AT).json
    by_target = dict(entities(snapshot["root"]))
    for attachment in compiled["attachments"]:
        kind, target = attachment["target"]["kind"], attachment["target"]
        path = "" if kind == "root" else target["path"] if kind == "ou" else target["id"] or target["name"]
        by_target[path].setdefault("policies", []).extend(attachment["policies"])
    documents = {name: {"content": content} for name, content in compiled["policies"].items()}
    return snapshot | {"policies": snapshot.get("policies", {}) | documents}


def entities(unit: Tree, path: str = "") -> Iterator[tuple[str, Tree]]:
    """The units by their paths and the accounts by their ids, from a unit down."""
    yield path, unit
    yield from ((account["id"], account) for account in unit.get("accounts", ()))
    for inner in unit.get("units", ()):
        yield from entities(inner, f"{path}/{inner['name']}".removeprefix("/"))


def attached(path: str, entity: Tree) -> str:
    """The statement that attaches what the snapshot attaches to a unit or account."""
    target = f"account {json.dumps(path)}" if "id" in entity else f"ou {json.dumps(path)}" if path else "root"
    names = ", ".join(json.dumps(name) for name in entity.get("policies", ()))
    return f"attach {names} to {target}\n" if names else ""


def accepted(policyengine: Command, project: Path) -> list[Tree]:
    """What the baseline accepts of a gate that passes with nothing new and nothing gone, but for places and order."""
    ran = policyengine("check", project, *AT, "--format", "json")  # in a form that `project` has seen to be right
    found = ran.json
    assert (ran.code, found["verdict"], standing(found)) == (0, "pass", [])
    covered = [one for one in found["findings"] if one.get("baseline")]
    assert len(covered) == found["summary"]["accepted"]
    said = ("name", "severity", "path", "region", "accounts", "policies", "requirement")
    each = [one | place for one in covered for place in one.get("places", [one])]
    return sorted(({key: one[key] for key in said} for one in each), key=json.dumps)


def standing(found: Tree) -> list[Tree]:
    """What a baseline could accept and does not, and what it accepts although it is gone."""
    return [
        one
        for one in found["findings"]
        if not one.get("baseline") and (one["severity"] != "info" or one["name"] == "accepted-finding-gone")
    ]


def _save(project: Path, snapshot: Tree) -> None:
    hanging = {name for _, entity in entities(snapshot["root"]) for name in entity.get("policies", ())}
    if "policies" in snapshot:
        policies = {name: policy for name, policy in snapshot["policies"].items() if name in hanging}
        snapshot = snapshot | {"policies": policies}
    write(project, {"organization.json": json.dumps(snapshot, default=str)})
