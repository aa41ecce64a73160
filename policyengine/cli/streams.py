"""Standard output and standard error: texts written there, readers that leave early, streams that are closed."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from io import TextIOWrapper
from typing import TextIO

from policyengine.errors import UnreadableError, reason


def put(chunks: Iterable[str], stream: TextIO) -> None:
    """Writes texts and flushes. A reader that has left (`| head`) is no fault: the rest of the text is dropped.

    Raises `UnreadableError` where the stream takes no more, as on a full disk.
    """
    try:
        stream.writelines(chunks)
        stream.flush()
    except BrokenPipeError:
        _abandon(stream)
    except OSError as error:
        _abandon(stream)
        raise UnreadableError(f"the output cannot be written: {reason(error)}") from error


def prepare() -> None:
    """Gives the process streams that take any text: UTF-8 for programs, what the terminal can show for people."""
    sys.stdin = sys.stdin or _nowhere()
    sys.stdout = sys.stdout or _nowhere()
    sys.stderr = sys.stderr or _nowhere()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding=stream.encoding if stream.isatty() else "utf-8", errors="backslashreplace")


def _nowhere() -> TextIO:
    """What stands for a stream that the caller has closed (`>&-`)."""
    return open(os.devnull, "r+", encoding="utf-8")  # noqa: PTH123 - lives as long as the process


def _abandon(stream: TextIO) -> None:
    """Keeps what is still buffered from failing once more when the process ends."""
    sink = os.open(os.devnull, os.O_WRONLY)
    os.dup2(sink, stream.fileno())
    os.close(sink)
