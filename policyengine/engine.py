"""The line from text to findings, on one page; the only module that sees every room.

    parse -> compile -> attach -> admit -> resolve -> check -> settle

A file with faults keeps what could be read of it. Faults of the language or of attachments stop before the accounts,
since everything after would be guesswork; documents that AWS would refuse do not: the run goes on as a hypothetical
one, without the refused settings, and fails.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from policyengine.admission import admit, one_per_cause
from policyengine.checks import Facts, run_checks
from policyengine.compiler import compile_policies
from policyengine.diagnostics import Diagnostic, Outcome, Severity
from policyengine.effective import Effective, resolve
from policyengine.model import read_snapshot
from policyengine.model.documents import Compiled, PolicyDocument
from policyengine.organization import Entity, Organization, attach
from policyengine.source import Source, Span
from policyengine.syntax import parse
from policyengine.syntax.nodes import Let, Module, Policy, Require, Template, Test, UsePack, Waive

_PROMISES = (Require, UsePack, Waive, Test)


@dataclass(frozen=True, slots=True)
class Admission:
    """What AWS would refuse of a set of documents: the findings, and each refused document without these settings."""

    diagnostics: tuple[Diagnostic, ...] = ()
    substitutes: Mapping[PolicyDocument, PolicyDocument] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Everything a run found out.

    `organization` and `effective` are None where the run ended before them: for want of a snapshot, or, if `stopped`,
    because of faults. `unjudged` counts requirements, packs, waivers and tests, which are read and not yet judged.
    """

    diagnostics: tuple[Diagnostic, ...]
    compiled: Compiled
    unjudged: int
    organization: Organization | None = None
    effective: Effective | None = None
    stopped: bool = False


def compile_sources(sources: Iterable[Source], partition: str = "aws") -> Outcome[Compiled]:
    """The documents and attachments that `.bpol` texts say, with every fault of the language."""
    return _compile([parse(source) for source in sources], partition)


def compile_and_admit(sources: Iterable[Source], *, at: datetime, partition: str = "aws") -> Outcome[Compiled]:
    """What `compile_sources` says, and AWS's verdict on each policy that no fault of the language touches."""
    parsed = [parse(source) for source in sources]
    outcome = _compile(parsed, partition)
    admission = admit_policies(_sound(parsed, outcome), at)
    return Outcome(outcome.value, (*outcome.diagnostics, *admission.diagnostics))


def admit_policies(policies: Iterable[PolicyDocument], at: datetime) -> Admission:
    """AWS's verdict on each document at a moment."""
    found: list[Diagnostic] = []
    substitutes: dict[PolicyDocument, PolicyDocument] = {}
    for policy in policies:
        outcome = admit(policy, at=at)
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


def evaluate(
    sources: Sequence[Source],
    snapshot: Source | None,
    *,
    at: datetime,
    partition: str = "aws",
    only_project: bool = False,
) -> Evaluation:
    """The whole line for a project.

    Faults of the language or of attachments end it before the accounts; policies without a fault are admitted all the
    same. Without a snapshot it ends after admission. Raises `SnapshotError` for a faulty snapshot.
    """
    parsed = [parse(source) for source in sources]
    outcome = _compile(parsed, partition)
    compiled, found = outcome.value, outcome.diagnostics
    unjudged = sum(isinstance(statement, _PROMISES) for module in parsed for statement in module.value.statements)
    if snapshot is None:
        found = (*found, *admit_policies(_sound(parsed, outcome), at).diagnostics)
        return Evaluation(found, compiled, unjudged, stopped=outcome.failed)
    attached = attach(read_snapshot(snapshot), compiled, only_project=only_project)
    found, organization = (*found, *attached.diagnostics), attached.value
    if outcome.failed or attached.failed:
        own = {policy.name for policy in compiled.policies}
        raw = [policy for policy in organization.policies.values() if policy.name not in own]
        found = (*found, *admit_policies([*_sound(parsed, outcome), *raw], at).diagnostics)
        return Evaluation(found, compiled, unjudged, organization, stopped=True)
    admission = admit_policies(organization.policies.values(), at)
    effective = resolve(organization, at=at, substitutes=admission.substitutes)
    checked = run_checks(Facts(compiled, organization, effective))
    return Evaluation((*found, *admission.diagnostics, *checked), compiled, unjudged, organization, effective)


def _compile(parsed: Sequence[Outcome[Module]], partition: str) -> Outcome[Compiled]:
    compiled = compile_policies([outcome.value for outcome in parsed], partition=partition)
    found = tuple(diagnostic for outcome in parsed for diagnostic in outcome.diagnostics)
    return Outcome(compiled.value, (*found, *compiled.diagnostics))


def _sound(parsed: Sequence[Outcome[Module]], compiled: Outcome[Compiled]) -> list[PolicyDocument]:
    """The policies that no fault of the language touches; none where a fault lies in what they may share."""
    faults: dict[Source, list[Span]] = {}
    for found in compiled.diagnostics:
        if found.severity is Severity.ERROR and found.span:
            faults.setdefault(found.span.source, []).append(found.span)
    faulty: set[str] = set()
    for statement in (statement for module in parsed for statement in module.value.statements):
        hit = any(_within(fault, statement.span) for fault in faults.get(statement.span.source, ()))
        if hit and isinstance(statement, (Let, Template)):
            return []
        if hit and isinstance(statement, Policy):
            faulty.add(statement.name.text)
    return [policy for policy in compiled.value.policies if policy.name not in faulty]


def _within(fault: Span, statement: Span) -> bool:
    return statement.start <= fault.start < statement.end
