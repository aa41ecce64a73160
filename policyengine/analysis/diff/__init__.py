"""The effect of a change on every account, change by change, with its class and its cause. The door is `compare`."""

from policyengine.analysis.diff.account_changes import compare
from policyengine.analysis.diff.causes import block, settings
from policyengine.analysis.diff.changes import (
    Change,
    ChangeCause,
    ChangeClass,
    Flip,
    Move,
    OrganizationComparison,
    RefusedPolicy,
    Side,
)

__all__ = [
    "Change",
    "ChangeCause",
    "ChangeClass",
    "Flip",
    "Move",
    "OrganizationComparison",
    "RefusedPolicy",
    "Side",
    "block",
    "compare",
    "settings",
]
