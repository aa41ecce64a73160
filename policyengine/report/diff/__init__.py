"""`diff` in its formats, all rendered from a `DiffResult`."""

from policyengine.report.diff.result import (
    AgreementChanges,
    DiffResult,
    DiffVerdict,
    GateSetting,
    Names,
    RefusedPolicies,
    RestatedRequirement,
)

__all__ = [
    "AgreementChanges",
    "DiffResult",
    "DiffVerdict",
    "GateSetting",
    "Names",
    "RefusedPolicies",
    "RestatedRequirement",
]
