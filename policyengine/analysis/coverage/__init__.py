"""Coverage: is a resource of an account protected by a plan, and if not, why?"""

from policyengine.analysis.coverage.coverage_results import (
    CoverageGroup,
    CoverageNote,
    CoverageReason,
    CoverageResult,
    JudgedResource,
)

__all__ = ["CoverageGroup", "CoverageNote", "CoverageReason", "CoverageResult", "JudgedResource"]
