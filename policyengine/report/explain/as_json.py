"""`explain --format json`."""

from __future__ import annotations

from collections.abc import Sequence

from policyengine.effective import AccountPolicy, Leaf, Step, keys
from policyengine.report.effective.as_json import note_json
from policyengine.report.json_text import location, to_json

SCHEMA = "policyengine/explain/1"


def render(account: AccountPolicy, leaves: Sequence[Leaf], at: str) -> str:
    """Every leaf with its trail (interface.md section 4), and the notes of the account's merge."""
    return to_json(
        {
            "schema": SCHEMA,
            "at": at,
            "account": account.account.id,
            "path": account.account.path,
            "status": account.status,
            "values": [_value(leaf) for leaf in leaves],
            "notes": [note_json(note) for note in (account.resolved.notes if account.resolved else ())],
        }
    )


def _value(leaf: Leaf) -> dict[str, object]:
    return {"path": leaf.path, "value": leaf.value, "trail": [_step(leaf, step) for step in leaf.trail]}


def _step(leaf: Leaf, step: Step) -> dict[str, object]:
    origin = step.policy.origin(keys(leaf.path), step.operator)
    return {
        "policy": step.policy.name,
        "entity": step.entity.path,
        "operator": step.operator,
        "outcome": step.outcome,
        "location": location(origin.span if origin else None),
    }
