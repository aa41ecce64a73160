"""`policyengine fmt`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from difflib import unified_diff
from pathlib import Path
from typing import Annotated

import typer

from policyengine.base.diagnostics import Diagnostic
from policyengine.base.errors import UnreadableError
from policyengine.base.records import record
from policyengine.base.source import Source
from policyengine.checkout import require_inside
from policyengine.cli.options import Color, ColorOption, DirOption, Format, FormatOption, OutputOption, QuietOption
from policyengine.cli.output import CLEAN, FAILED, Output, progress, put
from policyengine.files import write_whole
from policyengine.language.syntax import format_source
from policyengine.project import POLICY, decode, find_policies, read_source
from policyengine.report.json_output import finding, to_json
from policyengine.report.terminal import TerminalPage, count, write_diagnostic

_STDIN = Path("-")


@record
class _Formatted:
    """One file before and after; `after` is None where it could not be formatted."""

    path: Path
    source: Source
    after: str | None
    findings: tuple[Diagnostic, ...]

    @property
    def changed(self) -> bool:
        return self.after is not None and self.after != self.source.text


def fmt(  # noqa: PLR0913 - the options of interface.md section 3
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="PATH", help="Files and folders; - for standard input.", show_default=False),
    ] = None,
    *,
    check: Annotated[bool, typer.Option("--check", help="Write nothing; exit 1 where the layout differs.")] = False,
    diff: Annotated[bool, typer.Option("--diff", help="Write nothing; print what would change.")] = False,
    option: DirOption = None,
    form: FormatOption = Format.TERMINAL,
    output: OutputOption = None,
    quiet: QuietOption = False,
    color: ColorOption = Color.AUTO,
) -> int:
    """Canonical layout of policy files, comments kept. Exit 1 for files with faults, and with --check on a hit."""
    to = Output(form, output, quiet, color)
    with progress("formatting", quiet=quiet):
        done = [_format(path) for path in _files(paths or [option or Path()])]
    piped = [one for one in done if one.path == _STDIN]
    if not (check or diff):
        for one in done:
            if one.changed and one.after is not None and one not in piped:
                write_whole(one.path, [one.after])
    if piped and not (check or diff):
        Output(file=output).write([one.after for one in piped if one.after is not None])
        _complain(piped)
    elif not to.silent:
        to.write(_text(done, to, check=check, diff=diff))
    return FAILED if any(one.after is None or (check and one.changed) for one in done) else CLEAN


def _files(paths: Sequence[Path]) -> list[Path]:
    found: list[Path] = []
    for path in paths:
        if path != _STDIN and not path.exists():
            raise UnreadableError(f"{path}: no such file or folder")
        found += _inside(path) if path.is_dir() else [path]
    return list(dict.fromkeys(found))


def _inside(folder: Path) -> list[Path]:
    """The policy files of a folder, none of which leads out of its git checkout."""
    files = find_policies(folder, ["**/*.bpol"])
    for file in files:
        require_inside(file, folder)
    return files


def _format(path: Path) -> _Formatted:
    source = _standard_input() if path == _STDIN else read_source(path, POLICY)
    outcome = format_source(source)
    return _Formatted(path, source, None if outcome.failed else outcome.value, outcome.diagnostics)


def _standard_input() -> Source:
    content = sys.stdin.buffer.read(POLICY.most + 1)
    if len(content) > POLICY.most:
        raise POLICY.too_large("<stdin>", len(content))
    return Source("<stdin>", decode(content, "<stdin>"))


def _complain(done: Sequence[_Formatted]) -> None:
    """Findings about standard input go to standard error: standard output is the formatted text."""
    page = TerminalPage(color=False)
    for one in done:
        for found in one.findings:
            write_diagnostic(page, found, {})
    put([page.text()], sys.stderr)


def _text(done: Sequence[_Formatted], to: Output, *, check: bool, diff: bool) -> str:
    if to.format is Format.JSON:
        files = [
            {"file": one.source.name, "changed": one.changed, "findings": [finding(found) for found in one.findings]}
            for one in done
        ]
        return to_json({"schema": "policyengine/fmt/1", "files": files})
    page = TerminalPage(color=to.colored)
    for one in done:
        for found in one.findings:
            write_diagnostic(page, found, {})
        if one.changed and diff:
            _diff(page, one)
        elif one.changed:
            page.line(("would change: " if check else "changed: ", "warning"), one.source.name)
    page.line(_summary(done, "to change" if check or diff else "changed"))
    return page.text()


def _summary(done: Sequence[_Formatted], verb: str) -> str:
    faulty = sum(one.after is None for one in done)
    summary = f"{count(len(done), 'file')}, {sum(one.changed for one in done)} {verb}"
    return f"{summary}, {faulty} with faults" if faulty else summary


def _diff(page: TerminalPage, one: _Formatted) -> None:
    styles = {"+": "good", "-": "error", "@": "place"}
    for line in unified_diff(_lines(one.source.text), _lines(one.after or ""), one.source.name, one.source.name):
        text = line.removesuffix("\n")
        page.verbatim((text, styles[line[0]]) if line[0] in styles else text)
        if text == line:
            page.line("\\ No newline at end of file")


def _lines(text: str) -> list[str]:
    *ended, rest = text.split("\n")
    return [f"{line}\n" for line in ended] + ([rest] if rest else [])
