"""The command line: its commands, and what becomes of everything that can go wrong."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from importlib import import_module
from threading import current_thread, main_thread
from types import FrameType
from typing import Annotated, cast

import typer
from typer.main import get_command

from policyengine import __version__
from policyengine.base.errors import PolicyEngineError, UnreadableError, UsageError, reason
from policyengine.base.text import escaped, suggestion
from policyengine.cli.commands import COMMANDS, epilog, overview
from policyengine.cli.output import CLEAN, COULD_NOT_JUDGE, INTERRUPTED, colors_wanted, columns_of, page_through, put

_NAME = "policyengine"
_HELP = ("-h", "--help")

# The root of what typer raises for a wrong command line, which it does not export.
_LONGEST = 300  # characters shown of an internal error, which may hold all of a document
_MISUSE: type[Exception] = typer.BadParameter.__mro__[typer.BadParameter.__mro__.index(Exception) - 1]


def run(arguments: Sequence[str]) -> int:
    """Runs one command and returns its exit code; nothing ends in a traceback.

    Set POLICYENGINE_DEBUG to see the traceback of an internal error.
    """
    with _interrupts() as interrupts:
        return _exit_code(arguments, interrupts)


@contextmanager
def _interrupts() -> Iterator[list[int]]:
    """The interrupts that came meanwhile, where Python would raise `KeyboardInterrupt` for them.

    Pydantic makes an error of its own of one that comes while it builds a validator.
    """
    came: list[int] = []

    def interrupt(number: int, frame: FrameType | None) -> None:
        came.append(number)
        signal.default_int_handler(number, frame)

    before = signal.getsignal(signal.SIGINT)
    if before is not signal.default_int_handler or current_thread() is not main_thread():
        yield came
        return
    signal.signal(signal.SIGINT, interrupt)
    try:
        yield came
    finally:
        signal.signal(signal.SIGINT, before)


def _exit_code(arguments: Sequence[str], interrupts: Sequence[int]) -> int:
    try:
        return _call(list(arguments))
    except _MISUSE as error:
        return _report(_worded(error, arguments))
    except (KeyboardInterrupt, typer.Abort):
        return INTERRUPTED
    except PolicyEngineError as error:
        return _report(str(error))
    except OSError as error:  # a folder that may not be looked into, a name that is too long
        place = f"{error.filename}: " if error.filename else ""
        return _report(f"{place}{reason(error)}")
    except Exception as error:
        if os.environ.get("POLICYENGINE_DEBUG"):
            raise
        message = (
            f"internal error: {type(error).__name__}: {escaped(str(error), _LONGEST)}; please report it with the input"
        )
        return INTERRUPTED if interrupts else _report(message)


def _call(arguments: list[str]) -> int:
    if not arguments:
        put([overview(__version__)], sys.stderr)
        return COULD_NOT_JUDGE
    if arguments[0] in _HELP:
        page_through(overview(__version__))
        return CLEAN
    if arguments[0] not in COMMANDS and not arguments[0].startswith("-"):
        advice = suggestion(arguments[0], COMMANDS) or "`policyengine --help` lists them"
        raise UsageError(f"{arguments[0]}: no such command; {advice}")
    command = _command(arguments[0] if arguments[0] in COMMANDS else None)
    code = command(arguments, standalone_mode=False, prog_name=_NAME)
    return code if isinstance(code, int) else CLEAN


@cache
def _command(wanted: str | None) -> Callable[..., object]:
    """The parser of a command line, with the requested command alone, or with all of them.

    Kept, for it takes longer to build than most commands take on small projects: a process that runs many, as our tests
    do, builds each once.
    """
    app = typer.Typer(
        name=_NAME,
        help="Policy as code for AWS Organizations backup policies.",
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": [*_HELP]},
    )
    app.callback()(_options)
    for name, entry in COMMANDS.items():
        if wanted in {None, name}:
            function = getattr(import_module(f"policyengine.cli.{entry.module}"), entry.function)
            app.command(name, epilog=epilog(name))(function)
    return get_command(app)


def _print_version(asked: bool) -> None:  # noqa: FBT001 - typer calls it so
    if asked:
        put([f"policyengine {__version__}\n"], sys.stdout)
        raise typer.Exit


def _options(
    *,
    version: Annotated[
        bool,
        typer.Option("--version", "-V", help="Print the version and exit.", is_eager=True, callback=_print_version),
    ] = False,
) -> None:
    """The options before a command."""


def _worded(misuse: Exception, arguments: Sequence[str]) -> str:
    """Typer's message on a wrong command line, worded as our own messages are."""
    message = (
        " ".join(cast("typer.BadParameter", misuse).format_message().split())
        .replace("Value error, ", "")
        .replace("Input should be a valid integer, unable to parse string as an integer", "expected a whole number")
        .removesuffix(".")
    )
    command = f"{arguments[0]} " if arguments[0] in COMMANDS else ""
    return f"{message[:1].lower()}{message[1:]}; see `{_NAME} {command}--help`"


def _report(message: str) -> int:
    from policyengine.report.terminal import TerminalPage

    page = TerminalPage(color=colors_wanted(sys.stderr), width=columns_of(sys.stderr))
    for line in message.split("\n"):
        page.line(("error: ", "error"), line)
    with suppress(UnreadableError):  # nowhere is left to say it
        put([page.text()], sys.stderr)
    return COULD_NOT_JUDGE
