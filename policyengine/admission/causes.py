"""One finding for one cause: a fault in a template is one fault, however many rules are like it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from policyengine.diagnostics import Diagnostic

_SHOWN = 5  # uses of a template that a finding points at


def one_per_cause(found: Iterable[Diagnostic]) -> list[Diagnostic]:
    """The findings of any documents, in order; equal ones at one line of a template are one, about all its policies.

    The path and the advice are those of the first use.
    """
    kept: dict[object, Diagnostic] = {}
    for number, diagnostic in enumerate(found):
        # Only what stands somewhere else than where it is used has a label.
        span = diagnostic.span if diagnostic.labels else None
        key = (diagnostic.code, diagnostic.message, span.source.name, span.start, span.end) if span else number
        kept[key] = _joined(kept.get(key, diagnostic), diagnostic)
    return list(kept.values())


def _joined(first: Diagnostic, other: Diagnostic) -> Diagnostic:
    labels = first.labels
    if len(labels) < _SHOWN:
        labels += tuple(label for label in other.labels if label not in labels)
    policies = first.policies + tuple(name for name in other.policies if name not in first.policies)
    return replace(first, labels=labels, policies=policies)
