"""What changed about the vault that backups go to: another vault, or another lock on the same."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from policyengine.diff.orderings import of_locks, of_maximum, of_minimum
from policyengine.diff.values import ChangeClass
from policyengine.plan import UNKNOWN, Vault
from policyengine.requirements.durations import shown
from policyengine.wording import quoted


class VaultChange(NamedTuple):
    """What a change of vault means, in words, and in which Region; none where it is the same in all.

    `fact` is what the snapshot says of the vaults, before and after; `bounds` says that it is about how long backups
    may be kept, so that it means something only together with a retention.
    """

    change_class: ChangeClass
    effect: str
    fact: str
    region: str
    bounds: bool = False


def vault_changes(pairs: list[tuple[Vault, Vault]]) -> Iterator[VaultChange]:
    """The changes from one vault to the other, for each Region; told once where all Regions see the same."""
    found = [change for before, after in pairs for change in _changes(before, after)]
    for same in dict.fromkeys(change._replace(region="") for change in found):
        regions = [change.region for change in found if change._replace(region="") == same]
        if len(regions) == len(pairs):
            yield same
        else:
            yield from (same._replace(region=region) for region in regions)


def _changes(before: Vault, after: Vault) -> Iterator[VaultChange]:
    if before.name != after.name:
        yield _another(before, after)
        return
    name, region = f"vault {quoted(after.name)}", after.region
    if before.exists is True and after.exists is False:
        yield VaultChange(ChangeClass.LOST, f"{name} is gone", "gone", region)
    elif before.exists is False and after.exists is True:
        yield VaultChange(ChangeClass.ADDED, f"{name} is there now", "there", region)
    if before.lock != after.lock and UNKNOWN not in (before.lock, after.lock):
        change = f"{before.lock} -> {after.lock}"
        yield VaultChange(of_locks(before, after), f"lock of {name} {change}", f"lock {change}", region)
    least, most = (before.min_retention, after.min_retention), (before.max_retention, after.max_retention)
    for noun, change_class, values in (("minimum", of_minimum(before, after), least), ("maximum", of_maximum(), most)):
        was, now = values
        if was is not UNKNOWN and now is not UNKNOWN and was != now:
            change = f"{shown(was)} -> {shown(now)}"
            yield VaultChange(
                change_class, f"{noun} retention of {name} {change}", f"{noun} {change}", region, bounds=True
            )


def _another(before: Vault, after: Vault) -> VaultChange:
    """Backups go to another vault; into one that does not exist nothing goes."""
    said = f"vault {quoted(before.name)}{_state(before)} -> {quoted(after.name)}{_state(after)}"
    fact = f"{_state(before)} -> {_state(after)}"
    if after.exists is False and before.exists is not False:
        return VaultChange(ChangeClass.LOST, said, fact, after.region)
    if before.exists is False and after.exists is True:
        return VaultChange(ChangeClass.ADDED, said, fact, after.region)
    return VaultChange(of_locks(before, after), said, fact, after.region)


def _state(vault: Vault) -> str:
    """What is known of a vault, in brackets."""
    if vault.exists is False:
        return " (does not exist)"
    return "" if vault.lock is UNKNOWN else f" ({'not locked' if vault.lock == 'none' else f'{vault.lock} lock'})"
