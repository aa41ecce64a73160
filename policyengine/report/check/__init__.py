"""`check` in its formats, all made from one `CheckResult`."""

from policyengine.report.check.result import CheckResult

__all__ = ["CheckResult"]
