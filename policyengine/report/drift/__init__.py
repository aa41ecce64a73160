"""`drift` in its formats, all rendered from a `DriftResult`."""

from policyengine.report.drift.result import ComparedWith, DriftResult, DriftVerdict

__all__ = ["ComparedWith", "DriftResult", "DriftVerdict"]
