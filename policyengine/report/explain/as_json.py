"""`explain --format json`."""

from __future__ import annotations

from collections.abc import Sequence

from policyengine.aws.merge import AccountPolicy, Leaf, Note, Step
from policyengine.report.effective.as_json import note_json
from policyengine.report.json_output import step_json, to_json

SCHEMA = "policyengine/explain/1"


def render(account: AccountPolicy, leaves: Sequence[Leaf], at: str, *, hypothetical: bool = False) -> str:
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
