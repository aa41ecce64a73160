"""`coverage` in its formats, all rendered from a `CoverageReport`."""

from policyengine.report.coverage.result import BYS, CoverageReport, CoverageVerdict, GroupBy

__all__ = ["BYS", "CoverageReport", "CoverageVerdict", "GroupBy"]
