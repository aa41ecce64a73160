"""The effective backup policy of every account, with the trail of every setting. The door is `resolve`."""

from policyengine.aws.merge.fragments import (
    MAY,
    MAY_ALL,
    MAY_APPEND,
    MAY_ASSIGN,
    MAY_REMOVE,
    Fragment,
    Value,
    differing_paths,
    keys,
    operand,
    same_meaning,
    segment,
)
from policyengine.aws.merge.open_points import value_text
from policyengine.aws.merge.order_inference import InferredOrders, infer_orders
from policyengine.aws.merge.resolve import AccountPolicy, Effective, EffectiveError, Resolved, Status, resolve
from policyengine.aws.merge.state import (
    EarlierPeer,
    EmptiedList,
    Leaf,
    Node,
    Note,
    NoteKind,
    OtherOrders,
    Peer,
    RepeatedItem,
    Restriction,
    Step,
)
from policyengine.aws.merge.validity import Conflict

__all__ = [
    "MAY",
    "MAY_ALL",
    "MAY_APPEND",
    "MAY_ASSIGN",
    "MAY_REMOVE",
    "AccountPolicy",
    "Conflict",
    "EarlierPeer",
    "Effective",
    "EffectiveError",
    "EmptiedList",
    "Fragment",
    "InferredOrders",
    "Leaf",
    "Node",
    "Note",
    "NoteKind",
    "OtherOrders",
    "Peer",
    "RepeatedItem",
    "Resolved",
    "Restriction",
    "Status",
    "Step",
    "Value",
    "differing_paths",
    "infer_orders",
    "keys",
    "operand",
    "resolve",
    "same_meaning",
    "segment",
    "value_text",
]
