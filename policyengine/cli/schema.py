"""`policyengine schema`."""

from __future__ import annotations

from typing import Annotated

import typer

from policyengine.analysis.findings.baseline import baseline_schema
from policyengine.aws.snapshot.snapshot import snapshot_schema
from policyengine.base.errors import UsageError
from policyengine.cli.options import Color, ColorOption, DirOption, Format, FormatOption, OutputOption, QuietOption
from policyengine.cli.output import CLEAN, Output
from policyengine.report.json_output import to_json
from policyengine.report.schemas import OUTPUTS, output_schema

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
