from __future__ import annotations

from collections.abc import Iterator

from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.reporting import finding
from policyengine.analysis.checks.taken_types import TakenTypes, arriving, basic_cases, types_taken
from policyengine.analysis.checks.weighed_settings import SELECTED_TYPES, TARGETS, in_plan
from policyengine.aws.deployment import Destination, PlacedRule
from policyengine.aws.facts import copy_between, features
from policyengine.base.diagnostics import Diagnostic, Harm, Severity
from policyengine.base.rules import Fact, Rule

RULE = Rule("PE621", "copy-of-nothing", Severity.WARNING, harm=Harm.COPY, needs=(Fact.OPT_IN, Fact.DYNAMODB_ADVANCED))
WEIGHS = in_plan(SELECTED_TYPES, TARGETS)


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per copy, selection and Region; `opt-in-off` reports selections that take nothing."""
    for deployed, (place, case) in basic_cases(facts, copies_of_nothing):
        yield finding(
            RULE,
            facts,
            deployed,
            place.path,
            message=_message(place, case),
            advice=f"opt in to types that can be copied, in {case.region} of the management account, or leave the "
            "copy out",
            region=case.region,
            other_paths=(case.selection.path,),
        )


def copies_of_nothing(rule: PlacedRule) -> Iterator[tuple[Destination, TakenTypes]]:
    """The copies of which a selection has nothing, with basic features of DynamoDB.

    What no type can reach is left to `copy-region-unreachable`, named types to `copy-unsupported-type`.
    """
    for case in types_taken(rule) if rule.rule.copies else ():
        for place in case.rule.destinations:
            if not arriving(place, case) and copy_between(case.region, place.vault.region) != "no":
                yield place, case


def _message(place: Destination, case: TakenTypes) -> str:
    whatever = all(features(name).copy in {"no", "advanced"} for name in case.types)
    account = " of another account" if place.crosses else ""
    way = "" if whatever else f" to {place.vault.region}{account}"
    return f"{case.words}, never copied{way}{case.why}"
