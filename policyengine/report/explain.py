"""`explain` on a terminal, and as JSON: for each value its trail, winner and losers, with the lines that wrote them."""

from __future__ import annotations

from collections.abc import Sequence

from policyengine.aws.merge import AccountPolicy, Leaf, Note, NoteKind, Step, value_text
from policyengine.report.effective import note_json
from policyengine.report.json_output import INDENT, step_json, step_line, to_json
from policyengine.report.terminal import MEANINGS, STYLES, TerminalPage


def terminal(account: AccountPolicy, leaves: Sequence[Leaf], *, hypothetical: bool = False, color: bool = False) -> str:
    """Where each of the leaves' values comes from; above them what the account's policies could not do."""
    page = TerminalPage(color=color)
    mark = ", hypothetical: what AWS would refuse is left out" if hypothetical else ""
    status = (account.status, STYLES[account.status])
    page.line((account.account.path, "strong"), f" ({account.account.id}): ", status, (mark, "warning"))
    if account.status in MEANINGS:
        page.line(MEANINGS[account.status])
    resolved = account.resolved if account.status != "disabled" else None
    for error in resolved.errors if resolved else ():
        page.line(("error: ", "error"), f"{error.code} at {error.path}: {error.message}")
    for note in resolved.notes if resolved else ():
        if note.kind is NoteKind.KEY_BLOCKED:
            page.line(("not here: ", "warning"), f"{note.path}: `{note.policy.name}`: {note.detail}")
    for leaf in leaves:
        page.line()
        page.line((leaf.path, "strong"), " = ", (value_text(leaf.value), "good"))
        for step in leaf.trail:
            page.line(*step_line(leaf.path, step))
            if resolved and (reason := resolved.note_of(leaf.path, step)):
                page.line((" " * INDENT + reason.detail, "dim"))
    return page.text()


SCHEMA = "policyengine/explain/1"


def as_json(account: AccountPolicy, leaves: Sequence[Leaf], at: str, *, hypothetical: bool = False) -> str:
    """Every leaf with its trail (interface.md section 4), and the notes of the account's merge."""
    return to_json(
        {
            "schema": SCHEMA,
            "at": at,
            "account": account.account.id,
            "path": account.account.path,
            "status": account.status,
            **({"hypothetical": True} if hypothetical else {}),
            "values": [_value(account, leaf) for leaf in leaves],
            "notes": [note_json(note) for note in _notes(account)],
        }
    )


def _notes(account: AccountPolicy) -> Sequence[Note]:
    return account.resolved.notes if account.resolved and account.status != "disabled" else ()


def _value(account: AccountPolicy, leaf: Leaf) -> dict[str, object]:
    return {"path": leaf.path, "value": leaf.value, "trail": [_step(account, leaf, step) for step in leaf.trail]}


def _step(account: AccountPolicy, leaf: Leaf, step: Step) -> dict[str, object]:
    note = account.resolved.note_of(leaf.path, step) if account.resolved else None
    return step_json(leaf.path, step, note.detail if note else "")
