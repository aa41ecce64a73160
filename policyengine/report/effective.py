"""`effective` on a terminal, and as JSON.

The terminal shows each account with its status, plans, errors and what was left out. JSON is written in pieces: each
distinct document is put into text once.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator, Sequence

from policyengine.aws.merge import AccountPolicy, Note, Resolved
from policyengine.aws.note_words import error_text, note_detail
from policyengine.report.json_output import error_json, to_json_line
from policyengine.report.terminal import TerminalPage
from policyengine.report.trail_lines import note_line

STATUS_STYLES = {"valid": "good", "invalid": "error", "empty": "warning", "disabled": "warning"}
"""The style of each status of an account's effective policy."""

STATUS_MEANINGS = {
    "invalid": "AWS keeps the last valid policy; this is the candidate that it withholds",
    "empty": "no backup policy is attached to this account or above it",
    "disabled": "backup policies are not enabled in this organization",
}
"""What each status means for an account; `valid` needs no explanation."""

SCHEMA = "policyengine/effective/1"


def terminal(
    accounts: Sequence[AccountPolicy],
    *,
    distinct: bool = False,
    hypothetical: Collection[str] = (),
    color: bool = False,
    width: int | None = None,
) -> str:
    """The effective policies for people, documents as indented JSON.

    `distinct` writes accounts that share an outcome above one document; `hypothetical` are the ids of accounts with
    refused documents above them.
    """
    page = TerminalPage(color=color, width=width)
    groups: dict[object, list[AccountPolicy]] = {}
    for account in accounts:
        same = (account.status, account.resolved) if distinct else account.account
        groups.setdefault(same, []).append(account)
    for group in groups.values():
        for account in group:
            _heading(page, account, hypothetical=account.account.id in hypothetical)
        _outcome(page, group[0])
        page.line()
    return page.text()


def _heading(page: TerminalPage, account: AccountPolicy, *, hypothetical: bool) -> None:
    mark = ", hypothetical: what AWS would refuse is left out" if hypothetical else ""
    status = (account.status, STATUS_STYLES[account.status])
    page.line((account.account.path, "strong"), f" ({account.account.id}): ", status, (mark, "warning"))


def _outcome(page: TerminalPage, account: AccountPolicy) -> None:
    resolved = account.resolved
    if account.status == "disabled" or resolved is None:
        page.line(f"  {STATUS_MEANINGS.get(account.status, '')}")
        return
    for error in resolved.errors:
        page.line(("  error: ", "error"), error_text(error))
    for note in resolved.notes:
        where, (path, text) = note.entity.path or "the root", note_line(note)
        page.line(("  note: ", "info"), f"{path}: `{note.policy.name}` at {where}: {text}")
    if account.status in STATUS_MEANINGS:
        page.line(f"  {STATUS_MEANINGS[account.status]}:")
    for line in json.dumps(resolved.policy, indent=2, ensure_ascii=False).split("\n"):
        page.unbroken(f"  {line}")


class _Texts:
    """A result's JSON texts: written once, used by every account that shares the result."""

    __slots__ = ("body", "digest", "policy")

    def __init__(self, resolved: Resolved | None) -> None:
        self.policy = to_json_line(resolved.policy if resolved else {})
        errors = to_json_line([error_json(error) for error in resolved.errors] if resolved else [])
        notes = to_json_line([note_json(note) for note in resolved.notes] if resolved else [])
        self.body = f'"policy": {self.policy}, "errors": {errors}, "notes": {notes}'
        self.digest = hashlib.sha256(self.body.encode()).hexdigest()


def as_json(
    accounts: Sequence[AccountPolicy], at: str, *, distinct: bool = False, hypothetical: Collection[str] = ()
) -> Iterator[str]:
    """The document of interface.md section 4, in pieces.

    `distinct` writes each different document once, by its hash; `hypothetical` are the ids of accounts with refused
    documents above them.
    """
    texts: dict[Resolved | None, _Texts] = {}
    yield f'{{"schema": "{SCHEMA}", "at": "{at}",\n "accounts": ['
    for place, account in enumerate(accounts):
        shared = texts.get(account.resolved) or texts.setdefault(account.resolved, _Texts(account.resolved))
        yield ",\n  " if place else "\n  "
        yield from _account(account, shared, distinct=distinct, hypothetical=account.account.id in hypothetical)
    yield "]"
    if distinct:
        yield from _documents(accounts, texts)
    yield "}\n"


def _account(account: AccountPolicy, shared: _Texts, *, distinct: bool, hypothetical: bool) -> Iterator[str]:
    entity = account.account
    head = {"id": entity.id, "name": entity.name, "path": entity.path, "status": account.status}
    yield to_json_line(head)[:-1]
    if hypothetical:
        yield ', "hypothetical": true'
    if account.status == "disabled":
        yield ', "policy": null, "published": null, "errors": [], "notes": []}'
        return
    published = shared.policy if account.status in {"valid", "empty"} else to_json_line(account.published, sort=True)
    yield f', "document": "{shared.digest}"' if distinct else f", {shared.body}"
    yield f', "published": {published}}}'


def _documents(accounts: Sequence[AccountPolicy], texts: dict[Resolved | None, _Texts]) -> Iterator[str]:
    used = {account.resolved for account in accounts if account.status != "disabled"}
    bodies = {shared.digest: shared.body for resolved, shared in texts.items() if resolved in used}
    yield ',\n "documents": {'
    yield ",".join(f'\n  "{digest}": {{{bodies[digest]}}}' for digest in sorted(bodies))
    yield "}"


def note_json(note: Note) -> dict[str, object]:
    """A note as interface.md section 4 has it."""
    return {
        "kind": note.kind,
        "path": note.path,
        "policy": note.policy.name,
        "entity": note.entity.path,
        "detail": note_detail(note),
        "basis": note.basis,
    }
