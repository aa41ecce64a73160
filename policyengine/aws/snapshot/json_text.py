"""JSON text of a data file, read at the speed of the standard library and looked at again only where it is odd.

The quick reading notices repeated keys, numbers that JSON does not know or nobody can hold, broken characters and deep
nesting; `json_tokens` then serves the slow reading that tells where they are. `json_places` finds values in a text
that holds no such thing, and skips all others as fast as it can.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from math import isfinite

from policyengine.aws.documents import Json
from policyengine.aws.snapshot.tokens import DEEPEST, AllPlacedError, Loc, Place, Token, Wanted, size
from policyengine.base.records import record

LONGEST_INTEGER = 100
"""Digits of a number; nothing in a snapshot or a policy comes near."""

_TOKEN = re.compile(r'("[^"\\]*(?:\\.[^"\\]*)*")|([{\[])|([}\]])|([^\s{}\[\],:"]+)', re.DOTALL)
_HALF_CHARACTER = re.compile(r"\\u[dD][89a-fA-F]|[\ud800-\udfff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_SPACE = re.compile(r"[ \t\r\n]*")
_WORDS = {"true": True, "false": False, "null": None}


@record
class JsonFlaw:
    """Why the text is no JSON: the line, and what was expected there."""

    line: int
    message: str


def load_json(text: str) -> tuple[Json, bool] | JsonFlaw:
    """The value of a JSON text, and whether it is odd in a way that only the slow reading can name.

    The value of an odd text is not to be used before that.
    """
    reader = _Reader()
    try:
        value = reader.decode(text)
    except json.JSONDecodeError as error:
        return _flaw(text, error)
    except RecursionError:
        return None, True
    escaped = "\\u" in text or not text.isascii()
    return value, reader.odd or (escaped and _HALF_CHARACTER.search(text) is not None)


def json_tokens(text: str) -> Iterator[Token]:
    """The tokens of a text that is JSON; `at` is the offset of a character."""
    for match in _TOKEN.finditer(text):
        written = match[match.lastindex or 0]
        if match.lastindex == 1:
            yield _string(match.start(), written)
        elif match.lastindex == 4:  # noqa: PLR2004 - the group of the bare words
            yield _word(match.start(), written)
        elif match.lastindex == 2:  # noqa: PLR2004 - the group of the opening brackets
            yield Token("mapping" if written == "{" else "list", match.start())
        else:
            yield Token("end", match.start())


def number(text: str) -> tuple[int | float, str]:
    """The value of a number as JSON writes it, and what is wrong with it, if anything."""
    if text.lstrip("-").isdecimal():
        if len(text) > LONGEST_INTEGER:
            return 0, f"a number of {len(text):,} digits is too large"
        return int(text), ""
    value = float(text)
    return value, "" if isfinite(value) else "the number is too large"


def broken_character(text: str) -> str:
    """What is wrong with the characters of a string, or an empty text."""
    return "half a surrogate pair stands where a character is expected" if _SURROGATE.search(text) else ""


def json_places(text: str, line_of: Callable[[int], int], wanted: Wanted) -> dict[Loc, Place]:
    """Where the wanted values of a JSON text stand, and what is around them; `line_of` turns an offset into a line."""
    finder = _Finder(text, line_of, size(wanted) - 1)
    with suppress(AllPlacedError):
        finder.find(finder.skip(0), (), wanted)
    return finder.places


class _Finder:
    """Walks down to what is wanted; the library's decoder skips the rest."""

    def __init__(self, text: str, line_of: Callable[[int], int], unplaced: int) -> None:
        self._unplaced = unplaced
        self.places: dict[Loc, Place] = {}
        self._text = text
        self._line_of = line_of
        self._decode = json.JSONDecoder(parse_int=str, parse_float=str).raw_decode

    def skip(self, at: int) -> int:
        """Past the white space."""
        match = _SPACE.match(self._text, at)
        return match.end() if match else at

    def find(self, at: int, loc: Loc, wanted: Wanted) -> int:
        """Note the places of the wanted parts of the value at an offset; the offset behind the value."""
        opening = self._text[at]
        if not wanted or opening not in "{[" or len(loc) >= DEEPEST:
            return self._decode(self._text, at)[1]
        index, at = 0, self.skip(at + 1)
        while self._text[at] not in "}]":
            step: str | int = index
            start = at
            if opening == "{":
                step, at = self._decode(self._text, at)
                at = self.skip(self.skip(at) + 1)
            at = self._part((*loc, step), wanted.get(step), start, at)
            index += 1
        return at + 1

    def _part(self, loc: Loc, wanted: Wanted | None, start: int, at: int) -> int:
        if wanted is None:
            end = self._decode(self._text, at)[1]
        else:
            key_line = self._line_of(start)
            self.places[loc] = Place(key_line, key_line if self._text[at] in "{[" else self._line_of(at))
            if len(self.places) == self._unplaced:
                raise AllPlacedError
            end = self.find(at, loc, wanted)
        end = self.skip(end)
        return self.skip(end + 1) if self._text[end] == "," else end


class _Reader:
    """The library's own decoder, with a flag for what it would let through."""

    def __init__(self) -> None:
        self.odd = False
        self.decode = json.JSONDecoder(
            object_pairs_hook=self._mapping, parse_int=self._integer, parse_float=self._float, parse_constant=self._word
        ).decode

    def _mapping(self, pairs: list[tuple[str, Json]]) -> dict[str, Json]:
        mapping = dict(pairs)
        if len(mapping) != len(pairs):
            self.odd = True
        return mapping

    def _integer(self, text: str) -> int:
        if len(text) > LONGEST_INTEGER:
            self.odd = True
            return 0
        return int(text)

    def _float(self, text: str) -> float:
        value = float(text)
        if not isfinite(value):
            self.odd = True
        return value

    def _word(self, _: str) -> float:
        self.odd = True
        return 0.0


def _string(at: int, written: str) -> Token:
    if "\\" not in written:
        return Token("scalar", at, written[1:-1], written[1:-1], fault=broken_character(written))
    value = json.loads(written, strict=False)
    return Token("scalar", at, value, value, fault=broken_character(value))


def _word(at: int, written: str) -> Token:
    if written in _WORDS:
        return Token("scalar", at, _WORDS[written], written)
    if written.lstrip("-") in ("NaN", "Infinity"):
        return Token("scalar", at, 0, written, fault=f"JSON knows no number `{written}`")
    value, fault = number(written)
    return Token("scalar", at, value, written, fault=fault)


def _flaw(text: str, error: json.JSONDecodeError) -> JsonFlaw:
    reasons = {
        "Expecting value": "expected a value",
        "Expecting property name": "expected a key in double quotes",
        "Expecting ':'": "expected `:` after a key",
        "Expecting ','": "expected `,` or a closing bracket",
        "Illegal trailing comma": "expected nothing between a comma and the closing bracket",
        "Extra data": "expected nothing after the closing bracket",
        "Unterminated string": "expected a closing double quote for the string that begins here",
        "Invalid control character": "expected no raw control character in a string",
    }
    expected = next((ours for theirs, ours in reasons.items() if error.msg.startswith(theirs)), "expected JSON")
    at = text[error.pos : error.pos + 1]
    shown = "the end of the file" if not at else f"`{at}`" if at.isprintable() else f"the character U+{ord(at):04X}"
    ending = "" if expected.endswith(("here", "string")) else f", found {shown}"
    return JsonFlaw(error.lineno, f"{expected}{ending} (column {error.colno})")
