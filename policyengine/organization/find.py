"""Accounts as people name them on a command line (interface.md section 3, `effective`)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase

from policyengine.errors import UsageError
from policyengine.organization.tree import Entity, Organization
from policyengine.wording import suggestion

_GLOB = frozenset("*?[")
_SHOWN = 3


def find_accounts(organization: Organization, wanted: Iterable[str]) -> tuple[Entity, ...]:
    """The accounts that the arguments name, by id, each once.

    An argument is an id, else a full path, else a name; with `*`, `?` or `[` a glob over path and name. Raises
    `UsageError` for an argument that matches nothing, or a name that several accounts have.
    """
    accounts = organization.accounts
    found = dict.fromkeys(account for argument in wanted for account in _find(accounts, argument))
    return tuple(sorted(found, key=lambda account: account.id or ""))


def _find(accounts: Sequence[Entity], argument: str) -> Sequence[Entity]:
    exact = _exact(accounts, argument)
    if len(exact) > 1:
        ids = ", ".join(f"{account.id} ({account.path})" for account in exact[:_SHOWN])
        raise UsageError(f"{argument}: {len(exact)} accounts have this name; give an id or a path: {ids}")
    if exact:
        return exact
    globbed = [a for a in accounts if fnmatchcase(a.path, argument) or fnmatchcase(a.name, argument)]
    if globbed and _GLOB.intersection(argument):
        return globbed
    raise UsageError(f"{argument}: no such account{_advice(accounts, argument)}")


def _exact(accounts: Sequence[Entity], argument: str) -> Sequence[Entity]:
    for attribute in ("id", "path", "name"):
        if found := [account for account in accounts if getattr(account, attribute) == argument]:
            return found
    return ()


def _advice(accounts: Sequence[Entity], argument: str) -> str:
    advice = suggestion(argument, (name for a in accounts for name in (a.name, a.path, a.id or "")))
    return f"; {advice}" if advice else ""
