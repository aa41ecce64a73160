"""Braces and values that the layout shows to be missing or too many.

Before the parser runs, `mended` takes away the braces that are too many and remembers where others are missing, so
that what stands behind a wrong brace is read in the block in which the author sees it. Errors that the parser only
meets further down are traced back to their line here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from policyengine.base.catalogue.language import misplaced_part, unclosed_block, unexpected_text
from policyengine.base.diagnostics import Label
from policyengine.base.records import record
from policyengine.base.text import suggestion
from policyengine.language.syntax.build_requirements import Clause
from policyengine.language.syntax.grammar import COMMENT, END, NAME, grammar
from policyengine.language.syntax.literals import Reference
from policyengine.language.syntax.nodes import Let, SettingNode
from policyengine.language.syntax.reading import MOST_FINDINGS, Reading, Token, excerpt
from policyengine.language.syntax.scene import ITEM_WORDS, STATEMENT_WORDS, Scene, WayOut, first_of_line, indent, phrase

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


@record
class _Mark:
    """A brace or bracket that opens, where its line begins, and how far that is indented."""

    offset: int
    line: int
    depth: int


@record
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


_BRACE_MARKS = re.compile(r'"[^"\\\n]*(?:\\[^\n][^"\\\n]*)*"|#[^\n]*|(?P<line>\n[ \t]*)|(?P<brace>[{}])')


@record
class _Brace:
    """A brace, the number of its line, how far that is indented, and whether the brace is the first thing on it."""

    offset: int
    opens: bool
    line: int
    depth: int
    first: bool


def never_closed(text: str, start: int, end: int) -> int | None:
    """The offset of the `{` between two offsets that lacks its `}`; None where all are closed.

    The first one whose place is taken by a `}` that lines up with an outer block, else the innermost one open.
    `start` is the beginning of a line.
    """
    waiting: list[_Brace] = []
    outer: dict[int, int] = {}  # how many that wait are indented so far
    culprit = None
    for brace in _braces(text, start, end):
        if brace.opens:
            waiting.append(brace)
            outer[brace.depth] = outer.get(brace.depth, 0) + 1
        elif waiting:
            last = waiting.pop()
            outer[last.depth] -= 1
            if culprit is None and brace.first and brace.depth < last.depth and outer.get(brace.depth):
                culprit = last
    if not waiting:
        return None
    return (culprit or waiting[-1]).offset


def one_too_many(text: str) -> int | None:
    """The offset of the `}` that closes what it should not; None where there are no more than `{`.

    The first one that ends a block of several lines and does not line up with its beginning, else the last one.
    """
    waiting: list[_Brace] = []
    culprit = surplus = None
    for brace in _braces(text, 0, len(text)):
        if brace.opens:
            waiting.append(brace)
        elif not waiting:
            surplus = brace
        else:
            begin = waiting.pop()
            lined_up = brace.line == begin.line or (brace.first and brace.depth == begin.depth)
            culprit = culprit or (None if lined_up else brace)
    return (culprit or surplus).offset if surplus and not waiting else None


def _braces(text: str, start: int, end: int) -> Iterator[_Brace]:
    line, depth, begin = 0, 0, start
    for match in _BRACE_MARKS.finditer(text, start, end):
        if match["brace"]:
            yield _Brace(match.start(), match["brace"] == "{", line, depth, match.start() == begin)
        elif match["line"]:
            line, depth, begin = line + 1, match.end() - match.start() - 1, match.end()


_REST_OF_LINE = re.compile(r"[ \t\r]*(?:#[^\n]*)?\n[ \t\r\n]*")
_SETS = ("=", "+=", "-=")


def value_missing(scene: Scene) -> WayOut | None:
    """`regions =` at the end of a line: the first word of the next line was taken for the value."""
    begin, value, behind, whole = _last_value(scene)
    text = scene.text
    if value != first_of_line(text, behind) or "\n" not in text[begin:value]:
        return None
    written = text[begin:value].partition("\n")[0].rstrip()
    place = (written, begin, begin + len(written))
    scene.report(unexpected_text.RULE, place, f"expected a value after {excerpt(written)}")
    return WayOut(resume=value, drops_last=whole)


def _last_value(scene: Scene) -> tuple[int, int, int, bool]:
    """Where the last setting begins, where the word that is its value, what is behind that, and whether it is whole."""
    begun, last = scene.begun, scene.parts[-1] if scene.parts else None
    if len(begun) > 2 and begun[-1] == scene.previous and isinstance(begun[-2], tuple) and begun[-2][0] in _SETS:  # noqa: PLR2004
        return scene.begin, scene.previous[1], scene.token[1], False
    if isinstance(last, SettingNode | Let | Clause) and isinstance(last.value, Reference):
        return last.span.start, last.value.span.start, scene.begin, True
    return 0, -1, 0, False


def brace_missing(scene: Scene) -> WayOut | None:
    """A block without its `{`: what follows is indented as if it were there, so it is read so."""
    if "{" not in scene.expected or not scene.begun:
        return None
    text, outer = scene.text, indent(scene.text, scene.begin)
    if scene.on_next_line and scene.kind != END and indent(text, scene.token[1]) > outer:
        report_unexpected(scene)
        return WayOut(inserts="{", resume=scene.token[1])
    after = _REST_OF_LINE.match(text, scene.token[2])
    if after and not scene.on_next_line and indent(text, after.end()) > outer:
        report_unexpected(scene)
        return WayOut(inserts="{", resume=scene.token[2])
    return None


def brace_mistaken(scene: Scene) -> WayOut | None:
    """One brace more than there should be, or something else where the `}` of a block should be."""
    if scene.begun or scene.frame == "statements":
        return None
    text, token = scene.text, scene.token
    if token[0] == "{" and text.count("{") > text.count("}"):
        report_unexpected(scene)
        return WayOut(resume=token[2])
    alone = first_of_line(text, token[1]) == token[1] and _REST_OF_LINE.match(text, token[2])
    if alone and indent(text, token[1]) == indent(text, scene.values[scene.base - 1][1]):
        report_unexpected(scene)
        return WayOut(inserts="}", resume=token[2])
    return None


def brace_not_closed(scene: Scene) -> WayOut | None:
    """The end of the file within braces."""
    if scene.kind != END or scene.frame == "statements" or "}" not in scene.expected:
        return None
    brace = never_closed(scene.text, 0, len(scene.text))
    if brace is not None:
        _report_unclosed(scene, brace, len(scene.text))
    return WayOut(outside=len(scene.text))


def statement_inside(scene: Scene) -> WayOut | None:
    """A statement within braces: one brace is missing before it, or it stands in the wrong place."""
    token = scene.key or (scene.token if not scene.begun else None)
    if token is None or scene.frame == "statements" or token[0] not in STATEMENT_WORDS:
        return None
    text, start = scene.text, token[1]
    brace = never_closed(text, text.rfind("\n", 0, scene.outermost) + 1, start)
    if first_of_line(text, start) == start and brace is not None and indent(text, start) <= indent(text, brace):
        _report_unclosed(scene, brace, start)
        return WayOut(outside=start)
    message = f"`{token[0]}` stands at the top of a file, not within braces"
    scene.report(misplaced_part.RULE, token, message, "move it out of the block")
    return WayOut()


def step_inside(scene: Scene) -> WayOut | None:
    """The next line of a test within the braces of its tags, which are never closed."""
    key, brace = scene.key, scene.values[scene.base - 1] if scene.base else None
    if key is None or brace is None or scene.owner is not None or key[0] not in ("given", "expect"):
        return None
    _report_unclosed(scene, brace[1], key[1])
    return WayOut(inserts="}", resume=key[1])


def brace_too_many(scene: Scene) -> WayOut | None:
    """A `}` where nothing is open. With as many braces of both kinds it is the consequence of another error."""
    if scene.token[0] != "}" or scene.frame != "statements" or scene.begun:
        return None
    brace = None if scene.reading.surplus_told else one_too_many(scene.text)
    scene.reading.surplus_told = True
    if brace is not None:
        _forgive(scene, brace)
        scene.report(unexpected_text.RULE, ("}", brace, brace + 1), "there is one `}` too many", "leave it out")
    return WayOut(resume=scene.token[2])


def _report_unclosed(scene: Scene, brace: int, place: int) -> None:
    text, start = scene.text, first_of_line(scene.text, brace)
    end = text.find("\n", brace)
    line = range(start, end if end >= 0 else len(text))
    _forgive(scene, start)
    if any(found.span and found.span.start in line for found in scene.reading.found):
        return  # what is wrong on that line may well have been the brace
    report_unclosed(scene.reading, text, brace, place)


def _forgive(scene: Scene, offset: int) -> None:
    """Takes back what was said of parts in the wrong block behind a faulty brace: they are where they should be."""
    found = scene.reading.found
    found[:] = [
        each for each in found if each.code != misplaced_part.RULE.code or not each.span or each.span.start < offset
    ]


def report_unexpected(scene: Scene) -> None:
    """Reports what could have come, and what came instead."""
    expected = phrase(scene.expected, scene.owner)
    advice = suggestion(scene.token[0], scene.expected & grammar().words) if scene.kind == NAME else ""
    if scene.on_next_line:
        after = f" after {excerpt(scene.previous[0])}" if scene.previous[0] else ""
        scene.report(unexpected_text.RULE, scene.previous, f"expected {expected}{after}", advice)
        return
    found = "the end of the file" if scene.kind == END else excerpt(scene.token[0])
    scene.report(unexpected_text.RULE, scene.token, f"expected {expected}, found {found}", advice)
