"""The server: from a request on the wire to the answer, with faults, rates, the log of calls and the log of states."""

from __future__ import annotations

import json
import re
import sys
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any, NamedTuple, Self
from urllib.parse import parse_qs, unquote, urlsplit

from botocore.session import get_session
from botocore.validate import ParamValidator

from fake_aws import botocore_models
from fake_aws.account_items_api import ITEMS
from fake_aws.accounts_of_moto import MotoAccounts
from fake_aws.backup_api import BACKUP, KMS, RegionalRequest
from fake_aws.faults import ApiError, Fault, Reply, error_of, error_reply, spoiled
from fake_aws.organization_state import State, snapshot_of, state_of
from fake_aws.organizations_api import PAGE, READS, WRITES, Answer, Listed, Request, check_caller, invalid
from fake_aws.published import Publisher
from fake_aws.wire import Wire

Tree = dict[str, Any]
Change = Callable[[State], State]

_BACKUP = {**BACKUP, **ITEMS}
_SIGNED = re.compile(r"Credential=([A-Za-z0-9]+)/[0-9]{8}/([a-z0-9-]+)/([a-z0-9-]+)/aws4_request")
_UNKNOWN_KEY = "The security token included in the request is invalid."


class Call(NamedTuple):
    """A line of the log. `outcome` is `ok`, a fault's kind, or the code of AWS's error; `state` counts the states."""

    number: int
    service: str
    operation: str
    account: str
    region: str
    input: Mapping[str, Any]
    outcome: str
    state: int

    @property
    def writes(self) -> bool:
        """Whether the operation is one that changes something."""
        return self.operation in WRITES


class _Incoming(NamedTuple):
    service: str
    operation: str
    region: str
    access_key: str
    account: str
    input: Mapping[str, Any]
    number: int


