"""The contents of a page, the same for `check` and `diff`, and the numbered rows that its parts refer to."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Literal, NamedTuple

from policyengine.analysis.findings import Waiver
from policyengine.analysis.requirements import Judgement
from policyengine.aws.deployment import Deployment
from policyengine.aws.merge import Effective
from policyengine.aws.organization import Organization
from policyengine.base.diagnostics import Diagnostic
from policyengine.base.records import Record
from policyengine.report.check.causes import FindingCount
from policyengine.report.diff import DiffResult, DiffVerdict
from policyengine.report.shown_text import count

Standing = Literal["counts", "waived", "accepted", "gone"]
_BITS = 8
_SHORT = 100  # characters that are not worth counting
_ENCODER = json.JSONEncoder(separators=(",", ":"))


class ShownFinding(NamedTuple):
    """A finding and what became of it; `gone` are those of a base that its head does not have.

    `places` are the findings that it stands for, each at its place, where there are several.
    """

    diagnostic: Diagnostic
    standing: Standing = "counts"
    waiver: Waiver | None = None
    places: tuple[Diagnostic, ...] = ()


class Count(NamedTuple):
    """A number of the page's head: `3 errors`. `kind` is a severity or a class of change, empty for plain numbers."""

    number: int
    noun: str
    kind: str = ""


def counted(number: int, noun: str, kind: str = "") -> Count:
    """So many of a noun, which takes its plural."""
    return Count(number, count(number, noun).partition(" ")[2], kind)


class HeadTable(NamedTuple):
    """A table that opens in the head of a page: its title, the columns' heads, rows of as many texts, notes below."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()


class Results(NamedTuple):
    """The results of a run for accounts; each part is None where the run ended before it."""

    organization: Organization | None = None
    effective: Effective | None = None
    deployment: Deployment | None = None
    judgement: Judgement | None = None


class Page(Record):
    """A result with everything that a page shows of it.

    `counts`, `urgent` remarks and the others stand in its head, beside what `compared` sides are called. `accounts` are
    the ids of those to show, None for all. AWS would refuse settings of the policies in `refused`: they are left out.
    `baseline` names the file that accepts findings, empty where there is none; `causes` are checks with many findings.
    `result` is there for a `diff`, `tables` say what it does to resources and to the cost.
    """

    command: Literal["check", "diff"]
    at: datetime
    verdict: DiffVerdict
    counts: tuple[Count, ...]
    remarks: tuple[str, ...]
    findings: tuple[ShownFinding, ...]
    results: Results
    refused: frozenset[str]
    accounts: frozenset[str] | None = None
    compared: str = ""
    baseline: str = ""
    result: DiffResult | None = None
    causes: tuple[FindingCount, ...] = ()
    tables: tuple[HeadTable, ...] = ()
    urgent: tuple[str, ...] = ()


def organization_title(organization: Organization) -> str:
    """The title of an organization: its root's name, and its id where the snapshot has it."""
    return ", ".join(filter(None, (organization.root.name, organization.id)))


def compact(value: object) -> str:
    """A value as JSON of the shortest form."""
    return _ENCODER.encode(value)


class Table:
    """Rows by number; equal rows are one."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def add(self, row: object) -> int:
        """The number of a row, which is any value that JSON can hold."""
        return self._numbers.setdefault(compact(row), len(self._numbers))

    def text(self) -> str:
        """All rows as a JSON list."""
        return f"[{','.join(self._numbers)}]"


class Sets:
    """Sets of accounts by number: as ranges `[0, 12, 20, 21]`, each end exclusive, or as the bits of a shorter text."""

    def __init__(self, accounts: Mapping[str, int]) -> None:
        self._accounts = accounts
        self._rows = Table()

    def add(self, ids: Iterable[str]) -> int:
        """The number of a set of accounts; ids that the page does not show are left out."""
        members = sorted({self._accounts[number] for number in ids if number in self._accounts})
        ranges = list(_bounds(members))
        length = len(compact(ranges))
        longer = length > _SHORT and length > len(self._accounts) / 6  # base 64 takes a character for six accounts
        return self._rows.add(self._bits(members) if longer else ranges)

    def text(self) -> str:
        """All sets as a JSON list."""
        return self._rows.text()

    def _bits(self, members: Iterable[int]) -> str:
        """The accounts as bits, the lowest of each byte first, in base 64."""
        bits = bytearray(-(-len(self._accounts) // _BITS))
        for member in members:
            bits[member // _BITS] |= 1 << member % _BITS
        return b64encode(bits).decode("ascii")


def _bounds(members: Iterable[int]) -> Iterator[int]:
    last: int | None = None
    for member in members:
        if member != last:
            if last is not None:
                yield last
            yield member
        last = member + 1
    if last is not None:
        yield last
