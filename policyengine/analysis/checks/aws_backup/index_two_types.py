from __future__ import annotations

from collections.abc import Iterator

from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.reporting import finding
from policyengine.aws.settings import INDEX
from policyengine.base.diagnostics import Diagnostic, Harm, Severity
from policyengine.base.rules import Rule
from policyengine.base.text import listed, quoted

RULE = Rule("PE516", "index-two-types", Severity.WARNING, harm=Harm.NOTHING)


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per rule."""
    for plan in facts.plans:
        for rule in plan.rules:
            types = tuple(dict.fromkeys(rule.index))
            if len(types) > 1:
                yield finding(
                    RULE,
                    facts,
                    plan,
                    f"{rule.path}/{INDEX.place}",
                    message=f"rule {quoted(rule.name)} indexes {listed(types, 'and')}, expected one type per rule",
                    advice="give each type a rule of its own",
                )
