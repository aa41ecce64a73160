"""`policyengine export`."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from policyengine.analysis.findings import faults_of
from policyengine.base.diagnostics import Diagnostic
from policyengine.base.errors import UsageError
from policyengine.base.text import listed, quoted
from policyengine.cli.options import (
    AtOption,
    Color,
    ColorOption,
    DirOption,
    Format,
    FormatOption,
    OnlyProjectOption,
    OutputOption,
    QuietOption,
    SnapshotOption,
    load_inputs,
    moment,
    require_snapshot,
)
from policyengine.cli.output import CLEAN, COULD_NOT_JUDGE, FAILED, Output, note, progress
from policyengine.cli.resolution import resolve_accounts
from policyengine.engine import AdmittedProject, admitted_project
from policyengine.export import (
    IMPORTS,
    Export,
    account_plans,
    cloudformation,
    exported,
    not_adoptable,
    plan_regions,
    terraform,
)
from policyengine.files import write_folder
from policyengine.project import Project
from policyengine.report.export import as_json
from policyengine.report.finding_text import tally
from policyengine.report.json_output import stamp, to_json
from policyengine.report.shown_text import count
from policyengine.report.terminal_findings import findings_page


class ExportTool(StrEnum):
    """The tool that rolls a project out."""

    TERRAFORM = "terraform"
    CLOUDFORMATION = "cloudformation"
    BACKUP_PLAN = "backup-plan"


_FILES = {ExportTool.TERRAFORM: terraform, ExportTool.CLOUDFORMATION: cloudformation}

ToolArgument = Annotated[
    ExportTool, typer.Argument(metavar="TOOL", help="terraform, cloudformation or backup-plan.", show_default=False)
]
SubjectArgument = Annotated[
    str | None,
    typer.Argument(
        metavar="DIR|ACCOUNT", help="The project's folder; with backup-plan, an account.", show_default=False
    ),
]


def export(  # noqa: PLR0913 - the options of interface.md section 3
    tool: ToolArgument,
    subject: SubjectArgument = None,
    *,
    option: DirOption = None,
    snapshot: SnapshotOption = None,
    only_project: OnlyProjectOption = False,
    importing: Annotated[bool, typer.Option("--import", help="Adopt what AWS has, by the snapshot's ids.")] = False,
    region: Annotated[
        str, typer.Option("--region", metavar="REGION", help="With backup-plan: where it runs.", show_default=False)
    ] = "",
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Write the tool's files.", show_default=False)
    ] = None,
    at: AtOption = None,
    form: FormatOption = Format.TERMINAL,
    output: OutputOption = None,
    quiet: QuietOption = False,
    color: ColorOption = Color.AUTO,
) -> int:
    """What Terraform, CloudFormation or AWS Backup need to roll out a project. Exit 1 when AWS would refuse it."""
    to, when = Output(form, output, quiet, color), moment(at)
    if tool is ExportTool.BACKUP_PLAN:
        _refuse_options(tool, {"--import": importing, "--only-project": only_project, "--out": out is not None})
        return _plans_of_account(load_inputs(None, option, snapshot), subject, region, when, to)
    _refuse_options(tool, {"--region": bool(region)})
    folder = Path(subject) if subject else None
    with progress("exporting", quiet=quiet):
        project = load_inputs(folder, option, snapshot)
        partition = project.configuration.partition
        outcome = admitted_project(
            project.sources, project.snapshot, at=when, partition=partition, only_project=only_project
        )
    if outcome.value is None:
        _write_faults(faults_of(outcome.diagnostics), to, stamp(when))
        return FAILED
    result = _exported(project, outcome.value)
    if importing:
        require_snapshot(project)
    files = _FILES[tool](result, importing=importing)
    _deliver(files, out, to, stamp(when))
    if importing and not quiet:
        _warn_of_lacking_ids(result)
    elif tool is ExportTool.TERRAFORM and out is not None and not quiet:
        _warn_of_earlier_imports(out)
    return CLEAN


def _warn_of_earlier_imports(folder: Path) -> None:
    """Names the imports of an earlier export: they are the user's once they are written, and Terraform obeys them."""
    if os.path.lexists(folder / IMPORTS):
        advice = "remove it once Terraform has adopted what it names, or export with `--import` again"
        note(f"export: {folder / IMPORTS}: left from an export with `--import`; {advice}")


def _warn_of_lacking_ids(export: Export) -> None:
    if lacking := not_adoptable(export):
        advice = "`pull` reads the ids"
        note(f"export: {listed(lacking)}: not adopted, there is no `id` in the snapshot; {advice}")


def _refuse_options(tool: ExportTool, given: Mapping[str, bool]) -> None:
    for name, is_given in given.items():
        if is_given:
            raise UsageError(f"{name}: `export {tool.value}` has no such option")


def _exported(project: Project, admitted: AdmittedProject) -> Export:
    """The export of a project. Raises `UsageError` where there is nothing in it."""
    if not admitted.policies:
        raise UsageError(f"{project.root}: nothing to export, no policies")
    return exported(admitted.compiled, admitted.organization, admitted.snapshot)


def _write_faults(findings: tuple[Diagnostic, ...], to: Output, at: str) -> None:
    if to.silent:
        return
    if to.format is Format.JSON:
        to.write(as_json({}, at, findings=findings))
        return
    page = findings_page(findings, color=to.colored, width=to.width)
    page.line(("fail", "error"), f": {tally(findings)}")
    to.write(page.text())


def _deliver(files: Mapping[str, str], out: Path | None, to: Output, at: str) -> None:
    """Writes the files into a folder, and without one the first, in which the others are named, to the terminal."""
    if out is not None:
        write_folder(out, files)
    if to.silent:
        return
    if to.format is Format.JSON:
        to.write(as_json(files, at))
    elif out is None:
        to.write(next(iter(files.values())))
    else:
        to.write(f"{count(len(files), 'file')} written to {out}\n")


def _plans_of_account(project: Project, account: str | None, region: str, at: datetime, to: Output) -> int:
    if not account or not region:
        raise UsageError("export backup-plan: name an account and its Region: `export backup-plan ACCOUNT --region R`")
    resolution = resolve_accounts(project, [account], at, only_project=False)
    if resolution.findings or not resolution.accounts:
        _write_faults(tuple(resolution.findings), to, stamp(at))
        return COULD_NOT_JUDGE
    if len(resolution.accounts) > 1:
        raise UsageError(f"{quoted(account)}: {len(resolution.accounts)} accounts match, expected one")
    policy = resolution.accounts[0]
    if policy.status == "disabled":
        raise UsageError(f"{quoted(account)}: backup policies are not enabled in this organization, so it has no plans")
    if policy.published is None:
        raise UsageError(f"{quoted(account)}: nobody knows what AWS publishes: its policy is invalid, or there is none")
    plans = account_plans(policy.published, policy.account.id or "", region)
    if not plans:
        regions = listed(plan_regions(policy.published)) or "none"
        raise UsageError(f"{quoted(account)}: no plan runs in {quoted(region)}; its plans run in {regions}")
    if not to.silent:
        is_json = to.format is Format.JSON
        to.write(as_json({}, stamp(at), plans=plans) if is_json else to_json(plans))
    return CLEAN
