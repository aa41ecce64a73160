from __future__ import annotations

from collections.abc import Iterator, Sequence

from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.reporting import finding
from policyengine.analysis.checks.taken_types import TakenTypes, arriving, basic_cases, types_taken
from policyengine.analysis.checks.weighed_settings import SELECTED_TYPES, in_plan
from policyengine.aws.deployment import FOREVER, BackupRule, Copy, PlacedRule, Plan
from policyengine.aws.facts import features
from policyengine.aws.settings import ARCHIVE, COLD_AFTER, CONTINUOUS
from policyengine.base.diagnostics import Diagnostic, Harm, Severity
from policyengine.base.rules import Fact, Rule
from policyengine.base.text import listed

RULE = Rule(
    "PE511",
    "cold-storage-ignored",
    Severity.WARNING,
    harm=Harm.NOTHING,
    needs=(Fact.OPT_IN, Fact.DYNAMODB_ADVANCED),
)
WEIGHS = in_plan(CONTINUOUS, ARCHIVE, SELECTED_TYPES)


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per rule and per copy that sets cold storage; continuous rules have a finding of their own.

    Of what selections by tag or `*` take it reports each Region in which nothing has it.
    """
    for plan in facts.plans:
        for lifecycle in plan.lifecycles:
            if _asks_for_it(lifecycle) and (types := _ignoring(plan, lifecycle)):
                yield finding(
                    RULE,
                    facts,
                    plan,
                    f"{lifecycle.path}/{COLD_AFTER.place}",
                    message=f"backups of {listed(types, 'and')} do not move to cold storage, the setting is ignored",
                    advice=_advice("put these types into a plan without cold storage", types),
                )
    for deployed, (lifecycle, case) in basic_cases(facts, cold_storage_of_nothing):
        advice = f"opt in to types that have it, in {case.region} of the management account, or leave it out"
        yield finding(
            RULE,
            facts,
            deployed,
            f"{lifecycle.path}/{COLD_AFTER.place}",
            message=f"{case.words}, never moved to cold storage{case.why}: the setting is ignored",
            advice=_advice(advice, case.types),
            region=case.region,
            other_paths=(case.selection.path,),
        )


def cold_storage_of_nothing(rule: PlacedRule) -> Iterator[tuple[BackupRule | Copy, TakenTypes]]:
    """The lifecycles whose cold storage nothing has that a selection takes, with basic features of DynamoDB.

    `copy-of-nothing` reports what has no copies at all.
    """
    lifecycles: tuple[BackupRule | Copy, ...] = (rule.rule, *rule.rule.copies)
    if not any(map(_asks_for_it, lifecycles)):
        return
    for case in types_taken(rule):
        if _asks_for_it(rule.rule) and all(_stays_warm(rule.rule, name) for name in case.types):
            yield rule.rule, case
        for place in case.rule.destinations:
            types = arriving(place, case) if place.copy and _asks_for_it(place.copy) else ()
            if place.copy and types and all(_stays_warm(place.copy, name) for name in types):
                yield place.copy, case


def _asks_for_it(lifecycle: BackupRule | Copy) -> bool:
    continuous = isinstance(lifecycle, BackupRule) and lifecycle.continuous
    return lifecycle.cold_after != FOREVER and not continuous


def _ignoring(plan: Plan, lifecycle: BackupRule | Copy) -> list[str]:
    return [name for name in plan.named_types if features(name).cold in _without(lifecycle)]


def _stays_warm(lifecycle: BackupRule | Copy, name: str) -> bool:
    """Whether no backup of a type, with basic features, moves to cold storage."""
    return features(name).cold in {"advanced", *_without(lifecycle)}


def _without(lifecycle: BackupRule | Copy) -> set[str]:
    return {"no"} if lifecycle.archive else {"no", "archive"}


def _advice(advice: str, types: Sequence[str]) -> str:
    if any(features(name).cold == "archive" for name in types):
        return f"{advice}; EBS can have it with the archive opt-in and a schedule of once a month or less"
    return advice
