"""A project beside what AWS has attached and publishes: the line for each of the three, and what differs.

The left side is what the project's files say in the recorded tree of units and accounts; what the recorded snapshot
itself has of policies and attachments is not the project's. All other facts are those of AWS now, on every side.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from policyengine.analysis.diff import Change, ChangeClass, Side, compare
from policyengine.analysis.drift import (
    DRIFT,
    Against,
    AttachedDrift,
    Difference,
    Drift,
    DriftCause,
    MatchedTree,
    PublishedDrift,
    PublishedState,
    narrowed,
    with_effects,
)
from policyengine.aws.documents import ASSIGN, Compiled, Json, PolicyDocument
from policyengine.aws.merge import Effective, infer_orders, resolve
from policyengine.aws.organization import Organization
from policyengine.aws.snapshot import Snapshot
from policyengine.base.diagnostics import Outcome
from policyengine.base.records import Record
from policyengine.base.source import Source
from policyengine.comparison import ProjectState, side_of
from policyengine.engine import Evaluation, evaluate
from policyengine.session import Session
from policyengine.stages import PURE, Stages

_IN_PROGRESS = "PolicyChangesInProgress"
_NOTHING = Compiled((), ())


class DriftRun(Record):
    """The differences, None where the project does not compile, with the run of the project and AWS's organization."""

    drift: Drift | None
    project: Evaluation
    actual: Organization


def find_drift(  # noqa: PLR0913 - what a run rests on
    sources: Sequence[Source],
    recorded: Source | None,
    pulled: Source,
    *,
    at: datetime,
    partition: str = "aws",
    against: Against = "all",
) -> DriftRun:
    """The differences between a project and a pulled snapshot of AWS; `recorded` is the project's own snapshot.

    Raises `SnapshotError` for a faulty snapshot.
    """
    return _Comparison(sources, recorded, pulled, at, partition).drift(against)


class _PublishedDocuments(Session):
    """Stages for an organization in which each account has one document, which AWS itself gave.

    Whether AWS would take it is no question. Accounts with equal documents share the result, and so their view.
    """

    def admit(
        self,
        policies: Iterable[PolicyDocument],
        at: datetime,  # noqa: ARG002 - the stage's
    ) -> Mapping[PolicyDocument, Outcome[PolicyDocument]]:
        return {policy: Outcome(policy) for policy in policies}

    def resolve(
        self,
        organization: Organization,
        at: datetime,
        substitutes: Mapping[PolicyDocument, PolicyDocument],
    ) -> Effective:
        firsts = {account.policies: account for account in reversed(organization.accounts)}
        effective = resolve(organization, at=at, substitutes=substitutes, accounts=[*firsts.values()])
        results = {each.account.policies: each for each in effective.accounts}
        every = tuple(results[account.policies]._replace(account=account) for account in organization.accounts)
        return replace(effective, accounts=every)


