"""Removes surplus braces of a text and notes where others are missing, as its indentation shows, before it is parsed.

So what follows a wrong brace is parsed in the block in which the author sees it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from msgspec import Struct, field
from msgspec.structs import replace

from policyengine.base.diagnostics import Fix, Label
from policyengine.base.fixes import inserted, left_out
from policyengine.base.records import Record
from policyengine.base.source import Span
from policyengine.language.language_rules import UNCLOSED_BLOCK, UNEXPECTED_TEXT
from policyengine.language.syntax.error_context import (
    ITEM_WORDS,
    STATEMENT_WORDS,
    first_of_line,
)
from policyengine.language.syntax.grammar import COMMENT, grammar
from policyengine.language.syntax.reading import MOST_DIAGNOSTICS, Reading, Token, excerpt

_MARKS = re.compile(
    r'"[^"\\\n]*(?:\\[^\n][^"\\\n]*)*"|#[^\n]*|(?P<line>(?:\A|\n)[ \t]*(?=[^\s#]))|(?P<mark>[{}()\[\]])'
)
_WORD = re.compile(r"[a-z_]+")
_LACKS_BRACE = re.compile(
    r'[ \t]*(?:locked[ \t]+)?(?P<word>[a-z_]+)[ \t]+(?:[^\n{}"=#]|"[^"\n]*")*?'
    r"(?<![\w-])(?P<key>[A-Za-z_][\w-]*[ \t]*[+-]?=)"
)
_MISSING = {"unopened": "{", "unclosed": "}"}  # by the kind of a fault
_NEAR = 9  # two `{` within so many characters were meant as one
_AT_END_OF_LINE = re.compile(r"[ \t\r]*(?:#[^\n]*)?(?:\n|\Z)")
_LONE_HEADER = re.compile(
    r"^[ \t]*(?:locked[ \t]+)?(?:policy|plan|rule|template|require|test)\b(?![^\n]*\blike\b)[^\n{}=]*$", re.MULTILINE
)
_HEAD = re.compile(r"(?:locked[ \t]+)?(?:policy|plan|rule|tag|resource|copy|template|require|test)\b[^\n{}=(\[]*")


def repair_braces(reading: Reading, text: str) -> str:
    """The text with blanks for its surplus braces, each reported; missing ones are noted in the reading.

    A text with as many `{` as `}` is left alone: its braces may be right, and the parser sees where they are not.
    """
    if text.count("{") == text.count("}"):
        return text
    faults = _Scan(text).run()
    _report(reading, text, faults)
    reading.missing_braces += [(fault.place, _MISSING[fault.kind]) for fault in faults if fault.kind in _MISSING]
    reading.missing_braces.sort(key=lambda missing: missing[0])
    return _without(text, sorted(fault.offset for fault in faults if fault.kind == "surplus"))


def _report(reading: Reading, text: str, faults: Sequence[_Fault]) -> None:
    """Reports each fault; several blocks that end at one place are one mistake."""
    lone = _LONE_HEADER.search(text)
    unclosed: dict[int, list[int]] = {}
    for fault in faults:
        if fault.kind == "unclosed":
            unclosed.setdefault(fault.place, []).append(fault.offset)
    for fault in faults:
        if fault.kind == "surplus":
            brace = reading.span(fault.offset, fault.offset + 1)
            _report_surplus(reading, brace, behind_header=lone is not None and lone.start() < fault.offset)
        elif fault.kind == "unopened":
            _report_unopened(reading, text, fault)
        elif fault.offset == unclosed[fault.place][0]:
            report_unclosed(reading, text, fault.offset, fault.place, unclosed[fault.place])


def _report_surplus(reading: Reading, brace: Span, *, behind_header: bool) -> None:
    """Reports a surplus brace. Behind a header that lacks its `{` that may be the mistake: then nothing is left out."""
    message = f"there is one `{brace.text}` too many"
    if behind_header:
        reading.report(UNEXPECTED_TEXT, brace, message, "leave it out, or write the `{` of the block that it closes")
    else:
        reading.report(UNEXPECTED_TEXT, brace, message, "leave it out", left_out(brace))


def report_unclosed(reading: Reading, text: str, brace: int, place: int, braces: Sequence[int]) -> None:
    """Reports that the `{` at the offset `brace` is never closed, which shows at `place`, with others of `braces`."""
    start = first_of_line(text, brace)
    word = _WORD.match(text, place)
    label: tuple[Label, ...] = ()
    if word and word[0] in STATEMENT_WORDS:
        label = (Label(reading.span(*word.span()), "this begins a new statement"),)
    message = f"{excerpt(text[start : brace + 1])} is never closed"
    if not reading.full:
        span = reading.span(start, brace + 1)
        fix = _closing(reading, text, braces, place)
        reading.diagnostics.append(UNCLOSED_BLOCK.at(span, message, help="add `}`", labels=label, fix=fix))


def _closing(reading: Reading, text: str, braces: Sequence[int], place: int) -> Fix | None:
    """The fix that closes blocks, each on a line of its own behind the last one in it."""
    end = len(text[:place].rstrip())
    if "\n" not in text[end:place] and place < len(text):
        return None
    ending = "\r\n" if "\r\n" in text else "\n"
    margins = [_margin(text, brace) for brace in sorted(braces, reverse=True)]
    closing = "".join(f"{ending}{margin}}}" for margin in margins)
    return replace(inserted(reading.span(end, end), closing), title=f"add `{'}' * len(braces)}`")


def _margin(text: str, offset: int) -> str:
    """The blanks that the line of an offset begins with."""
    return text[text.rfind("\n", 0, offset) + 1 : first_of_line(text, offset)]


def _report_unopened(reading: Reading, text: str, fault: _Fault) -> None:
    last = _last_token(text, fault.offset, fault.place)
    message = f"expected `{{` after {excerpt(last[0])}"
    reading.report(UNEXPECTED_TEXT, reading.at(last), message)


def _without(text: str, offsets: list[int]) -> str:
    """The text with blanks at some offsets."""
    pieces: list[str] = []
    position = 0
    for offset in offsets:
        pieces += (text[position:offset], " ")
        position = offset + 1
    return "".join((*pieces, text[position:]))


class _Mark(Record):
    """An opening brace or bracket, the offset at which its line begins, and the indentation of that line."""

    offset: int
    line: int
    depth: int


class _Fault(Record):
    """A brace at `offset` that is surplus or never closed, or a line there that lacks its `{`.

    `place` is the offset at which the missing brace belongs.
    """

    kind: Literal["surplus", "unclosed", "unopened"]
    offset: int
    place: int


class _Scan(Struct):
    """One pass over the braces and brackets of a text that compares how they nest with how their lines are indented.

    Attributes:
        text: The whole text. Lines are known by the offset of their first character that is no blank.
        open: The marks that are not closed yet, the innermost last.
        open_at: How many of them stand on lines of each indentation.
        faults: In the order in which they show.
        surplus: The offsets of the braces that are too many.
        last: The last line of each indentation, down to that of the present line.
        before: The line of the same indentation before the present one, where deeper lines stand between the two.
        line: The present line.
        depth: Its indentation.
        early: The last `}` at the end of a line that closed a block of several lines.
        balance: How many more `{` than `}` there are so far; brackets that stand for a brace count as one.
    """

    text: str
    open: list[_Mark] = field(default_factory=list)
    open_at: dict[int, int] = field(default_factory=dict)
    faults: list[_Fault] = field(default_factory=list)
    surplus: set[int] = field(default_factory=set)
    last: dict[int, int] = field(default_factory=dict)
    before: int | None = None
    line: int = 0
    depth: int = 0
    early: int | None = None
    balance: int = 0

    def run(self) -> list[_Fault]:
        """The faults; none where they do not account for the surplus of `{` or `}`: then indentation misleads.

        Where more braces are missing than a file can have diagnostics, that many faults will do.
        """
        hopeless = abs(self.text.count("{") - self.text.count("}")) >= MOST_DIAGNOSTICS
        for match in _MARKS.finditer(self.text):
            if match.lastgroup == "line":
                start = match.end()
                self._begin_line(start, start - match.start() - match[0].startswith("\n"))
            elif match.lastgroup == "mark":
                self._mark(match[0], match.start())
            if hopeless and len(self.faults) >= MOST_DIAGNOSTICS:
                return self.faults[:MOST_DIAGNOSTICS]
        while self.open:
            self._unclosed(len(self.text))
        return self.faults if len(self.faults) == abs(self.balance) else []

    def _begin_line(self, start: int, depth: int) -> None:
        self.line, self.depth = start, depth
        if self.text[start] not in "})]":
            while self.open and self.open[-1].depth >= depth:
                self._unclosed(start)
        deeper = False
        while self.last and next(reversed(self.last)) > depth:
            self.last.popitem()
            deeper = True
        before = self.last.pop(depth, None)
        self.before = before if deeper else None
        self.last[depth] = start

    def _unclosed(self, place: int) -> None:
        begin = self._pop()
        if self.text[begin.offset] == "{":
            self.faults.append(_Fault("unclosed", begin.offset, place))

    def _mark(self, mark: str, offset: int) -> None:
        self.balance += (mark == "{") - (mark == "}")
        if mark == "{" and self.text[max(0, offset - _NEAR) : offset].rstrip(" \t").endswith("{"):
            self._surplus(offset)
        elif mark in "{([":
            self.open.append(_Mark(offset, self.line, self.depth))
            self.open_at[self.depth] = self.open_at.get(self.depth, 0) + 1
        elif mark == "}":
            self._close(offset)
        else:
            self._close_bracket(offset)

    def _close_bracket(self, offset: int) -> None:
        if not self.open:
            return
        top = self.open[-1]
        if self.text[top.offset] != "{":
            self._pop()
        elif offset == self.line and top.depth == self.depth and _AT_END_OF_LINE.match(self.text, offset + 1):
            self._pop()  # a bracket that was typed for a `}`
            self.balance -= 1

    def _close(self, offset: int) -> None:
        while self.open and self.text[self.open[-1].offset] != "{":
            top = self._pop()
            is_head = _HEAD.fullmatch(self.text, top.line, top.offset) is not None
            ends_line = _AT_END_OF_LINE.match(self.text, top.offset + 1) is not None
            same_depth = top.depth == self.depth and offset == self.line
            if (same_depth and (is_head or ends_line)) or (top.line == self.line and is_head):
                self.balance += 1  # a bracket that was typed for a `{`
                return
        first = offset == self.line
        begin = self.open[-1] if self.open else None
        if begin is None or (first and begin.line != self.line and begin.depth < self.depth):
            self._too_many(offset, first=first)
            return
        if not first and begin.line != self.line:
            self.early = offset
        if first and self.open_at.get(self.depth):
            while self.open[-1].depth > self.depth:
                self._unclosed(offset)
        self._pop()

    def _pop(self) -> _Mark:
        mark = self.open.pop()
        self.open_at[mark.depth] -= 1
        return mark

    def _too_many(self, offset: int, *, first: bool) -> None:
        """A `}` that closes nothing: another `}` closed too early, a line before it lacks its `{`, or it is surplus."""
        text, before = self.text, self.before
        if first and before is not None and text[before] == "}" and before not in self.surplus:
            self._surplus(before)
        elif first and before is not None and _lacks_brace(text, before):
            self.faults.append(_Fault("unopened", before, _last_token(text, before, _end_of_line(text, before))[2]))
        elif self.early is None or self.early in self.surplus:
            self._surplus(offset)
        elif unopened := _lacks_its_brace(text, self.early):
            self.faults.append(unopened)
            self.early = None
        else:
            self._surplus(self.early)
            self.early = None

    def _surplus(self, offset: int) -> None:
        self.surplus.add(offset)
        self.faults.append(_Fault("surplus", offset, offset))


def _lacks_brace(text: str, start: int) -> bool:
    word = _WORD.match(text, start)
    last = _last_token(text, start, _end_of_line(text, start))
    return word is not None and word[0] in ITEM_WORDS | STATEMENT_WORDS and last[0] not in "{}"


def _lacks_its_brace(text: str, offset: int) -> _Fault | None:
    """The fault of a line that ends with a `}` and lacks its `{`, as in `advanced s3_acls = true }`; else None."""
    start = text.rfind("\n", 0, offset) + 1
    match = _LACKS_BRACE.match(text, start, offset)
    if match and (match["word"] == "given" or match["word"] in ITEM_WORDS):
        return _Fault("unopened", match.start("word"), match.start("key"))
    return None


def _end_of_line(text: str, start: int) -> int:
    end = text.find("\n", start)
    return end if end >= 0 else len(text)


def _last_token(text: str, start: int, end: int) -> Token:
    """The last token between two offsets of a line, comments left out."""
    tables, last = grammar(), ("", start, start)
    for match in tables.token.finditer(text, start, end):
        group = match.lastindex or 0
        if match[group] and tables.kinds[group] != COMMENT:
            last = (match[group], *match.span(group))
    return last
