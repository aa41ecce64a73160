"""Findings on a terminal: headline, place, underlined lines of the source, and what else is to be said."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from policyengine.base.diagnostics import Diagnostic
from policyengine.base.rules import Family, family_of
from policyengine.base.source import Position, Span
from policyengine.report.finding_text import Naming, details
from policyengine.report.shown_text import clipped, printable, some, width
from policyengine.report.terminal import TerminalPage

_TAB = "    "
_WIDEST = 160  # characters of a source line that are shown
_BEFORE = 40  # of them before the mark
_MOST_LINES = 12  # of a condition


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
    """The column at which the underline ends in the first line; None for the line's end."""
    return last.column - 1 if last.line == first.line else None


def _window(line: str, start: int, end: int | None, widest: int) -> tuple[str, str, str]:
    """The parts of a line before, under and after the mark; of a long line only those near the mark."""
    left = max(0, start - min(_BEFORE, widest // 2)) if len(line) > widest else 0
    shown = line[: left + widest]
    before, under, after = shown[left:start], shown[start:end], shown[end:] if end is not None else ""
    lead, rest = "…" if left else "", "…" if len(shown) < len(line) else ""
    return lead + _shown(before), _shown(under), _shown(after) + rest


def _shown(text: str) -> str:
    return printable(text.replace("\t", _TAB))
