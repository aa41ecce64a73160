"""Editing: a policy of a large project changes, and everything is checked again in the same process."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from benchmarks.check import check
from benchmarks.figures import Figure, Goal, Measurement
from benchmarks.inputs.organizations import organization
from benchmarks.inputs.projects import ASKING, snapshot_text, texts
from benchmarks.scale import Scale
from benchmarks.timing import cpu_of
from policyengine.base.source import Source
from policyengine.session import Session

_SHARE = 0.06


def editing(scale: Scale) -> Measurement:
    """The first check, then one after each of some changes, a policy at a time."""
    found = organization(scale.edited, scale.seed)
    snapshot = Source("organization.json", snapshot_text(found, stored=False))
    sources = [Source("asking.bpol", ASKING), *(Source(name, text) for name, text in texts(found))]
    policies = [number for number, source in enumerate(sources) if source.name.startswith(("unit-", "own-"))]
    session = Session()
    first = cpu_of(lambda: check(sources, snapshot, session))
    taken: list[float] = []
    for place in policies[:: max(1, len(policies) // scale.rounds)][: scale.rounds]:
        edited = _edited(sources, place)
        taken.append(cpu_of(lambda given=edited: check(given, snapshot, session)))  # type: ignore[misc]
        sources = edited
    of = f"{scale.edited.policies:,} policies, {scale.edited.accounts:,} accounts"
    figures = (Figure(f"first check, {of}", first, "s"), Figure("check after an edit, median", median(taken), "s"))
    goal = Goal("check after an edit, of the first", median(taken) / first, _SHARE, "times")
    return Measurement("editing", "Editing", figures, (goal,))


def _edited(sources: Sequence[Source], place: int) -> list[Source]:
    """The sources with another retention in one of them."""
    old = sources[place]
    text = old.text.replace("retain = ", "retain = 1", 1)
    return [*sources[:place], Source(old.name, text), *sources[place + 1 :]]
