"""The line from text to findings, on one page; the only module that sees every room.

    parse -> compile -> attach -> admit -> resolve -> check -> settle

A file with faults keeps what could be read of it. Faults of the language or of attachments stop before the accounts,
since everything after would be guesswork; documents that AWS would refuse do not: the run goes on as a hypothetical
one, without the refused settings, and fails.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeAlias

from policyengine.analysis.checks import Facts, LeftOut, MissingFact, missing_facts, run_checks
from policyengine.analysis.checks.snapshot_rules import NO_ACCOUNTS
from policyengine.analysis.findings import Gate, Verdict, Waiver, read_waivers, settle
from policyengine.analysis.findings.baseline import Baseline
from policyengine.analysis.findings.registry import BY_NAME
from policyengine.analysis.requirements import (
    Demands,
    Judgement,
    Requirement,
    ResourceRows,
    asks_for_account_tags,
    asks_for_resources,
    check_types,
    findings,
    judge,
)
from policyengine.aws.admission import admit, one_per_cause
from policyengine.aws.deployment import Deployment, View, deploy
from policyengine.aws.documents import Compiled, PolicyDocument
from policyengine.aws.merge import Effective, resolve
from policyengine.aws.organization import Entity, Organization, attach
from policyengine.aws.resources import ResourceInventory
from policyengine.aws.snapshot import Snapshot, read_snapshot
from policyengine.base import page_url
from policyengine.base.diagnostics import Diagnostic, Outcome
from policyengine.base.errors import UsageError
from policyengine.base.records import record
from policyengine.base.rules import Fact
from policyengine.base.source import Source
from policyengine.base.text import listed, quoted, suggestion
from policyengine.language.compiler import collect_lets, compile_policies, dated_waivers, sound_policies
from policyengine.language.language_rules import UNUSED_DEFINITION
from policyengine.language.syntax import parse
from policyengine.language.syntax.nodes import Let, Module, Require, UsePack, Waive

if TYPE_CHECKING:
    from policyengine.analysis.coverage import CoverageSource, ResourceCoverage
    from policyengine.analysis.expectations import TestRun
    from policyengine.analysis.prove import Proof

    _Listed: TypeAlias = ResourceInventory | CoverageSource


class Stages:
    """The stages, in their order: each takes values and returns one, and its result depends on nothing else.

    Everything below is composed of them. `Session` is another set, which keeps the results of its last calls.
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


@record
class Admission:
    """What AWS would refuse of a set of documents: the findings, and each refused document without these settings."""

    diagnostics: tuple[Diagnostic, ...] = ()
    substitutes: Mapping[PolicyDocument, PolicyDocument] = field(default_factory=dict)


@record
class Promises:
    """What the files say beside policies and attachments.

    `requirements` are the names that can be waived, None where a text with faults may hold more. `packs` has the names
    of the requirements of each pack that is used.
    """

    demands: Demands
    waives: tuple[Waive, ...]
    requirements: frozenset[str] | None
    packs: Mapping[str, Collection[str]]


@record
class Evaluation:
    """All results of a run.

    `organization` and `effective` are None where the run ended before them: for want of a snapshot, or, if `stopped`,
    because of faults. `promises` are what the files say beside policies and attachments, `left_out` the settings that
    AWS would refuse, and whom they would reach, `missing_facts` those that the snapshot lacks and the project needs.
    `coverage` is that of the inventory, None without one.
    """

    diagnostics: tuple[Diagnostic, ...]
    compiled: Compiled
    promises: Promises
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


@record
class _Texts:
    """Files through the stages that need no snapshot: syntax trees, and what they compile to.

    `compiled` has the faults of the syntax as well.
    """

    parsed: tuple[Outcome[Module], ...]
    compiled: Outcome[Compiled]

    @property
    def modules(self) -> tuple[Module, ...]:
        return tuple(outcome.value for outcome in self.parsed)

    @property
    def sound(self) -> list[PolicyDocument]:
        """The policies that no fault of the language touches."""
        return sound_policies(self.modules, self.compiled)