class FakeAws:
    """AWS for one organization, at `url` while the context is open.

    `organization` is a snapshot (interface.md 2) or a `State`. To be set before or while calls come in: `faults` by
    operation and call; `rates`, calls a second by operation, throttled beyond; `regions_off`, those that accounts have
    not enabled; `seen_after`, how many calls later lists show a change, and `settled_after` effective policies.
    """

    def __init__(self, organization: Tree | State, faults: Iterable[Fault] = ()) -> None:
        self.faults = list(faults)
        self.rates: dict[str, float] = {}
        self.regions_off: set[str] = set()
        self.seen_after = self.settled_after = 0
        self.calls: list[Call] = []
        self.publisher = Publisher()
        self._states: list[tuple[int, State]] = [(0, _state(organization))]
        self._changes: list[tuple[str, int, Change]] = []
        self._count: Counter[str] = Counter()
        self._buckets: dict[str, tuple[float, float]] = {}
        self._lock = threading.RLock()
        self._wire = Wire(self.answer)
        self._accounts: MotoAccounts | None = None

    def __enter__(self) -> Self:
        botocore_models.keep()
        self._accounts = MotoAccounts()
        self._wire.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._wire.stop()

    @property
    def url(self) -> str:
        """The endpoint of all services, for `AWS_ENDPOINT_URL`."""
        return self._wire.url

    @property
    def state(self) -> State:
        """What is true now. Assign to change it from outside, behind the back of whoever calls."""
        return self._states[-1][1]

    @state.setter
    def state(self, value: State) -> None:
        with self._lock:
            self._states.append((sum(self._count.values()), value))

    @property
    def states(self) -> list[State]:
        """Every state that there was, the first at the start."""
        return [state for _, state in self._states]

    @property
    def seen(self) -> State:
        """What lists and descriptions answer."""
        return self._until(self.seen_after)[-1]

    @property
    def settled(self) -> Sequence[State]:
        """The states that effective policies are made from, the last one first to be asked."""
        return self._until(self.settled_after)

    def counts(self) -> Counter[str]:
        """Calls by operation, those with faults included."""
        return Counter(call.operation for call in self.calls)

    def truth(self) -> Tree:
        """What is true now, as a snapshot with everything in a fixed order; `pulled` and `last_valid` are not in it."""
        return snapshot_of(self.state)

    def published(self, account: str) -> Tree:
        """What is published for an account now."""
        return self.publisher.document(self.settled, account)

    def invalid(self) -> list[str]:
        """The accounts whose effective policy is invalid, by id."""
        return list(self.publisher.invalid(self.settled[-1]))

    def restart(self, organization: Tree | State | None = None) -> None:
        """Begin again with this organization, or with the one that there is: no calls, no faults, no changes."""
        with self._lock:
            state = self.state if organization is None else _state(organization)
            self._states = [(0, state)]
            self.faults, self.rates, self.regions_off = [], {}, set()
            self.seen_after = self.settled_after = 0
            self.calls, self._changes, self._count, self._buckets = [], [], Counter(), {}

    def when(self, operation: str, call: int, change: Change) -> None:
        """Change the state right before this call of an operation is answered."""
        self._changes.append((operation, call, change))

    def environment(self, account: str | None = None, region: str = "eu-west-1") -> dict[str, str]:
        """Variables for boto3: the endpoint, and an access key of an account, the management account unless given."""
        assert self._accounts is not None, "enter the context first"
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_DEFAULT_REGION": region,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": "/dev/null",
            "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
            **self._accounts.credentials(account or self.state.management),
        }

    def _until(self, calls: int) -> Sequence[State]:
        now = sum(self._count.values())
        return [state for number, state in self._states if number == 0 or number <= now - calls]

    def answer(self, method: str, target: str, headers: dict[str, str], body: bytes) -> Reply | None:
        """The reply to a request, None to break the connection; with a status that AWS does not have if this is wrong."""
        try:
            return self._answer(method, target, headers, body)
        except Exception:  # noqa: BLE001 - whatever is wrong with the fake has to reach who reads the test
            sys.stderr.write(traceback.format_exc())
            return Reply(501, {"Content-Type": "text/plain"}, traceback.format_exc().encode())

    def _answer(self, method: str, target: str, headers: dict[str, str], body: bytes) -> Reply | None:
        with self._lock:
            try:
                incoming = self._incoming(method, target, headers, body)
            except _Refused as refused:
                return error_reply(refused.service, refused.error)
            for operation, call, change in self._changes:
                if (operation, call) == (incoming.operation, incoming.number):
                    self.state = change(self.state)
            fault = next((one for one in self.faults if one.strikes(incoming.operation, incoming.number)), None)
            reply, outcome = self._outcome(incoming, headers, body, fault)
            self._log(incoming, outcome)
        if fault and fault.kind == "slow":
            time.sleep(fault.seconds)
        return reply

    def _outcome(
        self, incoming: _Incoming, headers: dict[str, str], body: bytes, fault: Fault | None
    ) -> tuple[Reply | None, str]:
        kind = fault.kind if fault else ""
        if kind == "reset":
            return None, kind
        outcome = "ok"
        try:
            self._spend(incoming)
            if fault and (error := error_of(fault.kind, incoming.service, incoming.operation, self._caller(incoming))):
                return error_reply(incoming.service, error), fault.kind
            reply = self._performed(incoming, headers, body, empty=kind == "empty-page")
        except ApiError as error:
            reply, outcome = error_reply(incoming.service, error), error.code
        if fault is None:
            return reply, outcome
        return None if kind == "lost" else spoiled(fault.kind, reply), fault.kind

    def _performed(self, incoming: _Incoming, headers: dict[str, str], body: bytes, *, empty: bool) -> Reply:
        if incoming.region in self.regions_off:
            raise ApiError("UnrecognizedClientException", _UNKNOWN_KEY, status=403)
        if incoming.service in ("sts", "iam"):
            assert self._accounts is not None
            self._accounts.prepare(self.seen, incoming.account, body)
            return self._accounts.answer(headers, body)
        answer = self._organizations(incoming) if incoming.service == "organizations" else self._regional(incoming)
        content = self._page(incoming, answer, empty=empty) if isinstance(answer, Listed) else answer
        _check_shape(incoming, content)
        return Reply(200, {"Content-Type": "application/x-amz-json-1.1"}, json.dumps(content).encode())

    def _organizations(self, incoming: _Incoming) -> Answer:
        request = Request(incoming.operation, incoming.account, incoming.input, len(self.calls))
        check_caller(self.seen, request)
        if (read := READS.get(incoming.operation)) is not None:
            return read(self, request)
        changed, answer = WRITES[incoming.operation](self.state, request)
        self.state = changed
        return answer

    def _regional(self, incoming: _Incoming) -> Answer:
        table = _BACKUP if incoming.service == "backup" else KMS
        request = RegionalRequest(incoming.account, incoming.region, incoming.input)
        return table[incoming.operation](self.seen, request)

    def _page(self, incoming: _Incoming, listed: Listed, *, empty: bool) -> Tree:
        """A page of a list. A token is good for its operation alone, and none is given out twice."""
        start = 0
        if token := incoming.input.get("NextToken"):
            operation, _, rest = bytes.fromhex(token).decode().partition(" ")
            if operation != incoming.operation:
                raise invalid("INVALID_NEXT_TOKEN", "You specified an invalid value for nextToken.")
            start = int(rest.split()[0])
        size = 0 if empty else min(int(incoming.input.get("MaxResults", PAGE)), PAGE)
        page: Tree = {**listed.beside, listed.member: list(listed.items[start : start + size])}
        if start + size < len(listed.items) or empty:
            page["NextToken"] = f"{incoming.operation} {start + size} {len(self.calls)}".encode().hex()
        return page

    def _incoming(self, method: str, target: str, headers: dict[str, str], body: bytes) -> _Incoming:
        signed = _SIGNED.search(headers.get("Authorization", ""))
        if signed is None or self._accounts is None:
            raise _Refused(
                "organizations", ApiError("MissingAuthenticationTokenException", "Missing token", status=403)
            )
        access_key, region, service = signed.groups()
        operation, members = _read(service, method, target, headers, body)
        account = self._accounts.account_of(access_key)
        if account is None:
            code = "InvalidClientTokenId" if service in ("sts", "iam") else "UnrecognizedClientException"
            raise _Refused(service, ApiError(code, _UNKNOWN_KEY, status=403))
        self._count[operation] += 1
        return _Incoming(service, operation, region, access_key, account, members, self._count[operation])

    def _caller(self, incoming: _Incoming) -> str:
        assert self._accounts is not None
        return self._accounts.caller_of(incoming.access_key, incoming.account)

    def _spend(self, incoming: _Incoming) -> None:
        """Take a token from the operation's bucket, or answer as AWS does to too many calls."""
        rate = self.rates.get(incoming.operation)
        if rate is None:
            return
        most = max(rate, 1.0)
        left, then = self._buckets.get(incoming.operation, (most, time.monotonic()))
        now = time.monotonic()
        left = min(most, left + (now - then) * rate)
        self._buckets[incoming.operation] = (max(left - 1, left if left < 1 else 0), now)
        if left < 1:
            throttled = error_of("throttled", incoming.service, incoming.operation, "")
            assert throttled is not None
            raise throttled

    def _log(self, incoming: _Incoming, outcome: str) -> None:
        self.calls.append(
            Call(
                len(self.calls) + 1,
                incoming.service,
                incoming.operation,
                incoming.account,
                incoming.region,
                incoming.input,
                outcome,
                len(self._states) - 1,
            )
        )


