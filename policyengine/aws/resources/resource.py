"""A resource of an account, as an inventory lists it: what can be asked of it, whatever file it comes from.

None is a fact that nobody looked up, so that nothing may rest on it; an empty mapping or tuple says that there is none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime

from msgspec import field

from policyengine.aws.documents import Json
from policyengine.aws.facts.inventories import parent_tags, shared_arn
from policyengine.aws.resources.identity import ArnIdentity, cased, identify, narrowed
from policyengine.base.records import Record

_NOTHING: Mapping[str, Json] = {}


class Resource(Record):
    """A resource (inventory.md 3).

    `account` and `region` are None where neither the inventory nor the ARN names them, as for buckets. `type` is the
    language's name of its resource type, None where AWS Backup does not back up what the ARN names. `tags` are as AWS
    has them, `state` and `engine` in the source's words, `size_gb` in GB. `encrypted` is whether it is encrypted, `kms`
    the key. `parents` are the ARNs of what it belongs to: the instance of a volume, the cluster of a database, a stack.
    `facts` are further ones by name: `versioning` of a bucket, true or false, and `backup_window`; `types` where nobody
    tells which of these a cluster is, and `type` is the first of them. `source` is the kind of inventory,
    `captured_at` its moment.
    """

    arn: str
    account: str | None
    region: str | None
    type: str | None
    tags: Mapping[str, str] | None = None
    created: datetime | None = None
    state: str | None = None
    engine: str | None = None
    size_gb: float | None = None
    encrypted: bool | None = None
    kms: str | None = None
    parents: tuple[str, ...] = ()
    facts: Mapping[str, Json] = field(default_factory=dict)
    source: str = ""
    captured_at: datetime | None = None


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


class NotVisible(Record):
    """The resources that a kind of inventory cannot list.

    `types` are the language's names of the types that it lacks. `untagged` says that it lacks what never had a tag,
    `lacks` in words what else it does not have, which is unknown then.
    """

    source: str
    types: tuple[str, ...]
    untagged: bool = False
    lacks: tuple[str, ...] = ()


class ResourceInventory(Record):
    """All resources that inventories list, each ARN once, the last capture; with what their sources cannot see.

    `recovery_points` are the ARNs of resources that AWS Backup has points of, each with the moment of the last one;
    None where nobody looked. `repeated` counts the records of ARNs that another record had already. `unlisted` are the
    language's names of types that none of the sources can list.
    """

    resources: tuple[Resource, ...]
    not_visible: tuple[NotVisible, ...] = ()
    recovery_points: Mapping[str, datetime | None] | None = None
    repeated: int = 0
    unlisted: frozenset[str] = frozenset()

    @property
    def by_account(self) -> Counter[str | None]:
        """The number of resources by account; under None those of no account."""
        return Counter(resource.account for resource in self.resources)
