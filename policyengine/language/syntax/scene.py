"""A place where the parser cannot go on: the tokens around it, and what could stand there, in the reader's words."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, Literal, cast

from policyengine.base.rules import Rule
from policyengine.base.source import Span
from policyengine.language.syntax.grammar import END, NAME, STRING, grammar
from policyengine.language.syntax.literals import Name
from policyengine.language.syntax.reading import ALLOWED, OwnerKind, Reading, Token

_MOST_SHOWN = 6
_KEPT = 4  # of a longer list

_SCHEDULES = frozenset({"hourly", "every", "daily", "weekly", "monthly", "yearly", "cron"})
_CONSTANTS = frozenset({NAME, STRING, "<INT>", "[", "forever", "true", "false"})
_OPERANDS = _CONSTANTS | {"("}
_CONDITIONS = _OPERANDS | {"not", "every", "some", "no", "at"}
_COMPARATORS = frozenset({"==", "!=", "<", "<=", ">", ">=", "in", "like"})
_UNITS = frozenset(unit + end for unit in ("minute", "hour", "day", "week", "month", "year") for end in ("", "s"))

_GROUPS: tuple[tuple[frozenset[str], frozenset[str], str], ...] = (
    # what must be possible, what it stands for, what it is called
    (_SCHEDULES, _SCHEDULES | _CONSTANTS, "a value"),
    (frozenset({"every", "not", "("}), _CONDITIONS, "a condition"),
    (frozenset({"forever", "("}), _OPERANDS, "something to compare with"),
    (frozenset({"==", "<"}), _COMPARATORS | {".", "["}, "a comparison such as `==`"),
    (frozenset({"policy", "attach"}), frozenset(), "a statement such as `policy` or `attach`"),
    (frozenset({"day", "days"}), _UNITS, "a unit such as `days`"),
    (frozenset({"<TIME>"}), frozenset({"<TIME>", "<PAST>", "<INT>"}), "a time such as `05:00`"),
    (frozenset({"day", NAME, "<INT>"}), frozenset({"day", NAME, "<INT>"}), "a day"),
    (frozenset({"+=", "="}), frozenset({"=", "+=", "-="}), "`=`"),
    (frozenset({NAME}), frozenset({NAME, STRING}), "a name"),
    (frozenset({STRING}), frozenset({STRING}), "a string"),
    (frozenset({"<INT>"}), frozenset({"<INT>"}), "a number"),
    (frozenset({"<DATE>"}), frozenset({"<DATE>"}), "a date such as `2027-03-31`"),
    (frozenset({END}), frozenset({END}), "the end of the file"),
)

_ROWS = tuple(zip(grammar().states, grammar().gotos, strict=True))
_FIRST, _IN_BRACES = (next(row for row, goto in _ROWS if name in goto) for name in ("statements", "items"))
STATEMENT_WORDS = frozenset(_FIRST) - {END}
"""The words that statements begin with."""
DEFINING = frozenset({"let", "template", "policy"})
"""Those of them that give names to what other files may use."""
ITEM_WORDS = frozenset(_IN_BRACES) - {NAME, STRING, "}"}
"""The words that items of a policy begin with."""


def acceptable(states: list[int]) -> set[str]:
    """Every key that could really come next: not only looked at, but shifted in the end."""
    return {key for key in grammar().states[states[-1]] if _leads_on(states, key)}


def _leads_on(states: list[int], key: str) -> bool:
    tables, stack = grammar(), list(states)
    while (action := tables.states[stack[-1]].get(key, 0)) < 0:
        name, size, _ = tables.rules[-action - 1]
        del stack[len(stack) - size :]
        stack.append(tables.gotos[stack[-1]][name])
    return action > 0 or (key == END and stack[-1] == tables.end)


def phrase(keys: set[str], owner: OwnerKind | None) -> str:
    """`a setting, `rule` or `}``: the keys as a reader would say them; `owner` is the block that it is about."""
    left, shown = set(keys), []
    if left >= ITEM_WORDS:
        shown += _parts(owner)
        left -= ITEM_WORDS | {NAME, STRING}
    if "policy" in left:
        left -= STATEMENT_WORDS - {"policy", "attach"} | {END}
    if "{" in left:
        left.discard(STRING)  # the title before it is nobody's duty
    for needed, covered, name in _GROUPS:
        if left >= needed:
            shown.append(name)
            left -= needed | covered
    shown += [f"`{key}`" for key in sorted(left, key=lambda key: (not key[0].isalpha(), key))]
    return _joined(shown)


def _parts(owner: OwnerKind | None) -> list[str]:
    kinds = ALLOWED[owner] if owner else frozenset({"setting"})
    order = ("setting", "plan", "rule", "copy", "where", "tag selection", "resource selection")
    parts = ["a setting" if kind == "setting" else f"`{kind}`" for kind in order if kind in kinds]
    return parts + [f"`{kind}`" for kind in sorted(kinds.difference(order) - {"children"})] + ["`children may`"]


def _joined(parts: list[str]) -> str:
    if len(parts) > _MOST_SHOWN:
        parts = [*parts[:_KEPT], "...", parts[-1]]
    if len(parts) == 1:
        return parts[0]
    return f"{', '.join(parts[:-1])} or {parts[-1]}"


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
