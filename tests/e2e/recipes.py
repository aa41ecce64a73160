"""The files that docs/ci.md tells its reader to write."""

from __future__ import annotations

from pathlib import Path

from examples.console import Write, steps

PAGE = Path(__file__).parents[2] / "docs" / "ci.md"


def recipe(name: str) -> str:
    """The text of a file on the page."""
    (text,) = [
        step.text for step in steps(PAGE.read_text(encoding="utf-8")) if isinstance(step, Write) and step.path == name
    ]
    return text
