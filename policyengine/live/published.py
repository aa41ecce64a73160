"""The policies that AWS publishes for accounts now, asked once for each distinct chain of attached policies.

Accounts with equal chains have the same effective policy, but for those whose policy is invalid: AWS keeps the last
valid one of each, which depends on what was attached before. They are asked about one by one; where they are too many
for that, one of each chain, and of the others it is unknown what AWS publishes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

from policyengine.aws.facts.api_operations import DESCRIBE_EFFECTIVE_POLICY, LIST_ACCOUNTS_WITH_INVALID_POLICY
from policyengine.base.records import Record
from policyengine.live.access import AwsAccess
from policyengine.live.answers import Answer, ApiError, ApiRequest, FaultKind, Listing
from policyengine.live.hierarchy import POLICY_TYPE, Hierarchy

PublishedScope: TypeAlias = Literal["none", "chains", "all"]
Chain: TypeAlias = "tuple[tuple[str, ...], ...]"
"""The names attached to the root, the units and the account, from above, each sorted; places without any left out.

Several names are those of a place, by its id: in which order they were attached, nobody tells, and it may be another
in each place.
"""

_MOST_APART = 100  # a large pull has 1,400 calls (pull.md#what-is-read), and the tree takes most of them
_INVALID = Listing(LIST_ACCOUNTS_WITH_INVALID_POLICY, "Accounts", ("Id",))


class Published(Record):
    """The effective policies that AWS publishes, by account, `{}` for nothing.

    And the accounts whose policy it calls invalid.

    `invalid` is None where AWS does not tell them, as in partitions that do not have the operation.
    """

    documents: dict[str, dict[str, Any]]
    invalid: tuple[str, ...] | None


class PublishedReader:
    """Reads effective policies."""

    def __init__(self, access: AwsAccess, *, fresh: bool = False) -> None:
        self._access, self._fresh = access, fresh

    def read(self, hierarchy: Hierarchy, scope: PublishedScope) -> Published:
        """The published policies of one account of each chain and of the invalid ones, or of all. Raises as `Calls`."""
        active = {account.id for account in hierarchy.active}
        listed = self._invalid()
        invalid = (listed or set()) & active
        chains = chains_of(hierarchy)
        apart = active if scope == "all" else invalid if len(invalid) <= _MOST_APART else set()
        asked: dict[tuple[Chain | str, bool], str] = {}
        for account in hierarchy.active:
            key = account.id if account.id in apart else chains[account.id]
            asked.setdefault((key, account.id in invalid), account.id)
        answers = self._access.each(DESCRIBE_EFFECTIVE_POLICY.name, self._effective, [*asked.values()])
        documents = dict(zip(asked.values(), answers, strict=True))
        return Published(dict(sorted(documents.items())), None if listed is None else tuple(sorted(invalid)))

    def _invalid(self) -> set[str] | None:
        request = ApiRequest(LIST_ACCOUNTS_WITH_INVALID_POLICY, {"PolicyType": POLICY_TYPE}, fresh=self._fresh)
        try:
            return {account["Id"] for account in self._access.calls.pages(_INVALID, request)}
        except ApiError as error:
            if error.kind is FaultKind.NOT_FOUND:  # no account has an effective policy
                return set()
            if error.kind is FaultKind.OTHER:
                return None
            raise

    def _effective(self, account: str) -> dict[str, Any]:
        parameters = {"PolicyType": POLICY_TYPE, "TargetId": account}
        request = ApiRequest(DESCRIBE_EFFECTIVE_POLICY, parameters, fresh=self._fresh)
        try:
            return self._access.calls.read(request, _document)
        except ApiError as error:
            if error.kind is not FaultKind.NOT_FOUND:
                raise
            return {}


def chains_of(hierarchy: Hierarchy) -> dict[str, Chain]:
    """The chain of each account that counts, by its id."""
    attached = dict(hierarchy.attached)
    above: dict[str, Chain] = {hierarchy.root: _longer((), hierarchy.root, attached)}
    for unit in hierarchy.units:
        above[unit.id] = _longer(above[unit.parent], unit.id, attached)
    return {account.id: _longer(above[account.parent], account.id, attached) for account in hierarchy.active}


def _longer(chain: Chain, place: str, attached: Mapping[str, tuple[str, ...]]) -> Chain:
    names = attached.get(place, ())
    if not names:
        return chain
    return (*chain, names if len(names) == 1 else (place, *names))


def _document(answer: Answer) -> dict[str, Any]:
    document = json.loads(answer["EffectivePolicy"]["PolicyContent"])
    if not isinstance(document, dict):
        raise TypeError
    json.dumps(document, ensure_ascii=False).encode()  # half a character is a `ValueError`
    return document
