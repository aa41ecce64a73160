"""The common part of reading JSON and YAML: a stream of tokens, and the value that is built from it.

Hostile text is stopped in the builder: it bounds nesting and the expansion of aliases, refuses repeated keys, and has
the line of every value. It sees tokens only, the same for both notations.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Literal, NamedTuple, TypeAlias

from msgspec import Struct, field

from policyengine.aws.documents import Json
from policyengine.base.records import Record
from policyengine.base.text import quoted

Loc: TypeAlias = "tuple[str | int, ...]"

DEEPEST = 100
"""How many brackets may be open at once; the snapshot itself needs about thirty."""

_MOST_FLAWS = 1_000
_MOST_EXPANDED = 1_000_000  # values that all aliases of a file may add
TOO_DEEP = f"the nesting is deeper than {DEEPEST} levels"


class DataToken(NamedTuple):
    """A token of JSON or YAML: the beginning of a mapping or list, its end, a scalar, or an alias of an earlier value.

    Inside a mapping keys, which are always scalars, and values alternate. `at` is the offset in the text. `text` is a
    scalar as written, or the name of an alias; `anchor` the name under which aliases repeat this value. `fault` says
    what is wrong with the token by itself, empty where nothing is.
    """

    kind: Literal["mapping", "list", "end", "scalar", "alias"]
    at: int
    value: str | int | float | bool | None = None
    text: str = ""
    anchor: str = ""
    fault: str = ""


class Flaw(Record):
    """A mistake of notation, whatever shape was expected; `loc` leads to the value, `line` counts from 1."""

    line: int
    loc: Loc
    message: str


class TextPlace(Record):
    """The lines of a value, from 1: that of its key, or of its item in a list, and that of the value itself."""

    key_line: int
    line: int


class ParsedData(Struct):
    """A text that was read: its value, the mistakes of its notation, and the places that were asked for.

    `complete` is false where the rest of the text could not be read; `value` is then meaningless.
    """

    value: Json = None
    faults: list[Flaw] = field(default_factory=list)
    places: dict[Loc, TextPlace] = field(default_factory=dict)
    complete: bool = True


class AllPlacedError(Exception):
    """All places that somebody wants are known, so that the rest of the text need not be read."""


class UnreadableTextError(Exception):
    """The text cannot be read any further: the offset `at`, and why."""

    def __init__(self, at: int, message: str) -> None:
        self.at = at
        self.message = message
        super().__init__(message)


LocTree: TypeAlias = "dict[str | int, LocTree]"
"""Locations by their steps: `{"root": {"units": {0: {}}}}` for `("root", "units", 0)`."""


class _Frame(Struct):
    """A mapping or list that is being filled, with the wanted locations below it.

    `keys` has the offset of each key; `size` counts the values in it, itself included, `height` its levels.
    """

    container: dict[str, Json] | list[Json]
    anchor: str
    wanted: LocTree | None
    key: str | None = None
    key_at: int = 0
    keys: dict[str, int] = field(default_factory=dict)
    size: int = 1
    height: int = 1

    @property
    def step(self) -> str | int:
        """The key or index of the next value."""
        if isinstance(self.container, list):
            return len(self.container)
        return self.key or ""


class _Anchored(Record):
    """A value that aliases may repeat."""

    value: Json
    size: int
    height: int


def build(tokens: Iterable[DataToken], line_of: Callable[[int], int], wanted: Iterable[Loc] = ()) -> ParsedData:
    """The value of a stream of tokens; `line_of` turns a token's `at` into a line.

    The producer of the tokens may raise `UnreadableTextError`, which ends the reading with a flaw. `wanted` are the
    locations whose places the caller needs. A location that leads into an alias or to an absent key gets no place; its
    nearest ancestor does.
    """
    builder = _Builder(line_of, wanted)
    with suppress(AllPlacedError):
        try:
            for token in tokens:
                builder.take(token)
        except UnreadableTextError as error:
            builder.give_up(error)
    return builder.parsed


class _Builder:
    def __init__(self, line_of: Callable[[int], int], wanted: Iterable[Loc]) -> None:
        self.parsed = ParsedData()
        self._line_of = line_of
        self._wanted = loc_tree(wanted)
        self._unplaced = tree_size(self._wanted)
        self._open: list[_Frame] = []
        self._anchors: dict[str, _Anchored | None] = {}
        self._expanded = 0

    def take(self, token: DataToken) -> None:
        """Add the next token."""
        kind = token.kind
        if kind == "end":
            self._close()
            return
        frame = self._open[-1] if self._open else None
        is_key = frame is not None and frame.key is None and isinstance(frame.container, dict)
        if frame is not None and is_key:
            self._take_key(frame, token)
        if token.fault:
            self._report(token.at, token.fault)
        if is_key:
            return
        if kind == "scalar":
            self._record_place(frame, token)
            self._add(token.value, 1, 0, token.anchor)
        elif kind == "alias":
            self._record_place(frame, token)
            self._take_alias(token)
        else:
            self._take_container(frame, token)

    def give_up(self, error: UnreadableTextError) -> None:
        """Record why the rest of the text is not read."""
        self.parsed.faults.append(Flaw(self._line_of(error.at), (), error.message))
        self.parsed.complete = False

    def _take_key(self, frame: _Frame, token: DataToken) -> None:
        if token.kind != "scalar":
            raise UnreadableTextError(token.at, "expected a key, which is a plain text")
        frame.key, frame.key_at = token.text, token.at
        if token.text in frame.keys:
            first = self._line_of(frame.keys[token.text])
            self._report(token.at, f"{quoted(token.text)} stands twice in one mapping, first on line {first}")
        frame.keys[token.text] = token.at

    def _take_container(self, frame: _Frame | None, token: DataToken) -> None:
        if len(self._open) >= DEEPEST:
            raise UnreadableTextError(token.at, TOO_DEEP)
        wanted = self._record_place(frame, token)
        self._open.append(_Frame({} if token.kind == "mapping" else [], token.anchor, wanted))
        if token.anchor:
            self._anchors[token.anchor] = None  # until its end: an alias inside would repeat it without end

    def _take_alias(self, token: DataToken) -> None:
        anchored = self._anchors.get(token.text)
        if anchored is None:
            is_open = token.text in self._anchors
            what = "stands inside the value that it repeats" if is_open else "repeats a value that has no such anchor"
            self._report(token.at, f"the alias {quoted('*' + token.text)} {what}")
            self._add(None, 1, 0, "")
            return
        self._expanded += anchored.size
        if self._expanded > _MOST_EXPANDED or len(self._open) + anchored.height > DEEPEST:
            too_many = f"the aliases of this file expand to more than {_MOST_EXPANDED:,} values"
            raise UnreadableTextError(token.at, too_many if self._expanded > _MOST_EXPANDED else TOO_DEEP)
        self._add(anchored.value, anchored.size, anchored.height, "")

    def _close(self) -> None:
        frame = self._open.pop()
        self._add(frame.container, frame.size, frame.height, frame.anchor)

    def _add(self, value: Json, size: int, height: int, anchor: str) -> None:
        """Put a value where the innermost open container expects it."""
        if anchor:
            self._anchors[anchor] = _Anchored(value, size, height)
        if not self._open:
            self.parsed.value = value
            return
        frame = self._open[-1]
        frame.size += size
        frame.height = max(frame.height, height + 1)
        if isinstance(frame.container, list):
            frame.container.append(value)
        else:
            frame.container[frame.key or ""] = value
            frame.key = None

    def _record_place(self, frame: _Frame | None, token: DataToken) -> LocTree | None:
        """Record the place of the next value where it is wanted; gives the wanted locations below it."""
        wanted = self._wanted_next(frame)
        if wanted is None:
            return None
        line = self._line_of(token.at)
        has_key = frame is not None and isinstance(frame.container, dict)
        key_line = self._line_of(frame.key_at) if frame and has_key else line
        places, loc = self.parsed.places, self._loc()
        places[loc] = TextPlace(key_line, line if token.kind == "scalar" else key_line)
        if len(places) == self._unplaced:
            raise AllPlacedError
        return wanted

    def _wanted_next(self, frame: _Frame | None) -> LocTree | None:
        if frame is None:
            return self._wanted
        return frame.wanted.get(frame.step) if frame.wanted else None

    def _report(self, at: int, message: str) -> None:
        if len(self.parsed.faults) >= _MOST_FLAWS:
            raise UnreadableTextError(at, f"{message}; of such faults the first {_MOST_FLAWS:,} are listed")
        self.parsed.faults.append(Flaw(self._line_of(at), self._loc(), message))

    def _loc(self) -> Loc:
        return tuple(frame.step for frame in self._open)


def tree_size(wanted: LocTree | None) -> int:
    """The number of locations of a tree, the whole and those on the way to others included."""
    number, waiting = 0, [] if wanted is None else [wanted]
    while waiting:
        number += 1
        waiting.extend(waiting.pop().values())
    return number


def loc_tree(locs: Iterable[Loc]) -> LocTree | None:
    """Locations as a tree of their steps; None for no locations."""
    root: LocTree | None = None
    for loc in locs:
        node = root = {} if root is None else root
        for step in loc:
            node = node.setdefault(step, {})
    return root
