"""The differences between the policies and attachments of a project and those that AWS has (drift.md)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cached_property
from itertools import combinations

from policyengine.analysis.drift.drift_values import Difference, DriftCause, Unjudged
from policyengine.analysis.drift.matched_tree import MatchedTree
from policyengine.aws.documents import Compiled, PolicyDocument
from policyengine.aws.merge import Effective, NoteKind, differing_paths, same_meaning
from policyengine.aws.organization import MOST_ORDERS, Entity, Organization
from policyengine.base.source import Span
from policyengine.base.text import listed, quoted

_LONGEST_PATH = 200  # characters; a path tells by its end what it is about


class AttachedDrift:
    """Compares a project with what AWS has attached.

    `intended` is the project's organization in the recorded tree, `tree` that tree beside AWS's. `effective` are AWS's
    results, with notes where an unknown order matters; `agreed` are the accounts for which AWS publishes just what the
    project gives.
    """

    def __init__(
        self,
        compiled: Compiled,
        intended: Organization,
        tree: MatchedTree,
        effective: Effective,
        agreed: Collection[str],
    ) -> None:
        self._compiled = compiled
        self._intended = intended
        self._actual = tree.actual
        self._tree = tree
        self._effective = effective
        self._agreed = agreed
        self._own = {policy.name: policy for policy in compiled.policies}
        self._named = self._own.keys() | {name for each in compiled.attachments for name, _ in each.policies}

    def differences(self) -> Iterator[Difference]:
        """All differences; where the policy type is disabled, AWS has detached everything, which is no difference."""
        yield from self._policies()
        yield from self._moved()
        if not self._actual.backup_policies_enabled:
            yield from self._disabled()
            return
        yield from self._detached()
        yield from self._attached_outside()
        yield from self._unmanaged()
        yield from self._orders()

    def unjudged(self) -> Iterator[Unjudged]:
        """The orders that nobody knows, and that matter."""
        for target, names in self._shared():
            accounts = self._open.get(target, frozenset()) - set(self._agreed)
            orders = _possible(target)
            if accounts and (orders is None or len(orders) > 1) and not _contradicts(names, orders):
                message = f"the order of {listed(names)} at {_place(target)} is not known, and values depend on it"
                yield Unjudged("order", message, tuple(sorted(accounts)), target)

    def _policies(self) -> Iterator[Difference]:
        for name, policy in self._own.items():
            actual = self._actual.policies.get(name)
            if actual is not None and actual.content != policy.content:
                yield self._other_content(policy, actual)
        for name in sorted(self._named - self._actual.policies.keys()):
            message = f"AWS has no policy {quoted(name)}"
            touched = self._touched(name)
            span = self._own[name].span if name in self._own else self._attached_span(name)
            yield Difference(DriftCause.MISSING_POLICY, message, name, accounts=touched, span=span)

    def _other_content(self, policy: PolicyDocument, actual: PolicyDocument) -> Difference:
        name = policy.name
        if actual.unread is None and same_meaning(policy.content, actual.content):
            message = f"policy {quoted(name)} is spelled in another way in AWS, and means the same"
            return Difference(DriftCause.SPELLING, message, name, span=policy.span)
        paths = differing_paths(policy.content, actual.content)
        message = f"policy {quoted(name)} has other settings in AWS: {listed(paths, longest=_LONGEST_PATH)}"
        return Difference(DriftCause.EDITED, message, name, accounts=self._touched(name), paths=paths, span=policy.span)

    def _touched(self, name: str) -> tuple[str, ...]:
        """The accounts below a policy, by the project or in AWS."""
        entities = [e for side in (self._intended, self._actual) for e in side.entities if _has(e, name)]
        return self._accounts_below(entities)

    def _accounts_below(self, entities: Iterable[Entity]) -> tuple[str, ...]:
        """The ids of the accounts at or below entities that are in the organization now."""
        every = (e for entity in entities for e in self._side(entity).below(entity) if e.kind == "account")
        return tuple(sorted({e.id or "" for e in every} & self._now))

    def _side(self, entity: Entity) -> Organization:
        return self._actual if entity in self._of_actual else self._intended

    @cached_property
    def _of_actual(self) -> frozenset[Entity]:
        return frozenset(self._actual.entities)

    @cached_property
    def _now(self) -> frozenset[str]:
        return frozenset(account.id or "" for account in self._actual.accounts)

    @cached_property
    def _pairs(self) -> tuple[tuple[Entity, Entity | None], ...]:
        """Each root, unit or account of the project's organization with the one that AWS has, None if it has none."""
        recorded = {_key(entity): entity for entity in self._tree.recorded.entities}
        actual = {_key(entity): entity for entity in self._actual.entities}
        counterparts = self._tree.counterparts
        return tuple(
            (entity, counterparts.get(recorded[key]) if key in recorded else actual.get(key))
            for entity in self._intended.entities
            for key in [_key(entity)]
        )

    def _detached(self) -> Iterator[Difference]:
        for intended, actual in self._pairs:
            attached = {policy.name for policy in actual.policies} if actual else frozenset()
            for policy in intended.policies:
                if policy.name in attached or policy.name not in self._actual.policies:
                    continue
                message = f"policy {quoted(policy.name)} is not attached to {_place(intended)}"
                if actual is None:
                    message += f": the organization has no such {'account' if intended.kind == 'account' else 'unit'}"
                accounts = self._accounts_below([intended])
                yield Difference(
                    DriftCause.DETACHED, message, policy.name, actual or intended, accounts, span=intended.attached_at
                )

    def _attached_outside(self) -> Iterator[Difference]:
        intended = {actual: {policy.name for policy in entity.policies} for entity, actual in self._pairs if actual}
        for entity in self._actual.entities:
            for policy in entity.policies:
                if policy.name in self._named and policy.name not in intended.get(entity, ()):
                    message = (
                        f"policy {quoted(policy.name)} is attached to {_place(entity)}, which the project does not say"
                    )
                    span = self._own[policy.name].span if policy.name in self._own else None
                    accounts = self._accounts_below([entity])
                    yield Difference(DriftCause.ATTACHED_OUTSIDE, message, policy.name, entity, accounts, span=span)

    def _unmanaged(self) -> Iterator[Difference]:
        foreign: dict[str, list[Entity]] = {}
        for entity in self._actual.entities:
            for policy in entity.policies:
                if policy.name not in self._named:
                    foreign.setdefault(policy.name, []).append(entity)
        for name, entities in sorted(foreign.items()):
            others = f" and {len(entities) - 1} more" if len(entities) > 1 else ""
            where = f"{_place(entities[0])}{others}"
            message = f"policy {quoted(name)} is attached to {where}, and the project has no such policy"
            target = entities[0] if len(entities) == 1 else None
            accounts = self._accounts_below(entities)
            yield Difference(DriftCause.UNMANAGED_POLICY, message, name, target, accounts)

    def _moved(self) -> Iterator[Difference]:
        together: dict[tuple[str, str], list[Entity]] = {}
        for old, new in self._tree.moved:
            together.setdefault((_above(old), _above(new)), []).append(new)
        for (before, after), accounts in together.items():
            who = f"account {quoted(accounts[0].name)}" if len(accounts) == 1 else f"{len(accounts)} accounts"
            message = f"{who} moved from {_unit(before)} to {_unit(after)}"
            ids = tuple(sorted(account.id or "" for account in accounts))
            target = accounts[0] if len(accounts) == 1 else None
            yield Difference(DriftCause.MOVED_ACCOUNT, message, "", target, ids, before, after)

    def _disabled(self) -> Iterator[Difference]:
        accounts = self._accounts_below(entity for entity in self._intended.entities if entity.policies)
        message = "backup policies are disabled in the organization: AWS publishes none"
        if self._compiled.policies or self._compiled.attachments:
            yield Difference(DriftCause.TYPE_DISABLED, message, target=self._actual.root, accounts=accounts)

    def _orders(self) -> Iterator[Difference]:
        spans = {actual: intended.attached_at for intended, actual in self._pairs if actual}
        for target, names in self._shared():
            orders = _possible(target)
            if orders and _contradicts(names, orders):
                actual = tuple(name for name in orders[0] if name in names)
                message = f"at {_place(target)} AWS has {listed(actual)} in this order, the project {listed(names)}"
                yield Difference(
                    DriftCause.ORDER,
                    message,
                    "",
                    target,
                    self._accounts_below([target]),
                    ", ".join(names),
                    ", ".join(actual),
                    span=spans.get(target),
                )

    def _shared(self) -> Iterator[tuple[Entity, tuple[str, ...]]]:
        """The targets with two policies or more of the project that are attached there, in the project's order."""
        for intended, actual in self._pairs:
            attached = {policy.name for policy in actual.policies} if actual else frozenset()
            names = tuple(policy.name for policy in intended.policies if policy.name in attached)
            if actual and len(names) > 1:
                yield actual, names

    @cached_property
    def _open(self) -> Mapping[Entity, frozenset[str]]:
        """The accounts with a value that depends on the unknown order of a target."""
        accounts: dict[Entity, set[str]] = {}
        for account in self._effective.accounts:
            for note in account.resolved.open_points if account.resolved else ():
                if note.kind is NoteKind.PEER_ORDER_UNKNOWN:
                    accounts.setdefault(note.entity, set()).add(account.account.id or "")
        return {entity: frozenset(ids) for entity, ids in accounts.items()}

    def _attached_span(self, name: str) -> Span | None:
        spans = (span for each in self._compiled.attachments for attached, span in each.policies if attached == name)
        return next(spans, None)


