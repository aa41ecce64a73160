"""Projects by a seed: what the generators of snapshots and requirements make, with policies in the language beside raw ones.

What is written in the language comes from `policyengine import`: a version of the package has to be asked for it.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import yaml
from frozen.calls import call
from frozen.record import Case
from generators import organizations, projects, protection
from generators.dice import Dice, seeded
from generators.inventories import stocked
from generators.organizations import accounts_of, organization
from generators.requirements import Asker, demands

Tree = dict[str, Any]

PROFILES = (
    *(organizations.PLAIN, organizations.SMALL, organizations.WILD),
    *(organizations.CROWDED, organizations.CONTROLLED, organizations.SMALL),
)
CHECKS = (
    *("requirement-violated", "vault-missing", "role-missing", "retention-unlimited", "resources-in-two-plans"),
    *("opt-in-off", "lock-irreversible", "selection-without-types", "account-without-plan"),
)
FACTS = ("vaults", "vault-locks", "vault-types", "vault-keys", "roles", "opt-in", "dynamodb-advanced", "tags")
DATES = ("2027-01-31", "2026-11-30", "2026-10-01", "2030-12-31")
MOST_DOCUMENTS = 4


class Draft(NamedTuple):
    """A project before its policies are written: snapshots by folder, which policies leave them, and texts beside."""

    name: str
    snapshots: dict[str, Tree]
    moved: list[str]
    texts: dict[str, str]
    as_yaml: bool


def draft(seed: int) -> Draft:
    """The project of a seed, and other states of it to compare it with."""
    dice = Dice(seeded(seed))
    snapshots = _snapshots(dice, seed)
    names = list(snapshots["now"]["policies"])
    moved = (names, [], dice.some(names, 0, len(names)))[seed // 4 % 3]
    return Draft(f"generated {seed}", snapshots, moved, _texts(dice, snapshots["now"]), as_yaml=dice.chance(30))


def to_import(drafted: Draft) -> Case:
    """The calls that write the policies of a draft in the language, one for each folder."""
    files = {
        f"{folder}/raw/{name}.json": json.dumps(snapshot["policies"][name]["content"])
        for folder, snapshot in drafted.snapshots.items()
        for name in _moved(drafted, snapshot)
    }
    named = [[f"../{file}" for file in files if file.startswith(f"{folder}/")] for folder in drafted.snapshots]
    return Case(drafted.name, files, [call("import", *found) for found in named])


def finished(drafted: Draft, imported: Case) -> dict[str, str]:
    """The files of a draft; where AWS would refuse a policy all of them stay in the snapshot."""
    files: dict[str, str] = {}
    for (folder, snapshot), outcome in zip(drafted.snapshots.items(), imported.outcomes, strict=True):
        moved = _moved(drafted, snapshot) if outcome["exit code"] == "0" else []
        left = copy.deepcopy(snapshot)
        attachments = "".join(_taken(left, moved))
        written = json.dumps(left, indent=1, ensure_ascii=False)
        name = "organization.yaml" if drafted.as_yaml else "organization.json"
        files[f"{folder}/{name}"] = yaml.safe_dump(left, allow_unicode=True) if drafted.as_yaml else written
        if moved:
            files[f"{folder}/policies.bpol"] = f"{outcome['output']}\n{attachments}"
        files |= {f"{folder}/{name}": text for name, text in drafted.texts.items()}
    raw = [*drafted.snapshots["now"]["policies"].items()][:MOST_DOCUMENTS]
    return files | {f"documents/{name}.json": json.dumps(policy["content"]) for name, policy in raw}


def _snapshots(dice: Dice, seed: int) -> dict[str, Tree]:
    source = seeded(seed)
    if seed % 4 == 0:
        world = protection.world(source)
        after = protection.changed(source, world)
        return {"now": protection.snapshot(world), "changed": protection.snapshot(after)}
    if seed % 4 == 1:
        now = stocked(source)
    elif seed % 4 == 2:
        now = projects.project(source)
    else:
        now = organization(source, PROFILES[seed // 4 % len(PROFILES)])
    return {"now": now, **_changed(dice, now)}


def _changed(dice: Dice, now: Tree) -> dict[str, Tree]:
    """With another value in a policy of the root, and in the last one below, and without a policy."""
    attached = [name for entity in _entities(now["root"]) for name in entity.get("policies", [])]
    root, leaf, gone = (copy.deepcopy(now) for _ in range(3))
    if attached:
        _change(dice, root["policies"][attached[0]]["content"])
        _change(dice, leaf["policies"][attached[-1]]["content"])
        _without(gone, dice.pick(attached))
    return {"root": root, "leaf": leaf, "gone": gone}


def _change(dice: Dice, document: Tree) -> None:
    if not (settings := list(_settings(document))):
        return
    setting = dice.pick(settings)
    value = setting["@@assign"]
    if isinstance(value, list):
        setting["@@assign"] = [*value[1:], *value[:1]] if len(value) > 1 else ["us-east-1"]
    elif str(value).isdigit():
        setting["@@assign"] = str(int(value) + 30)
    else:
        setting["@@assign"] = f"{value}x" if isinstance(value, str) and dice.chance(30) else "cron(0 7 ? * * *)"


def _settings(node: Tree) -> Iterator[Tree]:
    for key, below in node.items():
        if key == "@@assign":
            yield node
        elif isinstance(below, dict):
            yield from _settings(below)


def _without(snapshot: Tree, name: str) -> None:
    del snapshot["policies"][name]
    for entity in _entities(snapshot["root"]):
        entity["policies"] = [other for other in entity.get("policies", []) if other != name]


def _moved(drafted: Draft, snapshot: Tree) -> list[str]:
    return [name for name in drafted.moved if name in snapshot["policies"]]


def _taken(snapshot: Tree, moved: list[str]) -> Iterator[str]:
    """Takes policies and their attachments from a snapshot; the attachments in the language."""
    for path, entity in _with_paths(snapshot["root"], None):
        own = [name for name in entity.get("policies", []) if name in moved]
        target = f"account {_quoted(entity['id'])}" if "id" in entity else f"ou {_quoted(path)}" if path else "root"
        if own:
            yield f"attach {', '.join(own)} to {target}\n"
            entity["policies"] = [name for name in entity["policies"] if name not in moved]
    for name in moved:
        del snapshot["policies"][name]


def _entities(root: Tree) -> Iterator[Tree]:
    for _, entity in _with_paths(root, None):
        yield entity


def _with_paths(entity: Tree, parent: str | None) -> Iterator[tuple[str, Tree]]:
    name = entity["name"].replace("/", "\\/")
    path = "" if parent is None else f"{parent}/{name}" if parent else name
    yield path, entity
    for below in (*entity.get("units", []), *entity.get("accounts", [])):
        yield from _with_paths(below, path)


def _texts(dice: Dice, snapshot: Tree) -> dict[str, str]:
    asked = (2 + dice.below(3)) if dice.chance(85) else 0
    texts = {"requirements.bpol": demands(seeded(dice.below(1_000_000)), snapshot, asked)} if asked else {}
    if dice.chance(70):
        texts["tests.bpol"] = "\n".join(_test(dice, snapshot, number, asked) for number in range(1 + dice.below(3)))
    if dice.chance(50):
        texts["waivers.bpol"] = "".join(_waiver(dice, snapshot, asked) for _ in range(1 + dice.below(2)))
    if dice.chance(60):
        texts["policyengine.toml"] = _settings_of_project(dice)
    return texts


def _test(dice: Dice, snapshot: Tree, number: int, asked: int) -> str:
    account = _quoted(dice.pick(accounts_of(snapshot)))
    given = dice.pick((account, account, f'"new" in ou {_some_unit(dice, snapshot)} tags {{ env = "prod" }}'))
    lines = [f"given account {given}", *dice.some(("expect valid", "expect invalid"), 1, 2)]
    if asked:
        asker = Asker(dice, snapshot)
        lines += [f"expect {asker.condition([], 2)}" for _ in range(2)]
        lines += [f"expect {dice.pick(('no violation', 'violation'))} of r{dice.below(asked)}"]
    return "\n  ".join([f'test "number {number}" {{', *lines]) + "\n}\n"


def _waiver(dice: Dice, snapshot: Tree, asked: int) -> str:
    what = dice.pick((*(f"r{number}" for number in range(asked)), *CHECKS))
    targets = ("root", f"account {_quoted(dice.pick(accounts_of(snapshot)))}", f"ou {_some_unit(dice, snapshot)}")
    return f'waive {what} for {dice.pick(targets)} until {dice.pick(DATES)} because "OPS-{dice.below(9)}"\n'


def _some_unit(dice: Dice, snapshot: Tree) -> str:
    units = [path for path, entity in _with_paths(snapshot["root"], None) if path and "id" not in entity]
    return _quoted(dice.pick(units or ["Nowhere"]))


def _settings_of_project(dice: Dice) -> str:
    levels = [f'{name} = "{dice.pick(("off", "info", "warning", "error"))}"' for name in dice.some(CHECKS[1:], 0, 3)]
    gate = dice.some(('fail_on = "warning"', "strict = true", f"unknown = {json.dumps(dice.some(FACTS, 1, 3))}"), 0, 2)
    baseline = ['baseline = "baseline.json"'] if dice.chance(50) else []
    return "\n".join(["[gate]", *gate, *baseline, "[checks]", *levels, ""])


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def with_baseline(files: Mapping[str, str], accepted: Case) -> dict[str, str]:
    """The files of a project with the baseline that a call wrote, if it did, in all states of it."""
    told = [outcome["now/baseline.json"] for outcome in accepted.outcomes if "now/baseline.json" in outcome]
    folders = {name.split("/")[0] for name in files} - {"documents"}
    return {**files, **{f"{folder}/baseline.json": text for folder in sorted(folders) for text in told}}
