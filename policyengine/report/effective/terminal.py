"""`effective` on a terminal: each account with its status, plans, errors and what was left out."""

from __future__ import annotations

import json
from collections.abc import Sequence

from policyengine.effective import AccountPolicy
from policyengine.report.status import MEANINGS, STYLES
from policyengine.report.text import Page


def render(accounts: Sequence[AccountPolicy], *, color: bool = False) -> str:
    """The effective policies for people, documents as indented JSON."""
    page = Page(color=color)
    for account in accounts:
        _account(page, account)
    return page.text()


def _account(page: Page, account: AccountPolicy) -> None:
    entity = account.account
    page.line((entity.path, "strong"), f" ({entity.id}): ", (account.status, STYLES[account.status]))
    resolved = account.resolved
    if account.status == "disabled" or resolved is None:
        page.line(f"  {MEANINGS.get(account.status, '')}")
        return page.line()
    for error in resolved.errors:
        page.line(("  error: ", "error"), f"{error.code} at {error.path}: {error.message}")
    for note in resolved.notes:
        where = note.entity.path or "the root"
        page.line(("  note: ", "info"), f"{note.path}: `{note.policy.name}` at {where}: {note.detail}")
    if account.status in MEANINGS:
        page.line(f"  {MEANINGS[account.status]}:")
    for line in json.dumps(resolved.policy, indent=2, ensure_ascii=False).split("\n"):
        page.line(f"  {line}")
    return page.line()
