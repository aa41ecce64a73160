"""Options that several commands share, their values, and the project or snapshot that a command works on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Annotated, Self

import typer

from policyengine.analysis.findings import GateLimit
from policyengine.analysis.findings.registry import LEVELLED
from policyengine.base import page_url
from policyengine.base.errors import UsageError
from policyengine.base.source import Source
from policyengine.project import SNAPSHOT, Project, load_project, read_source, snapshot_only


class Format(StrEnum):
    """Output for people or for programs."""

    TERMINAL = "terminal"
    JSON = "json"


class RenderedFormat(StrEnum):
    """Formats, each with the module below `policyengine.report` that renders it and is imported on demand."""

    module: str

    def __new__(cls, name: str, module: str) -> Self:
        """A format by its name on the command line."""
        form = str.__new__(cls, name)
        form._value_, form.module = name, module
        return form

    @property
    def renderer(self) -> ModuleType:
        """The module, which has a function `render` from the command's result to text."""
        return import_module(f"policyengine.report.{self.module}")


class CheckFormat(RenderedFormat):
    """Output of `check`: for people, for programs, and for the systems that show findings."""

    TERMINAL = "terminal", "check.terminal"
    JSON = "json", "check.as_json"
    SARIF = "sarif", "check.sarif"
    JUNIT = "junit", "check.junit"
    GITHUB = "github", "check.github"
    GITLAB = "gitlab", "check.gitlab"
    MARKDOWN = "markdown", "check.markdown"
    HTML = "html", "html"


class DiffFormat(RenderedFormat):
    """Output of `diff`: for people, for programs, and for a comment on a pull request."""

    TERMINAL = "terminal", "diff.terminal"
    JSON = "json", "diff.as_json"
    MARKDOWN = "markdown", "diff.markdown"
    HTML = "html", "html"


class DriftFormat(RenderedFormat):
    """Output of `drift`: for people, for programs, for code scanning, and for an issue."""

    TERMINAL = "terminal", "drift.terminal"
    JSON = "json", "drift.as_json"
    SARIF = "sarif", "drift.sarif"
    MARKDOWN = "markdown", "drift.markdown"


class TestFormat(RenderedFormat):
    """Output of `test`: for people, for programs, and a test report."""

    __test__ = False  # no test of ours

    TERMINAL = "terminal", "test.terminal"
    JSON = "json", "test.as_json"
    JUNIT = "junit", "test.junit"


class ProveFormat(RenderedFormat):
    """Output of `prove`: for people, for programs, for a comment on a pull request."""

    TERMINAL = "terminal", "prove.terminal"
    JSON = "json", "prove.as_json"
    MARKDOWN = "markdown", "prove.markdown"
    HTML = "html", "prove.html"


class ControlsFormat(RenderedFormat):
    """Output of `controls`: for people, for programs, for a comment on a pull request, for AWS Config."""

    TERMINAL = "terminal", "controls.terminal"
    JSON = "json", "controls.as_json"
    MARKDOWN = "markdown", "controls.markdown"
    CONFIG = "config", "controls.config"


class AlarmsFormat(RenderedFormat):
    """The tool that templates of alarms are for."""

    CLOUDFORMATION = "cloudformation", "alarms.cloudformation"
    TERRAFORM = "terraform", "alarms.terraform"


class RestoreTestsFormat(RenderedFormat):
    """Output of `restore-tests`: for people, for programs, for a comment on a pull request."""

    TERMINAL = "terminal", "restore_tests.terminal"
    JSON = "json", "restore_tests.as_json"
    MARKDOWN = "markdown", "restore_tests.markdown"


class CostFormat(RenderedFormat):
    """Output of `cost`: for people, for programs, for a comment on a pull request."""

    TERMINAL = "terminal", "cost.terminal"
    JSON = "json", "cost.as_json"
    MARKDOWN = "markdown", "cost.markdown"


class CoverageFormat(RenderedFormat):
    """Output of `coverage`: for people, for programs, for a pull request, for systems that show findings."""

    TERMINAL = "terminal", "coverage.terminal"
    JSON = "json", "coverage.as_json"
    MARKDOWN = "markdown", "coverage.markdown"
    HTML = "html", "coverage.html"
    SARIF = "sarif", "coverage.sarif"
    GITHUB = "github", "coverage.github"


