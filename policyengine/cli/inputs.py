"""What a command works on: a project, a snapshot alone, or both."""

from __future__ import annotations

from pathlib import Path

from policyengine.checks.registry import LEVELLED
from policyengine.cli.options import folder
from policyengine.errors import UsageError
from policyengine.source import Source
from policyengine.workspace import SNAPSHOT, Project, load_project, read_source, snapshot_only


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
            " (docs/snapshot.md shows how to pull one)"
        )
    return project.snapshot
