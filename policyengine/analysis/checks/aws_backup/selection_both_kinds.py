from __future__ import annotations

from collections.abc import Iterator

from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.reporting import finding
from policyengine.aws.deployment import Plan, Selection, origin
from policyengine.aws.settings import CONDITION_KEY, CONDITION_VALUE
from policyengine.base.catalogue.example_projects import one_rule
from policyengine.base.diagnostics import Diagnostic, Harm, Rule, Severity
from policyengine.base.text import listed, quoted

_SHOWN = 3  # tags in a message
_LONGEST = 500  # characters of a condition
_RULE = 'schedule = daily at 05:00\nvault = "Main"\nretain = 35 days\n'
_TAGGED = 'tag selection tagged { role = "Backup"  key = "backup"  values = ["yes"] }\n'

RULE = Rule(
    code="PE520",
    name="selection-both-kinds",
    severity=Severity.WARNING,
    title="a plan selects by tag and by resource type",
    rationale=(
        "In AWS Backup tags and types add up: the plan takes all resources of the types and, beside these, everything"
        " with the tag, of any type. Who means the resources of a type that have the tag asks for the tag in a"
        " condition. AWS's documentation of policies calls the two kinds mutually exclusive, and Organizations has been"
        " seen to take both. They can also meet where a policy further down adds a selection to an inherited plan."
    ),
    bad=one_rule(_RULE, selection=_TAGGED + 'resource selection databases { role = "Backup"  types = [RDS] }'),
    good=one_rule(
        _RULE,
        selection="""\
resource selection databases {
  role = "Backup"
  types = [RDS]
  where tagged: "aws:ResourceTag/backup" == "yes"
}""",
    ),
    reference="facts 3.4, 3.13, 3; semantics.md R29, C8",
    aws_pages=("https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_backup_syntax.html",),
    harm=Harm.NOTHING,
)


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
    pair = f'"{CONDITION_KEY.aws_key}": {{"@@assign": "{key}"}}, "{CONDITION_VALUE.aws_key}": {{"@@assign": "{value}"}}'
    return quoted(f'"conditions": {{"string_equals": {{"tagged": {{{pair}}}}}}}', _LONGEST)
