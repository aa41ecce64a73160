"""What changed between the rules of a plan, and between their copies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

from policyengine.diff.documents import Setting, block, settings
from policyengine.diff.matching import matched
from policyengine.diff.orderings import AIR_GAPPED, COPY, RULE, RUNS
from policyengine.diff.pairs import Pair
from policyengine.diff.settings import Regional, Side, ordered_changes, plain_changes
from policyengine.diff.switches import switch_changes
from policyengine.diff.values import Change, ChangeClass
from policyengine.diff.vaults import vault_changes
from policyengine.effective import keys
from policyengine.plan import OWN, UNKNOWN, Copy, DeployedCopy, DeployedPlan, DeployedRule, Vault
from policyengine.wording import quoted

_VAULT, _TARGET = "target_backup_vault_name", "target_backup_vault_arn"
_RETENTION = "lifecycle/delete_after_days"
_DECIDING = (RUNS.place, "start_backup_window_minutes", _RETENTION, "enable_continuous_backup")


def rule_changes(pair: Pair, base: DeployedPlan, head: DeployedPlan) -> Iterator[Change]:
    """What changed between the rules of a plan that both sides have."""
    was, is_now = _rules(base), _rules(head)
    found = matched(was, is_now, lambda side: tuple(sorted(side.settings.items())))
    for side in found.lost:
        name = side.part.name
        yield pair.change(ChangeClass.LOST, side.path, "is gone", part=f"rule {quoted(name)}", before=name)
    for side in found.added:
        name = side.part.name
        yield pair.change(ChangeClass.ADDED, side.path, "is new", part=f"rule {quoted(name)}", after=name)
    for before, after in found.renamed:
        old, new = before.part.name, after.part.name
        effect, part = f"was called {quoted(old)}", f"rule {quoted(new)}"
        yield pair.change(ChangeClass.CHANGED, after.path, effect, part=part, before=old, after=new, was_at=before.path)
    decisive = _decisive(was, is_now)
    for before, after in (*found.kept, *found.renamed):
        yield from _settings(pair, before, after)
        yield from _runs(pair, before, after, decisive)
        deployed = base.in_regions[before.part.name], head.in_regions[after.part.name]
        yield from _vaults(pair, before, after, *deployed)
        yield from _air_gapped(pair, before, after, *deployed)
        yield from _copies(pair, before, after, *deployed)
        yield from switch_changes(pair, before, after, *deployed)


def _settings(pair: Pair, before: Side, after: Side) -> Iterator[Change]:
    name = f"rule {quoted(after.part.name)}"
    yield from ordered_changes(pair, name, before, after, RULE)
    known = (*(ordering.place for ordering in (*RULE, RUNS, AIR_GAPPED)), _VAULT, "copy_actions")
    yield from plain_changes(pair, name, before, after, known)


def _decisive(base: Mapping[str, Side], head: Mapping[str, Side]) -> tuple[str, ...]:
    """The paths of what differs between two plans and decides which runs AWS starts: a rule takes runs of another."""
    rules = [(name, base.get(name), head.get(name)) for name in dict.fromkeys((*base, *head))]
    blocks = (side.path for _, was, is_now in rules for side in (was, is_now) if side and not (was and is_now))
    settings = (
        f"{is_now.path}/{place}"
        for _, was, is_now in rules
        if was and is_now
        for place in _DECIDING
        if was.settings.get(place) != is_now.settings.get(place)
    )
    return (*blocks, *settings)


def _runs(pair: Pair, before: Side, after: Side, decisive: tuple[str, ...]) -> Iterator[Change]:
    """Runs that AWS starts no longer, or only now, be it by the rule itself or by others of its plan."""
    alone = not any(side.part.runs is not UNKNOWN and side.part.runs.over for side in (before, after))
    others = () if alone else decisive
    for movement in RUNS.movements(before.part, after.part):
        old, new = before.at(RUNS.place), after.at(RUNS.place)
        yield pair.change(
            movement.change_class,
            f"{after.path}/{RUNS.place}",
            movement.text,
            part=f"rule {quoted(after.part.name)}",
            before=old,
            after=new,
            was_at=f"{before.path}/{RUNS.place}",
            fact=movement.text if old == new else "",
            hangs_on=others,
            made_at=others if before.path == after.path else (),
        )


class _Named(NamedTuple):
    """A setting that names a vault, on both sides; `kept_by` has the retention there, `part` is for messages."""

    before: Side
    after: Side
    place: str
    kept_by: Side
    part: str


def _vaults(
    pair: Pair, before: Side, after: Side, base: tuple[DeployedRule, ...], head: tuple[DeployedRule, ...]
) -> Iterator[Change]:
    """Another vault, or another lock, Region by Region."""
    was = {rule.region: rule.vault for rule in base}
    met = [(was[rule.region], rule.vault) for rule in head if rule.region in was]
    named = _Named(before, after, _VAULT, after, f"rule {quoted(after.part.name)}")
    for change in vault_changes(met):
        yield _of_vault(pair, named, change)


def _air_gapped(
    pair: Pair, before: Side, after: Side, base: tuple[DeployedRule, ...], head: tuple[DeployedRule, ...]
) -> Iterator[Change]:
    """An air-gapped vault that a rule names or no longer names, or what changed about it, Region by Region."""
    named = _Named(before, after, AIR_GAPPED.place, after, f"rule {quoted(after.part.name)}")
    if before.part.air_gapped is None or after.part.air_gapped is None:
        yield from ordered_changes(pair, named.part, before, after, (AIR_GAPPED,))
        return
    was = {rule.region: rule.air_gapped for rule in base}
    met = [(old, rule.air_gapped) for rule in head if rule.air_gapped and (old := was.get(rule.region))]
    for change in vault_changes(met):
        yield _of_vault(pair, named, change._replace(effect=f"air-gapped {change.effect}"))


def _copies(
    pair: Pair, before: Side, after: Side, base: tuple[DeployedRule, ...], head: tuple[DeployedRule, ...]
) -> Iterator[Change]:
    found = matched(_copies_of(before), _copies_of(after), lambda side: pair.own_or_other(keys(side.path)[-1]))
    rule = f"rule {quoted(after.part.name)}"
    for side in found.lost:
        yield pair.change(ChangeClass.LOST, side.path, "is gone", part=_copy_in(rule, side), before=side.part.arn)
    for old, new in found.renamed:
        yield pair.change(
            ChangeClass.CHANGED,
            new.path,
            "spells its account in another way",
            part=_copy_in(rule, new),
            before=old.part.arn,
            after=new.part.arn,
            was_at=old.path,
        )
    for old, new in (*found.kept, *found.renamed):
        part = _copy_in(rule, new)
        yield from ordered_changes(pair, part, old, new, COPY)
        kept_by = after if new.part.inherits_retention else new
        vaults = _destination(base, head, old.part, new.part)
        for change in vaults:
            yield _of_vault(pair, _Named(old, new, _TARGET, kept_by, part), change)
        told = vaults or _target(pair, old) == _target(pair, new)
        yield from plain_changes(pair, part, old, new, (*(row.place for row in COPY), *([_TARGET] if told else [])))
    for side in found.added:
        yield pair.change(ChangeClass.ADDED, side.path, "is new", part=_copy_in(rule, side), after=side.part.arn)


def _copy_in(rule: str, copy: Side) -> str:
    return f"{rule}, copy to {_place(copy.part)}"


def _target(pair: Pair, copy: Side) -> str:
    """The vault that a copy names, however it spells the account that runs the plan."""
    return pair.own_or_other(copy.part.arn)


def _destination(
    base: tuple[DeployedRule, ...], head: tuple[DeployedRule, ...], old: Copy, new: Copy
) -> list[Regional]:
    """What changed about the vault that a copy goes to; the same in whatever Region the rule runs."""
    before, after = next(_deployed(old, base), None), next(_deployed(new, head), None)
    if before is None or after is None or before.vault is None or after.vault is None:
        return []
    crossing = before.cross_account is True and after.cross_account is True
    vaults = _vault_of(before, before.vault), _vault_of(after, after.vault)
    return list(vault_changes([vaults], crossing=crossing))


def _vault_of(copied: DeployedCopy, vault: Vault) -> Vault:
    """A copy's vault; in the account that runs the plan it is the same one, however that is spelled."""
    return vault if copied.cross_account else replace(vault, account=OWN)


