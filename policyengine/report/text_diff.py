"""What of a text changes, as a unified diff on a terminal: `fmt --diff`, `check --fix --diff`."""

from __future__ import annotations

from difflib import unified_diff

from policyengine.report.terminal import TerminalPage

_STYLES = {"+": "good", "-": "error", "@": "place"}


def write_text_diff(page: TerminalPage, name: str, before: str, after: str) -> None:
    """Adds the unified diff of two texts of a file to a page."""
    for line in unified_diff(_lines(before), _lines(after), name, name):
        text = line.removesuffix("\n")
        page.verbatim((text, _STYLES[line[0]]) if line[0] in _STYLES else text)
        if text == line:
            page.line("\\ No newline at end of file")


def _lines(text: str) -> list[str]:
    *ended, rest = text.split("\n")
    return [f"{line}\n" for line in ended] + ([rest] if rest else [])
