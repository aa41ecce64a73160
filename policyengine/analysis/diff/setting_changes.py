"""Settings of a plan, rule, copy or selection: those with an ordering, and all others as they are written."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from policyengine.analysis.diff.causes import Setting, written
from policyengine.analysis.diff.changes import Change, ChangeClass
from policyengine.analysis.diff.orderings import Members, Movement, Ordering
from policyengine.analysis.diff.pairs import Pair
from policyengine.analysis.requirements import shown
from policyengine.aws.arns import VaultArn
from policyengine.aws.deployment import FOREVER, UNKNOWN
from policyengine.aws.settings import RETAIN, SCHEDULE, TAG_KEY, TAG_ROLE, TAG_VALUE
from policyengine.base.records import Record
from policyengine.base.text import listed, quoted

# What a setting is called in a message, where AWS's key is no word for it.
_NOUNS = {
    RETAIN.aws_key: RETAIN.noun,
    TAG_ROLE.aws_key: TAG_ROLE.noun,
    SCHEDULE.aws_key: SCHEDULE.key,
    "schedule_expression_timezone": "time zone",
}


class ElementSide(Record):
    """A plan, rule, copy or selection on one side: its typed value, its path, its settings by place."""

    part: Any
    path: str
    settings: Mapping[str, Setting]

    def at(self, place: str) -> str | None:
        """A setting as the document has it, in one text."""
        return written(self.settings.get(place))


class RegionalChange(NamedTuple):
    """The effect of a fact on a plan in a Region, in words; `fact` distinguishes changes that no document shows.

    Without a Region it applies to all Regions of the plan. `bounds` says that it is about how long a lock keeps
    backups, so that it matters only together with a retention.
    """

    change_class: ChangeClass
    effect: str
    fact: str
    region: str
    bounds: bool = False


def ordered_changes(
    pair: Pair, name: str, before: ElementSide, after: ElementSide, table: tuple[Ordering, ...]
) -> Iterator[Change]:
    """Changes of the settings that a table orders."""
    for ordering in table:
        for movement in ordering.movements(before.part, after.part):
            old, new = before.at(ordering.place), after.at(ordering.place)
            if isinstance(ordering.order, Members):
                old, new = written(movement.before or None), written(movement.after or None)
            yield pair.change(
                movement.change_class,
                f"{after.path}/{ordering.place}",
                _effect(ordering, movement, before, after),
                part=name,
                before=old,
                after=new,
                was_at=f"{before.path}/{ordering.place}",
            )


def plain_changes(
    pair: Pair, name: str, before: ElementSide, after: ElementSide, compared: Collection[str] = ()
) -> Iterator[Change]:
    """Changes of all other settings; `compared` are places, and blocks, that are compared already."""
    old, new = before.settings, after.settings
    changed = {place for place in (*old, *new) if old.get(place) != new.get(place)}
    for place in sorted(changed):
        value = place.removesuffix(TAG_KEY.place) + TAG_VALUE.place
        shown_with_value = place.endswith(f"/{TAG_KEY.place}") and value in changed
        if not shown_with_value and not any(place == other or place.startswith(f"{other}/") for other in compared):
            yield pair.change(
                ChangeClass.CHANGED,
                f"{after.path}/{place}",
                f"{_named_tag(place, old, new) or _noun(place)} {_text(old.get(place))} -> {_text(new.get(place))}",
                part=name,
                before=before.at(place),
                after=after.at(place),
                was_at=f"{before.path}/{place}",
            )


def movement_text(noun: str, movement: Movement, forever: str = "forever") -> str:
    """A movement of a fact in words: "lock of vault `Main` governance -> compliance"."""
    sides = (movement.before, movement.after)
    text = " -> ".join(side if isinstance(side, str) else _shown(side, forever) for side in sides)
    return f"{noun} {text}" if movement.after is not UNKNOWN else f"nobody can tell any more: {noun} {text}"


def in_regions(changes: Iterable[RegionalChange], regions: int) -> Iterator[RegionalChange]:
    """The changes of several Regions, reported once where all `regions` Regions of a plan have the same."""
    equal: dict[RegionalChange, list[str]] = {}
    for change in changes:
        equal.setdefault(change._replace(region=""), []).append(change.region)
    for same, places in equal.items():
        if len(places) == regions:
            yield same
        else:
            yield from (same._replace(region=region) for region in places)


def _effect(ordering: Ordering, movement: Movement, before: ElementSide, after: ElementSide) -> str:
    """In words; two values that read the same are shown as they are written."""
    if isinstance(ordering.order, Members):
        when, members = ("no longer", movement.before) if movement.before else ("now", movement.after)
        return f"{ordering.noun} {when} {listed(members, 'and')}"
    values = [_shown(side, ordering.forever) for side in (movement.before, movement.after)]
    if values[0] != values[1]:
        return f"{ordering.noun} {values[0]} -> {values[1]}"
    texts = [side.settings.get(ordering.place) for side in (before, after)]
    return f"{_noun(ordering.place)} {_text(texts[0])} -> {_text(texts[1])}"


def _named_tag(place: str, before: Mapping[str, Setting], after: Mapping[str, Setting]) -> str:
    """The tag whose value stands at a place, if one does."""
    if not place.endswith(f"/{TAG_VALUE.place}"):
        return ""
    key = place.removesuffix(TAG_VALUE.place) + TAG_KEY.place
    return f"tag {_text(after.get(key) or before.get(key) or '')}"


def _noun(place: str) -> str:
    return _NOUNS.get(place.rpartition("/")[2], place.replace("_", " ").replace("/", " "))


def _text(setting: Setting | None) -> str:
    if setting is None:
        return "none"
    return quoted(setting) if isinstance(setting, str) else listed(setting) or "none"


def _shown(value: Any, forever: str) -> str:  # noqa: ANN401 - of the type that the ordering reads
    if value is UNKNOWN:
        return "not known"
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, (int, float)):
        return forever if value == FOREVER else shown(value)
    if isinstance(value, VaultArn):
        return quoted(value.name)
    if isinstance(value, (str, date)):
        return quoted(value) if isinstance(value, str) else value.isoformat()
    return listed(value) if value else "none"
