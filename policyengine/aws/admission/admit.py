"""Would AWS take a document? One document in, its refusals out.

A fault in a template is one finding, however many rules are like it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import UTC, datetime

from policyengine.aws.admission import messages as texts
from policyengine.aws.admission.admission_rules import UNREADABLE_DOCUMENT
from policyengine.aws.admission.messages import Path, Refusal, diagnostic
from policyengine.aws.admission.other_documents import another_kind
from policyengine.aws.admission.policy_schema import schema
from policyengine.aws.admission.relations import relation_refusals
from policyengine.aws.admission.walk import Walk
from policyengine.aws.documents import VALUE_OPERATORS, Json, PolicyDocument
from policyengine.aws.facts import limits
from policyengine.base.diagnostics import Diagnostic, Outcome


def admit(document: PolicyDocument, *, at: datetime) -> Outcome[PolicyDocument]:
    """Every reason for which AWS would refuse a document at a moment (UTC where it names no zone).

    All findings are errors; their paths are folded as AWS publishes keys. The value is the document without the
    refused nodes and what is beneath them, the same object where there are none. What cannot be cured by leaving
    something out (no `plans`, too long, not an object) stays: such a value has no plans, or is as long as it was. A
    document of another kind is told as that, and nothing else of it.
    """
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    if document.unread:
        message, advice = document.unread
        return Outcome(document, (UNREADABLE_DOCUMENT.at(None, message, help=advice, policies=(document.name,)),))
    if of_another_kind := another_kind(document.content):
        said = diagnostic(document, Refusal((), of_another_kind, entry=None))
        content = _without_refused(document.content, _examine(document.content, at), at)
        return Outcome(replace(document, content=content, duplicates=()), (said,))
    refusals = [*_whole(document), *_examine(document.content, at)]
    if not refusals:
        return Outcome(document)
    found = tuple(dict.fromkeys(diagnostic(document, refusal) for refusal in refusals))
    content = _without_refused(document.content, refusals, at)
    return Outcome(replace(document, content=content, duplicates=()), found)


def _whole(document: PolicyDocument) -> Iterator[Refusal]:
    """What is wrong with the text as a whole: its length, and keys that the reader could not keep."""
    most = limits()["policy_characters"]
    if document.size > most:
        yield Refusal((), texts.too_long(document.size, document.minified_size, most), entry=None)
    for duplicate in document.duplicates:
        *place, key = (step.lower() for step in (*duplicate.path, duplicate.key))
        path = (*place, key)
        node = tuple(place) if key.startswith("@@") else path
        entry = node if node and key in VALUE_OPERATORS else path
        yield Refusal(node, texts.repeated_key(duplicate.key), entry)


def _examine(content: Json, at: datetime) -> list[Refusal]:
    if not isinstance(content, dict):
        return [Refusal((), texts.no_object(content), entry=None)]
    walk = Walk(at)
    walk.document(schema(), content)
    for switch in walk.promises:
        walk.refusals.extend(relation_refusals(content, switch, walk.doubtful, at))
    return walk.refusals


def _without_refused(content: Json, refusals: list[Refusal], at: datetime) -> Json:
    """The content without refused nodes; again, since what is left may lack what it needs, until nothing changes."""
    if not isinstance(content, dict):
        return {}
    entries = {refusal.entry for refusal in refusals if refusal.entry}
    while entries and (smaller := _without(content, entries, ())) != content:
        content = smaller
        entries = {refusal.entry for refusal in _examine(content, at) if refusal.entry}
    return content


def _without(node: dict[str, Json], entries: AbstractSet[Path], path: Path) -> dict[str, Json]:
    kept: dict[str, Json] = {}
    for key, child in node.items():
        child_path = (*path, key.lower())
        if child_path not in entries:
            kept[key] = _without(child, entries, child_path) if isinstance(child, dict) else child
    return kept


_SHOWN = 5  # uses of a template that a finding points at


def one_per_cause(found: Iterable[Diagnostic]) -> list[Diagnostic]:
    """The findings of any documents, in order; equal ones at one line of a template are one, about all its policies.

    The path and the advice are those of the first use.
    """
    kept: dict[object, Diagnostic] = {}
    for number, one in enumerate(found):
        # Only what stands somewhere else than where it is used has a label.
        span = one.span if one.labels else None
        key = (one.code, one.message, span.source.name, span.start, span.end) if span else number
        kept[key] = _joined(kept.get(key, one), one)
    return list(kept.values())


def _joined(first: Diagnostic, other: Diagnostic) -> Diagnostic:
    labels = first.labels
    if len(labels) < _SHOWN:
        labels += tuple(label for label in other.labels if label not in labels)
    policies = first.policies + tuple(name for name in other.policies if name not in first.policies)
    return replace(first, labels=labels, policies=policies)
