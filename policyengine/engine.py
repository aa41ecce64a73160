"""The line from text to findings, on one page: what is composed of the stages (`stages.py`) for each command.

    parse -> compile -> attach -> admit -> resolve -> deploy -> check, judge -> explain -> settle

A file with faults keeps what could be read of it. Faults of the language or of attachments stop before the accounts,
since everything after would be guesswork; documents that AWS would refuse do not: the run goes on as a hypothetical
one, without the refused settings, and fails.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, TypeAlias

from msgspec import field
from msgspec.structs import replace

from policyengine.analysis.checks import LeftOut, MissingFact, judged_without, missing_facts
from policyengine.analysis.checks.snapshot_rules import NO_ACCOUNTS
from policyengine.analysis.findings import Gate, Verdict, Waiver, read_waivers, settle
from policyengine.analysis.findings.baseline import Baseline
from policyengine.analysis.requirements import (
    Demands,
    Judgement,
    ResourceRows,
    asks_for_account_tags,
    asks_for_resources,
)
from policyengine.attached_project import (
    AttachedProject,
    Commitments,
    commitments_of,
    of_snapshot,
    texts_of,
    with_snapshot,
)
from policyengine.aws.admission import one_per_cause
from policyengine.aws.deployment import Deployment
from policyengine.aws.documents import Compiled, PolicyDocument
from policyengine.aws.merge import Effective
from policyengine.aws.organization import Entity, Organization
from policyengine.aws.resources import ResourceInventory
from policyengine.aws.snapshot import Snapshot
from policyengine.base import page_url
from policyengine.base.diagnostics import Diagnostic, Outcome
from policyengine.base.errors import UsageError
from policyengine.base.records import Record
from policyengine.base.rules import Fact
from policyengine.base.source import Source
from policyengine.base.text import listed, quoted, suggestion
from policyengine.stages import PURE, Stages

if TYPE_CHECKING:
    from policyengine.analysis.coverage import CoverageSource, ResourceCoverage
    from policyengine.analysis.expectations import TestRun
    from policyengine.analysis.prove import Proof

    _Inventory: TypeAlias = ResourceInventory | CoverageSource


class Admission(Record):
    """AWS's verdict on a set of documents: the findings, and each refused document without these settings."""

    diagnostics: tuple[Diagnostic, ...] = ()
    substitutes: Mapping[PolicyDocument, PolicyDocument] = field(default_factory=dict)


class Evaluation(Record):
    """All results of a run.

    `organization` and `effective` are None where the run ended before them: for want of a snapshot, or, if `stopped`,
    because of faults. `commitments` are the requirements and waivers of the files, `left_out` the settings that
    AWS would refuse, and whom they would reach, `missing_facts` those that the snapshot lacks and the project needs.
    `coverage` is that of the inventory, None without one.
    """

    diagnostics: tuple[Diagnostic, ...]
    compiled: Compiled
    commitments: Commitments
    organization: Organization | None = None
    effective: Effective | None = None
    deployment: Deployment | None = None
    judgement: Judgement | None = None
    left_out: tuple[LeftOut, ...] = ()
    missing_facts: tuple[MissingFact, ...] = ()
    stopped: bool = False
    coverage: ResourceCoverage | None = None

    @property
    def refused(self) -> tuple[str, ...]:
        """The names of the policies that AWS would refuse, in whole or in part."""
        return tuple(document.policy for document in self.left_out)


def compile_sources(sources: Iterable[Source], partition: str = "aws") -> Outcome[Compiled]:
    """The documents and attachments that `.bpol` texts declare, with every fault of the language."""
    return texts_of(sources, partition, PURE).compiled


def compile_and_admit(sources: Iterable[Source], *, at: datetime, partition: str = "aws") -> Outcome[Compiled]:
    """As `compile_sources`, with AWS's verdict on each policy that no fault of the language touches."""
    texts = texts_of(sources, partition, PURE)
    refusals = admit_policies(texts.sound, at).diagnostics
    return Outcome(texts.compiled.value, (*texts.compiled.diagnostics, *refusals))


