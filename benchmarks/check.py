"""A check through the library: what `policyengine check` does between reading files and writing a report."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.moment import AT
from policyengine.analysis.findings import Gate, Verdict
from policyengine.base.source import Source
from policyengine.engine import evaluate, verdict_of
from policyengine.stages import PURE, Stages


def check(sources: Sequence[Source], snapshot: Source, stages: Stages = PURE) -> Verdict:
    """The verdict on a project. Checks with the `stages` of one session share what is the same."""
    return verdict_of(evaluate(sources, snapshot, at=AT, stages=stages), Gate(), at=AT)
