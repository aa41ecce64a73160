"""Reads what accounts have, eight at a time, and puts equal items of many accounts together.

What may not be read is unknown: it is named with its reason, and the account counts as one where nobody looked.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple, TypeAlias

from policyengine.aws.facts.api_operations import ASSUME_ROLE
from policyengine.base.records import Record
from policyengine.live.access import AwsAccess
from policyengine.live.account_parts import AccountParts, AccountRegion
from policyengine.live.answers import ApiError, FaultKind

REGIONAL = ("vaults", "local_plans", "restore_testing", "frameworks")
ROLES = "roles"
PARTS = (*REGIONAL, ROLES)

SKIPPED = frozenset({FaultKind.DENIED, FaultKind.REGION_OFF, FaultKind.OTHER, FaultKind.NOT_FOUND})
"""The reason why a part of one account stays unknown; all else ends the reading."""
OFF = frozenset({FaultKind.REGION_OFF, FaultKind.WRONG_CREDENTIALS})
"""What a Region that is off answers to credentials that are good elsewhere."""


class Skip(Record):
    """A part that could not be read: the action, why, AWS's code, and where.

    No Region where it is about all of them.
    """

    action: str
    reason: str
    code: str = ""
    account: str = ""
    region: str = ""


class PartReading(NamedTuple):
    """The items of a part in one account and Region, as JSON texts; None where it could not be read."""

    part: str
    account: str
    region: str
    items: tuple[str, ...] | None


class AccountFacts(Record):
    """The readings of all parts of accounts, and what was skipped."""

    readings: tuple[PartReading, ...] = ()
    skipped: tuple[Skip, ...] = ()

    def __add__(self, other: AccountFacts) -> AccountFacts:
        return AccountFacts(self.readings + other.readings, self.skipped + other.skipped)


_Reader: TypeAlias = Callable[[AccountRegion], Iterator[dict[str, Any]]]


class AccountReader:
    """Reads accounts. `own` is the caller's account, whose credentials are there; all others are entered by the role.

    `demanded` are the Regions that the user named, of which none may be off.
    """

    def __init__(self, access: AwsAccess, *, own: str, demanded: Sequence[str], now: datetime) -> None:
        self._access, self._own, self._demanded, self._now = access, own, frozenset(demanded), now

    def read(self, accounts: Iterable[str], regions: Sequence[str]) -> AccountFacts:
        """The facts of accounts in Regions. Raises as `Calls` does, but not where access is denied."""
        facts = self._access.each(
            "vaults, plans and roles of accounts", lambda account: self._account(account, regions), accounts
        )
        readings = tuple(reading for each in facts for reading in each.readings)
        return AccountFacts(readings, tuple(skip for each in facts for skip in each.skipped))

    def _account(self, account: str, regions: Sequence[str]) -> AccountFacts:
        visit = _Visit(account, is_own=account == self._own, demanded=self._demanded)
        parts = AccountParts(self._access.calls, self._now, visit.note)
        readers: dict[str, _Reader] = {part: getattr(parts, part) for part in PARTS}
        places = [(part, region) for region in regions for part in REGIONAL]
        for part, region in [*places, (ROLES, "")]:
            visit.read(part, region, readers[part])
        return visit.facts


class _Visit:
    """The reading of one account; once its role cannot be assumed, nothing more is asked of it."""

    def __init__(self, account: str, *, is_own: bool, demanded: Collection[str]) -> None:
        self._account, self._is_own, self._demanded = account, is_own, demanded
        self._barred = False
        self._readings: list[PartReading] = []
        self._skipped: list[Skip] = []

    @property
    def facts(self) -> AccountFacts:
        """The facts that were read, and the parts that were not."""
        return AccountFacts(tuple(self._readings), tuple(dict.fromkeys(self._skipped)))

    def note(self, error: ApiError) -> None:
        """Remembers what could not be read."""
        where = "" if error.request.operation is ASSUME_ROLE else error.request.region
        self._skipped.append(Skip(error.request.action, error.kind.value, error.code, self._account, where))

    def read(self, part: str, region: str, reader: _Reader) -> None:
        """Reads a part in a Region. Raises as `Calls` does, but not for what may not be read."""
        items: tuple[str, ...] | None = None
        if not self._barred:
            try:
                where = AccountRegion("" if self._is_own else self._account, region)
                items = tuple(json.dumps(item, sort_keys=True, ensure_ascii=False) for item in reader(where))
            except ApiError as error:
                self._unread(error)
        self._readings.append(PartReading(part, self._account, region, items))

    def _unread(self, error: ApiError) -> None:
        request = error.request
        self._barred = request.operation is ASSUME_ROLE
        if request.region and error.kind in OFF:
            if self._is_own and request.region in self._demanded:
                raise ApiError(FaultKind.REGION_OFF, request, code=error.code, status=error.status)
            self.note(ApiError(FaultKind.REGION_OFF, request, code=error.code))
        elif error.kind in SKIPPED:
            self.note(error)
        else:
            raise error


def items_of(facts: AccountFacts, part: str, everyone: Collection[str]) -> list[dict[str, Any]]:
    """The items of a part as a snapshot has them: equal ones of several accounts and Regions once, in order of names.

    `everyone` are all accounts that count; an item that all of them have has `accounts: "*"`.
    """
    places: dict[str, dict[str, list[str]]] = {}
    for reading in facts.readings:
        for item in dict.fromkeys(reading.items or ()) if reading.part == part else ():
            places.setdefault(item, {}).setdefault(reading.account, []).append(reading.region)
    written = []
    for item, by_account in places.items():
        together: dict[tuple[str, ...], list[str]] = {}
        for account, regions in by_account.items():
            together.setdefault(tuple(sorted(regions)), []).append(account)
        for where, accounts in together.items():
            regional = {} if part == ROLES else {"regions": list(where)}
            written.append({**json.loads(item), "accounts": scope_of(accounts, everyone), **regional})
    return sorted(written, key=lambda each: (each["name"], json.dumps(each, sort_keys=True)))


def looked_at(facts: AccountFacts, part: str, everyone: Collection[str]) -> dict[str, Any] | None:
    """The accounts that could be read in each of the Regions where a part was looked for; None for nowhere.

    A Region in which no account could be read is none of them.
    """
    read: dict[str, set[str]] = {}
    regions: set[str] = set()
    for reading in facts.readings:
        if reading.part == part and reading.items is not None:
            read.setdefault(reading.account, set()).add(reading.region)
            regions.add(reading.region)
    accounts = [account for account, seen in read.items() if seen == regions]
    if not accounts:
        return None
    where = {} if part == ROLES else {"regions": sorted(regions)}
    return {"accounts": scope_of(accounts, everyone), **where}


def scope_of(accounts: Collection[str], everyone: Collection[str]) -> list[str] | str:
    """Accounts as a snapshot names them: all of them as `*`."""
    return "*" if set(accounts) >= set(everyone) else sorted(accounts)