def admit_policies(policies: Iterable[PolicyDocument], at: datetime, stages: Stages = PURE) -> Admission:
    """AWS's verdict on documents at a moment, each cause of a refusal once."""
    refused = {policy: outcome for policy, outcome in stages.admit(policies, at).items() if outcome.diagnostics}
    diagnostics = one_per_cause([diagnostic for outcome in refused.values() for diagnostic in outcome.diagnostics])
    return Admission(tuple(diagnostics), {policy: outcome.value for policy, outcome in refused.items()})


def assemble(
    sources: Iterable[Source], snapshot: Source | None, *, partition: str = "aws", only_project: bool = False
) -> Outcome[Organization | None]:
    """The organization with the project's attachments; None without a snapshot or where the project does not compile.

    Raises `SnapshotError` for a faulty snapshot.
    """
    compiled = compile_sources(sources, partition)
    if compiled.failed or snapshot is None:
        return Outcome(None, compiled.diagnostics)
    attached = PURE.attach(PURE.read_snapshot(snapshot), compiled.value, only_project=only_project)
    return Outcome(attached.value, (*compiled.diagnostics, *attached.diagnostics))


class AdmittedProject(Record):
    """A project whose policies AWS takes, and the organization that it is attached to, if there is one."""

    compiled: Compiled
    organization: Organization | None
    snapshot: Snapshot | None

    @property
    def policies(self) -> tuple[PolicyDocument, ...]:
        """The documents of the project, or of the organization with the snapshot's own."""
        return tuple(self.organization.policies.values()) if self.organization else self.compiled.policies


def admitted_project(
    sources: Iterable[Source],
    snapshot: Source | None,
    *,
    at: datetime,
    partition: str = "aws",
    only_project: bool = False,
) -> Outcome[AdmittedProject | None]:
    """A project for export; None, with the findings, where it does not compile or AWS would refuse a document.

    Raises `SnapshotError` for a faulty snapshot.
    """
    compiled = compile_sources(sources, partition)
    if compiled.failed:
        return Outcome(None, compiled.diagnostics)
    read = PURE.read_snapshot(snapshot) if snapshot else None
    attached = PURE.attach(read, compiled.value, only_project=only_project) if read else None
    if attached and attached.failed:
        return Outcome(None, attached.diagnostics)
    project = AdmittedProject(compiled.value, attached.value if attached else None, read)
    refusals = admit_policies(project.policies, at).diagnostics
    return Outcome(None, refusals) if refusals else Outcome(project)


def attached_policies(accounts: Iterable[Entity]) -> tuple[PolicyDocument, ...]:
    """The policies on the chains of the accounts, each once."""
    entities = dict.fromkeys(entity for account in accounts for entity in account.chain)
    return tuple(dict.fromkeys(policy for entity in entities for policy in entity.policies))


def evaluate(  # noqa: PLR0913 - what a run rests on
    sources: Iterable[Source],
    snapshot: Source | None,
    *,
    at: datetime,
    partition: str = "aws",
    only_project: bool = False,
    inventory: ResourceInventory | CoverageSource | None = None,
    stages: Stages = PURE,
) -> Evaluation:
    """The whole line for a project, and with an inventory what protects its resources.

    Faults of the language or of attachments end it before the accounts; policies without a fault are admitted all the
    same. Without a snapshot it ends after admission. Raises `SnapshotError` for a faulty snapshot.
    """
    texts = texts_of(sources, partition, stages)
    project = with_snapshot(texts, snapshot, stages, only_project=only_project)
    if project.failed or project.organization is None:
        return _ended_early(project, at, stages)
    return _evaluated(project, project.organization, at, stages, inventory)