class _Refused(Exception):  # noqa: N818 - an answer, no failure of the server
    def __init__(self, service: str, error: ApiError) -> None:
        super().__init__(error.code)
        self.service, self.error = service, error


def changed(**fields: Any) -> Change:  # noqa: ANN401 - fields of a state
    """A change that replaces fields of the state."""
    return lambda state: replace(state, **fields)


def _state(organization: Tree | State) -> State:
    return organization if isinstance(organization, State) else state_of(organization)


@cache
def _model(service: str) -> Any:  # noqa: ANN401 - botocore has no types
    return get_session().get_service_model(service)


@cache
def _paths(service: str) -> list[tuple[str, re.Pattern[str], str]]:
    """Method, pattern of the path and operation of a service with paths, for the operations that are answered."""
    found = []
    for operation in _BACKUP:
        http = _model(service).operation_model(operation).http
        path = http["requestUri"].partition("?")[0].rstrip("/")
        pattern = re.sub(r"\\\{([A-Za-z]+)\\\}", lambda name: f"(?P<{name[1]}>[^/]+)", re.escape(path))
        found.append((http["method"], re.compile(pattern + "/?"), operation))
    return found


def _read(service: str, method: str, target: str, headers: dict[str, str], body: bytes) -> tuple[str, Tree]:
    """The operation of a request and its input."""
    if service in ("sts", "iam"):
        members = {key: values[0] for key, values in parse_qs(body.decode()).items()}
        return members["Action"], members
    if service != "backup":
        return headers["X-Amz-Target"].partition(".")[2], json.loads(body or b"{}")
    parts = urlsplit(target)
    asked = {name[0].upper() + name[1:]: values[0] for name, values in parse_qs(parts.query).items()}
    for of_method, pattern, operation in _paths(service):
        if of_method == method and (matched := pattern.fullmatch(parts.path)):
            names = {name[0].upper() + name[1:]: unquote(value) for name, value in matched.groupdict().items()}
            return operation, asked | names
    raise _Refused(service, ApiError("UnknownOperationException", f"{method} {parts.path}", status=404))


def _check_shape(incoming: _Incoming, content: Tree) -> None:
    """Whether the answer is what botocore's model of AWS says: a fake that is wrong must not pass unseen."""
    shape = _model(incoming.service).operation_model(incoming.operation).output_shape
    report = ParamValidator().validate(content, shape) if shape is not None else None
    assert report is None or not report.has_errors(), f"{incoming.operation}: {report.generate_report()}"