def _possible(target: Entity) -> tuple[tuple[str, ...], ...] | None:
    """The orders that a target can have; None for any, or where only some of many are listed."""
    if target.orders:
        return target.orders
    return (tuple(policy.name for policy in target.policies),) if target.unordered <= 1 else None


def _contradicts(names: tuple[str, ...], orders: tuple[tuple[str, ...], ...] | None) -> bool:
    """Whether no possible order has the names in theirs."""
    if orders is None:
        return False
    among = [tuple(name for name in order if name in names) for order in orders]
    if len(orders) < MOST_ORDERS:
        return names not in among
    pairs = {pair for order in among for pair in combinations(order, 2)}
    return not pairs.issuperset(combinations(names, 2))


def _key(entity: Entity) -> tuple[str, str]:
    return entity.kind, (entity.id or "") if entity.kind == "account" else entity.path


def _has(entity: Entity, name: str) -> bool:
    return any(policy.name == name for policy in entity.policies)


def _above(account: Entity) -> str:
    return account.parent.path if account.parent else ""


def _place(entity: Entity) -> str:
    if entity.kind == "root":
        return "the root"
    return f"{'account' if entity.kind == 'account' else 'unit'} {quoted(entity.path)}"


def _unit(path: str) -> str:
    return quoted(path) if path else "the root"
