"""Settings of AWS Backup in the management account that let the same plan do less, or more."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from policyengine.diff.pairs import Pair
from policyengine.diff.values import Change, ChangeClass
from policyengine.facts import resource_features
from policyengine.organization.tree import Organization
from policyengine.plan import DeployedPlan, Plan, Selection
from policyengine.wording import listed, quoted


class _Switch(NamedTuple):
    """Something that a setting switches on or off for a plan."""

    change_class: ChangeClass
    path: str
    effect: str
    fact: str
    region: str = ""
    part: str = ""


def switch_changes(pair: Pair, head: DeployedPlan) -> Iterator[Change]:
    """What other settings of AWS Backup do to a plan that both sides have; nothing where one side does not know."""
    before, after = pair.sides.base, pair.sides.head
    if before.settings == after.settings:
        return
    for switch in (*_opt_ins(before, after, head.plan), *_crossing(before, after, head)):
        yield pair.change(
            switch.change_class,
            switch.path,
            switch.effect,
            part=switch.part,
            region=switch.region,
            fact=switch.fact,
            written=False,
        )


def _opt_ins(base: Organization, head: Organization, plan: Plan) -> Iterator[_Switch]:
    """Resource types that AWS Backup protects no longer, or only now (facts 2.3)."""
    for region in plan.regions:
        before, after = _opted_in(base, region), _opted_in(head, region)
        if before is None or after is None:
            continue
        types = _obeying(plan)
        off = [name for name in types if _on(name, before) and not _on(name, after)]
        new = [name for name in types if _on(name, after) and not _on(name, before)]
        if off:
            effect = f"no longer backs up {listed(off, 'and')}: the opt-in is off in {region}"
            yield _Switch(ChangeClass.LOST, f"{plan.path}/selections", effect, f"opt-in off {off}", region)
        if new:
            effect = f"now backs up {listed(new, 'and')}: the opt-in is on in {region}"
            yield _Switch(ChangeClass.ADDED, f"{plan.path}/selections", effect, f"opt-in on {new}", region)


def _crossing(base: Organization, head: Organization, plan: DeployedPlan) -> Iterator[_Switch]:
    """Copies to other accounts, which one switch allows (facts 4.4.5)."""
    before, after = (side.settings.cross_account_backup if side.settings else None for side in (base, head))
    if before is None or after is None or before == after:
        return
    crossing = dict.fromkeys(found.copy for rule in plan.rules for found in rule.copies if found.cross_account is True)
    change_class = ChangeClass.ADDED if after else ChangeClass.LOST
    for copy in crossing:
        effect = f"copies to other accounts are switched {'on' if after else 'off'} in the organization"
        yield _Switch(change_class, copy.path, effect, f"cross-account {after}", part=f"rule {quoted(copy.rule)}")


def _opted_in(organization: Organization, region: str) -> frozenset[str] | None:
    settings = organization.settings
    names = settings.opt_in.get(region) if settings and settings.opt_in else None
    return None if names is None else frozenset(name.casefold() for name in names)


def _on(name: str, opted_in: frozenset[str]) -> bool:
    return any(service.casefold() in opted_in for service in resource_features()[name].opt_in or ())


def _obeying(plan: Plan) -> tuple[str, ...]:
    """The types that a plan backs up only with the opt-in, in the order of the catalogue."""
    obeying = {name for selection in plan.selections for name in selection.reach if _obeys(name, selection)}
    return tuple(name for name in plan.resource_types if name in obeying)


def _obeys(name: str, selection: Selection) -> bool:
    """Whether the opt-in decides; a selection that names a type goes past it, but for a few types (facts 2.3.3)."""
    can = resource_features().get(name)
    return can is not None and (can.opt_in_always or not selection.names_types)
