"""The types that a selection by tag, of all types, or of all but some takes in a Region, as far as all are known.

It takes what the management account has opted in to there (facts 2.3.2, 2.3.3). A feature of AWS Backup that none of
these types has is of no use to it: backups succeed, and nothing says that there is no copy or no cold storage of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple, TypeVar

from policyengine.analysis.checks.evidence import Facts
from policyengine.aws.deployment import (
    UNKNOWN,
    DeployedPlan,
    DeployedRule,
    Destination,
    OrUnknown,
    PlacedRule,
    Plan,
    Selection,
)
from policyengine.aws.facts import available, copy_between, features
from policyengine.base.text import listed, quoted

_Part = TypeVar("_Part")

COMPOSITE = frozenset({"CloudFormation", "EKS"})
"""Types whose backups hold those of others, volumes and buckets among them (facts 3.17)."""


class TakenTypes(NamedTuple):
    """A selection that names no types where a rule runs, and all types that it takes there: one at least."""

    selection: Selection
    rule: DeployedRule
    types: tuple[str, ...]

    @property
    def region(self) -> str:
        """The Region of the rule."""
        return self.rule.region

    @property
    def words(self) -> str:
        """The types in words: "all that selection `tagged` takes in eu-west-1 is RDS and Redshift"."""
        return f"all that selection {quoted(self.selection.name)} takes in {self.region} is {listed(self.types, 'and')}"

    @property
    def why(self) -> str:
        """The switch that some of the types lack features by, in brackets behind a blank; empty where none does."""
        off = any(features(name).copy == "advanced" for name in self.types)
        return " (the advanced features for DynamoDB are off)" if off else ""


def types_taken(rule: PlacedRule) -> Iterator[TakenTypes]:
    """The types that selections take in each Region of a rule; those that take nothing are left to `opt-in-off`."""
    opt_in = rule.placement.environment.opt_in
    for deployed in rule.in_regions:
        for selection in deployed.reach.selections:
            if not selection.names_types and (types := opt_in.all_reached_by(selection, deployed.region)):
                yield TakenTypes(selection, deployed, types)


def is_basic(facts: Facts, case: TakenTypes) -> OrUnknown[bool]:
    """Whether the types have basic features alone: DynamoDB has others where they are switched on (facts 2.3.5)."""
    if not any(features(name).copy == "advanced" for name in case.types):
        return True
    settings = facts.organization.settings
    is_on = (settings.dynamodb_advanced or {}).get(case.region) if settings else None
    return UNKNOWN if is_on is None else not is_on


def basic_cases(
    facts: Facts, find: Callable[[PlacedRule], Iterable[tuple[_Part, TakenTypes]]]
) -> Iterator[tuple[DeployedPlan, tuple[_Part, TakenTypes]]]:
    """The cases in rules whose types surely have basic features alone, each with every plan that has the rule there."""
    for plan, (part, case) in facts.each_rule(find):
        if is_basic(facts, case) is True:
            yield plan, (part, case)


def arriving(place: Destination, case: TakenTypes) -> tuple[str, ...]:
    """The types of which backups can get into a vault, with basic features: all where no copy brings them there."""
    return tuple(name for name in case.types if place.copy is None or _is_copied(place, case.region, name))


def _is_copied(place: Destination, source: str, name: str) -> bool:
    """Whether backups of a type can be copied this way, with basic features."""
    can = features(name)
    if can.copy in {"no", "advanced"} or copy_between(source, place.vault.region, name) == "no":
        return False
    return not place.crosses or not (can.copy_account == "no" or stays_in_account(source, name))


def stays_in_region(target: str, source: str, name: str) -> bool:
    """Whether backups of a type cannot be copied to the target Region, as those of other types can.

    One that no type can reach is left to the check `copy-region-unreachable`.
    """
    return copy_between(source, target) != "no" and copy_between(source, target, name) == "no"


def stays_in_account(source: str, name: str) -> bool:
    """Whether a type is not copied to other accounts out of a Region."""
    return available("cross_account_copy", source, name) == "no"


def selected_anywhere(facts: Facts, plan: Plan) -> tuple[str, ...]:
    """The types that a plan selects in any of its Regions; where nobody knows them all, those that it may select."""
    found = [facts.opt_in.all_reached_by(selection, region) for region in plan.regions for selection in plan.selections]
    selected = {name for types in found for name in types or ()}
    return plan.resource_types if None in found else tuple(name for name in plan.resource_types if name in selected)
