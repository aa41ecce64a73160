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
    """The partition of a document: that of its Regions, else one beside `aws` that an ARN names; empty where neither.

    Regions come first: an ARN of another partition than theirs is the mistake.
    """
    waiting: list[Json] = [content]
    named = ""
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            waiting += [*node.values(), *node]
        elif isinstance(node, list):
            waiting += node
        elif isinstance(node, str) and node in regions():
            return regions()[node]
        elif isinstance(node, str) and (found := _NAMED.match(node)):
            named = found[1]
    return named


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
    expected = "expected `arn:aws:iam::$account:role/NAME`"
    return Complaint(malformed_role_arn.RULE, f"{quoted(key)} is {shown(text)}, {expected}")


def role_advice(text: str, partition: str) -> str:
    """The ARN of the role that a text means, in a partition, else in the one that it names."""
    parts = text.strip().split(":")
    if len(parts) > _KIND:
        mended = ":".join(("arn", partition or parts[1], *parts[2:_ACCOUNT], "$account", *parts[_KIND:]))
    else:
        mended = f"arn:{partition or 'aws'}:iam::$account:role/{text.removeprefix('role/').removeprefix('/')}"
    return write(_completed(mended, _ROLE))


def _completed(mended: str, pattern: re.Pattern[str]) -> str:
    return mended if pattern.fullmatch(mended) else ""
