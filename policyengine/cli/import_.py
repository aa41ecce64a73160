"""`policyengine import`."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Annotated

import typer
from msgspec.structs import replace

from policyengine.aws.admission import admit
from policyengine.aws.admission.admission_rules import (
    ARCHIVE_SCHEDULE_TOO_FREQUENT,
    SCHEDULE_ENDS,
    SCHEDULE_TOO_FREQUENT,
)
from policyengine.aws.documents import PolicyDocument
from policyengine.base.diagnostics import Diagnostic, Outcome
from policyengine.base.errors import UsageError
from policyengine.base.source import Source
from policyengine.base.text import escaped, quoted
from policyengine.cli.document_files import document_files
from policyengine.cli.given_documents import GivenDocument, given_documents
from policyengine.cli.options import (
    AtOption,
    Color,
    ColorOption,
    DirOption,
    Format,
    FormatOption,
    OutputOption,
    Partition,
    QuietOption,
    below,
    moment,
)
from policyengine.cli.output import CLEAN, Output, colors_wanted, columns_of, put
from policyengine.cli.validate import FilesArgument
from policyengine.files import write_folder
from policyengine.language.compiler import decompile, with_templates
from policyengine.language.language_rules import CONTENT_NOT_IMPORTED
from policyengine.language.syntax import format_module
from policyengine.language.syntax.nodes import Module
from policyengine.report.json_output import finding_json, to_json
from policyengine.report.shown_text import LOG_COMMAND, is_shown
from policyengine.report.terminal_findings import findings_page

SCHEMA = "policyengine/import/1"

_LONGEST_PATH = 1_000
_FILE_NAME = re.compile(r"(?!\.)[A-Za-z0-9_.\- ]{1,128}")  # that of a policy (language.md section 2)
# Refusals that depend on the day: AWS took the document on an earlier day, so it can still be imported.
_OF_THE_DAY = {rule.name for rule in (SCHEDULE_ENDS, SCHEDULE_TOO_FREQUENT, ARCHIVE_SCHEDULE_TOO_FREQUENT)}


def import_(  # noqa: PLR0913 - the options of interface.md section 3
    files: FilesArgument,
    *,
    partition: Annotated[
        Partition, typer.Option("--partition", help="The partition of the documents.")
    ] = Partition.AWS,
    region: Annotated[
        str, typer.Option("--region", metavar="REGION", help="The Region of backup plans.", show_default="of their ARN")
    ] = "",
    option: DirOption = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Write <policy>.bpol each, over no file.", show_default=False),
    ] = None,
    templates: Annotated[
        bool, typer.Option("--templates", help="Write what several policies share once, as templates.")
    ] = False,
    at: AtOption = None,
    form: FormatOption = Format.TERMINAL,
    output: OutputOption = None,
    quiet: QuietOption = False,
    color: ColorOption = Color.AUTO,
) -> int:
    """AWS policy JSON as the language; a policy is named by its file. Exit 2 for what AWS would refuse.

    A folder stands for its .json files, a snapshot for its policies, an answer of describe-policy for the policy in it.
    Backup plans with selections (get-backup-plan, get-backup-selection, CloudFormation) become a policy for each file.
    """
    if out and form is Format.JSON:
        raise UsageError("--out writes .bpol files, which have no other format: leave out --out or --format")
    when, given_files = moment(at), document_files(below(option, files), "import", quiet=quiet)
    given = given_documents(given_files, region=region, partition=partition.value)
    imported = {each.document.name: _import(each, when, partition) for each in given}
    warnings = [warning for outcome in imported.values() for warning in outcome.diagnostics]
    shared, modules = _shared(imported) if templates else ([], {name: each.value for name, each in imported.items()})
    to = Output(form, output, color=color)
    if form is Format.JSON:
        texts = {name: _text([module]) for name, module in modules.items()}
        of_templates = {"templates": _text(shared)} if shared else {}
        findings = list(map(finding_json, warnings))
        to.write(to_json({"schema": SCHEMA, **of_templates, "policies": texts, "findings": findings}))
        return CLEAN
    if not quiet:
        _warn(warnings, color)
    if out:
        _write_each(out, modules, shared)
        if not quiet:
            to.write(f"{len(imported)} {'policy' if len(imported) == 1 else 'policies'} written to {out}\n")
        return CLEAN
    to.write(_text([*shared, *modules.values()]))
    return CLEAN


def _shared(imported: Mapping[str, Outcome[Module]]) -> tuple[list[Module], dict[str, Module]]:
    """The templates of what several policies share, if they share any, and the policies that use them."""
    templates, modules = with_templates([outcome.value for outcome in imported.values()])
    return [templates] if templates.statements else [], dict(zip(imported, modules, strict=True))


def _import(given: GivenDocument, at: datetime, partition: Partition) -> Outcome[Module]:
    document = given.document
    _refuse_inadmissible(document, at)
    outcome = decompile(document, partition=partition.value, name=document.name)
    return replace(outcome, diagnostics=(*_warnings_of_remarks(given), *outcome.diagnostics))


def _warnings_of_remarks(given: GivenDocument) -> Iterator[Diagnostic]:
    """Warnings of what the backup plans say that no policy can."""
    for finding in given.remarks:
        path = "/".join(finding.place)
        yield CONTENT_NOT_IMPORTED.at(
            None, finding.message, help=finding.help, path=path, policies=(given.document.name,)
        )


def _text(modules: Sequence[Module]) -> str:
    statements = tuple(statement for module in modules for statement in module.statements)
    return _inert(format_module(Module(Source("", ""), None, statements, ())))


def _inert(text: str) -> str:
    r"""The text with control and invisible characters as `\uXXXX`: it stands in strings only."""
    shown = text if text.isascii() else "".join(c if c == "\n" or is_shown(c) else _escape(c) for c in text)
    return LOG_COMMAND.sub(r"#\\u0023", shown)


def _escape(character: str) -> str:
    """The escape of a character in the language, of those beyond the basic plane a pair."""
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[place : place + 2].hex()}" for place in range(0, len(units), 2))


def _write_each(folder: Path, modules: Mapping[str, Module], templates: Sequence[Module]) -> None:
    """A file for each policy, and one for the templates, none in the place of another file."""
    texts = {name: _text([module]) for name, module in modules.items()}
    if templates:
        policies = {name.lower() for name in modules}
        texts[next(name for name in _names_of_templates() if name not in policies)] = _text(templates)
    for name in texts:
        if not _FILE_NAME.fullmatch(name):
            raise UsageError(f"policy {quoted(name)}: no file can have this name; import it without --out")
        if os.path.lexists(folder / f"{name}.bpol"):  # a link that leads nowhere, too
            raise UsageError(f"{folder / name}.bpol: it exists already; remove it, or name another folder")
    write_folder(folder, {f"{name}.bpol": text for name, text in texts.items()})


def _names_of_templates() -> Iterator[str]:
    yield "templates"
    yield from (f"templates-{number}" for number in count(2))


def _refuse_inadmissible(document: PolicyDocument, at: datetime) -> None:
    refusals = [diagnostic for diagnostic in admit(document, at=at).diagnostics if diagnostic.name not in _OF_THE_DAY]
    if refusals:
        name = escaped(document.name)
        reasons = "\n".join(f"{name}: {_placed(refusal)}" for refusal in refusals)
        raise UsageError(f"{reasons}\n{name}: AWS would refuse this document, so it cannot be imported")


def _placed(refusal: Diagnostic) -> str:
    if refusal.path:
        return f"{escaped(refusal.path, _LONGEST_PATH)}: {refusal.message}"
    return f"{refusal.message}; {refusal.help}" if refusal.help else refusal.message


def _warn(warnings: Sequence[Diagnostic], color: Color) -> None:
    colored = color is Color.ALWAYS or (color is Color.AUTO and colors_wanted(sys.stderr))
    page = findings_page(warnings, color=colored, width=columns_of(sys.stderr))
    put([page.text()], sys.stderr)
