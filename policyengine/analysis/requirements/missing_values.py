"""Values that are not there, and facts that are missing: what a message says of them, and where they would stand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from policyengine.analysis.requirements.atoms import Atom, SettingPath, plan_path
from policyengine.analysis.requirements.attributes import ATTRIBUTES
from policyengine.analysis.requirements.phrases import in_place, is_of_another_type, name_of, stated, text
from policyengine.analysis.requirements.resource_rows import ResourceRow
from policyengine.analysis.requirements.row import Row
from policyengine.analysis.requirements.truth import MISSING
from policyengine.analysis.requirements.typed import Pick
from policyengine.analysis.requirements.value_types import OpenList, Type
from policyengine.aws.deployment import (
    OWN,
    UNKNOWN,
    DeployedCopy,
    DeployedPlan,
    DeployedRule,
    DeployedVault,
    Placement,
    Selection,
    origins,
)
from policyengine.aws.settings import SCHEDULE, TYPES
from policyengine.base.text import listed, quoted

WITHHELD = (
    "AWS withholds the effective policy, and nobody knows which one it keeps",
    "mend the policy, or add what AWS publishes now to `last_valid` in the snapshot",
)

_LOOK_AT_INVENTORY = "`policyengine coverage` says what the inventory or the snapshot lacks"

_LOOK_AT_LOCAL_PLAN = "look at that plan itself: its rules are no part of what policies say"


def missing(atom: Atom) -> str:
    """The reason why a value is missing: no such plan or rule, no single value for all Regions, or no vault."""
    operand, row = atom.operand, atom.row
    if not isinstance(operand, Pick):
        return stated(atom)
    plan = row.picked_plan(operand)
    if plan is None:
        names = [other.plan.name for other in row.view.plans]
        return f"no plan {quoted(operand.plan or '')}; this account has {listed(names) or 'none'}"
    return _missing_rule(operand, plan) or _differs(operand, row) or stated(atom)


def path_missing(atom: Atom) -> SettingPath | None:
    """The path at which a missing value would be set."""
    if atom.path or not isinstance(atom.operand, Pick):
        return atom.path
    plan = atom.row.picked_plan(atom.operand)
    if plan is None:
        return None
    has_rule = atom.operand.rule in plan.in_regions
    return SettingPath(f"{plan.plan.path}/regions") if has_rule else SettingPath(plan.plan.path, block=True)


def is_in_doubt(atom: Atom) -> bool:
    """Whether nobody knows a value, or all of a list."""
    return atom.value is UNKNOWN or isinstance(atom.value, OpenList)


def path_in_doubt(atom: Atom) -> SettingPath | None:
    """The path at which the setting would stand that is missing to know a value."""
    selections = _without_types(atom)
    return SettingPath(selections[0].path, block=True) if selections else atom.path


def doubt(atom: Atom) -> tuple[str, str]:
    """The fact that is missing to know a value, in words, and where it would stand."""
    if atom.row.view.withheld:
        return WITHHELD
    if vault := atom.vault:
        return _doubt_of_vault(atom, vault)
    if atom.attribute.identity:
        missing_fact = "the snapshot does not tell which account is the management account"
        return missing_fact, "add `organization.management_account` to the snapshot"
    if isinstance(atom.element, ResourceRow):
        return _doubt_of_resource(atom.attribute.noun, atom.element)
    return _doubt_of_plan(atom)


def _doubt_of_plan(atom: Atom) -> tuple[str, str]:
    """The same of a value that the document of a plan makes."""
    if selections := _without_types(atom):
        return _doubt_of_selections(atom, selections)
    if atom.attribute is _CONTINUOUS:
        return "nobody can tell which types the rule backs up there", f"name Regions that there are, and {_ENGINE}"
    if isinstance(atom.element, DeployedRule) and atom.element.unsure_copies:
        return doubt_of_elements(atom.element)
    return _doubt_of_last_valid(atom), "correct what the snapshot says under `last_valid`"


def _doubt_of_last_valid(atom: Atom) -> str:
    """The reason to doubt a value that a snapshot has although AWS would not have admitted it."""
    rule = atom.element
    if atom.attribute in _OF_TYPES and (
        strangers := [text for each in _selections_of(atom) for text in each.strangers]
    ):
        return f"{listed(dict.fromkeys(strangers), 'and')} in a selection is no pattern of AWS Backup"
    if atom.attribute in _OF_TYPES:
        return "nobody knows the partition of a Region, nor which types are selected there"
    if isinstance(rule, DeployedRule) and atom.attribute.place == SCHEDULE.place:
        return f"schedule {quoted(rule.rule.schedule)} is none that AWS Backup takes"
    copies = rule.copies if isinstance(rule, DeployedRule) else (rule,)
    target = next(copy.copy.arn for copy in copies if isinstance(copy, DeployedCopy) and copy.vault is None)
    return f"copy target {quoted(target)} is the ARN of no vault"


_OF_TYPES = frozenset(
    (
        ATTRIBUTES[Type.PLAN]["resource_types"],
        ATTRIBUTES[Type.RULE]["resource_types"],
        _CONTINUOUS := ATTRIBUTES[Type.RULE]["continuous"],
    )
)
_NOBODY_KNOWS_FEATURES = "nobody can tell whether DynamoDB has advanced features there, without which"
_ENGINE = "list the cluster with its `engine`"
_ADVANCED = "add the Region to `settings.dynamodb_advanced` of the snapshot"


def doubt_of_elements(holder: object) -> tuple[str, str]:
    """Which fact is missing to know what backs a resource up, or what copies there are, and where it would stand."""
    if isinstance(holder, ResourceRow) and holder.hides_plans:
        return _doubt_of_resource("which plans back the resource up", holder)
    if not isinstance(holder, ResourceRow):
        return "nobody can tell whether there are copies of the resource", f"{_ADVANCED}, or {_ENGINE}"
    if holder.of_any_type:
        return "nobody can tell whether the cluster is one of RDS, of which there are no copies", _ENGINE
    return f"{_NOBODY_KNOWS_FEATURES} it is not copied", _ADVANCED


def _is_of_tables(element: object, vault: DeployedVault) -> bool:
    """Whether nobody knows if DynamoDB's backups go into a rule's air-gapped vault, which is there (`LimitedPlan`)."""
    if not isinstance(element, DeployedRule) or vault is not element.air_gapped_vault or not element.air_gapped:
        return False
    is_there = element.air_gapped.exists is True and element.air_gapped.type == "air_gapped"
    return is_there and vault.exists is UNKNOWN


def doubt_of_types(unlisted: Iterable[str]) -> tuple[str, str]:
    """The resources that are missing, in words, by type, and where they would come from."""
    names = listed(sorted(unlisted), "or")
    return f"it asks for {names}, which the inventory cannot list", "add a list that has them; a table can"


def _without_types(atom: Atom) -> tuple[Selection, ...]:
    """The selections because of which nobody knows which types are reached (facts 3.14)."""
    if atom.attribute not in _OF_TYPES or not is_in_doubt(atom):
        return ()
    return tuple(selection for selection in _selections_of(atom) if selection.lacks_types)


def _selections_of(atom: Atom) -> tuple[Selection, ...]:
    """The selections of a plan, or of the plan of a rule; of anything else none."""
    place = atom.element.placement if isinstance(atom.element, DeployedPlan) else atom.element
    return place.reach.selections if isinstance(place, (Placement, DeployedRule)) else ()


def _doubt_of_selections(atom: Atom, selections: Sequence[Selection]) -> tuple[str, str]:
    first, names = selections[0], listed((selection.name for selection in selections), "and")
    which, has = ("selections", "take: they have") if len(selections) > 1 else ("selection", "takes: it has")
    deployed = next(deployed for deployed in atom.row.view.plans if deployed.plan.path == plan_path(first.path))
    by_author = any(origin.span for origin in origins(deployed.plan, first.path))
    key = quoted(TYPES.key if by_author else TYPES.aws_key)
    missing_fact = f"nobody can tell which types {which} {names} {has} conditions and no {key}"
    return missing_fact, f'write the {key} that are meant, `["*"]` for all of them'


def _doubt_of_resource(noun: str, resource: ResourceRow) -> tuple[str, str]:
    if resource.has_local_plan:
        return f"nobody can tell {noun}: a plan of the account's own takes it", _LOOK_AT_LOCAL_PLAN
    return f"nobody can tell {noun}{resource.why}", _LOOK_AT_INVENTORY


def _missing_rule(operand: Pick, plan: DeployedPlan) -> str:
    if operand.rule is None:
        return ""
    rules = plan.in_regions.get(operand.rule)
    if rules is None:
        names = listed(rule.name for rule in plan.plan.rules) or "none"
        return f"plan {quoted(plan.plan.name)} has no rule {quoted(operand.rule)}; it has {names}"
    if not rules:
        return f"plan {quoted(plan.plan.name)} has no Region, so rule {quoted(operand.rule)} runs in none"
    if operand.region is None or any(rule.region == operand.region for rule in rules):
        return ""
    regions = listed(plan.plan.regions)
    return f"rule {quoted(operand.rule)} does not run in {quoted(operand.region)}; its Regions are {regions}"


def _differs(operand: Pick, row: Row) -> str:
    """The values of a picked rule by Region, in words; empty where they are equal in all Regions."""
    regions: dict[Any, list[str]] = {}
    for element in row.picked(operand):
        regions.setdefault(row.read(element, operand), []).append(getattr(element, "region", ""))
    if len(regions.keys() - {UNKNOWN}) < 2:  # noqa: PLR2004 - values that differ
        return ""
    if operand.rule and operand.type is Type.STRING:  # no other text differs between Regions
        names = listed((str(region) for region in regions), "and")
        return f'rule {quoted(operand.rule)} runs in {names}; say which with `in_region["..."]`'
    values = ", ".join(f"{_state(operand.type, value)} in {' and '.join(where)}" for value, where in regions.items())
    return f'{operand.attributes[-1].noun} differs between Regions: {values}; say which with `in_region["..."]`'


def _state(kind: Type, value: Any) -> str:  # noqa: ANN401 - of the type that `kind` says
    return "missing" if value is MISSING else "unknown" if value is UNKNOWN else text(kind, value)


def _doubt_of_vault(atom: Atom, vault: DeployedVault) -> tuple[str, str]:
    where = f"{name_of(vault)}{in_place(atom, vault)}"
    whose = "" if vault.account == OWN else f", with the account {vault.account}"
    if _is_of_tables(atom.element, vault):
        return f"{_NOBODY_KNOWS_FEATURES} it goes into no air-gapped vault", _ADVANCED
    if is_of_another_type(atom):
        missing_fact = f"the snapshot does not tell whether {where} is air-gapped"
        return missing_fact, "add `type` to the vault in `vaults` of the snapshot"
    if vault.exists is UNKNOWN and vault.listed:
        missing_fact = f"the snapshot lists {name_of(vault)} without saying whether it is{in_place(atom, vault)}"
        return missing_fact, "give the vault its `accounts` and `regions` in `vaults` of the snapshot"
    if vault.exists is UNKNOWN:
        return f"nobody looked for {where}", f"add it to `vaults` of the snapshot{whose}"
    if atom.attribute.bound and vault.lock is not UNKNOWN:
        missing_fact = f"the snapshot does not tell {atom.attribute.noun} of {where}"
        return missing_fact, f"add {quoted(atom.attribute.bound)} to its `lock` in `vaults` of the snapshot"
    key = atom.attribute.fact
    return f"the snapshot does not tell the {key} of {where}", f"add `{key}` to the vault in `vaults` of the snapshot"
