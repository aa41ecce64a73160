"""`policyengine test`."""

from __future__ import annotations

from typing import Annotated

import typer

from policyengine.analysis.findings import faults_of
from policyengine.checkout import prefix_of
from policyengine.cli.options import (
    AtOption,
    Color,
    ColorOption,
    DirArgument,
    DirOption,
    OnlyProjectOption,
    OutputOption,
    QuietOption,
    SnapshotOption,
    TestFormat,
    load_inputs,
    moment,
    require_snapshot,
)
from policyengine.cli.output import CLEAN, FAILED, Output, progress, rendered
from policyengine.engine import run_project_tests
from policyengine.report.test import ProjectTestReport


def test(  # noqa: PLR0913 - the options of interface.md section 3
    directory: DirArgument = None,
    *,
    option: DirOption = None,
    snapshot: SnapshotOption = None,
    only_project: OnlyProjectOption = False,
    coverage: Annotated[bool, typer.Option("--coverage", help="Tell what no test looks at.")] = False,
    min_coverage: Annotated[
        int | None,
        typer.Option(
            "--min-coverage", metavar="PERCENT", min=0, max=100, help="Fail below this coverage.", show_default=False
        ),
    ] = None,
    at: AtOption = None,
    form: Annotated[
        TestFormat, typer.Option("--format", help="Output for people, for programs, or a test report.")
    ] = TestFormat.TERMINAL,
    output: OutputOption = None,
    quiet: QuietOption = False,
    color: ColorOption = Color.AUTO,
) -> int:
    """Runs the `test` declarations of a project. Exit 1 when one fails, or the text has faults."""
    to, when = Output(form, output, quiet, color), moment(at)
    with progress("testing", quiet=quiet):
        project = load_inputs(directory, option, snapshot)
        outcome = run_project_tests(
            project.sources,
            require_snapshot(project),
            at=when,
            partition=project.configuration.partition,
            only_project=only_project,
            coverage=coverage or min_coverage is not None,
        )
        findings = () if outcome.value else faults_of(outcome.diagnostics)
        tested = ProjectTestReport(outcome.value, findings, when, min_coverage, prefix_of(project.root))
        text = rendered(tested, form, to)
    to.write(text)
    return FAILED if tested.failed else CLEAN
