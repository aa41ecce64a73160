"""`policyengine init`."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from policyengine.base.errors import UsageError
from policyengine.cli.options import (
    Color,
    ColorOption,
    DirArgument,
    DirOption,
    Format,
    FormatOption,
    OutputOption,
    QuietOption,
    folder,
)
from policyengine.cli.output import CLEAN, Output
from policyengine.files import write_folder
from policyengine.report.json_output import to_json
from policyengine.report.terminal import TerminalPage

_FILES = ("policyengine.toml", "organization.yaml", "backup.bpol")


def init(  # noqa: PLR0913 - the options of interface.md section 3
    directory: DirArgument = None,
    *,
    option: DirOption = None,
    form: FormatOption = Format.TERMINAL,
    output: OutputOption = None,
    quiet: QuietOption = False,
    color: ColorOption = Color.AUTO,
) -> int:
    """Writes a small working project with comments. Exit 2 where one of its files is there already."""
    target = folder(directory, option)
    for name in _FILES:
        if (target / name).exists():
            raise UsageError(f"{target / name} is there already; `init` overwrites nothing: name another folder")
    starter = files("policyengine.cli").joinpath("starter")
    write_folder(target, {name: starter.joinpath(name).read_text(encoding="utf-8") for name in _FILES})
    to = Output(form, output, quiet, color)
    if form is Format.JSON:
        to.write(to_json({"schema": "policyengine/init/1", "written": [str(target / name) for name in _FILES]}))
        return CLEAN
    page = TerminalPage(color=to.colored)
    for name in _FILES:
        page.line(("wrote ", "good"), str(target / name))
    page.line(f"next: policyengine check {target}" if target != Path() else "next: policyengine check")
    to.write(page.text())
    return CLEAN
