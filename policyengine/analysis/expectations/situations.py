"""The situations of tests: an account, of the snapshot or a new one, and policies attached for one test only.

Nothing of the organization is changed. A test that attaches something has copies of the entities from there down to
its account, one set for all tests that give the same; above them everything stays shared, results included.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import count
from typing import NamedTuple

from msgspec.structs import replace

from policyengine.analysis.checks import place
from policyengine.analysis.expectations.results import Failure, FailureCause
from policyengine.analysis.requirements import TypedTest
from policyengine.aws.arns import ACCOUNT_ID
from policyengine.aws.documents import PolicyDocument, TargetName
from policyengine.aws.organization import Entity, Organization, Targets, child_path, targets_in
from policyengine.base.diagnostics import Diagnostic
from policyengine.base.source import Span
from policyengine.base.text import quoted, suggestion
from policyengine.language.syntax.literals import Text
from policyengine.language.syntax.nodes import GivenAccount, GivenPolicy, TargetNode

Attached = Mapping[Entity, tuple[PolicyDocument, ...]]


class Situation(NamedTuple):
    """The account that a test is about, None where `failures` say why there is none; `new` if the snapshot lacks it."""

    account: Entity | None
    new: bool
    failures: tuple[Failure, ...]


class Situations:
    """The situations of tests over one organization; `ids` are account ids that expressions name."""

    def __init__(self, organization: Organization, ids: Iterable[str]) -> None:
        units = (entity for entity in organization.entities if entity.kind == "ou")
        self._organization = organization
        self._snapshot = frozenset(organization.accounts)
        inactive = organization.inactive.values()
        self._accounts = Targets(organization.root, (), organization.accounts, inactive=inactive, otherwise="")
        self._places = Targets(organization.root, units, (), word="in")
        self._targets = targets_in(organization, "to")
        self._named = {name: account for account in organization.accounts for name in (account.name, account.id)}
        self._ids = _free_ids(organization, ids)
        self._created: dict[object, Entity] = {}

    @property
    def organization(self) -> Organization:
        """The organization, and behind it every entity that was created for a test, parents first."""
        return replace(self._organization, entities=(*self._organization.entities, *self._created.values()))

    def of(self, test: TypedTest) -> Situation:
        """The situation that a test gives, or the failures why it cannot be."""
        account = self._account(test)
        if isinstance(account, Failure):
            return Situation(None, new=False, failures=(account,))
        attached: dict[Entity, tuple[PolicyDocument, ...]] = {}
        failures = tuple(self._attach(test, account, attached))
        return Situation(None if failures else self._with(account, attached), account not in self._snapshot, failures)

    def _account(self, test: TypedTest) -> Entity | Failure:
        """The one account that a test is about."""
        given = [step for step in test.given if isinstance(step, GivenAccount)]
        if not given:
            return fault(head(test), "a test needs an account to look at", 'add `given account "..."`')
        if len(given) > 1:
            message = f"a test looks at one account, and it is {quoted(given[0].account.value)} already"
            return fault(given[1].span, message, "write a test for each of the accounts")
        (step,) = given
        return self._new(step, step.place) if step.place else self._existing(step)

    def _existing(self, step: GivenAccount) -> Entity | Failure:
        name = step.account
        account = self._accounts.find(TargetName("account", name.value, name.span))
        if not isinstance(account, Diagnostic):
            return account
        advice = account.help or f'a new one needs a place: `given account "{name.value}" in ou "..."`'
        return fault(name.span, account.message, advice)

    def _new(self, step: GivenAccount, where: TargetNode) -> Entity | Failure:
        name = step.account
        if taken := self._named.get(name.value):
            message = f"the snapshot has an account {quoted(name.value)} already, {quoted(taken.path)}"
            return fault(
                name.span, message, f"leave out `in {where.span.text}` to look at that one, or give another name"
            )
        parent = self._places.find(TargetName(where.kind, where.text, where.span))
        if isinstance(parent, Diagnostic):
            return fault(where.span, parent.message, parent.help)
        tags = tuple((tag.key.text, tag.value.value) for tag in step.tags if isinstance(tag.value, Text))
        key = (name.value, parent, tags)
        if key not in self._created:
            number = name.value if ACCOUNT_ID.fullmatch(name.value) else next(self._ids)
            path = child_path(parent.path, name.value)
            self._created[key] = Entity("account", number, name.value, path, parent, tags=dict(tags))
        return self._created[key]

    def _attach(
        self, test: TypedTest, account: Entity, attached: dict[Entity, tuple[PolicyDocument, ...]]
    ) -> Iterator[Failure]:
        """Notes in `attached` what a test attaches to each entity; yields what cannot be attached."""
        for step in test.given:
            if not isinstance(step, GivenPolicy):
                continue
            target = self._target(step.target, account)
            if isinstance(target, Failure):
                yield target
                continue
            policy, before = self._organization.policies[step.policy.text], attached.get(target, ())
            if policy in (*target.policies, *before):
                message = f"{quoted(policy.name)} is attached to {place(target)} already"
                yield fault(step.span, message, "leave the line out")
            else:
                attached[target] = (*before, policy)

    def _target(self, target: TargetNode, account: Entity) -> Entity | Failure:
        new = target.kind == "account" and account not in self._snapshot
        if new and target.text in (account.name, account.id):
            return account
        entity = self._targets.find(TargetName(target.kind, target.text, target.span))
        if isinstance(entity, Entity):
            return entity
        own = suggestion(target.text, [account.name]) if new else ""
        return fault(target.span, entity.message, own or entity.help)

    def _with(self, entity: Entity, attached: Attached) -> Entity:
        """An entity with what a test attaches to it and above it; the entity itself where that is nothing."""
        parent = self._with(entity.parent, attached) if entity.parent else None
        more = attached.get(entity, ())
        if parent is entity.parent and not more:
            return entity
        key = (entity, parent, more)
        if key not in self._created:
            self._created[key] = replace(entity, parent=parent, policies=(*entity.policies, *more))
        return self._created[key]


def head(test: TypedTest) -> Span:
    """`test "..."`, without the braces."""
    return test.written.span.to(test.written.title.span)


def fault(span: Span, message: str, advice: str = "") -> Failure:
    """A failure of one cause without a trail."""
    return Failure(span, (FailureCause(message, advice),))


def _free_ids(organization: Organization, ids: Iterable[str]) -> Iterator[str]:
    """Ids for new accounts: no account has one, and no text mentions one."""
    taken = {account.id for account in organization.accounts} | set(ids)
    scopes = [part.accounts for parts in (organization.vaults, organization.roles) for part in parts or ()]
    for scope in scopes:
        taken.update(scope if isinstance(scope, tuple) else ())
    for policy in organization.policies.values():
        taken.update(ACCOUNT_ID.findall(json.dumps(policy.content)))
    yield from (number for number in map("{:012}".format, count(1)) if number not in taken)
