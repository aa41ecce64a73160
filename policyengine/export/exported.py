"""What a roll-out with another tool needs: the policies, and where each is attached, in order.

Pure: takes what a project compiles to, its organization and its snapshot, and returns values without a format.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from typing import TYPE_CHECKING, Literal

import networkx as nx

from policyengine.aws.documents import Compiled, Json, PolicyDocument
from policyengine.aws.merge import same_meaning
from policyengine.aws.organization import Entity, Organization, attach
from policyengine.aws.policy_text import read_document
from policyengine.base.errors import UsageError
from policyengine.base.records import record
from policyengine.base.text import quoted

if TYPE_CHECKING:
    from policyengine.aws.snapshot import Snapshot
    from policyengine.aws.snapshot.shapes import StoredPolicy


@record
class ExportedPolicy:
    """A policy as Organizations shall store it; `id` is AWS's where the snapshot has the policy, else None."""

    name: str
    content: Json
    description: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    id: str | None = None


@record
class ExportTarget:
    """The root, a unit or an account to which policies are attached, in this order.

    `name` is what people call it: the path of a unit, the name of an account. `id` is AWS's, None where neither the
    snapshot nor the project has it. `attached` are those of the policies that the snapshot has there already.
    """

    kind: Literal["root", "ou", "account"]
    name: str
    id: str | None
    policies: tuple[str, ...]
    attached: frozenset[str] = frozenset()


@record
class Export:
    """All policies in the order in which they are to be created, and the targets from the root down."""

    policies: tuple[ExportedPolicy, ...]
    targets: tuple[ExportTarget, ...]


def exported(compiled: Compiled, organization: Organization | None, snapshot: Snapshot | None) -> Export:
    """What a project and its snapshot say of policies and attachments; without a snapshot the project alone.

    A policy that means what AWS stores under its name keeps AWS's spelling, so that adopting it changes nothing.
    """
    if organization is None or snapshot is None:
        targets = tuple(_written(compiled))
        documents: Iterable[PolicyDocument] = compiled.policies
        stored: Mapping[str, StoredPolicy] = {}
    else:
        targets = tuple(_attached(organization, attach(snapshot).value))
        documents = organization.policies.values()
        stored = snapshot.policies or {}
    return Export(tuple(_policy(document, stored.get(document.name)) for document in documents), targets)


def in_creation_order(export: Export) -> Export:
    """The export with its policies in an order that creates those of every target in its order.

    Raises `UsageError` naming the targets where no order of the policies does.
    """
    wanted: nx.DiGraph[str] = nx.DiGraph()
    wanted.add_nodes_from(policy.name for policy in export.policies)
    for target in export.targets:
        nx.add_path(wanted, target.policies)
    place = {policy.name: number for number, policy in enumerate(export.policies)}
    try:
        order = list(nx.lexicographical_topological_sort(wanted, key=place.__getitem__))
    except nx.NetworkXUnfeasible:
        raise UsageError(_contradiction(export, wanted)) from None
    by_name = {policy.name: policy for policy in export.policies}
    return Export(tuple(by_name[name] for name in order), export.targets)


def _contradiction(export: Export, wanted: nx.DiGraph[str]) -> str:
    """A message that names a circle of policies, and for each step the target that demands it."""
    circle = nx.find_cycle(wanted)
    steps = [
        f"{_called(target)} wants {quoted(first)} before {quoted(second)}"
        for target in export.targets
        for first, second in circle
        if _stand_in_order(target.policies, first, second)
    ]
    return (
        f"no order of creation fits every target: {', '.join(steps)};"
        " attach them in one order everywhere, or export to terraform, which attaches one by one"
    )


def _stand_in_order(names: tuple[str, ...], first: str, second: str) -> bool:
    return first in names and second in names and names.index(first) < names.index(second)


def _called(target: ExportTarget) -> str:
    return "the root" if target.kind == "root" else quoted(target.name)


def _policy(document: PolicyDocument, stored: StoredPolicy | None) -> ExportedPolicy:
    if stored is None:
        return ExportedPolicy(document.name, document.content, document.description)
    content = document.content
    if same_meaning(content, (there := _content_of(document.name, stored))):
        content = there
    description = document.description or stored.description or ""
    return ExportedPolicy(document.name, content, description, stored.tags or {}, stored.id)


def _content_of(name: str, stored: StoredPolicy) -> Json:
    content = stored.content
    if not isinstance(content, str):
        return content
    document = read_document(name, content)
    return document.content if isinstance(document, PolicyDocument) else None


def _attached(organization: Organization, before: Organization) -> Iterator[ExportTarget]:
    """The targets with policies, each with those that are there before the project comes."""
    there = {_key(entity): entity.policies for entity in before.entities}
    for entity in organization.entities:
        if entity.policies:
            names = tuple(policy.name for policy in entity.policies)
            already = frozenset(policy.name for policy in there.get(_key(entity), ()))
            yield ExportTarget(entity.kind, _name(entity), entity.id, names, already)


def _key(entity: Entity) -> tuple[str, str]:
    return entity.kind, entity.path


def _name(entity: Entity) -> str:
    return entity.name if entity.kind == "account" else entity.path


def _written(compiled: Compiled) -> Iterator[ExportTarget]:
    """The targets of a project without a snapshot, as its statements write them."""
    for attachment in compiled.attachments:
        kind, text = attachment.target.kind, attachment.target.text
        names = tuple(name for name, _ in attachment.policies)
        if kind == "root":
            yield ExportTarget("root", "", None, names)
        elif kind == "ou":
            yield ExportTarget("ou", text, None, names)
        else:
            yield ExportTarget("account", text, text if text.isdigit() else None, names)


_LONGEST = 200  # characters; CloudFormation takes 255


class ResourceNames:
    """Gives each thing a name of ASCII letters and digits that no other has, the same in every run.

    `between` stands where other characters stood. Terraform and CloudFormation tell case, the eye does not: names
    differ in more than case.
    """

    def __init__(self, between: str) -> None:
        self._between = between
        self._taken: set[str] = set()

    def name(self, text: str) -> str:
        """The name for a text, with the first number that nobody has where it is taken: `daily`, `daily_2`."""
        words = re.findall("[A-Za-z0-9]+", text) or ["policy"]
        plain = self._between.join(words if self._between else [word[:1].upper() + word[1:] for word in words])
        plain = plain if plain[0].isalpha() else f"p{self._between}{plain}"
        name, number = plain[:_LONGEST], 1
        while name.casefold() in self._taken:
            number += 1
            name = f"{plain[:_LONGEST]}{self._between}{number}"
        self._taken.add(name.casefold())
        return name
