"""Plain and coloured lines for a terminal, and a diagnostic on it: headline, place, underlined line, advice.

Everything that comes from outside (names, tags, policy text) passes `printable`: no control character, escape or
direction mark reaches the terminal, and nothing is read as markup.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Hashable, Iterable, Sequence
from functools import cache, lru_cache
from typing import Protocol, TypeVar

from rich.color import ColorSystem
from rich.style import Style

from policyengine.aws.setting_words import in_words
from policyengine.base.diagnostics import Diagnostic, Severity
from policyengine.base.rules import Family, family_of
from policyengine.base.source import Position, Span

_T = TypeVar("_T")

Part = str | tuple[str, str]

_STYLES = {
    "error": "bold color(196)",
    "warning": "bold color(130)",
    "info": "bold color(31)",
    "good": "bold color(28)",
    "strong": "bold",
    "dim": "dim",
    "place": "color(63)",
}
"""The colours are fixed ones, which themes leave alone: each has a contrast of at least 4 to black and to white."""
LOG_COMMAND = re.compile(r"##(?=[A-Za-z]*\[)")
"""How commands begin that CI systems take from anywhere in a log: `##[error]`, `##vso[...]`, `##teamcity[...]`."""

_COMMAND = re.compile(rf"(^\s*):(?=:)|{LOG_COMMAND.pattern}")
_UNSAFE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
# Letters, marks and a sign that no font shows; two names that look equal may differ by them.
_INVISIBLE = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0"
    + "".join(map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))))
)


class TerminalPage:
    """Lines in the making; `color` decides whether styles are written or dropped.

    Lines longer than `width` columns are broken between words, and what follows is indented; None breaks none.
    """

    def __init__(self, *, color: bool, width: int | None = None) -> None:
        self._color = color
        self.width = width
        self._lines: list[str] = []
        self._passages: dict[Hashable, list[str]] = {}

    def line(self, *parts: Part) -> None:
        """Adds a line without blanks at its end; a part is plain text, or text with the name of a style."""
        for row in broken([_styled(part) for part in parts], self.width):
            self._lines.append(inert("".join(self._part(part) for part in row).rstrip()))

    def branch(self, lead: str, below: str, *parts: Part) -> None:
        """Adds a line of a tree; its rows after the first begin with what stands before all `below` it."""
        columns = max(self.width - width(lead), self.width // 2) if self.width else None
        for number, row in enumerate(broken([_styled(part) for part in parts], columns)):
            self.unbroken((below if number else lead, "dim"), *row)

    def hanging(self, lead: Sequence[Part], *parts: Part) -> None:
        """Adds a line of a table; the rows after the first begin below its last column, if that has room for them."""
        taken = width(plain(lead))
        columns = self.width - taken if self.width else None
        if columns is None or columns < _NARROWEST:
            self.line(*lead, *parts)
            return
        for number, row in enumerate(broken([_styled(part) for part in parts], columns, deeper=0)):
            self.unbroken(*([" " * taken] if number else lead), *row)

    def unbroken(self, *parts: Part) -> None:
        """Adds a line that stays one at any width, such as source text."""
        self._lines.append(inert("".join(self._part(part) for part in parts).rstrip()))

    def gap(self) -> None:
        """Adds an empty line, unless there is one or nothing to set apart."""
        if self._lines and self._lines[-1]:
            self._lines.append("")

    def verbatim(self, part: Part) -> None:
        """Adds a line with the blanks at its end, which stays one at any width."""
        self._lines.append(inert(self._part(part)))

    def passage(self, key: Hashable, write: Callable[[TerminalPage], None]) -> None:
        """Adds what `write` adds to a page; lines under a key are written once and repeated."""
        if key not in self._passages:
            page = TerminalPage(color=self._color, width=self.width)
            write(page)
            self._passages[key] = page._lines
        self._lines += self._passages[key]

    def text(self) -> str:
        """All lines, each ended."""
        return "".join(f"{line}\n" for line in self._lines)

    def _part(self, part: Part) -> str:
        if isinstance(part, str):
            return printable(part)
        text, style = part
        return (
            _style(style).render(printable(text), color_system=ColorSystem.EIGHT_BIT)
            if self._color and style
            else printable(text)
        )


_LEAD = re.compile(r"\s*(?:[=+!-] |\|\s+)?")  # what stands before the text of a line: blanks and a mark
_NARROWEST = 20  # columns of a table's last one that words still fit in
_DEEPER, _BELOW = 4, 2  # columns by which a line without a mark goes on, and one that is indented already
_WORDS = re.compile(r"\s+|\S+")


def _styled(part: Part) -> tuple[str, str]:
    text, style = (part, "") if isinstance(part, str) else part
    return printable(text), style


def broken(
    parts: Sequence[tuple[str, str]], columns: int | None, *, deeper: int = _DEEPER
) -> list[list[tuple[str, str]]]:
    """The rows of a line of printable texts and their styles, each of at most so many columns.

    It breaks between words only; a word that no row has room for stays in the first half of a row. Rows after the
    first begin below the text, not below the mark before it (`   = help: ...`).
    """
    text = "".join(text for text, _ in parts)
    if columns is None or width(text) <= columns:
        return [list(parts)]
    lead = _LEAD.match(text)
    deep = len(lead[0]) if lead else 0
    hang = " " * min(deep if text[:deep].strip() else deep + (_BELOW if deep else deeper), columns // 2)
    rows: list[list[tuple[str, str]]] = [[]]
    taken = 0
    for word in _words(parts):
        gap, wide = word[0][0] if word[0][0].isspace() else "", sum(width(text) for text, _ in word)
        fits = wide - len(gap) <= columns - len(hang)
        if rows[-1] and gap and taken + wide > columns and (fits or taken > columns // 2):
            rows.append([(hang, ""), *word[1:]])
            taken = len(hang) + wide - len(gap)
        else:
            rows[-1] += word
            taken += wide
    return rows


def _words(parts: Iterable[tuple[str, str]]) -> list[list[tuple[str, str]]]:
    """The words of a line in pieces of one style, each with the blanks before it as its first piece."""
    words: list[list[tuple[str, str]]] = []
    for text, style in parts:
        for piece in _WORDS.findall(text):
            if piece.isspace() or not words:
                words.append([(piece, style)])
            else:
                words[-1].append((piece, style))
    return words


def plain(parts: Iterable[Part]) -> str:
    """The text of parts, without their styles."""
    return "".join(part if isinstance(part, str) else part[0] for part in parts)


def printable(text: str) -> str:
    r"""The text with control and invisible characters spelled out: `\x1b`, `\u202e`, `\u3164`."""
    if text.isprintable() and (text.isascii() or _INVISIBLE.isdisjoint(text)):
        return text
    return "".join(map(_spelled, text))


def is_shown(character: str) -> bool:
    """Whether a reader sees a character, at its place, and nothing else happens."""
    return unicodedata.category(character) not in _UNSAFE and character not in _INVISIBLE


def clipped(text: str, longest: int) -> str:
    """The text, or its first `longest` characters with an ellipsis."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def inert(line: str) -> str:
    r"""The line without what a CI system takes for a command in a log (`::error::`, `##[error]`): `\x3a:error::`."""
    if "::" not in line and "##" not in line:
        return line
    return _COMMAND.sub(lambda match: r"\x23#" if match[1] is None else rf"{match[1]}\x3a", line)


