"""What changed about the vault that backups go to: another vault, or the same one is not what it was."""

from __future__ import annotations

from collections.abc import Iterator

from policyengine.diff.orderings import BOUNDS, EXISTS, Movement, Ordering, of_vaults
from policyengine.diff.settings import Regional, in_regions, movement_text
from policyengine.diff.values import ChangeClass
from policyengine.plan import UNKNOWN, Vault
from policyengine.wording import quoted


def vault_changes(pairs: list[tuple[Vault, Vault]], *, crossing: bool = False) -> Iterator[Regional]:
    """The changes from one vault to the other, for each Region; told once where all Regions see the same.

    `crossing` says that backups come there from another account.
    """
    found = (change for before, after in pairs for change in _changes(before, after, crossing=crossing))
    return in_regions(found, len(pairs))


def _changes(before: Vault, after: Vault, *, crossing: bool) -> Iterator[Regional]:
    other = _place(before) != _place(after)
    movements = list(of_vaults(before, after, crossing=crossing))
    for row, movement in movements:
        fact = movement_text(row.noun, movement)
        effect = _existence(before, after, movement) if row is EXISTS else _aspect(row, before, after, movement)
        yield Regional(movement.change_class, effect, fact, after.region, bounds=row in BOUNDS)
    if other and not movements:
        text = f"vault {quoted(before.name)}{_state(before)} -> {quoted(after.name)}{_state(after)}"
        yield Regional(ChangeClass.CHANGED, text, "another vault", after.region)


def _aspect(row: Ordering, before: Vault, after: Vault, movement: Movement) -> str:
    if _place(before) == _place(after):
        return movement_text(f"{row.noun} of vault {quoted(after.name)}", movement)
    said = movement_text(row.noun, movement)
    return f"vault {quoted(before.name)} -> {quoted(after.name)}: {said}"


def _existence(before: Vault, after: Vault, movement: Movement) -> str:
    """Into a vault that does not exist nothing goes."""
    name = quoted(after.name)
    if _place(before) != _place(after):
        text = f"vault {quoted(before.name)}{_state(before)} -> {name}{_state(after)}"
        return f"nobody can tell any more whether the vault exists: {text}" if movement.after is UNKNOWN else text
    if movement.after is UNKNOWN:
        return f"nobody can tell any more whether vault {name} exists"
    if movement.before is UNKNOWN:
        return f"it is known now that vault {name} {'exists' if movement.after else 'does not exist'}"
    return f"vault {name} {'is there now' if movement.after else 'is gone'}"


def _place(vault: Vault) -> tuple[str, str, str]:
    return vault.name, vault.region, vault.account


def _state(vault: Vault) -> str:
    """What is known of a vault, in brackets."""
    if vault.exists is not True:
        return " (does not exist)" if vault.exists is False else ""
    return "" if vault.lock is UNKNOWN else f" ({'not locked' if vault.lock == 'none' else f'{vault.lock} lock'})"
