"""One generated organization through the engine, by its doors, and through the oracle."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from generators.organizations import account_paths, levels_of
from oracle.effective import Result
from oracle.effective import effective as oracle
from support.moment import AT

from policyengine.aws.cron import next_two, parse_cron
from policyengine.aws.documents import Attachment, Compiled, TargetName
from policyengine.aws.merge import AccountPolicy, Resolved, resolve, segment
from policyengine.aws.organization import attach
from policyengine.aws.snapshot.snapshot import read_snapshot
from policyengine.base.source import Source, Span

Tree = dict[str, Any]


def differences(snapshot: Tree, attached: dict[str, list[str]]) -> Iterator[str]:
    """What engine and oracle see differently, account by account; nothing when they agree.

    `attached` are the project's attachments by entity path, on top of the snapshot's.
    """
    source = Source("organization.json", json.dumps(snapshot))
    organization = attach(read_snapshot(source), _compiled(snapshot, attached)).value
    for account in resolve(organization, at=AT, accounts=organization.accounts).accounts:
        expected = oracle(
            levels_of(snapshot, account.account.id or "", attached),
            at=AT,
            next_two=seconds_between,
            enabled=organization.backup_policies_enabled,
        )
        for what, ours, theirs in _views(account, expected):
            if ours != theirs:
                yield f"{account.account.id}: {what}: engine {ours}, oracle {theirs}"


def _compiled(snapshot: Tree, attached: dict[str, list[str]]) -> Compiled:
    here = Span(Source("attach.bpol", ""), 0, 0)
    ids = account_paths(snapshot)
    attachments = []
    for path, names in attached.items():
        kind, text = ("account", ids[path]) if path in ids else ("ou", path) if path else ("root", "")
        target = TargetName(kind, text, here)
        attachments.append(Attachment(target, tuple((name, here) for name in names), here))
    return Compiled((), tuple(attachments))


def seconds_between(schedule: str, _at: object) -> float | None:
    runs = next_two(parse_cron(schedule), AT)
    return (runs[1] - runs[0]).total_seconds() if runs else None


def _views(account: AccountPolicy, expected: Result) -> Iterator[tuple[str, object, object]]:
    yield "status", account.status, expected.status
    if account.status == "disabled":
        return
    resolved = account.resolved
    yield "policy", resolved.policy if resolved else {}, expected.policy
    yield "errors", sorted(_errors(resolved)) if resolved else [], sorted(_expected_errors(expected))
    yield "notes", sorted(_notes(resolved)) if resolved else [], sorted(_expected_notes(expected))
    leaves = list(resolved.root.leaves) if resolved else []
    yield "leaves", [leaf[:2] for leaf in leaves], sorted(_settings("", expected.policy or {}))
    alternatives = _alternatives(expected)
    for leaf in leaves:
        steps = [(step.policy.name, step.entity.path, step.operator, step.outcome) for step in leaf.trail]
        yield f"trail of {leaf.path}", steps, expected.trail[leaf.path]
        others = {value for value in leaf.orders.values if value != leaf.value} if leaf.orders else set()
        yield f"other orders of {leaf.path}", others, alternatives.get(leaf.path, set())


def _settings(path: str, document: Tree) -> Iterator[tuple[str, object]]:
    for key, value in document.items():
        place = f"{path}/{segment(key)}" if path else segment(key)
        if isinstance(value, dict):
            yield from _settings(place, value)
        else:
            yield place, tuple(value) if isinstance(value, list) else value


def _errors(resolved: Resolved) -> Iterator[tuple[str, ...]]:
    for error in resolved.errors:
        yield (error.code, error.message, error.path, *error.policies)


def _expected_errors(expected: Result) -> Iterator[tuple[str, ...]]:
    for error in expected.errors:
        yield (error["code"], error["message"], error["path"], *error["contributing_policies"])


def _notes(resolved: Resolved) -> Iterator[tuple[str, ...]]:
    for note in resolved.notes:
        yield (note.kind, note.path, note.policy.name, note.entity.path, note.operator, note.basis)


def _expected_notes(expected: Result) -> Iterator[tuple[str, ...]]:
    for note in expected.notes:
        operator = "" if note["kind"] == "peer-order-unknown" else note["operator"]
        yield (note["kind"], note["path"], note["policy"], note["entity"], operator, note["basis"])


def _alternatives(expected: Result) -> dict[str, set[object]]:
    """By path, as texts and tuples."""
    return {note["path"]: note["alternatives"] for note in expected.notes if note["kind"] == "peer-order-unknown"}