@record
class _Project:
    """A project up to the faults that are the language's or the attachments'; no organization without a snapshot."""

    texts: _Texts
    demands: Demands
    organization: Organization | None
    diagnostics: tuple[Diagnostic, ...]
    failed: bool


def compile_sources(sources: Iterable[Source], partition: str = "aws") -> Outcome[Compiled]:
    """The documents and attachments that `.bpol` texts declare, with every fault of the language."""
    return _texts(sources, partition, PURE).compiled


def compile_and_admit(sources: Iterable[Source], *, at: datetime, partition: str = "aws") -> Outcome[Compiled]:
    """As `compile_sources`, with AWS's verdict on each policy that no fault of the language touches."""
    texts = _texts(sources, partition, PURE)
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
    texts = _texts(sources, partition, stages)
    project = _with_snapshot(texts, snapshot, stages, only_project=only_project)
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

    project = _of_snapshot(sources, snapshot, partition, only_project=only_project)
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
    """What policies attached further down can do to each requirement of a project, or to the `wanted` ones.

    None where faults, or attached documents that AWS would refuse, stand in the way. Raises `SnapshotError` for a
    faulty snapshot, and `UsageError` where there is no such requirement.
    """
    from policyengine.analysis.prove import prove  # noqa: PLC0415 - start-up: as for tests

    project = _of_snapshot(sources, snapshot, partition, only_project=only_project)
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
    lacking = (
        missing.finding for missing in evaluation.missing_facts if gate.strict and missing.fact not in gate.unknown
    )
    nobody = () if evaluation.stopped else _nobody(evaluation.organization)
    diagnostics = (*evaluation.diagnostics, *agreed.diagnostics, *lacking, *nobody)
    return settle(diagnostics, gate, agreed.value, baseline, complete=complete and evaluation.effective is not None)


def waivers(evaluation: Evaluation, at: datetime) -> Outcome[tuple[Waiver, ...]]:
    """The waivers of a project that hold on a day, and what is wrong with the others."""
    promises = evaluation.promises
    return read_waivers(
        promises.waives, evaluation.organization, promises.requirements, promises.packs, today=at.date()
    )


def _nobody(organization: Organization | None) -> Iterator[Diagnostic]:
    """That there is no account: checks and requirements have nothing to say."""
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


def _texts(sources: Iterable[Source], partition: str, stages: Stages) -> _Texts:
    parsed = stages.parse(sources)
    compiled = stages.compile([outcome.value for outcome in parsed], partition)
    faults = tuple(diagnostic for outcome in parsed for diagnostic in outcome.diagnostics)
    diagnostics = _without_unused(compiled.diagnostics) if faults else compiled.diagnostics
    return _Texts(parsed, Outcome(compiled.value, (*faults, *diagnostics)))


