"""`test` in its formats, all rendered from a `ProjectTestReport`."""

from policyengine.report.test.result import ProjectTestReport

__all__ = ["ProjectTestReport"]
