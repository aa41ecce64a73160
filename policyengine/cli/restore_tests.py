"""`policyengine restore-tests`."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated, Any

import typer

from policyengine.analysis.restore_tests import resources_tested
from policyengine.base.errors import UsageError
from policyengine.cli.deployed import deployed_project, inventory_of
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
    load_inputs,
    moment,
)
from policyengine.cli.output import CLEAN, COULD_NOT_JUDGE, FAILED, Output, progress
from policyengine.report.restore_tests import as_json, terminal
from policyengine.report.restore_tests.result import RestoreTests

_LIMIT = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,6})?)(%?)")
_HUNDRED = 100


def restore_tests(  # noqa: PLR0913 - the options of interface.md section 3
    directory: DirArgument = None,
    *,
    inventory: InventoryOption = None,
    max_untested: Annotated[
        str | None,
        typer.Option("--max-untested", metavar="N|P%", help="Exit 1 where there are more.", show_default=False),
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
    """Which resources no restore test reaches, and why; without an inventory which types in which vaults."""
    to, when = Output(form, output, quiet, color), moment(at)
    limit, percent = _limit(max_untested)
    with progress("judging", quiet=quiet):
        project = load_inputs(directory, option, snapshot)
        deployed = deployed_project(project, when, only_project=only_project)
        if deployed.organization is None or deployed.deployment is None:
            to.write(deployed.refused(as_json.SCHEMA, to, when, key="resources"))
            return COULD_NOT_JUDGE
        listed = inventory_of(project, inventory, deployed, when, quiet=quiet)
        coverage = deployed.coverage(listed)
        partition = project.configuration.partition
        rows = resources_tested(deployed.organization, deployed.deployment, coverage, at=when, partition=partition)
        tests = RestoreTests(tuple(rows), when, listed is not None, limit, percent)
    to.write("" if to.silent else _render(tests, form, to))
    return FAILED if tests.failed else CLEAN


def _render(tests: RestoreTests, form: RestoreTestsFormat, to: Output) -> Any:  # noqa: ANN401 - a text or pieces of it
    if form is RestoreTestsFormat.TERMINAL:
        return terminal.render(tests, color=to.colored, width=to.width)
    render: Callable[[RestoreTests], Any] = form.renderer.render
    return render(tests)


def _limit(text: str | None) -> tuple[float | None, bool]:
    """How much may be untested, and whether that is a share."""
    if text is None:
        return None, False
    match = _LIMIT.fullmatch(text)
    if match is None or (match[2] and float(match[1]) > _HUNDRED):
        raise UsageError(f"--max-untested {text}: expected a number such as 0, or a share such as 5%")
    return float(match[1]), bool(match[2])
