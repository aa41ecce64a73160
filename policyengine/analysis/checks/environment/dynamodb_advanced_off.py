from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from msgspec.structs import replace

from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.reporting import finding, naming
from policyengine.analysis.checks.weighed_settings import SELECTED_TYPES, in_plan
from policyengine.aws.deployment import FOREVER, Plan
from policyengine.aws.deployment import BackupRule as PlanRule
from policyengine.aws.settings import AIR_GAPPED_VAULT, COLD_AFTER, COPY_TARGET
from policyengine.base.diagnostics import Diagnostic, Harm, Severity
from policyengine.base.rules import Fact, Rule

if TYPE_CHECKING:
    from policyengine.aws.snapshot.shapes import Settings


RULE = Rule("PE615", "dynamodb-advanced-off", Severity.ERROR, harm=Harm.COPY, needs=(Fact.DYNAMODB_ADVANCED,))
WEIGHS = in_plan(SELECTED_TYPES)


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per rule and Region, at the first setting that needs the features."""
    off = _off(facts.organization.settings)
    for plan in filter(needs_features, facts.plans):
        for region, rule in ((region, rule) for region in off if region in plan.regions for rule in plan.rules):
            needs = list(_needs(rule))
            if needs:
                reason, advice = off[region]
                lost = " and not ".join(dict.fromkeys(lost for _, lost in needs))
                diagnostic = finding(
                    RULE,
                    facts,
                    plan,
                    needs[0][0],
                    message=f"DynamoDB tables are not {lost} in {region}: {reason}",
                    advice=f"{advice} in {region}",
                    region=region,
                    other_paths=[*(path for path, _ in needs[1:]), *naming(plan, ("DynamoDB",))],
                )
                yield replace(diagnostic, places=tuple(path for path, _ in needs))


def _off(settings: Settings | None) -> dict[str, tuple[str, str]]:
    """The Regions where one of the two preferences is surely off: why, and what to do there."""
    if settings is None:
        return {}
    without = [region for region, on in (settings.dynamodb_advanced or {}).items() if not on]
    opted_out = [region for region, names in (settings.opt_in or {}).items() if not _has_dynamodb(names)]
    no_opt_in = (
        "the management account has not opted in to DynamoDB there",
        "opt the management account in to DynamoDB",
    )
    no_features = ("the advanced features are off there", "switch on the advanced features for DynamoDB backups")
    return dict.fromkeys(opted_out, no_opt_in) | dict.fromkeys(without, no_features)


def _has_dynamodb(names: Iterable[str]) -> bool:
    return any(name.casefold() == "dynamodb" for name in names)


def needs_features(plan: Plan) -> bool:
    """Whether a plan names DynamoDB and asks for more than plain backups of it."""
    return "DynamoDB" in plan.named_types and any(True for rule in plan.rules for _ in _needs(rule))


def _needs(rule: PlanRule) -> Iterator[tuple[str, str]]:
    """The paths of settings that need the features, and what does not happen without them."""
    for copy in rule.copies:
        yield f"{copy.path}/{COPY_TARGET.place}", "copied"
    if rule.cold_after != FOREVER:
        yield f"{rule.path}/{COLD_AFTER.place}", "moved to cold storage"
    if rule.air_gapped:
        yield f"{rule.path}/{AIR_GAPPED_VAULT.place}", "kept in an air-gapped vault"
