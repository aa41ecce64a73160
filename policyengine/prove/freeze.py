"""Policies that would only make a merged document invalid: AWS then keeps the last valid one (semantics.md 10.3)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from policyengine.effective import MAY_ASSIGN, MAY_REMOVE, keys
from policyengine.model.documents import ASSIGN, REMOVE, Json
from policyengine.organization.tree import Entity
from policyengine.plan import DAY, Plan, Rule, Selection
from policyengine.prove.concern import NAME
from policyengine.prove.field import Attached, Document, Field
from policyengine.prove.openness import Openness
from policyengine.prove.values import Attack

_MOST_CONTINUOUS = 35 * DAY
_UNFINISHED_PLAN: Document = {NAME: {"regions": {ASSIGN: ["us-east-1"]}}}
_UNFINISHED_RULE: Document = {NAME: {"schedule_expression": {ASSIGN: "cron(0 5 1 * ? *)"}}}
_WITHOUT_ROLE: Document = {NAME: {"tag_key": {ASSIGN: "elsewhere"}, "tag_value": {ASSIGN: ["yes"]}}}
_CONTINUOUS: Document = {
    "enable_continuous_backup": {ASSIGN: "true"},
    "lifecycle": {"delete_after_days": {ASSIGN: "35"}},
}


def freeze(
    field: Field, target: Entity, accounts: Sequence[Entity], plans: Sequence[Plan], open_: Openness
) -> Attack | None:
    """The first policy attached to a target after which AWS would withhold the document of an account.

    `accounts` are valid now; `open_` is what is open at the target.
    """
    for document in _documents(plans, open_):
        policy = field.policy(document)
        for account in accounts if policy else ():
            standing = field.standing(account, None, Attached(policy, target)) if policy else None
            if policy and standing and standing.invalid:
                return Attack(policy.name, field.text(policy), target, account, field.withheld(standing))
    return None


def _documents(plans: Sequence[Plan], open_: Openness) -> Iterator[Document]:
    for plan in plans:
        for selection in plan.selections:
            yield from _emptied(selection, open_)
        yield from _emptied_regions(plan, open_)
    for plan in plans:
        for rule in plan.rules:
            yield from _continuous(rule, open_)
        if open_.grows(f"{plan.path}/rules"):
            yield _nested((*keys(plan.path), "rules"), _UNFINISHED_RULE)
        if open_.grows(f"{plan.path}/selections/tags"):
            yield _nested((*keys(plan.path), "selections", "tags"), _WITHOUT_ROLE)
    if open_.grows("plans"):
        yield {"plans": _UNFINISHED_PLAN}


def _emptied_regions(plan: Plan, open_: Openness) -> Iterator[Document]:
    path = f"{plan.path}/regions"
    operators = open_.operators(path)
    if operators & MAY_REMOVE and plan.regions:
        yield _nested(keys(path), {REMOVE: list(plan.regions)})
    if operators & MAY_ASSIGN:
        yield _nested(keys(path), {ASSIGN: []})


def _emptied(selection: Selection, open_: Openness) -> Iterator[Document]:
    key = "tag_value" if selection.kind == "tag" else "resource_types"
    if not selection.values or not open_.operators(f"{selection.path}/{key}") & MAY_REMOVE:
        return
    values: list[Json] = list(selection.values)
    yield _nested(keys(selection.path), {"tag_key": {ASSIGN: selection.key}, key: {REMOVE: values}})


def _continuous(rule: Rule, open_: Openness) -> Iterator[Document]:
    """Continuous backup beside a retention that is longer than it may be, and that nobody may change."""
    if open_.operators(f"{rule.path}/enable_continuous_backup") and rule.retention > _MOST_CONTINUOUS:
        yield _nested(keys(rule.path), _CONTINUOUS)
    if rule.continuous and open_.operators(f"{rule.path}/lifecycle/delete_after_days") & MAY_ASSIGN:
        yield _nested(keys(rule.path), {"lifecycle": {"delete_after_days": {ASSIGN: "36"}}})


def _nested(path: Sequence[str], inner: Document) -> Document:
    for key in reversed(path):
        inner = {key: inner}
    return inner
