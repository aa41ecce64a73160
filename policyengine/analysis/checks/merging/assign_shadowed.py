from __future__ import annotations

from collections.abc import Iterator

from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.reporting import from_notes
from policyengine.aws.merge import NoteKind
from policyengine.base.diagnostics import Diagnostic, Harm, Severity
from policyengine.base.rules import Rule

RULE = Rule("PE303", "assign-shadowed", Severity.WARNING, harm=Harm.NOTHING)


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per later policy and setting."""
    yield from from_notes(
        facts,
        RULE,
        NoteKind.ASSIGN_SHADOWED,
        "attach the policy that should win first, or take the setting out of the other",
    )
