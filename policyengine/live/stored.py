"""The details of policies and accounts in Organizations: documents, descriptions, tags."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from policyengine.aws.facts.api_operations import DESCRIBE_POLICY, LIST_TAGS_FOR_RESOURCE
from policyengine.live.access import AwsAccess
from policyengine.live.answers import Answer, ApiRequest, Listing
from policyengine.live.hierarchy import OrganizationsPolicy

_TAGS = Listing(LIST_TAGS_FOR_RESOURCE, "Tags", ("Key", "Value"))


class StoredReader:
    """Reads documents and tags."""

    def __init__(self, access: AwsAccess, *, fresh: bool = False) -> None:
        self._access, self._fresh = access, fresh

    def documents(self, policies: Iterable[OrganizationsPolicy]) -> dict[str, str]:
        """AWS's documents by the name of the policy, as AWS has them, in the order of the policies."""
        given = list(policies)
        texts = self._access.each(DESCRIBE_POLICY.name, self._document, given)
        return {policy.name: text for policy, text in zip(given, texts, strict=True)}

    def tags(self, ids: Iterable[str]) -> dict[str, dict[str, str]]:
        """The tags of accounts or policies by their ids, sorted by key."""
        given = list(ids)
        tags = self._access.each(LIST_TAGS_FOR_RESOURCE.name, self._tags_of, given)
        return dict(zip(given, tags, strict=True))

    def _document(self, policy: OrganizationsPolicy) -> str:
        request = ApiRequest(DESCRIBE_POLICY, {"PolicyId": policy.id}, fresh=self._fresh)
        return self._access.calls.read(request, _content)

    def _tags_of(self, resource: str) -> dict[str, str]:
        tags = self._access.calls.pages(_TAGS, ApiRequest(LIST_TAGS_FOR_RESOURCE, {"ResourceId": resource}))
        return dict(sorted((tag["Key"], tag["Value"]) for tag in tags))


def _content(answer: Answer) -> str:
    text = answer["Policy"]["Content"]
    if not isinstance(text, str) or not text:
        raise TypeError
    return text


def mapping_of(text: str) -> Mapping[str, Any] | str:
    """A document as a mapping where that says all that the text says, so that people can read it; else the text.

    A mapping cannot have a key twice, turns fractions into text, and has whole characters alone.
    """
    try:
        read = json.loads(text, object_pairs_hook=_unique, parse_float=_refused, parse_constant=_refused)
        json.dumps(read, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return text
    return read if isinstance(read, dict) and read else text


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    read = dict(pairs)
    if len(read) != len(pairs) or "" in read:
        raise ValueError
    return read


def _refused(number: str) -> float:
    raise ValueError(number)
