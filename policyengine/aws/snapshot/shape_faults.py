"""What pydantic found wrong, said in the words of someone who writes a snapshot or a baseline.

Paths and values from outside are shown shortened and escaped.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

from pydantic_core import ErrorDetails, ValidationError

from policyengine.aws.snapshot.shapes import ACCOUNT_ID, BRANCH
from policyengine.aws.snapshot.tokens import Loc
from policyengine.base.records import record
from policyengine.base.text import Nearest, escaped, listed, quoted, suggestion

_LONGEST = 60
_SIMPLE_KEY = re.compile(r"[\w-]+", re.ASCII)


def path_text(path: tuple[str | int, ...]) -> str:
    """`root.units[0].name`; a key that is no plain word stands in brackets and quotes."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        elif len(step) <= _LONGEST and _SIMPLE_KEY.fullmatch(step):
            text += f".{step}" if text else step
        else:
            text += f'["{escaped(step)}"]'
    return text


def found(value: object) -> str:
    """What stands there, in words: `the number 5`, "the text `x`", `a list`."""
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


Schema: TypeAlias = "Mapping[str, Any]"

_DIGITS = 12
_MOST_FAULTS = 10_000  # that are told


@record
class ShapeFault:
    """One value of a wrong shape; `at_key` where the key itself is at fault."""

    loc: Loc
    message: str
    at_key: bool = False


def shape_faults(error: ValidationError, schema: Schema, whole: str, *, complete: bool = True) -> list[ShapeFault]:
    """The faults of a validation in pydantic's order, of very many the first. `schema` is what it stands for.

    `whole` says what was expected where the value as a whole is something else. A key that is missing because it is
    mistyped is one fault, that of the mistyped key. Of a value that is not `complete` nothing is told to be missing.
    """
    keys = _Keys(schema)
    details = [(_loc(detail["loc"]), detail) for detail in error.errors(include_url=False)[:_MOST_FAULTS]]
    meant = {(*loc[:-1], keys.meant(loc)) for loc, detail in details if detail["type"] == "extra_forbidden"}
    told = [(loc, detail) for loc, detail in details if detail["type"] != "missing" or (complete and loc not in meant)]
    return [_fault(loc, detail, keys, whole) for loc, detail in told]


def _fault(loc: Loc, detail: ErrorDetails, keys: _Keys, whole: str) -> ShapeFault:
    if detail["type"] == "extra_forbidden":
        return ShapeFault(loc, _unknown(loc, keys), at_key=True)
    if loc and loc[-1] == "[key]":
        return ShapeFault(loc[:-1], _message(detail), at_key=True)
    if detail["type"] == "missing":
        return ShapeFault(loc, _missing(str(loc[-1])))
    if not loc:
        return ShapeFault(loc, f"expected {whole}, found {found(detail['input'])}")
    if detail["type"] == "string_type" and keys.is_account_id(loc) and type(detail["input"]) is int:
        digits = str(detail["input"])[:_DIGITS].zfill(_DIGITS)
        return ShapeFault(loc, f'account ids are {_DIGITS} digits in quotes: "{digits}"')
    return ShapeFault(loc, _message(detail))


class _Keys:
    """Knows what may stand where."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self._nearest: dict[tuple[str, ...], Nearest] = {}

    def meant(self, loc: Loc) -> str:
        """The key that an unknown one most likely means, or an empty text."""
        return "content" if _is_bare_document(loc) else self.nearest(loc).name(str(loc[-1]))

    def nearest(self, loc: Loc) -> Nearest:
        """The known keys beside a location."""
        known = self.known(loc)
        return self._nearest.setdefault(known, Nearest(known))

    def known(self, loc: Loc) -> tuple[str, ...]:
        """The keys that may stand where the last step of a location stands."""
        return tuple(dict.fromkeys(key for node in self._at(loc[:-1]) for key in node.get("properties", ())))

    def is_account_id(self, loc: Loc) -> bool:
        """Whether an account id belongs there."""
        return any(node.get("pattern") == ACCOUNT_ID for node in self._at(loc))

    def _at(self, loc: Loc) -> list[Schema]:
        nodes = list(self._parts(self._schema))
        for step in loc:
            nodes = [part for node in nodes for below in _below(node, step) for part in self._parts(below)]
        return nodes

    def _parts(self, node: Schema) -> Iterator[Schema]:
        if "$ref" in node:
            node = self._schema["$defs"][node["$ref"].rsplit("/", 1)[-1]]
        yield node
        for alternative in (*node.get("anyOf", ()), *node.get("oneOf", ())):
            yield from self._parts(alternative)


def _below(node: Schema, step: str | int) -> Iterator[Schema]:
    if isinstance(step, int):
        below = node.get("items")
    else:
        below = node.get("properties", {}).get(step) or node.get("additionalProperties")
    if isinstance(below, dict):
        yield below


def _loc(loc: tuple[str | int, ...]) -> Loc:
    return tuple(step for step in loc if isinstance(step, int) or not step.startswith(BRANCH))


def _is_bare_document(loc: Loc) -> bool:
    """`policies: {baseline: {plans: ...}}`, with the document where `content` belongs."""
    return len(loc) == 3 and loc[0] == "policies" and loc[2] == "plans"  # noqa: PLR2004 - the shape just told


def _unknown(loc: Loc, keys: _Keys) -> str:
    if _is_bare_document(loc):
        return "the policy's document belongs under `content`"
    key, known = str(loc[-1]), keys.known(loc)
    advice = keys.nearest(loc).suggestion(key) or f"expected {listed(known, 'or')}"
    return f"unknown key {quoted(key)}; {advice}"


def _message(detail: ErrorDetails) -> str:
    words = _WORDS.get(detail["type"])
    if isinstance(words, str):
        return f"{words}, found {found(detail['input'])}"
    return words(detail) if words else detail["msg"]


def _missing(key: str) -> str:
    return "`version` is missing: write `version: 1`" if key == "version" else f"`{key}` is missing"


def _text(detail: ErrorDetails) -> str:
    value = detail["input"]
    if not isinstance(value, (bool, int, float)):
        return f"expected text, found {found(value)}"
    return f'expected text, found {found(value)}: put it in quotes: "{escaped(str(value)).lower()}"'


def _pattern(detail: ErrorDetails) -> str:
    if detail["ctx"]["pattern"] == ACCOUNT_ID:
        return f"account ids are {_DIGITS} digits, found {found(detail['input'])}"
    return f"expected a Region such as `eu-west-1`, found {found(detail['input'])}"


def _literal(detail: ErrorDetails) -> str:
    value, choices = detail["input"], detail["ctx"]["expected"]
    if "'" not in choices:
        return f"expected the number {choices}, found {found(value)}"
    words = choices.replace(" or ", ", ").replace("'", "").split(", ")
    advice = suggestion(value, words) if isinstance(value, str) else ""
    return f"expected {listed(words, 'or')}, found {found(value)}{'; ' if advice else ''}{advice}"


_WORDS: dict[str, str | Callable[[ErrorDetails], str]] = {
    "string_type": _text,
    "string_too_short": lambda _: "an empty text stands here",
    "string_unicode": lambda _: "half a surrogate pair stands where a character is expected",
    "string_pattern_mismatch": _pattern,
    "tuple_type": "expected a list",
    "dict_type": "expected a mapping",
    "model_type": "expected a mapping",
    "day": "expected a day such as `2027-01-31`",
    "bool_type": "expected `true` or `false`",
    "int_type": "expected a whole number",
    "greater_than_equal": "expected 1 or more",
    "literal_error": _literal,
    "recursion_loop": lambda _: "the units nest too deeply",
}
