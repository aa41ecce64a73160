"""The contents of a roll-out with another tool: the policies, and where each is attached, in order.

Pure: takes what a project compiles to, its organization and its snapshot, and returns values without a format.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from itertools import islice, pairwise
from typing import TYPE_CHECKING, Literal

import networkx as nx
from msgspec import field
from msgspec.structs import replace

from policyengine.aws.documents import Compiled, Json, PolicyDocument
from policyengine.aws.facts import limits
from policyengine.aws.merge import same_meaning
from policyengine.aws.organization import MOST_ORDERS, Entity, Organization, attach
from policyengine.aws.policy_text import minify, read_document
from policyengine.base.errors import UsageError
from policyengine.base.records import Record
from policyengine.base.text import quoted

if TYPE_CHECKING:
    from policyengine.aws.snapshot import Snapshot
    from policyengine.aws.snapshot.shapes import StoredPolicy

_AWS_TAG = "aws:"
_LONGEST = 200  # characters; CloudFormation takes 255


class ExportedPolicy(Record):
    """A policy as Organizations shall store it; `id` is AWS's where the snapshot has the policy, else None."""

    name: str
    content: Json
    description: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    id: str | None = None

    def texts(self) -> tuple[str, ...]:
        """All texts that the other tool is given."""
        return (self.name, self.description, *self.tags, *self.tags.values(), minify(self.content))


class ExportTarget(Record):
    """The root, a unit or an account to which policies are attached, in this order.

    `name` is what people call it: the path of a unit, the name of an account. `id` is AWS's, None where neither the
    snapshot nor the project has it. `orders` are the orders in which the policies may be attached in AWS, empty where
    nobody knows.
    """

    kind: Literal["root", "ou", "account"]
    name: str
    id: str | None
    policies: tuple[str, ...]
    orders: tuple[tuple[str, ...], ...] = ()

    @property
    def key(self) -> tuple[str, str]:
        """The identity of the target, whatever is attached."""
        return self.kind, self.id or self.name


class Export(Record):
    """All policies in the order in which they are to be created, and the targets from the root down.

    `stored` is what AWS has of these policies by the snapshot, without the project: None where there is no snapshot.
    """

    policies: tuple[ExportedPolicy, ...]
    targets: tuple[ExportTarget, ...]
    stored: Export | None = None


def require_sizes(export: Export) -> None:
    """Raises `UsageError` for a name or a description of a policy that is longer than AWS takes."""
    for policy in export.policies:
        for what, text in (("name", policy.name), ("description", policy.description)):
            if len(text) > (most := limits()[f"policy_{what}_most_characters"]):
                raise UsageError(
                    f"policy {quoted(policy.name)}: its {what} has {len(text)} characters, AWS takes {most}; shorten it"
                )


def exported(compiled: Compiled, organization: Organization | None, snapshot: Snapshot | None) -> Export:
    """The export of policies and attachments of a project and its snapshot; without a snapshot the project alone.

    A policy that means what AWS stores under its name keeps AWS's spelling, so that adopting it changes nothing.
    """
    if organization is None or snapshot is None:
        return Export(tuple(_policy(document, None) for document in compiled.policies), tuple(_written(compiled)))
    stored = snapshot.policies or {}
    policies = tuple(_policy(document, stored.get(document.name)) for document in organization.policies.values())
    there = attach(snapshot).value
    kept = tuple(_as_stored(policy, stored[policy.name]) for policy in policies if policy.name in stored)
    before = Export(kept, tuple(_attached(there, {policy.name for policy in kept})))
    return Export(policies, tuple(_attached(organization)), before)


def require_adoptable(export: Export) -> None:
    """Raises `UsageError` naming the targets where AWS has policies in an order that the export cannot have.

    What is attached already stands before what is attached later, and keeps its order: it would be adopted as if it
    were in order, and nothing would put it right.
    """
    there = {target.key: target for target in export.stored.targets} if export.stored else {}
    steps = [
        f"{_called(target)} wants {quoted(first)} before {quoted(second)}"
        for target in export.targets
        if target.key in there
        for first, second in islice(_swapped(target, there[target.key]), 1)
    ]
    if steps:
        raise UsageError(
            f"--import: AWS has policies attached in another order: {', '.join(steps)};"
            " write the names in the order of the snapshot, or detach the policies in AWS and pull again"
        )


def not_adoptable(export: Export) -> list[str]:
    """The names of policies that the snapshot has without an id, by which alone they could be adopted."""
    return [policy.name for policy in export.stored.policies if not policy.id] if export.stored else []


def _swapped(target: ExportTarget, there: ExportTarget) -> Iterator[tuple[str, str]]:
    """Pairs of policies that a target wants in an order in which AWS cannot have them."""
    attached = [name for name in target.policies if name in there.policies]
    for first, second in pairwise(target.policies):
        if second in attached and first not in attached:
            yield first, second
    orders = [[name for name in order if name in attached] for order in there.orders]
    if orders and attached not in orders:
        yield next(pair for pair in pairwise(attached) if not _stand_in_order(tuple(orders[0]), *pair))


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
    return replace(export, policies=tuple(by_name[name] for name in order))


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
    return ExportedPolicy(document.name, content, description, _tags(stored), stored.id)


def _as_stored(policy: ExportedPolicy, stored: StoredPolicy) -> ExportedPolicy:
    """A policy as AWS has it."""
    content = _content_of(policy.name, stored) or policy.content
    return replace(policy, content=content, description=stored.description or "")


def _tags(stored: StoredPolicy) -> Mapping[str, str]:
    """The tags that people may set: AWS writes its own, and takes them from nobody."""
    return {key: value for key, value in (stored.tags or {}).items() if not key.lower().startswith(_AWS_TAG)}


def _content_of(name: str, stored: StoredPolicy) -> Json:
    content = stored.content
    if not isinstance(content, str):
        return content
    document = read_document(name, content)
    return document.content if isinstance(document, PolicyDocument) else None


def _attached(organization: Organization, among: Collection[str] | None = None) -> Iterator[ExportTarget]:
    """The targets with policies, all or those of these names."""
    for entity in organization.entities:
        names = tuple(policy.name for policy in entity.policies if among is None or policy.name in among)
        if names:
            yield ExportTarget(entity.kind, _name(entity), entity.id, names, _orders(entity))


def _orders(entity: Entity) -> tuple[tuple[str, ...], ...]:
    """The orders in which AWS may have what is attached to an entity of a snapshot; none where it can be any."""
    if not entity.unordered:
        return (tuple(policy.name for policy in entity.policies),)
    return entity.orders if len(entity.orders) < MOST_ORDERS else ()


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
