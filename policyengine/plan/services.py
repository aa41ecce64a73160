"""The service opt-in of the management account: which resource types selections reach in a Region (facts 2.3)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from policyengine.facts import resource_features, resource_types
from policyengine.plan.values import Reach, Selection


class OptIn:
    """The services that are switched on, in AWS's names by Region; of a Region that is not there nothing is known.

    It decides for every plan that comes from a policy, whatever the account that has the plan says (facts 2.3.2).
    """

    def __init__(self, services: Mapping[str, Iterable[str]]) -> None:
        self._on = {region: frozenset(name.casefold() for name in names) for region, names in services.items()}

    @property
    def regions(self) -> tuple[str, ...]:
        """The Regions of which something is known."""
        return tuple(self._on)

    def reached(self, reach: Reach, region: str) -> tuple[str, ...]:
        """The types that selections reach in a Region, in the order of the catalogue."""
        return self.reached_by(reach.selections, (region,)) if region in self._on else reach.types

    def reached_by(self, selections: Collection[Selection], regions: Iterable[str] | None) -> tuple[str, ...]:
        """The types that selections reach in each of these Regions, None for whatever Region."""
        where = self._on if regions is None else [region for region in regions if region in self._on]
        found = [
            {kind for found in selections for kind in found.reach if _is_reached(found, kind, self._on[region])}
            for region in where
        ] or [{kind for found in selections for kind in found.reach}]
        return tuple(kind for kind in resource_types("aws") if all(kind in reached for reached in found))

    def has_continuous(self, types: Iterable[str], region: str) -> bool:
        """Whether continuous backup does anything for one of the types that are reached in a Region (facts 1.4.1)."""
        on = self._on.get(region)
        return any(_is_continuous(kind, on) for kind in types)


def _is_reached(selection: Selection, kind: str, on: Collection[str]) -> bool:
    """A selection that names a type goes past the opt-in, but for types that share an ARN (facts 2.3.3)."""
    known = resource_features().get(kind)
    if known is None or (selection.names_types and not known.opt_in_always):
        return True
    if known.opt_in is None:  # the name is not confirmed: `Aurora DSQL`, most likely
        return any(name.replace(" ", "").endswith(kind.casefold()) for name in on)
    return any(service.casefold() in on for service in known.opt_in)


def _is_continuous(kind: str, on: Collection[str] | None) -> bool:
    """Of services that share an ARN only the one that the type is called after has it: Aurora."""
    known = resource_features().get(kind)
    if known is None or known.continuous in {"no", "unknown"}:
        return False
    return known.continuous == "yes" or on is None or kind.casefold() in on
