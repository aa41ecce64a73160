"""The shared parts of commands that read AWS: their options, the way to AWS, and the lines that say how far it is."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from enum import StrEnum
from math import inf
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Annotated

import typer

from policyengine.aws.facts import regions as known_regions
from policyengine.base.errors import UnreadableError, UsageError
from policyengine.base.text import quoted, suggestion
from policyengine.cli.output import put
from policyengine.project import SNAPSHOTS, Folder, Project

if TYPE_CHECKING:
    from policyengine.live import Api, Pace, ProgressState


class TagsChoice(StrEnum):
    """The accounts and policies of which tags are read."""

    NONE = "none"
    ALL = "all"


class PublishedChoice(StrEnum):
    """For which accounts it is read what AWS publishes."""

    NONE = "none"
    CHAINS = "chains"
    ALL = "all"


ProfileOption = Annotated[
    str, typer.Option("--profile", metavar="NAME", help="Profile with the credentials.", show_default=False)
]
RoleOption = Annotated[
    str,
    typer.Option("--role", metavar="NAME", help="Role to assume in the other accounts.", show_default=False),
]
RegionOption = Annotated[
    list[str] | None,
    typer.Option("--region", metavar="REGION", help="Look here, not in the policies' Regions.", show_default=False),
]
RateOption = Annotated[
    float | None, typer.Option("--rate", metavar="N", help="Most calls a second of each operation.", show_default=False)
]
BudgetOption = Annotated[str, typer.Option("--budget", metavar="TIME", help="How long one call is tried again.")]

SnapshotOutputOption = Annotated[
    Path | None,
    typer.Option("--output", metavar="FILE", help="The snapshot, JSON where it ends so.", show_default="the project's"),
]

_TIME = re.compile(r"([0-9]+(?:\.[0-9]+)?)(s|m|h)?")
_SECONDS = {None: 1, "s": 1, "m": 60, "h": 3600}
_ROLE = re.compile(r"[A-Za-z0-9_+=,.@/-]{1,576}")
_REGION = re.compile(r"[a-z]{2,}(-[a-z]+)+-[0-9]+")
_PATIENCE, _TERMINAL_PAUSE, _PAUSE = 2.0, 0.2, 10.0  # seconds


def aws_api(profile: str, role: str, partition: str) -> Api:
    """AWS with the credentials of a profile, empty for those of the environment.

    Raises `UsageError` where boto3 is not installed, and `LiveError` where the profile cannot be used.
    """
    from policyengine.live import ApiError, LiveError, sentence

    if role and not _ROLE.fullmatch(role):
        raise UsageError(f"--role {quoted(role)}: expected the name of a role, with its path where it has one")
    try:
        from policyengine.live.transport import AwsApi
    except ImportError:
        message = "this command reads AWS by boto3, which is not installed"
        raise UsageError(f"{message}: `pip install boto3` into the environment of policyengine") from None
    try:
        return AwsApi(profile=profile, role=role, partition=partition)
    except ApiError as error:
        raise LiveError(sentence(error)) from None


def pace_of(rate: float | None, budget: str) -> Pace:
    """The rate of calls to AWS, and how long one is tried again. Raises `UsageError`."""
    from policyengine.live import Pace

    if rate is not None and not 0 < rate < inf:
        raise UsageError(f"--rate {rate:g}: expected calls a second, more than 0")
    match = _TIME.fullmatch(budget)
    if match is None:
        raise UsageError(f"--budget {quoted(budget)}: expected a time such as `90s`, `15m` or `1h`")
    return Pace(rate or inf, float(match[1]) * _SECONDS[match[2]])


def regions_of(names: Sequence[str]) -> tuple[str, ...]:
    """The Regions that the command line names, once each. Raises `UsageError` for what cannot be one."""
    for name in names:
        if not _REGION.fullmatch(name):
            advice = suggestion(name, known_regions()) or "expected a name such as eu-west-1"
            raise UsageError(f"--region {quoted(name)}: there is no such Region; {advice}")
    return tuple(dict.fromkeys(names))


def snapshot_file(project: Project) -> str:
    """The name of the file that has a project's snapshot, or will have it."""
    files = Folder(project.root)
    present = [name for name in SNAPSHOTS if files.has(name)]
    return project.configuration.organization or (present[0] if present else SNAPSHOTS[0])


class ProgressLines:
    """Says on standard error how far a reading is: on a terminal in one line that changes, else every ten seconds."""

    def __init__(self, command: str, *, quiet: bool) -> None:
        self._command, self._quiet = command, quiet
        self._on_terminal = sys.stderr.isatty()
        self._next = monotonic() + _PATIENCE

    def __call__(self, state: ProgressState) -> None:
        """Shows a state, unless one was shown a moment ago."""
        if self._quiet or monotonic() < self._next:
            return
        line = f"{self._command}: {state.what}: {state.done:,} of {state.total:,}, {state.rate:,.0f} a second"
        if state.left is not None and not state.ended:
            line += f", {state.left:,.0f} s left"
        self._next = monotonic() + (_TERMINAL_PAUSE if self._on_terminal else _PAUSE)
        self._put(f"\r\x1b[K{line}" if self._on_terminal else f"{line}\n")

    def close(self) -> None:
        """Clears the line of a terminal."""
        if self._on_terminal and not self._quiet:
            self._put("\r\x1b[K")

    def _put(self, text: str) -> None:
        try:
            put([text], sys.stderr)
        except UnreadableError:  # nobody reads it
            self._quiet = True
