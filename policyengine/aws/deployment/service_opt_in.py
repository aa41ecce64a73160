"""The service opt-in, which decides what resource types selections reach in a Region (facts 2.3)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping

from policyengine.aws.deployment.plans import UNKNOWN, OrUnknown, Selection
from policyengine.aws.facts import resource_features, resource_types
from policyengine.aws.facts.names import may_be_service


class OptIn:
    """The services that are opted in, in AWS's names by Region; a Region that is missing is unknown.

    It decides for every plan of a policy; the opt-in of the account that has the plan does not count (facts 2.3.2).
    """

    def __init__(self, services: Mapping[str, Iterable[str]]) -> None:
        self._on = {region: frozenset(name.casefold() for name in names) for region, names in services.items()}

    @property
    def regions(self) -> tuple[str, ...]:
        """The Regions whose opt-in is known."""
        return tuple(self._on)

    def reached_by(self, selections: Iterable[Selection], regions: Iterable[str] | None) -> tuple[str, ...]:
        """The types that selections can reach in each of some Regions; None stands for all whose opt-in is known."""
        return self._reached(tuple(selections), regions, lambda selection: selection.reach, perhaps=True)

    def surely_reached_by(self, selections: Iterable[Selection], regions: Iterable[str] | None) -> tuple[str, ...]:
        """Those of them that nobody doubts."""
        return self._reached(tuple(selections), regions, lambda selection: selection.sure_reach, perhaps=False)

    def all_reached_by(self, selection: Selection, region: str) -> tuple[str, ...] | None:
        """All types that a selection can reach in a Region; None where nobody knows them all.

        Nobody knows what a selection without types takes (facts 3.14), nor what a service is for that AWS's documents
        do not have.
        """
        has_stranger = not all(map(may_be_service, self._on.get(region, ())))
        if selection.lacks_types or (has_stranger and not selection.names_types):
            return None
        return self.reached_by((selection,), (region,))

    def _reached(
        self,
        selections: Collection[Selection],
        regions: Iterable[str] | None,
        types_of: Callable[[Selection], tuple[str, ...]],
        *,
        perhaps: bool,
    ) -> tuple[str, ...]:
        """The types in each of some Regions, given those of a selection without regard to the opt-in.

        With those that are off and of which AWS does not say whether they go past it, if `perhaps`.
        """
        by_region = [
            {
                kind
                for choice in (each.in_region(region) for each in selections)
                for kind in types_of(choice)
                if self._is_reached(choice, kind, region) or (perhaps and choice.names_beside_all(kind))
            }
            for region in (self._on if regions is None else regions)
        ] or [{kind for choice in selections for kind in types_of(choice)}]
        return tuple(kind for kind in resource_types("aws") if all(kind in reached for reached in by_region))

    def _is_reached(self, selection: Selection, kind: str, region: str) -> bool:
        """Whether the opt-in, where it is known, does not keep out a type of a selection."""
        on = self._on.get(region)
        return on is None or _is_reached(selection, kind, on)

    def has(self, kind: str, services: Collection[str] | None, region: str) -> OrUnknown[bool]:
        """Whether a type is opted in to in a Region by any of AWS's names of it; None where these are not confirmed.

        Unknown where the Region's opt-in is, or where no service of a similar name is on.
        """
        on = self._on.get(region)
        if on is None:
            return UNKNOWN
        if services is not None:
            return any(service.casefold() in on for service in services)
        return any(_may_mean(name, kind) for name in on) or UNKNOWN

    def has_continuous(self, types: Iterable[str], region: str) -> bool:
        """Whether any of the types reached in a Region has continuous backup (facts 1.4.1)."""
        on = self._on.get(region)
        return any(_is_continuous(kind, on) for kind in types)


def _is_reached(selection: Selection, kind: str, on: Collection[str]) -> bool:
    """A selection that names a type overrides the opt-in, but not for types that share an ARN (facts 2.3.3)."""
    features = resource_features().get(kind)
    if features is None or (selection.names_types and not features.opt_in_always):
        return True
    if features.opt_in is None:  # the name is not confirmed: `Aurora DSQL`, most likely
        return any(_may_mean(name, kind) for name in on)
    return any(service.casefold() in on for service in features.opt_in)


def _may_mean(service: str, kind: str) -> bool:
    return service.replace(" ", "").endswith(kind.casefold())


def _is_continuous(kind: str, on: Collection[str] | None) -> bool:
    """Of services that share an ARN only the one with the name of the type has it: Aurora."""
    features = resource_features().get(kind)
    if features is None or features.continuous in {"no", "unknown"}:
        return False
    return features.continuous == "yes" or on is None or kind.casefold() in on
