"""What several runs at the same moment have in common, worked out once.

A comparison runs the line twice over states that are mostly alike. What is the same on both sides becomes the same
object, and whatever hangs on that object alone is taken from the run before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from policyengine.analysis.checks import Cases
from policyengine.analysis.findings.registry import BY_NAME
from policyengine.analysis.requirements import (
    AssertionResult,
    Demands,
    Explained,
    Judgement,
    Requirement,
    check_types,
    explained,
    findings,
    join,
    judge,
)
from policyengine.aws.admission import admit
from policyengine.aws.deployment import Deployment, View
from policyengine.aws.documents import Compiled, PolicyDocument
from policyengine.aws.merge import Effective
from policyengine.aws.organization import Organization, OrganizationReuse
from policyengine.aws.snapshot.snapshot import Snapshot, read_snapshot
from policyengine.base.diagnostics import Diagnostic, Outcome
from policyengine.base.source import Source
from policyengine.language.compiler import compile_policies
from policyengine.language.syntax import parse
from policyengine.language.syntax.nodes import Let, Module, Policy, Require, Template, Test, UsePack


class Session:
    """For one moment. `organization`, `effective` and `deployment` are those of the last run.

    `cases` is what checks found out.
    """

    def __init__(self) -> None:
        self.organization: Organization | None = None
        self.effective: Effective | None = None
        self.deployment: Deployment | None = None
        self.cases: Cases = {}
        self._modules: dict[Source, Outcome[Module]] = {}
        self._snapshots: dict[Source, Snapshot] = {}
        self._documents: dict[object, dict[int, PolicyDocument]] = {}
        self._types: dict[object, Outcome[Demands]] = {}
        self._verdicts: dict[PolicyDocument, Outcome[PolicyDocument]] = {}
        self._judgement: Judgement | None = None
        self._explained: dict[AssertionResult, Explained] = {}

    def module(self, source: Source) -> Outcome[Module]:
        """A text, parsed."""
        if source not in self._modules:
            self._modules[source] = parse(source)
        return self._modules[source]

    def snapshot(self, source: Source) -> Snapshot:
        """A snapshot, read. Raises `SnapshotError`."""
        if source not in self._snapshots:
            self._snapshots[source] = read_snapshot(source)
        return self._snapshots[source]

    def compiled(self, modules: Sequence[Module], partition: str) -> Outcome[Compiled]:
        """What `compile_policies` says, with the last run's documents where they say the same at the same places."""
        statements = [statement for module in modules for statement in module.statements]
        shared = tuple(id(found) for found in statements if isinstance(found, (Let, Template)))
        known = self._documents.setdefault((shared, partition), {})
        outcome = compile_policies(modules, partition=partition, cached=known)
        reuse = OrganizationReuse(self.organization)
        policies = {policy.name: reuse.document(policy) for policy in outcome.value.policies}
        if not outcome.diagnostics:  # a fault of what policies share is told where it is met
            written = [found for found in statements if isinstance(found, Policy)]
            known.update((id(found), policies[found.name.text]) for found in written)
        return replace(outcome, value=replace(outcome.value, policies=tuple(policies.values())))

    def types(self, modules: Sequence[Module], stored: Sequence[str]) -> Outcome[Demands]:
        """What `check_types` says; it looks at some statements, and at the names of policies for the sake of tests."""
        statements = [statement for module in modules for statement in module.statements]
        asking = tuple(id(found) for found in statements if isinstance(found, (Let, Require, Test, UsePack)))
        names: frozenset[str] = frozenset()
        if any(isinstance(found, Test) for found in statements):
            names = frozenset((*stored, *(found.name.text for found in statements if isinstance(found, Policy))))
        key = (asking, names, all(module.complete for module in modules))
        if key not in self._types:
            self._types[key] = check_types(modules, stored, BY_NAME)
        return self._types[key]

    def verdict(self, policy: PolicyDocument, at: datetime) -> Outcome[PolicyDocument]:
        """AWS's verdict on a document."""
        if policy not in self._verdicts:
            self._verdicts[policy] = admit(policy, at=at)
        return self._verdicts[policy]

    def judgement(self, asked: Sequence[Requirement], views: Sequence[View], management: str | None) -> Judgement:
        """What `judge` says; of views that the last run had, with the same requirements, what it said then."""
        last = self._judgement
        if last is None or last.requirements != tuple(asked) or last.management != management:
            self._judgement, self._explained = judge(asked, views, management), {}
            return self._judgement
        judged = set(last.views)
        new = judge(asked, [view for view in views if view not in judged], management)
        self._judgement = join(views, last, new)
        return self._judgement

    def findings(self, judgement: Judgement) -> tuple[Diagnostic, ...]:
        """What a judgement says, explained as in the run before where the result is the same."""
        known = self._explained
        self._explained = {result: known[result] for result in judgement.broken if result in known}
        self._explained |= explained(judgement, self._explained)
        return tuple(findings(judgement, self._explained))
