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
    """All conditions must hold at once, so one more selects less, and one less selects more.

    AWS Backup's conditions have no names: the names of a policy tell none apart.
    """
    old, new = _without_common(before.part.conditions, after.part.conditions)
    for was, now in _same_question(old, new):
        old.remove(was)
        new.remove(now)
        yield pair.change(
            ChangeClass.WEAKENED,
            now.path,
            f"condition {_said(was)} -> {_said(now)}",
            part=_named(after),
            before=was.value,
            after=now.value,
            was_at=was.path,
        )
    for condition in old:
        effect, path = f"condition {_said(condition)} is gone", condition.path.replace(before.path, after.path, 1)
        yield pair.change(ChangeClass.STRENGTHENED, path, effect, part=_named(after), before=condition.value)
    for condition in new:
        effect = f"only where {_said(condition)}"
        yield pair.change(ChangeClass.WEAKENED, condition.path, effect, part=_named(after), after=condition.value)


def _without_common(
    base: tuple[Condition, ...], head: tuple[Condition, ...]
) -> tuple[list[Condition], list[Condition]]:
    """The conditions that only one side has; one that is there twice asks nothing more."""
    old, new = ({found.asks: found for found in side} for side in (base, head))
    return (
        [found for found in old.values() if found.asks not in new],
        [found for found in new.values() if found.asks not in old],
    )


def _same_question(old: list[Condition], new: list[Condition]) -> list[tuple[Condition, Condition]]:
    """Pairs that ask the same of the same key for another value; what only met the old one is no longer selected."""
    asked = [(found.operator, found.key) for found in old]
    asks = [(found.operator, found.key) for found in new]
    return [
        (old[place], new[asks.index(question)])
        for place, question in enumerate(asked)
        if asked.count(question) == asks.count(question) == 1
    ]


def _said(condition: Condition) -> str:
    return quoted(f"{condition.key} {condition.operator.removeprefix('string_')} {condition.value}")


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
