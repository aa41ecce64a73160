"""The stages from text to findings, by name and in their order.

parse -> compile -> attach -> admit -> resolve -> deploy -> check, judge -> explain; the gate (`settle`) follows
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from policyengine.analysis.checks import Facts, run_checks
from policyengine.analysis.findings.registry import BY_NAME
from policyengine.analysis.requirements import (
    Demands,
    Judgement,
    Requirement,
    ResourceRows,
    check_types,
    findings,
    judge,
)
from policyengine.aws.admission import admit
from policyengine.aws.deployment import Deployment, View, deploy
from policyengine.aws.documents import Compiled, PolicyDocument
from policyengine.aws.merge import Effective, resolve
from policyengine.aws.organization import Organization, attach
from policyengine.aws.snapshot import Snapshot, read_snapshot
from policyengine.base.diagnostics import Diagnostic, Outcome
from policyengine.base.source import Source
from policyengine.language.compiler import compile_policies
from policyengine.language.syntax import parse
from policyengine.language.syntax.nodes import Module


class Stages:
    """The stages, in their order: each takes values and returns one, and its result depends on nothing else.

    `engine` is composed of them. `Session` is another set, which keeps the results of its last calls.
    """

    def parse(self, sources: Iterable[Source]) -> tuple[Outcome[Module], ...]:
        """The syntax trees of `.bpol` texts."""
        return tuple(map(parse, sources))

    def compile(self, modules: Sequence[Module], partition: str) -> Outcome[Compiled]:
        """The documents and attachments that the trees of a project declare."""
        return compile_policies(modules, partition=partition)

    def check_types(self, modules: Sequence[Module], stored: Sequence[str]) -> Outcome[Demands]:
        """Requirements and tests with the types of their expressions; `stored` are names of the snapshot's policies."""
        return check_types(modules, stored, BY_NAME)

    def read_snapshot(self, source: Source) -> Snapshot:
        """The snapshot in a YAML or JSON text. Raises `SnapshotError`."""
        return read_snapshot(source)

    def attach(self, snapshot: Snapshot, compiled: Compiled, *, only_project: bool) -> Outcome[Organization]:
        """The organization with a project's policies at their targets. Raises `SnapshotError`."""
        return attach(snapshot, compiled, only_project=only_project)

    def admit(
        self, policies: Iterable[PolicyDocument], at: datetime
    ) -> Mapping[PolicyDocument, Outcome[PolicyDocument]]:
        """AWS's verdict on each document, with the document without what AWS would refuse."""
        return {policy: admit(policy, at=at) for policy in policies}

    def resolve(
        self, organization: Organization, at: datetime, substitutes: Mapping[PolicyDocument, PolicyDocument]
    ) -> Effective:
        """The effective policy of every account; `substitutes` stand in for documents that AWS would refuse."""
        return resolve(organization, at=at, substitutes=substitutes)

    def deploy(
        self, organization: Organization, effective: Effective, at: datetime, apart: Collection[str]
    ) -> Deployment:
        """The plans of every account where they run; accounts in `apart` share their view with no other."""
        return deploy(organization, effective, at=at, apart=apart)

    def facts(
        self,
        compiled: Compiled,
        organization: Organization,
        effective: Effective,
        deployment: Deployment,
        substitutes: Mapping[PolicyDocument, PolicyDocument],
    ) -> Facts:
        """All that checks may look at."""
        return Facts(compiled, organization, effective, deployment, substitutes)

    def check(self, facts: Facts) -> tuple[Diagnostic, ...]:
        """The findings of every check."""
        return run_checks(facts)

    def judge(
        self,
        requirements: Sequence[Requirement],
        views: Sequence[View],
        management: str | None,
        resources: ResourceRows | None = None,
    ) -> Judgement:
        """Whether requirements hold for the accounts of views; `management` is the management account's id.

        `resources` are those of the accounts, None without an inventory.
        """
        return judge(requirements, views, management, resources)

    def explain(self, judgement: Judgement) -> tuple[Diagnostic, ...]:
        """A finding for each way in which a requirement does not hold."""
        return tuple(findings(judgement))


PURE = Stages()
