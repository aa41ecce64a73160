"""`effective` on a terminal: each account with its status, plans, errors and what was left out."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence

from policyengine.aws.merge import AccountPolicy
from policyengine.report.terminal import MEANINGS, STYLES, Page


def render(
    accounts: Sequence[AccountPolicy],
    *,
    distinct: bool = False,
    hypothetical: Collection[str] = (),
    color: bool = False,
) -> str:
    """The effective policies for people, documents as indented JSON.

    `distinct` writes accounts that share an outcome above one document; `hypothetical` are the ids of accounts with
    refused documents above them.
    """
    page = Page(color=color)
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


def _heading(page: Page, account: AccountPolicy, *, hypothetical: bool) -> None:
    mark = ", hypothetical: what AWS would refuse is left out" if hypothetical else ""
    status = (account.status, STYLES[account.status])
    page.line((account.account.path, "strong"), f" ({account.account.id}): ", status, (mark, "warning"))


def _outcome(page: Page, account: AccountPolicy) -> None:
    resolved = account.resolved
    if account.status == "disabled" or resolved is None:
        page.line(f"  {MEANINGS.get(account.status, '')}")
        return
    for error in resolved.errors:
        page.line(("  error: ", "error"), f"{error.code} at {error.path}: {error.message}")
    for note in resolved.notes:
        where = note.entity.path or "the root"
        page.line(("  note: ", "info"), f"{note.path}: `{note.policy.name}` at {where}: {note.detail}")
    if account.status in MEANINGS:
        page.line(f"  {MEANINGS[account.status]}:")
    for line in json.dumps(resolved.policy, indent=2, ensure_ascii=False).split("\n"):
        page.line(f"  {line}")
