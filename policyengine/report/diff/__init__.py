"""`diff` in its formats, all rendered from a `DiffResult`."""

from policyengine.report.diff.result import Agreed, DiffResult, DiffVerdict, GateSetting, Names, Refused, Restated

__all__ = ["Agreed", "DiffResult", "DiffVerdict", "GateSetting", "Names", "Refused", "Restated"]
