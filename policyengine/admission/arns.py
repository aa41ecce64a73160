"""The three kinds of ARN in a backup policy: a role, the vault of a copy, an air-gapped vault.

All three partitions are taken, whatever the Regions of the policy. Each refusal says what the ARN would have to be,
where that can be told from what was written.
"""

from __future__ import annotations

import re
from functools import lru_cache

from policyengine.admission.refusals import Complaint
from policyengine.admission.wording import shown, write
from policyengine.catalogue.admission import malformed_role_arn, malformed_vault_arn
from policyengine.facts import regions
from policyengine.model.documents import Json
from policyengine.wording import quoted

_PARTITION = r"arn:(?:aws|aws-cn|aws-us-gov)"
_VAULT = r"backup-vault:[A-Za-z0-9_-]{1,50}"
_COPY = re.compile(rf"{_PARTITION}:backup:[a-z0-9-]+:(?:\$account|[0-9]{{12}}):{_VAULT}")
_AIR_GAPPED = re.compile(rf"{_PARTITION}:backup:\$region:\$account:{_VAULT}")
_ROLE = re.compile(rf"{_PARTITION}:iam::\$account:role/(?:[!-~]+/)?[A-Za-z0-9_+=,.@-]+")
_ROLE_NAME = re.compile(r"[A-Za-z0-9_+=,.@-]+")
_NAMED = re.compile("arn:(aws-cn|aws-us-gov):")
_DIGITS_OF_ACCOUNT = 12
_PARTS = 7  # arn, partition, service, Region, account, kind, name
_REGION, _ACCOUNT, _KIND = 3, 4, 5


def partition_of(content: Json) -> str:
    """The partition beside `aws` that the ARNs and Regions of a document name; `aws` where they name none."""
    waiting: list[Json] = [content]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            waiting += [*node.values(), *node]
        elif isinstance(node, list):
            waiting += node
        elif isinstance(node, str) and (named := _NAMED.match(node)):
            return named[1]
        elif isinstance(node, str) and regions().get(node, "aws") != "aws":
            return regions()[node]
    return "aws"


def copy_target(key: str, text: str) -> Complaint | None:
    """Why a text is not the ARN of a vault to copy to; `key` is the setting it stands in."""
    return None if _COPY.fullmatch(text) else _no_copy_target(quoted(key), text)


@lru_cache(maxsize=1024)
def copy_name(key: str) -> Complaint | None:
    """Why the key of a copy action is not the ARN of a vault; keys count whatever their case."""
    return None if _COPY.fullmatch(key.lower()) else _no_copy_target("the key of a copy", key)


def _no_copy_target(subject: str, text: str) -> Complaint:
    parts = text.split(":")
    advice = write(_completed(text.replace(":vault:", ":backup-vault:"), _COPY))
    if len(parts) == _PARTS and parts[_REGION].lower() == "$region":
        advice = "name one Region: `$region` is for air-gapped vaults"
    elif len(parts) == _PARTS and not advice:
        advice = _advice_on_account(parts[_ACCOUNT])
    expected = "expected `arn:aws:backup:REGION:ACCOUNT:backup-vault:NAME`"
    return Complaint(malformed_vault_arn.RULE, f"{subject} is {shown(text)}, {expected}", advice)


def _advice_on_account(account: str) -> str:
    digits = re.sub(r"[\s-]", "", account)
    if not (digits.isascii() and digits.isdigit()):
        return ""
    if len(digits) == _DIGITS_OF_ACCOUNT:
        return f"write the account as {quoted(digits)}"
    return f"the id of an account has {_DIGITS_OF_ACCOUNT} digits, this one has {len(digits)}"


def air_gapped(key: str, text: str) -> Complaint | None:
    """Why a text is not the ARN of an air-gapped vault in each Region and account."""
    if _AIR_GAPPED.fullmatch(text):
        return None
    parts = text.replace(":vault:", ":backup-vault:").split(":")
    if len(parts) == _PARTS:
        parts[_REGION], parts[_ACCOUNT] = "$region", "$account"
    mended = ":".join(parts)
    expected = "expected `arn:aws:backup:$region:$account:backup-vault:NAME`"
    advice = write(_completed(mended, _AIR_GAPPED))
    return Complaint(malformed_vault_arn.RULE, f"{quoted(key)} is {shown(text)}, {expected}", advice)


def role(key: str, text: str) -> Complaint | None:
    """Why a text is not the ARN of a role in the member account."""
    if _ROLE.fullmatch(text):
        return None
    parts = text.split(":")
    mended = ":".join((*parts[:_ACCOUNT], "$account", *parts[_KIND:]))
    if _ROLE_NAME.fullmatch(text):
        mended = f"arn:aws:iam::$account:role/{text}"
    expected = "expected `arn:aws:iam::$account:role/NAME`"
    advice = write(_completed(mended, _ROLE))
    return Complaint(malformed_role_arn.RULE, f"{quoted(key)} is {shown(text)}, {expected}", advice)


def _completed(mended: str, pattern: re.Pattern[str]) -> str:
    return mended if pattern.fullmatch(mended) else ""
