"""The reasons and notes of coverage in words, and where they are explained."""

from __future__ import annotations

from collections.abc import Mapping

from policyengine.analysis.coverage import CoverageNote, CoverageReason
from policyengine.base import page_url

_R = CoverageReason

MEANINGS: Mapping[CoverageReason, str] = {
    _R.NO_PLAN_FOR_ACCOUNT: "no plan is in force in the account",
    _R.POLICY_INVALID: "the account's effective policy is invalid, and AWS serves no plan",
    _R.TYPE_NOT_SUPPORTED: "AWS Backup has no such resource type",
    _R.RESTORE_TEST_LEFTOVER: "a restore test left it; plans ignore it",
    _R.NOT_AVAILABLE: "its state is none that AWS Backup can back up",
    _R.OPT_IN_OFF: "the type is not opted in to in the Region",
    _R.EXCLUDED_BY_CONDITION: "a condition of the selection does not hold",
    _R.EXCLUDED_BY_TYPE: "the selection leaves the type out",
    _R.TAG_KEY_CASE: "the tag's key differs in case or outer spaces alone",
    _R.TAG_VALUE_CASE_OR_SPACE: "the tag's value differs in case or outer spaces alone",
    _R.TAG_KEY_TYPO: "the tag's key is one slip from the selected one",
    _R.TAG_VALUE_TYPO: "the tag's value is one slip from a selected one",
    _R.REGION_NOT_IN_PLAN: "the plan does not run in the Region",
    _R.TAG_VALUE_NOT_SELECTED: "the tag is there, and no selection takes its value",
    _R.TYPE_NOT_SELECTED: "no selection takes the type",
    _R.NO_TAG: "it has no tag that a selection takes",
    _R.ACCOUNT_UNKNOWN: "the inventory does not say which account it is in",
    _R.REGION_UNKNOWN: "the inventory does not say which Region it is in",
    _R.TAGS_UNKNOWN: "the inventory does not say which tags it has",
    _R.OPT_IN_UNKNOWN: "nobody knows whether the type is opted in to in the Region",
    _R.NAMED_BESIDE_ALL: "AWS does not say whether a type that is named beside `*` needs the opt-in, which is off",
    _R.STATE_UNKNOWN: "the inventory does not say which state it is in",
    _R.NEGATED_CONDITION: "AWS does not say whether a negated condition takes what lacks the tag",
    _R.CONDITIONS_ALONE: "AWS does not say what a selection takes that has conditions and no types",
    _R.PATTERN_UNKNOWN: "nobody knows a pattern of the last valid policy, which may name the type",
}
"""Each reason in a clause that follows a number of resources."""

if _MISSING := [reason for reason in CoverageReason if reason not in MEANINGS]:
    raise LookupError(f"no meaning for {', '.join(_MISSING)}")

NOTES: Mapping[CoverageNote, str] = {
    CoverageNote.COVERED_THROUGH: "protected through what contains them",
    CoverageNote.COVERED_BY_LOCAL_PLAN: "protected by plans of their account alone",
    CoverageNote.PRECONDITION: "selected, but lacking what backups or copies need",
    CoverageNote.BACKED_UP_TWICE: "backed up by more than one plan",
}


def reason_url(reason: CoverageReason) -> str:
    """The address of a reason's explanation."""
    return page_url(f"coverage.md#{reason.value}")
