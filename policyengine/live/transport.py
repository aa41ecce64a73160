"""AWS itself: calls by boto3, the only module that knows it. Each call is made once; `retrying` tries again.

Credentials, the Region and endpoints come from where boto3 has them: environment, profiles, SSO, OIDC, roles.
None of them, and no text of an exception or of AWS's messages, leaves this module.
"""

from __future__ import annotations

import logging
import os
import re
import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

import boto3
import botocore.exceptions as faults
import botocore.session
from botocore import xform_name
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.parsers import ResponseParserError

from policyengine import __version__
from policyengine.aws.facts.api_operations import ASSUME_ROLE, GET_CALLER_IDENTITY
from policyengine.live.answers import Answer, ApiError, ApiRequest, FaultKind

if TYPE_CHECKING:
    from collections.abc import Mapping

HOME_REGIONS = {"aws": "us-east-1", "aws-cn": "cn-northwest-1", "aws-us-gov": "us-gov-west-1"}
"""Where services without Regions are asked, by partition, when the profile has no Region."""

_THREADS = 16
_CONNECT, _READ = 10, 60  # seconds
_CODE, _TRACE = re.compile(r"[0-9]{3}|[A-Z][A-Za-z]{1,79}(\.[A-Za-z]{1,40})?"), re.compile("[0-9a-f-]{4,36}")
"""As AWS writes codes and ids of requests; a key or token has another form, and whoever answers may say anything."""
_LOGGERS = ("boto3", "botocore", "urllib3", "s3transfer")

