"""Findings about the settings of a plan: place, policies and accounts come from the plan, one finding per cause."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from policyengine.analysis.checks.evidence import Facts, place, used_here, written_at
from policyengine.aws.deployment import (
    DeployedPlan,
    Destination,
    Origin,
    PlacedRule,
    Plan,
    Selection,
    origin,
    origins,
    policies,
)
from policyengine.aws.documents import ASSIGN, PolicyDocument
from policyengine.aws.facts import types_of_pattern
from policyengine.aws.merge import Note, NoteKind, Resolved, Value, keys, operand
from policyengine.aws.note_words import note_detail, note_in_words
from policyengine.aws.organization import Entity
from policyengine.aws.settings import (
    CONDITION_KEY,
    CONDITION_VALUE,
    CONTINUOUS,
    COPY_TARGET,
    RETAIN,
    SELECTIONS,
    TAG_KEY,
    TAG_VALUE,
    TYPES,
)
from policyengine.base.diagnostics import Diagnostic, Label, Severity
from policyengine.base.rules import Rule
from policyengine.language.compiler import value_as_written

_WORD = re.compile(r"\w+")
_SHOWN = 5  # further places that a finding points at
# Settings without which AWS refuses a fragment that mentions their block (semantics.md section 9, R35).
_REQUIRED = frozenset({row.aws_key for row in (TAG_KEY, TAG_VALUE, COPY_TARGET, CONDITION_KEY, CONDITION_VALUE)})


def finding(  # noqa: PLR0913 - the parts of a finding
    rule: Rule,
    facts: Facts,
    plan: Plan | DeployedPlan,
    path: str,
    *,
    message: str,
    advice: str,
    region: str = "",
    other_paths: Iterable[str] = (),
    severity: Severity | None = None,
) -> Diagnostic:
    """A case of a rule at the setting or block of a plan that a path leads to, for all accounts with that plan.

    Where a template writes the setting, a label names its use.
    Give a `DeployedPlan` where the finding depends on what is around the accounts. `other_paths` are those of settings
    that it is about. Equal findings become one later, so the message must not name or count accounts.
    """
    bare = plan.plan if isinstance(plan, DeployedPlan) else plan
    written = origin(bare, path)
    others = [author.span for other in other_paths if (author := origin(bare, other)) and author.span]
    diagnostic = rule.at(
        written.span if written else None,
        message,
        help=advice,
        path=path,
        region=region,
        labels=(*_used(written), *(Label(span, "and this") for span in dict.fromkeys(others))),
        accounts=facts.accounts_with(plan),
        policies=policies(bare, (path, *other_paths)),
    )
    return diagnostic.with_severity(severity) if severity else diagnostic


def _used(written: Origin | None) -> tuple[Label, ...]:
    """The place that uses the template in which a setting is written."""
    return (Label.use(written.used_at),) if written and written.used_at else ()


def about_all(diagnostic: Diagnostic, places: Sequence[tuple[Plan, str]], accounts: Iterable[str]) -> Diagnostic:
    """A finding at the first of several places that concerns the plans of the others as well, for accounts with all."""
    authors = [author for plan, path in places for author in origins(plan, path)]
    written = [each for plan, path in places if (each := origin(plan, path))]
    others = dict.fromkeys(each.span for each in written if each.span and each.span != diagnostic.span)
    used = dict.fromkeys(each.used_at for each in written if each.used_at)
    names = [author.policy.name for author in sorted(authors, key=lambda author: len(author.entity.chain))]
    labels = (*(Label.use(span) for span in used), *(Label(span, "and this") for span in others))
    policies = tuple(dict.fromkeys(names))
    return replace(diagnostic, labels=labels[:_SHOWN], accounts=tuple(sorted(accounts)), policies=policies)


def about_each(diagnostic: Diagnostic, places: Sequence[tuple[Plan, str]], accounts: Iterable[str]) -> Diagnostic:
    """`about_all` for places that are each at fault by themselves."""
    return replace(about_all(diagnostic, places, accounts), places=tuple(path for _, path in places))


def naming(plan: Plan, types: Collection[str]) -> tuple[str, ...]:
    """The effective paths of the lists in which resource selections name any of these types."""
    named = [selection for selection in plan.selections if selection.names_types and set(types) & set(selection.reach)]
    return tuple(f"{selection.path}/{TYPES.place}" for selection in named)


def crossing(rule: PlacedRule) -> Iterator[Destination]:
    """The destinations of a rule in other accounts than the one that runs the plan."""
    return (place for place in rule.destinations if place.crosses)


def fits(kind: str | None, place: Destination) -> bool:
    """Whether a vault of a type of the snapshot, None where it has none, may be what a setting of a rule names."""
    unfit = {"vault": "logically_air_gapped", "air_gapped": "standard"}
    return kind is None or kind != unfit.get(place.setting)


def words(plan: Plan, selection: Selection) -> frozenset[str]:
    """The words with which authors write the types of a selection: they tell types apart that share a pattern."""
    written = origins(plan, f"{selection.path}/{TYPES.place}")
    return frozenset(word for each in written if each.span for word in _WORD.findall(each.span.text))


def called(plan: Plan, selection: Selection) -> tuple[str, ...]:
    """The types that a selection names: of those that share a pattern the ones that its author calls by their names.

    All of them where the author writes the pattern.
    """
    written = words(plan, selection)
    groups = [frozenset(group) for group in types_of_pattern("aws").values()]
    unmeant = {name for group in groups if not written.isdisjoint(group) for name in group - written}
    return tuple(name for name in selection.reach if name not in unmeant)


class PolicyEffect(NamedTuple):
    """The effect of a policy on a setting, in words that fit every place; `by` names the policies in its way.

    `text` has AWS's words, which identify the finding; `in_language` those of the language, for a policy with a text.
    `by_documents` says that the policies in its way are AWS's documents, without a text of the language.
    """

    policy: PolicyDocument
    path: str
    operator: str
    text: str
    by: tuple[str, ...] = ()
    in_language: str = ""
    by_documents: bool = False


Case = tuple[PolicyEffect, Entity, Sequence[str]]


def findings(rule: Rule, cases: Iterable[Case], advice: str, of_documents: str = "") -> Iterator[Diagnostic]:
    """A finding for each cause of the cases: cause, entity where the policy is attached, accounts concerned.

    `of_documents` is the advice where it is about a change of AWS's documents.
    """
    entities: dict[PolicyEffect, list[Entity]] = {}
    accounts: dict[PolicyEffect, set[str]] = {}
    for cause, entity, ids in cases:
        entities.setdefault(cause, []).append(entity)
        accounts.setdefault(cause, set()).update(ids)
    for cause, places in entities.items():
        span = written_at(cause.policy, cause.path, cause.operator)
        where = f"policy `{cause.policy.name}` at {_places(places)}"
        text = cause.in_language if span and cause.in_language else cause.text
        yield rule.at(
            span,
            f"{where}: {text}",
            formerly=f"{where}: {cause.text}",
            help=of_documents if of_documents and cause.by_documents else advice,
            labels=used_here(cause.policy, cause.path, cause.operator),
            path=cause.path,
            accounts=tuple(sorted(accounts[cause])),
            policies=tuple(dict.fromkeys((*cause.by, cause.policy.name))),
            values=(cause.text,),
        )


def from_notes(facts: Facts, rule: Rule, kind: NoteKind, advice: str, of_documents: str = "") -> Iterator[Diagnostic]:
    """A finding of a rule for each cause among the notes of a kind, with advice as `findings` takes it."""
    cases = [
        (_effect(note), note.entity, accounts)
        for note, result, accounts in facts.notes
        if note.kind is kind and not _is_required_repetition(note, result) and not _is_guess(note)
    ]
    return findings(rule, cases, advice, of_documents)


def _effect(note: Note) -> PolicyEffect:
    in_language = note_in_words(note, lambda value: value_as_written(note.path, value))
    names = tuple(peer.policy.name for peer in note.by)
    by_documents = bool(note.by) and not any(peer.policy.origins for peer in note.by)
    return PolicyEffect(note.policy, note.path, note.operator, note_detail(note), names, in_language, by_documents)


def must_be_repeated(policy: PolicyDocument, path: str) -> bool:
    """Whether AWS would refuse the policy without this setting, whatever it inherits (R35; facts 1.4.4)."""
    steps = keys(path)
    if steps[-1] == RETAIN.aws_key:
        rule = "/".join(path.split("/")[:4])
        return operand(policy.content, f"{rule}/{CONTINUOUS.place}", ASSIGN) == "true"
    return steps[-1] in _REQUIRED or (steps[-1] == TYPES.place and steps[2:3] == (SELECTIONS,))


def _is_required_repetition(note: Note, result: Resolved) -> bool:
    """A value that says again what is in force, because AWS wants it in every fragment: no finding."""
    if note.operator != ASSIGN or not must_be_repeated(note.policy, note.path):
        return False
    return operand(note.policy.content, note.path, ASSIGN) == _in_force(note, result)


def _is_guess(note: Note) -> bool:
    """The first among peers of unknown order is a guess; `peer-order-unknown` reports what depends on it."""
    entity = note.entity
    unordered = [policy for policy in entity.policies[: entity.unordered] if policy.name not in entity.project_order]
    return note.kind is NoteKind.ASSIGN_SHADOWED and (note.policy in unordered or note.by[0].policy in unordered)


def _in_force(note: Note, result: Resolved) -> Value | None:
    if note.kind is NoteKind.ASSIGN_SHADOWED:
        return operand(note.by[0].policy.content, note.path, ASSIGN)
    inherited = result.above.root.find(keys(note.path)) if result.above else None
    return inherited.setting.value if inherited else None


def _places(entities: Sequence[Entity]) -> str:
    """One place by name; several are neither named nor counted, since a waiver may leave some of their accounts."""
    return place(entities[0]) if len(set(entities)) == 1 else "several places"