class Color(StrEnum):
    """When to colour."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


class Partition(StrEnum):
    """AWS partitions that have backup policies."""

    AWS = "aws"
    CHINA = "aws-cn"
    GOVERNMENT = "aws-us-gov"


DirArgument = Annotated[Path | None, typer.Argument(metavar="DIR", help="The project's folder.", show_default=False)]
DirOption = Annotated[Path | None, typer.Option("-C", metavar="DIR", help="The project's folder.", show_default=False)]
FormatOption = Annotated[Format, typer.Option("--format", help="Output for people or for programs.")]
CheckFormatOption = Annotated[CheckFormat, typer.Option("--format", help="Output for people, or for other systems.")]
OutputOption = Annotated[
    Path | None, typer.Option("--output", metavar="FILE", help="Write to a file instead.", show_default=False)
]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="No terminal output; the exit code tells.")]
ColorOption = Annotated[Color, typer.Option("--color", help="When to colour.")]
AtOption = Annotated[
    str | None,
    typer.Option("--at", metavar="DATE[THH:MM]", help="Judge as of this moment, UTC.", show_default="now"),
]
SnapshotOption = Annotated[
    Path | None,
    typer.Option("--snapshot", metavar="FILE", help="Use this snapshot; without -C no project.", show_default=False),
]
OnlyProjectOption = Annotated[
    bool, typer.Option("--only-project", help="Ignore the snapshot's policies and attachments.")
]
InventoryOption = Annotated[
    list[Path] | None,
    typer.Option("--inventory", metavar="FILE", help="Use this inventory, not the project's.", show_default=False),
]

_LIMIT = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,6})?)(%?)")
_ALL = 100  # per cent
_MOMENTS = ("%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S")


def moment(text: str | None) -> datetime:
    """The moment that `--at` names, UTC, now without it. Raises `UsageError`."""
    if text is None:
        return datetime.now(UTC).replace(microsecond=0)
    for form in _MOMENTS:
        try:
            return datetime.strptime(text.removesuffix("Z"), form).replace(tzinfo=UTC)
        except ValueError:
            continue
    raise UsageError(f"--at {text}: expected a date such as 2027-03-31 or 2027-03-31T05:00 (UTC)")


def limit_of(option: str, text: str | None) -> GateLimit | None:
    """The limit of an option, a number or a share; None where it is not given. Raises `UsageError`."""
    if text is None:
        return None
    match = _LIMIT.fullmatch(text)
    if match is None or (match[2] and float(match[1]) > _ALL):
        raise UsageError(f"{option} {text}: expected a number such as 0, or a share such as 5%")
    return GateLimit(float(match[1]), bool(match[2]))


def below(option: Path | None, files: Sequence[Path]) -> list[Path]:
    """The operands of a command without `[DIR]`, relative to `-C` where it is given. Files of options never are."""
    return [option / file for file in files] if option else list(files)


def folder(argument: Path | None, option: Path | None) -> Path:
    """The project's folder from `[DIR]` or `-C`. Raises `UsageError` when both are given."""
    if argument and option:
        raise UsageError(f"two folders are given, {argument} and -C {option}: name one of them")
    return argument or option or Path()


def load_inputs(argument: Path | None, option: Path | None, snapshot: Path | None = None) -> Project:
    """The project at the given folder; with a snapshot and no folder, that snapshot and no project at all."""
    if snapshot and not argument and not option:
        return snapshot_only(read_source(snapshot, SNAPSHOT))
    return load_project(folder(argument, option), known_checks=LEVELLED, snapshot=snapshot)


def require_snapshot(project: Project) -> Source:
    """The snapshot of a project. Raises `UsageError` where a command needs an organization and there is none."""
    if project.snapshot is None:
        raise UsageError(
            f"{project.root}: no snapshot of the organization; add organization.yaml or pass --snapshot FILE"
            f" ({page_url('snapshot.md')} shows how to pull one)"
        )
    return project.snapshot
