"""`coverage` in its formats, all rendered from a `Covered`."""

from policyengine.report.coverage.result import BYS, By, Covered

__all__ = ["BYS", "By", "Covered"]