def run_project_tests(  # noqa: PLR0913 - what the tests of a project rest on
    sources: Iterable[Source],
    snapshot: Source,
    *,
    at: datetime,
    partition: str = "aws",
    only_project: bool = False,
    coverage: bool = False,
) -> Outcome[TestRun | None]:
    """The results of a project's tests; None where faults of the language or of attachments stop it before them.

    Raises `SnapshotError` for a faulty snapshot.
    """
    from policyengine.analysis.expectations import run_tests  # noqa: PLC0415 - start-up: most runs have nothing to do with tests

    project = of_snapshot(sources, snapshot, partition, only_project=only_project)
    if project.failed or project.organization is None:
        return Outcome(None, project.diagnostics)
    verdicts = PURE.admit(project.organization.policies.values(), at)
    refused = {policy: verdict for policy, verdict in verdicts.items() if verdict.failed}
    run = run_tests(project.demands, project.organization, at=at, refused=refused, coverage=coverage)
    return Outcome(run, project.diagnostics)


def prove_requirements(  # noqa: PLR0913 - what proofs rest on
    sources: Iterable[Source],
    snapshot: Source,
    *,
    at: datetime,
    partition: str = "aws",
    only_project: bool = False,
    wanted: Collection[str] = (),
    suggesting: bool = False,
) -> Outcome[tuple[Proof, ...] | None]:
    """The proofs of a project's requirements, or of the `wanted` ones, against policies attached further down.

    None where faults, or attached documents that AWS would refuse, stand in the way. Raises `SnapshotError` for a
    faulty snapshot, and `UsageError` where there is no such requirement.
    """
    from policyengine.analysis.prove import prove  # noqa: PLC0415 - start-up: as for tests

    project = of_snapshot(sources, snapshot, partition, only_project=only_project)
    if project.failed or project.organization is None:
        return Outcome(None, project.diagnostics)
    demands, organization = _narrowed(project.demands, wanted), project.organization
    attached = dict.fromkeys(policy for entity in organization.entities for policy in entity.policies)
    refusals = admit_policies(attached, at).diagnostics
    if refusals:
        return Outcome(None, refusals)
    effective = PURE.resolve(organization, at, {})
    proofs = prove(organization, effective, demands, at=at, partition=partition, suggesting=suggesting)
    return Outcome(proofs, project.diagnostics)


def verdict_of(
    evaluation: Evaluation, gate: Gate, *, at: datetime, baseline: Baseline | None = None, complete: bool = True
) -> Verdict:
    """The verdict on a run: what the project has waived or accepted does not count.

    Unless `complete`, the findings are only some of the run's, and nothing is said of waivers that cover none. A strict
    gate has a finding for each fact that the snapshot lacks and the gate does not accept as unknown. That there is
    no account is a finding, unless the run ended before the accounts.
    """
    agreed = waivers(evaluation, at)
    missing = evaluation.missing_facts if gate.strict else ()
    facts_lacking = (each.finding for each in missing if each.fact not in gate.unknown)
    no_accounts = () if evaluation.stopped else _no_accounts(evaluation.organization)
    diagnostics = (*evaluation.diagnostics, *agreed.diagnostics, *facts_lacking, *no_accounts)
    return settle(diagnostics, gate, agreed.value, baseline, complete=complete and evaluation.effective is not None)


def waivers(evaluation: Evaluation, at: datetime) -> Outcome[tuple[Waiver, ...]]:
    """The waivers of a project that hold on a day, and what is wrong with the others."""
    commitments = evaluation.commitments
    return read_waivers(
        commitments.waives, evaluation.organization, commitments.requirements, commitments.packs, today=at.date()
    )


def _no_accounts(organization: Organization | None) -> Iterator[Diagnostic]:
    """A finding where there is no account, so that checks and requirements have nothing to say."""
    if organization is None:
        message = "no account is judged: there is no snapshot of the organization"
        yield NO_ACCOUNTS.at(None, message, help=f"write or pull one: {page_url('snapshot.md')}")
    elif not organization.accounts:
        message = "no account is judged: the snapshot has none"
        yield NO_ACCOUNTS.at(None, message, help="look at `accounts` in the snapshot, and at who pulled it")


