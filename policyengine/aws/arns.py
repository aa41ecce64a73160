"""ARNs of AWS Backup's vaults and of IAM roles, built from their parts and taken apart (facts 1.5, semantics.md 9).

Texts are not validated: `admission/` decides which ARNs AWS takes. In documents of policies AWS replaces `$account` by
the account that has the plan, and `$region` by the Region of the plan, the latter for air-gapped vaults alone.
"""

from __future__ import annotations

import re

from policyengine.base.records import Record

ACCOUNT, REGION = "$account", "$region"
"""AWS's placeholders."""

ACCOUNT_ID = re.compile("[0-9]{12}")
"""The id of an account."""

_PREFIX = "arn:"
_VAULT = re.compile(r"arn:([^:]+):backup:([^:]+):([^:]+):backup-vault:([^:]+)", re.IGNORECASE)
_COPY_TARGET = re.compile(r"arn:[a-z-]+:backup:([a-z0-9-]+):(\$account|\d{12}):backup-vault:(.+)", re.DOTALL)


class VaultArn(Record):
    """A vault by its ARN. `region` and `account` may be AWS's placeholders, in any case of letters."""

    arn: str
    partition: str
    region: str
    account: str
    name: str


def is_arn(text: str) -> bool:
    """Whether a text begins as an ARN does."""
    return text.startswith(_PREFIX)


def arn_matches(arn: str, pattern: str) -> bool:
    """Whether a pattern of an ARN, in which `*` stands for any characters, matches an ARN."""
    return re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), arn, re.DOTALL) is not None


def vault_arn(vault: str, region: str, account: str, partition: str) -> str:
    """The ARN of a vault; `account` is an id or `$account`."""
    return f"arn:{partition}:backup:{region}:{account}:backup-vault:{vault}"


def air_gapped_vault_arn(vault: str, partition: str) -> str:
    """The ARN of an air-gapped vault as a rule names it: in the account and the Region of the plan."""
    return vault_arn(vault, REGION, ACCOUNT, partition)


def role_arn(path: str, partition: str) -> str:
    """The ARN of a role of the account that has the plan, by its path and name: `service-role/Backup`."""
    return f"arn:{partition}:iam::{ACCOUNT}:role/{path}"


def read_vault_arn(text: str) -> VaultArn | None:
    """The parts of a vault's ARN, whose fixed parts may be in any case; None where the text is no such ARN."""
    match = _VAULT.fullmatch(text)
    return VaultArn(text, *match.groups()) if match else None


def copy_target(arn: str, partition: str) -> tuple[str, str, str] | None:
    """Vault, Region and account from which `vault_arn` builds exactly this ARN; None where there are none."""
    match = _COPY_TARGET.fullmatch(arn)
    if not match or vault_arn(match[3], match[1], match[2], partition) != arn:
        return None
    return match[3], match[1], match[2]


def role_path(role: str) -> str:
    """The path and name in a role's ARN, or of a role of the snapshot, whose path may begin with IAM's slash."""
    head, _, path = role.partition(":role/")
    return path if head != role else role.removeprefix("/")


DEFAULT_ROLE_NAME = "AWSBackupDefaultServiceRole"
DEFAULT_ROLE = f"service-role/{DEFAULT_ROLE_NAME}"
"""The role that AWS Backup makes for itself, by its name alone and with its path (facts 3.21)."""

_SERVICE_LINKED_PATH = "aws-service-role/"
_SERVICE_LINKED_NAMES = {
    "awsserviceroleforbackup",
    "awsserviceroleforbackupreports",
    "awsserviceroleforbackuprestoretesting",
}


def is_default_role(role: str) -> bool:
    """Whether the name, on whatever path, is that of AWS Backup's default role; IAM has no two in other letters."""
    return role.rpartition("/")[2].lower() == DEFAULT_ROLE_NAME.lower()


def is_service_linked_role(role: str) -> bool:
    """Whether a role is one that a service has for itself: by its path, or by the names of those of AWS Backup."""
    return role.startswith(_SERVICE_LINKED_PATH) or role.rpartition("/")[2].lower() in _SERVICE_LINKED_NAMES
