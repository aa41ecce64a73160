"""What a comparison says, as a page has it."""

from __future__ import annotations

from collections.abc import Iterable

from policyengine.diff import Change
from policyengine.organization import Entity
from policyengine.report.diff import DiffResult
from policyengine.report.diff.words import cause_line
from policyengine.report.html.tables import Sets


def comparison_row(result: DiffResult, sets: Sets) -> dict[str, object]:
    """Changes, requirements that come to something else, and the accounts that came, went, moved or changed status."""
    found = result.comparison
    return {
        "changes": [_change(change, result, sets) for change in found.changes],
        "flips": [[flip.requirement, flip.before, flip.after, sets.add(flip.accounts)] for flip in found.flips],
        "becameInvalid": sets.add(_ids(policy.account for policy in found.became_invalid)),
        "becameValid": sets.add(_ids(policy.account for policy in found.became_valid)),
        "stayedInvalid": sets.add(_ids(found.stayed_invalid)),
        "unknown": sets.add(_ids(found.unknown)),
        "added": sets.add(_ids(found.added)),
        "removed": [[entity.id, entity.name, entity.path] for entity in found.removed],
        "moved": {move.after.id: move.before.path for move in found.moved},
    }


def _change(change: Change, result: DiffResult, sets: Sets) -> dict[str, object]:
    """A change; its causes are `[sign, place, line]` as in a diff, `fails` says whether it fails the gate."""
    return {
        "id": change.id,
        "class": change.change_class.value,
        "subject": change.subject,
        "effect": change.effect,
        "path": change.path,
        "region": change.region,
        "before": change.before,
        "after": change.after,
        "causes": [cause_line(cause) for cause in change.causes],
        "allowed": result.allow.get(change.id),
        "fails": change in result.failing,
        "accounts": sets.add(change.accounts),
    }


def _ids(accounts: Iterable[Entity]) -> list[str]:
    return [account.id or "" for account in accounts]
