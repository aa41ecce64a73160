"""One diagnostic on a terminal: headline, place, the line underlined, what to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from policyengine.diagnostics import Diagnostic, Severity
from policyengine.report.text import Page, count, printable, some, width
from policyengine.source import Position, Span

_TAB = "    "
_WIDEST = 160  # characters of a source line that are shown
_BEFORE = 40  # of them before the mark


def write_diagnostic(page: Page, found: Diagnostic, names: Mapping[str, str]) -> None:
    """Adds a diagnostic to a page; `names` gives account names by id."""
    page.line((f"{found.severity}[{found.code} {found.name}]", found.severity.value), ": ", (found.message, "strong"))
    if found.span and found.span.source.text:
        excerpt(page, found.span, "-->", "", found.severity.value)
    for label in found.labels:
        excerpt(page, label.span, "-->", f" {label.text}", "info")
    for title, text in details(found, names):
        page.line(("   = ", "place"), (f"{title}: ", "strong"), text)
    page.line()


def tally(findings: Sequence[Diagnostic]) -> str:
    """How many there are of each severity: `2 errors, 1 warning`, or `no findings`."""
    numbers = ((severity, sum(found.severity is severity for found in findings)) for severity in Severity)
    return ", ".join(_counted(severity, number) for severity, number in numbers if number) or "no findings"


def _counted(severity: Severity, number: int) -> str:
    return f"{number:,} info" if severity is Severity.INFO else count(number, severity.value)


def details(found: Diagnostic, names: Mapping[str, str]) -> list[tuple[str, str]]:
    """What a finding says beside its message and place, as titles and texts; `names` gives account names by id."""
    told = []
    if found.requirement and found.requirement not in found.message:
        told.append(("requirement", found.requirement))
    if found.path:
        told.append(("path", found.path))
    if found.region:
        told.append(("region", found.region))
    if found.policies and not found.span:
        told.append(("policies" if len(found.policies) > 1 else "policy", some(found.policies)))
    if found.accounts:
        named = some(found.accounts, 3, lambda number: f"{names[number]} ({number})" if number in names else number)
        told.append(("accounts" if len(found.accounts) > 1 else "account", named))
    if found.help:
        told.append(("help", found.help))
    return told


def sentences(found: Diagnostic, names: Mapping[str, str]) -> str:
    """A finding as running text in one line: the message, then what else it says; `names` gives account names by id."""
    return printable(
        ". ".join((found.message, *(f"{title.capitalize()}: {text}" for title, text in details(found, names))))
    )


def excerpt(page: Page, span: Span, arrow: str, text: str, style: str) -> None:
    """Adds a line of a source with its place and, marked in a style, the span in it; `text` stands beside the mark."""
    key = (span.source, span.start, span.end, arrow, text, style)
    page.passage(key, lambda page: _write_excerpt(page, span, arrow, text, style))


def _write_excerpt(page: Page, span: Span, arrow: str, text: str, style: str) -> None:
    first, last = span.first, span.last
    number = str(first.line)
    margin = " " * len(number)
    before, under, after = _window(span.source.line(first.line), first.column - 1, _end(first, last))
    page.line((f"{margin}{arrow} ", "place"), f"{span.source.name}:{first.line}:{first.column}")
    page.line((f"{margin} |", "place"))
    page.line((f"{number} | ", "place"), before + under + after)
    page.line((f"{margin} | ", "place"), " " * width(before), ("^" * max(width(under), 1) + text, style))


def _end(first: Position, last: Position) -> int | None:
    """Where the underline ends in the first line; None for the line's end."""
    return last.column - 1 if last.line == first.line else None


def _window(line: str, start: int, end: int | None) -> tuple[str, str, str]:
    """What is shown of a line before, under and after the mark; of a long line only what is near the mark."""
    left = max(0, start - _BEFORE) if len(line) > _WIDEST else 0
    shown = line[: left + _WIDEST]
    before, under, after = shown[left:start], shown[start:end], shown[end:] if end is not None else ""
    lead, rest = "…" if left else "", "…" if len(shown) < len(line) else ""
    return lead + _shown(before), _shown(under), _shown(after) + rest


def _shown(text: str) -> str:
    return printable(text.replace("\t", _TAB))