def _of_vault(pair: Pair, named: _Named, change: Regional) -> Change:
    """A change of the vault that a setting names."""
    old, new = named.before.at(named.place), named.after.at(named.place)
    return pair.change(
        change.change_class,
        f"{named.after.path}/{named.place}",
        change.effect,
        part=named.part,
        before=old,
        after=new,
        region=change.region,
        was_at=f"{named.before.path}/{named.place}",
        fact=change.fact,
        written=old != new,
        hangs_on=(f"{named.kept_by.path}/{_RETENTION}",) if change.bounds else (),
    )


def _deployed(copy: Copy, rules: tuple[DeployedRule, ...]) -> Iterator[DeployedCopy]:
    return (found for rule in rules for found in rule.copies if found.copy is copy)


def _rules(plan: DeployedPlan) -> dict[str, Side]:
    rules = block(plan.plan.document, "rules")
    return {rule.name: Side(rule, rule.path, settings(rules.get(rule.name))) for rule in plan.plan.rules}


def _copies_of(rule: Side) -> Mapping[str, Side]:
    return {keys(copy.path)[-1]: Side(copy, copy.path, _below(rule.settings, copy)) for copy in rule.part.copies}


def _below(found: Mapping[str, Setting], copy: Copy) -> dict[str, Setting]:
    prefix = f"copy_actions/{copy.path.rpartition('/')[2]}/"
    return {place.removeprefix(prefix): said for place, said in found.items() if place.startswith(prefix)}


def _place(copy: Copy) -> str:
    """Where a copy goes: vault, Region, and account if it is another one."""
    target = copy.target
    if target is None:
        return quoted(copy.arn)
    account = "" if target.account.lower() == OWN else f" of account {target.account}"
    return f"{quoted(target.name)} in {target.region}{account}"
