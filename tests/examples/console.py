"""Markdown pages as scripts: files to write, commands to run, and what they should print.

A ```console block holds commands after `$ ` (`\\` at the end continues one) and what each prints; a line of three dots
stands for any lines; `;` joins commands of ours, which print one after the other. A block such as
```bpol shop/prod.bpol names a file that is written before the commands after it.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

_FENCE = re.compile(r"^```(?P<language>\S+)(?: +(?P<file>\S+))?\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
_ANY_LINES = "..."


@dataclass(frozen=True, slots=True)
class Write:
    """A file that the page asks the reader to write, relative to the folder."""

    line: int
    path: str
    text: str


@dataclass(frozen=True, slots=True)
class Command:
    """A command of the page and what it prints there."""

    line: int
    words: tuple[str, ...]
    expected: str


Step = Write | Command


def steps(page: str) -> Iterator[Step]:
    """What a reader of the page would do, in order."""
    for fence in _FENCE.finditer(page):
        line = page.count("\n", 0, fence.start()) + 2
        if fence["language"] == "console":
            yield from _commands(fence["body"], line)
        elif fence["file"]:
            yield Write(line, fence["file"], fence["body"])


def follow(page: str, run: Callable[[tuple[str, ...]], tuple[int, str]]) -> list[str]:
    """Does what the page says in the current folder; the faults, empty when everything comes out as printed.

    `run` takes the words of a command without `policyengine` and gives its exit code and what it prints.
    """
    faults = []
    code = 0
    for step in steps(page):
        if isinstance(step, Write):
            _write(Path(step.path), step.text)
        elif step.words == ("echo", "$?"):
            faults += _differs(step, f"{code}\n")
        elif step.words[0] == "cat":
            faults += _differs(step, Path(step.words[1]).read_text(encoding="utf-8"))
        elif step.words[0] == "policyengine":
            code, printed = _run_all(step.words, run)
            faults += _differs(step, printed)
        else:
            faults.append(f"line {step.line}: `{step.words[0]}` is no command that a page may use")
    return faults


def _run_all(words: tuple[str, ...], run: Callable[[tuple[str, ...]], tuple[int, str]]) -> tuple[int, str]:
    """Runs commands of ours with `;` between them: the exit code of the last, and what all print."""
    code, texts, command = 0, list[str](), list[str]()
    for word in (*words, ";"):
        ends = word.endswith(";")
        command += [word.removesuffix(";")] if word != ";" else []
        if ends:
            code, printed = run(tuple(command[1:]))
            texts, command = [*texts, printed], []
    return code, "".join(texts)


def agrees(expected: str, printed: str) -> bool:
    """Whether the output is the expected one, where a line of three dots stands for any lines."""
    pattern = "".join(
        r"(?:.*\n)*?" if line.strip() == _ANY_LINES else re.escape(line) + r"\n" for line in _lines(expected)
    )
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in _lines(printed))) is not None


def _commands(body: str, line: int) -> Iterator[Command]:
    command, expected, start = "", "", line
    for number, text in enumerate(body.splitlines(), line):
        if command.endswith("\\"):
            command = command[:-1] + text.strip()
        elif text.startswith("$ "):
            if command:
                yield Command(start, tuple(shlex.split(command)), expected)
            command, expected, start = text[2:], "", number
        else:
            expected += f"{text}\n"
    yield Command(start, tuple(shlex.split(command)), expected)


def _differs(step: Command, printed: str) -> list[str]:
    if agrees(step.expected, printed):
        return []
    told = shlex.join(step.words)
    return [f"line {step.line}: $ {told}\n--- the page says\n{step.expected}--- it prints\n{printed}"]


def _lines(text: str) -> list[str]:
    """Lines without blanks at their ends, and without empty lines at the end of the text."""
    return [line.rstrip() for line in text.rstrip().splitlines()]


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
