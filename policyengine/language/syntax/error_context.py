"""The context of a syntax error: the parser's stacks, the tokens around it, and what was expected, in words."""

from __future__ import annotations

from functools import cache, cached_property
from typing import Any, Literal, cast

from msgspec import Struct

from policyengine.base.diagnostics import Fix
from policyengine.base.rules import Rule
from policyengine.base.source import Span
from policyengine.base.text import suggestion
from policyengine.language.language_rules import UNEXPECTED_TEXT
from policyengine.language.syntax.block_contents import ALLOWED, OwnerKind
from policyengine.language.syntax.grammar import END, NAME, STRING, grammar
from policyengine.language.syntax.literals import Name
from policyengine.language.syntax.reading import Reading, Token, excerpt

_ROWS = tuple(zip(grammar().states, grammar().gotos, strict=True))
_AT_TOP, _IN_BRACES = (next(row for row, goto in _ROWS if name in goto) for name in ("statements", "items"))
STATEMENT_WORDS = frozenset(_AT_TOP) - {END}
"""The keywords that begin statements."""
DEFINING = frozenset({"let", "template", "policy"})
"""The keywords that begin statements whose names other files may use."""
ITEM_WORDS = frozenset(_IN_BRACES) - {NAME, STRING, "}"}
"""The keywords that begin items of a policy."""


Frame = Literal["statements", "items", "clauses", "steps"]
"""The list that the parser was reading: statements, or what stands in a pair of braces."""

_FRAMES: tuple[Frame, ...] = ("statements", "items", "clauses", "steps")
_OWNERS: frozenset[str] = frozenset(ALLOWED) | {"selection"}


class Recovery(Struct):
    """How to go on after an error, as far as its explanation knows; without an offset the next part is searched.

    Attributes:
        resume: Where to read on, in the same braces.
        inserts: A brace to read before that, as if it stood there.
        outside: Where to read on with all braces closed.
        drops_last: Whether the part before the broken one was misread and is dropped, too.
        search_from: Where the search for the next part begins, if not at the token that does not fit.
    """

    resume: int | None = None
    inserts: str = ""
    outside: int | None = None
    drops_last: bool = False
    search_from: int | None = None


class ErrorContext(Struct, dict=True):
    """A syntax error, and the parser at that point.

    Attributes:
        reading: The state of reading, which takes the diagnostics.
        text: The text that is parsed: the source, its unreadable characters and surplus braces blanked.
        states: The parser's stack of states, changed by the recovery.
        values: The parser's stack of values, one shorter: tokens, nodes and lists of nodes.
        token: The token that does not fit.
        kind: Its key in the tables: the text of a mark, `<NAME>` for every word, `<UNKNOWN>`, `<END>`.
        previous: The token before it.
        too_deep: Whether the token is refused only because it would open one level too many.
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
        """The keys that were acceptable instead of the token."""
        return acceptable(self.states)

    @property
    def base(self) -> int:
        """The index in `states` at which the innermost open frame begins: the state that starts its list of parts."""
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
        """The frame of the innermost open braces."""
        return frame_states()[self.states[self.base]]

    @property
    def begun(self) -> list[Any]:
        """The values of the broken part, as far as it was read."""
        return self.values[self.base + 1 :]

    @property
    def parts(self) -> list[Any]:
        """The whole parts before the broken one in the same braces."""
        return cast("list[Any]", self.values[self.base])

    @property
    def begin(self) -> int:
        """The offset at which the broken part begins."""
        return next((start for value in self.begun if (start := start_of(value)) is not None), self.token[1])

    @property
    def outermost(self) -> int:
        """The offset at which the broken statement begins."""
        return next((start for value in self.values[1:] if (start := start_of(value)) is not None), self.token[1])

    @property
    def owner(self) -> OwnerKind | None:
        """The kind of the block around the error; None at the top and in requirements and tests."""
        if self.frame != "items":
            return None
        for index in range(self.base - 2, -1, -1):
            word = self.values[index][0] if isinstance(self.values[index], tuple) else None
            if word in _OWNERS:
                return f"{self.values[index - 1][0]} selection" if word == "selection" else word
        return None

    @property
    def key(self) -> Token | None:
        """The word before the token, where it was read as the key of a setting and no `=` follows."""
        if len(self.begun) != 1 or "=" not in self.expected:
            return None
        name = self.begun[0]
        if isinstance(name, Name):
            return name.text, name.span.start, name.span.end
        word = cast("Token", name)
        return word if self.frame == "clauses" or word[0] not in ITEM_WORDS else None

    def at(self, token: Token) -> Span:
        """The span of a token."""
        return self.reading.at(token)

    def report(self, rule: Rule, token: Token, message: str, advice: str = "", fix: Fix | None = None) -> None:
        """Adds a diagnostic at a token."""
        self.reading.report(rule, self.at(token), message, advice, fix)

    @property
    def on_next_line(self) -> bool:
        """Whether the token stands on a later line than the broken part so far, or is the end of the file."""
        if self.kind == END:
            return True
        return bool(self.begun) and "\n" in self.text[self.previous[2] : self.token[1]]


def start_of(value: object) -> int | None:
    """The offset at which a value of the parser's stack begins; None for an optional part that is absent."""
    if isinstance(value, tuple):
        return value[1] if isinstance(value[0], str) else start_of(value[0])
    if isinstance(value, list):
        return start_of(value[0]) if value else None
    span = getattr(value, "span", None)
    return span.start if isinstance(span, Span) else None


