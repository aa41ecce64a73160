"""Small organizations for the tests of `effective`: a root, units below each other, one account at the end."""

from __future__ import annotations

from collections.abc import Sequence

from support.moment import AT

from policyengine.aws.documents import Json, PolicyDocument
from policyengine.aws.merge import AccountPolicy, Resolved, resolve
from policyengine.aws.organization.tree import Entity, Organization

ACCOUNT = "111111111111"

Levels = Sequence[Sequence[Json]]


def account_policy(levels: Levels, *, order_known: bool = True) -> AccountPolicy:
    """What the account gets from documents per level, root first; the last level is the account's own.

    Policies are named `p<level><place>`, units `u1`, `u1/u2`, ...; a single level is the root's.
    """
    return resolve(chain_of(levels, order_known=order_known), at=AT).accounts[0]


def resolved_policy(levels: Levels, *, order_known: bool = True) -> Resolved:
    """The merged document of `account_policy`, which has some policy."""
    resolved = account_policy(levels, order_known=order_known).resolved
    assert resolved
    return resolved


def chain_of(levels: Levels, *, order_known: bool = True) -> Organization:
    """The organization of `account_policy`."""
    levels = [*levels, []] if len(levels) == 1 else levels
    entities: list[Entity] = []
    for depth, documents in enumerate(levels):
        policies = tuple(policy(f"p{depth}{place}", document) for place, document in enumerate(documents))
        entities.append(
            _entity(depth, len(levels), entities[-1] if entities else None, policies, order_known=order_known)
        )
    return Organization(tuple(entities), {p.name: p for entity in entities for p in entity.policies})


def policy(name: str, content: Json) -> PolicyDocument:
    """A document as the snapshot would give it."""
    return PolicyDocument(name, content, 0, 0)


def plan(**settings: Json) -> Json:
    """A document with one plan `p`."""
    return {"plans": {"p": settings}}


def _entity(
    depth: int, levels: int, parent: Entity | None, policies: tuple[PolicyDocument, ...], *, order_known: bool
) -> Entity:
    unordered = 0 if order_known else len(policies)
    if parent is None:
        return Entity("root", None, "Root", "", None, policies, unordered)
    name = "shop" if depth == levels - 1 else f"u{depth}"
    path = f"{parent.path}/{name}" if parent.path else name
    if depth == levels - 1:
        return Entity("account", ACCOUNT, name, path, parent, policies, unordered)
    return Entity("ou", None, name, path, parent, policies, unordered)
