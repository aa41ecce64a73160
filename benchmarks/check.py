"""A check through the library: what `policyengine check` does between reading files and writing a report."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.moment import AT
from policyengine.analysis.findings import Gate, Verdict
from policyengine.base.source import Source
from policyengine.engine import evaluate, judge
from policyengine.session import Session


def check(sources: Sequence[Source], snapshot: Source, memory: Session | None = None) -> Verdict:
    """The verdict on a project. Checks that share a `memory` share what is the same."""
    return judge(evaluate(sources, snapshot, at=AT, memory=memory), Gate(), at=AT)
