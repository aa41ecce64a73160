"""`policyengine pull`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from policyengine.analysis.findings.registry import LEVELLED
from policyengine.aws.snapshot import read_snapshot, snapshot_text
from policyengine.base.errors import PolicyEngineError, SnapshotError, UsageError
from policyengine.base.source import Source
from policyengine.base.text import quoted
from policyengine.cli.live_options import (
    BudgetOption,
    ProfileOption,
    ProgressLines,
    PublishedChoice,
    RateOption,
    RegionOption,
    RoleOption,
    SnapshotOutputOption,
    TagsChoice,
    aws_api,
    pace_of,
    regions_of,
    snapshot_file,
)
from policyengine.cli.options import (
    Color,
    ColorOption,
    DirArgument,
    DirOption,
    Format,
    FormatOption,
    QuietOption,
    folder,
)
from policyengine.cli.output import CLEAN, Output, note
from policyengine.files import is_stream, require_writable, write_folder, write_whole
from policyengine.project import SNAPSHOT, Folder, Project, load_project, read_source
from policyengine.report.json_output import to_json
from policyengine.report.shown_text import count
from policyengine.report.terminal import TerminalPage

if TYPE_CHECKING:
    from policyengine.live import Api, Journal, PulledOrganization
    from policyengine.live.recordings import Recorder

SCHEMA = "policyengine/pull/1"


TagsOption = Annotated[TagsChoice, typer.Option("--tags", help="Tags of accounts and policies.")]
PublishedOption = Annotated[
    PublishedChoice, typer.Option("--published", help="What AWS publishes: once a chain, or for each account.")
]
ResumeOption = Annotated[bool, typer.Option("--resume", help="Read on where an interrupted pull ended.")]
RecordOption = Annotated[
    Path | None,
    typer.Option("--record", metavar="DIR", help="Also keep AWS's answers, without names.", show_default=False),
]


def pull(  # noqa: PLR0913 - the options of interface.md section 3
    directory: DirArgument = None,
    *,
    option: DirOption = None,
    profile: ProfileOption = "",
    role: RoleOption = "",
    region: RegionOption = None,
    tags: TagsOption = TagsChoice.ALL,
    published: PublishedOption = PublishedChoice.CHAINS,
    rate: RateOption = None,
    budget: BudgetOption = "15m",
    resume: ResumeOption = False,
    record: RecordOption = None,
    form: FormatOption = Format.TERMINAL,
    output: SnapshotOutputOption = None,
    quiet: QuietOption = False,
    color: ColorOption = Color.AUTO,
) -> int:
    """Writes the snapshot of the organization as AWS has it now, whole or not at all. AWS is only read."""
    from policyengine.live import Journal, PullOptions, journal_beside, read_organization

    pace, regions = pace_of(rate, budget), regions_of(region or ())
    project = load_project(folder(directory, option), known_checks=LEVELLED, with_snapshot=False)
    target = _target(project, output)
    if record is not None:
        _require_empty(record)
    texts = tuple(source.text for source in project.sources)
    options = PullOptions(role, regions, tags.value, published.value, texts)
    api = aws_api(profile, role, project.configuration.partition)
    now = datetime.now(UTC).replace(microsecond=0)
    journal = None if is_stream(target) else Journal(api, journal_beside(target), resume=resume, now=now)
    recorder = _recorder(journal or api) if record else None
    source, begin = recorder or journal or api, journal.begin if journal else lambda _: None
    with _reading(journal, quiet=quiet) as report:
        expected = _expected(project, target)
        pulled = read_organization(source, options, pace, now=now, expected=expected, report=report, begin=begin)
        if recorder and record:
            write_folder(record, recorder.files())
        write_whole(target, [_text(pulled, target)])
    if journal:
        journal.done()
        _summarize(pulled, target, Output(form, None, quiet, color))
    return CLEAN


def _target(project: Project, output: Path | None) -> Path:
    """The file to write: the project's snapshot, or the one that is named. Raises `UsageError`, `UnreadableError`."""
    target = output or project.root / snapshot_file(project)
    require_writable(target)
    _require_snapshot_name(output)
    return target


