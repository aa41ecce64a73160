"""What every format of `cost` prints from."""

from __future__ import annotations

from typing import Literal, NamedTuple

from policyengine.analysis.cost import CostResult, CostSum
from policyengine.base.records import record

BudgetVerdict = Literal["pass", "fail", "undecided", "not gated"]


class CostGate(NamedTuple):
    """The most that a month may cost, None where nobody says, and what it is compared with."""

    budget: float | None
    sums: tuple[CostSum, ...]

    @property
    def verdict(self) -> BudgetVerdict:
        """Whether every month is within the budget; undecided where a part of one is unknown."""
        if self.budget is None:
            return "not gated"
        if any((each.amount or 0) > self.budget for each in self.sums):
            return "fail"
        return "undecided" if any(each.incomplete for each in self.sums) else "pass"


@record
class CostReport:
    """An estimate, the usage file that it rests on, and the budget."""

    result: CostResult
    usage: str
    budget: float | None = None

    @property
    def gate(self) -> CostGate:
        """The budget is that of each month asked for, else of a month in the steady state."""
        return CostGate(self.budget, self.result.month_totals or (self.result.total,))

    @property
    def verdict(self) -> BudgetVerdict:
        """What the budget says."""
        return self.gate.verdict
