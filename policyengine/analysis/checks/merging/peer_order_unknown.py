from __future__ import annotations

from collections.abc import Iterator

from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.reporting import from_notes
from policyengine.aws.merge import NoteKind
from policyengine.base.diagnostics import Diagnostic, Harm, Severity
from policyengine.base.rules import Rule

RULE = Rule("PE304", "peer-order-unknown", Severity.WARNING, harm=Harm.PROTECTION)


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per setting and entity."""
    advice = "name these policies in an `attach` statement in AWS's order, or let only one of them set the value"
    yield from from_notes(facts, RULE, NoteKind.PEER_ORDER_UNKNOWN, advice)
