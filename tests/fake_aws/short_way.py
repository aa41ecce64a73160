"""The short way of botocore to a fake of the same process: no sockets, no second thread, half of the time of a call.

All that botocore does before and after the wire stays. Faults of connections go by the wire, as do other processes.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any
from unittest import mock

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.httpsession import URLLib3Session

from fake_aws.fake import FakeAws
from fake_aws.faults import Kind

OF_THE_WIRE: set[Kind] = {"reset", "lost", "cut-off", "slow"}


class _Body(BytesIO):
    def stream(self) -> Iterator[bytes]:
        """What is left, in one piece."""
        yield self.read()


@contextmanager
def short_way(aws: FakeAws) -> Iterator[None]:
    """Lets the calls of this process be answered at once, in the caller's thread."""
    by_wire = URLLib3Session.send

    def send(session: URLLib3Session, request: AWSPreparedRequest) -> AWSResponse:
        if not request.url.startswith(f"{aws.url}/") or any(fault.kind in OF_THE_WIRE for fault in aws.faults):
            return by_wire(session, request)
        reply = aws.answer(request.method, request.url.removeprefix(aws.url), _headers(request), _body(request))
        assert reply is not None, "a connection that breaks is a fault of the wire"
        return AWSResponse(request.url, reply.status, dict(reply.headers), _Body(reply.body))

    with mock.patch.object(URLLib3Session, "send", send):
        yield


def _headers(request: AWSPreparedRequest) -> dict[str, str]:
    return {name: _text(value) for name, value in request.headers.items()}


def _text(value: Any) -> str:  # noqa: ANN401 - botocore has no types
    return value.decode() if isinstance(value, bytes) else str(value)


def _body(request: AWSPreparedRequest) -> bytes:
    body = request.body or b""
    return body.encode() if isinstance(body, str) else bytes(body)
