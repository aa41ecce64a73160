"""The stages for many runs at one moment, such as an editor's or the two sides of a comparison.

Each stage keeps the results of its last calls, and hands them out again for the same values. Where most of two states
is the same, the same objects go through the line, and what hangs on them alone is not worked out again.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Generic, TypeAlias, TypeVar

from msgspec.structs import replace

from policyengine.analysis.checks import Cases, Facts
from policyengine.analysis.requirements import (
    AssertionResult,
    Demands,
    Explained,
    Judgement,
    Requirement,
    ResourceRows,
    explained,
    findings,
    join,
    judge,
)
from policyengine.aws.deployment import Deployment, View, deploy
from policyengine.aws.documents import Compiled, PolicyDocument
from policyengine.aws.merge import Effective, resolve
from policyengine.aws.organization import Organization, OrganizationReuse, attach
from policyengine.aws.snapshot import Snapshot
from policyengine.base.diagnostics import Diagnostic, Outcome
from policyengine.base.source import Source, Span
from policyengine.language.compiler import compile_policies
from policyengine.language.language_rules import UNUSED_DEFINITION
from policyengine.language.syntax.nodes import Let, Module, Policy, Require, Statement, Template, Test, UsePack
from policyengine.stages import Stages

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

_Documents: TypeAlias = dict[Span, PolicyDocument]
_LEAST_KEPT = 4


class Recent(Generic[K, V]):
    """Values by key: those of the last call, and of earlier ones as long as all are at most twice the largest call."""

    def __init__(self) -> None:
        self._values: dict[K, V] = {}
        self._limit = _LEAST_KEPT

    def each(self, keys: Iterable[K], build: Callable[[K], V]) -> dict[K, V]:
        """The values of a call's keys; `build` gives those that are missing."""
        values = {key: self._values[key] if key in self._values else build(key) for key in keys}
        self._keep(values)
        return values

    def single(self, key: K, build: Callable[[], V]) -> V:
        """The value of a call's only key; `build` gives it where it is missing."""
        return self.each((key,), lambda _: build())[key]

    def _keep(self, values: Mapping[K, V]) -> None:
        self._limit = max(self._limit, 2 * len(values))
        self._values = {**self._values, **values}
        if len(self._values) > self._limit:
            self._values = dict(values)


