"""What every format of `check` prints from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime

from policyengine.findings import Gate, Verdict
from policyengine.value import value


@value
class CheckResult:
    """A verdict with its circumstances.

    `accounts` counts those judged, `policies` the documents; `names` gives account names by id; `not_judged` says in
    words what a missing snapshot or a fault kept from being looked at; `baseline` names the project's baseline.
    `demanded` are the names of the requirements judged, `assertions` counts theirs, each account by itself.

    For programs: the `gate`, and files as the repository has them: `prefix` is the project's folder below the top of
    its git repository, empty or with a `/` at its end; `snapshot` is the snapshot's file below that top, empty where
    there is none.
    """

    verdict: Verdict
    at: datetime
    accounts: int
    policies: int
    names: Mapping[str, str]
    not_judged: tuple[str, ...] = ()
    baseline: str = ""
    gate: Gate = field(default_factory=Gate)
    demanded: tuple[str, ...] = ()
    assertions: int = 0
    prefix: str = ""
    snapshot: str = ""
