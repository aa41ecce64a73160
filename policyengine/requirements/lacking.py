"""Why there is no value: what is picked is not there, Regions differ, or a fact is missing in the snapshot."""

from __future__ import annotations

from typing import Any

from policyengine.plan import OWN, UNKNOWN, DeployedCopy, DeployedPlan, DeployedRule, Vault
from policyengine.requirements.atoms import Atom, Place
from policyengine.requirements.environment import Environment
from policyengine.requirements.phrases import found, in_place, is_of_another_type, name_of, text
from policyengine.requirements.truth import MISSING
from policyengine.requirements.typed import Pick
from policyengine.requirements.types import Type
from policyengine.wording import listed, quoted

WITHHELD = (
    "AWS withholds the effective policy, and nobody knows which one it keeps",
    "mend the policy, or add what AWS publishes now to `last_valid` in the snapshot",
)


def missing(atom: Atom) -> str:
    """Why something is not there: what is picked, one value for all Regions, or the vault."""
    operand, environment = atom.operand, atom.environment
    if not isinstance(operand, Pick):
        return found(atom)
    plan = operand.picked_plan(environment)
    if plan is None:
        names = [other.plan.name for other in environment.account.view.plans]
        return f"no plan {quoted(operand.plan or '')}; this account has {listed(names) or 'none'}"
    return _missing_rule(operand, plan) or _differing(operand, environment) or found(atom)


def place_of(atom: Atom) -> Place | None:
    """Where something would be that is not there."""
    if atom.place or not isinstance(atom.operand, Pick):
        return atom.place
    plan = atom.operand.picked_plan(atom.environment)
    if plan is None:
        return None
    known = atom.operand.rule in plan.in_regions
    return Place(plan.plan, f"{plan.plan.path}/regions") if known else Place(plan.plan, plan.plan.path, block=True)


def doubt(atom: Atom) -> tuple[str, str]:
    """Which fact is missing to know a value, and where it would stand."""
    if atom.environment.account.view.withheld:
        return WITHHELD
    if vault := atom.vault:
        return _doubt_of_vault(atom, vault)
    if atom.attribute.identity:
        said = "the snapshot does not tell which account is the management account"
        return said, "add `organization.management_account` to the snapshot"
    said = f"nobody can tell {atom.attribute.noun}"
    if isinstance(atom.element, DeployedRule):
        said = f"schedule {quoted(atom.element.rule.schedule)} is none that AWS Backup takes"
    elif isinstance(atom.element, DeployedCopy):
        said = f"copy target {quoted(atom.element.copy.arn)} is the ARN of no vault"
    return said, "correct what the snapshot says under `last_valid`"


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


def _differing(operand: Pick, environment: Environment) -> str:
    """What a picked rule has in which Region; nothing where that is the same in all of them."""
    regions: dict[Any, list[str]] = {}
    for element in operand.elements(environment):
        regions.setdefault(operand.read(element, environment), []).append(getattr(element, "region", ""))
    if len(regions.keys() - {UNKNOWN}) < 2:  # noqa: PLR2004 - values that differ
        return ""
    if operand.attributes[-1].regional and operand.rule:
        names = listed((str(region) for region in regions), "and")
        return f'rule {quoted(operand.rule)} runs in {names}; say which with `in_region["..."]`'
    said = ", ".join(f"{_state(operand.type, value)} in {' and '.join(where)}" for value, where in regions.items())
    return f'{operand.attributes[-1].noun} differs between Regions: {said}; say which with `in_region["..."]`'


def _state(kind: Type, value: Any) -> str:  # noqa: ANN401 - of the type that `kind` says
    return "missing" if value is MISSING else "unknown" if value is UNKNOWN else text(kind, value)


def _doubt_of_vault(atom: Atom, vault: Vault) -> tuple[str, str]:
    where = f"{name_of(vault)}{in_place(atom)}"
    whose = "" if vault.account == OWN else f", with the account {vault.account}"
    if is_of_another_type(atom):
        said = f"the snapshot does not tell whether {where} is air-gapped"
        return said, "add `type` to the vault in `vaults` of the snapshot"
    if vault.exists is UNKNOWN and vault.listed:
        said = f"the snapshot lists {name_of(vault)} without saying whether it is{in_place(atom)}"
        return said, "give the vault its `accounts` and `regions` in `vaults` of the snapshot"
    if vault.exists is UNKNOWN:
        return f"nobody looked for {where}", f"add it to `vaults` of the snapshot{whose}"
    if atom.attribute.bound and vault.lock is not UNKNOWN:
        said = f"the snapshot does not tell {atom.attribute.noun} of {where}"
        return said, f"add {quoted(atom.attribute.bound)} to its `lock` in `vaults` of the snapshot"
    key = atom.attribute.fact
    return f"the snapshot does not tell the {key} of {where}", f"add `{key}` to the vault in `vaults` of the snapshot"
