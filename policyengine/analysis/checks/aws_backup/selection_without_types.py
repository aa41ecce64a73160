from __future__ import annotations

from collections.abc import Iterator

from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.reporting import finding
from policyengine.analysis.checks.weighed_settings import SELECTED_TYPES, in_selection
from policyengine.aws.deployment import Selection
from policyengine.aws.settings import EXCEPT_TYPES
from policyengine.base.diagnostics import Diagnostic, Harm, Severity
from policyengine.base.rules import Rule
from policyengine.base.text import quoted

RULE = Rule("PE531", "selection-without-types", Severity.WARNING, harm=Harm.PROTECTION)
WEIGHS = in_selection(SELECTED_TYPES)


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per selection."""
    for plan in facts.plans:
        for selection in plan.selections:
            if selection.kind == "resource" and (fault := _fault(selection)):
                yield finding(RULE, facts, plan, fault[0], message=fault[1], advice=fault[2])


def _fault(selection: Selection) -> tuple[str, str, str] | None:
    """The place, the message and the advice for a selection that is left without types."""
    name = quoted(selection.name)
    if selection.conditions and not selection.types:
        text = "has conditions and no resource types: AWS Backup wants types or tags, and may select nothing"
        return selection.path, f"selection {name} {text}", 'give it the types that are meant, `"*"` for all of them'
    if selection.types and not selection.reach and _excepts_all(selection):
        path = f"{selection.path}/{EXCEPT_TYPES.place}"
        return path, f"selection {name} excepts all types that it names, and selects nothing", "except fewer types"
    return None


def _excepts_all(selection: Selection) -> bool:
    """Whether the exceptions leave nothing; patterns of another partition select nothing by themselves."""
    return "*" in selection.excepted or "*" in selection.types or set(selection.types) <= set(selection.excepted)
