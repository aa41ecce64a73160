"""The identity of a resource by its ARN: its account, Region and type.

Services and kinds are compared without case: people retype ARNs. Names of resources stay as they are.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from policyengine.aws.arns import ACCOUNT_ID
from policyengine.aws.facts.inventories import engines_without_backups, kind_words, shared_arn, type_patterns

_PARTS = 6  # arn, partition, service, Region, account, resource
_CLUSTERS = "Aurora"  # what `type_patterns` calls all clusters of the service `rds`


class ArnIdentity(NamedTuple):
    """The parts of a resource's ARN; `account` and `region` are None where it has none, as those of buckets.

    `type` is the language's name, None where AWS Backup has no such type, and the first of `shared` where several types
    have ARNs of this form. `head` is what stands before the last name, in the case that AWS writes, where that differs.
    """

    partition: str
    account: str | None
    region: str | None
    type: str | None
    shared: bool = False
    head: str | None = None


def identify(arn: str) -> ArnIdentity | None:
    """The identity in an ARN; None for a text that is no ARN of a resource."""
    head, sign, name = arn.rpartition("/" if "/" in arn else ":")
    return _with_case(_identity(arn), arn) if not name or ":" in name else _with_head(head + sign)


@lru_cache(maxsize=32_768)
def _with_head(head: str) -> ArnIdentity | None:
    """The identity in every ARN that ends with a name behind this: which name does not matter."""
    return _with_case(_identity(f"{head}name"), head)


def _with_case(identity: ArnIdentity | None, head: str) -> ArnIdentity | None:
    if identity is None or (written := _as_aws_writes(head)) == head:
        return identity
    return identity._replace(head=written)


def canonical(arn: str) -> str:
    """An ARN with partition, service, Region and the word for its kind in small letters, as AWS writes them.

    Names stay as they are; so does what is no ARN.
    """
    identity = identify(arn)
    return arn if identity is None else cased(arn, identity)


def cased(arn: str, identity: ArnIdentity) -> str:
    """The same of an ARN whose identity is known."""
    if identity.head is None:
        return arn
    return identity.head + arn[len(identity.head) :]


def _as_aws_writes(head: str) -> str:
    *parts, rest = head.split(":", 5)
    kind, sign, name = rest.partition("/") if "/" in rest else rest.partition(":")
    return ":".join([*map(str.lower, parts), kind_words().get(kind.lower(), kind) + sign + name])


def _identity(arn: str) -> ArnIdentity | None:
    parts = arn.split(":", 5)
    if len(parts) < _PARTS or not parts[5] or parts[0].lower() != "arn" or not parts[1] or not parts[2]:
        return None
    partition, service, region, account = parts[1:5]
    pattern = type_patterns().get(service.lower())
    match = pattern.fullmatch(parts[5]) if pattern else None
    name = match.lastgroup if match else None
    owner = account if ACCOUNT_ID.fullmatch(account) else None
    return ArnIdentity(partition.lower(), owner, region.lower() or None, name, shared=name == _CLUSTERS)


def narrowed(identity: ArnIdentity, named: str | None, engine: str | None) -> tuple[str | None, bool]:
    """The type with what else is known, the resource's engine or another name of its type, and whether it is certain.

    Of what nobody tells apart it is the first of those that share the ARN, and not certain.
    """
    if not identity.shared:
        lacking = engines_without_backups().get(identity.type or "")
        return (None if lacking and engine and engine.lower() in lacking else identity.type), True
    table = shared_arn()
    kind = table.engines.get(engine.lower()) if engine else None
    kind = kind or (table.named.get(named.lower()) if named else None)
    return kind or identity.type, kind is not None
