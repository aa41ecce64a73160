from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.reporting import finding
from policyengine.aws.deployment import Plan, View
from policyengine.aws.facts import adjustable_limits, limits
from policyengine.aws.settings import (
    BY_TAGS,
    CONDITIONS,
    COPY_BLOCK,
    RECOVERY_POINT_TAGS,
    REGIONS,
    SELECTED_VALUES,
    SELECTIONS,
)
from policyengine.base.diagnostics import Diagnostic, Harm, Severity
from policyengine.base.rules import Rule
from policyengine.base.text import quoted

RULE = Rule("PE518", "quota-exceeded", Severity.WARNING, harm=Harm.BACKUP)

_ADVICE = {
    "copies_in_rule": "give the rest to another rule, whose start window does not overlap this one's",
    "recovery_point_tags": "leave some out",
    "selections_in_plan": "give the rest to another plan",
    "tag_selections_in_plan": "give the rest to another plan, or put values of one key together",
    "tags_in_selection": "give the rest to another selection",
    "conditions_in_selection": "ask for fewer tags",
    "plans_per_region": "ask AWS for more, or put plans together",
}


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per place that has too many, and per Region with too many plans."""
    for plan, (quota, path, what) in facts.each(facts.plans, _exceeded):
        yield _finding(facts, plan, path, f"{what}, expected at most {limits()[quota]}", quota)
    for view in facts.deployment.candidates:
        yield from _plans(facts, view)


def _exceeded(plan: Plan) -> Iterator[tuple[str, str, str]]:
    """The quotas that the plan exceeds: where, and by how many, in words."""
    return ((quota, path, what) for quota, count, path, what in _counts(plan) if count > limits()[quota])


def _counts(plan: Plan) -> Iterator[tuple[str, int, str, str]]:
    """Quota, how many there are, where, and the same in words."""
    for rule in plan.rules:
        copies, tags, name = len(rule.copies), len(rule.tags), quoted(rule.name)
        yield "copies_in_rule", copies, f"{rule.path}/{COPY_BLOCK.place}", f"rule {name} has {copies} copies"
        text = f"rule {name} adds {tags} tags to a backup"
        yield "recovery_point_tags", tags, f"{rule.path}/{RECOVERY_POINT_TAGS.place}", text
    every, tagged = len(plan.selections), sum(selection.kind == "tag" for selection in plan.selections)
    path, name = f"{plan.path}/{SELECTIONS}", quoted(plan.name)
    yield "selections_in_plan", every, path, f"plan {name} has {every} selections"
    yield "tag_selections_in_plan", tagged, f"{path}/{BY_TAGS}", f"plan {name} has {tagged} tag selections"
    for selection in plan.selections:
        values, conditions = len(selection.values), len(selection.conditions)
        text = f"selection {quoted(selection.name)} has"
        yield "tags_in_selection", values, f"{selection.path}/{SELECTED_VALUES.place}", f"{text} {values} tag values"
        yield "conditions_in_selection", conditions, f"{selection.path}/{CONDITIONS}", f"{text} {conditions} conditions"


def _plans(facts: Facts, view: View) -> Iterator[Diagnostic]:
    """The accounts are those of the view: others may have the plan that is one too many, and fewer beside it."""
    most = limits()["plans_per_region"]
    if len(view.plans) <= most:
        return
    accounts = tuple(account.id or "" for account in view.accounts)
    for region in dict.fromkeys(region for deployed in view.plans for region in deployed.plan.regions):
        plans = [deployed.plan for deployed in view.plans if region in deployed.plan.regions]
        if len(plans) > most:
            text = f"{len(plans)} plans run in {quoted(region)}, expected at most {most} unless AWS raised the quota"
            diagnostic = _finding(facts, plans[most], f"{plans[most].path}/{REGIONS.place}", text, "plans_per_region")
            yield replace(diagnostic, region=region, accounts=accounts)


def _finding(facts: Facts, plan: Plan, path: str, text: str, quota: str) -> Diagnostic:
    severity = Severity.INFO if quota in adjustable_limits() else Severity.WARNING
    return finding(RULE, facts, plan, path, message=text, advice=_ADVICE[quota], severity=severity)
