"""What a change does to every account, change by change, with its class and its cause. The door is `compare`."""

from policyengine.diff.compare import compare
from policyengine.diff.values import Cause, Change, ChangeClass, Comparison, Flip, Move, Refusal, Side

__all__ = ["Cause", "Change", "ChangeClass", "Comparison", "Flip", "Move", "Refusal", "Side", "compare"]
