"""ARNs and the short names the language has for them, both ways, in a partition."""

from __future__ import annotations

import re
from collections.abc import Callable

from policyengine.facts import regions

_VAULT = re.compile(r"arn:[a-z-]+:backup:([a-z0-9-]+):(\$account|\d{12}):backup-vault:(.+)", re.DOTALL)


def role_arn(name: str, partition: str) -> str:
    """The ARN of a role by its name or path; a text that is an ARN stays as it is."""
    return name if name.startswith("arn:") else _role_prefix(partition) + name.removeprefix("/")


def role_name(arn: str, partition: str) -> str | None:
    """What to write for a role so that `role_arn` gives this text; None where nothing does."""
    return _shortest(arn, arn.removeprefix(_role_prefix(partition)), role_arn, partition)


def air_gapped_arn(name: str, partition: str) -> str:
    """The ARN of a logically air-gapped vault by its name; a text that is an ARN stays as it is."""
    return name if name.startswith("arn:") else _air_gapped_prefix(partition) + name


def air_gapped_name(arn: str, partition: str) -> str | None:
    """What to write for an air-gapped vault so that `air_gapped_arn` gives this text; None where nothing does."""
    return _shortest(arn, arn.removeprefix(_air_gapped_prefix(partition)), air_gapped_arn, partition)


def vault_arn(vault: str, region: str, account: str, partition: str) -> str:
    """The ARN of a vault that copies go to; `account` is an id or `$account`."""
    return f"arn:{partition}:backup:{region}:{account}:backup-vault:{vault}"


def vault_parts(arn: str, partition: str) -> tuple[str, str, str] | None:
    """Vault, Region and account from which `vault_arn` makes exactly this text; None where it cannot."""
    found = _VAULT.fullmatch(arn)
    if not found or found[1] not in regions() or vault_arn(found[3], found[1], found[2], partition) != arn:
        return None
    return found[3], found[1], found[2]


def _role_prefix(partition: str) -> str:
    return f"arn:{partition}:iam::$account:role/"


def _air_gapped_prefix(partition: str) -> str:
    return f"arn:{partition}:backup:$region:$account:backup-vault:"


def _shortest(arn: str, short: str, long: Callable[[str, str], str], partition: str) -> str | None:
    for text in (short, arn):
        if text and long(text, partition) == arn:
            return text
    return None
