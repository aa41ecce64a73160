"""What can go wrong at a call, and the errors of AWS's protocols."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Literal, NamedTuple
from xml.sax.saxutils import escape

Tree = dict[str, Any]
Kind = Literal[
    "throttled",
    "concurrent",
    "in-progress",
    "expired",
    "denied",
    "server-error",
    "unavailable",
    "gateway",
    "reset",
    "lost",
    "empty-page",
    "slow",
    "malformed",
    "no-text",
    "cut-off",
]
TRANSIENT: tuple[Kind, ...] = (
    "throttled", "concurrent", "in-progress", "server-error", "unavailable", "gateway", "reset", "lost", "empty-page",
    "slow", "malformed", "no-text", "cut-off",
)  # fmt: skip
"""Faults after which the same call can be made again."""
FINAL: tuple[Kind, ...] = ("expired", "denied")
QUERY_SERVICES = ("sts", "iam")


class Fault(NamedTuple):
    """A fault at the call number `call` (from 1) of an operation, and at so many calls of it in all.

    `seconds` are how long a `slow` answer takes. An `empty-page` of an operation without pages is the answer as it is.
    """

    operation: str
    call: int
    kind: Kind
    times: int = 1
    seconds: float = 0.2

    def strikes(self, operation: str, call: int) -> bool:
        return operation == self.operation and self.call <= call < self.call + self.times


class ApiError(Exception):
    """An error that AWS answers: its code, its message, the status of HTTP and what stands beside the message."""

    def __init__(self, code: str, message: str, *, status: int = 400, reason: str = "") -> None:
        super().__init__(message)
        self.code, self.message, self.status, self.reason = code, message, status, reason


class Reply(NamedTuple):
    """What goes over the wire; `whole` is off where the connection breaks before the end of the body."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    whole: bool = True


def error_reply(service: str, error: ApiError) -> Reply:
    """The error in the protocol of the service."""
    if service in QUERY_SERVICES:
        kind = "Sender" if error.status < 500 else "Receiver"
        body = (
            f"<ErrorResponse><Error><Type>{kind}</Type><Code>{escape(error.code)}</Code>"
            f"<Message>{escape(error.message)}</Message></Error><RequestId>fake</RequestId></ErrorResponse>"
        )
        return Reply(error.status, {"Content-Type": "text/xml"}, body.encode())
    content: Tree = {"__type": error.code, "message": error.message}
    if service == "organizations":
        content["Message"] = content.pop("message")
    if error.reason:
        content["Reason"] = error.reason
    headers = {"Content-Type": "application/x-amz-json-1.1", "x-amzn-ErrorType": error.code}
    return Reply(error.status, headers, json.dumps(content).encode())


def error_of(kind: Kind, service: str, action: str, caller: str) -> ApiError | None:
    """The error that AWS answers for a fault; None for the faults of networks and of timing."""
    make = _ERRORS.get(kind)
    return make(service, action, caller) if make else None


def spoiled(kind: Kind, reply: Reply) -> Reply:
    """An answer after a fault between AWS and the caller."""
    if kind == "malformed":
        return Reply(reply.status, reply.headers, reply.body[: len(reply.body) // 2] + b"<")
    if kind == "no-text":
        return Reply(reply.status, reply.headers, reply.body[: len(reply.body) // 2] + b"\xff")
    if kind == "cut-off":
        return Reply(reply.status, reply.headers, reply.body, whole=False)
    if kind == "gateway":
        return Reply(502, {"Content-Type": "text/html"}, b"<html><body><h1>502 Bad Gateway</h1></body></html>")
    return reply


def _throttled(service: str, _action: str, _caller: str) -> ApiError:
    if service == "organizations":
        message = "AWS Organizations can't complete your request because too many requests are in progress."
        return ApiError("TooManyRequestsException", message, reason="")
    code = "Throttling" if service in QUERY_SERVICES else "ThrottlingException"
    return ApiError(code, "Rate exceeded")


def _concurrent(_service: str, _action: str, _caller: str) -> ApiError:
    message = "AWS Organizations can't complete your request because it conflicts with another attempt to modify it."
    return ApiError("ConcurrentModificationException", message)


def _in_progress(_service: str, _action: str, _caller: str) -> ApiError:
    return ApiError("PolicyChangesInProgressException", "Changes to the effective policy are in progress.")


def _expired(service: str, _action: str, _caller: str) -> ApiError:
    code = "ExpiredToken" if service in QUERY_SERVICES else "ExpiredTokenException"
    return ApiError(code, "The security token included in the request is expired", status=403)


def _denied(service: str, action: str, caller: str) -> ApiError:
    code = "AccessDenied" if service in QUERY_SERVICES else "AccessDeniedException"
    message = f"User: {caller} is not authorized to perform: {service}:{action} because no identity-based policy allows the {service}:{action} action"
    return ApiError(code, message, status=400 if service == "organizations" else 403)


def _server_error(service: str, _action: str, _caller: str) -> ApiError:
    code = "ServiceException" if service == "organizations" else "InternalFailure"
    return ApiError(
        code, "AWS can't complete your request because of an internal service error. Try again.", status=500
    )


def _unavailable(_service: str, _action: str, _caller: str) -> ApiError:
    return ApiError("ServiceUnavailable", "The service is unavailable. Please try again shortly.", status=503)


_ERRORS: Mapping[str, Callable[[str, str, str], ApiError]] = {
    "throttled": _throttled,
    "concurrent": _concurrent,
    "in-progress": _in_progress,
    "expired": _expired,
    "denied": _denied,
    "server-error": _server_error,
    "unavailable": _unavailable,
}
