"""Takes ids, names and e-mail addresses out of AWS's answers, each the same way wherever it stands.

What AWS itself says stays: its words, Regions, numbers, dates and schedules, the keys and values of its documents.
Texts are taken apart at colons, slashes, brackets and spaces, so that a role has one name in an ARN and by itself.
Names that differ in case alone still do, since AWS folds the case of some, and what is sorted stays in its order.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable
from functools import cache
from typing import Any

import botocore.session

from policyengine.aws.documents import CONTROL, VALUE_OPERATORS
from policyengine.aws.facts import regions, resource_features, resource_types
from policyengine.aws.facts.api_operations import OPERATIONS
from policyengine.aws.settings import CONDITION_OPERATORS, blocks, settings

_APART = re.compile(r"([:/\\\s(),\"{}\[\]<>;|]+)")
_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2})?"
_SECONDS = r"[0-9]{2}(\.[0-9]{3,6})?([+-][0-9]{2})?Z?"
_FIGURES = re.compile(rf"-?[0-9]{{1,6}}(\.[0-9]{{1,2}})?|{_DAY}|{_SECONDS}|[.+*?%_-]*")
"""Numbers as AWS has them, and parts of its moments; longer ones may be accounts, telephones or addresses."""
_MOST = 999_999  # of a number in a document
_MONTHS_AND_DAYS = "JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC|SUN|MON|TUE|WED|THU|FRI|SAT"
_SCHEDULE = re.compile(rf"cron\(([0-9*?,/# LW-]|{_MONTHS_AND_DAYS})*\)")
_ACTION = re.compile(r"([a-z0-9-]+):([A-Z][A-Za-z]*)(\*?)")
_OPERATORS = frozenset({CONTROL, *VALUE_OPERATORS, "@@all", "@@none"})
_KINDS: dict[str, re.Pattern[str]] = {
    "account": re.compile("[0-9]{12}"),
    "organization": re.compile("o-[a-z0-9]{4,32}"),
    "root": re.compile("r-[a-z0-9]{4,32}"),
    "unit": re.compile("ou-[a-z0-9]{4,32}-[a-z0-9]{8,32}"),
    "policy": re.compile("p-[A-Za-z0-9_]{8,128}"),
    "address": re.compile(r"[^@]+@[^@]+\.[^@]+"),
}
_FORMS: dict[str, str] = {
    "account": "{:012}",
    "organization": "o-{:010}",
    "root": "r-{:04}",
    "unit": "ou-0001-{:08}",
    "policy": "p-{:010}",
    "address": "mail{:06}@example.com",
}
_NAME, _STEM = "name", "name"
_VARIANTS = 1 << len(_STEM)

_WORDS = """
orgs aws-reserved sso.amazonaws.com aws-service-role arn aws aws-cn aws-us-gov organizations organization backup kms
iam sts s3 ec2 root ou account policy key role user assumed-role service-role AWSBackupDefaultServiceRole backup-vault
backup-plan framework Default backup_policy alias BACKUP_POLICY $account $region true false null * cron Version
Statement Sid Effect Allow Deny Principal NotPrincipal Action NotAction Resource NotResource Condition AWS Service
Federated backup.amazonaws.com sts:AssumeRole aws:PrincipalArn aws:PrincipalOrgID aws:ResourceTag
isCrossAccountBackupEnabled isMpaEnabled isDelegatedAdministratorEnabled version name id description tags content
plans policies units accounts parent state regions vaults roles settings management_account backup_policies_enabled
attachment_order orders last_valid type lock mode min_retention_days max_retention_days changeable_until
cross_account_backup opt_in dynamodb_advanced local_plans selections restore_testing frameworks pulled inferred known
unknown none standard logically_air_gapped governance compliance customer aws_managed aws_owned ACTIVE SUSPENDED
PENDING_CLOSURE PENDING_ACTIVATION CLOSED EBS EC2 EFS FSx RDS S3 DynamoDB Aurora DocumentDB Neptune Redshift
Timestream VirtualMachine CloudFormation
"""


@cache
def _vocabulary() -> frozenset[str]:
    """The words that AWS itself uses, in lower case."""
    words = {*_WORDS.split(), *regions(), *resource_features(), *CONDITION_OPERATORS.values()}
    words |= {word for pattern in resource_types("aws").values() for word in _APART.split(pattern)}
    words |= {word for row in settings() for word in row.path} | {word for row in blocks() for word in row.path}
    words |= {choice for row in settings() for choice in row.format.choices}
    return frozenset(part.lower() for word in words for part in _APART.split(word))


@cache
def _actions() -> frozenset[str]:
    """The actions of IAM that AWS Backup has and that we call, such as `backup:DeleteRecoveryPoint`."""
    of_backup = botocore.session.Session().get_service_model("backup").operation_names
    in_policies = ("CopyIntoBackupVault", "CopyFromBackupVault")
    called = (operation.action for operation in OPERATIONS)
    return frozenset([*(f"backup:{name}" for name in (*of_backup, *in_policies)), *called])


def _is_action(text: str) -> bool:
    """Whether a text is an action, or with `*` begins some."""
    if not (parts := _ACTION.fullmatch(text)):
        return False
    if not parts[3]:
        return text in _actions()
    return any(action.startswith(text[:-1]) for action in _actions())


class Redaction:
    """Learns the words of texts, and then gives each another one: `learn` all texts first, then ask for `text`."""

    def __init__(self) -> None:
        self._learnt: defaultdict[str, set[str]] = defaultdict(set)
        self._new: dict[str, str] = {}

    def learn(self, text: str) -> str:
        """Remembers the words of a text, which it returns as it is."""
        self._each(text, self._remember)
        self._new.clear()
        return text

    def text(self, text: str) -> str:
        """The text with other ids, names and addresses; a text in JSON is taken for the document that it is.

        Raises `KeyError` for words that were not learnt.
        """
        if not self._new:
            self._assign()
        return self._each(text, self._new.__getitem__)

    def value(self, value: Any) -> Any:  # noqa: ANN401 - JSON
        """A value of JSON, such as a snapshot, with its texts replaced, keys included; what was not learnt stays."""
        if not self._new:
            self._assign()
        return _through(value, lambda text: self._each(text, lambda word: self._new.get(word, word)))

    def _remember(self, word: str) -> str:
        self._learnt[_kind(word)].add(word)
        return word

    def _each(self, text: str, replaced: Callable[[str], str]) -> str:
        if text.lstrip().startswith("{") and (document := _document(text)) is not None:
            redacted = _through(document, lambda inside: self._each(inside, replaced))
            return json.dumps(redacted, ensure_ascii=False, separators=(",", ":"))
        if _SCHEDULE.fullmatch(text) or _is_action(text):
            return text
        return "".join(part if _is_plain(part) else replaced(part) for part in _APART.split(text))

    def _assign(self) -> None:
        for kind, form in _FORMS.items():
            for number, word in enumerate(sorted(self._learnt[kind]), start=1):
                self._new[word] = form.format(number)
        groups: defaultdict[str, list[str]] = defaultdict(list)
        for word in sorted(self._learnt[_NAME]):
            groups[word.lower()].append(word)
        width = len(str(len(groups)))
        for number, (lower, words) in enumerate(sorted(groups.items()), start=1):
            for variant, word in enumerate([lower, *(word for word in words if word != lower)]):
                self._new[word] = f"{_spelling(variant)}{number:0{width}}"


def _spelling(variant: int) -> str:
    """`name`, and with capitals where its bits are for others that differ from it in case."""
    return "".join(letter.upper() if variant % _VARIANTS >> place & 1 else letter for place, letter in enumerate(_STEM))


def _kind(word: str) -> str:
    return next((kind for kind, pattern in _KINDS.items() if pattern.fullmatch(word)), _NAME)


def _is_plain(part: str) -> bool:
    """Whether a part says nothing of its owner: what stands between words, words of AWS's, and short figures."""
    if _APART.fullmatch(part) or part.lower() in _vocabulary() or part.lower() in _OPERATORS:
        return True
    return bool(_FIGURES.fullmatch(part))


def _document(text: str) -> Any:  # noqa: ANN401 - JSON
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _through(value: Any, change: Callable[[str], str]) -> Any:  # noqa: ANN401 - JSON
    if isinstance(value, dict):
        return {change(str(key)): _through(child, change) for key, child in value.items()}
    if isinstance(value, list):
        return [_through(child, change) for child in value]
    if isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) > _MOST:
        return change(str(value))
    return change(value) if isinstance(value, str) else value
