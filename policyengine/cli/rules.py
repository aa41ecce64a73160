"""`policyengine rules`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from policyengine.analysis.findings.registry import RULES
from policyengine.base.errors import UsageError
from policyengine.base.rules import Rule
from policyengine.base.text import suggestion
from policyengine.cli.options import Color, ColorOption, DirOption, Format, FormatOption, OutputOption, QuietOption
from policyengine.cli.output import CLEAN, Output
from policyengine.files import write_folder
from policyengine.report.rules import catalogue_json, catalogue_text, page_json, pages


def rules(  # noqa: PLR0913 - the options of interface.md section 3
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="A check's name or code.", show_default=False)
    ] = None,
    *,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Write every page and an index, as Markdown.", show_default=False),
    ] = None,
    option: DirOption = None,  # noqa: ARG001 - every command takes it; this one reads no project
    form: FormatOption = Format.TERMINAL,
    output: OutputOption = None,
    quiet: QuietOption = False,
    color: ColorOption = Color.AUTO,
) -> int:
    """The catalogue of checks, or one check's page."""
    to = Output(form, output, quiet, color)
    if out:
        write_folder(out, pages(RULES))
        return CLEAN
    if name is None:
        to.write(catalogue_json(RULES) if form is Format.JSON else catalogue_text(RULES, color=to.colored))
        return CLEAN
    rule = _find(name)
    to.write(page_json(rule) if form is Format.JSON else rule.page.text)
    return CLEAN


def _find(name: str) -> Rule:
    for rule in RULES:
        if name.lower() == rule.name or name.upper() == rule.code:
            return rule
    advice = suggestion(name, [rule.name for rule in RULES]) or "`policyengine rules` lists them"
    raise UsageError(f"{name}: no such check; {advice}")
