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
from typing import TYPE_CHECKING

from policyengine.analysis.checks import Facts, LeftOut, MissingFact, missing_facts, run_checks
from policyengine.analysis.checks.snapshot_rules import NO_ACCOUNTS
from policyengine.analysis.findings import Gate, Verdict, Waiver, read_waivers, settle
from policyengine.analysis.findings.baseline import Baseline
from policyengine.analysis.findings.registry import BY_NAME
from policyengine.analysis.requirements import Demands, Judgement, asks_for_account_tags, check_types
from policyengine.aws.admission import admit, one_per_cause
from policyengine.aws.deployment import Deployment, deploy
from policyengine.aws.documents import Compiled, PolicyDocument
from policyengine.aws.merge import Effective, resolve
from policyengine.aws.organization import Entity, Organization, attach
from policyengine.aws.snapshot.snapshot import read_snapshot
from policyengine.base.diagnostics import Diagnostic, Outcome
from policyengine.base.errors import UsageError
from policyengine.base.records import record
from policyengine.base.rules import Fact
from policyengine.base.source import Source
from policyengine.base.text import listed, quoted, suggestion
from policyengine.language.compiler import compile_policies, sound_policies
from policyengine.language.syntax import parse
from policyengine.language.syntax.nodes import Module, Require, Waive
from policyengine.session import Session

if TYPE_CHECKING:
    from policyengine.analysis.expectations import TestRun
    from policyengine.analysis.prove import Proof


@record
class Admission:
    """What AWS would refuse of a set of documents: the findings, and each refused document without these settings."""

    diagnostics: tuple[Diagnostic, ...] = ()
    substitutes: Mapping[PolicyDocument, PolicyDocument] = field(default_factory=dict)


@record
class Promises:
    """What the files say beside policies and attachments.

    `requirements` are the names that can be waived, None where a text with faults may hold more.
    """

    demands: Demands
    waives: tuple[Waive, ...]
    requirements: frozenset[str] | None


@record
class Evaluation:
    """Everything a run found out.

    `organization` and `effective` are None where the run ended before them: for want of a snapshot, or, if `stopped`,
    because of faults. `promises` are what the files say beside policies and attachments, `left_out` the settings that
    AWS would refuse, and whom they would reach, `missing_facts` those that the snapshot lacks and the project needs.
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

    @property
    def refused(self) -> tuple[str, ...]:
        """The names of the policies of which AWS would refuse something."""
        return tuple(document.policy for document in self.left_out)


def compile_sources(sources: Iterable[Source], partition: str = "aws") -> Outcome[Compiled]:
    """The documents and attachments that `.bpol` texts say, with every fault of the language."""
    return _compile([parse(source) for source in sources], partition)


def compile_and_admit(sources: Iterable[Source], *, at: datetime, partition: str = "aws") -> Outcome[Compiled]:
    """What `compile_sources` says, and AWS's verdict on each policy that no fault of the language touches."""
    parsed = [parse(source) for source in sources]
    outcome = _compile(parsed, partition)
    admission = admit_policies(sound_policies(_modules(parsed), outcome), at)
    return Outcome(outcome.value, (*outcome.diagnostics, *admission.diagnostics))


def admit_policies(policies: Iterable[PolicyDocument], at: datetime, memory: Session | None = None) -> Admission:
    """AWS's verdict on each document at a moment; a `memory` knows those of documents that were judged before."""
    memory = memory or Session()
    found: list[Diagnostic] = []
    substitutes: dict[PolicyDocument, PolicyDocument] = {}
    for policy in policies:
        outcome = memory.verdict(policy, at)
        if outcome.diagnostics:
            found.extend(outcome.diagnostics)
            substitutes[policy] = outcome.value
    return Admission(tuple(one_per_cause(found)), substitutes)


def assemble(
    sources: Iterable[Source], snapshot: Source | None, *, partition: str = "aws", only_project: bool = False
) -> Outcome[Organization | None]:
    """The organization with the project's attachments; None without a snapshot or where the project does not compile.

    Raises `SnapshotError` for a faulty snapshot.
    """
    compiled = compile_sources(sources, partition)
    if compiled.failed or snapshot is None:
        return Outcome(None, compiled.diagnostics)
    attached = attach(read_snapshot(snapshot), compiled.value, only_project=only_project)
    return Outcome(attached.value, (*compiled.diagnostics, *attached.diagnostics))


