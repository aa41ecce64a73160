"""`policyengine drift`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from msgspec.structs import replace

from policyengine.analysis.drift import DRIFT, OF_PUBLISHED, DriftCause
from policyengine.analysis.findings import faults_of
from policyengine.aws.snapshot import read_snapshot, snapshot_text
from policyengine.base.errors import UsageError
from policyengine.base.source import Source
from policyengine.base.text import listed, quoted, suggestion
from policyengine.checkout import prefix_of
from policyengine.cli.live_options import (
    BudgetOption,
    ProfileOption,
    ProgressLines,
    RateOption,
    RegionOption,
    RoleOption,
    aws_api,
    pace_of,
    regions_of,
)
from policyengine.cli.options import (
    AtOption,
    Color,
    ColorOption,
    DirArgument,
    DirOption,
    DriftFormat,
    OutputOption,
    QuietOption,
    load_inputs,
    moment,
)
from policyengine.cli.output import CLEAN, COULD_NOT_JUDGE, FAILED, Output, progress, rendered
from policyengine.drift_run import find_drift
from policyengine.files import require_writable, write_whole
from policyengine.project import SNAPSHOT, Project, read_source
from policyengine.report.drift import ComparedWith, DriftResult, DriftVerdict

if TYPE_CHECKING:
    from policyengine.live import Api, Pace, PullOptions


class AgainstChoice(StrEnum):
    """The state of AWS that a project is compared with."""

    ATTACHED = "attached"
    PUBLISHED = "published"
    ALL = "all"


_EXITS: dict[DriftVerdict, int] = {"drift": FAILED, "none": CLEAN, "unknown": COULD_NOT_JUDGE}


AgainstOption = Annotated[
    AgainstChoice, typer.Option("--against", help="What is attached in AWS, what AWS publishes, or both.")
]
FailOnOption = Annotated[
    list[str] | None,
    typer.Option("--fail-on", metavar="CAUSES", help="Fail on causes such as edited,order.", show_default=False),
]
PulledOption = Annotated[
    Path | None,
    typer.Option("--pulled", metavar="FILE", help="A snapshot pulled before; AWS is not asked.", show_default=False),
]
KeepOption = Annotated[
    Path | None,
    typer.Option("--keep", metavar="FILE", help="Also keep what was read, for `--pulled`.", show_default=False),
]
DriftFormatOption = Annotated[
    DriftFormat, typer.Option("--format", help="Output for people, for programs, or for an issue.")
]


def drift(  # noqa: PLR0913 - the options of interface.md section 3
    directory: DirArgument = None,
    *,
    option: DirOption = None,
    against: AgainstOption = AgainstChoice.ALL,
    fail_on: FailOnOption = None,
    pulled: PulledOption = None,
    keep: KeepOption = None,
    profile: ProfileOption = "",
    role: RoleOption = "",
    region: RegionOption = None,
    rate: RateOption = None,
    budget: BudgetOption = "15m",
    at: AtOption = None,
    form: DriftFormatOption = DriftFormat.TERMINAL,
    output: OutputOption = None,
    quiet: QuietOption = False,
    color: ColorOption = Color.AUTO,
) -> int:
    """What AWS has, or publishes, that the project does not say. Exit 1 on drift, 2 where it is not known."""
    to, when, failing = Output(form, output, quiet, color), moment(at), _causes(fail_on, against)
    project = load_inputs(directory, option)
    recorded = _facts(project.snapshot).organization if project.snapshot else ""
    if pulled is not None:
        _refuse_live({"--profile": profile, "--role": role, "--region": region, "--rate": rate, "--keep": keep})
        actual = read_source(pulled, SNAPSHOT)
    else:
        _require_json(keep)
        options, pace = _options(project, role, regions_of(region or ()), against), pace_of(rate, budget)
        api = aws_api(profile, role, project.configuration.partition)
        actual = _pulled(api, options, pace, recorded, quiet=quiet)
    compared_with = replace(_facts(actual, pulled.name if pulled else ""), is_own=bool(recorded))
    _require_same(recorded, compared_with)
    if keep is not None:
        write_whole(keep, [actual.text])
    partition = project.configuration.partition
    with progress("comparing", quiet=quiet):
        run = find_drift(project.sources, project.snapshot, actual, at=when, partition=partition, against=against.value)
        findings = () if run.drift else faults_of(run.project.diagnostics)
        prefix = prefix_of(project.root)
        result = DriftResult(run.drift, run.actual, when, against.value, failing, findings, prefix, compared_with)
        text = rendered(result, form, to)
    to.write(text)
    return _EXITS[result.verdict]


def _causes(texts: Iterable[str] | None, against: AgainstChoice) -> frozenset[DriftCause]:
    """The causes that `--fail-on` names, all that are drift without it.

    A disabled type detaches everything, and stands for it. Raises `UsageError`, also for causes that are never looked
    for: a gate on them would always pass.
    """
    if texts is None:
        return DRIFT
    names = [name.strip() for text in texts for name in text.split(",")]
    for name in names:
        if name not in tuple(DriftCause):
            advice = suggestion(name, DriftCause) or f"the causes are {listed(DriftCause, 'and')}"
            raise UsageError(f"--fail-on: there is no cause {quoted(name)} of drift; {advice}")
    causes = frozenset(map(DriftCause, names))
    if against is AgainstChoice.ATTACHED and (unseen := sorted(causes & OF_PUBLISHED)):
        advice = "leave them out, or compare with `--against all`"
        raise UsageError(f"--fail-on: {listed(unseen, 'and')} cannot be seen with `--against attached`; {advice}")
    return causes | {DriftCause.TYPE_DISABLED} if DriftCause.DETACHED in causes else causes


def _refuse_live(given: dict[str, object]) -> None:
    for name, value in given.items():
        if value:
            raise UsageError(f"{name}: with `--pulled` nothing is read from AWS; leave one of them out")


def _require_json(keep: Path | None) -> None:
    """Raises `UsageError` and `UnreadableError` where what is read could not be kept."""
    if keep is not None:
        if keep.suffix != ".json":
            raise UsageError(f"--keep {quoted(str(keep))}: expected a file whose name ends in `.json`")
        require_writable(keep)


def _facts(snapshot: Source, file: str = "") -> ComparedWith:
    """The organization and the moment of a snapshot. Raises `SnapshotError`."""
    read = read_snapshot(snapshot)
    organization = (read.organization.id if read.organization else None) or ""
    return ComparedWith(file, organization, (read.pulled.at if read.pulled else None) or "")


def _require_same(recorded: str, other: ComparedWith) -> None:
    """Raises `UsageError` where what is compared is not of the organization that the project's snapshot is of."""
    if recorded and not other.organization:
        raise UsageError(
            f"the project is of the organization {quoted(recorded)}, and {quoted(other.file)} does not say which one it"
            " is of (`organization.id`): pull it again"
        )
    if recorded and recorded != other.organization:
        raise UsageError(
            f"the project is of the organization {quoted(recorded)}, what was read of {quoted(other.organization)},"
            " another one"
        )


def _pulled(api: Api, options: PullOptions, pace: Pace, expected: str, *, quiet: bool) -> Source:
    """The organization as AWS has it now, as a snapshot. Raises `LiveError`."""
    from policyengine.live import read_organization

    lines, now = ProgressLines("drift", quiet=quiet), datetime.now(UTC).replace(microsecond=0)
    try:
        pulled = read_organization(api, options, pace, now=now, expected=expected, report=lines)
    finally:
        lines.close()
    return Source("AWS.json", snapshot_text(pulled.snapshot, as_json=True))


def _options(project: Project, role: str, regions: tuple[str, ...], against: AgainstChoice) -> PullOptions:
    """The options of the reading: no tags, which are no part of drift."""
    from policyengine.live import PullOptions

    texts = tuple(source.text for source in project.sources)
    options = PullOptions(role, regions, "none", "chains", texts, may_be_disabled=True)
    return replace(options, published="none") if against is AgainstChoice.ATTACHED else options
