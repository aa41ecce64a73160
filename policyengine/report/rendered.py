"""Our pages of Markdown as people read them on a terminal."""

from __future__ import annotations

from rich.console import Console
from rich.markdown import Markdown


def rendered(page: str, *, width: int, color: bool) -> str:
    """A page of ours with its headings, tables and code set out within so many columns."""
    console = Console(width=width, force_terminal=color, color_system="standard" if color else None, highlight=False)
    with console.capture() as capture:
        console.print(Markdown(page, code_theme="ansi_dark", hyperlinks=False))
    return "".join(f"{line.rstrip()}\n" for line in capture.get().splitlines())
