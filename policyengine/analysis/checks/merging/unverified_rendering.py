from __future__ import annotations

from collections.abc import Iterator

from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.reporting import from_notes
from policyengine.aws.merge import NoteKind
from policyengine.base.diagnostics import Diagnostic, Harm, Severity
from policyengine.base.rules import Rule

RULE = Rule("PE311", "unverified-rendering", Severity.INFO, harm=Harm.NOTHING)


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per setting."""
    yield from from_notes(
        facts, RULE, NoteKind.UNVERIFIED_RENDERING, "write each value once; do not remove the last type of an index"
    )
