"""From diagnostics to a verdict: levels, order, the gate. The door is `settle`."""

from policyengine.findings.settle import Gate, Verdict, settle

__all__ = ["Gate", "Verdict", "settle"]
