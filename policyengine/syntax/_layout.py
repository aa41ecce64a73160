"""Which braces are missing or too many, as far as the layout shows it, told before anything is read.

Takes the text, gives a text without the braces that are too many; those that are missing wait in the reading for
their places. So what stands behind a wrong brace is read in the block in which the author sees it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

from policyengine.catalogue.language import unclosed_block, unexpected_text
from policyengine.diagnostics import Label
from policyengine.syntax._expected import ITEM_WORDS, STATEMENT_WORDS
from policyengine.syntax._grammar import COMMENT, grammar
from policyengine.syntax._reading import MOST_FINDINGS, Reading, Token, excerpt
from policyengine.value import value

_MARKS = re.compile(
    r'"[^"\\\n]*(?:\\[^\n][^"\\\n]*)*"|#[^\n]*|(?P<line>(?:\A|\n)[ \t]*(?=[^\s#]))|(?P<mark>[{}()\[\]])'
)
_WORD = re.compile(r"[a-z_]+")
_LACKS_BRACE = re.compile(
    r'[ \t]*(?:locked[ \t]+)?(?P<word>[a-z_]+)[ \t]+(?:[^\n{}"=#]|"[^"\n]*")*?'
    r"(?<![\w-])(?P<key>[A-Za-z_][\w-]*[ \t]*[+-]?=)"
)
_NEAR = 9  # characters, between which two braces were one
_AT_END_OF_LINE = re.compile(r"[ \t\r]*(?:#[^\n]*)?(?:\n|\Z)")


@value
class _Mark:
    """A brace or bracket that opens, where its line begins, and how far that is indented."""

    offset: int
    line: int
    depth: int


@value
class _Fault:
    """A brace at `offset` that is too many or never closed, or a line there that lacks its `{`.

    `place` is where the missing one belongs.
    """

    kind: Literal["surplus", "unclosed", "unopened"]
    offset: int
    place: int


@dataclass(slots=True)
class _Scan:
    """What is open at a place in the text, and what was found wrong so far.

    `last` has the last line of every depth down to that of the present line, `before` the line that stood at the same
    depth before it, with deeper ones between them. `early` is the last `}` that closed a block of several lines at the
    end of a line. `open_at` counts those that wait by their depths, `told` has the braces that are too many.
    """

    text: str
    waiting: list[_Mark] = field(default_factory=list)
    faults: list[_Fault] = field(default_factory=list)
    last: dict[int, int] = field(default_factory=dict)
    open_at: dict[int, int] = field(default_factory=dict)
    told: set[int] = field(default_factory=set)
    before: int | None = None
    line: int = 0
    depth: int = 0
    early: int | None = None
    balance: int = 0

    def run(self) -> list[_Fault]:
        """The faults; none where there are more of them than braces missing: then the layout is not to be trusted.

        Where more are missing than findings are told, as many faults as are told do.
        """
        hopeless = abs(self.text.count("{") - self.text.count("}")) >= MOST_FINDINGS
        for match in _MARKS.finditer(self.text):
            if match.lastgroup == "line":
                start = match.end()
                self._begin_line(start, start - match.start() - match[0].startswith("\n"))
            elif match.lastgroup == "mark":
                self._mark(match[0], match.start())
            if hopeless and len(self.faults) >= MOST_FINDINGS:
                return self.faults[:MOST_FINDINGS]
        while self.waiting:
            self._unclosed(len(self.text))
        return self.faults if len(self.faults) == abs(self.balance) else []

    def _begin_line(self, start: int, depth: int) -> None:
        self.line, self.depth = start, depth
        if self.text[start] not in "})]":
            while self.waiting and self.waiting[-1].depth >= depth:
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
            self.waiting.append(_Mark(offset, self.line, self.depth))
            self.open_at[self.depth] = self.open_at.get(self.depth, 0) + 1
        elif mark == "}":
            self._close(offset)
        else:
            self._close_bracket(offset)

    def _close_bracket(self, offset: int) -> None:
        if not self.waiting:
            return
        top = self.waiting[-1]
        if self.text[top.offset] != "{":
            self._pop()
        elif offset == self.line and top.depth == self.depth and _AT_END_OF_LINE.match(self.text, offset + 1):
            self._pop()  # it stands for a `}`
            self.balance -= 1

    def _close(self, offset: int) -> None:
        while self.waiting and self.text[self.waiting[-1].offset] != "{":
            top = self._pop()
            if top.depth == self.depth and offset == self.line and _AT_END_OF_LINE.match(self.text, top.offset + 1):
                self.balance += 1  # it stood for a `{`
                return
        first = offset == self.line
        begin = self.waiting[-1] if self.waiting else None
        if begin is None or (first and begin.line != self.line and begin.depth < self.depth):
            self._too_many(offset, first=first)
            return
        if not first and begin.line != self.line:
            self.early = offset
        if first and self.open_at.get(self.depth):
            while self.waiting[-1].depth > self.depth:
                self._unclosed(offset)
        self._pop()

    def _pop(self) -> _Mark:
        mark = self.waiting.pop()
        self.open_at[mark.depth] -= 1
        return mark

    def _too_many(self, offset: int, *, first: bool) -> None:
        """The `}` before it closed too early, or the line before it lacks its `{`, or this one is the wrong one."""
        text, before = self.text, self.before
        if first and before is not None and text[before] == "}" and before not in self.told:
            self._surplus(before)
        elif first and before is not None and _lacks_brace(text, before):
            self.faults.append(_Fault("unopened", before, _last_token(text, before, _end_of_line(text, before))[2]))
        elif self.early is None or self.early in self.told:
            self._surplus(offset)
        elif unopened := _lacks_its_brace(text, self.early):
            self.faults.append(unopened)
            self.early = None
        else:
            self._surplus(self.early)
            self.early = None

    def _surplus(self, offset: int) -> None:
        self.told.add(offset)
        self.faults.append(_Fault("surplus", offset, offset))


def mended(reading: Reading, text: str) -> str:
    """The text without the braces that are too many; reports them, and notes in the reading which are missing."""
    if text.count("{") == text.count("}"):
        return text
    faults = _Scan(text).run()
    told: set[int] = set()
    surplus = []
    for fault in faults:
        if fault.kind == "surplus":
            surplus.append(fault.offset)
            brace = reading.span(fault.offset, fault.offset + 1)
            reading.report(unexpected_text.RULE, brace, f"there is one `{brace.text}` too many", "leave it out")
        elif fault.kind == "unopened":
            _report_unopened(reading, text, fault)
            reading.missing.append((fault.place, "{"))
        else:
            if fault.place not in told:
                report_unclosed(reading, text, fault.offset, fault.place)
            told.add(fault.place)
            reading.missing.append((fault.place, "}"))
    reading.missing.sort(key=lambda missing: missing[0])
    return _without(text, sorted(surplus))


def report_unclosed(reading: Reading, text: str, brace: int, place: int) -> None:
    """Says that the `{` at an offset is never closed, as is seen at a later place."""
    start = text.rfind("\n", 0, brace) + 1
    start = brace - len(text[start:brace].lstrip(" \t"))
    word = _WORD.match(text, place)
    label: tuple[Label, ...] = ()
    if word and word[0] in STATEMENT_WORDS:
        label = (Label(reading.span(*word.span()), "this begins a new statement"),)
    message = f"{excerpt(text[start : brace + 1])} is never closed"
    if not reading.full:
        span = reading.span(start, brace + 1)
        reading.found.append(unclosed_block.RULE.at(span, message, help="add `}`", labels=label))


def _report_unopened(reading: Reading, text: str, fault: _Fault) -> None:
    last = _last_token(text, fault.offset, fault.place)
    message = f"expected `{{` after {excerpt(last[0])}"
    reading.report(unexpected_text.RULE, reading.at(last), message)


def _lacks_brace(text: str, start: int) -> bool:
    word = _WORD.match(text, start)
    last = _last_token(text, start, _end_of_line(text, start))
    return word is not None and word[0] in ITEM_WORDS | STATEMENT_WORDS and last[0] not in "{}"


def _lacks_its_brace(text: str, offset: int) -> _Fault | None:
    """Where the `{` of a `}` at the end of a line is missing, as in `advanced s3_acls = true }`."""
    start = text.rfind("\n", 0, offset) + 1
    match = _LACKS_BRACE.match(text, start, offset)
    if match and (match["word"] == "given" or match["word"] in ITEM_WORDS):
        return _Fault("unopened", match.start("word"), match.start("key"))
    return None


def _end_of_line(text: str, start: int) -> int:
    end = text.find("\n", start)
    return end if end >= 0 else len(text)


def _last_token(text: str, start: int, end: int) -> Token:
    """The last token between two offsets of a line, comments apart."""
    tables, last = grammar(), ("", start, start)
    for match in tables.token.finditer(text, start, end):
        group = match.lastindex or 0
        if match[group] and tables.kinds[group] != COMMENT:
            last = (match[group], *match.span(group))
    return last


def _without(text: str, offsets: list[int]) -> str:
    """The text with blanks at some offsets."""
    pieces: list[str] = []
    position = 0
    for offset in offsets:
        pieces += (text[position:offset], " ")
        position = offset + 1
    return "".join((*pieces, text[position:]))
