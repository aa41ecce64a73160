from __future__ import annotations

from collections.abc import Iterator

from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.reporting import from_notes
from policyengine.aws.merge import NoteKind
from policyengine.base.diagnostics import Diagnostic, Harm, Severity
from policyengine.base.rules import Rule

RULE = Rule("PE302", "key-blocked", Severity.WARNING, harm=Harm.NOTHING)


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per policy, entity and topmost blocked key."""
    yield from from_notes(
        facts,
        RULE,
        NoteKind.KEY_BLOCKED,
        "put the key into the policy above, or let that policy say `children may append`",
        "put the key into the policy above, or name `@@append` in `@@operators_allowed_for_child_policies` there",
    )
