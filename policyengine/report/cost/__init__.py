"""`cost` in its formats."""

from policyengine.report.cost.result import BudgetVerdict, CostGate, CostReport

__all__ = ["BudgetVerdict", "CostGate", "CostReport"]