def attached_policies(accounts: Iterable[Entity]) -> tuple[PolicyDocument, ...]:
    """The policies on the chains of the accounts, each once."""
    entities = dict.fromkeys(entity for account in accounts for entity in account.chain)
    return tuple(dict.fromkeys(policy for entity in entities for policy in entity.policies))


def evaluate(  # noqa: PLR0913 - what a run rests on
    sources: Sequence[Source],
    snapshot: Source | None,
    *,
    at: datetime,
    partition: str = "aws",
    only_project: bool = False,
    memory: Session | None = None,
) -> Evaluation:
    """The whole line for a project.

    Faults of the language or of attachments end it before the accounts; policies without a fault are admitted all the
    same. Without a snapshot it ends after admission. Runs for the same moment that share a `memory` share their work.
    Raises `SnapshotError` for a faulty snapshot.
    """
    memory = memory or Session()
    parsed = [memory.module(source) for source in sources]
    outcome = _with_faults(parsed, memory.compiled(_modules(parsed), partition))
    known = memory.snapshot(snapshot) if snapshot else None
    typed = memory.types(_modules(parsed), tuple(known.policies or ()) if known else ())
    compiled, found = outcome.value, (*outcome.diagnostics, *typed.diagnostics)
    failed = outcome.failed or typed.failed
    promises = _promises(parsed, typed.value)
    if known is None:
        found = (*found, *admit_policies(sound_policies(_modules(parsed), outcome), at, memory).diagnostics)
        return Evaluation(found, compiled, promises, stopped=failed)
    attached = attach(known, compiled, only_project=only_project, previous=memory.organization)
    found, organization = (*found, *attached.diagnostics), attached.value
    if failed or attached.failed:
        own = {policy.name for policy in compiled.policies}
        raw = [policy for policy in organization.policies.values() if policy.name not in own]
        found = (*found, *admit_policies([*sound_policies(_modules(parsed), outcome), *raw], at, memory).diagnostics)
        return Evaluation(found, compiled, promises, organization, stopped=True)
    admission = admit_policies(organization.policies.values(), at, memory)
    effective = resolve(organization, at=at, substitutes=admission.substitutes, previous=memory.effective)
    deployment = deploy(organization, effective, at=at, apart=typed.value.ids, previous=memory.deployment)
    memory.organization, memory.effective, memory.deployment = organization, effective, deployment
    facts = Facts(compiled, organization, effective, deployment, admission.substitutes, memory.cases)
    checked = run_checks(facts)
    management = organization.management_account
    judgement = memory.judgement(typed.value.requirements, deployment.published, management)
    found = (*found, *admission.diagnostics, *checked, *memory.findings(judgement))
    lacking = (*missing_facts(facts), *_missing_tags(organization, typed.value))
    return Evaluation(
        found, compiled, promises, organization, effective, deployment, judgement, facts.left_out, lacking
    )


def run_project_tests(  # noqa: PLR0913 - what the tests of a project rest on
    sources: Iterable[Source],
    snapshot: Source,
    *,
    at: datetime,
    partition: str = "aws",
    only_project: bool = False,
    coverage: bool = False,
) -> Outcome[TestRun | None]:
    """What the tests of a project come to; None where faults of the language or of attachments stop it before them.

    Raises `SnapshotError` for a faulty snapshot.
    """
    from policyengine.analysis.expectations import run_tests  # noqa: PLC0415 - start-up: most runs have nothing to do with tests

    found = _demanded(sources, snapshot, partition, only_project=only_project)
    if found.failed:
        return Outcome(None, found.diagnostics)
    demands, organization = found.value
    verdicts = {policy: admit(policy, at=at) for policy in organization.policies.values()}
    refused = {policy: verdict for policy, verdict in verdicts.items() if verdict.failed}
    run = run_tests(demands, organization, at=at, refused=refused, coverage=coverage)
    return Outcome(run, found.diagnostics)


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

    found = _demanded(sources, snapshot, partition, only_project=only_project)
    if found.failed:
        return Outcome(None, found.diagnostics)
    demands, organization = found.value
    demands = _narrowed(demands, wanted)
    attached = dict.fromkeys(policy for entity in organization.entities for policy in entity.policies)
    refused = admit_policies(attached, at).diagnostics
    if refused:
        return Outcome(None, refused)
    effective = resolve(organization, at=at)
    proofs = prove(organization, effective, demands, at=at, partition=partition, suggesting=suggesting)
    return Outcome(proofs, found.diagnostics)


