"""What a change does to every account, change by change, with its class and its cause. The door is `compare`."""

from policyengine.analysis.diff.changes import Cause, Change, ChangeClass, Comparison, Flip, Move, Refusal, Side
from policyengine.analysis.diff.compare import compare

__all__ = ["Cause", "Change", "ChangeClass", "Comparison", "Flip", "Move", "Refusal", "Side", "compare"]