def _require_snapshot_name(output: Path | None) -> None:
    """Raises `UsageError` for a file that no snapshot is read from, such as a policy of the project."""
    if output and not is_stream(output) and output.suffix not in {".yaml", ".yml", ".json"}:
        expected = "expected a file whose name ends in `.yaml`, `.yml` or `.json`"
        raise UsageError(f"--output {quoted(str(output))}: {expected}")


def _require_empty(folder: Path) -> None:
    """Raises `UsageError` where a recording would mix with what is there."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"--record {folder}: there is something already, expected a new folder")


def _recorder(api: Api) -> Recorder:
    from policyengine.live.recordings import Recorder

    return Recorder(api)


def _expected(project: Project, target: Path) -> str:
    """The id of the organization of the file that is replaced, else of the project's snapshot; empty for neither.

    The file is the user's own choice, whatever organization the project is of. Raises `UnreadableError`.
    """
    if target.is_file() and (replaced := _organization_of(read_source(target, SNAPSHOT))):
        return replaced
    name, files = snapshot_file(project), Folder(project.root)
    return _organization_of(files.source(name, SNAPSHOT)) if files.has(name) else ""


def _organization_of(snapshot: Source) -> str:
    try:
        facts = read_snapshot(snapshot).organization
    except SnapshotError:  # it is replaced
        return ""
    return (facts.id if facts else None) or ""


def _text(pulled: PulledOrganization, target: Path) -> str:
    """The snapshot as text. Raises `SnapshotError` where it could not be read again, so that nothing is written."""
    text = snapshot_text(pulled.snapshot, as_json=target.suffix == ".json")
    read_snapshot(Source(str(target), text))
    return text


@contextmanager
def _reading(journal: Journal | None, *, quiet: bool) -> Iterator[ProgressLines]:
    """Says how far a reading is; where it fails, or is interrupted, what was read is kept."""
    lines = ProgressLines("pull", quiet=quiet)
    try:
        yield lines
    except (PolicyEngineError, KeyboardInterrupt):
        lines.close()
        _leave(journal, quiet=quiet)
        raise
    lines.close()


def _leave(journal: Journal | None, *, quiet: bool) -> None:
    """Keeps what was read, and says so."""
    if journal is None:
        return
    is_there = journal.is_there
    journal.close()
    if is_there and not quiet:
        note("pull: what was read is kept; the same command with `--resume` reads on")


def _summarize(pulled: PulledOrganization, target: Path, to: Output) -> None:
    snapshot = pulled.snapshot
    numbers = {name: len(snapshot[name]) for name in ("accounts", "units", "policies")}
    skipped = snapshot["pulled"]["skipped"]
    calls = sum(snapshot["pulled"]["calls"].values())
    if to.format is Format.JSON:
        summary = {"organization": snapshot["organization"]["id"], "file": str(target), **numbers}
        to.write(to_json({"schema": SCHEMA, **summary, "calls": calls, "skipped": skipped}))
    elif not to.silent:
        page = TerminalPage(color=to.colored, width=to.width)
        read = ", ".join(
            count(number, name[:-1] if name != "policies" else "policy") for name, number in numbers.items()
        )
        page.line(("wrote ", "good"), f"{target}: {read}, {count(calls, 'call')}")
        for line in _unknown(skipped):
            page.line(("unknown", "warning"), f": {line}")
        to.write(page.text())


def _unknown(skipped: list[Mapping[str, Any]]) -> Iterator[str]:
    """Lines on the parts that stay unknown, with the reason and what would mend it."""
    from policyengine.live import FaultKind, denied

    for skip in skipped:
        where = [f"in {count(len(skip['accounts']), 'account')}"] if isinstance(skip.get("accounts"), list) else []
        where += [f"in {', '.join(skip['regions'])}"] if "regions" in skip else []
        code = f" ({skip['code']})" if "code" in skip else ""
        advice = f"; {denied(skip['action'])}" if skip["reason"] == FaultKind.DENIED.value else ""
        yield f"{' '.join([skip['action'], *where])}: {skip['reason']}{code}{advice}"
