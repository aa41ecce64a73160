"""`drift` in its formats, all rendered from a `DriftResult`."""

from policyengine.report.drift.result import DriftResult, DriftVerdict

__all__ = ["DriftResult", "DriftVerdict"]
