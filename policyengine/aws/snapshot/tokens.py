"""What JSON and YAML have in common: a stream of tokens, and the value that it builds.

The builder is where hostile text stops: it bounds nesting and what aliases expand to, refuses repeated keys, and knows
the line of everything. It takes no text itself and cannot tell the two notations apart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, TypeAlias

from policyengine.aws.documents import Json
from policyengine.base.records import record
from policyengine.base.text import quoted

Loc: TypeAlias = "tuple[str | int, ...]"

DEEPEST = 100
"""How many brackets may be open at once; the snapshot itself needs about thirty."""

_MOST_FLAWS = 1_000
_EXPANDED = 1_000_000  # values that all aliases of a file may add
TOO_DEEP = f"the nesting is deeper than {DEEPEST} levels"


class Token(NamedTuple):
    """A piece of data text: the beginning of a mapping or list, its end, a scalar, or an alias of an earlier value.

    Inside a mapping a key, which is always a scalar, and its value take turns. `at` tells the place in the producer's
    own measure. `text` is a scalar as written, or the name of an alias; `anchor` the name given to this value.
    `fault` says what is wrong with the piece by itself.
    """

    kind: Literal["mapping", "list", "end", "scalar", "alias"]
    at: int
    value: str | int | float | bool | None = None
    text: str = ""
    anchor: str = ""
    fault: str = ""


@record
class Flaw:
    """Something wrong with the text itself; `loc` leads to the value, `line` counts from 1."""

    line: int
    loc: Loc
    message: str


@record
class Place:
    """Where a value stands: the line of its key, or of its item in a list, and of the value itself."""

    key_line: int
    line: int


@dataclass(slots=True)
class Built:
    """What a text says: its value, what is wrong, and the places that were asked for.

    `complete` is false where the rest of the text could not be read; `value` is then of no use.
    """

    value: Json = None
    faults: list[Flaw] = field(default_factory=list)
    places: dict[Loc, Place] = field(default_factory=dict)
    complete: bool = True


class AllPlacedError(Exception):
    """All places that somebody wants are known, so that the rest of the text need not be read."""


class UnreadableTextError(Exception):
    """The text cannot be read any further: the place, as in tokens, and why."""

    def __init__(self, at: int, message: str) -> None:
        self.at = at
        self.message = message
        super().__init__(message)


Wanted: TypeAlias = "dict[str | int, Wanted]"


@dataclass(slots=True)
class _Frame:
    """A mapping or list that is being filled."""

    container: dict[str, Json] | list[Json]
    anchor: str
    wanted: Wanted | None
    key: str | None = None
    key_at: int = 0
    keys: dict[str, int] = field(default_factory=dict)
    size: int = 1
    height: int = 1

    @property
    def step(self) -> str | int:
        """Where the next value goes."""
        if isinstance(self.container, list):
            return len(self.container)
        return self.key or ""


@record
class _Anchored:
    value: Json
    size: int
    height: int


def build(tokens: Iterable[Token], line_of: Callable[[int], int], wanted: Iterable[Loc] = ()) -> Built:
    """The value that a stream of tokens stands for; `line_of` turns a token's `at` into a line.

    The producer of the tokens may raise `UnreadableTextError`, which ends the reading with a flaw. `wanted` are the
    locations whose places the caller needs. A location that leads into an alias or to an absent key has no place of its
    own; its nearest ancestor has.
    """
    builder = _Builder(line_of, wanted)
    with suppress(AllPlacedError):
        try:
            for token in tokens:
                builder.take(token)
        except UnreadableTextError as error:
            builder.give_up(error)
    return builder.built


class _Builder:
    def __init__(self, line_of: Callable[[int], int], wanted: Iterable[Loc]) -> None:
        self.built = Built()
        self._line_of = line_of
        self._wanted = wanted_parts(wanted)
        self._unplaced = size(self._wanted)
        self._open: list[_Frame] = []
        self._anchors: dict[str, _Anchored | None] = {}
        self._expanded = 0

    def take(self, token: Token) -> None:
        """Fit the next token in."""
        kind = token.kind
        if kind == "end":
            self._close()
            return
        frame = self._open[-1] if self._open else None
        is_key = frame is not None and frame.key is None and isinstance(frame.container, dict)
        if frame is not None and is_key:
            self._take_key(frame, token)
        if token.fault:
            self._note(token.at, token.fault)
        if is_key:
            return
        if kind == "scalar":
            self._mark(frame, token)
            self._place(token.value, 1, 0, token.anchor)
        elif kind == "alias":
            self._mark(frame, token)
            self._take_alias(token)
        else:
            self._take_container(frame, token)

    def give_up(self, error: UnreadableTextError) -> None:
        """Note why the rest of the text is not read."""
        self.built.faults.append(Flaw(self._line_of(error.at), (), error.message))
        self.built.complete = False

    def _take_key(self, frame: _Frame, token: Token) -> None:
        if token.kind != "scalar":
            raise UnreadableTextError(token.at, "expected a key, which is a plain text")
        frame.key, frame.key_at = token.text, token.at
        if token.text in frame.keys:
            first = self._line_of(frame.keys[token.text])
            self._note(token.at, f"{quoted(token.text)} stands twice in one mapping, first on line {first}")
        frame.keys[token.text] = token.at

    def _take_container(self, frame: _Frame | None, token: Token) -> None:
        if len(self._open) >= DEEPEST:
            raise UnreadableTextError(token.at, TOO_DEEP)
        wanted = self._mark(frame, token)
        self._open.append(_Frame({} if token.kind == "mapping" else [], token.anchor, wanted))
        if token.anchor:
            self._anchors[token.anchor] = None

    def _take_alias(self, token: Token) -> None:
        anchored = self._anchors.get(token.text)
        if anchored is None:
            known = token.text in self._anchors
            what = "stands inside the value that it repeats" if known else "repeats a value that has no such anchor"
            self._note(token.at, f"the alias {quoted('*' + token.text)} {what}")
            self._place(None, 1, 0, "")
            return
        self._expanded += anchored.size
        if self._expanded > _EXPANDED or len(self._open) + anchored.height > DEEPEST:
            too_many = f"the aliases of this file expand to more than {_EXPANDED:,} values"
            raise UnreadableTextError(token.at, too_many if self._expanded > _EXPANDED else TOO_DEEP)
        self._place(anchored.value, anchored.size, anchored.height, "")

    def _close(self) -> None:
        frame = self._open.pop()
        self._place(frame.container, frame.size, frame.height, frame.anchor)

    def _place(self, value: Json, size: int, height: int, anchor: str) -> None:
        if anchor:
            self._anchors[anchor] = _Anchored(value, size, height)
        if not self._open:
            self.built.value = value
            return
        frame = self._open[-1]
        frame.size += size
        frame.height = max(frame.height, height + 1)
        if isinstance(frame.container, list):
            frame.container.append(value)
        else:
            frame.container[frame.key or ""] = value
            frame.key = None

    def _mark(self, frame: _Frame | None, token: Token) -> Wanted | None:
        """Note the place of a value that somebody wants; what is wanted of its parts."""
        wanted = self._part(frame)
        if wanted is None:
            return None
        line = self._line_of(token.at)
        keyed = frame is not None and isinstance(frame.container, dict)
        key_line = self._line_of(frame.key_at) if frame and keyed else line
        places, loc = self.built.places, self._loc()
        places[loc] = Place(key_line, line if token.kind == "scalar" else key_line)
        if len(places) == self._unplaced:
            raise AllPlacedError
        return wanted

    def _part(self, frame: _Frame | None) -> Wanted | None:
        if frame is None:
            return self._wanted
        return frame.wanted.get(frame.step) if frame.wanted else None

    def _note(self, at: int, message: str) -> None:
        if len(self.built.faults) >= _MOST_FLAWS:
            raise UnreadableTextError(at, f"{message}; of such faults the first {_MOST_FLAWS:,} are told")
        self.built.faults.append(Flaw(self._line_of(at), self._loc(), message))

    def _loc(self) -> Loc:
        return tuple(frame.step for frame in self._open)


def size(wanted: Wanted | None) -> int:
    """How many parts are wanted, the whole and what lies on the way to others included."""
    number, waiting = 0, [] if wanted is None else [wanted]
    while waiting:
        number += 1
        waiting.extend(waiting.pop().values())
    return number


def wanted_parts(locs: Iterable[Loc]) -> Wanted | None:
    """Locations as a tree: what is wanted below each step. None where nothing is wanted."""
    root: Wanted | None = None
    for loc in locs:
        node = root = {} if root is None else root
        for step in loc:
            node = node.setdefault(step, {})
    return root
