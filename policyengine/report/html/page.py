"""What a page is made from; `check` and `diff` both give one."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, NamedTuple

from policyengine.diagnostics import Diagnostic
from policyengine.effective import Effective
from policyengine.findings import Waiver
from policyengine.organization import Organization
from policyengine.plan import Deployment
from policyengine.report.diff import DiffResult
from policyengine.report.text import count
from policyengine.requirements import Judgement
from policyengine.value import value

Standing = Literal["counts", "waived", "accepted", "gone"]


class Told(NamedTuple):
    """A finding and what became of it; `gone` are those of a base that its head does not have."""

    diagnostic: Diagnostic
    standing: Standing = "counts"
    waiver: Waiver | None = None


class Count(NamedTuple):
    """A number of the page's head: `3 errors`. `kind` is a severity or a class of change, empty for plain numbers."""

    number: int
    noun: str
    kind: str = ""


def counted(number: int, noun: str, kind: str = "") -> Count:
    """So many of a noun, which takes its plural."""
    return Count(number, count(number, noun).partition(" ")[2], kind)


class Found(NamedTuple):
    """What a run found out about accounts; each part is None where it ended before."""

    organization: Organization | None = None
    effective: Effective | None = None
    deployment: Deployment | None = None
    judgement: Judgement | None = None


@value
class Page:
    """A result with everything that a page shows of it.

    `counts` and `remarks` stand in its head, beside what `compared` sides are called. `accounts` are the ids of those
    to show, None for all. AWS would refuse something of the policies in `refused`: it is left out. `baseline` names the
    file that accepts findings, empty where there is none. `result` is there for a `diff`.
    """

    command: Literal["check", "diff"]
    at: datetime
    failed: bool
    counts: tuple[Count, ...]
    remarks: tuple[str, ...]
    findings: tuple[Told, ...]
    found: Found
    refused: frozenset[str]
    accounts: frozenset[str] | None = None
    compared: str = ""
    baseline: str = ""
    result: DiffResult | None = None