@cache
def frame_states() -> dict[int, Frame]:
    """The states that begin a frame, with the frame."""
    return {state: name for state, row in enumerate(grammar().gotos) for name in _FRAMES if name in row}


def acceptable(states: list[int]) -> set[str]:
    """The keys of the tables that can come next: those that some reductions later are really shifted.

    An LALR state also lists look-aheads that fail after the reductions that they allow.
    """
    return {key for key in grammar().states[states[-1]] if _is_shifted(states, key)}


def _is_shifted(states: list[int], key: str) -> bool:
    tables, stack = grammar(), list(states)
    while (action := tables.states[stack[-1]].get(key, 0)) < 0:
        name, size, _ = tables.rules[-action - 1]
        del stack[len(stack) - size :]
        stack.append(tables.gotos[stack[-1]][name])
    return action > 0 or (key == END and stack[-1] == tables.end)


def report_unexpected(error: ErrorContext) -> None:
    """Reports what was expected, and what stands there instead."""
    expected = phrase(error.expected, error.owner)
    advice = suggestion(error.token[0], error.expected & grammar().words) if error.kind == NAME else ""
    if error.on_next_line:
        after = f" after {excerpt(error.previous[0])}" if error.previous[0] else ""
        error.report(UNEXPECTED_TEXT, error.previous, f"expected {expected}{after}", advice)
        return
    token = "the end of the file" if error.kind == END else excerpt(error.token[0])
    error.report(UNEXPECTED_TEXT, error.token, f"expected {expected}, found {token}", advice)


_MOST_SHOWN = 6
_KEPT = 4  # of a longer list

_SCHEDULES = frozenset({"hourly", "every", "daily", "weekly", "monthly", "yearly", "cron"})
_CONSTANTS = frozenset({NAME, STRING, "<INT>", "[", "forever", "true", "false"})
_OPERANDS = _CONSTANTS | {"("}
_CONDITIONS = _OPERANDS | {"not", "every", "some", "no", "at"}
_COMPARATORS = frozenset({"==", "!=", "<", "<=", ">", ">=", "in", "like"})
_UNITS = frozenset(unit + end for unit in ("minute", "hour", "day", "week", "month", "year") for end in ("", "s"))

_GROUPS: tuple[tuple[frozenset[str], frozenset[str], str], ...] = (
    # the keys that must all be acceptable, the keys that the phrase covers, the phrase
    (_SCHEDULES, _SCHEDULES | _CONSTANTS | {"<DATE>", "..."}, "a value"),
    (frozenset({"every", "not", "("}), _CONDITIONS, "a condition"),
    (frozenset({"forever", "("}), _OPERANDS, "something to compare with"),
    (frozenset({"==", "<"}), _COMPARATORS | {".", "["}, "a comparison such as `==`"),
    (frozenset({"policy", "attach"}), frozenset(), "a statement such as `policy` or `attach`"),
    (frozenset({"day", "days"}), _UNITS, "a unit such as `days`"),
    (frozenset({"<TIME>"}), frozenset({"<TIME>", "<PAST>", "<INT>"}), "a time such as `05:00`"),
    (frozenset({"day", NAME, "<INT>"}), frozenset({"day", NAME, "<INT>"}), "a day"),
    (frozenset({"+=", "="}), frozenset({"=", "+=", "-="}), "`=`"),
    (frozenset({NAME, "<DATE>"}), frozenset({NAME, "<DATE>"}), "a date such as `2027-03-31`"),
    (frozenset({NAME}), frozenset({NAME, STRING}), "a name"),
    (frozenset({STRING}), frozenset({STRING}), "a string"),
    (frozenset({"<INT>"}), frozenset({"<INT>"}), "a number"),
    (frozenset({END}), frozenset({END}), "the end of the file"),
)


def phrase(keys: set[str], owner: OwnerKind | None) -> str:
    """The keys in the words of messages: `a setting, `rule` or `}``; `owner` is the block around the error, if any."""
    left, shown = set(keys), []
    if left >= ITEM_WORDS:
        shown += _parts(owner)
        left -= ITEM_WORDS | {NAME, STRING}
    if "policy" in left:
        left -= STATEMENT_WORDS - {"policy", "attach"} | {END}
    if "{" in left:
        left.discard(STRING)  # the title before the brace is optional, and nobody misses it
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


def first_of_line(text: str, offset: int) -> int:
    """The offset of the first character before `offset` in its line that is no blank, or `offset` itself."""
    start = text.rfind("\n", 0, offset) + 1
    return offset - len(text[start:offset].lstrip(" \t"))


def indent(text: str, offset: int) -> int:
    """The indentation of the line of an offset, in characters."""
    return first_of_line(text, offset) - text.rfind("\n", 0, offset) - 1
