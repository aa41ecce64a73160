"""What several runs at the same moment have in common, worked out once.

A comparison runs the line twice over states that are mostly alike. What is the same on both sides becomes the same
object, and whatever hangs on that object alone is taken from the run before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from policyengine.analysis import requirements
from policyengine.analysis.checks import Cases
from policyengine.analysis.findings.registry import BY_NAME
from policyengine.analysis.requirements import Demands, Judgement, Result, Told, check_types
from policyengine.aws.admission import admit
from policyengine.aws.deployment import Deployment
from policyengine.aws.documents import Compiled, PolicyDocument
from policyengine.aws.merge import Effective
from policyengine.aws.organization import Organization, Reuse
from policyengine.aws.snapshot.snapshot import Snapshot, read_snapshot
from policyengine.base.diagnostics import Diagnostic, Outcome
from policyengine.base.source import Source
from policyengine.language.compiler import compile_policies
from policyengine.language.syntax import parse
from policyengine.language.syntax.nodes import Let, Module, Policy, Require, Template, Test, UsePack


class Session:
    """For one moment. `organization`, `effective` and `deployment` are those of the last run.

    `plans` is what requirements found out about plans, `cases` what checks did.
    """

    def __init__(self) -> None:
        self.organization: Organization | None = None
        self.effective: Effective | None = None
        self.deployment: Deployment | None = None
        self.plans = requirements.Memory()
        self.cases: Cases = {}
        self._modules: dict[Source, Outcome[Module]] = {}
        self._snapshots: dict[Source, Snapshot] = {}
        self._documents: dict[object, dict[int, PolicyDocument]] = {}
        self._types: dict[object, Outcome[Demands]] = {}
        self._verdicts: dict[PolicyDocument, Outcome[PolicyDocument]] = {}
        self._findings: dict[str | None, dict[Result, Told]] = {}

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
        reuse = Reuse(self.organization)
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

    def findings(self, judgement: Judgement, management: str | None) -> tuple[Diagnostic, ...]:
        """What a judgement says, given the id of the management account."""
        return tuple(requirements.findings(judgement, self._findings.setdefault(management, {})))
