"""Error recovery: report what is wrong, drop the broken statement or item, resume where the next one begins.

The language has no separator between statements to synchronise on, so layout decides: a part begins at the beginning
of a line, with a keyword that begins parts, or with any word that is not indented deeper than the broken part.
"""

from __future__ import annotations

import re

from msgspec import Struct

from policyengine.language.language_rules import UNEXPECTED_TEXT
from policyengine.language.syntax.block_heads import BlockHead, head_of
from policyengine.language.syntax.error_context import (
    DEFINING,
    ITEM_WORDS,
    STATEMENT_WORDS,
    ErrorContext,
    Frame,
    Recovery,
    acceptable,
    first_of_line,
    indent,
)
from policyengine.language.syntax.grammar import END, grammar
from policyengine.language.syntax.mistakes import explain
from policyengine.language.syntax.nodes import Let
from policyengine.language.syntax.reading import Reading, Token
from policyengine.language.syntax.reductions import reductions

_SKIPPED = re.compile(
    r"""
    "[^"\\\n]*(?:\\[^\n][^"\\\n]*)*"    # a whole string
    | (?P<broken>"[^\n]*)               # the rest of a line behind a string without an end
    | \#[^\n]*
    | (?P<braces>\{+) | (?P<brackets>[\[(]+) | (?P<closed>\}+) | (?P<unbracketed>[\])]+)
    | \n[ \t\r\n]*(?P<line>)
    """,
    re.VERBOSE,
)
_BEGINNING = re.compile(
    r'(?P<word>[A-Za-z_][\w-]*|"[^"\\\n]*")(?P<sets>[ \t]*(?:\+=|-=|=(?!=)))?(?P<more>[ \t]+[\w"{])?'
)
_CLOSED_BEHIND = re.compile(r"[^{}\n]*\}")
_WORDS: dict[Frame, frozenset[str]] = {
    "statements": STATEMENT_WORDS,
    "items": ITEM_WORDS,
    "clauses": frozenset({"for", "assert"}),
    "steps": frozenset({"given", "expect"}),
}


def recover(error: ErrorContext) -> int:
    """Reports an error and takes the broken part off the parser's stacks; the offset at which to read on."""
    missing = error.reading.missing_braces
    if error.kind == END and missing:
        return _insert(error, *missing.pop(0))
    _finish_part(error)
    position = _resume(error, explain(error))
    while missing and missing[0][0] < position:
        del missing[0]
    return position


def give_up(reading: Reading) -> bool:
    """Whether there are so many diagnostics that the rest of the file is not read, which is reported."""
    if reading.full:
        message = "too many mistakes: the rest of the file is not read"
        reading.diagnostics.append(UNEXPECTED_TEXT.at(reading.diagnostics[-1].span, message))
        reading.lost = True
    return reading.full


def _insert(error: ErrorContext, place: int, brace: str) -> int:
    """Reads a missing brace as if it stood at an offset; that offset, where reading goes on."""
    if brace == "}" and error.frame != "statements":
        _finish_part(error)
        _drop(error)
    if brace in acceptable(error.states):
        _shift(error, (brace, place, place))
    return place


def _finish_part(error: ErrorContext) -> None:
    """Builds the part before the token where it is whole: then the token is broken, and not that part."""
    key = "policy" if error.frame == "statements" else "}"
    if key in error.expected:
        _reduce_for(error, key)


def _drop(error: ErrorContext, *, drops_last: bool = False) -> None:
    """Takes the broken part off the stacks; what was whole before it stays."""
    # INVARIANT: the list of parts is on the stacks, since where a part may begin its braces may also be closed.
    states, values, base = error.states, error.values, error.base
    del states[base + 2 :], values[base + 1 :]
    if drops_last:
        values[base].pop()


def _shift(error: ErrorContext, token: Token) -> None:
    action = _reduce_for(error, token[0])
    error.states.append(action - 1)
    error.values.append(token)


def _reduce_for(error: ErrorContext, key: str) -> int:
    """Does all reductions before a token with that key can be shifted; the action that shifts it."""
    tables, states, values = grammar(), error.states, error.values
    while (action := tables.states[states[-1]].get(key, 0)) < 0:
        name, size, build = reductions()[action]
        parts = values[len(values) - size :]
        del values[len(values) - size :], states[len(states) - size :]
        values.append(build(error.reading, *parts))
        states.append(tables.gotos[states[-1]][name])
    return action


def _resume(error: ErrorContext, recovery: Recovery) -> int:
    """Changes the parser's stacks as a recovery says; the offset at which to read on."""
    if give_up(error.reading):
        recovery = Recovery(outside=len(error.text))
    if recovery.inserts:
        if recovery.inserts == "}":
            _drop(error)
        _shift(error, (recovery.inserts, error.token[1], error.token[1]))
        return recovery.resume or 0
    if recovery == Recovery() and not error.too_deep and (head := head_of(error)):
        return _reopen(error, head)
    search = _Search.of(error, recovery.search_from)  # looks at the stacks before they change
    error.reading.lost |= _may_define(error, recovery)
    _drop(error, drops_last=recovery.drops_last)
    if recovery.outside is not None:
        return _close_all(error, recovery.outside)
    if recovery.resume is not None:
        return recovery.resume
    position, outside = search.run()
    return _close_all(error, position) if outside else position


