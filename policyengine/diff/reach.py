"""The resource types that a selection backs up, Region by Region, given the opt-in of the management account."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import IntEnum
from typing import NamedTuple

from policyengine.diff.settings import Regional, in_regions
from policyengine.diff.values import ChangeClass
from policyengine.facts import resource_features
from policyengine.organization.tree import Organization
from policyengine.plan import Selection
from policyengine.wording import listed


class Reached(IntEnum):
    """Whether a selection backs up a type in a Region, from the least."""

    NOT_SELECTED = 0
    OFF = 1
    PERHAPS = 2
    YES = 3


class _Moves(NamedTuple):
    """What it means that types go from one state to another, and the words for it."""

    change_class: ChangeClass
    text: str


_LOST, _ADDED = ChangeClass.LOST, ChangeClass.ADDED
_OFF, _ON, _UNSURE = "whose opt-in is off", "whose opt-in is on", "whose opt-in is not known"
_MOVES: Mapping[tuple[Reached, Reached], _Moves] = {
    (Reached.YES, Reached.NOT_SELECTED): _Moves(_LOST, "no longer backs up {types}"),
    (Reached.YES, Reached.OFF): _Moves(_LOST, f"no longer backs up {{types}}, {_OFF}"),
    (Reached.YES, Reached.PERHAPS): _Moves(
        ChangeClass.WEAKENED, f"nobody can tell any more whether it backs up {{types}}, {_UNSURE}"
    ),
    (Reached.PERHAPS, Reached.NOT_SELECTED): _Moves(ChangeClass.WEAKENED, "no longer selects {types}"),
    (Reached.PERHAPS, Reached.OFF): _Moves(
        ChangeClass.CHANGED, f"it is known now that it does not back up {{types}}, {_OFF}"
    ),
    (Reached.OFF, Reached.PERHAPS): _Moves(
        ChangeClass.CHANGED, f"nobody can tell any more whether it backs up {{types}}, {_UNSURE}"
    ),
    (Reached.NOT_SELECTED, Reached.PERHAPS): _Moves(ChangeClass.STRENGTHENED, "now selects {types}"),
    (Reached.PERHAPS, Reached.YES): _Moves(ChangeClass.STRENGTHENED, "it is known now that it backs up {types}"),
    (Reached.OFF, Reached.YES): _Moves(_ADDED, f"now backs up {{types}}, {_ON}"),
    (Reached.NOT_SELECTED, Reached.YES): _Moves(_ADDED, "now backs up {types}"),
}
"""What is off is no more protected than what is not selected (facts 2.3)."""


class Sight(NamedTuple):
    """A selection in an organization."""

    selection: Selection
    organization: Organization

    def reached(self, region: str) -> Mapping[str, Reached]:
        """The types that it selects, each with whether it is backed up in a Region."""
        services = opted_in(self.organization, region)
        return {name: _reached(name, self.selection, services) for name in self.selection.reach}


def type_changes(before: Sight, after: Sight, regions: tuple[str, ...]) -> Iterator[Regional]:
    """The types that a selection no longer backs up, or only now; told once where all Regions see the same."""
    return in_regions((change for region in regions for change in _in_region(before, after, region)), len(regions))


def _in_region(before: Sight, after: Sight, region: str) -> Iterator[Regional]:
    was, is_now = before.reached(region), after.reached(region)
    moved: dict[tuple[Reached, Reached], list[str]] = {}
    for name in dict.fromkeys((*was, *is_now)):
        move = (was.get(name, Reached.NOT_SELECTED), is_now.get(name, Reached.NOT_SELECTED))
        moved.setdefault(move, []).append(name)
    for move, names in moved.items():
        if move in _MOVES:
            change_class, text = _MOVES[move]
            yield Regional(change_class, text.format(types=listed(names, "and")), f"{move} {names}", region)


def opted_in(organization: Organization, region: str) -> frozenset[str] | None:
    """The services of AWS Backup that are switched on in a Region, case folded; None where nobody knows."""
    settings = organization.settings
    names = settings.opt_in.get(region) if settings and settings.opt_in else None
    return None if names is None else frozenset(name.casefold() for name in names)


def _reached(name: str, selection: Selection, services: frozenset[str] | None) -> Reached:
    """A selection that names a type goes past the opt-in, but for types that share a pattern (facts 2.3.3)."""
    can = resource_features().get(name)
    if can is None or (selection.names_types and not can.opt_in_always):
        return Reached.YES
    if services is None or can.opt_in is None:
        return Reached.PERHAPS
    if any(service.casefold() in services for service in can.opt_in):
        return Reached.YES
    perhaps = any(service.casefold() in services for service in can.opt_in_perhaps)
    return Reached.PERHAPS if perhaps else Reached.OFF
