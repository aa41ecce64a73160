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
        """The severity of a check's findings, by the level that they usually have; None where it is off or left out."""
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

    def in_words(self, option: str, noun: str, numbers: tuple[int, int, int]) -> str:
        """A count against the limit of an option, in words; `numbers` are how many are not `noun`, are, are undecided.

        A share is of what is decided and named with it, rounded so that it never seems to be on the limit's other side.

        >>> GateLimit(1, percent=True).in_words("--max-unprotected", "unprotected", (1, 1, 98))
        '1 unprotected of 2 decided (50.0 %), more than --max-unprotected 1%; 98 undecided, which it does not count'
        """
        others, count, undecided = numbers
        decided = others + count
        over = self.is_exceeded(count, decided)
        tenths = -(-count * 1000 // decided) if over else count * 1000 // (decided or 1)
        of = f" of {decided:,} decided ({tenths // 10}.{tenths % 10} %)" if self.percent else ""
        remainder = f"; {undecided:,} undecided, which it does not count" if undecided else ""
        return f"{count:,} {noun}{of}, {'more than' if over else 'within'} {option} {self}{remainder}"

    def __str__(self) -> str:
        """The limit as it is written on the command line."""
        return f"{self.number:g}{'%' if self.percent else ''}"
