"""`policyengine show`."""

from __future__ import annotations

from datetime import datetime

from policyengine.analysis.findings import faults_of
from policyengine.aws.merge import resolve
from policyengine.aws.organization import Organization
from policyengine.cli.options import (
    AtOption,
    Color,
    ColorOption,
    DirArgument,
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
from policyengine.cli.output import CLEAN, COULD_NOT_JUDGE, Output, progress
from policyengine.cli.resolution import Resolution, refused
from policyengine.engine import admit_policies, assemble
from policyengine.report.json_output import stamp
from policyengine.report.show import SCHEMA, as_json, terminal


def show(  # noqa: PLR0913 - the options of interface.md section 3
    directory: DirArgument = None,
    *,
    option: DirOption = None,
    snapshot: SnapshotOption = None,
    only_project: OnlyProjectOption = False,
    at: AtOption = None,
    form: FormatOption = Format.TERMINAL,
    output: OutputOption = None,
    quiet: QuietOption = False,
    color: ColorOption = Color.AUTO,
) -> int:
    """The tree of the organization with attachments, and the plans that every account ends up with."""
    to, when = Output(form, output, quiet, color), moment(at)
    with progress("reading the organization", quiet=quiet):
        project = load_inputs(directory, option, snapshot)
        require_snapshot(project)
        partition = project.configuration.partition
        outcome = assemble(project.sources, project.snapshot, partition=partition, only_project=only_project)
        organization = None if outcome.failed else outcome.value
        text = _render(organization, when, to) if organization and not to.silent else ""
    if organization is None:
        findings = faults_of(outcome.diagnostics)
        to.write(refused(SCHEMA, Resolution(findings=findings), to, stamp(when)))
        return COULD_NOT_JUDGE
    to.write(text)
    return CLEAN


def _render(organization: Organization, at: datetime, to: Output) -> str:
    """The tree; what AWS would refuse is left out of the policies, and named."""
    refused_policies = admit_policies(organization.policies.values(), at).substitutes
    effective = resolve(organization, at=at, substitutes=refused_policies)
    if to.format is Format.JSON:
        return as_json(organization, effective, stamp(at), refused=refused_policies)
    return terminal(organization, effective, refused=refused_policies, color=to.colored, width=to.width)
