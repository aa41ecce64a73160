"""`policyengine validate`."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from policyengine.aws.admission import admit
from policyengine.aws.policy_text import TextFault, read_document, unread_document
from policyengine.cli.document_files import document_files
from policyengine.cli.options import (
    AtOption,
    Color,
    ColorOption,
    DirOption,
    Format,
    FormatOption,
    OutputOption,
    QuietOption,
    below,
    moment,
)
from policyengine.cli.output import CLEAN, FAILED, Output, progress
from policyengine.project import DOCUMENT, read_source
from policyengine.report.json_output import stamp
from policyengine.report.validate import ValidatedFile, as_json, terminal

FilesArgument = Annotated[list[Path], typer.Argument(metavar="FILE", help="Policy documents, AWS's JSON.")]


def validate(  # noqa: PLR0913 - the options of interface.md section 3
    files: FilesArgument,
    *,
    option: DirOption = None,
    at: AtOption = None,
    form: FormatOption = Format.TERMINAL,
    output: OutputOption = None,
    quiet: QuietOption = False,
    color: ColorOption = Color.AUTO,
) -> int:
    """Would AWS admit these raw policy documents? Exit 1 when it would refuse one.

    A folder stands for its .json files.
    """
    to, when = Output(form, output, quiet, color), moment(at)
    with progress("validating", quiet=quiet):
        named = document_files(below(option, files), "validate", quiet=quiet)
        documents = [_validate(file, when) for file in named]
    if not to.silent:
        json = form is Format.JSON
        to.write(as_json(documents, stamp(when)) if json else terminal(documents, color=to.colored, width=to.width))
    return FAILED if any(document.findings for document in documents) else CLEAN


def _validate(file: Path, at: datetime) -> ValidatedFile:
    source = read_source(file, DOCUMENT)
    document = read_document(file.stem, source.text)
    if isinstance(document, TextFault):
        document = unread_document(file.stem, source.text, document)
    return ValidatedFile(source.name, len(source.text), admit(document, at=at).diagnostics)
