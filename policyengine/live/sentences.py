"""One sentence for every reason why AWS cannot be read: what happened, and what to do; no text of AWS's, no secret."""

from __future__ import annotations

from collections.abc import Callable

from policyengine.base.errors import PolicyEngineError
from policyengine.base.text import quoted
from policyengine.live.answers import ApiError, FaultKind
from policyengine.live.retrying import BudgetError


class LiveError(PolicyEngineError):
    """AWS cannot be read, or is not what was expected; the message is for people."""


def sentence(error: ApiError) -> str:
    """A fault in one sentence, and what to do about it."""
    return _SENTENCES[error.kind](error)


def over_budget(error: BudgetError, budget: float) -> str:
    """The sentence for a call that did not succeed in its time."""
    last = error.last
    return (
        f"{last.request.action}: gave up after {budget:g} seconds of trying: {last.kind.value}{_code(last)};"
        " give more time with `--budget`"
    )


def denied(action: str) -> str:
    """The missing permission where an action is denied: the line of the IAM policy that `iam read` prints."""
    return f'the IAM policy needs the line `"{action}"` (`policyengine iam read` prints all of them)'


def _code(error: ApiError) -> str:
    parts = [
        error.code,
        f"HTTP {error.status}" if error.status else "",
        f"request {error.trace}" if error.trace else "",
    ]
    shown = ", ".join(part for part in parts if part)
    return f" ({shown})" if shown else ""


def _where(error: ApiError) -> str:
    request = error.request
    where = f" in account {request.account}" if request.account else ""
    return f"{where} in {request.region}" if request.region else where


def _no_credentials(_: ApiError) -> str:
    return (
        "no AWS credentials: set `AWS_PROFILE`, pass `--profile`, or log in (`aws sso login`,"
        " `aws configure`); the standard places were looked at, and there are none"
    )


def _expired(error: ApiError) -> str:
    return f"{error.request.action}{_where(error)}: the credentials have expired; log in again (`aws sso login`)"


def _wrong_credentials(error: ApiError) -> str:
    return (
        f"{error.request.action}{_where(error)}: AWS does not know these credentials{_code(error)}; check the profile,"
        " and the clock of this machine"
    )


def _denied(error: ApiError) -> str:
    refused = f"{error.request.action}{_where(error)}: denied{_code(error)}"
    return f"{refused}; {denied(error.request.action)}, or another policy of AWS's denies it"


def _no_organization(_: ApiError) -> str:
    return (
        "the account of these credentials is in no organization: backup policies need AWS Organizations;"
        " use credentials of the management account"
    )


def _region_off(error: ApiError) -> str:
    region = quoted(error.request.region or "the Region of the profile")
    return f"{error.request.action}: {region} is off in this account; enable it, or leave it out of `--region`"


def _broken(error: ApiError) -> str:
    return (
        f"{error.request.action}{_where(error)}: AWS cannot be reached ({error.code}): check the network, the Region"
        " and `AWS_ENDPOINT_URL`"
    )


def _proxy(error: ApiError) -> str:
    return f"{error.request.action}: the proxy cannot be reached; check `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`"


def _certificate(error: ApiError) -> str:
    return (
        f"{error.request.action}: the certificate of the other side cannot be trusted; where a proxy opens TLS, name"
        " its certificates in `AWS_CA_BUNDLE`"
    )


def _unreadable(error: ApiError) -> str:
    return (
        f"{error.request.action}{_where(error)}: the answer cannot be read: expected what AWS answers; is there a"
        " proxy, or another service at `AWS_ENDPOINT_URL`?"
    )


def _configuration(error: ApiError) -> str:
    profile = f"the profile {quoted(error.about)} cannot be used" if error.about else "AWS's configuration is wrong"
    return f"{profile} ({error.code}); check `~/.aws/config`, and the variables that begin with `AWS_`"


def _type_disabled(_: ApiError) -> str:
    return "backup policies are not enabled in this organization; enable the policy type `BACKUP_POLICY` on its root"


def _refused(error: ApiError) -> str:
    return f"{error.request.action}{_where(error)}: {error.kind.value}{_code(error)}"


_SENTENCES: dict[FaultKind, Callable[[ApiError], str]] = {
    FaultKind.THROTTLED: _refused,
    FaultKind.CONCURRENT: _refused,
    FaultKind.IN_PROGRESS: _refused,
    FaultKind.UNAVAILABLE: _refused,
    FaultKind.BROKEN: _broken,
    FaultKind.PROXY: _proxy,
    FaultKind.CERTIFICATE: _certificate,
    FaultKind.UNREADABLE: _unreadable,
    FaultKind.NO_CREDENTIALS: _no_credentials,
    FaultKind.EXPIRED: _expired,
    FaultKind.WRONG_CREDENTIALS: _wrong_credentials,
    FaultKind.DENIED: _denied,
    FaultKind.NO_ORGANIZATION: _no_organization,
    FaultKind.TYPE_DISABLED: _type_disabled,
    FaultKind.NOT_FOUND: _refused,
    FaultKind.REGION_OFF: _region_off,
    FaultKind.CONFIGURATION: _configuration,
    FaultKind.OTHER: _refused,
}
