"""Syntax errors whose cause line breaks and indentation show: braces and values that are missing or too many.

The parser may meet such an error far behind its cause. Each function but the private ones takes the context of an
error; it reports what it recognises and returns how to go on, else None.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from policyengine.base.fixes import left_out
from policyengine.base.records import Record
from policyengine.language.language_rules import MISPLACED_PART, UNEXPECTED_TEXT
from policyengine.language.syntax.brace_repair import report_unclosed
from policyengine.language.syntax.build_requirements import Clause
from policyengine.language.syntax.error_context import (
    STATEMENT_WORDS,
    ErrorContext,
    Recovery,
    first_of_line,
    indent,
    report_unexpected,
)
from policyengine.language.syntax.grammar import END
from policyengine.language.syntax.literals import Reference
from policyengine.language.syntax.nodes import Let, SettingNode
from policyengine.language.syntax.reading import excerpt

_REST_OF_LINE = re.compile(r"[ \t\r]*(?:#[^\n]*)?\n[ \t\r\n]*")
_SETS = ("=", "+=", "-=")
_BRACE_MARKS = re.compile(r'"[^"\\\n]*(?:\\[^\n][^"\\\n]*)*"|#[^\n]*|(?P<line>\n[ \t]*)|(?P<brace>[{}])')


def value_missing(error: ErrorContext) -> Recovery | None:
    """`regions =` at the end of a line: the first word of the next line was read as its value."""
    begin, value, behind, whole = _last_value(error)
    text = error.text
    if value != first_of_line(text, behind) or "\n" not in text[begin:value]:
        return None
    written = text[begin:value].partition("\n")[0].rstrip()
    place = (written, begin, begin + len(written))
    error.report(UNEXPECTED_TEXT, place, f"expected a value after {excerpt(written)}")
    return Recovery(resume=value, drops_last=whole)


def _last_value(error: ErrorContext) -> tuple[int, int, int, bool]:
    """The offsets of the last setting, of the word that is its value, and of what follows; whether it is whole."""
    begun, last = error.begun, error.parts[-1] if error.parts else None
    if len(begun) > 2 and begun[-1] == error.previous and isinstance(begun[-2], tuple) and begun[-2][0] in _SETS:  # noqa: PLR2004
        return error.begin, error.previous[1], error.token[1], False
    if isinstance(last, SettingNode | Let | Clause) and isinstance(last.value, Reference):
        return last.span.start, last.value.span.start, error.begin, True
    return 0, -1, 0, False


def brace_missing(error: ErrorContext) -> Recovery | None:
    """A block without its `{`: the lines after it are indented as its items, and are read so."""
    if "{" not in error.expected or not error.begun:
        return None
    text, outer = error.text, indent(error.text, error.begin)
    if error.on_next_line and error.kind != END and indent(text, error.token[1]) > outer:
        report_unexpected(error)
        return Recovery(inserts="{", resume=error.token[1])
    after = _REST_OF_LINE.match(text, error.token[2])
    if after and not error.on_next_line and indent(text, after.end()) > outer:
        report_unexpected(error)
        return Recovery(inserts="{", resume=error.token[2])
    return None


def brace_mistaken(error: ErrorContext) -> Recovery | None:
    """A `{` that is too many, or another sign in the place of the `}` that closes a block."""
    if error.begun or error.frame == "statements":
        return None
    text, token = error.text, error.token
    if token[0] == "{" and text.count("{") > text.count("}"):
        report_unexpected(error)
        return Recovery(resume=token[2])
    alone = first_of_line(text, token[1]) == token[1] and _REST_OF_LINE.match(text, token[2])
    if alone and indent(text, token[1]) == indent(text, error.values[error.base - 1][1]):
        report_unexpected(error)
        return Recovery(inserts="}", resume=token[2])
    return None


def brace_not_closed(error: ErrorContext) -> Recovery | None:
    """The end of the file within braces."""
    if error.kind != END or error.frame == "statements" or "}" not in error.expected:
        return None
    brace = _never_closed(error.text, 0, len(error.text))
    if brace is not None:
        _report_unclosed(error, brace, len(error.text))
    return Recovery(outside=len(error.text))


def statement_inside(error: ErrorContext) -> Recovery | None:
    """A statement within braces: a `}` is missing before it, or it stands in the wrong place."""
    token = error.key or (error.token if not error.begun else None)
    if token is None or error.frame == "statements" or token[0] not in STATEMENT_WORDS:
        return None
    text, start = error.text, token[1]
    brace = _never_closed(text, text.rfind("\n", 0, error.outermost) + 1, start)
    if first_of_line(text, start) == start and brace is not None and indent(text, start) <= indent(text, brace):
        _report_unclosed(error, brace, start)
        return Recovery(outside=start)
    message = f"`{token[0]}` stands at the top of a file, not within braces"
    error.report(MISPLACED_PART, token, message, "move it out of the block")
    return Recovery()


def step_inside(error: ErrorContext) -> Recovery | None:
    """The next line of a test within the braces of its tags, which are never closed."""
    key, brace = error.key, error.values[error.base - 1] if error.base else None
    if key is None or brace is None or error.owner is not None or key[0] not in ("given", "expect"):
        return None
    _report_unclosed(error, brace[1], key[1])
    return Recovery(inserts="}", resume=key[1])


def brace_too_many(error: ErrorContext) -> Recovery | None:
    """A `}` where nothing is open; it follows from another error where there are as many `{` as `}`."""
    if error.token[0] != "}" or error.frame != "statements" or error.begun:
        return None
    brace = None if error.reading.surplus_reported else _surplus_brace(error.text)
    error.reading.surplus_reported = True
    if brace is not None:
        _withdraw_misplaced(error, brace)
        token = "}", brace, brace + 1
        error.report(UNEXPECTED_TEXT, token, "there is one `}` too many", "leave it out", left_out(error.at(token)))
    return Recovery(resume=error.token[2])


def _report_unclosed(error: ErrorContext, brace: int, place: int) -> None:
    text, start = error.text, first_of_line(error.text, brace)
    end = text.find("\n", brace)
    line = range(start, end if end >= 0 else len(text))
    _withdraw_misplaced(error, start)
    if any(each.span and each.span.start in line for each in error.reading.diagnostics):
        return  # that diagnostic may well be about the brace
    report_unclosed(error.reading, text, brace, place, [brace])


def _withdraw_misplaced(error: ErrorContext, offset: int) -> None:
    """Withdraws what was reported about misplaced items behind a faulty brace: they are where they should be."""
    error.reading.withdraw(MISPLACED_PART, lambda span: span.start >= offset)


class _Brace(Record):
    """A brace, the number and the indentation of its line, and whether the line begins with it."""

    offset: int
    opens: bool
    line: int
    depth: int
    first: bool


def _never_closed(text: str, start: int, end: int) -> int | None:
    """The offset of the `{` between two offsets that lacks its `}`; None where all are closed.

    It is the first `{` that is closed by a `}` which lines up with an outer block, else the innermost one that is open
    at the end. `start` is the beginning of a line.
    """
    unclosed: list[_Brace] = []
    outer: dict[int, int] = {}  # how many open braces stand on lines of each indentation
    culprit = None
    for brace in _braces(text, start, end):
        if brace.opens:
            unclosed.append(brace)
            outer[brace.depth] = outer.get(brace.depth, 0) + 1
        elif unclosed:
            last = unclosed.pop()
            outer[last.depth] -= 1
            if culprit is None and brace.first and brace.depth < last.depth and outer.get(brace.depth):
                culprit = last
    if not unclosed:
        return None
    return (culprit or unclosed[-1]).offset


def _surplus_brace(text: str) -> int | None:
    """The offset of the `}` that is too many; None where there are not more of them than `{`.

    It is the first `}` that ends a block of several lines and does not line up with its beginning, else the last one.
    """
    unclosed: list[_Brace] = []
    culprit = surplus = None
    for brace in _braces(text, 0, len(text)):
        if brace.opens:
            unclosed.append(brace)
        elif not unclosed:
            surplus = brace
        else:
            begin = unclosed.pop()
            lined_up = brace.line == begin.line or (brace.first and brace.depth == begin.depth)
            culprit = culprit or (None if lined_up else brace)
    return (culprit or surplus).offset if surplus and not unclosed else None


def _braces(text: str, start: int, end: int) -> Iterator[_Brace]:
    line, depth, begin = 0, 0, start
    for match in _BRACE_MARKS.finditer(text, start, end):
        if match["brace"]:
            yield _Brace(match.start(), match["brace"] == "{", line, depth, match.start() == begin)
        elif match["line"]:
            line, depth, begin = line + 1, match.end() - match.start() - 1, match.end()
