"""A project up to its attachments: its texts as trees and documents, typed, and attached to a snapshot.

Faults of the language and of attachments end here: everything after would be guesswork.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from policyengine.analysis.requirements import Demands
from policyengine.aws.documents import Compiled, PolicyDocument
from policyengine.aws.organization import Organization
from policyengine.aws.snapshot import Snapshot
from policyengine.base.diagnostics import Diagnostic, Outcome
from policyengine.base.records import Record
from policyengine.base.source import Source
from policyengine.language.compiler import collect_lets, dated_waivers, sound_policies
from policyengine.language.language_rules import UNUSED_DEFINITION
from policyengine.language.syntax.nodes import Let, Module, Require, UsePack, Waive
from policyengine.stages import PURE, Stages


class Commitments(Record):
    """The statements of a project's files beside policies and attachments.

    `requirements` are the names that can be waived, None where a text with faults may hold more. `packs` has the names
    of the requirements of each pack that is used.
    """

    demands: Demands
    waives: tuple[Waive, ...]
    requirements: frozenset[str] | None
    packs: Mapping[str, Collection[str]]


class ProjectTexts(Record):
    """Files through the stages that need no snapshot: syntax trees, and what they compile to.

    `compiled` has the faults of the syntax as well.
    """

    parsed: tuple[Outcome[Module], ...]
    compiled: Outcome[Compiled]

    @property
    def modules(self) -> tuple[Module, ...]:
        """The trees, in the order of the files."""
        return tuple(outcome.value for outcome in self.parsed)

    @property
    def sound(self) -> list[PolicyDocument]:
        """The policies that no fault of the language touches."""
        return sound_policies(self.modules, self.compiled)


class AttachedProject(Record):
    """A project up to the faults that are the language's or the attachments'; no organization without a snapshot."""

    texts: ProjectTexts
    demands: Demands
    organization: Organization | None
    diagnostics: tuple[Diagnostic, ...]
    failed: bool


def texts_of(sources: Iterable[Source], partition: str, stages: Stages) -> ProjectTexts:
    """The trees and documents of `.bpol` texts, with every fault of the language."""
    parsed = stages.parse(sources)
    compiled = stages.compile([outcome.value for outcome in parsed], partition)
    faults = tuple(diagnostic for outcome in parsed for diagnostic in outcome.diagnostics)
    diagnostics = _without_unused(compiled.diagnostics) if faults else compiled.diagnostics
    return ProjectTexts(parsed, Outcome(compiled.value, (*faults, *diagnostics)))


def _without_unused(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """The findings of a text with faults: what was not read, or is misspelt, may be the use of a definition."""
    return tuple(diagnostic for diagnostic in diagnostics if diagnostic.code != UNUSED_DEFINITION.code)


def _project(
    texts: ProjectTexts, snapshot: Snapshot | None, stored: Sequence[str], stages: Stages, *, only_project: bool
) -> AttachedProject:
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
    return AttachedProject(texts, typed.value, organization, diagnostics, any(outcome.failed for outcome in outcomes))


def with_snapshot(
    texts: ProjectTexts, snapshot: Source | None, stages: Stages, *, only_project: bool
) -> AttachedProject:
    """Texts, typed and attached to a snapshot, which is let go: half a kilobyte an account."""
    read = stages.read_snapshot(snapshot) if snapshot else None
    stored = tuple(read.policies or ()) if read else ()
    return _project(texts, read, stored, stages, only_project=only_project)


def of_snapshot(sources: Iterable[Source], snapshot: Source, partition: str, *, only_project: bool) -> AttachedProject:
    """A project for `test` and `prove`: with `only_project` its tests may name none of the snapshot's policies."""
    texts = texts_of(sources, partition, PURE)
    read = PURE.read_snapshot(snapshot)
    return _project(texts, read, () if only_project else tuple(read.policies or ()), PURE, only_project=only_project)


def commitments_of(project: AttachedProject) -> Commitments:
    """The statements of a project's files beside policies and attachments."""
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
    return Commitments(project.demands, dated, requirements, packs)
