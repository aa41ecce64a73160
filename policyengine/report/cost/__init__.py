"""`cost` in its formats."""

from policyengine.report.cost.result import CostGate, CostReport, BudgetVerdict

__all__ = ["BudgetVerdict", "CostGate", "CostReport"]
