"""The changes between the selections of a plan: which resources take part, and which types are backed up.

The types are those of each Region, given the opt-in of the management account.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from enum import IntEnum
from typing import NamedTuple

from policyengine.analysis.diff.causes import block, settings
from policyengine.analysis.diff.changes import Change, ChangeClass
from policyengine.analysis.diff.orderings import TAGGED, THERE, Movement
from policyengine.analysis.diff.pairs import Pair, matched
from policyengine.analysis.diff.setting_changes import (
    ElementSide,
    RegionalChange,
    in_regions,
    ordered_changes,
    plain_changes,
)
from policyengine.aws.deployment import UNKNOWN, Condition, DeployedPlan, OrUnknown, Selection
from policyengine.aws.facts import CLUSTERS_OF_RDS, resource_features
from policyengine.aws.organization import Organization
from policyengine.aws.settings import (
    BY_RESOURCES,
    BY_TAGS,
    CONDITIONS,
    EXCEPT_TYPES,
    SELECTED_KEY,
    SELECTIONS,
    TAG_ROLE,
    TYPES,
)
from policyengine.base.text import listed, quoted

_LOST, _ADDED = ChangeClass.LOST, ChangeClass.ADDED
_OFF, _ON, _UNSURE = "whose opt-in is off", "whose opt-in is on", "whose opt-in is not known"
_ANY_MORE, _UNTYPED = "nobody can tell any more whether it", "since it has conditions and no resource types"
_KINDS = {"tag": BY_TAGS, "resource": BY_RESOURCES}
_ROLE, _KEY, _TYPES, _EXCEPTED = (row.place for row in (TAG_ROLE, SELECTED_KEY, TYPES, EXCEPT_TYPES))


class TypeReach(IntEnum):
    """Whether a selection backs up a type in a Region; `UNTYPED` where nobody can tell what it takes.

    Names and numbers are part of the ids of changes.
    """

    NOT_SELECTED = 0
    OFF = 1
    UNTYPED = 4
    PERHAPS = 2
    YES = 3


class _Moves(NamedTuple):
    """The class of a change of types from one state to another, and its words."""

    change_class: ChangeClass
    text: str


_MOVES: Mapping[tuple[TypeReach, TypeReach], _Moves] = {
    (TypeReach.YES, TypeReach.NOT_SELECTED): _Moves(_LOST, "no longer backs up {types}"),
    (TypeReach.YES, TypeReach.OFF): _Moves(_LOST, f"no longer backs up {{types}}, {_OFF}"),
    (TypeReach.YES, TypeReach.PERHAPS): _Moves(ChangeClass.WEAKENED, f"{_ANY_MORE} backs up {{types}}, {_UNSURE}"),
    (TypeReach.PERHAPS, TypeReach.NOT_SELECTED): _Moves(ChangeClass.WEAKENED, "no longer selects {types}"),
    (TypeReach.PERHAPS, TypeReach.OFF): _Moves(
        ChangeClass.CHANGED, f"it is known now that it does not back up {{types}}, {_OFF}"
    ),
    (TypeReach.OFF, TypeReach.PERHAPS): _Moves(ChangeClass.CHANGED, f"{_ANY_MORE} backs up {{types}}, {_UNSURE}"),
    (TypeReach.NOT_SELECTED, TypeReach.PERHAPS): _Moves(ChangeClass.STRENGTHENED, "now selects {types}"),
    (TypeReach.PERHAPS, TypeReach.YES): _Moves(ChangeClass.STRENGTHENED, "it is known now that it backs up {types}"),
    (TypeReach.OFF, TypeReach.YES): _Moves(_ADDED, f"now backs up {{types}}, {_ON}"),
    (TypeReach.NOT_SELECTED, TypeReach.YES): _Moves(_ADDED, "now backs up {types}"),
    (TypeReach.YES, TypeReach.UNTYPED): _Moves(ChangeClass.WEAKENED, f"{_ANY_MORE} backs up {{types}}, {_UNTYPED}"),
    (TypeReach.PERHAPS, TypeReach.UNTYPED): _Moves(ChangeClass.WEAKENED, f"{_ANY_MORE} selects {{types}}, {_UNTYPED}"),
    (TypeReach.OFF, TypeReach.UNTYPED): _Moves(ChangeClass.CHANGED, f"{_ANY_MORE} backs up {{types}}, {_UNTYPED}"),
    (TypeReach.NOT_SELECTED, TypeReach.UNTYPED): _Moves(
        ChangeClass.CHANGED, f"nobody can tell whether it now selects {{types}}, {_UNTYPED}"
    ),
    (TypeReach.UNTYPED, TypeReach.NOT_SELECTED): _Moves(
        ChangeClass.WEAKENED, "surely does not select {types} any more"
    ),
    (TypeReach.UNTYPED, TypeReach.OFF): _Moves(
        ChangeClass.CHANGED, f"it is known now that it does not back up {{types}}, {_OFF}"
    ),
    (TypeReach.UNTYPED, TypeReach.PERHAPS): _Moves(ChangeClass.STRENGTHENED, "now surely selects {types}"),
    (TypeReach.UNTYPED, TypeReach.YES): _Moves(ChangeClass.STRENGTHENED, "now surely backs up {types}"),
}
"""A type that is off is no more protected than one that is not selected (facts 2.3)."""


class PlacedSelection(NamedTuple):
    """A selection in an organization."""

    selection: Selection
    organization: Organization

    def reached(self, region: str) -> Mapping[str, TypeReach]:
        """The types that it selects, and what shares a pattern with them, each with whether it is backed up there."""
        services = opted_in(self.organization, region)
        there = self.selection.in_region(region)
        types = {name: _reached(name, there, services) for name in there.reach}
        features = resource_features()
        others = [service for name in types if name in features for service in features[name].opt_in_perhaps]
        clusters = {CLUSTERS_OF_RDS: _by_services(others, services)} if others else {}
        return self._as_far_as_told(types | clusters, there)

    def _as_far_as_told(self, types: Mapping[str, TypeReach], there: Selection) -> Mapping[str, TypeReach]:
        """The same, in doubt where nobody knows what AWS makes of the selection (facts 3.14), or of a pattern in it.

        Only a last valid policy has such a pattern, and that is never what a change leads to.
        """
        features = resource_features()
        shared = [name for name in there.doubted if name in features and features[name].opt_in_perhaps]
        doubted = types if there.lacks_types else {*there.doubted, *([CLUSTERS_OF_RDS] if shared else ())}
        return {
            name: TypeReach.UNTYPED if name in doubted and reached is not TypeReach.OFF else reached
            for name, reached in types.items()
        }


def type_changes(before: PlacedSelection, after: PlacedSelection, regions: tuple[str, ...]) -> Iterator[RegionalChange]:
    """The types that a selection no longer backs up, or only now; reported once where all Regions have the same."""
    return in_regions((change for region in regions for change in _in_region(before, after, region)), len(regions))


def _in_region(before: PlacedSelection, after: PlacedSelection, region: str) -> Iterator[RegionalChange]:
    base_types, head_types = before.reached(region), after.reached(region)
    moved: dict[tuple[TypeReach, TypeReach], list[str]] = {}
    for name in dict.fromkeys((*base_types, *head_types)):
        move = (base_types.get(name, TypeReach.NOT_SELECTED), head_types.get(name, TypeReach.NOT_SELECTED))
        moved.setdefault(move, []).append(name)
    for move, names in moved.items():
        shown = _without_clusters_of(names)
        if move in _MOVES:
            change_class, text = _MOVES[move]
            yield RegionalChange(
                change_class,
                text.format(types=_in_words(shown)),
                f"({_in_id(move[0])}, {_in_id(move[1])}) {shown}",
                region,
            )


def _in_id(reach: TypeReach) -> str:
    """A state as the ids of changes have it: users allow changes by these, so that they outlive the name of a class."""
    return f"<Reached.{reach.name}: {reach.value}>"


def _without_clusters_of(names: list[str]) -> list[str]:
    """The names; clusters go without saying beside the type that goes by the same opt-in."""
    features = resource_features()
    services = {service for can in features.values() for service in can.opt_in_perhaps}
    shares_opt_in = any(not services.isdisjoint(features[name].opt_in or ()) for name in names if name in features)
    return [name for name in names if not (shares_opt_in and name == CLUSTERS_OF_RDS)]


def _in_words(names: list[str]) -> str:
    types = [name for name in names if name != CLUSTERS_OF_RDS]
    if types == names:
        return listed(names, "and")
    return f"{listed(types)} and {CLUSTERS_OF_RDS}" if types else CLUSTERS_OF_RDS


def opted_in(organization: Organization, region: str) -> frozenset[str] | None:
    """The services of AWS Backup that are switched on in a Region, case folded; None where nobody knows."""
    settings = organization.settings
    names = settings.opt_in.get(region) if settings and settings.opt_in else None
    return None if names is None else frozenset(name.casefold() for name in names)


def _reached(name: str, selection: Selection, services: frozenset[str] | None) -> TypeReach:
    """A selection that names a type goes past the opt-in, but for types that share a pattern (facts 2.3.3)."""
    can = resource_features().get(name)
    if can is None or (selection.names_types and not can.opt_in_always):
        return TypeReach.YES
    by_opt_in = TypeReach.PERHAPS if can.opt_in is None else _by_services(can.opt_in, services)
    return TypeReach.PERHAPS if by_opt_in is TypeReach.OFF and selection.names_beside_all(name) else by_opt_in


def _by_services(names: Iterable[str], services: frozenset[str] | None) -> TypeReach:
    if services is None:
        return TypeReach.PERHAPS
    return TypeReach.YES if any(name.casefold() in services for name in names) else TypeReach.OFF


def selection_changes(pair: Pair, base: DeployedPlan, head: DeployedPlan) -> Iterator[Change]:
    """The changes between the selections of a plan that both sides have."""
    pairs = matched(_selections(base), _selections(head), lambda side: (side.part.kind, *sorted(side.settings.items())))
    for side in pairs.lost:
        name = side.part.name
        yield pair.change(ChangeClass.LOST, side.path, "is gone", part=_named(side), before=name)
    for side in pairs.added:
        name = side.part.name
        yield pair.change(ChangeClass.ADDED, side.path, "is new", part=_named(side), after=name)
    for before, after in pairs.renamed:
        old, new = before.part.name, after.part.name
        effect = f"was called {quoted(old)}"
        yield pair.change(
            ChangeClass.CHANGED, after.path, effect, part=_named(after), before=old, after=new, was_at=before.path
        )
    for before, after in (*pairs.kept, *pairs.renamed):
        yield from _tag(pair, before, after)
        yield from _types(
            pair, before, after, tuple(dict.fromkeys(r for r in head.plan.regions if r in base.plan.regions))
        )
        yield from _conditions(pair, before, after)
        yield from _role(pair, before, after, (base, head))
        compared = (_ROLE, _KEY, TAGGED.place, _TYPES, _EXCEPTED, CONDITIONS)
        yield from plain_changes(pair, _named(after), before, after, compared)


def _tag(pair: Pair, before: ElementSide, after: ElementSide) -> Iterator[Change]:
    """The changes of the tag of a selection: another key selects other resources altogether."""
    if before.part.key == after.part.key:
        yield from ordered_changes(pair, _named(after), before, after, (TAGGED,))
        return
    for side, change_class, text in ((before, ChangeClass.LOST, "no longer"), (after, ChangeClass.ADDED, "now")):
        value = side.at(_KEY)
        if not side.part.key:
            continue
        yield pair.change(
            change_class,
            f"{after.path}/{_KEY}",
            f"{text} selects by tag {quoted(side.part.key)}: {listed(side.part.values) or 'no value'}",
            part=_named(after),
            before=value if side is before else None,
            after=value if side is after else None,
            was_at=f"{before.path}/{_KEY}",
            fact=str(side.at(TAGGED.place)),
        )


def _types(pair: Pair, before: ElementSide, after: ElementSide, regions: tuple[str, ...]) -> Iterator[Change]:
    """Types that are backed up no longer, or only now, through the policy or the opt-in."""
    places = [place for place in (_TYPES, _EXCEPTED) if _members(before, place) != _members(after, place)]
    place = places[0] if places else _TYPES
    path, was_at = (f"{side.path}/{place}" if side.part.kind == "resource" else side.path for side in (after, before))
    base_selection, head_selection = (
        PlacedSelection(side.part, changes) for side, changes in zip((before, after), pair.organizations, strict=True)
    )
    changes = list(type_changes(base_selection, head_selection, regions))
    for change in changes:
        yield pair.change(
            change.change_class,
            path,
            change.effect,
            part=_named(after),
            before=before.at(place),
            after=after.at(place),
            region=change.region,
            was_at=was_at,
            fact=change.fact,
            written=bool(places),
        )
    if places and not changes:
        others = {*before.settings, *after.settings} - set(places)
        yield from plain_changes(pair, _named(after), before, after, others)


def _members(side: ElementSide, place: str) -> frozenset[str]:
    """The types of a list in any order; one that has all is all, and so is none where nothing is said at all."""
    selection: Selection = side.part
    named = selection.types if place == _TYPES else selection.excepted
    everything = place == _TYPES and selection.kind == "resource" and not named and not selection.lacks_types
    return frozenset({"*"} if "*" in named or everything else named)


def _role(
    pair: Pair, before: ElementSide, after: ElementSide, plans: tuple[DeployedPlan, DeployedPlan]
) -> Iterator[Change]:
    """Without its role a selection backs up nothing (facts 8.1)."""
    exists = [_has_role(plan, side.part.role) for plan, side in zip(plans, (before, after), strict=True)]
    same = before.part.role == after.part.role
    if same and exists[0] == exists[1]:
        return
    other = [Movement(ChangeClass.CHANGED, exists[0], exists[1])]
    movements = THERE.movements(*exists) if exists[0] != exists[1] else other
    for movement in movements:
        yield pair.change(
            movement.change_class,
            f"{after.path}/{_ROLE}",
            _role_text(before.part.role, after.part.role, movement),
            part=_named(after),
            before=before.at(_ROLE),
            after=after.at(_ROLE),
            was_at=f"{before.path}/{_ROLE}",
            fact="" if exists[0] == exists[1] else f"role {exists[0]} -> {exists[1]}",
            written=not same,
        )


def _has_role(plan: DeployedPlan, role: str) -> OrUnknown[bool]:
    name = role.partition(":role/")[2]
    return plan.environment.has_role(name) if name else UNKNOWN


def _role_text(before: str, after: str, movement: Movement) -> str:
    what = f"role {quoted(after)}" if before == after else f"role {quoted(before)} -> {quoted(after)}"
    if movement.after is False:
        return f"{what}, which does not exist, so nothing is backed up"
    if movement.after is UNKNOWN and movement.before is not UNKNOWN:
        return f"{what}: nobody can tell any more whether it exists"
    return f"{what}, which exists" if movement.before is not movement.after else what


def _conditions(pair: Pair, before: ElementSide, after: ElementSide) -> Iterator[Change]:
    """All conditions must hold at once, so one more selects less, and one less selects more.

    AWS Backup's conditions have no names: a policy's names do not distinguish them.
    """
    old, new = ({condition.criteria: condition for condition in side.part.conditions} for side in (before, after))
    for criteria, condition in old.items():
        if criteria not in new:
            yield _condition_removed(pair, before, after, condition)
    for criteria, condition in new.items():
        if criteria not in old:
            yield _condition_added(pair, before, after, condition)


def _condition_removed(pair: Pair, before: ElementSide, after: ElementSide, condition: Condition) -> Change:
    return pair.change(
        ChangeClass.STRENGTHENED,
        condition.path.replace(before.path, after.path, 1),
        f"condition {_condition_text(condition)} is gone",
        part=_named(after),
        before=condition.value,
        was_at=condition.path,
        fact=str(condition.criteria),
    )


def _condition_added(pair: Pair, before: ElementSide, after: ElementSide, condition: Condition) -> Change:
    return pair.change(
        ChangeClass.WEAKENED,
        condition.path,
        f"only where {_condition_text(condition)}",
        part=_named(after),
        after=condition.value,
        was_at=condition.path.replace(after.path, before.path, 1),
        fact=str(condition.criteria),
    )


def _condition_text(condition: Condition) -> str:
    return quoted(f"{condition.key} {condition.operator.removeprefix('string_').replace('_', ' ')} {condition.value}")


def _selections(plan: DeployedPlan) -> dict[str, ElementSide]:
    document = block(plan.plan.document, SELECTIONS)
    return {
        f"{selection.kind} {selection.name}": ElementSide(
            selection, selection.path, settings(block(document, _KINDS[selection.kind]).get(selection.name))
        )
        for selection in plan.plan.selections
    }


def _named(side: ElementSide) -> str:
    return f"{side.part.kind} selection {quoted(side.part.name)}"
