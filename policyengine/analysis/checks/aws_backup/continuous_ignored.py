from __future__ import annotations

from collections.abc import Iterator, Sequence

from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.reporting import called, finding, naming
from policyengine.analysis.checks.weighed_settings import SELECTED_TYPES, in_plan
from policyengine.aws.deployment import Plan, Selection
from policyengine.aws.facts import resource_features
from policyengine.aws.settings import CONTINUOUS, SELECTED_KEY
from policyengine.base.diagnostics import Diagnostic, Harm, Severity
from policyengine.base.rules import Fact, Rule
from policyengine.base.text import listed, quoted

RULE = Rule("PE530", "continuous-ignored", Severity.WARNING, harm=Harm.PROTECTION, needs=(Fact.OPT_IN,))
WEIGHS = in_plan(SELECTED_TYPES, CONTINUOUS, SELECTED_KEY)


_HAVE_IT = "`S3`, `RDS`, `Aurora`, `SAPHANA`"


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per rule, for all Regions of its plan."""
    for plan in facts.plans:
        rules = [rule for rule in plan.rules if rule.continuous]
        if not rules or not _has_none(facts, plan):
            continue
        message, advice = _words(facts, plan)
        for rule in rules:
            yield finding(
                RULE,
                facts,
                plan,
                f"{rule.path}/{CONTINUOUS.place}",
                message=message,
                advice=advice,
                other_paths=naming(plan, plan.named_types),
            )


def _has_none(facts: Facts, plan: Plan) -> bool:
    """Whether all types that it reaches in its Regions are known, there are some, and none has continuous backup."""
    reached = [_reached(facts, plan, each, region) for region in _regions(plan) for each in _selections(plan, region)]
    features = resource_features()
    return any(reached) and all(
        names is not None and all(name in features and features[name].continuous == "no" for name in names)
        for names in reached
    )


def _reached(facts: Facts, plan: Plan, selection: Selection, region: str) -> Sequence[str] | None:
    """The types that a selection reaches in a Region, those that it names although they are off; None if not known."""
    if selection.names_types:
        return called(plan, selection)
    return facts.opt_in.all_reached_by(selection, region)


def _selections(plan: Plan, region: str) -> Iterator[Selection]:
    return (selection.in_region(region) for selection in plan.selections)


def _regions(plan: Plan) -> Sequence[str]:
    return plan.regions or ("",)


def _words(facts: Facts, plan: Plan) -> tuple[str, str]:
    if all(selection.names_types for selection in plan.selections):
        names = {name for selection in plan.selections for name in called(plan, selection)}
        types = listed([name for name in plan.named_types if name in names], "and")
        advice = f"leave it out, or name types that have it: {_HAVE_IT}"
        return f"there is no continuous backup of {types}: AWS Backup takes snapshots", advice
    hangs_on_opt_in = any(facts.opted_in(region) is not None for region in plan.regions)
    which, how = (" and that is opted in", " and opt in to them") if hangs_on_opt_in else ("", "")
    message = f"no type that plan {quoted(plan.name)} takes{which} has continuous backup: AWS Backup takes snapshots"
    return message, f"leave it out, or take types that have it{how}: {_HAVE_IT}"
