from __future__ import annotations

from collections.abc import Iterator

from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.reporting import finding
from policyengine.aws.deployment import Plan, Selection, origin
from policyengine.base.diagnostics import Diagnostic, Harm, Severity
from policyengine.base.rules import Rule
from policyengine.base.text import listed, quoted

_SHOWN = 3  # tags in a message
_LONGEST = 500  # characters of a condition

RULE = Rule("PE520", "selection-both-kinds", Severity.WARNING, harm=Harm.NOTHING)


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per plan, at its resource selections."""
    for plan in facts.plans:
        tagged = [selection for selection in plan.selections if selection.kind == "tag"]
        typed = [selection for selection in plan.selections if selection.kind == "resource"]
        if tagged and typed:
            yield finding(
                RULE,
                facts,
                plan,
                f"{plan.path}/selections/resources",
                message=f"plan {quoted(plan.name)} takes {_resources(typed)} and also everything tagged "
                f"{_tags(tagged)}, of any type: the two add up",
                advice=f"to take only what has both, ask for the tag in a condition: {_condition(plan, tagged[0])}",
                beside=(f"{plan.path}/selections/tags",),
            )


def _resources(selections: list[Selection]) -> str:
    """What resource selections take, in words."""
    if any(not selection.names_types for selection in selections):
        return "resources of every type"
    types = listed(dict.fromkeys(name for selection in selections for name in selection.types), "and")
    return f"{'resources' if any(selection.conditions for selection in selections) else 'all resources'} of {types}"


def _tags(selections: list[Selection]) -> str:
    pairs = dict.fromkeys((selection.key, value) for selection in selections for value in selection.values)
    return " or ".join(f"{quoted(key)} = {quoted(value)}" for key, value in list(pairs)[:_SHOWN]) + (
        " or otherwise" if len(pairs) > _SHOWN else ""
    )


def _condition(plan: Plan, selection: Selection) -> str:
    """The condition that asks for the tag of a selection, as the policy would have to say it."""
    key, value = f"aws:ResourceTag/{selection.key}", next(iter(selection.values), "")
    written = origin(plan, f"{plan.path}/selections/resources")
    if written and written.span:
        return quoted(f'where tagged: "{key}" == "{value}"', _LONGEST)
    pair = f'"condition_key": {{"@@assign": "{key}"}}, "condition_value": {{"@@assign": "{value}"}}'
    return quoted(f'"conditions": {{"string_equals": {{"tagged": {{{pair}}}}}}}', _LONGEST)
