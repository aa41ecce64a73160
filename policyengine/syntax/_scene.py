"""A place where the parser cannot go on, as the functions see it that explain it and that find the way out."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, Literal, cast

from policyengine.diagnostics import Rule
from policyengine.source import Span
from policyengine.syntax._expected import ITEM_WORDS, acceptable
from policyengine.syntax._grammar import END, grammar
from policyengine.syntax._places import ALLOWED, OwnerKind
from policyengine.syntax._reading import Reading, Token
from policyengine.syntax.values import Name

Frame = Literal["statements", "items", "clauses", "steps"]
"""What the parser was reading one after another: statements, or the inside of some braces."""

_FRAMES: tuple[Frame, ...] = ("statements", "items", "clauses", "steps")
_OWNERS = frozenset(ALLOWED) | {"selection"}


@dataclass(slots=True)
class WayOut:
    """How to go on after an error, where it is known: read on at `resume`, or at `outside` with all braces closed.

    `inserts` is a brace to be read before that, as if it were there. `drops_last` takes back the part before the
    broken one, which was misread. `skips` is where the search for the next part begins, else at the token.
    """

    resume: int | None = None
    inserts: str = ""
    outside: int | None = None
    drops_last: bool = False
    skips: int | None = None


@dataclass
class Scene:
    """The text, the parser's two stacks, the token that does not fit and its kind, the token before it.

    `kind` is a key of the tables: the text of a mark, `<NAME>` for every word, `<UNKNOWN>`, `<END>`.
    """

    reading: Reading
    text: str
    states: list[int]
    values: list[Any]
    token: Token
    kind: str
    previous: Token
    too_deep: bool = False

    @cached_property
    def expected(self) -> set[str]:
        """The keys that could have come."""
        return acceptable(self.states)

    @property
    def base(self) -> int:
        """Where in `states` the innermost frame begins: the state in which its list of parts is started."""
        frames = frame_states()
        for index in range(len(self.states) - 1, 0, -1):
            if self.states[index] in frames and not self._is_closed(index):
                return index
        return 0

    def _is_closed(self, base: int) -> bool:
        last = self.values[base + 1] if len(self.values) > base + 1 else None
        return isinstance(last, tuple) and last[0] == "}"

    @property
    def frame(self) -> Frame:
        """What the innermost braces hold."""
        return frame_states()[self.states[self.base]]

    @property
    def begun(self) -> list[Any]:
        """The values of the part that is broken, as far as it was read."""
        return self.values[self.base + 1 :]

    @property
    def parts(self) -> list[Any]:
        """The whole parts before it in the same braces."""
        return cast("list[Any]", self.values[self.base])

    @property
    def begin(self) -> int:
        """Where the broken part begins."""
        return next((start for value in self.begun if (start := start_of(value)) is not None), self.token[1])

    @property
    def outermost(self) -> int:
        """Where the statement that is being read begins."""
        return next((start for value in self.values[1:] if (start := start_of(value)) is not None), self.token[1])

    @property
    def owner(self) -> OwnerKind | None:
        """The block whose items are read; None at the top and in requirements and tests."""
        if self.frame != "items":
            return None
        for index in range(self.base - 2, -1, -1):
            word = self.values[index][0] if isinstance(self.values[index], tuple) else None
            if word in _OWNERS:
                kind = f"{self.values[index - 1][0]} selection" if word == "selection" else word
                return cast("OwnerKind", kind)
        return None

    @property
    def key(self) -> Token | None:
        """The word that was taken for the key of a setting, where nothing that belongs to a key follows it."""
        if len(self.begun) != 1 or "=" not in self.expected:
            return None
        name = self.begun[0]
        if isinstance(name, Name):
            return name.text, name.span.start, name.span.end
        word = cast("Token", name)
        return word if self.frame == "clauses" or word[0] not in ITEM_WORDS else None

    def at(self, token: Token) -> Span:
        """The place of a token."""
        return self.reading.at(token)

    def report(self, rule: Rule, token: Token, message: str, advice: str = "") -> None:
        """Notes the finding, at a token."""
        self.reading.report(rule, self.at(token), message, advice)

    @property
    def on_next_line(self) -> bool:
        """Whether the token that does not fit stands on a later line than the part that is broken."""
        if self.kind == END:
            return True
        return bool(self.begun) and "\n" in self.text[self.previous[2] : self.token[1]]


def first_of_line(text: str, offset: int) -> int:
    """Where the first character that is no blank stands in the line of an offset."""
    start = text.rfind("\n", 0, offset) + 1
    return offset - len(text[start:offset].lstrip(" \t"))


def indent(text: str, offset: int) -> int:
    """How far the line of an offset is indented."""
    return first_of_line(text, offset) - text.rfind("\n", 0, offset) - 1


def start_of(value: object) -> int | None:
    """Where a value of the parser's stack begins; None for what is not there."""
    if isinstance(value, tuple):
        return value[1] if isinstance(value[0], str) else start_of(value[0])
    if isinstance(value, list):
        return start_of(value[0]) if value else None
    span = getattr(value, "span", None)
    return span.start if isinstance(span, Span) else None


@cache
def frame_states() -> dict[int, Frame]:
    """The states in which a frame begins."""
    return {state: name for state, row in enumerate(grammar().gotos) for name in _FRAMES if name in row}
