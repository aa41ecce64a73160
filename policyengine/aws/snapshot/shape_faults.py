"""Pydantic's validation errors as faults, in the words of people who write a snapshot, a baseline or a configuration.

Paths and values from outside are shown shortened and escaped.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

from pydantic_core import ErrorDetails, ValidationError

from policyengine.aws.snapshot.shapes import ACCOUNT_ID, BRANCH
from policyengine.aws.snapshot.tokens import Loc
from policyengine.base.records import Record
from policyengine.base.text import Nearest, escaped, listed, quoted, suggestion

Schema: TypeAlias = "Mapping[str, Any]"
"""A JSON Schema, or a part of one."""

_DIGITS = 12  # of an account id
_LONGEST = 60  # characters of a key in a path
_UNKNOWN_KEY = {"extra_forbidden", "unexpected_keyword_argument"}  # of models, of dataclasses
_MOST_FAULTS = 10_000  # of a text; nobody reads more, and each costs a look at the schema
_SIMPLE_KEY = re.compile(r"[\w-]+", re.ASCII)


class ShapeFault(Record):
    """A value of a wrong shape; `at_key` where its key is wrong."""

    loc: Loc
    message: str
    at_key: bool = False


def shape_faults(error: ValidationError, schema: Schema, whole: str, *, complete: bool = True) -> list[ShapeFault]:
    """The faults of a validation in pydantic's order, at most the first 10,000; `schema` is that of the validated type.

    `whole` says what was expected where the whole value is of another kind. A key that is missing because it is
    mistyped is a single fault, that of the mistyped key. Nothing is missing from a value that is not `complete`.
    """
    keys = _Keys(schema)
    details = [(_loc(detail["loc"]), detail) for detail in error.errors(include_url=False)[:_MOST_FAULTS]]
    meant = {(*loc[:-1], keys.meant(loc)) for loc, detail in details if detail["type"] in _UNKNOWN_KEY}
    reported = [
        (loc, detail) for loc, detail in details if detail["type"] != "missing" or (complete and loc not in meant)
    ]
    return [_fault(loc, detail, keys, whole) for loc, detail in reported]


def path_text(path: tuple[str | int, ...]) -> str:
    """A path as people write it: `root.units[0].name`; a key that is no plain word is in brackets and quotes."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        elif len(step) <= _LONGEST and _SIMPLE_KEY.fullmatch(step):
            text += f".{step}" if text else step
        else:
            text += f'["{escaped(step)}"]'
    return text


def value_in_words(value: object) -> str:
    """The description of a value, after "found": `the number 5`, "the text `x`", `a list`."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, str):
        return f"the text {quoted(value)}" if value else "an empty text"
    if isinstance(value, (int, float)):
        return f"the number {escaped(str(value))}"
    if isinstance(value, (list, tuple)):
        return "a list"
    return "a mapping" if isinstance(value, dict) else "a date or time"


def _fault(loc: Loc, detail: ErrorDetails, keys: _Keys, whole: str) -> ShapeFault:
    if detail["type"] in _UNKNOWN_KEY:
        return ShapeFault(loc, _unknown(loc, keys), at_key=True)
    if loc and loc[-1] == "[key]":
        return ShapeFault(loc[:-1], _message(detail), at_key=True)
    if detail["type"] == "missing":
        return ShapeFault(loc, _missing(str(loc[-1])))
    if not loc:
        return ShapeFault(loc, f"expected {whole}, found {value_in_words(detail['input'])}")
    if detail["type"] == "string_type" and keys.is_account_id(loc) and type(detail["input"]) is int:
        digits = str(detail["input"])[:_DIGITS].zfill(_DIGITS)
        return ShapeFault(loc, f'account ids are {_DIGITS} digits in quotes: "{digits}"')
    return ShapeFault(loc, _message(detail))


class _Keys:
    """The keys that a schema allows at a location, and what an unknown key may mean there."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self._nearest: dict[tuple[str, ...], Nearest] = {}

    def meant(self, loc: Loc) -> str:
        """The key that an unknown key most likely means, or an empty text."""
        return "content" if _is_bare_document(loc) else self.nearest(loc).name(str(loc[-1]))

    def nearest(self, loc: Loc) -> Nearest:
        """The look-up among the allowed keys at a location."""
        allowed = self.allowed(loc)
        return self._nearest.setdefault(allowed, Nearest(allowed))

    def allowed(self, loc: Loc) -> tuple[str, ...]:
        """The keys that the schema allows in the place of the last step of a location."""
        return tuple(dict.fromkeys(key for node in self._schemas_at(loc[:-1]) for key in node.get("properties", ())))

    def is_account_id(self, loc: Loc) -> bool:
        """Whether the value at a location is an account id."""
        return any(node.get("pattern") == ACCOUNT_ID for node in self._schemas_at(loc))

    def _schemas_at(self, loc: Loc) -> list[Schema]:
        nodes = list(self._alternatives(self._schema))
        for step in loc:
            nodes = [part for node in nodes for below in _below(node, step) for part in self._alternatives(below)]
        return nodes

    def _alternatives(self, node: Schema) -> Iterator[Schema]:
        """A schema with its reference resolved, and all its alternatives."""
        if "$ref" in node:
            node = self._schema["$defs"][node["$ref"].rsplit("/", 1)[-1]]
        yield node
        for alternative in (*node.get("anyOf", ()), *node.get("oneOf", ())):
            yield from self._alternatives(alternative)


