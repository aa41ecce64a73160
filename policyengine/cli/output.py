"""Where a command's result goes: standard output, or a file that is written whole or not at all.

Readers may leave early and streams may be closed. Work that takes over a second shows a sign of life on standard error,
on a terminal only. The exit codes are those of interface.md section 3.
"""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from shutil import get_terminal_size, which
from threading import Timer
from typing import TextIO

from policyengine.base.errors import UnreadableError, reason
from policyengine.base.records import Record
from policyengine.cli.options import Color, Format, RenderedFormat
from policyengine.files import write_whole

_PATIENCE = 1.0
CLEAN = 0
FAILED = 1
COULD_NOT_JUDGE = 2
INTERRUPTED = 130


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
    """A stream in place of one that the caller has closed (`>&-`)."""
    return open(os.devnull, "r+", encoding="utf-8")  # noqa: PTH123 - lives as long as the process


def _abandon(stream: TextIO) -> None:
    """Keeps what is still buffered from failing once more when the process ends."""
    sink = os.open(os.devnull, os.O_WRONLY)
    os.dup2(sink, stream.fileno())
    os.close(sink)


class Output(Record):
    """The options of output."""

    format: Format | RenderedFormat = Format.TERMINAL
    file: Path | None = None
    quiet: bool = False
    color: Color = Color.AUTO

    @property
    def colored(self) -> bool:
        """Whether to colour: asked for, or as the environment and the terminal say."""
        if self.color is Color.AUTO:
            return self.file is None and colors_wanted(sys.stdout)
        return self.color is Color.ALWAYS

    @property
    def silent(self) -> bool:
        """Whether the result need not be put into words at all."""
        return self.quiet and self.file is None and self.format == "terminal"

    @property
    def on_terminal(self) -> bool:
        """Whether people read the result as it comes, and may leaf through it."""
        return self.file is None and sys.stdout.isatty()

    @property
    def width(self) -> int | None:
        """The columns of the terminal that shows the result, None where it goes to a file or a program."""
        return columns_of(sys.stdout) if self.file is None else None

    def show(self, text: str) -> None:
        """Writes a text that may be long, so that people can leaf through it. Raises `UnreadableError`."""
        if self.on_terminal and not self.silent and self.format == "terminal":
            page_through(text)
        else:
            self.write(text)

    def write(self, text: str | Iterable[str]) -> None:
        """Writes the result. Raises `UnreadableError` when it cannot be written."""
        chunks = [text] if isinstance(text, str) else text
        if self.file:
            write_whole(self.file, chunks)
        elif not self.silent:
            put(chunks, sys.stdout)


def rendered(result: object, form: RenderedFormat, to: Output) -> str | Iterator[str]:
    """A command's result in a format, as a text or in pieces; empty where nobody will read it."""
    if to.silent:
        return ""
    render: Callable[..., str | Iterator[str]] = form.renderer.render
    return render(result, color=to.colored, width=to.width) if form == "terminal" else render(result)


def columns_of(stream: TextIO) -> int | None:
    """The columns of the terminal that shows a stream, None where it goes to a file or a program."""
    return get_terminal_size().columns if stream.isatty() else None


def note(*texts: str) -> None:
    """Writes what there is to know beside a result to standard error, on a terminal broken between words."""
    from policyengine.report.terminal import TerminalPage

    page = TerminalPage(color=False, width=columns_of(sys.stderr))
    for text in texts:
        page.line(text)
    put([page.text()], sys.stderr)


def page_through(text: str) -> None:
    """Writes a text to standard output, on a terminal that is too low for it through PAGER, else `less` or `more`.

    An empty PAGER, or `cat`, asks for none. Raises `UnreadableError` where it cannot be written.
    """
    command = _pager() if _is_terminal(sys.stdout) and text.count("\n") >= get_terminal_size().lines else []
    if not command:
        put([text], sys.stdout)
        return
    import subprocess

    less = {"LESS": os.environ.get("LESS", "FRX")}  # goes at the end of a short text, takes colours, leaves the text
    subprocess.run(command, input=text, encoding="utf-8", errors="replace", check=False, env={**os.environ, **less})  # noqa: S603 - the user's own choice


def _pager() -> list[str]:
    """The program that the user has for reading, with its options; none where there is none."""
    for choice in [os.environ["PAGER"]] if "PAGER" in os.environ else ["less", "more"]:
        command = shlex.split(choice)
        if command and command != ["cat"] and which(command[0]):
            return command
    return []


def _is_terminal(stream: TextIO) -> bool:
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def colors_wanted(stream: TextIO) -> bool:
    """Whether to colour what goes to a stream where no option says so.

    NO_COLOR forbids it, FORCE_COLOR and CLICOLOR_FORCE demand it wherever the text goes; else a terminal is coloured,
    but none with TERM=dumb. An empty variable, and a 0 of those that demand, says nothing.
    """
    if os.environ.get("NO_COLOR"):
        return False
    if any(os.environ.get(name, "0") not in {"", "0"} for name in ("FORCE_COLOR", "CLICOLOR_FORCE")):
        return True
    return _is_terminal(stream)


@contextmanager
def progress(title: str, *, quiet: bool = False) -> Iterator[None]:
    """Shows a moving bar with a title while the block runs, once it has run for a second."""
    if quiet or not _is_terminal(sys.stderr):
        yield
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TimeElapsedColumn())
    console = Console(stderr=True)
    # The result may be on its way to standard output while the bar runs: it is none of the bar's business.
    bar = Progress(*columns, console=console, transient=True, redirect_stdout=False, redirect_stderr=False)
    bar.add_task(title, total=None)
    timer = Timer(_PATIENCE, bar.start)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        bar.stop()
