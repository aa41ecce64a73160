"""Text to tree: runs the tables of the grammar over the tokens of a source.

Never raises for any text. What is wrong is reported, and reading goes on at the next statement or item.
"""

from __future__ import annotations

import re
from typing import Any, cast

from policyengine.base.catalogue.language import forbidden_character, unsupported_language
from policyengine.base.diagnostics import Outcome
from policyengine.base.source import Source
from policyengine.language.syntax.build_statements import LANGUAGE
from policyengine.language.syntax.error_context import ErrorContext
from policyengine.language.syntax.grammar import COMMENT, END, MARK, NAME, grammar
from policyengine.language.syntax.indentation import repair_braces
from policyengine.language.syntax.nodes import Comment, Module, Statement
from policyengine.language.syntax.reading import Reading
from policyengine.language.syntax.recovery import give_up, recover
from policyengine.language.syntax.reductions import more, reductions
from policyengine.language.syntax.words import FORBIDDEN

_LONE_RETURN = re.compile(r"\r(?!\n)")
_DEEPEST = 100
"""Levels of braces, brackets, parentheses, `not` and quantifiers: what walks over a tree later may recurse."""

_LONGEST_TEXT, _LONGEST_LINE = 5_000_000, 1_000_000
"""In characters. AWS takes 10,000 in a policy. Reading can take a hundred times the size of a text in memory."""


def parse(source: Source) -> Outcome[Module]:
    """The tree of a `.bpol` text, and its syntax errors in the order of the text.

    With errors the tree holds what could be read. `complete` is false where a name may have been lost with the rest.
    """
    reading = Reading(source)
    spans: list[tuple[int, int]] = []
    text = repair_braces(reading, _readable(reading))
    statements = [] if give_up(reading) else _read(reading, text, spans)
    language = _language(reading, statements)
    comments = tuple(Comment(source.text[start:end].rstrip(), span=reading.span(start, end)) for start, end in spans)
    found = tuple(sorted(reading.diagnostics, key=lambda diagnostic: diagnostic.span.start if diagnostic.span else 0))
    return Outcome(Module(source, language, tuple(statements), comments, complete=not reading.lost), found)


def _read(reading: Reading, text: str, comments: list[tuple[int, int]]) -> list[Statement]:
    """The statements of a text; `comments` is filled with the places of its comments."""
    tables, rules = grammar(), reductions()
    rows, gotos, kinds = tables.states, tables.gotos, tables.kinds
    word, mark, comment = kinds.index(NAME), kinds.index(MARK), kinds.index(COMMENT)
    states: list[int] = [tables.start]
    values: list[Any] = []
    position, previous = 0, ("", 0, 0)
    while True:
        end = reading.missing_braces[0][0] if reading.missing_braces else len(text)
        for match in tables.token.finditer(text, position, end):
            group = match.lastindex or 0
            if group == comment:
                comments.append(match.span(group))
                continue
            found = match[group]
            # A word is a keyword where the parser can take that keyword, and a name everywhere else.
            key = found if group in (word, mark) else kinds[group]
            kind = NAME if group == word else key
            if key == END and reading.missing_braces:
                # Not the end: a brace is missing here, and nothing that only the end would finish is finished.
                error = ErrorContext(reading, text, states, values, (found, *match.span(group)), kind, previous)
                position = recover(error)
                break
            while (action := rows[states[-1]].get(key) or rows[states[-1]].get(kind, 0)) < 0:
                name, size, build = rules[action]
                if build is more:
                    _append(states, values)
                    continue
                parts = values[len(values) - size :]
                del values[len(values) - size :], states[len(states) - size :]
                values.append(build(reading, *parts))
                states.append(gotos[states[-1]][name])
            token = (found, *match.span(group))
            too_deep = len(states) > _DEEPEST and _too_deep(states, action - 1)
            if action and not too_deep:
                states.append(action - 1)
                values.append(token)
                previous = token
                continue
            if key == END and states[-1] == tables.end and not reading.missing_braces:
                return cast("list[Statement]", values[0])
            error = ErrorContext(reading, text, states, values, token, kind, previous, too_deep)
            position = recover(error)
            break


def _append(states: list[int], values: list[Any]) -> None:
    # `parts: parts part`: the list stays where it is on both stacks. None is a part that was refused.
    states.pop()
    part = values.pop()
    if part is not None:
        values[-1].append(part)


def _too_deep(states: list[int], entered: int) -> bool:
    nesting = grammar().nesting
    return entered in nesting and sum(state in nesting for state in states) >= _DEEPEST


def _readable(reading: Reading) -> str:
    """The text to read: what may not stand in a file is reported and counts as blanks, a byte order mark too.

    Nothing of a text that cannot be a policy file: too long, with endless lines, with a NUL.
    """
    text = reading.source.text
    if unlikely := _unlikely(text):
        place, message = unlikely
        reading.report(forbidden_character.RULE, reading.span(place, place + 1), f"{message}: this is no policy file")
        reading.lost = True
        return ""
    if text.startswith("\ufeff"):
        text = " " + text[1:]
    if lone := _LONE_RETURN.search(text):
        message, advice = "a line ends with a carriage return alone", "end lines with a line feed"
        reading.report(forbidden_character.RULE, reading.span(*lone.span()), message, advice)
        text = _LONE_RETURN.sub("\n", text)
    for match in FORBIDDEN.finditer(text):
        code = ord(match[0][0])
        message, advice = f"a character that nobody sees (U+{code:04X})", f"in a string write `\\u{code:04x}`"
        reading.report(forbidden_character.RULE, reading.span(match.start(), match.end()), message, advice)
    return FORBIDDEN.sub(lambda match: " " * len(match[0]), text) if reading.diagnostics else text


def _unlikely(text: str) -> tuple[int, str] | None:
    if len(text) > _LONGEST_TEXT:
        return _LONGEST_TEXT, f"more than {_LONGEST_TEXT:,} characters"
    if len(text) > _LONGEST_LINE and len(longest := max(text.split("\n"), key=len)) > _LONGEST_LINE:
        return text.index(longest), f"a line of {len(longest):,} characters"
    binary = text.find("\0")
    return (binary, "a NUL character") if binary >= 0 else None


def _language(reading: Reading, statements: list[Statement]) -> int | None:
    """The number after `language`, None if it is none that we know; the line belongs at the beginning, once."""
    first = statements[0].span.start if statements else len(reading.source.text)
    for index, (_, start, end) in enumerate(reading.languages):
        if index or start > first:
            message = "`language` belongs at the beginning of the file, once"
            reading.report(unsupported_language.RULE, reading.span(start, end), message)
    known = reading.languages and reading.languages[0][0] == LANGUAGE
    return int(LANGUAGE) if known else None
