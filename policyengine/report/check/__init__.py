"""`check` in its formats, all rendered from a `CheckResult`."""

from policyengine.report.check.result import CheckResult, Fixed

__all__ = ["CheckResult", "Fixed"]
