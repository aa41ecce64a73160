"""Settings of a rule, copy or selection: those with an ordering, and all others as plain texts."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from policyengine.diff.orderings import Ordering, alike, judge
from policyengine.diff.pairs import Pair
from policyengine.diff.values import Change, ChangeClass
from policyengine.plan import FOREVER, Target
from policyengine.requirements.durations import shown
from policyengine.value import value
from policyengine.wording import listed, quoted


@value
class Side:
    """A rule, copy or selection on one side: its typed value, its path, its settings as texts by place."""

    part: Any
    path: str
    texts: Mapping[str, str]


# What a setting is called in a message, where AWS's key is no word for it.
_NOUNS = {
    "delete_after_days": "retention",
    "iam_role_arn": "role",
    "schedule_expression": "schedule",
    "schedule_expression_timezone": "time zone",
}


def ordered_changes(pair: Pair, name: str, before: Side, after: Side, table: tuple[Ordering, ...]) -> Iterator[Change]:
    """Changes of the settings that a table orders."""
    for ordering in table:
        old, new = before.texts.get(ordering.place), after.texts.get(ordering.place)
        if old == new or alike(ordering, before.part, after.part):
            continue
        values = ordering.read(before.part), ordering.read(after.part)
        said = [_shown((ordering.said or ordering.read)(side.part), ordering) for side in (before, after)]
        effect = f"{ordering.noun} {said[0]} -> {said[1]}"
        if said[0] == said[1]:
            texts = [ordering.text(side.part) for side in (before, after)] if ordering.text else [old, new]
            effect = f"{_noun(ordering.place)} {_text(texts[0])} -> {_text(texts[1])}"
        yield pair.change(
            judge(ordering, *values),
            f"{after.path}/{ordering.place}",
            effect,
            part=name,
            before=old,
            after=new,
            was_at=f"{before.path}/{ordering.place}",
        )


def plain_changes(pair: Pair, name: str, before: Side, after: Side, known: Collection[str] = ()) -> Iterator[Change]:
    """Changes of all other settings; `known` are places, and blocks, that were looked at already."""
    changed = {place for place in (*before.texts, *after.texts) if before.texts.get(place) != after.texts.get(place)}
    for place in sorted(changed):
        value = place.removesuffix("tag_key") + "tag_value"
        told_with_value = place.endswith("/tag_key") and value in changed
        if not told_with_value and not any(place == other or place.startswith(f"{other}/") for other in known):
            old, new = before.texts.get(place), after.texts.get(place)
            yield pair.change(
                ChangeClass.CHANGED,
                f"{after.path}/{place}",
                f"{_named_tag(place, before, after) or _noun(place)} {_text(old)} -> {_text(new)}",
                part=name,
                before=old,
                after=new,
                was_at=f"{before.path}/{place}",
            )


def _named_tag(place: str, before: Side, after: Side) -> str:
    """The tag whose value stands at a place, if one does."""
    if not place.endswith("/tag_value"):
        return ""
    key = place.removesuffix("tag_value") + "tag_key"
    return f"tag {quoted(after.texts.get(key) or before.texts.get(key) or '')}"


def _noun(place: str) -> str:
    return _NOUNS.get(place.rpartition("/")[2], place.replace("_", " ").replace("/", " "))


def _text(text: str | None) -> str:
    return "none" if text is None else quoted(text)


def _shown(value: Any, ordering: Ordering) -> str:  # noqa: ANN401 - of the type that the ordering reads
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, (int, float)):
        return ordering.forever if value == FOREVER else shown(value)
    if isinstance(value, Target):
        return quoted(value.name)
    if isinstance(value, str):
        return quoted(value)
    return listed(value) if value else "none"
