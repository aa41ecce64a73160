"""Would AWS take a document? A document in, its diagnostics and its admitted part out.

A fault in a template is a single finding, however often the template is used.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from datetime import UTC, datetime

from msgspec.structs import replace

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

_MOST_LABELS = 5  # uses of a template that a finding points at


def admit(document: PolicyDocument, *, at: datetime) -> Outcome[PolicyDocument]:
    """Every reason for which AWS would refuse a document at a moment (UTC where it names no zone).

    All findings are errors; their paths are in small letters, as AWS publishes keys. The value is the document without
    the refused nodes and everything beneath them, the same object where there are none. What no omission can cure (no
    `plans`, too long, not an object) stays: such a value has no plans, or is as long as it was. A document of another
    kind (an SCP, a CloudFormation template) is reported as that and for nothing else.
    """
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    if document.unread:
        message, advice = document.unread
        return Outcome(document, (UNREADABLE_DOCUMENT.at(None, message, help=advice, policies=(document.name,)),))
    if of_another_kind := another_kind(document.content):
        finding = diagnostic(document, Refusal((), of_another_kind, entry=None))
        content = _without_refused(document.content, _refusals(document.content, at), at)
        return Outcome(replace(document, content=content, duplicates=()), (finding,))
    refusals = [*_refusals_of_text(document), *_refusals(document.content, at)]
    if not refusals:
        return Outcome(document)
    diagnostics = tuple(dict.fromkeys(diagnostic(document, refusal) for refusal in refusals))
    content = _without_refused(document.content, refusals, at)
    return Outcome(replace(document, content=content, duplicates=()), diagnostics)


def one_per_cause(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """The findings of any documents, in order; equal findings at a line of a template are joined, with all policies.

    The path and the advice are those of the first use.
    """
    joined: dict[object, Diagnostic] = {}
    for number, finding in enumerate(diagnostics):
        # Labels point at the uses of a template: a finding without them is not in a template.
        span = finding.span if finding.labels else None
        key = (finding.code, finding.message, span.source.name, span.start, span.end) if span else number
        joined[key] = _joined(joined.get(key, finding), finding)
    return list(joined.values())


def _refusals_of_text(document: PolicyDocument) -> Iterator[Refusal]:
    """Refusals for what the content no longer shows: the length of the text, and its repeated keys."""
    most = limits()["policy_characters"]
    if document.size > most:
        yield Refusal((), texts.too_long(document.size, document.minified_size, most), entry=None)
    for duplicate in document.duplicates:
        *parent, key = (step.lower() for step in (*duplicate.path, duplicate.key))
        path = (*parent, key)
        # A repeated operator is a fault of its node; without a certain value the node goes, too.
        node = tuple(parent) if key.startswith("@@") else path
        entry = node if node and key in VALUE_OPERATORS else path
        yield Refusal(node, texts.repeated_key(duplicate.key), entry)


def _refusals(content: Json, at: datetime) -> list[Refusal]:
    """The refusals of all nodes of a document, then those of its switches."""
    if not isinstance(content, dict):
        return [Refusal((), texts.no_object(content), entry=None)]
    walk = Walk(at)
    walk.document(schema(), content)
    for relation, switch in walk.promises:
        walk.refusals.extend(relation_refusals(content, relation, switch, walk.doubtful, at))
    return walk.refusals


def _without_refused(content: Json, refusals: list[Refusal], at: datetime) -> Json:
    """The content without refused nodes, repeated until nothing changes: the rest may lack what it requires."""
    if not isinstance(content, dict):
        return {}
    entries = {refusal.entry for refusal in refusals if refusal.entry}
    while entries and (smaller := _without(content, entries, ())) != content:
        content = smaller
        entries = {refusal.entry for refusal in _refusals(content, at) if refusal.entry}
    return content


def _without(node: dict[str, Json], entries: AbstractSet[Path], path: Path) -> dict[str, Json]:
    kept: dict[str, Json] = {}
    for key, child in node.items():
        child_path = (*path, key.lower())
        if child_path not in entries:
            kept[key] = _without(child, entries, child_path) if isinstance(child, dict) else child
    return kept


def _joined(first: Diagnostic, other: Diagnostic) -> Diagnostic:
    labels = first.labels
    if len(labels) < _MOST_LABELS:
        labels += tuple(label for label in other.labels if label not in labels)
    policies = first.policies + tuple(name for name in other.policies if name not in first.policies)
    return replace(first, labels=labels, policies=policies)
