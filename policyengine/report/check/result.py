"""What every format of `check` prints from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import datetime

from policyengine.checks import Untold
from policyengine.diagnostics import Fact
from policyengine.findings import Gate, Verdict
from policyengine.report.text import count
from policyengine.value import value


@value
class CheckResult:
    """A verdict with its circumstances.

    `accounts` counts those judged, `policies` the documents; `names` gives account names by id; `not_judged` says in
    words what a missing snapshot or a fault kept from being looked at, `not_told` the facts that the snapshot lacks and
    checks need; `baseline` names the project's baseline.
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
    not_told: tuple[Untold, ...] = ()
    baseline: str = ""
    gate: Gate = field(default_factory=Gate)
    demanded: tuple[str, ...] = ()
    assertions: int = 0
    prefix: str = ""
    snapshot: str = ""

    @property
    def remarks(self) -> tuple[tuple[str, str], ...]:
        """What no finding says, as titles and texts: what was not judged, and what the snapshot does not tell."""
        judged = tuple(("not judged", reason) for reason in self.not_judged)
        return (*judged, ("not told", _not_told(self.not_told))) if self.not_told else judged


def _not_told(lacking: Sequence[Untold]) -> str:
    """`vaults, roles, needed by 11 checks`."""
    checks = {name for one in lacking if one.fact is not Fact.TAGS for name in one.asking}
    requirements = {name for one in lacking if one.fact is Fact.TAGS for name in one.asking}
    asking = ((len(checks), "check"), (len(requirements), "requirement"))
    needed_by = " and ".join(count(number, noun) for number, noun in asking if number)
    return f"{', '.join(one.fact for one in lacking)}, needed by {needed_by}"
