from __future__ import annotations

from collections.abc import Iterator

from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.reporting import from_notes
from policyengine.aws.merge import NoteKind
from policyengine.base.diagnostics import Diagnostic, Harm, Severity
from policyengine.base.rules import Rule

RULE = Rule("PE301", "operator-blocked", Severity.WARNING, harm=Harm.NOTHING)


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per policy, entity, setting and operator."""
    yield from from_notes(
        facts,
        RULE,
        NoteKind.OPERATOR_BLOCKED,
        "leave the setting out, or allow the operator with `children may` in the policy above",
        "leave the setting out, or allow it with `@@operators_allowed_for_child_policies` in the policy above",
    )
