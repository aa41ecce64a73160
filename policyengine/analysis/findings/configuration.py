"""`policyengine.toml`: where a project's files are and how strict its gate is (interface.md section 1).

`[gate] allow` lists changes that `diff --fail-on` lets pass, each with its reason.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterator, Mapping
from datetime import timedelta
from itertools import chain, islice
from types import MappingProxyType
from typing import Any, NamedTuple

from msgspec import field

from policyengine.aws.facts import PARTITIONS
from policyengine.aws.resources import InventorySettings
from policyengine.aws.resources.inventory_settings import COLUMNS, is_table_name
from policyengine.aws.snapshot.shape_faults import path_text, value_in_words
from policyengine.base.errors import ConfigurationError, Fault
from policyengine.base.records import Record
from policyengine.base.rules import Fact
from policyengine.base.source import Source
from policyengine.base.text import Nearest, escaped, is_blank, listed, quoted, suggestion

Problem = tuple[tuple[str | int, ...], str]

DIGITS = 32
"""Hexadecimal digits of the id of a change: 64 bits for what changed, as many for who made it."""

_ALLOW_KEYS = ("id", "reason")
_AGE = re.compile("([0-9]{1,6}) (minute|hour|day|week)s?")
_ID = re.compile(f"[0-9a-f]{{{DIGITS}}}")
_OLD_ID = re.compile("[0-9a-f]{12}")
_EXAMPLE = '{id = "...", reason = "..."}'
NO_SUCH_CHECK = "expected the name or code of a check, or a family, found"
"""How a message begins about a name that stands for no check; the name follows."""

LEVELS = ("off", "info", "warning", "error")
"""What a check can be set to, the weakest first."""

_HEADER = re.compile(r"\s*+\[{1,2}+([^\[\]]*+)\]")
_KEY = re.compile(r"""\s*["']?([^"'=\s]+)["']?\s*=""")
_MOST_PARTS = 32  # of a dotted key: reading takes the square of its parts
_LONG_KEY = re.compile(r"""(?<![\w-])(?:(?:[\w-]++|"(?:[^"\\\n]|\\.)*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+){32}""")
_LONGEST_REASON = 200
_MOST_FAULTS = 100  # that are reported, since each looks for its line
_AT_LINE = re.compile(r" \(at line (\d+), column \d+\)$")


class AllowedChange(Record):
    """A change of a comparison, by its id, and why it is fine."""

    id: str
    reason: str


def read_allowed(value: list[Mapping[str, str]]) -> tuple[AllowedChange, ...]:
    """The entries of a list without problems."""
    return tuple(AllowedChange(entry["id"], entry["reason"]) for entry in value)


def allow_problems(value: object) -> Iterator[Problem]:
    """The problems of the list, each below the path of the list."""
    if not isinstance(value, list):
        yield (), f"expected a list of {_EXAMPLE}, found {value_in_words(value)}"
        return
    first: dict[str, int] = {}
    for index, entry in enumerate(value):
        if not isinstance(entry, dict):
            yield (index,), f"expected {_EXAMPLE}, found {value_in_words(entry)}"
            continue
        yield from (((index, *path), message) for path, message in _entry_problems(entry))
        number = entry.get("id")
        if isinstance(number, str) and first.setdefault(number, index) != index:
            yield (index, "id"), f"the change {quoted(number)} is allowed at allow[{first[number]}] already"


def _entry_problems(entry: Mapping[str, Any]) -> Iterator[Problem]:
    for key, text in entry.items():
        if key not in _ALLOW_KEYS:
            advice = suggestion(key, _ALLOW_KEYS) or "expected `id` and `reason`"
            yield (key,), f"unknown key {quoted(key)}; {advice}"
        elif not isinstance(text, str) or is_blank(text):
            yield (key,), f"expected a text in quotes, found {value_in_words(text)}"
        elif key == "id" and not _ID.fullmatch(text):
            yield (key,), _no_id(text)
    if "id" not in entry:
        yield (), "`id` is missing: `policyengine diff` shows the id of each change"
    if "reason" not in entry:
        yield (), "`reason` is missing: say why this change is fine"


def _no_id(text: str) -> str:
    if _OLD_ID.fullmatch(text):
        reason = f"{quoted(text)} is an id of an earlier release, and ids have {DIGITS} digits now"
        return f"{reason}; take the entry out, and `policyengine diff` shows the id of today"
    return f"{quoted(text)} is no id of a change, expected the {DIGITS} digits that `policyengine diff` shows"


class SettableLevels(NamedTuple):
    """The levels that `[checks]` may set a check to, and why no others."""

    levels: tuple[str, ...] = LEVELS
    reason: str = ""


class Configuration(Record):
    """The settings of a project; the defaults are those of a project without the file.

    `organization` and `baseline` are paths relative to the project, None where the file names none; `policies` are
    globs. `checks` holds the severity of each check that the file names, `allow` the changes that `diff` lets pass,
    `unknown` the facts that the snapshot may lack although the gate is strict. `inventory` is about lists of resources.
    """

    organization: str | None = None
    policies: tuple[str, ...] = ("**/*.bpol",)
    partition: str = "aws"
    fail_on: str = "error"
    strict: bool = False
    baseline: str | None = None
    allow: tuple[AllowedChange, ...] = ()
    unknown: tuple[Fact, ...] = ()
    checks: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    inventory: InventorySettings = field(default_factory=InventorySettings)

    @property
    def settings(self) -> dict[str, str]:
        """The settings that decide what is judged and what fails, as texts by key; a check that is not set is left out.

        `[gate] allow` is not part of it: a report shows each allowed change where the change is.
        """
        return {
            "project.organization": self.organization or "",
            "project.policies": ", ".join(self.policies),
            "project.partition": self.partition,
            "gate.fail_on": self.fail_on,
            "gate.strict": str(self.strict).lower(),
            "gate.baseline": self.baseline or "",
            "gate.unknown": ", ".join(self.unknown),
            **self._of_inventory(),
            **{f"checks.{name}": level for name, level in self.checks.items()},
        }

    def _of_inventory(self) -> dict[str, str]:
        given = self.inventory
        return {
            "inventory.files": ", ".join(given.files),
            **({"inventory.table": given.table} if given.table else {}),
            "inventory.max_age": f"{given.max_age.total_seconds() / 3600:g} hours" if given.max_age else "",
            **{f"inventory.columns.{name}": column for name, column in given.columns.items()},
        }


def read_configuration(
    source: Source, known_checks: Mapping[str, SettableLevels], *, with_allow: bool = True
) -> Configuration:
    """The settings that a TOML text holds. `known_checks` has what `[checks]` may say of each name.

    Without `with_allow` `[gate] allow` is not read, and its ids may be those of another release. Raises
    `ConfigurationError` with every fault, a line each, at most a hundred.
    """
    tables = _tables(source)
    if not with_allow and isinstance(tables.get("gate"), dict):
        tables["gate"].pop("allow", None)
    every_problem = chain(_problems(tables), _check_problems(tables.get("checks", {}), known_checks))
    if problems := list(islice(every_problem, _MOST_FAULTS)):
        faults = sorted((_fault(source, path, message) for path, message in problems), key=lambda fault: fault.line)
        raise ConfigurationError("\n".join(map(str, faults)))
    settings = {**tables.get("project", {}), **tables.get("gate", {})}
    if "policies" in settings:
        settings["policies"] = tuple(settings["policies"])
    if "allow" in settings:
        settings["allow"] = read_allowed(settings["allow"])
    if "unknown" in settings:
        settings["unknown"] = tuple(Fact(name) for name in settings["unknown"])
    checks = MappingProxyType(dict(tables.get("checks", {})))
    return Configuration(**settings, checks=checks, inventory=_inventory(tables.get("inventory", {})))


def _inventory(table: Mapping[str, Any]) -> InventorySettings:
    """The settings of a table without problems."""
    age = _age(table["max_age"]) if "max_age" in table else None
    columns = MappingProxyType(dict(table.get("columns", {})))
    return InventorySettings(tuple(table.get("files", ())), age, columns, table.get("table"))


def _age(text: str) -> timedelta | None:
    """A length of time such as `7 days`; None for another text."""
    match = _AGE.fullmatch(text.strip())
    return timedelta(**{f"{match[2]}s": int(match[1])}) if match else None


def _tables(source: Source) -> dict[str, Any]:
    if long := _LONG_KEY.search(source.text):
        line = source.text.count("\n", 0, long.start()) + 1
        raise ConfigurationError(str(Fault(source.name, line, "", f"a key has more than {_MOST_PARTS} parts")))
    try:
        return tomllib.loads(source.text.removeprefix("\ufeff"))
    except tomllib.TOMLDecodeError as error:
        at = _AT_LINE.search(str(error))
        line = int(at[1]) if at else source.text.count("\n") + 1
        message = _AT_LINE.sub("", str(error)).removesuffix(" (at end of document)")
        raise ConfigurationError(str(Fault(source.name, line, "", f"this is not TOML: {_inert(message)}"))) from None
    except (RecursionError, ValueError):  # brackets or numbers beyond what Python reads
        raise ConfigurationError(str(Fault(source.name, 0, "", "this is not TOML that can be read"))) from None


def _inert(message: str) -> str:
    return escaped(message[:1].lower() + message[1:], longest=_LONGEST_REASON)


def _text(value: object) -> str:
    return "" if isinstance(value, str) and value else "expected a text in quotes"


def _texts(value: object) -> str:
    return "" if value and _are_texts(value) else 'expected a list such as ["**/*.bpol"]'


def _are_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) and item for item in value)


def _flag(value: object) -> str:
    return "" if isinstance(value, bool) else "expected true or false"


def _one_of(choices: Collection[str], value: object) -> str:
    if isinstance(value, str) and value in choices:
        return ""
    *most, last = (f'"{choice}"' for choice in choices)
    return f"expected {', '.join(most)} or {last}"


def _max_age(value: object) -> str:
    if isinstance(value, str) and _age(value):
        return ""
    return 'expected a length of time such as "7 days" or "36 hours"'


def _table(value: object) -> str:
    return "" if isinstance(value, str) and is_table_name(value) else 'expected a table such as "backup.resources"'


_KEYS = {
    "project": {
        "organization": _text,
        "policies": _texts,
        "partition": lambda value: _one_of(PARTITIONS, value),
    },
    "gate": {
        "fail_on": lambda value: _one_of(("error", "warning"), value),
        "strict": _flag,
        "baseline": _text,
        "allow": lambda _: "",  # has its own problems, entry by entry
        "unknown": lambda value: "" if _are_texts(value) else 'expected a list such as ["roles"]',
    },
    "inventory": {
        "files": lambda value: "" if value and _are_texts(value) else 'expected a list such as ["inventory/*.json"]',
        "max_age": _max_age,
        "table": _table,
        "columns": lambda value: "" if isinstance(value, dict) else "expected a table [inventory.columns]",
    },
    "checks": {},
}


def _problems(tables: Mapping[str, Any]) -> Iterator[Problem]:
    yield from (((name,), _unknown("table", name, _KEYS)) for name in tables if name not in _KEYS)
    for table, keys in _KEYS.items():
        settings = tables.get(table, {})
        if not isinstance(settings, dict):
            yield (table,), f"expected a table [{table}], found {value_in_words(settings)}"
        elif keys:
            yield from _table_problems(table, settings, keys)
    if isinstance(gate := tables.get("gate"), dict):
        if "allow" in gate:
            yield from ((("gate", "allow", *path), message) for path, message in allow_problems(gate["allow"]))
        unknown_facts = set(gate["unknown"]) - set(Fact) if _are_texts(gate.get("unknown")) else ()
        yield from ((("gate", "unknown"), _unknown("fact", name, list(Fact))) for name in sorted(unknown_facts))
    inventory = tables.get("inventory")
    if isinstance(inventory, dict) and isinstance(columns := inventory.get("columns"), dict):
        yield from _column_problems(columns)


def _column_problems(columns: Mapping[str, Any]) -> Iterator[Problem]:
    for name, column in columns.items():
        if name not in COLUMNS:
            yield ("inventory", "columns", name), _unknown("column", name, COLUMNS)
        elif expected := _text(column):
            yield ("inventory", "columns", name), f"{expected}, found {value_in_words(column)}"


def _table_problems(table: str, settings: Mapping[str, Any], keys: Mapping[str, Any]) -> Iterator[Problem]:
    for key, given in settings.items():
        if key not in keys:
            yield (table, key), _unknown("key", key, keys)
        elif expected := keys[key](given):
            yield (table, key), f"{expected}, found {value_in_words(given)}"


def _check_problems(checks: object, settable_by_name: Mapping[str, SettableLevels]) -> Iterator[Problem]:
    nearest = Nearest(name for name, settable in settable_by_name.items() if settable.levels)
    for name, level in checks.items() if isinstance(checks, dict) else ():
        if name not in settable_by_name:
            advice = nearest.suggestion(name)
            yield ("checks", name), f"{NO_SUCH_CHECK} {quoted(name)}{'; ' if advice else ''}{advice}"
        if problem := _level_problem(settable_by_name.get(name, SettableLevels()), level):
            yield ("checks", name), problem


def _level_problem(settable: SettableLevels, level: object) -> str:
    """The problem of the level of a check; empty where there is none."""
    if not settable.levels:
        return settable.reason
    expected = _one_of(settable.levels, level)
    if not expected:
        return ""
    why = f": {settable.reason}" if settable.reason and isinstance(level, str) and level in LEVELS else ""
    return f"{expected}, found {value_in_words(level)}{why}"


def _unknown(what: str, name: str, expected: Collection[str]) -> str:
    advice = suggestion(name, expected) or f"expected one of {listed(expected)}"
    return f"unknown {what} {quoted(name)}; {advice}"


def _fault(source: Source, path: tuple[str | int, ...], message: str) -> Fault:
    return Fault(source.name, _line(source.text, path), path_text(path), message)


def _line(text: str, path: tuple[str | int, ...]) -> int:
    """The line of a key, as far as headers and beginnings of lines show it; else that of its table, else 0.

    An entry of a list stands at its own header `[[table.list]]`, else where the list does.
    """
    key, index = path[:2], path[2] if len(path) > 2 else None  # noqa: PLR2004 - table, key, entry
    table, header, entries = "", 0, []
    for number, line in enumerate(text.splitlines(), start=1):
        if match := _HEADER.match(line):
            table = match[1].strip()
            header = number if table == path[0] else header
            entries += [number] if tuple(table.split(".")) == key else []
        elif (match := _KEY.match(line)) and (*(table.split(".") if table else ()), match[1]) in {key, path}:
            return number
    return entries[index] if isinstance(index, int) and index < len(entries) else header
