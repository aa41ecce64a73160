from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from policyengine.analysis.checks.evidence import Facts, meetings_of_plans
from policyengine.analysis.checks.reporting import about_all, finding
from policyengine.analysis.checks.weighed_settings import SELECTED_TYPES, in_plan
from policyengine.aws.deployment import Meeting, Plan, origins
from policyengine.aws.documents import PolicyDocument
from policyengine.aws.facts import resource_types
from policyengine.aws.settings import CONDITIONS, REGIONS, SELECTED_KEY, SELECTED_VALUES, SELECTIONS
from policyengine.base.diagnostics import Diagnostic, Harm, Severity
from policyengine.base.rules import Rule
from policyengine.base.text import listed, quoted

RULE = Rule("PE534", "resources-in-two-plans", Severity.INFO, harm=Harm.NOTHING)
WEIGHS = in_plan(SELECTED_TYPES, REGIONS, SELECTED_KEY, SELECTED_VALUES, frozenset({CONDITIONS}))


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per two plans, for all accounts that have both."""
    for meeting, accounts in meetings_of_plans(facts).items():
        if not _authors(meeting.first).isdisjoint(_authors(meeting.second)):
            continue
        first, second = f"{meeting.first.path}/{SELECTIONS}", f"{meeting.second.path}/{SELECTIONS}"
        names = f"{quoted(meeting.first.name)} and {quoted(meeting.second.name)}"
        diagnostic = finding(
            RULE,
            facts,
            meeting.second,
            second,
            message=f"plans {names} both back up {_what(meeting)}",
            advice="where one is to replace the other, give both the same name: only plans of one name merge",
        )
        yield about_all(diagnostic, ((meeting.second, second), (meeting.first, first)), accounts)


def _authors(plan: Plan) -> set[PolicyDocument]:
    """The policies that say what a plan selects; who writes two plans side by side means both."""
    return {author.policy for author in origins(plan, f"{plan.path}/{SELECTIONS}")}


def _what(meeting: Meeting) -> str:
    """The resources that both select: those with a tag, or all of some types."""
    tags = dict.fromkeys(
        (selection.key, value)
        for selection, other in product(meeting.first.selections, meeting.second.selections)
        for value in selection.values
        if selection.kind == "tag" and selection.key == other.key and value in other.values
    )
    if tags:
        return f"what is tagged {' or '.join(f'{quoted(key)} = {quoted(value)}' for key, value in tags)}"
    types = [name for name in resource_types("aws") if name in meeting.types]
    return (
        "resources of every type"
        if len(types) == len(resource_types("aws"))
        else f"resources of {listed(types, 'and')}"
    )
