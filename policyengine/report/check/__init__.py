"""`check` in its formats, all rendered from a `CheckResult`."""

from policyengine.report.check.result import AppliedFixes, CheckResult

__all__ = ["AppliedFixes", "CheckResult"]
