"""The result that every format of `cost` prints."""

from __future__ import annotations

from typing import Literal, NamedTuple

from policyengine.analysis.cost import CostComparison, CostResult, CostSum
from policyengine.base.diagnostics import Diagnostic
from policyengine.base.records import Record

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


class CostReport(Record):
    """An estimate, the usage file that it rests on, and the budget.

    `on_inventory` are the findings on the inventory itself that count.
    """

    result: CostResult
    usage: str
    budget: float | None = None
    on_inventory: tuple[Diagnostic, ...] = ()

    @property
    def gate(self) -> CostGate:
        """The budget is that of each month asked for, else of a month in the steady state."""
        return CostGate(self.budget, self.result.month_totals or (self.result.total,))

    @property
    def verdict(self) -> BudgetVerdict:
        """The verdict of the budget."""
        return self.gate.verdict


class IncreaseLimit(NamedTuple):
    """The most that a change may add to a month: an amount, or a percentage of what it costs before."""

    amount: float
    percent: bool = False


class CostOfChange(Record):
    """The cost of a change, the usage file that it rests on, and the limit of what it may add to a month."""

    comparison: CostComparison
    usage: str
    limit: IncreaseLimit | None = None

    @property
    def allowed(self) -> float | None:
        """The increase that is allowed, in money; None where nobody can say, as the base is incomplete."""
        if self.limit is None or not self.limit.percent:
            return self.limit.amount if self.limit else None
        before = self.comparison.before.total
        return None if before.incomplete else (before.amount or 0.0) * self.limit.amount / 100

    @property
    def failed(self) -> bool:
        """Whether it costs more than it may; what is unknown is no reason to pass."""
        if self.limit is None:
            return False
        increase, allowed = self.comparison.increase, self.allowed
        if increase is not None and increase <= 0:
            return False
        return increase is None or allowed is None or increase > allowed
