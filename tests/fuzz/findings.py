"""What the search found: for each cause the shortest input, and the traceback."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from traceback import format_exception

from fuzz.laws import signature

SHRINKING = 30.0
"""Seconds of processor time to make one input shorter."""


class Findings:
    """A folder with two files for each cause: `<cause>.input` and `<cause>.txt`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def names(self) -> list[str]:
        """The causes found so far."""
        return sorted(file.stem for file in self._folder.glob("*.txt"))

    def add(self, text: str, error: BaseException, attempt: Callable[[str], None]) -> None:
        """Keeps an input, as short as `attempt` still fails for it in the same way, where its cause has no shorter."""
        cause = signature(error)
        file = self._folder / f"{cause}.input"
        if file.exists() and len(_read(file)) <= len(text):
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        _write(file, text)
        (self._folder / f"{cause}.txt").write_text("".join(format_exception(error)), encoding="utf-8")
        _write(file, shrunk(text, lambda shorter: _cause(attempt, shorter) == cause))


def shrunk(text: str, fails: Callable[[str], bool]) -> str:
    """The text without whatever can be left out while it still fails."""
    end = time.process_time() + SHRINKING
    size = max(1, len(text) // 2)
    while size:
        start = 0
        while start < len(text) and time.process_time() < end:
            shorter = text[:start] + text[start + size :]
            if fails(shorter):
                text = shorter
            else:
                start += size
        size //= 2
    return text


def _cause(attempt: Callable[[str], None], text: str) -> str:
    try:
        attempt(text)
    except BaseException as error:  # noqa: BLE001 - whatever it is, it is the finding
        return signature(error)
    return ""


def _read(file: Path) -> str:
    return file.read_bytes().decode("utf-8", "surrogatepass")


def _write(file: Path, text: str) -> None:
    file.write_bytes(text.encode("utf-8", "surrogatepass"))
