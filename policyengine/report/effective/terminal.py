"""`effective` on a terminal: each account with its status, plans, errors and what was left out."""

from __future__ import annotations

import json
from collections.abc import Sequence

from policyengine.effective import AccountPolicy
from policyengine.report.text import Page

_STATUS = {"valid": "good", "invalid": "error", "empty": "warning", "disabled": "warning"}


def render(accounts: Sequence[AccountPolicy], *, color: bool = False) -> str:
    """The effective policies for people, documents as indented JSON."""
    page = Page(color=color)
    for account in accounts:
        _account(page, account)
    return page.text()


def _account(page: Page, account: AccountPolicy) -> None:
    entity = account.account
    page.line((entity.path, "strong"), f" ({entity.id}): ", (account.status, _STATUS[account.status]))
    resolved = account.resolved
    if account.status == "disabled" or resolved is None:
        return page.line()
    for error in resolved.errors:
        page.line(("  error: ", "error"), f"{error.code} at {error.path}: {error.message}")
    if account.status == "invalid":
        page.line("  AWS keeps the last valid policy; this is the candidate that it withholds:")
    for note in resolved.notes:
        where = note.entity.path or "the root"
        page.line(("  note: ", "info"), f"{note.path}: `{note.policy.name}` at {where}: {note.detail}")
    for line in json.dumps(resolved.policy, indent=2, ensure_ascii=False).split("\n"):
        page.line(f"  {line}")
    return page.line()
