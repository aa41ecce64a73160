"""The caller and its organization: the first calls of every command, which refuse wrong accounts and organizations."""

from __future__ import annotations

from policyengine.aws.facts.api_operations import DESCRIBE_ORGANIZATION, GET_CALLER_IDENTITY, LIST_ROOTS
from policyengine.base.records import Record
from policyengine.live.answers import Answer, ApiError, ApiRequest, FaultKind, Listing
from policyengine.live.retrying import Calls
from policyengine.live.sentences import LiveError

_ROOTS = Listing(LIST_ROOTS, "Roots", ("Id", "Name"))
_TYPE = "BACKUP_POLICY"


class Caller(Record):
    """Whose credentials these are, and the organization that they see. `enabled`: the policy type is."""

    account: str
    arn: str
    organization: str
    management_account: str
    partition: str
    root_id: str
    root_name: str
    enabled: bool

    @property
    def is_management(self) -> bool:
        """Whether the caller is in the management account, which alone has some settings."""
        return self.account == self.management_account


def identify(calls: Calls, expected: str = "") -> Caller:
    """The caller and the organization. `expected` is the id of the organization that the snapshot is of which is there.

    Raises `LiveError` for another organization and for a member account that may not read it, and as `Calls` does.
    """
    account, arn = calls.read(ApiRequest(GET_CALLER_IDENTITY), lambda answer: _texts(answer, "Account", "Arn"))
    organization, management, its_arn = calls.read(
        ApiRequest(DESCRIBE_ORGANIZATION),
        lambda answer: _texts(answer["Organization"], "Id", "MasterAccountId", "Arn"),
    )
    if expected and expected != organization:
        raise LiveError(
            f"these credentials are of the organization {organization} (account {account}), the snapshot that is there"
            f" is of {expected}; use credentials of {expected}, or the folder of a project of {organization} (`-C`)"
        )
    try:
        (root,) = calls.pages(_ROOTS, ApiRequest(LIST_ROOTS))
    except ValueError:
        raise ApiError(FaultKind.UNREADABLE, ApiRequest(LIST_ROOTS)) from None
    except ApiError as error:
        if error.kind is FaultKind.DENIED and account != management:
            raise LiveError(_member(account, management)) from None
        raise
    types = root.get("PolicyTypes") or []
    enabled = any(each.get("Type") == _TYPE and each.get("Status") == "ENABLED" for each in types)
    return Caller(account, arn, organization, management, its_arn.split(":")[1], root["Id"], root["Name"], enabled)


def require_enabled(caller: Caller) -> None:
    """Raises `LiveError` where the organization has no backup policies, so that there is nothing to read."""
    if not caller.enabled:
        raise LiveError(
            f"backup policies are not enabled in the organization {caller.organization}; `aws organizations"
            f" enable-policy-type --root-id {caller.root_id} --policy-type {_TYPE}` enables them"
        )


def _member(account: str, management: str) -> str:
    return (
        f"these credentials are of the member account {account}, which may not read the organization; use those of the"
        f" management account {management}, or let it delegate backup policies (`policyengine iam delegate`)"
    )


def _texts(answer: Answer, *names: str) -> list[str]:
    texts = [answer[name] for name in names]
    if not all(isinstance(text, str) and text for text in texts):
        raise TypeError
    return texts
