"""All cases that are played: generated projects, those with mistakes, the projects of the repository, single texts."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from pathlib import Path

from frozen import calls
from frozen.generated import draft, finished, to_import, with_baseline
from frozen.mistakes import texts_of_tests, with_mistake
from frozen.record import Case
from frozen.versions import ROOT, Version
from generators.dice import Dice, seeded

SEEDS = range(200)
ORGANIZATION = """\
version: 1
root:
  name: Root
  accounts: [{id: "111111111111", name: management}]
  units:
    - {name: Shops, policies: [raw], accounts: [{id: "222222222222", name: books, tags: {env: prod}}]}
policies: {raw: {content: {plans: {}}}}
"""
MARKS = ("organization.yaml", "organization.json", "policyengine.toml")
BESIDE = {"golden/project": "golden/changed", "golden/changed": "golden/project"}


def cases(version: Version) -> Iterator[Case]:
    """Every case. `version` is asked for texts that the generators do not write themselves."""
    yield _general(version)
    for name, files in (*_generated(version), *_kept()):
        dice = _dice(name)
        yield Case(name, files, list(calls.thorough(dice, files)))
        yield _mistaken(name, files)
    for name, files in _cases_of_checks():
        yield Case(name, files, [calls.call("check", form=form) for form in calls.BOTH])
    for name, text in texts_of_tests():
        files = {"now/text.bpol": text, "now/organization.yaml": ORGANIZATION}
        yield Case(name, files, [calls.call("check", form="json"), calls.call("compile"), calls.call("fmt --diff")])


def _general(version: Version) -> Case:
    (asked,) = version.play([Case("rules", {}, [["rules", "--format", "json"]])])
    rules = [rule["name"] for rule in json.loads(asked.outcomes[0]["output"])["rules"]]
    return Case("general", {}, list(calls.general(rules)))


def _generated(version: Version) -> Iterator[tuple[str, dict[str, str]]]:
    drafts = [draft(seed) for seed in SEEDS]
    imported = version.play(map(to_import, drafts))
    written = [finished(*both) for both in zip(drafts, imported, strict=True)]
    accepting = [Case("", files, [calls.call("check --update-baseline")]) for files in written]
    accepted = version.play(accepting)
    for drafted, files, found in zip(drafts, written, accepted, strict=True):
        yield drafted.name, with_baseline(files, found)


def _mistaken(name: str, files: dict[str, str]) -> Case:
    """The same with a mistake in one of the project's files."""
    dice = _dice(name)
    names = [file for file, text in files.items() if file.startswith("now/") and text.strip()]
    texts = [file for file in names if file.endswith(".bpol")]
    chosen = dice.pick(texts if texts and dice.chance(80) else names)
    found = {f"before/{file[4:]}": files[file] for file in names}
    found |= {file: files[file] for file in names} | {chosen: with_mistake(dice, files[chosen])}
    lines = [*calls.brief(), *(calls.call("check", form=form) for form in ("sarif", "github"))]
    return Case(
        f"{name} with a mistake", found, [*lines, calls.call("diff", "../before", ".", form=dice.pick(calls.DIFF))]
    )


def _kept() -> Iterator[tuple[str, dict[str, str]]]:
    """The projects of the repository."""
    places = [
        ROOT / "examples",
        ROOT / "policies",
        *(ROOT / "tests" / name for name in ("analysis/checks", "golden", "report")),
    ]
    files = [
        file for place in places for file in place.rglob("*") if file.suffix in (".bpol", ".yaml", ".json", ".toml")
    ]
    folders = {_project_of(file) for file in files if "cases" not in file.parts}
    for folder in sorted(folders):
        name = str(folder.relative_to(ROOT))
        other = next((ROOT / "tests" / there for here, there in BESIDE.items() if name.endswith(here)), None)
        found = _read(folder, "now") | (_read(other, "changed") if other else {})
        if not any(file.startswith("now/organization.") for file in found):
            found["now/organization.yaml"] = ORGANIZATION
        yield name, found | _documents(folder)


def _project_of(file: Path) -> Path:
    above = [folder for folder in file.parents if any((folder / mark).is_file() for mark in MARKS)]
    return above[-1] if above else file.parent


def _read(folder: Path, name: str) -> dict[str, str]:
    files = sorted(file for file in folder.rglob("*") if file.suffix in (".bpol", ".yaml", ".json", ".toml"))
    return {f"{name}/{file.relative_to(folder)}": file.read_text(encoding="utf-8") for file in files}


def _documents(folder: Path) -> dict[str, str]:
    files = sorted((folder / "documents").glob("*.json")) or sorted(folder.glob("*.json"))
    return {f"documents/{file.name}": file.read_text(encoding="utf-8") for file in files}


def _cases_of_checks() -> Iterator[tuple[str, dict[str, str]]]:
    room = ROOT / "tests" / "cases"
    organization = (room / "organization.yaml").read_text(encoding="utf-8")
    for case in sorted(room.glob("*/*")):
        name = str(case.relative_to(ROOT))
        if case.is_dir():
            yield name, _read(case, "now")
        elif case.suffix == ".json":
            yield (
                name,
                {"documents/policy.json": case.read_text(encoding="utf-8"), "now/organization.yaml": organization},
            )
        else:
            yield name, {"now/policy.bpol": case.read_text(encoding="utf-8"), "now/organization.yaml": organization}


def _dice(name: str) -> Dice:
    return Dice(seeded(zlib.crc32(name.encode())))
