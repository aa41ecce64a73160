"""Published policies against those that the attached policies and the project give (drift.md#against-what)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import cached_property

from policyengine.analysis.drift.drift_values import Difference, DriftCause, Unjudged
from policyengine.aws.documents import Json, spelled
from policyengine.aws.merge import AccountPolicy, Effective, NoteKind, infer_orders
from policyengine.base.records import Record
from policyengine.base.text import listed

_MESSAGES = {
    DriftCause.INVALID_STALE: "the effective policy is invalid, and AWS keeps the last valid one",
    DriftCause.PENDING: "AWS still publishes what was attached before: the change is in progress",
    DriftCause.UNEXPLAINED: "AWS publishes what neither the attached policies nor the recorded ones give",
}


class PublishedState(Record):
    """The effective policies that AWS publishes.

    `documents` are by account id, for one account of each chain of attached policies or for all. `invalid` are the
    accounts whose policy AWS calls invalid, None where nobody asked. `waiting` are those for which AWS answered that
    changes are in progress.
    """

    documents: Mapping[str, Json]
    invalid: frozenset[str] | None
    waiting: frozenset[str] = frozenset()


class PublishedDrift:
    """Compares published documents.

    `actual` is what the attached policies give, `intended` what the project gives. `earlier` are states that AWS may
    still publish while a change is in progress, documents by account id.
    """

    def __init__(
        self, state: PublishedState, actual: Effective, intended: Effective, earlier: Collection[Mapping[str, Json]]
    ) -> None:
        self._state = state
        self._actual = actual
        self._intended = {policy.account.id or "": policy for policy in intended.accounts}
        self._earlier = earlier

    @cached_property
    def documents(self) -> Mapping[str, Json]:
        """The published document of each account: its own, else that of an account with an equal chain.

        Accounts whose published policy is unknown are left out.
        """
        by_account = {name: folded(document) for name, document in self._state.documents.items()}
        documents: dict[str, Json] = {}
        by_chain: dict[object, Json] = {}
        for policy in self._actual.accounts:
            name = policy.account.id or ""
            if name in by_account:
                documents[name] = by_account[name]
                if not self._is_invalid(policy):
                    by_chain.setdefault(_chain(policy), by_account[name])
        for policy in self._actual.accounts:
            name, chain = policy.account.id or "", _chain(policy)
            if name not in documents and not self._is_invalid(policy) and chain in by_chain:
                documents[name] = by_chain[chain]
        return documents

    @cached_property
    def agreed(self) -> frozenset[str]:
        """The accounts for which AWS publishes what the project gives."""
        return frozenset(name for name, document in self.documents.items() if document == self._wanted(name))

    def differences(self) -> Iterator[Difference]:
        """Documents that the attached policies do not explain, those with the same reason together."""
        groups: dict[tuple[DriftCause, str], list[str]] = {}
        for policy in self._actual.accounts:
            if policy.status != "disabled" and (cause := self._cause(policy)):
                message = _MESSAGES[cause] + (_errors(policy) if cause is DriftCause.INVALID_STALE else "")
                groups.setdefault((cause, message), []).append(policy.account.id or "")
        for (cause, message), names in groups.items():
            yield Difference(cause, message, accounts=tuple(sorted(names)))

    def unjudged(self) -> Iterator[Unjudged]:
        """The accounts whose published policy is unknown."""
        every = [policy for policy in self._actual.accounts if policy.status != "disabled"]
        names = {policy.account.id or "" for policy in every if not self._is_stale(policy)}
        unknown = tuple(sorted(names - self.documents.keys() - self._state.waiting))
        if unknown:
            message = "nobody read what AWS publishes, so it cannot be compared with the project"
            yield Unjudged("published", message, unknown)

    def _cause(self, policy: AccountPolicy) -> DriftCause | None:
        name = policy.account.id or ""
        if self._is_stale(policy):
            return DriftCause.INVALID_STALE
        if name in self._state.waiting:
            return DriftCause.PENDING
        if name not in self.documents or name in self._explained:
            return None
        document = self.documents[name]
        is_earlier = any(name in each and folded(each[name]) == document for each in self._earlier)
        return DriftCause.PENDING if is_earlier or name in self.agreed else DriftCause.UNEXPLAINED

    def _is_invalid(self, policy: AccountPolicy) -> bool:
        """Whether AWS calls the policy of an account invalid; where nobody asked, whether it must be."""
        if self._state.invalid is None:
            return policy.status == "invalid"
        return policy.account.id in self._state.invalid

    def _is_stale(self, policy: AccountPolicy) -> bool:
        """Whether AWS keeps an older document, known or not."""
        if self._state.invalid is not None:
            return policy.account.id in self._state.invalid
        document = self._state.documents.get(policy.account.id or "")
        return policy.status == "invalid" and (document is None or folded(document) != _candidate(policy))

    def _wanted(self, name: str) -> Json:
        """The project's document for an account; None, which no document equals, if invalid or the account new."""
        policy = self._intended.get(name)
        return None if policy is None or policy.status == "invalid" else _candidate(policy)

    @cached_property
    def _explained(self) -> frozenset[str]:
        """The accounts whose document the attached policies give, in one of the orders that are possible."""
        candidates = {policy.account.id or "": policy for policy in self._actual.accounts}
        documents = {name: document for name, document in self.documents.items() if name in candidates}
        equal = {name for name, document in documents.items() if document == _candidate(candidates[name])}
        in_doubt = {n: d for n, d in documents.items() if n not in equal and _is_open(candidates[n])}
        unexplained = infer_orders(self._actual, in_doubt, invalid=()).unexplained if in_doubt else ()
        return frozenset(equal | (in_doubt.keys() - set(unexplained)))


def _errors(policy: AccountPolicy) -> str:
    """AWS's words for what is invalid."""
    errors = policy.resolved.errors if policy.resolved else ()
    more = f" and {len(errors) - 1} more" if len(errors) > 1 else ""
    return f": {errors[0].message} ({errors[0].code} at {listed([errors[0].path])}){more}" if errors else ""


def folded(document: Json) -> Json:
    """A document as AWS publishes it: keys in lower case, values as text (semantics.md R19, R23)."""
    if isinstance(document, dict):
        return {key.lower(): folded(value) for key, value in document.items()}
    return [spelled(item) for item in document] if isinstance(document, list) else spelled(document)


def _candidate(policy: AccountPolicy) -> Json:
    return policy.resolved.policy if policy.resolved else {}


def _is_open(policy: AccountPolicy) -> bool:
    """Whether a value depends on an order that is not known."""
    points = policy.resolved.open_points if policy.resolved else ()
    return any(note.kind is NoteKind.PEER_ORDER_UNKNOWN for note in points)


def _chain(policy: AccountPolicy) -> object:
    """Equal for accounts to which AWS must publish the same: an open order is that of the targets themselves."""
    if policy.resolved is None or _is_open(policy):
        return policy.resolved
    names = tuple(tuple(sorted(each.name for each in entity.policies)) for entity in policy.resolved.chain)
    return names, repr(policy.resolved.policy)
