from __future__ import annotations

from collections.abc import Iterator

from policyengine.analysis.checks.evidence import Facts
from policyengine.base.diagnostics import Diagnostic, Harm, Severity
from policyengine.base.rules import Rule

RULE = Rule("PE309", "policy-not-attached", Severity.WARNING, harm=Harm.NOTHING)


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per policy of the project."""
    attached = {policy for entity in facts.organization.entities for policy in entity.policies}
    for policy in facts.compiled.policies:
        if policy not in attached and facts.compiled.complete:
            message = f"policy `{policy.name}` is not attached to anything"
            yield RULE.at(policy.span, message, help=f"add `attach {policy.name} to ...`", policies=(policy.name,))
