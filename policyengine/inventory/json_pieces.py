"""JSON that is read in pieces: the elements of its long lists one after the other, in bounded memory.

A text holds one value or several, such as pages of an answer or JSON Lines. Elements of the lists that are asked for
come by the name of the list, all other values of the uppermost level by an empty name.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from json.scanner import make_scanner
from typing import Any, NamedTuple, NoReturn

from policyengine.aws.documents import Json
from policyengine.base.errors import UnreadableError
from policyengine.inventory.record_values import RecordError, distinct_keys, json_fault

COUNT = "Count"
"""The key under which Resource Explorer says how many resources it found, and whether it counted all."""

TOKENS = ("NextToken", "PaginationToken", "UnprocessedResourceIdentifiers")
"""The keys under which a page has what asks for the next one, or what it leaves out; the last page has none of them.

In lower case as `batch-get-resource-config` and SDKs have them: `unprocessedResourceKeys` stands for the last.
"""

_TOKENS = frozenset((*map(str.lower, TOKENS), "unprocessedresourcekeys"))
_PROTECTED = "ResourceArn"  # what `list-protected-resources` has under `Results`, as queries of AWS Config have texts

_SPACE = re.compile(r"[ \t\r\n]*+")
_COMMA = re.compile(r"[ \t\r\n]*+,[ \t\r\n]*+")
_KEY = re.compile(r'\{[ \t\r\n]*+"([^"\\]{1,60})"')
_TOO_SOON = "; the file ends too soon, fetch it again"
_NEVER = "\0"
_OF_NUMBER = 3  # characters behind a number that may be parts of it: `.`, `e+1`
_CUT = 16  # characters before the end of a piece within which an error may be due to the cut
_MOST_OF_RECORD = 64 << 20  # characters


class PagesRead(NamedTuple):
    """The pages of a list in a text: whether a last one is among them, and whether the text ends with another page."""

    has_last: bool
    is_open: bool


class JsonPieces:
    """A JSON text; `pieces` are its parts in their order, `name` is what messages call it.

    Raises `UnreadableError` with the line where the text is no JSON, a key has two values, or a value is larger than
    64 MiB. `pages` are those read so far, by the name of the list and the key that tells it from others of
    that name: None for a list without elements.
    """

    def __init__(self, pieces: Iterable[str], name: str, lists: Collection[str], heads: Collection[str]) -> None:
        self._pieces, self.name = iter(pieces), name
        self._lists = frozenset(lists)
        self._heads = self._lists | frozenset(heads)
        self.pages: dict[tuple[str, str | None], PagesRead] = {}
        self._text, self._at, self._lines = "", 0, 1
        self._beginning = _NEVER  # of the last record, with a key that is no page's: most have the same
        decoder = json.JSONDecoder(object_pairs_hook=distinct_keys, parse_constant=_no_number)
        self._scan: Callable[[str, int], tuple[Any, int]] = make_scanner(decoder)  # type: ignore[arg-type]

    @property
    def line(self) -> int:
        """The line that reading has reached."""
        return self._lines + self._text.count("\n", 0, self._at)

    def values(self) -> Iterator[tuple[str, Json]]:
        """The elements of the lists, each with the list's name, and other values with an empty name."""
        while sign := self._next():
            if sign == "{" and self._text.startswith(self._beginning, self._at):
                value = self._value()
                if self._lists.isdisjoint(value):  # type: ignore[arg-type]
                    yield "", value
                else:
                    yield from self._parts(value)
            elif sign == "[":
                yield from self._elements("")
            elif sign == "{":
                yield from self._object()
            else:
                self.fail("expected an object or a list of JSON")
            if self._next() == ",":
                self.fail("expected another value on a line of its own, found a comma")

    def fail(self, message: str) -> NoReturn:
        """Ends the reading with a message and the line."""
        raise UnreadableError(f"{self.name}:{self.line}: {message}")

    def _object(self) -> Iterator[tuple[str, Json]]:
        """A value that begins with a brace: a page whose lists are read element by element, or a record."""
        head = _KEY.match(self._text, self._at)
        while head is None and len(self._text) - self._at < _CUT * 8 and self._more():
            head = _KEY.match(self._text, self._at)
        if head is not None and head[1] in self._heads:
            yield from self._page()
        else:
            self._beginning = head[0] if head is not None else _NEVER
            yield from self._parts(self._value())

    def _parts(self, value: Json) -> Iterator[tuple[str, Json]]:
        """A value that is read as a whole: the elements of its lists if it is a page."""
        if not isinstance(value, dict) or self._lists.isdisjoint(value):
            yield "", value
            return
        self._require_all(COUNT, value.get(COUNT))
        for name in (name for name in self._lists if name in value):
            elements = value[name]
            if not isinstance(elements, list):
                self.fail(f"{name}: expected a list")
            yield from ((name, element) for element in elements)
            first = elements[0] if elements else None
            self._take_end(name, first, has_next=has_next_page(value))

    def _page(self) -> Iterator[tuple[str, Json]]:
        self._at += 1
        if self._next() == "}":
            self._at += 1
            return
        lists, has_next = list[tuple[str, Json]](), False
        while True:
            if self._next() != '"':
                self.fail("expected a key in quotes")
            key = self._value()
            if self._next() != ":":
                self.fail("expected a colon after a key")
            self._at += 1
            sign = self._next()
            if key in self._lists:
                if sign != "[":
                    self.fail(f"{key}: expected a list")
                elements = self._elements(key)
                first = next(elements, (key, None))
                if first[1] is not None:
                    yield first
                yield from elements
                lists.append(first)
            else:
                value = self._value()
                self._require_all(key, value)
                has_next = has_next or has_next_page({key: value})
            if self._next() != ",":
                break
            self._at += 1
        self._end("}", "an object")
        for name, first_element in lists:
            self._take_end(name, first_element, has_next=has_next)

    def _take_end(self, name: str, first: Json, *, has_next: bool) -> None:
        """Takes in a page of a list with its first element; one without elements may be of each list of the name."""
        kind = None if first is None else _PROTECTED if isinstance(first, dict) and _PROTECTED in first else ""
        same = [key for key in self.pages if key[0] == name and None in (kind, key[1])]
        for key in {(name, kind), *same}:
            before = self.pages.get(key)
            self.pages[key] = PagesRead(not has_next or (before is not None and before.has_last), is_open=has_next)

    def _require_all(self, key: Json, value: Json) -> None:
        """Fails where a page says that its list is not whole."""
        if key == COUNT and is_cut(value):
            self.fail(
                "Resource Explorer found more than the 1,000 resources that a search lists (`Count.Complete` is false);"
                " use `list-resources`, or several narrower searches"
            )

    def _elements(self, name: str) -> Iterator[tuple[str, Json]]:
        self._at += 1
        sign = self._next()
        while sign and sign != "]":
            if name or sign != "{":
                yield name, self._value()
            else:
                yield from self._object()
            comma = _COMMA.match(self._text, self._at)
            if comma is not None and comma.end() < len(self._text):
                self._at = comma.end()
                sign = self._text[self._at]
            elif self._next() == ",":
                self._at += 1
                sign = self._next()
            else:
                break
            if sign == "]":
                self.fail("expected a value after the comma")
        self._end("]", "a list")

    def _end(self, sign: str, what: str) -> None:
        if (actual := self._next()) != sign:
            self.fail(f"expected a comma or the end of {what}{'' if actual else _TOO_SOON}")
        self._at += 1

    def _next(self) -> str:
        """The next sign that is no space, before which reading stands; empty at the end."""
        while True:
            self._at = _SPACE.match(self._text, self._at).end()  # type: ignore[union-attr]
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more():
                return ""

    def _value(self) -> Json:
        """The value at which reading stands, whole."""
        while True:
            try:
                value, end = self._scan(self._text, self._at)
            except StopIteration as error:
                self._continue_or_fail(error.value, "expected a value")
            except json.JSONDecodeError as error:
                start = len(self._text) if error.msg.startswith("Unterminated") else error.pos
                self._continue_or_fail(start, json_fault(error), error.pos)
            except RecursionError:
                self.fail("this nests more deeply than can be read")
            except RecordError as flaw:
                self.fail(flaw.message)
            except ValueError:
                self.fail("a number is none that JSON knows, or has too many digits")
            else:
                if end + _OF_NUMBER <= len(self._text) or not self._more_of_number(value):
                    self._at = end
                    return value  # type: ignore[no-any-return]

    def _more_of_number(self, value: Json) -> bool:
        return isinstance(value, (int, float)) and self._more()

    def _continue_or_fail(self, position: int, message: str, shown: int | None = None) -> None:
        """Reads on where an error may be due to the end of a piece, else fails."""
        near_end = position >= len(self._text) - _CUT
        if near_end and len(self._text) - self._at > _MOST_OF_RECORD:
            self.fail(f"a value is larger than {_MOST_OF_RECORD >> 20} MiB")
        if not (near_end and self._more()):
            remedy = _TOO_SOON if position >= len(self._text) else ""
            self._at = min(position if shown is None else shown, len(self._text))
            self.fail(f"this is not JSON: {message}{remedy}")

    def _more(self) -> bool:
        """Takes in as much again as is waiting, at least a piece; False at the end of the text."""
        waiting = len(self._text) - self._at
        taken: list[str] = []
        while sum(map(len, taken)) <= waiting:
            piece = next(self._pieces, None)
            if piece is None:
                break
            taken.append(piece)
        if not taken:
            return False
        self._lines = self.line
        self._text = self._text[self._at :] + "".join(taken)
        self._at = 0
        return True


def is_cut(count: Json) -> bool:
    """Whether the `Count` of a page of Resource Explorer says that there are resources that the list lacks."""
    return isinstance(count, dict) and count.get("Complete") is False


def has_next_page(page: Mapping[Any, Json]) -> bool:
    """Whether a page says that another one follows, or that it leaves something out."""
    return any(key.lower() in _TOKENS and isinstance(value, (str, list)) and bool(value) for key, value in page.items())


def _no_number(text: str) -> NoReturn:
    raise ValueError(text)
