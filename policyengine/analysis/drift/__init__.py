"""The differences between a project and AWS, each with its cause, its accounts and its effect on backups."""

from policyengine.analysis.drift.attached_drift import AttachedDrift
from policyengine.analysis.drift.drift_values import (
    DRIFT,
    OF_PUBLISHED,
    Against,
    Difference,
    Drift,
    DriftCause,
    Unjudged,
    narrowed,
    with_effects,
)
from policyengine.analysis.drift.matched_tree import MatchedTree
from policyengine.analysis.drift.published_drift import PublishedDrift, PublishedState, folded

__all__ = [
    "DRIFT",
    "OF_PUBLISHED",
    "Against",
    "AttachedDrift",
    "Difference",
    "Drift",
    "DriftCause",
    "MatchedTree",
    "PublishedDrift",
    "PublishedState",
    "Unjudged",
    "folded",
    "narrowed",
    "with_effects",
]
