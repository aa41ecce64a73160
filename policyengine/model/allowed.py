"""`[gate] allow` of `policyengine.toml`: changes that `diff --fail-on` lets pass, each with its reason."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from policyengine.model.wording import found
from policyengine.value import value
from policyengine.wording import quoted, suggestion

Problem = tuple[tuple[str | int, ...], str]

DIGITS = 32
"""Hexadecimal digits of the id of a change: 64 bits for what changed, as many for who made it."""

_KEYS = ("id", "reason")
_ID = re.compile(f"[0-9a-f]{{{DIGITS}}}")
_OLD_ID = re.compile("[0-9a-f]{12}")
_EXAMPLE = '{id = "...", reason = "..."}'


@value
class AllowedChange:
    """A change of a comparison, by its id, and why it is fine."""

    id: str
    reason: str


def read_allowed(value: list[Mapping[str, str]]) -> tuple[AllowedChange, ...]:
    """The entries of a list without problems."""
    return tuple(AllowedChange(entry["id"], entry["reason"]) for entry in value)


def allow_problems(value: object) -> Iterator[Problem]:
    """What is wrong with the list, each problem below the path of the list."""
    if not isinstance(value, list):
        yield (), f"expected a list of {_EXAMPLE}, found {found(value)}"
        return
    first: dict[str, int] = {}
    for index, entry in enumerate(value):
        if not isinstance(entry, dict):
            yield (index,), f"expected {_EXAMPLE}, found {found(entry)}"
            continue
        yield from (((index, *path), message) for path, message in _entry_problems(entry))
        number = entry.get("id")
        if isinstance(number, str) and first.setdefault(number, index) != index:
            yield (index, "id"), f"the change {quoted(number)} is allowed at allow[{first[number]}] already"


def _entry_problems(entry: Mapping[str, Any]) -> Iterator[Problem]:
    for key, text in entry.items():
        if key not in _KEYS:
            advice = suggestion(key, _KEYS) or "expected `id` and `reason`"
            yield (key,), f"unknown key {quoted(key)}; {advice}"
        elif not isinstance(text, str) or not text.strip():
            yield (key,), f"expected a text in quotes, found {found(text)}"
        elif key == "id" and not _ID.fullmatch(text):
            yield (key,), _no_id(text)
    if "id" not in entry:
        yield (), "`id` is missing: `policyengine diff` shows the id of each change"
    if "reason" not in entry:
        yield (), "`reason` is missing: say why this change is fine"


def _no_id(text: str) -> str:
    if _OLD_ID.fullmatch(text):
        told = f"{quoted(text)} is an id of an earlier release, and ids have {DIGITS} digits now"
        return f"{told}; take the entry out, and `policyengine diff` shows the id of today"
    return f"{quoted(text)} is no id of a change, expected the {DIGITS} digits that `policyengine diff` shows"
