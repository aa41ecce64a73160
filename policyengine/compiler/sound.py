"""The policies of a project that no fault of its texts touches: AWS's verdict on the others would be guesswork."""

from __future__ import annotations

from collections.abc import Sequence

from policyengine.diagnostics import Outcome, Severity
from policyengine.model.documents import Compiled, PolicyDocument
from policyengine.source import Source, Span
from policyengine.syntax.nodes import Let, Module, Policy, Template


def sound_policies(modules: Sequence[Module], compiled: Outcome[Compiled]) -> list[PolicyDocument]:
    """The policies without a fault of the language; none where a fault lies in what they may share.

    `compiled` has the faults of the texts as well as those that compiling found.
    """
    faults: dict[Source, list[Span]] = {}
    for found in compiled.diagnostics:
        if found.severity is Severity.ERROR and found.span:
            faults.setdefault(found.span.source, []).append(found.span)
    faulty: set[str] = set()
    for statement in (statement for module in modules for statement in module.statements):
        hit = any(_within(fault, statement.span) for fault in faults.get(statement.span.source, ()))
        if hit and isinstance(statement, (Let, Template)):
            return []
        if hit and isinstance(statement, Policy):
            faulty.add(statement.name.text)
    return [policy for policy in compiled.value.policies if policy.name not in faulty]


def _within(fault: Span, statement: Span) -> bool:
    return statement.start <= fault.start < statement.end
