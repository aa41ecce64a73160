"""Parts of the page that accounts share: status, plans, AWS's errors and what the merge left out."""

from __future__ import annotations

from policyengine.aws.deployment import Deployment, View
from policyengine.aws.merge import AccountPolicy, EffectiveError, Note
from policyengine.aws.organization import Entity
from policyengine.report.effective import STATUS_MEANINGS
from policyengine.report.html.page import Table
from policyengine.report.html.plans import Plans
from policyengine.report.html.tree import PageTree
from policyengine.report.trail_lines import note_line


class States:
    """States by number: `{"status", "plans", "served", "errors", "notes"}`.

    `plans` are those of the merged policies; `served` is there where AWS serves others, and null where those are
    unknown.
    """

    def __init__(self, tree: PageTree, plans: Plans, deployment: Deployment | None) -> None:
        self._tree = tree
        self._plans = plans
        views = (deployment.candidates, deployment.published) if deployment else ((), ())
        self._candidates, self._published = (
            {account: view for view in group for account in view.accounts} for group in views
        )
        self._rows = Table()
        self._notes = Table()
        self._known: dict[tuple[object, ...], int] = {}

    def add(self, account: AccountPolicy) -> int:
        """The number of an account's state."""
        candidate, published = self._view(self._candidates, account), self._view(self._published, account)
        same = (account.status, account.resolved, candidate, published)
        if same not in self._known:
            self._known[same] = self._rows.add(self._row(account, candidate, published))
        return self._known[same]

    def texts(self) -> dict[str, str]:
        """Both tables as JSON lists."""
        return {"states": self._rows.text(), "notes": self._notes.text()}

    def _row(self, account: AccountPolicy, candidate: View | None, published: View | None) -> dict[str, object]:
        resolved = account.resolved if account.status != "disabled" else None
        row: dict[str, object] = {
            "status": account.status,
            "meaning": STATUS_MEANINGS.get(account.status, ""),
            "plans": self._numbers(candidate),
            "errors": [_error(error) for error in resolved.errors] if resolved else [],
            "notes": [self._note(note) for note in resolved.notes] if resolved else [],
        }
        if account.status == "invalid":
            row["served"] = None if published is None or published.withheld else self._numbers(published)
        return row

    def _numbers(self, view: View | None) -> list[int]:
        return [self._plans.add(plan, view.resolved) for plan in view.plans] if view else []

    def _view(self, views: dict[Entity, View], account: AccountPolicy) -> View | None:
        return views.get(account.account) if account.status != "disabled" else None

    def _note(self, note: Note) -> int:
        where = self._tree.entity(note.entity)
        path, text = note_line(note)
        return self._notes.add([note.kind, path, note.policy.name, where, text, note.basis])


def _error(error: EffectiveError) -> dict[str, object]:
    return {"code": error.code, "message": error.message, "path": error.path, "policies": error.policies}
