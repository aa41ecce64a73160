"""`diff` in its formats, all rendered from a `DiffResult`."""

from policyengine.report.diff.result import Agreed, DiffResult, GateSetting, Names, Refused, Restated

__all__ = ["Agreed", "DiffResult", "GateSetting", "Names", "Refused", "Restated"]
