"""Text to tree: an LALR parser that runs the tables of the grammar over the tokens of a source.

It raises for no text. An error is reported, and parsing resumes at the next statement or item.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, cast

from policyengine.base.diagnostics import Outcome
from policyengine.base.source import Source
from policyengine.language.language_rules import FORBIDDEN_CHARACTER, UNSUPPORTED_LANGUAGE
from policyengine.language.syntax.brace_repair import repair_braces
from policyengine.language.syntax.build_statements import LANGUAGE
from policyengine.language.syntax.error_context import ErrorContext
from policyengine.language.syntax.grammar import COMMENT, END, MARK, NAME, grammar
from policyengine.language.syntax.nodes import Comment, Module, Statement
from policyengine.language.syntax.reading import Reading, Token
from policyengine.language.syntax.recovery import give_up, recover
from policyengine.language.syntax.reductions import reductions
from policyengine.language.syntax.words import FORBIDDEN

_LONE_RETURN = re.compile(r"\r(?!\n)")
_DEEPEST = 100
"""Levels of braces, brackets, parentheses, `not` and quantifiers; so deep, a tree can be walked by recursion."""

_LONGEST_TEXT, _LONGEST_LINE = 5_000_000, 1_000_000
"""In characters. AWS takes 10,000 in a policy, and parsing takes up to a hundred times the size of a text in memory."""


def parse(source: Source) -> Outcome[Module]:
    """The tree of a `.bpol` text, and its syntax errors in the order of the text.

    With errors the tree holds what could be parsed. `Module.complete` is false where a statement that may define a
    name was dropped.
    """
    reading = Reading(source)
    automaton = _Automaton(reading, repair_braces(reading, _readable(reading)))
    statements = [] if give_up(reading) else automaton.statements()
    language = _language(reading, statements)
    comments = tuple(
        Comment(source.text[start:end].rstrip(), span=reading.span(start, end)) for start, end in automaton.comments
    )
    errors = tuple(sorted(reading.diagnostics, key=lambda each: each.span.start if each.span else 0))
    return Outcome(Module(source, language, tuple(statements), comments, complete=not reading.lost), errors)


def _readable(reading: Reading) -> str:
    """The text to parse, each character at its offset; forbidden ones are reported and read as blanks.

    It is empty for a text that can be no policy file: too long, with endless lines, with a NUL.
    """
    text = reading.source.text
    if refusal := _no_policy_file(text):
        place, message = refusal
        reading.report(FORBIDDEN_CHARACTER, reading.span(place, place + 1), f"{message}: this is no policy file")
        reading.lost = True
        return ""
    if text.startswith("\ufeff"):
        text = " " + text[1:]
    if lone := _LONE_RETURN.search(text):
        message, advice = "a line ends with a carriage return alone", "end lines with a line feed"
        reading.report(FORBIDDEN_CHARACTER, reading.span(*lone.span()), message, advice)
        text = _LONE_RETURN.sub("\n", text)
    for match in FORBIDDEN.finditer(text):
        code = ord(match[0][0])
        message, advice = f"a character that nobody sees (U+{code:04X})", f"in a string write `\\u{code:04x}`"
        reading.report(FORBIDDEN_CHARACTER, reading.span(match.start(), match.end()), message, advice)
    return FORBIDDEN.sub(lambda match: " " * len(match[0]), text) if reading.diagnostics else text


def _no_policy_file(text: str) -> tuple[int, str] | None:
    """Offset and description of what no policy file has; None for a text that may be parsed."""
    if len(text) > _LONGEST_TEXT:
        return _LONGEST_TEXT, f"more than {_LONGEST_TEXT:,} characters"
    if len(text) > _LONGEST_LINE and len(longest := max(text.split("\n"), key=len)) > _LONGEST_LINE:
        return text.index(longest), f"a line of {len(longest):,} characters"
    binary = text.find("\0")
    return (binary, "a NUL character") if binary >= 0 else None


class _Automaton:
    """The LALR automaton of the grammar on its way through a text.

    `states` is its stack of states, `values` the tokens and nodes under them, one fewer; a recovery changes both in
    place. `comments` are the start and end of each comment passed so far.
    """

    def __init__(self, reading: Reading, text: str) -> None:
        self.comments: list[tuple[int, int]] = []
        self._reading = reading
        self._text = text
        self._states = [grammar().start]
        self._values: list[Any] = []
        self._previous: Token = ("", 0, 0)

    def statements(self) -> list[Statement]:
        """The statements of the whole text, read on behind every error."""
        position = 0
        while error := self._advance(position):
            position = recover(error)
        return cast("list[Statement]", self._values[0])

    def _advance(self, position: int) -> ErrorContext | None:
        """Reads tokens from an offset on, up to the first error; None where the text ends without one.

        The loop does its reductions itself: a call for each token costs a tenth of the time (measured).
        """
        tables, rules, states, values = grammar(), reductions(), self._states, self._values
        rows, gotos, missing = tables.states, tables.gotos, self._reading.missing_braces
        for token, key, kind in self._tokens(position):
            if key == END and missing:  # the text only seems to end: what only the real end completes stays open
                return self._error(token, kind)
            while (action := rows[states[-1]].get(key) or rows[states[-1]].get(kind, 0)) < 0:
                name, size, build = rules[action]
                parts = values[len(values) - size :]
                del values[len(values) - size :], states[len(states) - size :]
                values.append(build(self._reading, *parts))
                states.append(gotos[states[-1]][name])
            if key == END and states[-1] == tables.end:
                break
            too_deep = len(states) > _DEEPEST and _too_deep(states, action - 1)
            if not action or too_deep:
                return self._error(token, kind, too_deep=too_deep)
            states.append(action - 1)
            values.append(token)
            self._previous = token
        return None

    def _tokens(self, position: int) -> Iterator[tuple[Token, str, str]]:
        """The tokens from an offset up to the next missing brace, each with its key in the tables and its kind.

        A word has its text as the key: it is a keyword where the parser can take that keyword, and a name elsewhere.
        """
        tables, missing = grammar(), self._reading.missing_braces
        kinds = tables.kinds
        word, mark, comment = map(kinds.index, (NAME, MARK, COMMENT))
        end = missing[0][0] if missing else len(self._text)
        for match in tables.token.finditer(self._text, position, end):
            group = match.lastindex or 0
            start, stop = match.span(group)
            text = match[group]
            if group == word:
                yield (text, start, stop), text, NAME
            elif group == mark:
                yield (text, start, stop), text, text
            elif group == comment:
                self.comments.append((start, stop))
            else:
                yield (text, start, stop), kinds[group], kinds[group]

    def _error(self, token: Token, kind: str, *, too_deep: bool = False) -> ErrorContext:
        return ErrorContext(
            self._reading, self._text, self._states, self._values, token, kind, self._previous, too_deep
        )


def _too_deep(states: list[int], entered: int) -> bool:
    nesting = grammar().nesting
    return entered in nesting and sum(state in nesting for state in states) >= _DEEPEST


def _language(reading: Reading, statements: list[Statement]) -> int | None:
    """The number after `language`, None if it is unknown; a line that is not the first statement is reported."""
    first = statements[0].span.start if statements else len(reading.source.text)
    for index, (_, start, end) in enumerate(reading.languages):
        if index or start > first:
            message = "`language` belongs at the beginning of the file, once"
            reading.report(UNSUPPORTED_LANGUAGE, reading.span(start, end), message)
    supported = reading.languages and reading.languages[0][0] == LANGUAGE
    return int(LANGUAGE) if supported else None