def _reopen(error: ErrorContext, head: BlockHead) -> int:
    """Reads a block with a broken head as if the head were right, so that what stands in it is read; where to go on."""
    error.reading.lost |= head.lacks_names
    _drop(error)
    for key, token in head.tokens:
        error.states.append(_reduce_for(error, key) - 1)
        error.values.append(token)
    return head.end


def _close_all(error: ErrorContext, position: int) -> int:
    """Closes every open brace as if the author had, so that what stands in them is kept; returns `position`."""
    while error.base:
        _shift(error, ("}", position, position))
    return position


def _may_define(error: ErrorContext, recovery: Recovery) -> bool:
    """Whether the dropped part is a statement that may have defined a name."""
    if error.frame != "statements":
        return False
    if recovery.drops_last and isinstance(error.parts[-1], Let):
        return True
    word = next((value[0] for value in error.begun if isinstance(value, tuple)), error.token[0])
    return word in DEFINING or (word not in STATEMENT_WORDS and _BEGINNING.match(word) is not None)


class _Search(Struct):
    """The search for the beginning of the next part.

    Attributes:
        text: The text that is parsed.
        frame: The list that the broken part belongs to.
        begin: The offset at which the broken part begins.
        position: The offset at which the search begins.
        inner_indent: The indentation of the broken part.
        outer_indent: The indentation of the statement around it.
        braces: How many braces the broken part has opened and not closed.
        brackets: How many brackets and parentheses it has opened and not closed.
        again: Whether the next part may begin on the line of the token: not where the diagnostic is about a token at
            the beginning of that line which begins no part.
    """

    text: str
    frame: Frame
    begin: int
    position: int
    inner_indent: int
    outer_indent: int
    braces: int = 0
    brackets: int = 0
    again: bool = False

    @classmethod
    def of(cls, error: ErrorContext, search_from: int | None) -> _Search:
        """The search for the part after an error, from the token or another offset."""
        text, begin = error.text, error.begin
        marks = [value[0] for value in error.begun if isinstance(value, tuple)]
        opened = sum((mark in ("[", "(")) - (mark in ("]", ")")) for mark in marks)
        # `{` is missing and `}` is on this line: the rest of the line belongs to the broken part.
        braces = int("{" in error.expected and _CLOSED_BEHIND.match(text, error.token[1]) is not None)
        inner, outer = indent(text, begin), indent(text, error.outermost)
        reported = error.reading.diagnostics[-1].span if error.reading.diagnostics else None
        is_about_token = reported is not None and reported.start == error.token[1]
        start = error.token[1] if search_from is None else search_from
        search = cls(text, error.frame, begin, start, inner, outer, braces=braces, brackets=opened)
        line = first_of_line(text, start)
        at_start = is_about_token and line >= start
        search.again = search_from is None and line > begin and (not at_start or search.leads(line))
        return search

    def run(self) -> tuple[int, bool]:
        """The offset at which to read on, and whether that is outside of all braces."""
        line = first_of_line(self.text, self.position)
        if self.again and (part := self._part_at(line)):
            return part
        for match in _SKIPPED.finditer(self.text, self.position):
            match match.lastgroup:
                case "line":
                    part = self._part_at(match.end())
                case "closed":
                    part = self._close(match)
                case kind:
                    self._count(kind, match[0])
                    continue
            if part:
                return part
        return len(self.text), True

    def leads(self, position: int) -> bool:
        """Whether a keyword that begins parts stands at an offset, or the key of a setting."""
        match = _BEGINNING.match(self.text, position)
        return match is not None and (match["word"] in _WORDS[self.frame] or bool(match["sets"]))

    def _count(self, kind: str | None, text: str) -> None:
        if kind == "braces":
            self.braces += len(text)
        elif kind == "broken":
            self.braces += text.rstrip().endswith("{")
        elif kind == "brackets":
            self.brackets += len(text)
        elif kind == "unbracketed":
            self.brackets = max(0, self.brackets - len(text))

    def _close(self, match: re.Match[str]) -> tuple[int, bool] | None:
        opened, closed = self.braces, len(match[0])
        self.braces, self.brackets = max(0, opened - closed), 0
        if closed < opened:
            return None
        if opened == closed or self.frame != "statements":
            return match.start() + opened, False
        return None  # too many at the top: they close nothing

    def _part_at(self, position: int) -> tuple[int, bool] | None:
        """The offset of a part that begins there, and whether it is a statement outside of the braces; else None."""
        match = _BEGINNING.match(self.text, position)
        if not match:
            return None
        word, depth = match["word"], indent(self.text, position)
        if self.braces == 0 and self._begins(word, match, depth):
            return position, False
        statement = word in STATEMENT_WORDS and bool(match["more"]) and not match["sets"]
        return (position, True) if statement and depth <= self.outer_indent else None

    def _begins(self, word: str, match: re.Match[str], depth: int) -> bool:
        if match["sets"]:
            return self.frame != "statements"
        if word in _WORDS[self.frame] and match["more"]:
            return True
        may_begin = word in _WORDS[self.frame] or word not in grammar().words or word == "vault"
        return may_begin and not self.brackets and depth <= self.inner_indent
