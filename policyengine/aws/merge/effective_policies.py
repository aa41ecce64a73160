"""The effective policy of every account, shared between accounts that see the same policies.

Each entity with policies of its own is merged once, onto the state of the nearest such entity above it; accounts then
point to the result of the entity that decided it. Cost grows with attachments, not with accounts.
"""

from __future__ import annotations

import gc
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from typing import Literal, NamedTuple

from msgspec import field

from policyengine.aws.cron import CronError, next_two, parse_cron
from policyengine.aws.documents import Json, PolicyDocument
from policyengine.aws.merge.fragments import Fragment, read_fragments
from policyengine.aws.merge.merge import Merge
from policyengine.aws.merge.state import Node, Note, Peer, Step, empty_state, open_points
from policyengine.aws.merge.validity import Cadence, Conflict, Keys, Validator, Violation
from policyengine.aws.organization import Entity, Organization, Visit
from policyengine.base.records import Record

Status = Literal["valid", "invalid", "empty", "disabled"]


class EffectiveError(NamedTuple):
    """A validation error as AWS words it.

    `contributors` have an operator in force on what it blames, root first. `missing` is the path of the node that the
    document lacks, as folded keys, empty for other errors; `conflict` what excludes each other, None for other errors.
    """

    code: str
    message: str
    path: str
    contributors: tuple[Peer, ...]
    missing: Keys = ()
    conflict: Conflict | None = None

    @property
    def policies(self) -> tuple[str, ...]:
        """The names of the contributors, each once."""
        return tuple(dict.fromkeys(peer.policy.name for peer in self.contributors))


class Resolved:
    """The result of a chain of entities with policies, shared by every account whose chain it is.

    `entity` is the last entity of the chain with policies. Everything here is shared: treat it as read-only.
    """

    def __init__(self, entity: Entity, above: Resolved | None, root: Node, merged: Merge, validator: Validator) -> None:
        self.entity = entity
        self.above = above
        self.root = root
        self._merged = merged
        self._validator = validator

    @cached_property
    def policy(self) -> dict[str, Json]:
        """The merged candidate, keys folded and sorted; `{}` where no setting has a value."""
        document = self.root.document
        return document if isinstance(document, dict) else {}

    @cached_property
    def errors(self) -> tuple[EffectiveError, ...]:
        """AWS's validation errors (semantics.md 10.2), plan by plan."""
        return tuple([self._error(violation) for violation in self._validator.violations(self.root)])

    @cached_property
    def notes(self) -> tuple[Note, ...]:
        """The notes of the merges of the whole chain, by entity from the root down, then open points."""
        return (*self.merge_notes, *self.open_points)

    @cached_property
    def open_points(self) -> tuple[Note, ...]:
        """Notes on published values that depend on unknown or unobserved behavior of AWS."""
        return open_points(self.root)

    @cached_property
    def merge_notes(self) -> tuple[Note, ...]:
        """The notes of the merges alone, root first."""
        return (*(self.above.merge_notes if self.above else ()), *self.own_notes)

    @property
    def own_notes(self) -> tuple[Note, ...]:
        """The notes of this entity's own merge."""
        return tuple(self._merged.notes)

    @cached_property
    def chain(self) -> tuple[Entity, ...]:
        """The entities with policies, root first."""
        return (*(self.above.chain if self.above else ()), self.entity)

    def note_of(self, path: str, step: Step) -> Note | None:
        """The note about a step in the trail of a setting, why it was blocked or shadowed; None for other steps."""
        about = (path, step.policy, step.entity, step.operator)
        return next((n for n in self.merge_notes if (n.path, n.policy, n.entity, n.operator) == about), None)

    def _error(self, violation: Violation) -> EffectiveError:
        nodes = [node for keys in violation.blamed if (node := self.root.find(keys))]
        steps = {(step.policy, step.entity) for node in nodes for leaf in node.settings for step in leaf.in_force}
        peers = [Peer(policy, entity) for entity in self.chain for policy in entity.policies]
        contributors = tuple(peer for peer in peers if peer in steps)
        return EffectiveError(
            violation.code, violation.message, violation.path, contributors, violation.missing, violation.conflict
        )


class AccountPolicy(NamedTuple):
    """The outcome of an account. `resolved` is None where nothing is attached on the chain or the type is disabled.

    `published` is what AWS would serve: the candidate when valid, else the last valid one, None when that is unknown.
    """

    account: Entity
    status: Status
    resolved: Resolved | None
    published: Json


