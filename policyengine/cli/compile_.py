"""`policyengine compile`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from policyengine.analysis.findings import Gate, Verdict, settle
from policyengine.analysis.findings.registry import LEVELLED
from policyengine.aws.documents import Compiled
from policyengine.aws.policy_text import minify
from policyengine.base.errors import UsageError
from policyengine.cli.options import (
    AtOption,
    Color,
    ColorOption,
    DirArgument,
    DirOption,
    Format,
    FormatOption,
    OutputOption,
    QuietOption,
    folder,
    moment,
)
from policyengine.cli.output import CLEAN, FAILED, Output, progress
from policyengine.engine import compile_and_admit
from policyengine.files import write_folder
from policyengine.project import load_project
from policyengine.report.compile import ATTACHMENTS, as_json, attachments_json, terminal
from policyengine.report.json_output import stamp

OutOption = Annotated[
    Path | None,
    typer.Option("--out", metavar="DIR", help="Write <policy>.json each and attachments.json.", show_default=False),
]


def compile_(  # noqa: PLR0913 - the options of interface.md section 3
    directory: DirArgument = None,
    *,
    option: DirOption = None,
    out: OutOption = None,
    at: AtOption = None,
    form: FormatOption = Format.TERMINAL,
    output: OutputOption = None,
    quiet: QuietOption = False,
    color: ColorOption = Color.AUTO,
) -> int:
    """The AWS documents of a project, minified, with sizes. Exit 1 when it does not compile or AWS would refuse one."""
    to, when = Output(form, output, quiet, color), moment(at)
    with progress("compiling", quiet=quiet):
        project = load_project(folder(directory, option), known_checks=LEVELLED, with_snapshot=False)
        if not project.sources:
            raise UsageError(f"{project.root}: nothing to compile, no .bpol files")
        outcome = compile_and_admit(project.sources, at=when, partition=project.configuration.partition)
        verdict = settle(outcome.diagnostics, Gate())
    if out and not verdict.failed:
        write_folder(out, _files(outcome.value))
    if not to.silent:
        to.write(_text(outcome.value, verdict, to, stamp(when), listed=out is None))
    return FAILED if verdict.failed else CLEAN


def _text(compiled: Compiled, verdict: Verdict, to: Output, at: str, *, listed: bool) -> str:
    """The result; documents that went to a folder are not printed as well."""
    if to.format is Format.JSON:
        return as_json(compiled, verdict.diagnostics, at)
    return terminal(compiled, verdict, documents=listed, color=to.colored, width=to.width)


def _files(compiled: Compiled) -> dict[str, str]:
    """File names and texts for `--out`; a policy's name holds no character that a path could obey."""
    files = {f"{policy.name}.json": minify(policy.content) for policy in compiled.policies}
    if ATTACHMENTS in map(str.casefold, files):
        raise UsageError(f"a policy named `attachments` would be overwritten by {ATTACHMENTS}: rename it")
    attachments = attachments_json(compiled.attachments)
    return {**files, ATTACHMENTS: json.dumps(attachments, indent=2) + "\n"}
