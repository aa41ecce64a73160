"""`policyengine controls`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from policyengine.analysis.controls import (
    FRAMEWORK,
    ControlDemand,
    ControlScope,
    evaluate_controls,
    every_control,
    read_framework,
)
from policyengine.aws.organization import Organization
from policyengine.base.errors import UsageError
from policyengine.base.text import suggestion
from policyengine.cli.deployed import RefusedProject, read_json, stocked_project
from policyengine.cli.options import (
    AtOption,
    Color,
    ColorOption,
    ControlsFormat,
    DirArgument,
    DirOption,
    InventoryOption,
    OnlyProjectOption,
    OutputOption,
    QuietOption,
    SnapshotOption,
    load_inputs,
    moment,
)
from policyengine.cli.output import CLEAN, FAILED, Output, progress, rendered
from policyengine.report.controls import as_json
from policyengine.report.controls.result import EvaluatedControls


def controls(  # noqa: PLR0913 - the options of interface.md section 3
    directory: DirArgument = None,
    *,
    framework: Annotated[
        str | None,
        typer.Option(
            "--framework",
            metavar="F",
            help="A framework: create-framework's or describe-framework's JSON, or a name in the snapshot.",
            show_default="every control",
        ),
    ] = None,
    inventory: InventoryOption = None,
    option: DirOption = None,
    snapshot: SnapshotOption = None,
    only_project: OnlyProjectOption = False,
    at: AtOption = None,
    form: Annotated[
        ControlsFormat, typer.Option("--format", help="Output for people, for programs, or for AWS Config.")
    ] = ControlsFormat.TERMINAL,
    output: OutputOption = None,
    quiet: QuietOption = False,
    color: ColorOption = Color.AUTO,
) -> int:
    """What Audit Manager and AWS Config will say. Exit 1 where a control is not met; undecided ones are no failure."""
    to, when = Output(form, output, quiet, color), moment(at)
    with progress("evaluating", quiet=quiet):
        project = load_inputs(directory, option, snapshot)
        stocked = stocked_project(project, inventory, when, only_project=only_project, quiet=quiet)
        if isinstance(stocked, RefusedProject):
            return stocked.written(as_json.SCHEMA, to, when, key="controls")
        organization = stocked.organization
        results = evaluate_controls(
            _demands(framework, organization),
            organization,
            stocked.deployment,
            stocked.coverage,
            at=when,
            partition=stocked.partition,
        )
    name = Path(framework).name if framework else ""
    evaluated = EvaluatedControls(results, when, name, stocked.inventory_findings)
    to.write(rendered(evaluated, form, to))
    return FAILED if evaluated.failed or stocked.inventory_fails else CLEAN


def _demands(framework: str | None, organization: Organization) -> tuple[ControlDemand, ...]:
    """The controls of a framework: of one of the snapshot by its name, else of a file."""
    if framework is None:
        return every_control()
    listed = [each for each in organization.frameworks or () if each.name == framework]
    if not listed and not Path(framework).exists():
        names = [each.name for each in organization.frameworks or ()]
        advice = suggestion(framework, names) or "expected a file, or a name under `frameworks` in the snapshot"
        raise UsageError(f"--framework {framework}: no such file or framework; {advice}")
    if not listed:
        return read_framework(read_json(Path(framework), FRAMEWORK), framework)
    demands: list[ControlDemand] = []
    for each in listed:
        accounts = organization.accounts_in(each.accounts)
        place = ControlScope(
            accounts=None if accounts is None else frozenset(accounts),
            regions=frozenset(each.regions) if each.regions else None,
        )
        demands += read_framework(each.content, f"framework {framework}", place)
    return tuple(demands)
