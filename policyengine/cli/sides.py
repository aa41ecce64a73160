"""The two sides of a comparison as people name them: a folder, a snapshot, or a git revision of the project."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from policyengine.checks.registry import LEVELLED
from policyengine.cli.baseline import stored_baseline
from policyengine.cli.gate import gate_of
from policyengine.cli.options import below
from policyengine.comparison import State
from policyengine.errors import PolicyEngineError, UsageError
from policyengine.model import Configuration
from policyengine.revisions import Revision, read_revision
from policyengine.value import value
from policyengine.wording import quoted
from policyengine.workspace import Files, Folder, Project, find_root, read_project, read_source, snapshot_only

_SNAPSHOTS = (".yaml", ".yml", ".json")


@value
class SideInput:
    """A side: what messages call it, what goes down the line, and the project's configuration."""

    name: str
    state: State
    configuration: Configuration


def read_side(text: str | None, folder: Path | None, snapshot: Path | None) -> SideInput:
    """A side as the command line names it; None is the project that `folder`, or the current one, lies in.

    A path that exists wins over a revision of the same name. `snapshot` replaces that of a project. Raises
    `UsageError`, `UnreadableError` and `ConfigurationError`.
    """
    if text is not None and not text.strip():
        raise UsageError("a side of the comparison is empty, expected a folder, a snapshot or a git revision")
    with _named(text):
        files, root = _files(text, folder)
        project = _project(files, root, snapshot)
        if project.snapshot is None:
            what = "no snapshot of the organization" if project.sources else "no .bpol files and no snapshot"
            raise UsageError(f"there is no project in {quoted(str(root))}, {what}; {_advice(text, files)}")
        baseline = stored_baseline(project, files) if files else None
    configuration = project.configuration
    gate = gate_of(configuration, strict=configuration.strict)
    prefix = f"{text}:" if text and files else ""
    state = State(project.sources, project.snapshot, prefix, configuration.partition, gate, baseline)
    return SideInput(text or "the project on disk", state, configuration)


def _project(files: Files | None, root: Path, snapshot: Path | None) -> Project:
    if files is None:
        return snapshot_only(read_source(root))
    given = read_source(snapshot) if snapshot else None
    return read_project(files, root, known_checks=LEVELLED, snapshot=given)


def _files(text: str | None, folder: Path | None) -> tuple[Files | None, Path]:
    """The files of a side and where they are; none where the place is a snapshot."""
    if text is None:
        root = find_root(folder or Path())
        return Folder(root), root
    path = below(folder, [Path(text)])[0]
    if os.path.isdir(path):  # noqa: PTH112 - a name that is too long is no folder, and no fault
        return Folder(path), path
    if not os.path.lexists(path):
        revision = read_revision(text, folder or Path())
        return revision, Path(revision.below or ".")
    if path.suffix.lower() not in _SNAPSHOTS:
        raise UsageError("this is a file, expected a project's folder, a snapshot (.yaml, .json) or a git revision")
    return None, path


def _advice(text: str | None, files: Files | None) -> str:
    """What to do where a side has no project; -C would say it of both sides."""
    folder = "name the project's folder with -C"
    if isinstance(files, Revision):
        folder = f"name the folder that it has there ({quoted(f'{text}:FOLDER')})"
    return f"{folder}, or give both sides a snapshot with --snapshot"


@contextmanager
def _named(text: str | None) -> Iterator[None]:
    """Says of which side an error speaks."""
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
