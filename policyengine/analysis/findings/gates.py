"""Gates: when a run fails, by the severity of its findings or by a limit on a count."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import field

from policyengine.analysis.findings.registry import OF_REQUIREMENTS
from policyengine.base.diagnostics import Severity
from policyengine.base.records import Record
from policyengine.base.rules import Fact


class Gate(Record):
    """When a run fails, and how bad the project wants a check to be: a severity, or None to switch it off.

    Where it is `strict`, a fact that the snapshot lacks is a finding, unless it is one of `unknown`. `left_out` are the
    names of checks that this run is not about; errors about requirements count all the same.
    """

    fail_on: Severity = Severity.ERROR
    levels: Mapping[str, Severity | None] = field(default_factory=dict)
    strict: bool = False
    unknown: tuple[Fact, ...] = ()
    left_out: frozenset[str] = frozenset()

    def level_of(self, name: str, usual: Severity) -> Severity | None:
        """How bad findings of a check are that usually have a level; None where it is off or left out."""
        level = self.levels.get(name, usual)
        stays = level is Severity.ERROR and name in OF_REQUIREMENTS
        return level if stays or name not in self.left_out else None


class GateLimit(Record):
    """The limit of a gate on a count: `number` of them, or with `percent` a share in percent of what is decided."""

    number: float
    percent: bool = False

    def is_exceeded(self, count: int, total: int) -> bool:
        """Whether a count is above the limit; `total` is what is decided, since what is not would act as a yes."""
        return count > (self.number * total / 100 if self.percent else self.number)

    def is_open(self, undecided: int, total: int) -> bool:
        """Whether nothing of a total is decided, so that more than the limit allows may be otherwise."""
        return undecided == total and self.is_exceeded(undecided, total)

    def __str__(self) -> str:
        """The limit as it is written on the command line."""
        return f"{self.number:g}{'%' if self.percent else ''}"
