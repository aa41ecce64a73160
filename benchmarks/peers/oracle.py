"""The project's own oracle: the rules read literally, one account at a time, nothing shared."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from oracle.effective import Result, effective
from oracle.merging import Level

from benchmarks.moment import AT
from benchmarks.peers import Documents, Peer, flat
from policyengine.aws.cron import next_two, parse_cron


def oracle(documents: Documents) -> Peer:
    """The oracle, with trails, notes and validation."""

    def merge(chain: Sequence[Sequence[str]]) -> Result:
        levels = [
            Level(f"entity {depth}", [(name, documents[name]) for name in names]) for depth, names in enumerate(chain)
        ]
        return effective(levels, at=AT, next_two=_between)

    return Peer("", merge, lambda result: flat(result.policy or {}))


def _between(schedule: str, at: datetime) -> float | None:
    runs = next_two(parse_cron(schedule), at)
    return (runs[1] - runs[0]).total_seconds() if runs else None
