"""Reads an organization from AWS as a snapshot: the tree, policies, attachments, what is published, vaults, settings.

The tree and the attachments are read a second time at the end. What somebody changed in between is read once more.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, TypeAlias

from policyengine.aws.facts import regions as known_regions
from policyengine.aws.facts.api_operations import (
    ASSUME_ROLE,
    DESCRIBE_EFFECTIVE_POLICY,
    LIST_ACCOUNTS_WITH_INVALID_POLICY,
    LIST_BACKUP_VAULTS,
    LIST_TAGS_FOR_RESOURCE,
)
from policyengine.base.records import Record
from policyengine.base.text import listed, quoted
from policyengine.live.access import AwsAccess, Workers
from policyengine.live.account_reading import PARTS, AccountFacts, AccountReader, Skip, items_of, looked_at, scope_of
from policyengine.live.answers import Api, ApiError, FaultKind
from policyengine.live.attachment_orders import with_orders
from policyengine.live.backup_settings import SettingsReader
from policyengine.live.caller import Caller, identify, require_enabled
from policyengine.live.hierarchy import Hierarchy, HierarchyReader, OrganizationsAccount, OrganizationsPolicy
from policyengine.live.pacing import Clock, SystemClock
from policyengine.live.progress import Meter, Report, silent
from policyengine.live.published import Published, PublishedReader, PublishedScope
from policyengine.live.retrying import BudgetError, Calls, Pace
from policyengine.live.sentences import LiveError, over_budget, sentence
from policyengine.live.stored import StoredReader, mapping_of

TagsScope: TypeAlias = Literal["none", "all"]
_REGION = re.compile(r"(?<![a-z0-9-])[a-z]{2}(?:-[a-z]+)+-[0-9](?![a-z0-9-])")
_LOOKS = 2


class PullOptions(Record):
    """The parts that are read beside the organization.

    `role` is assumed in the other accounts, empty: only the caller's account is looked into. `regions` are those that
    the user named; without any, those that policies and `texts` name. `texts` are the project's.
    `may_be_disabled`: an organization without backup policies is one, too.
    """

    role: str = ""
    regions: tuple[str, ...] = ()
    tags: TagsScope = "all"
    published: PublishedScope = "chains"
    texts: tuple[str, ...] = ()
    may_be_disabled: bool = False


class PulledOrganization(Record):
    """A snapshot as its format has it, and what could not be read."""

    snapshot: dict[str, Any]
    skipped: tuple[Skip, ...]


def read_organization(  # noqa: PLR0913 - what a command and a test decide
    api: Api,
    options: PullOptions,
    pace: Pace,
    *,
    now: datetime,
    expected: str = "",
    report: Report = silent,
    begin: Callable[[Caller], datetime | None] = lambda _: None,
    clock: Clock | None = None,
) -> PulledOrganization:
    """The organization that the credentials of `api` see.

    `expected` is the id of the organization that it has to be, empty for any. `begin` is called once it is clear which
    one it is, and gives the moment of the first answers where it has some from before. Raises `LiveError`, with a
    sentence for people.
    """
    time = clock or SystemClock()
    calls = Calls(api, time, pace)
    try:
        caller = identify(calls, expected)
        if not options.may_be_disabled:
            require_enabled(caller)
        since = begin(caller) or now
        return Puller(AwsAccess(calls, Workers(), Meter(time, report)), caller, options, since).pull()
    except BudgetError as error:
        raise LiveError(over_budget(error, pace.budget)) from None
    except ApiError as error:
        raise LiveError(sentence(error)) from None


class Puller:
    """Reads one organization. `now` is the moment that the snapshot has, UTC: that of its oldest part."""

    def __init__(self, access: AwsAccess, caller: Caller, options: PullOptions, now: datetime) -> None:
        self._access, self._caller, self._options, self._now = access, caller, options, now
        self._tags: dict[str, dict[str, str]] = {}
        self._facts = AccountFacts()
        self._visited: set[str] = set()
        self._regions_seen: Sequence[str] = ()

    def pull(self) -> PulledOrganization:
        """The organization as it is now.

        Raises `LiveError` where it changes again and again, and as `Calls` does.
        """
        for look in range(_LOOKS):
            try:
                read = self._read(fresh=look > 0)
                if HierarchyReader(self._access, fresh=True).read(self._caller.root_id) == read.hierarchy:
                    return self._written(read)
            except ApiError as error:
                if error.kind is not FaultKind.NOT_FOUND or error.request.operation.service != "organizations":
                    raise
        raise LiveError("the organization changed while it was read, and once more when it was read again; try later")

    def _read(self, *, fresh: bool) -> _Reading:
        options, access = self._options, self._access
        hierarchy = HierarchyReader(access, fresh=fresh).read(self._caller.root_id)
        _refuse_repeated_names(hierarchy)
        stored = StoredReader(access, fresh=fresh)
        documents = stored.documents(hierarchy.policies)
        if options.tags == "all":
            tagged = [*(policy.id for policy in hierarchy.policies), *(account.id for account in hierarchy.accounts)]
            self._tags.update(stored.tags(each for each in tagged if each not in self._tags))
        published = None
        if options.published != "none" and self._caller.enabled:
            published = PublishedReader(access, fresh=fresh).read(hierarchy, options.published)
        regions, unknown = self._regions(documents.values())
        settings, skipped = SettingsReader(access, demanded=options.regions).read(self._caller, regions)
        self._visit(hierarchy, regions)
        return _Reading(hierarchy, documents, published, settings, (*skipped, *unknown))

    def _visit(self, hierarchy: Hierarchy, regions: Sequence[str]) -> None:
        """Looks into the caller's account, and with a role into all others that count, each once."""
        if regions != self._regions_seen:
            self._facts, self._visited, self._regions_seen = AccountFacts(), set(), regions
        own = self._caller.account
        others = [account.id for account in hierarchy.active if account.id != own] if self._options.role else []
        new = [account for account in (own, *others) if account not in self._visited]
        reader = AccountReader(self._access, own=own, demanded=self._options.regions, now=self._now)
        self._facts += reader.read(new, regions)
        self._visited.update(new)

    def _regions(self, documents: Iterable[str]) -> tuple[list[str], list[Skip]]:
        """The Regions to look into, and those that policies name and nobody knows."""
        if self._options.regions:
            return sorted(set(self._options.regions)), []
        here = {region for region, partition in known_regions().items() if partition == self._caller.partition}
        areas = {_area(region) for region in known_regions()}  # `my-plan-1` looks like a Region, too
        texts = (*documents, *self._options.texts)
        named = {region for text in texts for region in _REGION.findall(text) if _area(region) in areas}
        why = "no Region that is known here; `--region` looks into it"
        return sorted(named & here), [
            Skip(LIST_BACKUP_VAULTS.action, why, region=each) for each in sorted(named - here)
        ]

    def _written(self, read: _Reading) -> PulledOrganization:
        hierarchy, skipped = read.hierarchy, self._skipped(read)
        active = {account.id for account in hierarchy.active}
        looked = {part: where for part in PARTS if (where := looked_at(self._facts, part, active)) is not None}
        snapshot: dict[str, Any] = {
            "version": 1,
            **self._tree(hierarchy),
            "policies": {policy.name: self._policy(policy, read.documents) for policy in hierarchy.policies},
            **{part: items_of(self._facts, part, active) for part in looked},
            "settings": read.settings,
            "last_valid": read.published.documents if read.published else {},
            "pulled": {**self._call(), "skipped": _grouped(skipped, active), "looked": looked, **self._published(read)},
        }
        optional = ("settings", "last_valid")
        written = {key: value for key, value in snapshot.items() if value or key not in optional}
        if written["attachment_order"] == "unknown" and read.published:
            written = with_orders(written, read.published, self._now)
        return PulledOrganization(written, tuple(skipped))

    def _tree(self, hierarchy: Hierarchy) -> dict[str, Any]:
        """The organization, its root, units and accounts, and what is attached to each."""
        caller, attached = self._caller, dict(hierarchy.attached)
        return {
            "organization": {
                "id": caller.organization,
                "management_account": caller.management_account,
                "backup_policies_enabled": caller.enabled,
            },
            "root": {"id": caller.root_id, "name": caller.root_name, **_policies(attached, caller.root_id)},
            "units": [
                {"id": unit.id, "name": unit.name, "parent": unit.parent, **_policies(attached, unit.id)}
                for unit in hierarchy.units
            ],
            "accounts": [self._account(account, attached) for account in hierarchy.accounts],
            "attachment_order": "known" if all(len(names) == 1 for names in attached.values()) else "unknown",
        }

    def _call(self) -> dict[str, Any]:
        """When and by whom the organization was read, and with how many calls."""
        return {
            "at": self._now.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "by": self._caller.arn,
            "calls": self._access.calls.counted,
        }

    def _published(self, read: _Reading) -> dict[str, Any]:
        """Which effective policies were read, and where AWS says it, the accounts whose policy is invalid."""
        invalid = read.published.invalid if read.published else None
        return {"published": self._options.published, **({} if invalid is None else {"invalid": list(invalid)})}

    def _skipped(self, read: _Reading) -> list[Skip]:
        """The parts that the options leave out, and those that AWS did not give."""
        skipped = [*self._not_asked(), *read.skipped, *self._facts.skipped]
        if read.published and read.published.invalid is None:
            skipped.append(Skip(LIST_ACCOUNTS_WITH_INVALID_POLICY.action, FaultKind.OTHER.value))
        return skipped

    def _account(self, account: OrganizationsAccount, attached: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
        tags = self._tags.get(account.id)
        return {
            "id": account.id,
            "name": account.name,
            "parent": account.parent,
            **({} if account.state == "ACTIVE" else {"state": account.state}),
            **({"tags": tags} if tags else {}),
            **_policies(attached, account.id),
        }

    def _policy(self, policy: OrganizationsPolicy, documents: Mapping[str, str]) -> dict[str, Any]:
        tags = self._tags.get(policy.id)
        return {
            "id": policy.id,
            "description": policy.description,
            **({} if tags is None else {"tags": tags}),
            "content": mapping_of(documents[policy.name]),
        }

    def _not_asked(self) -> list[Skip]:
        """The parts that the options leave out."""
        left_out = (
            (self._options.tags == "none", LIST_TAGS_FOR_RESOURCE, "`--tags none`"),
            (self._options.published == "none", DESCRIBE_EFFECTIVE_POLICY, "`--published none`"),
            (not self._options.role, ASSUME_ROLE, "no `--role`: other accounts were not looked into"),
        )
        return [Skip(operation.action, why) for is_left_out, operation, why in left_out if is_left_out]


class _Reading(Record):
    """The results of one reading of the organization."""

    hierarchy: Hierarchy
    documents: dict[str, str]
    published: Published | None
    settings: dict[str, Any]
    skipped: tuple[Skip, ...]


def _area(region: str) -> str:
    """`eu-west` of `eu-west-1`."""
    return region.rpartition("-")[0]


def _policies(attached: Mapping[str, tuple[str, ...]], target: str) -> dict[str, Any]:
    return {"policies": list(attached[target])} if target in attached else {}


def _refuse_repeated_names(hierarchy: Hierarchy) -> None:
    """A snapshot has policies by name, and so has AWS: nothing is overwritten here."""
    twins = [name for name, number in Counter(policy.name for policy in hierarchy.policies).items() if number > 1]
    if twins:
        raise LiveError(f"several backup policies have the same name: {listed(map(quoted, twins))}; rename them in AWS")


def _grouped(skipped: Iterable[Skip], everyone: Collection[str]) -> list[dict[str, Any]]:
    """The skipped parts, as a snapshot has them: equal reasons of many accounts and Regions once."""
    together: dict[tuple[str, str, str], tuple[set[str], set[str]]] = {}
    for skip in skipped:
        accounts, regions = together.setdefault((skip.action, skip.reason, skip.code), (set(), set()))
        accounts.update([skip.account] if skip.account else [])
        regions.update([skip.region] if skip.region else [])
    return [
        {
            "action": action,
            "reason": reason,
            **({"code": code} if code else {}),
            **({"accounts": scope_of(accounts, everyone)} if accounts else {}),
            **({"regions": sorted(regions)} if regions else {}),
        }
        for (action, reason, code), (accounts, regions) in sorted(together.items())
    ]
