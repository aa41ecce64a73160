from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from itertools import chain, count

from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.reporting import finding
from policyengine.aws.deployment import Plan, Selection, origin
from policyengine.aws.merge import keys
from policyengine.aws.settings import CONDITION_KEY, CONDITION_VALUE, CONDITIONS, RESOURCE_SELECTION, TAG_SELECTION
from policyengine.base.diagnostics import Diagnostic, Harm, Severity
from policyengine.base.rules import Rule
from policyengine.base.text import listed, quoted
from policyengine.language.syntax import quote

_SHOWN = 3  # tags in a message
_LONGEST = 500  # characters of a condition

RULE = Rule("PE520", "selection-both-kinds", Severity.WARNING, harm=Harm.NOTHING)


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per plan, at its resource selections."""
    for plan in facts.plans:
        tagged = [selection for selection in plan.selections if selection.kind == "tag" and selection.values]
        typed = [selection for selection in plan.selections if selection.kind == "resource"]
        if tagged and typed:
            yield finding(
                RULE,
                facts,
                plan,
                f"{plan.path}/{RESOURCE_SELECTION.place}",
                message=f"plan {quoted(plan.name)} takes {_resources(typed)} and also everything tagged "
                f"{_tags(tagged)}, of any type: the two add up",
                advice=f"to take only what has both, {_instead(plan, tagged, typed)}",
                other_paths=(f"{plan.path}/{TAG_SELECTION.place}",),
            )


def _resources(selections: list[Selection]) -> str:
    """The resources that selections take, in words."""
    if any(not selection.names_types for selection in selections):
        return "resources of every type"
    types = listed(dict.fromkeys(name for selection in selections for name in selection.types), "and")
    return f"{'resources' if any(selection.conditions for selection in selections) else 'all resources'} of {types}"


def _tags(selections: list[Selection]) -> str:
    pairs = dict.fromkeys((selection.key, value) for selection in selections for value in selection.values)
    return " or ".join(f"{quoted(key)} = {quoted(value)}" for key, value in list(pairs)[:_SHOWN]) + (
        " or otherwise" if len(pairs) > _SHOWN else ""
    )


def _instead(plan: Plan, tagged: Sequence[Selection], typed: Sequence[Selection]) -> str:
    """Advice for taking the resources that have a type and a tag: conditions hold together, selections add up."""
    names = [selection.name for selection in tagged]
    leave_out = f"leave out {'selections' if len(names) > 1 else 'selection'} {listed(names, 'and')}"
    pairs = {(selection.key, value) for selection in tagged for value in selection.values}
    more = f"{leave_out}{',' if len(names) > 1 else ''} and"
    if any(selection.conditions for selection in tagged):
        return f"{more} ask for all of it in conditions of the resource selections"
    if _ask_already(typed, pairs):
        return f"{leave_out}: the resource selections ask for the tag already"
    if len(pairs) > 1:
        return f"{more} write one resource selection for each tag that asks for it in a condition"
    where = ", in each resource selection" if len(typed) > 1 else ""
    return f"{more} ask for the tag in a condition: {_condition(plan, typed, *pairs)}{where}"


def _ask_already(typed: Sequence[Selection], pairs: Collection[tuple[str, str]]) -> bool:
    """Whether the same types are selected once for each of the tags, and never without one."""
    asked = {(selection.types, selection.excepted): set[tuple[str, str]]() for selection in typed}
    for selection in typed:
        conditions = {(each.key, each.value) for each in selection.conditions if each.operator == "string_equals"}
        own = {(key, value) for key, value in pairs if (_of_resource(key), value) in conditions}
        if not own:
            return False
        asked[selection.types, selection.excepted] |= own
    return all(own == pairs for own in asked.values())


def _of_resource(key: str) -> str:
    return f"aws:ResourceTag/{key}"


def _condition(plan: Plan, typed: Sequence[Selection], pair: tuple[str, str]) -> str:
    """The condition that asks for a tag, as the policy would have to say it, under a name that is free."""
    key, value = _of_resource(pair[0]), pair[1]
    taken = {keys(each.path)[-1] for selection in typed for each in selection.conditions}
    name = next(name for name in chain(["tagged"], (f"tagged-{number}" for number in count(2))) if name not in taken)
    written = origin(plan, f"{plan.path}/{RESOURCE_SELECTION.place}")
    if written and written.span:
        return quoted(f"where {name}: {quote(key)} == {quote(value)}", _LONGEST)
    both = {CONDITION_KEY.aws_key: {"@@assign": key}, CONDITION_VALUE.aws_key: {"@@assign": value}}
    conditions = json.dumps({CONDITIONS: {"string_equals": {name: both}}}, ensure_ascii=False)
    return quoted(conditions.removeprefix("{").removesuffix("}"), _LONGEST)
