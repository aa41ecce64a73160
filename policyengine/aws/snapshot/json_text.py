"""JSON text of a data file, read at the speed of the standard library, and a second time only where it is odd.

The quick reading (`load_json`) notices repeated keys, numbers that JSON lacks or that are too large, broken characters
and deep nesting, but not their places; `json_tokens` feeds the slow reading that has them. `json_places` locates values
in a text without such oddities, and skips all other values as fast as it can.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from math import isfinite

from policyengine.aws.documents import Json
from policyengine.aws.snapshot.tokens import DEEPEST, AllPlacedError, DataToken, Loc, LocTree, TextPlace, tree_size
from policyengine.base.records import Record

LONGEST_INTEGER = 100
"""Most digits of a number; no number of a snapshot or a policy has nearly as many."""

_TOKEN = re.compile(r'("[^"\\]*(?:\\.[^"\\]*)*")|([{\[])|([}\]])|([^\s{}\[\],:"]+)', re.DOTALL)
_ESCAPED_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_SPACE = re.compile(r"[ \t\r\n]*")
_WORDS = {"true": True, "false": False, "null": None}


class JsonFlaw(Record):
    """The reason why a text is no JSON: the line, from 1, and what was expected there."""

    line: int
    message: str


def load_json(text: str) -> tuple[Json, bool] | JsonFlaw:
    """The value of a JSON text, and whether the text is odd in a way that only the slow reading can report.

    The value of an odd text must not be used: it may lack what was repeated or too large.
    """
    reader = _Reader()
    try:
        value = reader.decode(text)
    except json.JSONDecodeError as error:
        return _flaw(text, error)
    except RecursionError:
        return None, True
    return value, reader.odd or _may_have_half_characters(text)


def json_tokens(text: str) -> Iterator[DataToken]:
    """The tokens of a text that is JSON."""
    for match in _TOKEN.finditer(text):
        written = match[match.lastindex or 0]
        if match.lastindex == 1:
            yield _string(match.start(), written)
        elif match.lastindex == 4:  # noqa: PLR2004 - the group of the bare words
            yield _word(match.start(), written)
        elif match.lastindex == 2:  # noqa: PLR2004 - the group of the opening brackets
            yield DataToken("mapping" if written == "{" else "list", match.start())
        else:
            yield DataToken("end", match.start())


def number(text: str) -> tuple[int | float, str]:
    """The value of a number as JSON writes it, and what is wrong with it; empty where nothing is."""
    if text.lstrip("-").isdecimal():
        if len(text) > LONGEST_INTEGER:
            return 0, f"a number of {len(text):,} digits is too large"
        return int(text), ""
    value = float(text)
    return value, "" if isfinite(value) else "the number is too large"


def _may_have_half_characters(text: str) -> bool:
    """Two searches: one for either, which begins with no fixed character, takes ten times as long."""
    if _ESCAPED_SURROGATE.search(text):
        return True
    return not text.isascii() and _SURROGATE.search(text) is not None


def broken_character(text: str) -> str:
    """The fault of the characters of a string, empty for none."""
    return "half a surrogate pair stands where a character is expected" if _SURROGATE.search(text) else ""


def json_places(text: str, line_of: Callable[[int], int], wanted: LocTree) -> dict[Loc, TextPlace]:
    """The places of the wanted values of a JSON text and of their ancestors; `line_of` turns an offset into a line."""
    finder = _Finder(text, line_of, tree_size(wanted) - 1)
    with suppress(AllPlacedError):
        finder.find(finder.skip(0), (), wanted)
    return finder.places


class _Finder:
    """Descends to the wanted values; the library's decoder skips the rest."""

    def __init__(self, text: str, line_of: Callable[[int], int], unplaced: int) -> None:
        self._unplaced = unplaced
        self.places: dict[Loc, TextPlace] = {}
        self._text = text
        self._line_of = line_of
        self._decode = json.JSONDecoder(parse_int=str, parse_float=str).raw_decode

    def skip(self, at: int) -> int:
        """The offset behind the white space at an offset."""
        match = _SPACE.match(self._text, at)
        return match.end() if match else at

    def find(self, at: int, loc: Loc, wanted: LocTree) -> int:
        """Record the places of the wanted parts of the value at an offset; gives the offset behind the value."""
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

    def _part(self, loc: Loc, wanted: LocTree | None, start: int, at: int) -> int:
        if wanted is None:
            end = self._decode(self._text, at)[1]
        else:
            key_line = self._line_of(start)
            self.places[loc] = TextPlace(key_line, key_line if self._text[at] in "{[" else self._line_of(at))
            if len(self.places) == self._unplaced:
                raise AllPlacedError
            end = self.find(at, loc, wanted)
        end = self.skip(end)
        return self.skip(end + 1) if self._text[end] == "," else end


class _Reader:
    """The library's decoder, with a flag for what it would accept."""

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


def _string(at: int, written: str) -> DataToken:
    if "\\" not in written:
        return DataToken("scalar", at, written[1:-1], written[1:-1], fault=broken_character(written))
    value = json.loads(written, strict=False)
    return DataToken("scalar", at, value, value, fault=broken_character(value))


def _word(at: int, written: str) -> DataToken:
    if written in _WORDS:
        return DataToken("scalar", at, _WORDS[written], written)
    if written.lstrip("-") in ("NaN", "Infinity"):
        return DataToken("scalar", at, 0, written, fault=f"JSON knows no number `{written}`")
    value, fault = number(written)
    return DataToken("scalar", at, value, written, fault=fault)


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
    actual = "" if expected.endswith(("here", "string")) else f", found {_shown(text[error.pos : error.pos + 1])}"
    return JsonFlaw(error.lineno, f"{expected}{actual} (column {error.colno})")


def _shown(character: str) -> str:
    if not character:
        return "the end of the file"
    return f"`{character}`" if character.isprintable() else f"the character U+{ord(character):04X}"