def _below(node: Schema, step: str | int) -> Iterator[Schema]:
    if isinstance(step, int):
        below = node.get("items")
    else:
        below = node.get("properties", {}).get(step) or node.get("additionalProperties")
    if isinstance(below, dict):
        yield below


def _loc(loc: tuple[str | int, ...]) -> Loc:
    """A location of pydantic's without the names of alternatives."""
    return tuple(step for step in loc if isinstance(step, int) or not step.startswith(BRANCH))


def _is_bare_document(loc: Loc) -> bool:
    """`policies: {baseline: {plans: ...}}`, with the document where `content` belongs."""
    return len(loc) == 3 and loc[0] == "policies" and loc[2] == "plans"  # noqa: PLR2004 - the path above


def _unknown(loc: Loc, keys: _Keys) -> str:
    if _is_bare_document(loc):
        return "the policy's document belongs under `content`"
    key, allowed = str(loc[-1]), keys.allowed(loc)
    advice = keys.nearest(loc).suggestion(key) or f"expected {listed(allowed, 'or')}"
    return f"unknown key {quoted(key)}; {advice}"


def _message(detail: ErrorDetails) -> str:
    words = _WORDS.get(detail["type"])
    if isinstance(words, str):
        return f"{words}, found {value_in_words(detail['input'])}"
    return words(detail) if words else detail["msg"]


def _missing(key: str) -> str:
    return "`version` is missing: write `version: 1`" if key == "version" else f"`{key}` is missing"


def _text(detail: ErrorDetails) -> str:
    value = detail["input"]
    if not isinstance(value, (bool, int, float)):
        return f"expected text, found {value_in_words(value)}"
    return f'expected text, found {value_in_words(value)}: put it in quotes: "{escaped(str(value)).lower()}"'


def _pattern(detail: ErrorDetails) -> str:
    if detail["ctx"]["pattern"] == ACCOUNT_ID:
        return f"account ids are {_DIGITS} digits, found {value_in_words(detail['input'])}"
    return f"expected a Region such as `eu-west-1`, found {value_in_words(detail['input'])}"


def _literal(detail: ErrorDetails) -> str:
    value, choices = detail["input"], detail["ctx"]["expected"]
    if "'" not in choices:
        return f"expected the number {choices}, found {value_in_words(value)}"
    words = choices.replace(" or ", ", ").replace("'", "").split(", ")
    advice = suggestion(value, words) if isinstance(value, str) else ""
    return f"expected {listed(words, 'or')}, found {value_in_words(value)}{'; ' if advice else ''}{advice}"


_WORDS: dict[str, str | Callable[[ErrorDetails], str]] = {
    "string_type": _text,
    "string_too_short": lambda _: "an empty text stands here",
    "string_unicode": lambda _: "half a surrogate pair stands where a character is expected",
    "string_pattern_mismatch": _pattern,
    "tuple_type": "expected a list",
    "dict_type": "expected a mapping",
    "model_type": "expected a mapping",
    "dataclass_type": "expected a mapping",
    "day": "expected a day such as `2027-01-31`",
    "bool_type": "expected `true` or `false`",
    "int_type": "expected a whole number",
    "greater_than_equal": "expected 1 or more",
    "literal_error": _literal,
    "recursion_loop": lambda _: "the units nest too deeply",
}
