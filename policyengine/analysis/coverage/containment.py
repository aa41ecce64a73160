"""Resources that the backup of another contains: volumes, members of clusters, resources of a stack (facts 3.17).

A resource that no plan takes is covered through one that contains it. Members of clusters of databases are covered
through their cluster alone (facts 3.18). Only containers that the inventory lists count.
The verdicts of it are in `resource_judge.py`, and once more in SQL in `coverage_sql.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from policyengine.analysis.coverage.matching import CLUSTER, OWN_ENGINES
from policyengine.aws.documents import Json
from policyengine.aws.facts import resource_types
from policyengine.aws.resources import Resource

LEVELS = 3
"""How many containers stand around each other at most: a volume, its instance, a stack, the stack around it."""

_CLUSTERS = frozenset({"Aurora", "DocumentDB", "Neptune", "RDS"})
_CONTENTS = {"EC2": frozenset({"EBS"}), "EKS": frozenset({"EBS", "S3", "EFS"})}
UNTOLD_TYPES: Mapping[str, Json] = {"types": ["Aurora", "DocumentDB", "Neptune", "RDS"]}
"""The fact of a cluster that may be of any type."""
ENGINES = {"aurora": "Aurora", "docdb": "DocumentDB", "neptune": "Neptune"}


def containers(resource: Resource, listed: Mapping[str, Resource]) -> Iterator[Resource]:
    """The listed resources whose backup contains that of a resource of a known type, in the order of their ARNs."""
    for arn in sorted(set(resource.parents)):
        parent = listed.get(arn)
        if parent and parent.arn != resource.arn and _contains(parent, resource):
            yield parent


def is_member(resource: Resource) -> bool:
    """Whether it is an instance of a cluster of databases, which no plan takes by itself."""
    if resource.type != "RDS" or CLUSTER in resource.arn:
        return False
    engine = (resource.engine or "").casefold()
    return engine.startswith(OWN_ENGINES) or any(CLUSTER in parent for parent in resource.parents)


def cluster_of(member: Resource, listed: Mapping[str, Resource]) -> Resource:
    """The cluster of a member; where the inventory does not list it one with its place alone, of the type by engine."""
    arn = min((parent for parent in member.parents if CLUSTER in parent), default="")
    engine = (member.engine or "").casefold()
    kind = next((kind for prefix, kind in ENGINES.items() if engine.startswith(prefix)), "Aurora")
    if arn in listed:
        return listed[arn]
    facts: Mapping[str, Json] = {} if member.engine else UNTOLD_TYPES
    return Resource(arn, member.account, member.region, kind, engine=member.engine, facts=facts)


def _contains(parent: Resource, resource: Resource) -> bool:
    if parent.type == "CloudFormation":
        return resource.type in resource_types("aws")
    if CLUSTER in parent.arn and parent.type in _CLUSTERS:
        return is_member(resource)
    return resource.type in _CONTENTS.get(parent.type or "", ())