class _Comparison:
    """A project, the recorded snapshot and the pulled one, each evaluated once."""

    def __init__(
        self, sources: Sequence[Source], recorded: Source | None, pulled: Source, at: datetime, partition: str
    ) -> None:
        self._at, self._partition = at, partition
        self._stages = Session()
        snapshot = self._stages.read_snapshot(pulled)
        self._facts = snapshot.model_dump(mode="json", exclude_none=True)
        self._state = _published(snapshot)
        self._head = self._evaluated((), self._with_orders(snapshot, pulled))
        self._actual = _organization(self._head)
        before = PURE.read_snapshot(recorded) if recorded else None
        self._recorded = PURE.attach(before, _NOTHING, only_project=False).value if before else None
        self._tree = MatchedTree(self._recorded, self._actual)
        stored = {} if before is None else before.model_dump(mode="json", exclude_none=True).get("policies", {})
        intended = self._tree.intended(self._facts, {**stored, **self._facts.get("policies", {})})
        self._base_state = ProjectState(sources, _source(intended), partition=partition)
        self._base = self._evaluated(sources, self._base_state.snapshot)

    def drift(self, against: Against) -> DriftRun:
        """The result of the run."""
        base = side_of(self._base, self._base_state, self._at)
        if base is None:
            return DriftRun(None, self._base, self._actual)
        head = _side(self._head, ProjectState((), self._base_state.snapshot), self._at)
        effective = PURE.resolve(self._actual, self._at, {}) if head.left_out else head.effective
        published = PublishedDrift(self._state, effective, base.effective, tuple(self._earlier()))
        attached = AttachedDrift(self._base.compiled, base.organization, self._tree, effective, published.agreed)
        unjudged = [*attached.unjudged()] if against != "published" else []
        unjudged += published.unjudged() if against != "attached" else ()
        differences = [*self._of_attached(attached, published, base, head, against)]
        if against != "attached":
            differences += self._of_published(published, base)
        drift = Drift(
            tuple(sorted(differences, key=_order)),
            tuple(unjudged),
            self._tree.joined,
            self._tree.left,
            self._actual.accounts,
        )
        return DriftRun(drift, self._base, self._actual)

    def _of_attached(
        self, attached: AttachedDrift, published: PublishedDrift, base: Side, head: Side, against: Against
    ) -> Iterator[Difference]:
        differences = list(attached.differences())
        comparison = compare(base, head) if differences else None
        others = published.documents.keys() - published.agreed
        for difference in differences:
            result = with_effects(difference, comparison) if comparison else difference
            if against != "published" or difference.cause is DriftCause.TYPE_DISABLED:
                yield result
            elif accounts := others.intersection(difference.accounts):
                yield _narrowed(result, frozenset(accounts))

    def _of_published(self, published: PublishedDrift, base: Side) -> Iterator[Difference]:
        differences = list(published.differences())
        if not differences:
            return
        valid = {policy.account.id or "" for policy in base.effective.accounts if policy.status != "invalid"}
        comparison = compare(base, self._published_side(published.documents))
        for difference in differences:
            compared = published.documents.keys() & set(difference.accounts)
            result = with_effects(replace(difference, accounts=tuple(sorted(compared))), comparison)
            invalid = valid.intersection(difference.accounts) if difference.cause is DriftCause.INVALID_STALE else ()
            yield replace(result, accounts=difference.accounts, invalid=tuple(sorted(invalid)))

    def _published_side(self, documents: Mapping[str, Json]) -> Side:
        """The organization as if each account had just what AWS publishes for it; nothing where nobody knows."""
        policies = {repr(document): document for document in documents.values() if document}
        names = {text: f"published {number}" for number, text in enumerate(policies, 1)}
        contents = {names[text]: {"content": _assigning(document)} for text, document in policies.items()}
        data = MatchedTree(None, self._actual).intended(self._facts, contents)
        for account in data["accounts"]:
            if document := documents.get(account["id"]):
                account["policies"] = [names[repr(document)]]
        state = ProjectState((), _source(data), partition=self._partition)
        return _side(self._evaluated((), state.snapshot, _PublishedDocuments()), state, self._at)

    def _earlier(self) -> Iterator[Mapping[str, Json]]:
        """The documents that AWS published, or must have published, in the recorded state."""
        if self._recorded is not None:
            yield self._recorded.last_valid
            yield _candidates(PURE.resolve(self._recorded, self._at, {}))

    def _with_orders(self, snapshot: Snapshot, pulled: Source) -> Source:
        """The pulled snapshot, with the orders that explain what AWS publishes where it does not know them."""
        if snapshot.attachment_order != "unknown" or not self._state.documents:
            return pulled
        as_listed = PURE.attach(snapshot.model_copy(update={"attachment_order": "known"}), _NOTHING, only_project=False)
        effective = PURE.resolve(as_listed.value, self._at, {})
        invalid = self._state.invalid
        if invalid is None:
            invalid = frozenset(each.account.id or "" for each in effective.accounts if each.status == "invalid")
        orders = infer_orders(effective, self._state.documents, invalid=invalid).orders
        return _source({**self._facts, "attachment_order": "inferred", "orders": orders}) if orders else pulled

    def _evaluated(self, sources: Sequence[Source], snapshot: Source, stages: Stages | None = None) -> Evaluation:
        return evaluate(sources, snapshot, at=self._at, partition=self._partition, stages=stages or self._stages)


def _published(snapshot: Snapshot) -> PublishedState:
    pulled = snapshot.pulled
    invalid = frozenset(pulled.invalid) if pulled and pulled.invalid is not None else None
    waiting: set[str] = set()
    for skipped in (pulled.skipped if pulled else None) or ():
        if isinstance(skipped, dict) and _IN_PROGRESS in str(skipped.get("code", "")):
            organization = PURE.attach(snapshot, _NOTHING, only_project=False).value
            listed = skipped.get("accounts", "*")
            everyone = {account.id or "" for account in organization.accounts}
            waiting |= everyone.intersection(listed) if isinstance(listed, list) else everyone
    return PublishedState(snapshot.last_valid or {}, invalid, frozenset(waiting))


def _side(evaluation: Evaluation, state: ProjectState, at: datetime) -> Side:
    """A side without files of a project, which nothing can end before the accounts."""
    side = side_of(evaluation, state, at)
    if side is None:
        raise AssertionError("a snapshot without a project is evaluated to its end")
    return side


def _organization(evaluation: Evaluation) -> Organization:
    if evaluation.organization is None:
        raise AssertionError("a snapshot without a project has no faults of the language")
    return evaluation.organization


def _source(data: Mapping[str, Any]) -> Source:
    return Source("organization.json", json.dumps(data))


def _candidates(effective: Effective) -> dict[str, Json]:
    return {
        policy.account.id or "": policy.resolved.policy if policy.resolved else {}
        for policy in effective.accounts
        if policy.status in {"valid", "empty"}
    }


def _assigning(document: Json) -> Json:
    """A policy that gives just this effective document."""
    if isinstance(document, dict):
        return {key: _assigning(value) for key, value in document.items()}
    return {ASSIGN: document}


def _narrowed(difference: Difference, accounts: frozenset[str]) -> Difference:
    changes: list[Change] = [narrowed(change, accounts) for change in difference.changes]
    return replace(
        difference,
        accounts=tuple(number for number in difference.accounts if number in accounts),
        changes=tuple(change for change in changes if change.accounts),
        invalid=tuple(number for number in difference.invalid if number in accounts),
    )


def _order(difference: Difference) -> tuple[object, ...]:
    """Drift before other spelling, what does the worst first, then by cause."""
    worst = min((change.change_class.rank for change in difference.changes), default=len(ChangeClass))
    causes = tuple(DriftCause)
    return (
        difference.cause not in DRIFT,
        not difference.invalid,
        worst,
        causes.index(difference.cause),
        difference.policy,
    )
