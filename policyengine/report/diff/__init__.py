"""`diff` in its formats, all made from one `DiffResult`."""

from policyengine.report.diff.result import Agreed, DiffResult, Names, Refused, Restated, Setting

__all__ = ["Agreed", "DiffResult", "Names", "Refused", "Restated", "Setting"]
