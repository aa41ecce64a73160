from __future__ import annotations

from collections.abc import Iterator

from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.reporting import finding
from policyengine.analysis.checks.weighed_settings import SELECTED_TYPES, in_selection
from policyengine.aws.facts.names import is_everything
from policyengine.aws.settings import TYPES
from policyengine.base.diagnostics import Diagnostic, Harm, Severity
from policyengine.base.rules import Fact, Rule
from policyengine.base.text import quoted

RULE = Rule("PE519", "selection-reaches-everything", Severity.INFO, harm=Harm.NOTHING, needs=(Fact.OPT_IN,))
WEIGHS = in_selection(SELECTED_TYPES)


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per selection; where nothing is opted in in a Region, `opt-in-off` reports that it takes nothing."""
    for plan in facts.plans:
        opt_ins = [on for on in map(facts.opted_in, plan.regions) if on is not None]
        if not all(opt_ins):
            continue
        which = "" if all(map(is_everything, opt_ins)) else " that is opted in"
        for selection in plan.selections:
            if "*" in selection.types and not selection.excepted and not selection.conditions:
                yield finding(
                    RULE,
                    facts,
                    plan,
                    f"{selection.path}/{TYPES.place}",
                    message=f"selection {quoted(selection.name)} takes every resource of every type{which}",
                    advice="name types, except some, or add a condition, unless all of them are meant",
                )