class Session(Stages):
    """Stages that keep what they need for the next run; all runs of a session are for one moment.

    A text is the key of its tree, and the place of a statement that of what is compiled from it: equal texts have equal
    statements at equal places. From attachment on it is the objects, since attachment hands out those of the last run.
    """

    def __init__(self) -> None:
        self._parsed: Recent[Source, Outcome[Module]] = Recent()
        self._documents: Recent[Hashable, _Documents] = Recent()
        self._types: Recent[Hashable, Outcome[Demands]] = Recent()
        self._snapshot: tuple[Source, Snapshot] | None = None
        self._verdicts: Recent[PolicyDocument, Outcome[PolicyDocument]] = Recent()
        self._organization: Organization | None = None
        self._effective: Effective | None = None
        self._deployment: Deployment | None = None
        self._cases: Cases = {}
        self._judgement: Judgement | None = None
        self._explained: dict[AssertionResult, Explained] = {}

    def parse(self, sources: Iterable[Source]) -> tuple[Outcome[Module], ...]:
        """Parses the texts that are new."""
        given = tuple(sources)
        parsed = self._parsed.each(given, lambda source: super(Session, self).parse((source,))[0])
        return tuple(parsed[source] for source in given)

    def compile(self, modules: Sequence[Module], partition: str) -> Outcome[Compiled]:
        """Compiles the policies that are new, or all if a `let` or `template` is.

        Only documents of runs without a fault are kept: a fault of what policies share is reported where it is met.
        """
        shared = (partition, *_places(modules, Let, Template))
        documents = self._documents.single(shared, dict)
        outcome = compile_policies(modules, partition=partition, previous=documents)
        reuse = OrganizationReuse(self._organization)
        policies = {policy.name: reuse.document(policy) for policy in outcome.value.policies}
        if all(diagnostic.code == UNUSED_DEFINITION.code for diagnostic in outcome.diagnostics):
            documents.clear()
            documents.update((policy.span, policies[policy.name.text]) for policy in _statements(modules, Policy))
        return replace(outcome, value=replace(outcome.value, policies=tuple(policies.values())))

    def check_types(self, modules: Sequence[Module], stored: Sequence[str]) -> Outcome[Demands]:
        """Checks types if a statement with an expression is new, or a name of a policy that a test may use."""
        names: frozenset[str] = frozenset()
        if any(_statements(modules, Test)):
            names = frozenset((*stored, *(policy.name.text for policy in _statements(modules, Policy))))
        asking = _places(modules, Let, Require, Test, UsePack)
        key = (asking, names, all(module.complete for module in modules))
        return self._types.single(key, lambda: super(Session, self).check_types(modules, stored))

    def read_snapshot(self, source: Source) -> Snapshot:
        """Reads a snapshot, unless it is the last one. Raises `SnapshotError`."""
        if self._snapshot is None or self._snapshot[0] != source:
            self._snapshot = (source, super().read_snapshot(source))
        return self._snapshot[1]

    def attach(self, snapshot: Snapshot, compiled: Compiled, *, only_project: bool) -> Outcome[Organization]:
        """The organization, with the documents and entities of the last run where they are the same."""
        return attach(snapshot, compiled, only_project=only_project, previous=self._organization)

    def admit(
        self, policies: Iterable[PolicyDocument], at: datetime
    ) -> Mapping[PolicyDocument, Outcome[PolicyDocument]]:
        """AWS's verdict on the documents that are new, and the earlier ones on the others."""
        return self._verdicts.each(policies, lambda policy: super(Session, self).admit((policy,), at)[policy])

    def resolve(
        self, organization: Organization, at: datetime, substitutes: Mapping[PolicyDocument, PolicyDocument]
    ) -> Effective:
        """The effective policies, with the last run's results for chains that are the same."""
        effective = resolve(organization, at=at, substitutes=substitutes, previous=self._effective)
        self._organization, self._effective = organization, effective
        return effective

    def deploy(
        self, organization: Organization, effective: Effective, at: datetime, apart: Collection[str]
    ) -> Deployment:
        """The deployment, with the last run's plans and views where they are the same."""
        self._deployment = deploy(organization, effective, at=at, apart=apart, previous=self._deployment)
        return self._deployment

    def facts(
        self,
        compiled: Compiled,
        organization: Organization,
        effective: Effective,
        deployment: Deployment,
        substitutes: Mapping[PolicyDocument, PolicyDocument],
    ) -> Facts:
        """The facts, with the last run's cases of the plans and rules that are the same."""
        facts = Facts(compiled, organization, effective, deployment, substitutes, previous=self._cases)
        self._cases = facts.cases
        return facts

    def judge(
        self,
        requirements: Sequence[Requirement],
        views: Sequence[View],
        management: str | None,
        resources: ResourceRows | None = None,
    ) -> Judgement:
        """The judgement, joined from the last one where the requirements are the same: of new views alone it is new."""
        last = self._judgement
        asked = (tuple(requirements), management)
        if last is None or (last.requirements, last.management) != asked or last.resources is not resources:
            self._judgement, self._explained = judge(requirements, views, management, resources), {}
            return self._judgement
        judged = set(last.views)
        new = judge(requirements, [view for view in views if view not in judged], management, resources)
        self._judgement = join(views, last, new)
        return self._judgement

    def explain(self, judgement: Judgement) -> tuple[Diagnostic, ...]:
        """The findings, explained as in the last run where the result is the same."""
        last = self._explained
        self._explained = {result: last[result] for result in judgement.broken if result in last}
        self._explained |= explained(judgement, self._explained)
        return tuple(findings(judgement, self._explained))


S = TypeVar("S", bound=Statement)


def _statements(modules: Iterable[Module], kind: type[S]) -> Iterable[S]:
    return (statement for module in modules for statement in module.statements if isinstance(statement, kind))


def _places(modules: Iterable[Module], *kinds: type[Statement]) -> tuple[Span, ...]:
    return tuple(
        statement.span for module in modules for statement in module.statements if isinstance(statement, kinds)
    )
