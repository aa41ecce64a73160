"""Resources of what an inventory says of them: the rest is filled in from the ARN, the engine and the tags."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from policyengine.aws.documents import Json
from policyengine.aws.facts.inventories import parent_tags, shared_arn
from policyengine.aws.resources.identity import ArnIdentity, cased, identify, narrowed
from policyengine.aws.resources.resource import Resource

_NOTHING: Mapping[str, Json] = {}


def resource_of(  # noqa: PLR0913 - the fields of a resource
    arn: str,
    *,
    source: str,
    account: str | None = None,
    region: str | None = None,
    named: str | None = None,
    tags: Mapping[str, str] | None = None,
    created: datetime | None = None,
    state: str | None = None,
    engine: str | None = None,
    size_gb: float | None = None,
    encrypted: bool | None = None,
    kms: str | None = None,
    parents: tuple[str, ...] = (),
    facts: Mapping[str, Json] = _NOTHING,
    captured_at: datetime | None = None,
) -> Resource | None:
    """The resource with an ARN; None where the text is no ARN.

    `account` and `region` count where the ARN has none. `named` is the name of its type in AWS Backup's or
    CloudFormation's words, which decides only between types whose ARNs have the same form. Where nothing decides,
    `facts["types"]` has all that it may be.
    """
    identity = identify(arn)
    if identity is None:
        return None
    name, certain = identity.type, True
    if identity.shared or engine:
        name, certain = narrowed(identity, named, engine)
    if not certain:
        facts = {**facts, "types": list(shared_arn().types)}
    arn = cased(arn, identity)
    account, region = identity.account or account, identity.region or region
    if tags and name is not None:
        parents = (*parents, *(arn for arn in _parents(tags, identity, account, region) if arn not in parents))
    return Resource(
        arn, account, region, name, tags, created, state, engine, size_gb, encrypted, kms, parents, facts, source,
        captured_at,
    )  # fmt: skip


def _parents(tags: Mapping[str, str], identity: ArnIdentity, account: str | None, region: str | None) -> Iterator[str]:
    """The stack, and the EKS cluster of a volume of its driver, that tags name."""
    keys = parent_tags()
    if stack := tags.get(keys.stack):
        yield stack
    if identity.type == "EBS" and not keys.volume.isdisjoint(tags) and account and region:
        clusters = [key.removeprefix(keys.cluster) for key in tags if key.startswith(keys.cluster)]
        if len(clusters) == 1:
            yield f"arn:{identity.partition}:eks:{region}:{account}:cluster/{clusters[0]}"
