"""`diff` in its formats, all made from one `DiffResult`."""

from policyengine.report.diff.result import DiffResult, Names, Refused

__all__ = ["DiffResult", "Names", "Refused"]
