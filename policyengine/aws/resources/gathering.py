"""One inventory of several lists: each resource once, as it was captured last."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import fields, replace
from datetime import datetime, timedelta
from operator import attrgetter

from policyengine.aws.facts.inventories import hidden_from
from policyengine.aws.resources.inventory_rules import (
    INVENTORY_ACCOUNT_UNKNOWN,
    INVENTORY_ARN_REPEATED,
    INVENTORY_STALE,
)
from policyengine.aws.resources.inventory_settings import InventorySettings
from policyengine.aws.resources.resource import NotVisible, Resource, ResourceInventory
from policyengine.base.diagnostics import Diagnostic, Outcome
from policyengine.base.text import escaped, listed

_FIELDS = tuple(attribute.name for attribute in fields(Resource))
_values = attrgetter(*_FIELDS)
_UNSURE = "types"  # of `facts`
_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)


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

    def inventory(self, known: Collection[str] | None) -> Outcome[ResourceInventory]:
        """All that was taken in. `known` are the accounts of the snapshot, None where nobody knows them."""
        resources = tuple(self.resources.values())
        strangers = _strangers(resources, frozenset(known)) if known is not None else {}
        hidden = hidden_by(sorted({resource.source for resource in resources}))
        inventory = ResourceInventory(resources, hidden, self.points, self.repeated, strangers)
        return Outcome(inventory, (*_of_strangers(strangers), *_of_repeated(self.repeated)))


def hidden_by(sources: Iterable[str]) -> tuple[NotVisible, ...]:
    """What kinds of inventories cannot list."""
    return tuple(NotVisible(source, *hidden_from(source)) for source in sources if any(hidden_from(source)))


def _strangers(resources: Iterable[Resource], known: Collection[str]) -> dict[str, int]:
    """The accounts that are not known, each with the number of its resources, the most first."""
    counts = Counter(resource.account for resource in resources if resource.account and resource.account not in known)
    return dict(counts.most_common())


def _of_strangers(strangers: Mapping[str, int]) -> Iterator[Diagnostic]:
    if strangers:
        count, number = sum(strangers.values()), len(strangers)
        resources = "1 resource is" if count == 1 else f"{count:,} resources are"
        accounts = "an account" if number == 1 else f"{number:,} accounts"
        yield INVENTORY_ACCOUNT_UNKNOWN.at(
            None,
            f"{resources} of {accounts} that the snapshot does not know: {listed(strangers)}",
            help="pull the snapshot again, or leave them out of the inventory; no plan is known for them",
        )


def _of_repeated(count: int) -> Iterator[Diagnostic]:
    if count:
        records = "1 record of the inventory has" if count == 1 else f"{count:,} records of the inventory have"
        yield INVENTORY_ARN_REPEATED.at(
            None, f"{records} an ARN that another one has, too; of each the last capture counts"
        )


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
        most = _in_words(settings.max_age)
        yield INVENTORY_STALE.at(
            None,
            f"the inventory {escaped(name, 120)} is {_in_words(age)} old, and `max_age` is {most}",
            help="fetch it again, or set another `max_age` under `[inventory]`",
        )


def _in_words(length: timedelta) -> str:
    """A length of time, as of the moment: "3.5 days", "36 hours"."""
    unit, name = (_DAY, "days") if length > 2 * _DAY else (_HOUR, "hours")
    return f"{length / unit:,.1f}".removesuffix(".0") + f" {name}"
