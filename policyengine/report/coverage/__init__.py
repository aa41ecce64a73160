"""`coverage` in its formats, all rendered from a `CoverageReport`."""

from policyengine.report.coverage.result import BYS, CoverageReport, GroupBy

__all__ = ["BYS", "CoverageReport", "GroupBy"]
