from __future__ import annotations

from collections.abc import Iterator

from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.reporting import finding, naming
from policyengine.analysis.checks.taken_types import COMPOSITE, selected_anywhere
from policyengine.analysis.checks.weighed_settings import SELECTED_TYPES, in_plan
from policyengine.aws.settings import INDEX
from policyengine.base.diagnostics import Diagnostic, Harm, Severity
from policyengine.base.rules import Fact, Rule
from policyengine.base.text import listed, quoted

RULE = Rule("PE540", "index-of-nothing", Severity.WARNING, harm=Harm.NOTHING, needs=(Fact.OPT_IN,))
WEIGHS = in_plan(SELECTED_TYPES, INDEX)

_HOLDERS = {"EBS": {"EBS", "EC2"}}
"""Types whose backups hold volumes: whether AWS indexes those of an instance its documents do not say."""


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per rule, for all types that its plan does not take."""
    for plan in facts.plans:
        for rule in (rule for rule in plan.rules if rule.index):
            selected = selected_anywhere(facts, plan)
            missing = [name for name in dict.fromkeys(rule.index) if _HOLDERS.get(name, {name}).isdisjoint(selected)]
            if selected and missing and COMPOSITE.isdisjoint(selected):
                which = "" if selected == plan.resource_types else " what is opted in in its Regions, which is"
                yield finding(
                    RULE,
                    facts,
                    plan,
                    f"{rule.path}/{INDEX.place}",
                    message=f"rule {quoted(rule.name)} indexes {listed(missing, 'and')}, but the plan only selects"
                    f"{which} {listed(selected, 'and')}",
                    advice="leave the index out, or select the type",
                    other_paths=naming(plan, selected),
                )