def judge(
    evaluation: Evaluation, gate: Gate, *, at: datetime, baseline: Baseline | None = None, complete: bool = True
) -> Verdict:
    """The verdict on a run: what the project has waived or accepted does not count.

    Unless `complete`, the findings are only some of the run's, and nothing is said of waivers that cover none. A strict
    gate has a finding for each fact that the snapshot does not tell and the gate does not accept. That there is no
    account is one, unless the run ended before it came to them.
    """
    agreed = waivers(evaluation, at)
    lacking = (one.finding for one in evaluation.missing_facts if gate.strict and one.fact not in gate.unknown)
    nobody = () if evaluation.stopped else _nobody(evaluation.organization)
    found = (*evaluation.diagnostics, *agreed.diagnostics, *lacking, *nobody)
    return settle(found, gate, agreed.value, baseline, complete=complete and evaluation.effective is not None)


def waivers(evaluation: Evaluation, at: datetime) -> Outcome[tuple[Waiver, ...]]:
    """The waivers of a project that hold on a day, and what is wrong with the others."""
    promises = evaluation.promises
    return read_waivers(promises.waives, evaluation.organization, promises.requirements, today=at.date())


def _nobody(organization: Organization | None) -> Iterator[Diagnostic]:
    """That there is no account: checks and requirements have nothing to say."""
    if organization is None:
        message = "no account is judged: there is no snapshot of the organization"
        yield NO_ACCOUNTS.at(None, message, help="write or pull one: docs/snapshot.md")
    elif not organization.accounts:
        message = "no account is judged: the snapshot has none"
        yield NO_ACCOUNTS.at(None, message, help="look at `accounts` in the snapshot, and at who pulled it")


def _missing_tags(organization: Organization, demands: Demands) -> Iterator[MissingFact]:
    """Tags of accounts, where requirements ask for them and the snapshot tells none at all."""
    asking = tuple(found.name for found in demands.requirements if asks_for_account_tags(found))
    if asking and organization.accounts and not organization.lists_tags:
        yield MissingFact(Fact.TAGS, (), tuple(account.id or "" for account in organization.accounts), asking)


def _promises(parsed: Sequence[Outcome[Module]], demands: Demands) -> Promises:
    statements = [statement for module in parsed for statement in module.value.statements]
    own = {statement.name.text for statement in statements if isinstance(statement, Require)}
    faulty = any(module.failed for module in parsed)
    waives = tuple(statement for statement in statements if isinstance(statement, Waive))
    return Promises(demands, waives, None if faulty else frozenset({*own, *demands.names}))


def _demanded(
    sources: Iterable[Source], snapshot: Source, partition: str, *, only_project: bool
) -> Outcome[tuple[Demands, Organization]]:
    """What a project asks for, and of which organization."""
    parsed = [parse(source) for source in sources]
    compiled = _compile(parsed, partition)
    known = read_snapshot(snapshot)
    stored = () if only_project else known.policies or ()
    typed = check_types(_modules(parsed), stored, BY_NAME)
    attached = attach(known, compiled.value, only_project=only_project)
    found = (*compiled.diagnostics, *typed.diagnostics, *attached.diagnostics)
    return Outcome((typed.value, attached.value), found)


def _narrowed(demands: Demands, wanted: Collection[str]) -> Demands:
    """The demands with the wanted requirements, all of them if none is named. Raises `UsageError`."""
    names = [requirement.name for requirement in demands.requirements]
    if not names:
        raise UsageError("the project has no requirements, so there is nothing to prove; docs/language.md shows some")
    for name in wanted:
        if name not in names:
            advice = suggestion(name, names) or f"the project has {listed(names)}"
            raise UsageError(f"there is no requirement {quoted(name)}; {advice}")
    chosen = [requirement for requirement in demands.requirements if requirement.name in (wanted or names)]
    return replace(demands, requirements=tuple(chosen))


def _compile(parsed: Sequence[Outcome[Module]], partition: str) -> Outcome[Compiled]:
    return _with_faults(parsed, compile_policies(_modules(parsed), partition=partition))


def _modules(parsed: Sequence[Outcome[Module]]) -> list[Module]:
    return [outcome.value for outcome in parsed]


def _with_faults(parsed: Sequence[Outcome[Module]], compiled: Outcome[Compiled]) -> Outcome[Compiled]:
    """What was compiled, and what is wrong with the texts beside it."""
    found = tuple(diagnostic for outcome in parsed for diagnostic in outcome.diagnostics)
    return Outcome(compiled.value, (*found, *compiled.diagnostics))
