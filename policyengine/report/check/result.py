"""What every format of `check` prints from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from policyengine.findings import Verdict


@dataclass(frozen=True, slots=True)
class CheckResult:
    """A verdict with its circumstances.

    `accounts` counts those judged, `policies` the documents; `names` gives account names by id; `not_judged` says in
    words what a missing snapshot or a fault kept from being looked at.
    """

    verdict: Verdict
    at: datetime
    accounts: int
    policies: int
    names: Mapping[str, str]
    not_judged: tuple[str, ...] = ()
