"""`policyengine restore-tests`."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from policyengine.analysis.restore_tests import resources_tested
from policyengine.cli.deployed import DeployedProject, RefusedProject, stocked_project
from policyengine.cli.gate import check_resources
from policyengine.cli.options import (
    AtOption,
    Color,
    ColorOption,
    DirArgument,
    DirOption,
    InventoryOption,
    OnlyProjectOption,
    OutputOption,
    QuietOption,
    RestoreTestsFormat,
    SnapshotOption,
    limit_of,
    load_inputs,
    moment,
)
from policyengine.cli.output import CLEAN, COULD_NOT_JUDGE, FAILED, Output, progress, rendered
from policyengine.engine import evaluate
from policyengine.project import Project
from policyengine.report.check import CheckResult
from policyengine.report.restore_tests import as_json
from policyengine.report.restore_tests.result import RestoreTests


def restore_tests(  # noqa: PLR0913 - the options of interface.md section 3
    directory: DirArgument = None,
    *,
    inventory: InventoryOption = None,
    max_untested: Annotated[
        str | None,
        typer.Option(
            "--max-untested",
            metavar="N|P%",
            help="Exit 1 where more are not tested; P% is a share of what is decided. Exit 2 where nothing is decided.",
            show_default=False,
        ),
    ] = None,
    option: DirOption = None,
    snapshot: SnapshotOption = None,
    only_project: OnlyProjectOption = False,
    at: AtOption = None,
    form: Annotated[
        RestoreTestsFormat, typer.Option("--format", help="Output for people, for programs, or for a pull request.")
    ] = RestoreTestsFormat.TERMINAL,
    output: OutputOption = None,
    quiet: QuietOption = False,
    color: ColorOption = Color.AUTO,
) -> int:
    """Which resources no restore test reaches, and why; without an inventory which types in which vaults.

    Exit 1 where a requirement on resources, or the limit, does not hold.
    """
    to, when = Output(form, output, quiet, color), moment(at)
    limit = limit_of("--max-untested", max_untested)
    with progress("judging", quiet=quiet):
        project = load_inputs(directory, option, snapshot)
        stocked = stocked_project(project, inventory, when, only_project=only_project, quiet=quiet)
        if isinstance(stocked, RefusedProject):
            return stocked.written(as_json.SCHEMA, to, when, key="resources")
        rows = resources_tested(
            stocked.organization, stocked.deployment, stocked.coverage, at=when, partition=stocked.partition
        )
        check = _requirements(project, stocked, when, snapshot, only_project=only_project)
        listed = stocked.inventory
        hidden = listed.not_visible if listed else ()
        about = stocked.inventory_findings
        tests = RestoreTests(tuple(rows), when, listed is not None, limit, check, hidden, about)
    to.write(rendered(tests, form, to))
    if tests.failed or stocked.inventory_fails:
        return FAILED
    return COULD_NOT_JUDGE if tests.undecided else CLEAN


def _requirements(
    project: Project, stocked: DeployedProject, at: datetime, snapshot: Path | None, *, only_project: bool
) -> CheckResult | None:
    """The verdict on the requirements that ask for resources, undecided without an inventory; None where none asks."""
    if not project.sources:
        return None
    evaluation = evaluate(
        project.sources,
        project.snapshot,
        at=at,
        partition=stocked.partition,
        only_project=only_project,
        inventory=stocked.inventory,
    )
    check = check_resources(project, evaluation, at, snapshot)
    return check if check.demanded else None
