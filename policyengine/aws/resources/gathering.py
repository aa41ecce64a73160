"""One inventory of several lists: each resource once, as it was captured last."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import fields, replace
from datetime import datetime
from operator import attrgetter

from policyengine.aws.facts.inventories import hidden_from
from policyengine.aws.resources.inventory_rules import INVENTORY_STALE
from policyengine.aws.resources.inventory_settings import InventorySettings
from policyengine.aws.resources.resource import NotVisible, Resource, ResourceInventory
from policyengine.base.diagnostics import Diagnostic
from policyengine.base.text import escaped

_FIELDS = tuple(attribute.name for attribute in fields(Resource))
_values = attrgetter(*_FIELDS)
_UNSURE = "types"  # of `facts`
_DAY = 86_400  # seconds


class Gathering:
    """Takes resources and recovery points in, list by list.

    `repeated` counts the records of ARNs that were there before.
    """

    def __init__(self) -> None:
        self.resources: dict[str, Resource] = {}
        self.points: dict[str, datetime | None] | None = None
        self.repeated = 0

    def take(self, resource: Resource) -> None:
        """Takes a resource in; of two with an ARN the last capture counts, else the one that comes later.

        What another kind of list cannot say of it stays as the earlier one says.
        """
        before = self.resources.setdefault(resource.arn, resource)
        if before is resource:
            return
        self.repeated += 1
        older = resource.captured_at and before.captured_at and resource.captured_at < before.captured_at
        last, first = (before, resource) if older else (resource, before)
        self.resources[resource.arn] = last if last.source == first.source else _completed(last, first)

    def take_point(self, arn: str, last: datetime | None) -> None:
        """Takes in that there is a recovery point of a resource."""
        self.points = {} if self.points is None else self.points
        before = self.points.get(arn)
        self.points[arn] = max(before, last) if before and last else before or last

    def inventory(self, known: Collection[str] | None) -> ResourceInventory:
        """All that was taken in. `known` are the accounts of the snapshot, None where nobody knows them."""
        resources = tuple(self.resources.values())
        strangers: dict[str, int] = {}
        for resource in resources if known is not None else ():
            if resource.account and resource.account not in known:  # type: ignore[operator]
                strangers[resource.account] = strangers.get(resource.account, 0) + 1
        sources = sorted({resource.source for resource in resources})
        hidden = tuple(NotVisible(source, *hidden_from(source)) for source in sources if any(hidden_from(source)))
        return ResourceInventory(resources, hidden, self.points, self.repeated, strangers)


def _completed(last: Resource, first: Resource) -> Resource:
    """A resource with what is not known of it from another of the same ARN."""
    mine, other = _values(last), _values(first)
    merged = Resource(*(theirs if own is None else own for own, theirs in zip(mine, other, strict=True)))
    facts = {**first.facts, **last.facts}
    name = last.type
    if _UNSURE in facts and not (_UNSURE in last.facts and _UNSURE in first.facts):
        name = first.type if _UNSURE in last.facts else last.type
        del facts[_UNSURE]
    return replace(merged, type=name, parents=tuple(dict.fromkeys((*last.parents, *first.parents))), facts=facts)


def stale(name: str, captured: datetime, settings: InventorySettings, at: datetime) -> Iterator[Diagnostic]:
    """The finding for a list that is older than the project wants."""
    age = at - captured
    if settings.max_age is not None and age > settings.max_age:
        days, most = age.total_seconds() / _DAY, settings.max_age.total_seconds() / _DAY
        yield INVENTORY_STALE.at(
            None,
            f"the inventory {escaped(name, 120)} is {days:,.0f} days old, and `max_age` is {most:,.0f} days",
            help="fetch it again, or set another `max_age` under `[inventory]`",
        )