def _without_unused(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """The findings of a text with faults: what was not read, or is misspelt, may be the use of a definition."""
    return tuple(diagnostic for diagnostic in diagnostics if diagnostic.code != UNUSED_DEFINITION.code)


def _project(
    texts: _Texts, snapshot: Snapshot | None, stored: Sequence[str], stages: Stages, *, only_project: bool
) -> _Project:
    """Texts, typed and attached; `stored` are the policies of the snapshot that tests may name."""
    typed = stages.check_types(texts.modules, stored)
    outcomes: list[Outcome[Any]] = [texts.compiled, typed]
    organization = None
    if snapshot:
        attached = stages.attach(snapshot, texts.compiled.value, only_project=only_project)
        outcomes.append(attached)
        organization = attached.value
    diagnostics = tuple(diagnostic for outcome in outcomes for diagnostic in outcome.diagnostics)
    if typed.failed:
        diagnostics = _without_unused(diagnostics)
    return _Project(texts, typed.value, organization, diagnostics, any(outcome.failed for outcome in outcomes))


def _with_snapshot(texts: _Texts, snapshot: Source | None, stages: Stages, *, only_project: bool) -> _Project:
    """Texts, typed and attached to a snapshot, which is let go: half a kilobyte an account."""
    read = stages.read_snapshot(snapshot) if snapshot else None
    stored = tuple(read.policies or ()) if read else ()
    return _project(texts, read, stored, stages, only_project=only_project)


def _of_snapshot(sources: Iterable[Source], snapshot: Source, partition: str, *, only_project: bool) -> _Project:
    """A project for `test` and `prove`: with `only_project` its tests may name none of the snapshot's policies."""
    texts = _texts(sources, partition, PURE)
    read = PURE.read_snapshot(snapshot)
    return _project(texts, read, () if only_project else tuple(read.policies or ()), PURE, only_project=only_project)


def _ended_early(project: _Project, at: datetime, stages: Stages) -> Evaluation:
    """An evaluation without effective policies: admission is all that faults, or a missing snapshot, leave to do."""
    organization, compiled = project.organization, project.texts.compiled.value
    own = {policy.name for policy in compiled.policies}
    raw = [policy for policy in organization.policies.values() if policy.name not in own] if organization else ()
    refusals = admit_policies([*project.texts.sound, *raw], at, stages).diagnostics
    diagnostics = (*project.diagnostics, *refusals)
    return Evaluation(diagnostics, compiled, _promises(project), organization, stopped=project.failed)


def _evaluated(
    project: _Project, organization: Organization, at: datetime, stages: Stages, inventory: _Listed | None
) -> Evaluation:
    demands, compiled = project.demands, project.texts.compiled.value
    admission = admit_policies(organization.policies.values(), at, stages)
    effective = stages.resolve(organization, at, admission.substitutes)
    deployment = stages.deploy(organization, effective, at, demands.ids)
    facts = stages.facts(compiled, organization, effective, deployment, admission.substitutes)
    checked = stages.check(facts)
    coverage = _coverage(organization, deployment, inventory) if inventory else None
    rows = _asked_resources(demands, deployment, coverage) if coverage else None
    judgement = stages.judge(demands.requirements, deployment.published, organization.management_account, rows)
    diagnostics = (*project.diagnostics, *admission.diagnostics, *checked, *stages.explain(judgement))
    lacking = (*missing_facts(facts), *_missing_tags(organization, demands))
    promises = _promises(project)
    evaluation = Evaluation(
        diagnostics, compiled, promises, organization, effective, deployment, judgement, facts.left_out, lacking
    )
    return replace(evaluation, coverage=coverage)


def _coverage(organization: Organization, deployment: Deployment, inventory: _Listed) -> ResourceCoverage:
    """The coverage of an inventory by what AWS serves the accounts of an organization."""
    from policyengine.analysis.coverage import coverage_of  # noqa: PLC0415 - start-up: as for tests

    return coverage_of(inventory, organization, deployment)


def _asked_resources(demands: Demands, deployment: Deployment, coverage: ResourceCoverage) -> ResourceRows:
    """The resources of accounts, if any requirement asks for resources: they are many."""
    from policyengine.analysis.coverage import resource_rows  # noqa: PLC0415 - start-up: as for tests

    if any(map(asks_for_resources, demands.requirements)):
        return resource_rows(coverage, deployment)
    return ResourceRows({})


def _promises(project: _Project) -> Promises:
    statements = [statement for module in project.texts.modules for statement in module.statements]
    own = {statement.name.text for statement in statements if isinstance(statement, Require)}
    waives = [statement for statement in statements if isinstance(statement, Waive)]
    lets, _ = collect_lets([statement for statement in statements if isinstance(statement, Let)], complete=True)
    dated = dated_waivers(waives, lets, complete=True).value  # what is wrong with the others, the compiler reports
    packs: dict[str, set[str]] = {use.pack.value: set() for use in statements if isinstance(use, UsePack)}
    for requirement in project.demands.requirements:
        if requirement.pack:
            packs[requirement.pack].add(requirement.name)
    faulty = any(outcome.failed for outcome in project.texts.parsed)
    requirements = None if faulty else frozenset({*own, *project.demands.names})
    return Promises(project.demands, dated, requirements, packs)


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