def width(text: str) -> int:
    """How many terminal columns a printable text takes."""
    return len(text) if text.isascii() else sum(map(_columns, text))


def count(number: int, noun: str) -> str:
    """`1 account`, `12,000 accounts`, `2 policies`, `3 days`."""
    plural = f"{noun[:-1]}ies" if noun.endswith("y") and noun[-2] not in "aeiou" else f"{noun}s"
    return f"{number:,} {noun if number == 1 else plural}"


def some(names: Sequence[_T], most: int = 5, shown: Callable[[_T], str] = str) -> str:
    """The first names, as they are to be shown, and how many more there are."""
    rest = f" and {len(names) - most:,} more" if len(names) > most else ""
    return ", ".join(map(shown, names[:most])) + rest


@cache
def _style(name: str) -> Style:
    return Style.parse(_STYLES[name])


@lru_cache(1024)
def _spelled(character: str) -> str:
    if is_shown(character):
        return character
    return character.encode("unicode_escape", "surrogatepass").decode("ascii")


@lru_cache(1024)
def _columns(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


_TAB = "    "
_WIDEST = 160  # characters of a source line that are shown
_BEFORE = 40  # of them before the mark
_MOST_LINES = 12  # of a condition


class Naming(Protocol):
    """Says which accounts of an organization some ids are."""

    def named(self, ids: Sequence[str]) -> str:
        """`storefront (200000000101)`, `all 50 accounts`, `8 accounts in Workloads/Payments`."""


def findings_page(findings: Iterable[Diagnostic], *, color: bool, width: int | None = None) -> TerminalPage:
    """A page with findings one below the other, to which more may be added."""
    page = TerminalPage(color=color, width=width)
    for diagnostic in findings:
        write_diagnostic(page, diagnostic)
    return page


def write_diagnostic(
    page: TerminalPage, diagnostic: Diagnostic, accounts: Naming | None = None, elsewhere: Sequence[str] = ()
) -> None:
    """Adds a diagnostic to a page; without `accounts` the first ids are listed. `elsewhere` it says the same."""
    page.line(
        (f"{diagnostic.severity}[{diagnostic.code} {diagnostic.name}]", diagnostic.severity.value),
        ": ",
        (diagnostic.message, "strong"),
    )
    if diagnostic.span and diagnostic.span.source.text:
        whole = family_of(diagnostic.code) is Family.REQUIREMENTS
        excerpt(page, diagnostic.span, "-->", "", diagnostic.severity.value, whole=whole)
    for label in diagnostic.labels:
        excerpt(page, label.span, "-->", f" {label.text}", "info")
    fix = [("fix", diagnostic.fix.title)] if diagnostic.fix else []
    pairs = details(diagnostic, accounts)
    *more, address = [pair for pair in pairs if ("fix", pair[1]) not in fix]  # help that says the same
    also = [("also at", some(elsewhere))] if elsewhere else []
    for title, text in (*also, *more, *fix, address):
        page.line(("   = ", "place"), (f"{title}: ", "strong"), text)
    page.line()


def tally(findings: Sequence[Diagnostic]) -> str:
    """How many there are of each severity: `2 errors, 1 warning`, or `no findings`."""
    numbers = ((severity, sum(diagnostic.severity is severity for diagnostic in findings)) for severity in Severity)
    return ", ".join(_counted(severity, number) for severity, number in numbers if number) or "no findings"


def _counted(severity: Severity, number: int) -> str:
    return f"{number:,} info" if severity is Severity.INFO else count(number, severity.value)


def details(diagnostic: Diagnostic, accounts: Naming | None = None) -> list[tuple[str, str]]:
    """What a finding says beside its message and place, as titles and texts."""
    pairs = []
    if diagnostic.requirement and diagnostic.requirement not in diagnostic.message:
        pairs.append(("requirement", diagnostic.requirement))
    if len(diagnostic.places) > 1:
        pairs.append(("paths", some([_words_of(path, diagnostic) for path in diagnostic.places], 3)))
    elif diagnostic.path:
        pairs.append(("path", path_of(diagnostic)))
    if diagnostic.region:
        pairs.append(("region", diagnostic.region))
    if diagnostic.policies and (not diagnostic.span or diagnostic.message == diagnostic.anonymous):
        pairs.append(("policies" if len(diagnostic.policies) > 1 else "policy", some(diagnostic.policies)))
    if diagnostic.accounts:
        ids = diagnostic.accounts
        named = accounts.named(ids) if accounts else some(ids, 3)
        pairs.append(("accounts" if len(diagnostic.accounts) > 1 else "account", named))
    if arns := diagnostic.arns:
        pairs.append(("resources" if len(arns) > 1 else "resource", some(arns, 3)))
    if diagnostic.help:
        pairs.append(("help", diagnostic.help))
    pairs.append(("page", diagnostic.url))
    return pairs


def path_of(diagnostic: Diagnostic) -> str:
    """The path that a finding is about, in the words of the file that it points to."""
    return _words_of(diagnostic.path, diagnostic)


def _words_of(path: str, diagnostic: Diagnostic) -> str:
    """AWS's own path where the finding points to no text of the language."""
    return in_words(path) if diagnostic.span else path


def sentences(diagnostic: Diagnostic, accounts: Naming | None) -> str:
    """A finding as running text in one line: the message, then what else it says.

    The address of its page is not part of it: who shows running text has a place of its own for addresses.
    """
    more = (f"{title.capitalize()}: {text}" for title, text in details(diagnostic, accounts) if title != "page")
    return printable(". ".join((diagnostic.message, *more)))


def excerpt(  # noqa: PLR0913 - the parts of an excerpt
    page: TerminalPage, span: Span, arrow: str, text: str, style: str, *, whole: bool = False
) -> None:
    """Adds a line of a source with its place and, marked in a style, the span in it; `text` stands beside the mark.

    Where the `whole` span is meant, such as a condition over several lines, these follow, the last one marked.
    """
    key = (span.source, span.start, span.end, arrow, text, style, whole)
    if whole and span.last.line > span.first.line:
        page.passage(key, lambda page: _write_lines(page, span, arrow, style))
    else:
        page.passage(key, lambda page: _write_excerpt(page, span, arrow, text, style))


def _write_lines(page: TerminalPage, span: Span, arrow: str, style: str) -> None:
    """All lines of a span, of very many the first; the mark stands below the last one."""
    first = span.first
    lines = min(span.last.line - first.line + 1, _MOST_LINES)
    margin = " " * len(str(first.line + lines - 1))
    widest = min(_WIDEST, max(_BEFORE, page.width - len(margin) - len(" | ") - len("…"))) if page.width else _WIDEST
    page.line((f"{margin}{arrow} ", "place"), f"{span.source.name}:{first.line}:{first.column}")
    page.line((f"{margin} |", "place"))
    shown = ""
    for number in range(first.line, first.line + lines):
        shown = _shown(clipped(span.source.line(number), widest))
        page.unbroken((f"{number:>{len(margin)}} | ", "place"), shown)
    marked = shown.strip()
    indent = len(shown) - len(shown.lstrip())
    page.line((f"{margin} | ", "place"), " " * indent, ("^" * max(width(marked), 1), style))


def _write_excerpt(page: TerminalPage, span: Span, arrow: str, text: str, style: str) -> None:
    first, last = span.first, span.last
    number = str(first.line)
    margin = " " * len(number)
    widest = min(_WIDEST, max(_BEFORE, page.width - len(margin) - len(" | ") - len("……"))) if page.width else _WIDEST
    before, under, after = _window(span.source.line(first.line), first.column - 1, _end(first, last), widest)
    page.line((f"{margin}{arrow} ", "place"), f"{span.source.name}:{first.line}:{first.column}")
    page.line((f"{margin} |", "place"))
    page.unbroken((f"{number} | ", "place"), before + under + after)
    page.line((f"{margin} | ", "place"), " " * width(before), ("^" * max(width(under), 1) + text, style))


def _end(first: Position, last: Position) -> int | None:
    """Where the underline ends in the first line; None for the line's end."""
    return last.column - 1 if last.line == first.line else None


def _window(line: str, start: int, end: int | None, widest: int) -> tuple[str, str, str]:
    """What is shown of a line before, under and after the mark; of a long line only what is near the mark."""
    left = max(0, start - min(_BEFORE, widest // 2)) if len(line) > widest else 0
    shown = line[: left + widest]
    before, under, after = shown[left:start], shown[start:end], shown[end:] if end is not None else ""
    lead, rest = "…" if left else "", "…" if len(shown) < len(line) else ""
    return lead + _shown(before), _shown(under), _shown(after) + rest


def _shown(text: str) -> str:
    return printable(text.replace("\t", _TAB))


STYLES = {"valid": "good", "invalid": "error", "empty": "warning", "disabled": "warning"}

MEANINGS = {
    "invalid": "AWS keeps the last valid policy; this is the candidate that it withholds",
    "empty": "no backup policy is attached to this account or above it",
    "disabled": "backup policies are not enabled in this organization",
}
"""What each status means for an account; `valid` needs no explanation."""
