"""The way out of an error: say what is wrong, drop the broken statement or item, find where the next one begins.

The language has no sign between statements, so layout decides: a part begins at the beginning of a line, with a word
that begins parts, or with any word that stands no deeper than the broken part did.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from policyengine.base.catalogue.language import unexpected_text
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

_PASSED = re.compile(
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
    """Reports an error and takes the broken part off the parser's stacks; where to read on."""
    missing = error.reading.missing_braces
    if error.kind == END and missing:
        return _insert(error, *missing.pop(0))
    _settle(error)
    position = _leave(error, explain(error))
    while missing and missing[0][0] < position:
        del missing[0]
    return position


def give_up(reading: Reading) -> bool:
    """Whether so much was found that the rest of the file is not read; says so."""
    if reading.full:
        message = "too many mistakes: the rest of the file is not read"
        reading.diagnostics.append(unexpected_text.RULE.at(reading.diagnostics[-1].span, message))
        reading.lost = True
    return reading.full


def _insert(error: ErrorContext, place: int, brace: str) -> int:
    """Reads a brace that is missing, as if it were there."""
    if brace == "}" and error.frame != "statements":
        _settle(error)
        _drop(error)
    if brace in acceptable(error.states):
        _shift(error, (brace, place, place))
    return place


def _leave(error: ErrorContext, recovery: Recovery) -> int:
    if give_up(error.reading):
        recovery = Recovery(outside=len(error.text))
    if recovery.inserts:
        if recovery.inserts == "}":
            _drop(error)
        _shift(error, (recovery.inserts, error.token[1], error.token[1]))
        return recovery.resume or 0
    search = _Search.of(error, recovery.search_from)
    error.reading.lost |= _may_define(error, recovery)
    _drop(error, drops_last=recovery.drops_last)
    if recovery.outside is not None:
        return _close_all(error, recovery.outside)
    if recovery.resume is not None:
        return recovery.resume
    position, outside = search.run()
    return _close_all(error, position) if outside else position


@dataclass(slots=True)
class _Search:
    """Looks for the beginning of the next part, from the token that did not fit.

    `braces` and `brackets` count what the broken part has opened and not closed. `again` says whether the line of
    the token may be read again: not where the finding is about a token at its beginning that begins no part.
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
        """The search that an error starts; `search_from` is where to begin, if not at the token."""
        text, begin = error.text, error.begin
        marks = [value[0] for value in error.begun if isinstance(value, tuple)]
        opened = sum((mark in ("[", "(")) - (mark in ("]", ")")) for mark in marks)
        # `{` is missing and `}` is on this line: the rest of the line is a part of what is broken.
        braces = int("{" in error.expected and _CLOSED_BEHIND.match(text, error.token[1]) is not None)
        inner, outer = indent(text, begin), indent(text, error.outermost)
        told = error.reading.diagnostics[-1].span if error.reading.diagnostics else None
        is_told = told is not None and told.start == error.token[1]
        start = error.token[1] if search_from is None else search_from
        search = cls(text, error.frame, begin, start, inner, outer, braces=braces, brackets=opened)
        line = first_of_line(text, start)
        search.again = search_from is None and line > begin and (not is_told or line < start or search.leads(line))
        return search

    def run(self) -> tuple[int, bool]:
        """Where to read on, and whether that is outside of all braces."""
        line = first_of_line(self.text, self.position)
        if self.again and (found := self._part_at(line)):
            return found
        for match in _PASSED.finditer(self.text, self.position):
            match match.lastgroup:
                case "line":
                    found = self._part_at(match.end())
                case "closed":
                    found = self._close(match)
                case kind:
                    self._count(kind, match[0])
                    continue
            if found:
                return found
        return len(self.text), True

    def leads(self, position: int) -> bool:
        """Whether a word that begins parts stands at an offset, or the key of a setting."""
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
        """Whether a part begins at the beginning of this line, and whether it is a statement outside of the braces."""
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


def _may_define(error: ErrorContext, recovery: Recovery) -> bool:
    """Whether what is dropped is a statement that may have defined a name."""
    if error.frame != "statements":
        return False
    if recovery.drops_last and isinstance(error.parts[-1], Let):
        return True
    word = next((value[0] for value in error.begun if isinstance(value, tuple)), error.token[0])
    return word in DEFINING or (word not in STATEMENT_WORDS and _BEGINNING.match(word) is not None)


def _settle(error: ErrorContext) -> None:
    """Finishes the part before the token where it is whole: then it is the token that is broken, not the part."""
    key = "policy" if error.frame == "statements" else "}"
    if key in error.expected:
        _reduce_for(error, key)


def _drop(error: ErrorContext, *, drops_last: bool = False) -> None:
    """Leaves on the stacks what was whole before the broken part."""
    # INVARIANT: the list of parts is on the stacks, for where a part may begin its braces may be closed as well.
    states, values, base = error.states, error.values, error.base
    del states[base + 2 :], values[base + 1 :]
    if drops_last:
        values[base].pop()


def _close_all(error: ErrorContext, position: int) -> int:
    """Closes every brace that is open, as if the author had: what stands in them is kept."""
    while error.base:
        _shift(error, ("}", position, position))
    return position


def _shift(error: ErrorContext, token: Token) -> None:
    action = _reduce_for(error, token[0])
    error.states.append(action - 1)
    error.values.append(token)


def _reduce_for(error: ErrorContext, key: str) -> int:
    """Does all that the tables ask for before they can take a token; the action that takes it."""
    tables, states, values = grammar(), error.states, error.values
    while (action := tables.states[states[-1]].get(key, 0)) < 0:
        name, size, build = reductions()[action]
        parts = values[len(values) - size :]
        del values[len(values) - size :], states[len(states) - size :]
        values.append(build(error.reading, *parts))
        states.append(tables.gotos[states[-1]][name])
    return action
