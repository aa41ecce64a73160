"""Calls of AWS and what may go wrong with them, in words of our own: all that `live/` but one module knows of AWS.

An answer is AWS's, as plain JSON: moments are texts such as `2026-12-01T06:30:00Z`, nothing of the HTTP answer is left.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, NamedTuple, Protocol, TypeAlias

from msgspec import field

from policyengine.aws.facts.api_operations import ApiOperation
from policyengine.base.records import Record

Answer: TypeAlias = "dict[str, Any]"
"""What AWS answers to a call, as the botocore model of the operation has it."""


class ApiRequest(Record, uncompared=("fresh",)):
    """A call: an operation in a Region, with the credentials of the caller or of a role in an `account`.

    `region` is empty for the services that have none of their own. A `fresh` one is never answered from what was read
    before, as the second look at the organization.
    """

    operation: ApiOperation
    parameters: Mapping[str, Any] = field(default_factory=dict)
    region: str = ""
    account: str = ""
    fresh: bool = False

    @property
    def action(self) -> str:
        """The action of IAM that permits the call: `organizations:ListRoots`."""
        return self.operation.action

    @property
    def key(self) -> str:
        """A text that is equal for equal calls, whoever makes them."""
        parts = [self.action, self.parameters, self.region, self.account]
        return json.dumps(parts, sort_keys=True, separators=(",", ":"))


class Api(Protocol):
    """The source of answers: AWS, answers that were read before, or a recording."""

    def answer(self, request: ApiRequest) -> Answer:
        """The answer. Raises `ApiError`."""


class FaultKind(StrEnum):
    """The reason why there is no answer; the values are the words of messages and of `pulled.skipped`."""

    THROTTLED = "throttled"
    CONCURRENT = "another change is made at this moment"
    IN_PROGRESS = "changes are in progress"
    UNAVAILABLE = "the service fails"
    BROKEN = "the network fails"
    PROXY = "the proxy cannot be reached"
    CERTIFICATE = "the certificate cannot be trusted"
    UNREADABLE = "the answer cannot be read"
    NO_CREDENTIALS = "no credentials"
    EXPIRED = "the credentials have expired"
    WRONG_CREDENTIALS = "AWS does not know the credentials"
    DENIED = "denied"
    NO_ORGANIZATION = "no organization"
    TYPE_DISABLED = "backup policies are not enabled"
    NOT_FOUND = "not there"
    REGION_OFF = "the Region is off"
    CONFIGURATION = "wrong configuration"
    OTHER = "refused"


class ApiError(Exception):
    """A call without an answer: why, AWS's error code, the HTTP status and the id by which AWS finds the call.

    AWS's own message is left out: it may quote what nobody should read in a log. `about` is a word of the user's that
    the sentence needs, as the name of a profile.
    """

    def __init__(  # noqa: PLR0913 - what a sentence may need
        self, kind: FaultKind, request: ApiRequest, *, code: str = "", status: int = 0, about: str = "", trace: str = ""
    ) -> None:
        self.kind, self.request, self.code, self.status, self.about, self.trace = (
            kind,
            request,
            code,
            status,
            about,
            trace,
        )
        super().__init__(f"{request.action}: {kind.value}")


class Listing(NamedTuple):
    """How an operation lists: the member of its answer that has the items, and texts that each of them has.

    `mark` is the member of the answer with the place of the next page, and `start` the parameter that takes it.
    """

    operation: ApiOperation
    items: str
    required: tuple[str, ...] = ()
    mark: str = "NextToken"
    start: str = "NextToken"
