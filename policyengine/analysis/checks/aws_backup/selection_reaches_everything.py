from __future__ import annotations

from collections.abc import Iterator

from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.reporting import finding
from policyengine.base.diagnostics import Diagnostic, Harm, Severity
from policyengine.base.rules import Rule
from policyengine.base.text import quoted

RULE = Rule("PE519", "selection-reaches-everything", Severity.INFO, harm=Harm.NOTHING)


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per selection; where nothing is opted in, `opt-in-off` tells that it takes nothing."""
    for plan in facts.plans:
        if plan.regions and all(facts.opted_in(region) == frozenset() for region in plan.regions):
            continue
        for selection in plan.selections:
            if "*" in selection.types and not selection.excepted and not selection.conditions:
                yield finding(
                    RULE,
                    facts,
                    plan,
                    f"{selection.path}/resource_types",
                    message=f"selection {quoted(selection.name)} takes every resource of every type",
                    advice="name types, except some, or add a condition, unless all of them are meant",
                )