def _missing_tags(organization: Organization, demands: Demands) -> Iterator[MissingFact]:
    """Tags of accounts, where requirements ask for them and the snapshot has none at all."""
    asking = tuple(requirement.name for requirement in demands.requirements if asks_for_account_tags(requirement))
    if asking and organization.accounts and not organization.lists_tags:
        yield MissingFact(Fact.TAGS, (), tuple(account.id or "" for account in organization.accounts), asking)


def _ended_early(project: AttachedProject, at: datetime, stages: Stages) -> Evaluation:
    """An evaluation without effective policies: admission is all that faults, or a missing snapshot, leave to do."""
    organization, compiled = project.organization, project.texts.compiled.value
    own = {policy.name for policy in compiled.policies}
    raw = [policy for policy in organization.policies.values() if policy.name not in own] if organization else ()
    refusals = admit_policies([*project.texts.sound, *raw], at, stages).diagnostics
    diagnostics = (*project.diagnostics, *refusals)
    return Evaluation(diagnostics, compiled, commitments_of(project), organization, stopped=project.failed)


def _evaluated(
    project: AttachedProject, organization: Organization, at: datetime, stages: Stages, inventory: _Inventory | None
) -> Evaluation:
    """The stages from admission to explanation, for a project without faults of the language or of attachments."""
    demands, compiled = project.demands, project.texts.compiled.value
    admission = admit_policies(organization.policies.values(), at, stages)
    effective = stages.resolve(organization, at, admission.substitutes)
    deployment = stages.deploy(organization, effective, at, demands.ids)
    facts = stages.facts(compiled, organization, effective, deployment, admission.substitutes)
    checked = stages.check(facts)
    coverage = _coverage(organization, deployment, inventory) if inventory else None
    rows = _requested_resources(demands, organization, deployment, coverage) if coverage else None
    judgement = stages.judge(demands.requirements, deployment.published, organization.management_account, rows)
    explained = judged_without(stages.explain(judgement), facts)
    diagnostics = (*project.diagnostics, *admission.diagnostics, *checked, *explained)
    return Evaluation(
        diagnostics,
        compiled,
        commitments_of(project),
        organization,
        effective,
        deployment,
        judgement,
        facts.left_out,
        missing_facts=(*missing_facts(facts), *_missing_tags(organization, demands)),
        coverage=coverage,
    )


def _coverage(organization: Organization, deployment: Deployment, inventory: _Inventory) -> ResourceCoverage:
    """The coverage of an inventory by what AWS serves the accounts of an organization."""
    from policyengine.analysis.coverage import coverage_of  # noqa: PLC0415 - start-up: as for tests

    return coverage_of(inventory, organization, deployment)


def _requested_resources(
    demands: Demands, organization: Organization, deployment: Deployment, coverage: ResourceCoverage
) -> ResourceRows:
    """The resources of accounts, if any requirement asks for resources: they are many."""
    from policyengine.analysis.coverage import resource_rows  # noqa: PLC0415 - start-up: as for tests

    if any(map(asks_for_resources, demands.requirements)):
        settings = organization.settings
        return resource_rows(coverage, deployment, settings.dynamodb_advanced if settings else None)
    return ResourceRows({})


def _narrowed(demands: Demands, wanted: Collection[str]) -> Demands:
    """The demands with the wanted requirements, all of them if none is named. Raises `UsageError`."""
    names = [requirement.name for requirement in demands.requirements]
    if not names:
        raise UsageError(
            f"the project has no requirements, so there is nothing to prove; {page_url('language.md')} shows some"
        )
    for name in wanted:
        if name not in names:
            advice = suggestion(name, names) or f"the project has {listed(names)}"
            raise UsageError(f"there is no requirement {quoted(name)}; {advice}")
    chosen = [requirement for requirement in demands.requirements if requirement.name in (wanted or names)]
    return replace(demands, requirements=tuple(chosen))
