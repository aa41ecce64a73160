"""`test` in its formats, all rendered from a `Tested`."""

from policyengine.report.test.result import Tested

__all__ = ["Tested"]
