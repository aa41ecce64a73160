"""`diff` in its formats, all made from one `DiffResult`."""

from policyengine.report.diff.result import Agreed, DiffResult, Names, Refused, Setting

__all__ = ["Agreed", "DiffResult", "Names", "Refused", "Setting"]
