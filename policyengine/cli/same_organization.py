"""Two sides of a comparison that are of different organizations: nothing of one says anything of the other."""

from __future__ import annotations

from policyengine.errors import UsageError
from policyengine.organization import Organization
from policyengine.wording import quoted

OPTION = "--other-organization"
_ADVICE = f"; {OPTION} compares them all the same"


def require_same_organization(names: tuple[str, str], base: Organization, head: Organization) -> None:
    """Raises `UsageError` where two organizations have different ids, or without ids not one account in common."""
    was, is_now = (f"{quoted(name)} is of the organization" for name in names)
    if base.id and head.id:
        if base.id != head.id:
            raise UsageError(f"{was} {quoted(base.id)}, {is_now} {quoted(head.id)}, another one{_ADVICE}")
    elif base.accounts and head.accounts and not _numbers(base) & _numbers(head):
        known = f", and only one says its organization ({quoted(found)})" if (found := base.id or head.id) else ""
        raise UsageError(f"{' and '.join(map(quoted, names))} have no account in common{known}{_ADVICE}")


def _numbers(organization: Organization) -> set[str | None]:
    return {account.id for account in organization.accounts}
