"""Where a command's result goes: standard output, or a file that is written whole or not at all."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path

from policyengine.cli.options import CheckFormat, Color, DiffFormat, Format
from policyengine.cli.streams import put
from policyengine.value import value
from policyengine.writing import write_whole


@value
class Output:
    """What the options say about output."""

    format: Format | CheckFormat | DiffFormat = Format.TERMINAL
    file: Path | None = None
    quiet: bool = False
    color: Color = Color.AUTO

    @property
    def colored(self) -> bool:
        """Whether to colour: asked for, or a terminal that does not object (NO_COLOR)."""
        if self.color is Color.AUTO:
            return self.file is None and sys.stdout.isatty() and not os.environ.get("NO_COLOR")
        return self.color is Color.ALWAYS

    @property
    def silent(self) -> bool:
        """Whether the result need not be put into words at all."""
        return self.quiet and self.file is None and self.format == "terminal"

    def write(self, text: str | Iterable[str]) -> None:
        """Writes the result. Raises `UnreadableError` when it cannot be written."""
        chunks = [text] if isinstance(text, str) else text
        if self.file:
            write_whole(self.file, chunks)
        elif not self.silent:
            put(chunks, sys.stdout)
