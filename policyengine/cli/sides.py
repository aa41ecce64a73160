"""The two sides of a comparison as people name them: a folder, a snapshot, or a git revision of the project.

Sides of different organizations are refused: nothing of one says anything of the other.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from policyengine.analysis.findings.configuration import Configuration
from policyengine.analysis.findings.registry import LEVELLED
from policyengine.aws.organization import Organization
from policyengine.base.errors import PolicyEngineError, UsageError
from policyengine.base.records import Record
from policyengine.base.text import quoted
from policyengine.cli.gate import gate_of, stored_baseline
from policyengine.cli.options import below
from policyengine.comparison import ProjectState
from policyengine.git import NoRevisionError, Revision, read_revision
from policyengine.project import SNAPSHOT, Files, Folder, Project, find_root, read_project, read_source, snapshot_only

_SNAPSHOTS = (".yaml", ".yml", ".json")
_OF_REVISIONS = re.compile(r"[\^~:]|@\{")  # what no folder has in its name that is not written as a path
OPTION = "--other-organization"
_ADVICE = f"; {OPTION} compares them all the same"


class SideInput(Record):
    """A side: what messages call it, what goes down the line, and the project's configuration.

    `is_project` is false for a snapshot alone, which has no configuration of its own. `note` says which of two
    meanings of an ambiguous name was taken, empty if there is one.
    """

    name: str
    state: ProjectState
    configuration: Configuration
    is_project: bool = True
    note: str = ""


class _Place(NamedTuple):
    """Where a side is: its files, none for a snapshot alone; the folder or the snapshot; and a note on the choice."""

    files: Files | None
    root: Path
    note: str = ""


def read_base(text: str, folder: Path | None, snapshot: Path | None, *, revisions: bool = False) -> SideInput:
    """The base of the comparison, as the command line names it; `snapshot` replaces that of a project.

    A text is a revision where it can be one, and with `revisions` nothing else; a path is written as one: `./before`,
    `/before`, `before.yaml`. Raises `UsageError`, `UnreadableError` and `ConfigurationError`.
    """
    return _read(text, folder, snapshot, revisions=revisions, with_allow=False)


def read_head(text: str | None, folder: Path | None, snapshot: Path | None, *, revisions: bool = False) -> SideInput:
    """The head of the comparison, likewise; None is the project that `folder`, or the current one, lies in."""
    return _read(text, folder, snapshot, revisions=revisions, with_allow=True)


def _read(
    text: str | None, folder: Path | None, snapshot: Path | None, *, revisions: bool, with_allow: bool
) -> SideInput:
    if text is not None and not text.strip():
        raise UsageError("a side of the comparison is empty, expected a folder, a snapshot or a git revision")
    with _named(text):
        place = _find(text, folder, revisions=revisions)
        project = _project(place, snapshot, with_allow=with_allow)
        if project.snapshot is None:
            what = "no snapshot of the organization" if project.sources else "no .bpol files and no snapshot"
            raise UsageError(f"there is no project in {quoted(str(place.root))}, {what}; {_advice(text, place.files)}")
        baseline = stored_baseline(project, place.files) if place.files else None
    configuration = project.configuration
    gate = gate_of(configuration, strict=configuration.strict)
    prefix = f"{text}:" if text and place.files else ""
    state = ProjectState(project.sources, project.snapshot, prefix, configuration.partition, gate, baseline)
    return SideInput(text or "the project on disk", state, configuration, place.files is not None, place.note)


def _project(place: _Place, snapshot: Path | None, *, with_allow: bool) -> Project:
    if place.files is None:
        return snapshot_only(read_source(place.root, SNAPSHOT))
    given = read_source(snapshot, SNAPSHOT) if snapshot else None
    return read_project(place.files, place.root, known_checks=LEVELLED, snapshot=given, with_allow=with_allow)


def _find(text: str | None, folder: Path | None, *, revisions: bool) -> _Place:
    if text is None:
        root = find_root(folder or Path())
        return _Place(Folder(root), root)
    path = below(folder, [Path(text)])[0]
    there = os.path.lexists(path)
    if there and not revisions and _is_written_as_path(text):
        return _on_disk(path)
    try:
        revision = read_revision(text, folder or Path(), by_name=revisions)
    except NoRevisionError as error:
        if revisions:
            raise
        if there and not _OF_REVISIONS.search(text):
            return _on_disk(path)
        if there:
            raise UsageError(f"{error}; what lies here is written {quoted(f'./{text}')}") from None
        raise UsageError(f"{quoted(text)} is no file, no folder and no git revision{error.why}") from None
    note = f"{quoted(text)} is the git revision; what has this name here is written {quoted(f'./{text}')}"
    return _Place(revision, Path(revision.below or "."), note if there and not revisions else "")


def _is_written_as_path(text: str) -> bool:
    return text in {".", ".."} or text.startswith(("./", "../", "/")) or Path(text).suffix.lower() in _SNAPSHOTS


def _on_disk(path: Path) -> _Place:
    if os.path.isdir(path):  # noqa: PTH112 - a name that is too long is no folder, and no fault
        return _Place(Folder(path), path)
    if path.suffix.lower() not in _SNAPSHOTS:
        raise UsageError("this is a file, expected a project's folder, a snapshot (.yaml, .json) or a git revision")
    return _Place(None, path)


def _advice(text: str | None, files: Files | None) -> str:
    """The advice where a side has no project; -C would say it of both sides."""
    folder = "name the project's folder with -C"
    if isinstance(files, Revision):
        folder = f"name the folder that it has there ({quoted(f'{text}:FOLDER')})"
    return f"{folder}, or give both sides a snapshot with --snapshot"


@contextmanager
def _named(text: str | None) -> Iterator[None]:
    """Names the side in an error."""
    try:
        yield
    except PolicyEngineError as error:
        if text is None:
            raise
        name = quoted(text)
        lines = (
            line if name in line or line.startswith(text) else f"{text}: {line}" for line in str(error).split("\n")
        )
        raise UsageError("\n".join(lines)) from error


def require_same_organization(names: tuple[str, str], base: Organization, head: Organization) -> None:
    """Raises `UsageError` where two organizations have different ids, or without ids not one account in common."""
    was, is_now = (f"{quoted(name)} is of the organization" for name in names)
    if base.id and head.id:
        if base.id != head.id:
            raise UsageError(f"{was} {quoted(base.id)}, {is_now} {quoted(head.id)}, another one{_ADVICE}")
    elif base.accounts and head.accounts and not _numbers(base) & _numbers(head):
        detail = (
            f", and only one says its organization ({quoted(identified)})" if (identified := base.id or head.id) else ""
        )
        raise UsageError(f"{' and '.join(map(quoted, names))} have no account in common{detail}{_ADVICE}")


def _numbers(organization: Organization) -> set[str | None]:
    return {account.id for account in organization.accounts}
