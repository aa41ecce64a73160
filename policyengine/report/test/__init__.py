"""`test` in its formats, all made from one `Tested`."""

from policyengine.report.test.result import Tested

__all__ = ["Tested"]
