"""`cost` in its formats."""

from policyengine.report.cost.result import BudgetVerdict, CostGate, CostOfChange, CostReport, IncreaseLimit

__all__ = ["BudgetVerdict", "CostGate", "CostOfChange", "CostReport", "IncreaseLimit"]
