"""The service opt-in, which decides what resource types selections reach in a Region (facts 2.3)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from policyengine.aws.deployment.plans import UNKNOWN, OrUnknown, Reach, Selection
from policyengine.aws.facts import resource_features, resource_types


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

    def reached(self, reach: Reach, region: str) -> tuple[str, ...]:
        """The types that selections can reach in a Region, in the order of the catalogue."""
        return self.reached_by(reach.selections, (region,)) if region in self._on else reach.types

    def surely_reached(self, reach: Reach, region: str) -> tuple[str, ...]:
        """Those of them that nobody doubts."""
        return self.surely_reached_by(reach.selections, (region,)) if region in self._on else reach.sure_types

    def reached_by(self, selections: Iterable[Selection], regions: Iterable[str] | None) -> tuple[str, ...]:
        """The types that selections can reach in each of some Regions; None stands for all whose opt-in is known."""
        return self._reached([(choice, choice.reach) for choice in selections], regions)

    def surely_reached_by(self, selections: Iterable[Selection], regions: Iterable[str] | None) -> tuple[str, ...]:
        """Those of them that nobody doubts."""
        return self._reached([(choice, choice.sure_reach) for choice in selections], regions)

    def _reached(
        self, choices: Collection[tuple[Selection, tuple[str, ...]]], regions: Iterable[str] | None
    ) -> tuple[str, ...]:
        """The types in each of some Regions, given those of each selection without regard to the opt-in."""
        where = self._on if regions is None else [region for region in regions if region in self._on]
        by_region = [
            {kind for choice, kinds in choices for kind in kinds if _is_reached(choice, kind, self._on[region])}
            for region in where
        ] or [{kind for _, kinds in choices for kind in kinds}]
        return tuple(kind for kind in resource_types("aws") if all(kind in reached for reached in by_region))

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
