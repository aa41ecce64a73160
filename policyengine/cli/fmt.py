"""`policyengine fmt`."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated

import typer

from policyengine.base.diagnostics import Diagnostic
from policyengine.base.errors import UnreadableError
from policyengine.base.records import Record
from policyengine.base.source import Source
from policyengine.checkout import require_inside
from policyengine.cli.options import Color, ColorOption, DirOption, Format, FormatOption, OutputOption, QuietOption
from policyengine.cli.output import CLEAN, FAILED, Output, progress, put
from policyengine.files import write_whole
from policyengine.language.syntax import format_source
from policyengine.project import POLICY, decode, find_policies, read_source
from policyengine.report.json_output import finding_json, to_json
from policyengine.report.shown_text import count
from policyengine.report.terminal import TerminalPage, write_text_diff
from policyengine.report.terminal_findings import write_diagnostic
from policyengine.unopened_files import meant_name

_STDIN = Path("-")


class _Formatted(Record):
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
        results = [_format(path) for path in _files(paths or [option or Path()])]
    piped = [formatted for formatted in results if formatted.path == _STDIN]
    writes = not (check or diff)
    if writes:
        _write([formatted for formatted in results if formatted not in piped])
    if piped and writes:
        Output(file=output).write([formatted.after for formatted in piped if formatted.after is not None])
        _complain(piped)
    elif not to.silent:
        to.write(_text(results, to, check=check, diff=diff))
    return FAILED if any(formatted.after is None or (check and formatted.changed) for formatted in results) else CLEAN


def _files(paths: Sequence[Path]) -> list[Path]:
    files: list[Path] = []
    for path in paths:
        if path != _STDIN and not path.exists():
            near = meant_name(path)
            raise UnreadableError(f"{path}: no such file or folder, expected policy files{f'; {near}' if near else ''}")
        files += _inside(path) if path.is_dir() else [path]
    return list(dict.fromkeys(files))


def _inside(folder: Path) -> list[Path]:
    """The policy files of a folder; none leads out of its git checkout."""
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


def _write(done: Iterable[_Formatted]) -> None:
    """Writes the files whose layout differs."""
    for formatted in done:
        if formatted.changed and formatted.after is not None:
            write_whole(formatted.path, [formatted.after])


def _complain(done: Sequence[_Formatted]) -> None:
    """Findings about standard input go to standard error: standard output is the formatted text."""
    page = TerminalPage(color=False)
    for formatted in done:
        for finding in formatted.findings:
            write_diagnostic(page, finding)
    put([page.text()], sys.stderr)


def _text(done: Sequence[_Formatted], to: Output, *, check: bool, diff: bool) -> str:
    if to.format is Format.JSON:
        files = [
            {
                "file": formatted.source.name,
                "changed": formatted.changed,
                "findings": list(map(finding_json, formatted.findings)),
            }
            for formatted in done
        ]
        return to_json({"schema": "policyengine/fmt/1", "files": files})
    page = TerminalPage(color=to.colored, width=to.width)
    for formatted in done:
        for diagnostic in formatted.findings:
            write_diagnostic(page, diagnostic)
        if formatted.changed and diff:
            write_text_diff(page, formatted.source.name, formatted.source.text, formatted.after or "")
        elif formatted.changed:
            page.line(("would change: " if check else "changed: ", "warning"), formatted.source.name)
    page.line(_summary(done, "to change" if check or diff else "changed"))
    return page.text()


def _summary(done: Sequence[_Formatted], verb: str) -> str:
    faulty = sum(formatted.after is None for formatted in done)
    summary = f"{count(len(done), 'file')}, {sum(formatted.changed for formatted in done)} {verb}"
    return f"{summary}, {faulty} with faults" if faulty else summary
