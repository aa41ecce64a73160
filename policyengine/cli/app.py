"""The command line: its commands, and what becomes of everything that can go wrong."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Annotated

import click
import typer

from policyengine import __version__
from policyengine.cli.exits import CLEAN, COULD_NOT_JUDGE, INTERRUPTED
from policyengine.errors import PolicyEngineError

# Command to module; its function has the module's name. A module is imported when its command is called.
_COMMANDS = {
    "init": "init",
    "check": "check",
    "compile": "compile_",
    "effective": "effective",
    "explain": "explain",
    "validate": "validate",
    "import": "import_",
    "fmt": "fmt",
    "show": "show",
    "rules": "rules",
    "schema": "schema",
}


def run(arguments: Sequence[str]) -> int:
    """Runs one command and returns its exit code; nothing ends in a traceback.

    Set POLICYENGINE_DEBUG to see the traceback of an internal error.
    """
    gc.disable()  # one command, then the process ends: collecting costs a third of the time and frees next to nothing
    try:
        code = _app(arguments)(list(arguments), standalone_mode=False)
        sys.stdout.flush()
    except click.ClickException as error:
        error.show()
        return COULD_NOT_JUDGE
    except (KeyboardInterrupt, click.Abort):
        return INTERRUPTED
    except PolicyEngineError as error:
        return _report(str(error))
    except BrokenPipeError:
        return _reader_left()
    except Exception as error:
        if os.environ.get("POLICYENGINE_DEBUG"):
            raise
        return _report(f"internal error: {type(error).__name__}: {error}; please report it with the input")
    return code if isinstance(code, int) else CLEAN


def _app(arguments: Sequence[str]) -> typer.Typer:
    """The application with the command that is asked for, or with all of them for help and misspellings."""
    app = typer.Typer(
        name="policyengine",
        help="Policy as code for AWS Organizations backup policies.",
        add_completion=False,
        no_args_is_help=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_options)
    wanted = arguments[0] if arguments and arguments[0] in _COMMANDS else None
    for name, module in _COMMANDS.items():
        if wanted in {None, name}:
            app.command(name)(getattr(import_module(f"policyengine.cli.{module}"), module))
    return app


def _options(
    *,
    version: Annotated[bool, typer.Option("--version", help="Print the version and exit.")] = False,
) -> None:
    if version:
        sys.stdout.write(f"policyengine {__version__}\n")
        raise typer.Exit


def _report(message: str) -> int:
    from policyengine.report.text import printable

    for line in message.splitlines() or [""]:
        sys.stderr.write(f"error: {printable(line)}\n")
    return COULD_NOT_JUDGE


def _reader_left() -> int:
    """Whoever read our output has closed it (`| head`): nothing more to say, not even at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return CLEAN