class Effective(Record):
    """The outcome of every account, by id, and each distinct result once, in tree order.

    `fragments` are the documents as they were read.
    """

    accounts: tuple[AccountPolicy, ...]
    distinct: tuple[Resolved, ...]
    fragments: Mapping[PolicyDocument, Fragment] = field(default_factory=dict)


def resolve(
    organization: Organization,
    *,
    at: datetime,
    substitutes: Mapping[PolicyDocument, PolicyDocument] | None = None,
    accounts: Collection[Entity] | None = None,
    previous: Effective | None = None,
) -> Effective:
    """The effective policy of every account of an organization, or of some (semantics.md R1 to R36).

    `at` is the moment for which archive schedules are judged. `substitutes` stand in for documents that AWS would
    refuse (a hypothetical run); without them every document on the accounts' chains must be admissible. Results of a
    `previous` call for the same moment are its objects where the chain is the same.
    """
    with _collection_paused():
        reader = _Reader(substitutes or {}, previous)
        results = _resolve(organization.walk(accounts), Validator(_cadence(at)), reader)
        distinct = tuple(dict.fromkeys(result for result in results.values() if result))
        return Effective(tuple(_accounts(organization, results)), distinct, reader.fragments)


def _resolve(visits: Iterable[Visit], validator: Validator, reader: _Reader) -> dict[Entity, Resolved | None]:
    results: dict[Entity, Resolved | None] = {}
    for entity, parent, _ in visits:
        above = results[parent] if parent else None
        results[entity] = _merge(entity, above, reader, validator) if entity.policies else above
    return results


@contextmanager
def _collection_paused() -> Iterator[None]:
    """Keeps the garbage collector from scanning a burst of new objects, none of them garbage, again and again."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _merge(entity: Entity, above: Resolved | None, reader: _Reader, validator: Validator) -> Resolved:
    if result := reader.previous(entity, above):
        return result
    parts = [(Peer(policy, entity), reader.fragment(policy)) for policy in entity.policies]
    merge = Merge(order_open=entity.unordered > 1)
    root = merge.into(above.root if above else empty_state(), parts)
    return Resolved(entity, above, root, merge, validator)


def _accounts(organization: Organization, results: Mapping[Entity, Resolved | None]) -> Iterator[AccountPolicy]:
    """The accounts by id; the status of a shared result is computed once."""
    outcomes: dict[Resolved | None, tuple[Status, Json]] = {None: ("empty", {})}
    for account in organization.accounts:
        if account not in results:
            continue
        resolved = results[account]
        if not organization.backup_policies_enabled:
            yield AccountPolicy(account, "disabled", None, None)
            continue
        if resolved and resolved not in outcomes:
            outcomes[resolved] = ("invalid", None) if resolved.errors else ("valid", resolved.policy)
        status, published = outcomes[resolved]
        if status == "invalid":
            published = organization.last_valid.get(account.id or "")
        yield AccountPolicy(account, status, resolved, published)


class _Reader:
    """The documents as fragments, each read once, and the results of a previous call."""

    def __init__(self, substitutes: Mapping[PolicyDocument, PolicyDocument], previous: Effective | None) -> None:
        self._substitutes = substitutes
        self._previous_fragments = previous.fragments if previous else {}
        self._previous_results = {result.entity: result for result in previous.distinct} if previous else {}
        self.fragments: dict[PolicyDocument, Fragment] = {}

    def fragment(self, policy: PolicyDocument) -> Fragment:
        """The fragments of a document, or of its substitute."""
        read = self._substitutes.get(policy, policy)
        if read not in self.fragments:
            self.fragments[read] = self._previous_fragments.get(read) or read_fragments(read.content)
        return self.fragments[read]

    def previous(self, entity: Entity, above: Resolved | None) -> Resolved | None:
        """The previous result of an entity below the same state; None where a document of it has a substitute."""
        result = self._previous_results.get(entity)
        same = result and result.above is above and self._substitutes.keys().isdisjoint(entity.policies)
        return result if same else None


def _cadence(at: datetime) -> Cadence:
    """Seconds between the next two runs after `at`, each schedule parsed once."""
    between: dict[str, float | None] = {}

    def cadence(text: str) -> float | None:
        if text not in between:
            between[text] = _between(text, at)
        return between[text]

    return cadence


def _between(text: str, at: datetime) -> float | None:
    try:
        runs = next_two(parse_cron(text), at)
    except CronError:
        return None
    return (runs[1] - runs[0]).total_seconds() if runs else None