_BY_CODE: dict[str, FaultKind] = {
    **dict.fromkeys(
        (
            "TooManyRequestsException",
            "Throttling",
            "ThrottlingException",
            "ThrottledException",
            "RequestThrottled",
            "RequestThrottledException",
            "RequestLimitExceeded",
            "LimitExceededException",
            "SlowDown",
            "PriorRequestNotComplete",
        ),
        FaultKind.THROTTLED,
    ),
    **dict.fromkeys(("ConcurrentModificationException", "ConcurrentModification"), FaultKind.CONCURRENT),
    "PolicyChangesInProgressException": FaultKind.IN_PROGRESS,
    **dict.fromkeys(
        (
            "ServiceException",
            "ServiceUnavailable",
            "ServiceUnavailableException",
            "ServiceFailureException",
            "ServiceFailure",
            "InternalFailure",
            "InternalError",
            "InternalServerError",
            "InternalServiceError",
            "DependencyTimeoutException",
            "KMSInternalException",
            "RequestTimeout",
            "RequestTimeoutException",
        ),
        FaultKind.UNAVAILABLE,
    ),
    **dict.fromkeys(
        ("AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "NotAuthorized", "AuthorizationError"),
        FaultKind.DENIED,
    ),
    **dict.fromkeys(
        ("ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired"), FaultKind.EXPIRED
    ),
    **dict.fromkeys(
        (
            "InvalidClientTokenId",
            "UnrecognizedClientException",
            "UnrecognizedClient",
            "InvalidAccessKeyId",
            "SignatureDoesNotMatch",
            "InvalidSignatureException",
            "IncompleteSignature",
            "IncompleteSignatureException",
            "MissingAuthenticationToken",
            "MissingAuthenticationTokenException",
            "AuthFailure",
            "InvalidToken",
        ),
        FaultKind.WRONG_CREDENTIALS,
    ),
    **dict.fromkeys(("OptInRequired", "RegionDisabledException", "RegionDisabled"), FaultKind.REGION_OFF),
    "AWSOrganizationsNotInUseException": FaultKind.NO_ORGANIZATION,
    "PolicyTypeNotEnabledException": FaultKind.TYPE_DISABLED,
    **dict.fromkeys(
        (
            "EffectivePolicyNotFoundException",
            "PolicyNotFoundException",
            "ParentNotFoundException",
            "TargetNotFoundException",
            "AccountNotFoundException",
            "ResourceNotFoundException",
            "NotFoundException",
            "NoSuchEntity",
        ),
        FaultKind.NOT_FOUND,
    ),
}
_BY_TYPE: tuple[tuple[tuple[type[Exception], ...], FaultKind], ...] = (
    ((faults.ProxyConnectionError,), FaultKind.PROXY),
    ((faults.SSLError,), FaultKind.CERTIFICATE),
    (
        (
            faults.SSOTokenLoadError,
            faults.UnauthorizedSSOTokenError,
            faults.TokenRetrievalError,
            faults.SSOError,
            faults.RefreshWithMFAUnsupportedError,
            getattr(faults, "LoginError", faults.SSOError),  # of `aws login`, which older releases do not know
            EOFError,  # nobody is there to type the code of a device
        ),
        FaultKind.EXPIRED,
    ),
    (
        (
            faults.NoCredentialsError,
            faults.PartialCredentialsError,
            faults.CredentialRetrievalError,
            faults.MetadataRetrievalError,
            faults.NoAuthTokenError,
        ),
        FaultKind.NO_CREDENTIALS,
    ),
    ((faults.ConnectionError, faults.HTTPClientError, faults.IncompleteReadError), FaultKind.BROKEN),
    ((ResponseParserError, UnicodeError), FaultKind.UNREADABLE),
    (
        (
            faults.ProfileNotFound,
            faults.ConfigNotFound,
            faults.ConfigParseError,
            faults.InvalidConfigError,
            faults.NoRegionError,
            faults.InvalidRegionError,
            faults.InvalidProxiesConfigError,
            faults.UnknownCredentialError,
            faults.InfiniteLoopConfigError,
        ),
        FaultKind.CONFIGURATION,
    ),
)
_SERVER_ERROR = 500
_TOO_MANY, _NOT_IMPLEMENTED = 429, 501


class AwsApi:
    """AWS by boto3: one client for each service and Region, for the caller and for the roles in other accounts.

    `partition` counts where the profile has no Region, which says it.
    Raises `ApiError` where the profile does not exist.
    """

    def __init__(self, *, profile: str = "", role: str = "", partition: str = "aws") -> None:
        _silence_libraries()
        self._role = role
        self._lock = threading.Lock()
        self._clients: dict[tuple[str, str, bool], Any] = {}
        self._assumed = _Assumed()
        try:
            self._session = boto3.Session(profile_name=profile or None)
            named = self._session.region_name
            self._partition = str(self._session.get_partition_for_region(named)) if named else partition
            self._home = str(named or HOME_REGIONS[partition])
            self._other = _session_of(self._assumed, self._session)
        except Exception as error:  # noqa: BLE001 - whatever boto3 raises is put into our words
            about = profile or os.environ.get("AWS_PROFILE", "")
            raise _fault(error, ApiRequest(GET_CALLER_IDENTITY), about) from None

    def answer(self, request: ApiRequest) -> Answer:
        """AWS's answer to one call; a role whose session is over is assumed once more. Raises `ApiError`."""
        try:
            return self._once(request)
        except ApiError as error:
            if not request.account or error.kind is not FaultKind.EXPIRED or error.request is not request:
                raise
            self._assumed.leave()
        return self._once(request)

    def _once(self, request: ApiRequest) -> Answer:
        try:
            if request.account:
                self._enter(request.account)
            client = self._client(request.operation.service, request.region, assumed=bool(request.account))
            return plain(getattr(client, xform_name(request.operation.name))(**request.parameters))
        except ApiError:
            raise
        except Exception as error:  # noqa: BLE001 - as above
            raise _fault(error, request) from None

    def _enter(self, account: str) -> None:
        """Lets this thread act as the role in an account; the role is assumed where it is not yet."""
        if self._assumed.account == account:
            return
        arn = f"arn:{self._partition}:iam::{account}:role/{self._role.lstrip('/')}"
        request = ApiRequest(ASSUME_ROLE, {"RoleArn": arn, "RoleSessionName": "policyengine"})
        try:
            keys = self._client("sts", "", assumed=False).assume_role(**request.parameters)["Credentials"]
        except Exception as error:  # noqa: BLE001 - as above
            raise _fault(error, request) from None
        self._assumed.enter(account, _Keys(keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"]))

    def _client(self, service: str, region: str, *, assumed: bool) -> Any:  # noqa: ANN401 - a class that boto3 makes
        key = service, region or self._home, assumed
        with self._lock:  # making one is not thread-safe, using one is
            if key not in self._clients:
                config = Config(
                    retries={"total_max_attempts": 1, "mode": "standard"},
                    max_pool_connections=_THREADS,
                    connect_timeout=_CONNECT,
                    read_timeout=_READ,
                    user_agent_extra=f"policyengine/{__version__}",
                )
                session = self._other if assumed else self._session
                self._clients[key] = session.client(service, region_name=key[1], config=config)
            return self._clients[key]


class _Keys(NamedTuple):
    """The keys that sign a request, under botocore's names."""

    access_key: str
    secret_key: str
    token: str
    account_id: str | None = None


class _Entered(threading.local):
    """The account that a thread is in, with the keys of the role."""

    account = ""
    keys = _Keys("", "", "")


class _Assumed(Credentials):  # type: ignore[misc] # botocore has no types
    """The credentials of the role that a thread acts as; botocore takes it for the credentials of a client.

    So one client serves all accounts: ten thousand would fill the memory.
    """

    def __init__(self) -> None:
        super().__init__("", "")
        self._entered = _Entered()

    @property
    def account(self) -> str:
        """The account that this thread is in, empty where it is in none."""
        return self._entered.account

    def enter(self, account: str, keys: _Keys) -> None:
        """Act as the role in an account."""
        self._entered.account, self._entered.keys = account, keys

    def leave(self) -> None:
        """Forget the role: it has to be assumed once more."""
        self._entered.account = ""

    def get_frozen_credentials(self) -> _Keys:
        """The keys that botocore signs with."""
        return self._entered.keys


def _session_of(credentials: _Assumed, session: boto3.Session) -> boto3.Session:
    """A session with other credentials, and with what another one has read of AWS's models."""

    class _Resolver:
        def load_credentials(self) -> _Assumed:
            return credentials

    core = botocore.session.Session()
    core.register_component("data_loader", session._session.get_component("data_loader"))  # noqa: SLF001 - no other way
    core.register_component("credential_provider", _Resolver())
    return boto3.Session(botocore_session=core)


def _silence_libraries() -> None:
    """No library of AWS's says anything by itself: what it logs may have keys in it."""
    for name in _LOGGERS:
        logger = logging.getLogger(name)
        logger.handlers[:] = [logging.NullHandler()]
        logger.propagate = False
        logger.setLevel(logging.CRITICAL)


def plain(answer: Mapping[str, Any]) -> Answer:
    """An answer as JSON has it: moments as texts in UTC, without what boto3 says of the HTTP answer.

    Raises `UnicodeEncodeError` for half a character, which no file could have.
    """
    return {key: _plain(value) for key, value in answer.items() if key != "ResponseMetadata"}


def _plain(value: Any) -> Any:  # noqa: ANN401 - JSON
    if isinstance(value, dict):
        return {str(key): _plain(child) for key, child in value.items()}
    if isinstance(value, list):
        return [_plain(child) for child in value]
    if isinstance(value, datetime):
        aware = value if value.tzinfo else value.replace(tzinfo=UTC)
        return aware.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, str):
        value.encode()
        return value
    if isinstance(value, (int, float, bool)) or value is None:
        return value
    raise TypeError  # bytes, which no operation of ours answers


def _fault(error: Exception, request: ApiRequest, about: str = "") -> ApiError:
    """The error for an exception of boto3's; nothing of its text is kept."""
    if isinstance(error, faults.ClientError):
        return _refusal(error, request)
    for types, kind in _BY_TYPE:
        if isinstance(error, types):
            return ApiError(kind, request, about=about, code=type(error).__name__)
    kind = (
        FaultKind.CONFIGURATION
        if isinstance(error, (faults.BotoCoreError, ValueError, OSError))
        else FaultKind.UNREADABLE
    )
    return ApiError(kind, request, about=about, code=type(error).__name__)


def _refusal(error: faults.ClientError, request: ApiRequest) -> ApiError:
    """AWS's own refusal, by its code and else by the status of the HTTP answer."""
    written = str(error.response.get("Error", {}).get("Code", "")).rpartition("#")[2]
    code = written if _CODE.fullmatch(written) else ""
    about = error.response.get("ResponseMetadata", {})
    status = int(about.get("HTTPStatusCode", 0))
    trace = str(about.get("RequestId", ""))
    kind = _BY_CODE.get(code)
    if kind is None:
        broken = FaultKind.UNAVAILABLE if _SERVER_ERROR <= status != _NOT_IMPLEMENTED else FaultKind.OTHER
        kind = FaultKind.THROTTLED if status == _TOO_MANY else broken
    return ApiError(kind, request, code=code, status=status, trace=trace if _TRACE.fullmatch(trace) else "")
