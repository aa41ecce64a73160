"""Scripts by which bash, zsh and fish complete a command line.

They hold all that they need to know, so that no press of a key starts a program.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum
from typing import NamedTuple

PROGRAMS = ("policyengine", "bpol")
_HELP_FLAGS = ("-h", "--help")
_ROOT_FLAGS = (*_HELP_FLAGS, "-V", "--version")


class Shell(StrEnum):
    """Shells that scripts are written for."""

    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"


class Values(NamedTuple):
    """The candidates for a place of the command line: words, or the names of files or folders; empty where unknown."""

    words: tuple[str, ...] = ()
    files: bool = False
    folders: bool = False


class Flag(NamedTuple):
    """An option by its names, such as `--quiet` and `-q`; `values` is None where it takes none."""

    names: tuple[str, ...]
    help: str
    values: Values | None = None
    repeated: bool = False


class CommandWords(NamedTuple):
    """A command, a line on what it does, its options, and what its arguments can be."""

    name: str
    summary: str
    flags: tuple[Flag, ...]
    arguments: Values = Values()


def script(shell: Shell, commands: Sequence[CommandWords]) -> str:
    """The script for a shell."""
    return "".join(f"{line}\n" for line in _WRITERS[shell](commands))


def _bash(commands: Sequence[CommandWords]) -> Iterator[str]:
    yield "# bash completion for policyengine and bpol"
    yield "_policyengine() {"
    yield "  local IFS=$'\\n' cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}"
    yield "  COMPREPLY=()"
    yield "  [[ $cur == = ]] && cur="
    yield "  [[ $prev == = ]] && prev=${COMP_WORDS[COMP_CWORD-2]}"
    yield "  if (( COMP_CWORD == 1 )); then"
    yield f"    COMPREPLY=($({_compgen(Values((*(command.name for command in commands), *_ROOT_FLAGS)))}))"
    yield "    return"
    yield "  fi"
    yield "  case ${COMP_WORDS[1]}:$prev in"
    for command in commands:
        yield from _bash_option_values(command)
    yield "  esac"
    yield "  case ${COMP_WORDS[1]}:$cur in"
    for command in commands:
        yield from _bash_words(command)
    yield "  esac"
    yield "}"
    yield f"complete -F _policyengine {' '.join(PROGRAMS)}"


def _bash_option_values(command: CommandWords) -> Iterator[str]:
    """The cases for what stands behind an option of a command."""
    for flag in command.flags:
        if flag.values is not None:
            yield f"    {'|'.join(f'{command.name}:{name}' for name in flag.names)})"
            yield from _bash_answer(flag.values)


def _bash_words(command: CommandWords) -> Iterator[str]:
    """The cases for options of a command and for its arguments."""
    yield f"    {command.name}:-*)"
    yield from _bash_answer(Values(tuple(name for flag in command.flags for name in flag.names)))
    yield f"    {command.name}:*)"
    yield from _bash_answer(command.arguments)


def _bash_answer(values: Values) -> Iterator[str]:
    if values.files or values.folders:
        yield "      compopt -o filenames 2>/dev/null"
    if values != Values():
        yield f"      COMPREPLY=($({_compgen(values)}))"
    yield "      return ;;"


def _compgen(values: Values) -> str:
    kind = "-f " if values.files else "-d " if values.folders else ""
    words = "\\n".join(values.words)
    return f"compgen {kind}" + (f"-W $'{words}' " if words else "") + '-- "$cur"'


def _zsh(commands: Sequence[CommandWords]) -> Iterator[str]:
    yield f"#compdef {' '.join(PROGRAMS)}"
    yield "_policyengine() {"
    yield "  if (( CURRENT == 2 )); then"
    yield "    local -a commands"
    yield "    commands=("
    yield from (f"      {_single(f'{command.name}:{command.summary}')}" for command in commands)
    yield "    )"
    yield "    _describe command commands"
    yield f"    [[ $PREFIX == -* ]] && compadd -- {' '.join(_ROOT_FLAGS)}"
    yield "    return"
    yield "  fi"
    yield "  local command=$words[2]"
    yield "  shift words"
    yield "  (( CURRENT-- ))"
    yield "  case $command in"
    for command in commands:
        yield from _zsh_command(command)
    yield "  esac"
    yield "}"
    yield 'if [[ $zsh_eval_context[-1] == loadautofunc ]]; then _policyengine "$@"; else'
    yield f"  compdef _policyengine {' '.join(PROGRAMS)}"
    yield "fi"


def _zsh_command(command: CommandWords) -> Iterator[str]:
    yield f"    {command.name})"
    yield "      _arguments \\"
    yield from (f"        {_single(spec)} \\" for flag in command.flags for spec in _zsh_flag(flag))
    yield f"        {_single(f'*:argument:{_zsh_action(command.arguments)}')} ;;"


def _zsh_flag(flag: Flag) -> Iterator[str]:
    description = "".join(f"\\{sign}" if sign in "[]:\\" else sign for sign in flag.help)
    others = "*" if flag.repeated else f"({' '.join(flag.names)})" if len(flag.names) > 1 else ""
    for name in flag.names:
        if flag.values is None:
            yield f"{others}{name}[{description}]"
        else:
            join = "=" if name.startswith("--") else ""
            yield f"{others}{name}{join}[{description}]:value:{_zsh_action(flag.values)}"


def _zsh_action(values: Values) -> str:
    if values.files or values.folders:
        return "_files" if values.files else "_files -/"
    return f"({' '.join(values.words)})" if values.words else " "


def _fish(commands: Sequence[CommandWords]) -> Iterator[str]:
    yield "# fish completion for policyengine and bpol"
    yield f"for program in {' '.join(PROGRAMS)}"
    yield "  complete -c $program -f"
    yield "  complete -c $program -n __fish_use_subcommand -s V -l version -d 'Print the version and exit.'"
    yield "  complete -c $program -s h -l help -d 'Show help and exit.'"
    for command in commands:
        yield f"  complete -c $program -n __fish_use_subcommand -a {command.name} -d {_escaped(command.summary)}"
        used = f"  complete -c $program -n '__fish_seen_subcommand_from {command.name}'"
        if command.arguments != Values():
            yield f"{used} {_fish_values(command.arguments)}"
        for flag in command.flags:
            names = " ".join(_fish_name(name) for name in flag.names if name not in _HELP_FLAGS)
            if names:
                value = "" if flag.values is None else f" -x {_fish_values(flag.values)}".rstrip()
                yield f"{used} {names}{value} -d {_escaped(flag.help)}"
    yield "end"


def _fish_name(name: str) -> str:
    return f"-l {name[2:]}" if name.startswith("--") else f"-s {name[1:]}"


def _fish_values(values: Values) -> str:
    if values.files:
        return "-a '(__fish_complete_path (commandline -ct))'"
    if values.folders:
        return "-a '(__fish_complete_directories (commandline -ct) folder)'"
    return f"-a {_escaped(' '.join(values.words))}" if values.words else ""


def _single(text: str) -> str:
    """A text as one word of bash and zsh."""
    return "'" + text.replace("'", "'\\''") + "'"


def _escaped(text: str) -> str:
    """A text as one word of fish."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


_WRITERS: dict[Shell, Callable[[Sequence[CommandWords]], Iterator[str]]] = {
    Shell.BASH: _bash,
    Shell.ZSH: _zsh,
    Shell.FISH: _fish,
}
