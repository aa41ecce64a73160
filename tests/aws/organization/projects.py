"""Snapshots and projects for the tests of this room, as short as they can be written."""

from __future__ import annotations

from policyengine.aws.documents import Attachment, Compiled, PolicyDocument, TargetName
from policyengine.aws.organization import Entity, Organization, attach
from policyengine.aws.snapshot.snapshot import read_snapshot
from policyengine.base.diagnostics import Outcome
from policyengine.base.source import Source, Span


def compiled(*names: str, attached: str = "", complete: bool = True) -> Compiled:
    """Policies by name, and attachments: one a line, `a, b to ou Workloads`."""
    source = Source("policy.bpol", attached)
    attachments = []
    start = 0
    for line in attached.splitlines(keepends=True):
        if line.strip():
            attachments.append(_attachment(source, start, line.rstrip()))
        start += len(line)
    return Compiled(tuple(document(name) for name in names), tuple(attachments), complete)


def document(name: str) -> PolicyDocument:
    """A policy of the project: its plan tells that it is not the snapshot's."""
    return PolicyDocument(name, {"plans": {"project": {}}}, 24, 24)


def joined(snapshot: str, project: Compiled | None = None, *, only_project: bool = False) -> Outcome[Organization]:
    """The organization that a snapshot's text and a project make."""
    return attach(read_snapshot(Source("organization.yaml", snapshot)), project, only_project=only_project)


def attached(organization: Organization) -> dict[str, list[str]]:
    """The names of the policies of every entity that has any, by its path."""
    return {entity.path: names_of(entity) for entity in organization.entities if entity.policies}


def names_of(entity: Entity) -> list[str]:
    """The names of an entity's policies, in order."""
    return [policy.name for policy in entity.policies]


def _attachment(source: Source, start: int, line: str) -> Attachment:
    listed, _, target = line.partition(" to ")
    kind, _, text = target.partition(" ")
    names, at = [], start
    for name in listed.split(", "):
        names.append((name, Span(source, at, at + len(name))))
        at += len(name) + 2
    span = Span(source, start + len(listed) + 4, start + len(line))
    return Attachment(TargetName(kind, text, span), tuple(names), Span(source, start, start + len(line)))
