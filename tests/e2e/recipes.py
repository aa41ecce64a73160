"""The files that docs/ci.md and docs/first-day.md tell their readers to write."""

from __future__ import annotations

from pathlib import Path

from examples.console import Write, steps

PAGE = Path(__file__).parents[2] / "docs" / "ci.md"
FIRST_DAY = PAGE.with_name("first-day.md")


def recipe(name: str, page: Path = PAGE) -> str:
    """The text of a file on the page."""
    (text,) = [
        step.text for step in steps(page.read_text(encoding="utf-8")) if isinstance(step, Write) and step.path == name
    ]
    return text
