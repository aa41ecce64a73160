"""The calls that are made in a project: every command, in every format."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import product

from generators.dice import Dice

AT = ("--at", "2026-11-30T12:00")
BOTH = ("terminal", "json")
CHECK = ("terminal", "json", "sarif", "junit", "github", "gitlab", "markdown", "html")
DIFF = ("terminal", "json", "markdown", "html")
COMMANDS = (
    *("init", "check", "compile", "effective", "explain", "validate", "import"),
    *("fmt", "test", "diff", "prove", "schedule", "show", "rules", "schema"),
)
UNTIMED = ("init", "fmt", "rules", "schema")
COLOURED = ("check", "compile", "effective --all", "test --coverage", "show", "fmt --diff")
ACCOUNT = re.compile(r"\bid[\"']?: *[\"']?(\d{12})\b")

Call = list[str]


def call(line: str, *more: str, form: str = "terminal") -> Call:
    """A call by its words."""
    words = [*line.split(), *more]
    return [*words, *(() if words[0] in UNTIMED else AT), "--format", form]


def thorough(dice: Dice, files: Mapping[str, str]) -> Iterator[Call]:
    """All commands in all formats, on accounts that the dice pick."""
    yield from brief()
    yield from gate(dice)
    yield from accounts(dice, numbers(files))
    yield from documents(files)
    yield from diffs(dice, others(files))
    yield from proofs(dice, files)
    if dice.chance(15):
        yield from ([*call(line), "--color", "always"] for line in COLOURED)


def brief() -> Iterator[Call]:
    """What a text with faults in it has to say."""
    for line, form in product(("check", "compile", "test --coverage", "effective --all", "fmt --diff"), BOTH):
        yield call(line, form=form)


def gate(dice: Dice) -> Iterator[Call]:
    """The rest of what a project as a whole is asked."""
    yield from (call("check", form=form) for form in CHECK[2:])
    yield from (call(line, form=dice.pick(CHECK)) for line in ("check --strict", "check --only-project"))
    yield call("check --quiet")
    yield call("check --update-baseline")
    yield from (call(line, form=form) for line, form in product(("show", "test", "fmt --check"), BOTH))
    lines = ("compile --out out", "effective --all --distinct", "effective --all --hypothetical")
    yield from (call(line, form=dice.pick(("json", "terminal"))) for line in lines)
    yield call("check --output report", form=dice.pick(CHECK))
    yield call("test --coverage --min-coverage 80")
    yield call("fmt")


def accounts(dice: Dice, known: Sequence[str]) -> Iterator[Call]:
    """What one or two accounts are asked, and one that is not there."""
    places = ("Europe/Amsterdam", "Europe/London", "America/New_York", "Asia/Kathmandu", "Mars")
    zones = ((), *(("--zone", place) for place in places), ("--days", "40"), ("--days", "0"))
    for number in dice.some(known, 1, 2):
        yield from (call("explain", number, form=form) for form in BOTH)
        yield call("explain", number, dice.pick(("plans", "plans/daily", "plans/daily/rules", "plans/dialy")))
        for form in BOTH:
            yield call("schedule --hypothetical", number, *dice.pick(zones), form=form)
        yield call("check --account", number, form=dice.pick(CHECK))
        yield call("effective", number, form=dice.pick(BOTH))
    yield call("explain", dice.pick(("000000000099", "acount1", "Prod/*", "")))


def documents(files: Mapping[str, str]) -> Iterator[Call]:
    """What AWS's documents beside the project are asked."""
    if found := [f"../{name}" for name in files if name.startswith("documents/")]:
        yield from (call("validate", *found, form=form) for form in BOTH)
        yield from (call("import", *found, form=form) for form in BOTH)
        yield call("import --partition aws-cn", found[0])


def diffs(dice: Dice, folders: Sequence[str]) -> Iterator[Call]:
    """The project against each of the others, one of them in all formats."""
    whole = dice.pick(folders or [""])
    for folder in folders:
        forms = DIFF if folder == whole else dice.some(DIFF, 2, 2)
        yield from (call("diff", f"../{folder}", ".", form=form) for form in forms)
        yield call("diff --fail-on lost,weakened", ".", f"../{folder}", form=dice.pick(DIFF))


def proofs(dice: Dice, files: Mapping[str, str]) -> Iterator[Call]:
    """What can be proven of the project; of one of many requirements, since some take long."""
    if "now/requirements.bpol" in files:
        suggest = dice.some(("--suggest",), 0, 1)
        one = call("prove --requirement", dice.pick(("r0", "r1")), *suggest, form=dice.pick(BOTH))
        yield from ([one] if dice.chance(50) else [])
    else:
        yield from (call("prove", form=form) for form in BOTH)
        yield call("prove --suggest", form=dice.pick(BOTH))
    yield call("prove --requirement absent")


def general(rules: Sequence[str]) -> Iterator[Call]:
    """What needs no project: help, pages, schemas, and wrong usage."""
    yield from ([], ["--help"], ["--version"], ["chekc"], ["check", "--fromat", "json"], ["check", "nowhere"])
    for command in COMMANDS:
        yield from ([command, "--help"], [command, "--format", "jsno"], [command, "--at", "yesterday"], [command])
        yield from (["schema", command], ["schema", "--format", "json", command])
    yield from (["schema", name] for name in ("snapshot", "baseline", "chekc"))
    yield from (["rules", "--format", form] for form in BOTH)
    yield from (["rules", name, "--format", form] for name, form in product((*rules, "vault-misssing"), BOTH))
    yield from (["rules", "--out", "pages"], ["init", "new"], ["init", "."], ["init", "--format", "json", "other"])


def numbers(files: Mapping[str, str]) -> list[str]:
    """The ids of the accounts of a project."""
    told = "".join(text for name, text in files.items() if name.startswith("now/organization."))
    return list(dict.fromkeys(ACCOUNT.findall(told))) or ["111111111111"]


def others(files: Mapping[str, str]) -> list[str]:
    """The folders beside `now` that are projects."""
    found = {name.split("/")[0]: None for name in files}
    return [folder for folder in found if folder not in ("now", "documents")]
