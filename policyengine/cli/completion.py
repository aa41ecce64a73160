"""`policyengine completion`: what can be written on a command line, as a script for a shell.

Options and arguments are read from the functions of the commands, so that a new one is completed without further ado.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import Enum
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import typer
from typer.models import ArgumentInfo, OptionInfo

from policyengine.analysis.findings.registry import RULES
from policyengine.analysis.requirements import pack_names
from policyengine.cli.commands import COMMANDS
from policyengine.cli.options import Color, ColorOption, DirOption, Format, FormatOption, OutputOption, QuietOption
from policyengine.cli.output import CLEAN, Output
from policyengine.cli.reference import schema_names
from policyengine.cli.shells import CommandWords, Flag, Shell, Values, script
from policyengine.report.json_output import to_json

_NAMES: dict[str, Callable[[], tuple[str, ...]]] = {
    "rules": lambda: (*(rule.name for rule in RULES), *pack_names()),
    "schema": lambda: tuple(schema_names()),
}
"""What the argument of a command names."""

_PLACES = {"BASE", "HEAD"}
"""Texts that may name a file or a folder, too."""


def completion(  # noqa: PLR0913 - the options of interface.md section 3
    shell: Annotated[Shell, typer.Argument(metavar="SHELL", help="bash, zsh or fish.")],
    *,
    option: DirOption = None,  # noqa: ARG001 - every command takes it; this one reads no project
    form: FormatOption = Format.TERMINAL,
    output: OutputOption = None,
    quiet: QuietOption = False,
    color: ColorOption = Color.AUTO,
) -> int:
    """A script that has a shell complete commands, options and their values, for both names of the command."""
    text = script(shell, tuple(command_words()))
    if form is Format.JSON:
        text = to_json({"schema": "policyengine/completion/1", "shell": shell.value, "script": text})
    Output(form, output, quiet, color).write(text)
    return CLEAN


def command_words() -> Iterator[CommandWords]:
    """The words of each command: its options, their values, its arguments."""
    for name, entry in COMMANDS.items():
        function = getattr(import_module(f"policyengine.cli.{entry.module}"), entry.function)
        flags, arguments = _parameters(function)
        words = _NAMES.get(name, tuple)()
        yield CommandWords(name, entry.summary, flags, Values(words) if words else arguments)


def _parameters(function: Callable[..., object]) -> tuple[tuple[Flag, ...], Values]:
    """The options of a command, and what its arguments can be."""
    flags, arguments = [], Values()
    for hint in get_type_hints(function, include_extras=True).values():
        if get_origin(hint) is not Annotated:
            continue
        kind, declared = get_args(hint)[:2]
        if isinstance(declared, OptionInfo):
            flags.append(_flag(kind, declared))
        elif isinstance(declared, ArgumentInfo):
            arguments = _values(kind, declared.metavar)
    return (*flags, Flag(("--help", "-h"), "Show this message and exit.")), arguments


def _flag(kind: Any, option: OptionInfo) -> Flag:  # noqa: ANN401 - an annotation, whatever it is
    values = None if kind is bool else _values(kind, option.metavar)
    names = (
        str(option.default),
        *(option.param_decls or ()),
    )  # typer takes the first name for a default until it reads it
    return Flag(names, option.help or "", values, repeated=list in _parts(kind))


def _values(kind: Any, metavar: str | None) -> Values:  # noqa: ANN401 - likewise
    """The completion of a value of a type; a path is a folder or a file by the word that stands for it in help."""
    for part in _parts(kind):
        if isinstance(part, type) and issubclass(part, Enum):
            return Values(tuple(str(choice.value) for choice in part))
        if part is Path:
            return Values(folders=True) if metavar == "DIR" else Values(files=True)
    return Values(files=True) if metavar in _PLACES else Values()


def _parts(kind: Any) -> Iterator[Any]:  # noqa: ANN401 - likewise
    """A type, and the types that it is put together of: `list[Path] | None` holds `list`, `Path` and `None`."""
    yield get_origin(kind) or kind
    for part in get_args(kind):
        yield from _parts(part)
