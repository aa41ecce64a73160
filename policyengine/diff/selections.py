"""What changed between the selections of a plan: which resources take part."""

from __future__ import annotations

from collections.abc import Iterator

from policyengine.diff.matching import matched
from policyengine.diff.orderings import SELECTION
from policyengine.diff.pairs import Pair
from policyengine.diff.settings import Side, ordered_changes, plain_changes
from policyengine.diff.texts import block, texts
from policyengine.diff.values import Change, ChangeClass
from policyengine.plan import Condition, DeployedPlan
from policyengine.wording import quoted

_KINDS = {"tag": "tags", "resource": "resources"}


def selection_changes(pair: Pair, base: DeployedPlan, head: DeployedPlan) -> Iterator[Change]:
    """What changed between the selections of a plan that both sides have."""
    found = matched(_selections(base), _selections(head), lambda side: (side.part.kind, *sorted(side.texts.items())))
    for side in found.lost:
        name = side.part.name
        yield pair.change(ChangeClass.LOST, side.path, "is gone", part=_named(side), before=name)
    for side in found.added:
        name = side.part.name
        yield pair.change(ChangeClass.ADDED, side.path, "is new", part=_named(side), after=name)
    for before, after in found.renamed:
        old, new = before.part.name, after.part.name
        effect = f"was called {quoted(old)}"
        yield pair.change(
            ChangeClass.CHANGED, after.path, effect, part=_named(after), before=old, after=new, was_at=before.path
        )
    for before, after in (*found.kept, *found.renamed):
        yield from ordered_changes(pair, _named(after), before, after, SELECTION)
        yield from _conditions(pair, before, after)
        known = (*(ordering.place for ordering in SELECTION), "conditions")
        yield from plain_changes(pair, _named(after), before, after, known)


def _conditions(pair: Pair, before: Side, after: Side) -> Iterator[Change]:
    """All conditions must hold at once, so one more selects less, and one less selects more."""
    old, new = _by_place(before), _by_place(after)
    for place, condition in old.items():
        if place not in new:
            effect = f"condition {_said(condition)} is gone"
            path, was = f"{after.path}/{place}", _value(condition)
            yield pair.change(ChangeClass.STRENGTHENED, path, effect, part=_named(after), before=was)
        elif _said(condition) != _said(new[place]):
            effect = f"condition {_said(condition)} -> {_said(new[place])}"
            path, was, now = f"{after.path}/{place}", _value(condition), _value(new[place])
            yield pair.change(ChangeClass.CHANGED, path, effect, part=_named(after), before=was, after=now)
    for place, condition in new.items():
        if place not in old:
            effect, now = f"only where {_said(condition)}", _value(condition)
            path = f"{after.path}/{place}"
            yield pair.change(ChangeClass.WEAKENED, path, effect, part=_named(after), after=now)


def _by_place(side: Side) -> dict[str, Condition]:
    return {found.path.removeprefix(f"{side.path}/"): found for found in side.part.conditions}


def _said(condition: Condition) -> str:
    return quoted(f"{condition.key} {condition.operator.removeprefix('string_')} {condition.value}")


def _value(condition: Condition) -> str:
    return condition.value


def _selections(plan: DeployedPlan) -> dict[str, Side]:
    document = block(plan.plan.document, "selections")
    return {
        f"{selection.kind} {selection.name}": Side(
            selection, selection.path, texts(block(document, _KINDS[selection.kind]).get(selection.name))
        )
        for selection in plan.plan.selections
    }


def _named(side: Side) -> str:
    return f"{side.part.kind} selection {quoted(side.part.name)}"
