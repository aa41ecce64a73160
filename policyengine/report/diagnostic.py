"""One diagnostic on a terminal: headline, place, the line underlined, what to do."""

from __future__ import annotations

from collections.abc import Mapping

from policyengine.diagnostics import Diagnostic, Label
from policyengine.report.text import Page, count, printable, some, width
from policyengine.source import Span

_TAB = "    "


def write_diagnostic(page: Page, found: Diagnostic, names: Mapping[str, str]) -> None:
    """Adds a diagnostic to a page; `names` gives account names by id."""
    page.line((f"{found.severity}[{found.code} {found.name}]", found.severity.value), ": ", (found.message, "strong"))
    if found.span:
        _excerpt(page, found.span, "-->", "", found.severity.value)
    for label in found.labels:
        _excerpt(page, label.span, ":::", _label(label), "info")
    for title, text in _details(found, names):
        page.line(("   = ", "place"), (f"{title}: ", "strong"), text)
    page.line()


def _details(found: Diagnostic, names: Mapping[str, str]) -> list[tuple[str, str]]:
    details = []
    if found.path:
        details.append(("path", found.path))
    if found.region:
        details.append(("region", found.region))
    if found.policies and not found.span:
        details.append(("policies" if len(found.policies) > 1 else "policy", some(found.policies)))
    if found.accounts:
        named = some((f"{names[number]} ({number})" if number in names else number for number in found.accounts), 3)
        details.append((count(len(found.accounts), "account").partition(" ")[2], f"{named}"))
    if found.help:
        details.append(("help", found.help))
    return details


def _label(label: Label) -> str:
    return f" {label.text}"


def _excerpt(page: Page, span: Span, arrow: str, text: str, style: str) -> None:
    first, last = span.first, span.last
    line = span.source.line(first.line)
    end = last.column - 1 if last.line == first.line else len(line)
    before, under = _shown(line[: first.column - 1]), _shown(line[first.column - 1 : end])
    number = str(first.line)
    margin = " " * len(number)
    page.line((f"{margin}{arrow} ", "place"), f"{span.source.name}:{first.line}:{first.column}")
    page.line((f"{margin} |", "place"))
    page.line((f"{number} | ", "place"), before + under + _shown(line[end:]))
    page.line((f"{margin} | ", "place"), " " * width(before), ("^" * max(width(under), 1) + text, style))


def _shown(text: str) -> str:
    return printable(text.replace("\t", _TAB))
