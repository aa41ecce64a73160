"""`explain` on a terminal: for each value its trail, winner and losers, with the lines that wrote them."""

from __future__ import annotations

from collections.abc import Sequence

from policyengine.aws.merge import AccountPolicy, Leaf, shown
from policyengine.report.json_output import INDENT, step_line
from policyengine.report.terminal import MEANINGS, STYLES, Page


def render(account: AccountPolicy, leaves: Sequence[Leaf], *, hypothetical: bool = False, color: bool = False) -> str:
    """Where each of the leaves' values comes from; above them what the account's policies could not do."""
    page = Page(color=color)
    mark = ", hypothetical: what AWS would refuse is left out" if hypothetical else ""
    status = (account.status, STYLES[account.status])
    page.line((account.account.path, "strong"), f" ({account.account.id}): ", status, (mark, "warning"))
    if account.status in MEANINGS:
        page.line(MEANINGS[account.status])
    resolved = account.resolved if account.status != "disabled" else None
    for error in resolved.errors if resolved else ():
        page.line(("error: ", "error"), f"{error.code} at {error.path}: {error.message}")
    for note in resolved.notes if resolved else ():
        if note.kind == "key-blocked":
            page.line(("not here: ", "warning"), f"{note.path}: `{note.policy.name}`: {note.detail}")
    for leaf in leaves:
        page.line()
        page.line((leaf.path, "strong"), " = ", (shown(leaf.value), "good"))
        for step in leaf.trail:
            page.line(*step_line(leaf.path, step))
            if resolved and (reason := resolved.note_of(leaf.path, step)):
                page.line((" " * INDENT + reason.detail, "dim"))
    return page.text()
