"""The effective backup policy of every account, with the origin of every value. The door is `resolve`."""

from policyengine.effective.fragments import (
    MAY_ALL,
    MAY_APPEND,
    MAY_ASSIGN,
    MAY_REMOVE,
    keys,
    operand,
    segment,
)
from policyengine.effective.nodes import Leaf, Node, Step
from policyengine.effective.notes import Note
from policyengine.effective.open_points import shown
from policyengine.effective.operators import Value
from policyengine.effective.resolve import AccountPolicy, Effective, EffectiveError, Resolved, Status, resolve

__all__ = [
    "MAY_ALL",
    "MAY_APPEND",
    "MAY_ASSIGN",
    "MAY_REMOVE",
    "AccountPolicy",
    "Effective",
    "EffectiveError",
    "Leaf",
    "Node",
    "Note",
    "Resolved",
    "Status",
    "Step",
    "Value",
    "keys",
    "operand",
    "resolve",
    "segment",
    "shown",
]
