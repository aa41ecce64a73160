"""A resource of an account, as an inventory lists it: what can be asked of it, whatever file it comes from.

None is a fact that nobody looked up, so that nothing may rest on it; an empty mapping or tuple says that there is none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from msgspec import field

from policyengine.aws.documents import Json
from policyengine.base.records import Record


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


class NotVisible(Record):
    """The resources that a kind of inventory cannot list: the language's names of the types.

    `untagged` where it lacks those.

    `lacks` is in words what else it does not have, which is unknown then.
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
        """How many resources each account has; None for those of no account."""
        return Counter(resource.account for resource in self.resources)
