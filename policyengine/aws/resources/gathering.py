"""One inventory of several lists: each resource once, as it was captured last."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from operator import attrgetter
from types import MappingProxyType

from msgspec.structs import replace

from policyengine.aws.facts.inventories import hidden_from
from policyengine.aws.organization import InactiveAccount
from policyengine.aws.resources.inventory_rules import (
    INVENTORY_ACCOUNT_UNKNOWN,
    INVENTORY_AHEAD,
    INVENTORY_ARN_REPEATED,
    INVENTORY_STALE,
)
from policyengine.aws.resources.inventory_settings import InventorySettings
from policyengine.aws.resources.resource import NotVisible, Resource, ResourceInventory
from policyengine.base.diagnostics import Diagnostic, Outcome
from policyengine.base.text import escaped, listed, quoted

_FIELDS = Resource.__struct_fields__
_values = attrgetter(*_FIELDS)
_UNSURE = "types"  # of `facts`
_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)
NO_ACCOUNTS: Mapping[str, InactiveAccount] = MappingProxyType({})
_CLOCKS_DIFFER = _HOUR


class Gathering:
    """Takes resources and recovery points in, list by list.

    `repeated` counts the records of ARNs that were there before. `deleted` are resources that were there no more, each
    with the moment when a list says so.
    """

    def __init__(self) -> None:
        self.resources: dict[str, Resource] = {}
        self.points: dict[str, datetime | None] | None = None
        self.repeated = 0
        self.deleted: dict[str, datetime | None] = {}

    def take(self, resource: Resource) -> None:
        """Takes a resource in; of two with an ARN the last capture counts, else the one that comes later.

        What another kind of list cannot say of it stays as the earlier one says.
        """
        if self.deleted and resource.arn in self.deleted and self._was_before(resource, otherwise=False):
            return
        before = self.resources.setdefault(resource.arn, resource)
        if before is resource:
            return
        self.repeated += 1
        older = resource.captured_at and before.captured_at and resource.captured_at < before.captured_at
        last, first = (before, resource) if older else (resource, before)
        self.resources[resource.arn] = last if last.source == first.source else _completed(last, first)

    def take_deleted(self, arn: str, when: datetime | None) -> None:
        """Takes in that a resource was deleted: what was captured before goes; without captures, what was read."""
        self.deleted[arn] = max(filter(None, (when, self.deleted.get(arn))), default=None)
        before = self.resources.get(arn)
        if before is not None and self._was_before(before, otherwise=True):
            self.repeated += 1
            del self.resources[arn]

    def _was_before(self, resource: Resource, *, otherwise: bool) -> bool:
        """Whether a resource was captured before it was deleted; `otherwise` where nobody knows."""
        when, captured = self.deleted[resource.arn], resource.captured_at
        return otherwise if when is None or captured is None else captured <= when

    def take_point(self, arn: str, last: datetime | None) -> None:
        """Takes in that there is a recovery point of a resource."""
        self.points = {} if self.points is None else self.points
        before = self.points.get(arn)
        self.points[arn] = max(before, last) if before and last else before or last

    def inventory(self) -> Outcome[ResourceInventory]:
        """All that was taken in."""
        resources = tuple(self.resources.values())
        sources = sorted({resource.source for resource in resources})
        inventory = ResourceInventory(
            resources, hidden_by(sources), self.points, self.repeated, types_unlisted_by(sources)
        )
        return Outcome(inventory, _of_repeated(self.repeated))


def hidden_by(sources: Iterable[str]) -> tuple[NotVisible, ...]:
    """The resources that kinds of inventories cannot list."""
    return tuple(NotVisible(source, *hidden_from(source)) for source in sources if any(hidden_from(source)))


def types_unlisted_by(sources: Iterable[str]) -> frozenset[str]:
    """The types that none of some kinds of inventories can list."""
    hidden = [frozenset(hidden_from(source).types) for source in sources]
    return frozenset.intersection(*hidden) if hidden else frozenset()


def unknown_accounts(
    resources: Mapping[str | None, int], known: Iterable[str], inactive: Mapping[str, InactiveAccount] = NO_ACCOUNTS
) -> Iterator[Diagnostic]:
    """The findings for resources of accounts that are not `known`, those of the snapshot, and for those of no account.

    `resources` are their numbers by account, None for no account. `inactive` are accounts that the snapshot has for the
    record.

    No plan is known for them, and requirements, which are about accounts, do not meet them.
    """
    accounts = frozenset(known)
    counts = Counter({account: number for account, number in resources.items() if account not in accounts})
    nowhere = counts.pop(None, 0)
    for number in sorted(inactive.keys() & counts.keys()):
        yield INVENTORY_ACCOUNT_UNKNOWN.at(
            None,
            f"{_are(counts.pop(number))} of account {quoted(number)}, which is {inactive[number].condition}",
            help="leave them out of the inventory: no policy reaches the account",
        )
    if counts:
        unknown_ids = [account for account, _ in counts.most_common() if account]
        whose = "an account" if len(unknown_ids) == 1 else f"{len(unknown_ids):,} accounts"
        yield INVENTORY_ACCOUNT_UNKNOWN.at(
            None,
            f"{_are(counts.total())} of {whose} that the snapshot does not know: {listed(unknown_ids)}",
            help="pull the snapshot again, or leave them out of the inventory; no plan is known for them",
        )
    if nowhere:
        yield INVENTORY_ACCOUNT_UNKNOWN.at(
            None,
            f"{_are(nowhere)} of an account that neither the inventory nor the ARN names",
            help="use a list with accounts, AWS Config's or a table with `account`; no plan is known for them",
        )


def _are(count: int) -> str:
    return "1 resource is" if count == 1 else f"{count:,} resources are"


def _of_repeated(count: int) -> tuple[Diagnostic, ...]:
    records = "1 record of the inventory has" if count == 1 else f"{count:,} records of the inventory have"
    message = f"{records} an ARN that another one has, too; of each the last capture counts"
    return (INVENTORY_ARN_REPEATED.at(None, message),) if count else ()


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


def capture_findings(
    name: str, captured: datetime | None, written: datetime | None, settings: InventorySettings, at: datetime
) -> Iterator[Diagnostic]:
    """The findings for a list that is older than the project wants at `at`, or of a later moment.

    `captured` is its latest capture. Without one it is as old as its file, and of no later moment: a checkout writes
    files anew.
    """
    moment = captured or written
    if captured is not None and captured - at > _CLOCKS_DIFFER:
        yield INVENTORY_AHEAD.at(
            None,
            f"the inventory {escaped(name, 120)} was captured {_in_words(captured - at)} after the moment of judging,"
            f" {at:%Y-%m-%dT%H:%M:%SZ}",
            help="judge at a later moment with `--at`, or use a list of that time; mend its dates where they are wrong",
        )
    elif moment is not None and settings.max_age is not None and at - moment > settings.max_age:
        most = _in_words(settings.max_age)
        yield INVENTORY_STALE.at(
            None,
            f"the inventory {escaped(name, 120)} is {_in_words(at - moment)} old, and `max_age` is {most}",
            help="fetch it again, or set another `max_age` under `[inventory]`",
        )


def _in_words(length: timedelta) -> str:
    """A length of time, as of the moment: "3.5 days", "36 hours"."""
    unit, name = (_DAY, "days") if length > 2 * _DAY else (_HOUR, "hours")
    return f"{length / unit:,.1f}".removesuffix(".0") + f" {name}"
