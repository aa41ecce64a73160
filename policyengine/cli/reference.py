"""`policyengine rules` and `policyengine schema`: what can be found, and the shapes of what is read and written."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from policyengine.analysis.findings.baseline import baseline_schema
from policyengine.analysis.findings.registry import RULES
from policyengine.aws.snapshot.snapshot import snapshot_schema
from policyengine.base.errors import UsageError
from policyengine.base.rules import Rule
from policyengine.base.text import suggestion
from policyengine.cli.options import Color, ColorOption, DirOption, Format, FormatOption, OutputOption, QuietOption
from policyengine.cli.output import CLEAN, Output
from policyengine.files import write_folder
from policyengine.report.json_output import to_json
from policyengine.report.rules import catalogue_json, catalogue_text, page_json, pages
from policyengine.report.schemas import OUTPUTS, output_schema


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


_INPUTS = {"snapshot": snapshot_schema, "baseline": baseline_schema}


def schema(  # noqa: PLR0913 - the options of interface.md section 3
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="snapshot, baseline, or an output: check, effective, ...")
    ],
    *,
    option: DirOption = None,  # noqa: ARG001 - every command takes it; this one reads no project
    form: FormatOption = Format.JSON,
    output: OutputOption = None,
    quiet: QuietOption = False,
    color: ColorOption = Color.AUTO,
) -> int:
    """The JSON Schema of an input or of a command's JSON output, which is JSON for people too."""
    if name not in _INPUTS and name not in OUTPUTS:
        raise UsageError(f"{name}: no such schema; there are {', '.join((*_INPUTS, *sorted(OUTPUTS)))}")
    found = _INPUTS[name]() if name in _INPUTS else output_schema(name)
    Output(form, output, quiet, color).write(to_json(found))
    return CLEAN
