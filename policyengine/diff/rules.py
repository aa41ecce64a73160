"""What changed between the rules of a plan, and between their copies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from policyengine.diff.matching import matched
from policyengine.diff.orderings import COPY, RULE
from policyengine.diff.pairs import Pair
from policyengine.diff.settings import Side, ordered_changes, plain_changes
from policyengine.diff.texts import block, texts
from policyengine.diff.values import Change, ChangeClass
from policyengine.diff.vaults import VaultChange, vault_changes
from policyengine.effective import keys
from policyengine.plan import OWN, Copy, DeployedCopy, DeployedPlan, DeployedRule, Rule, Vault
from policyengine.wording import quoted

_VAULT, _TARGET = "target_backup_vault_name", "target_backup_vault_arn"
_RETENTION = "lifecycle/delete_after_days"
_AIR_GAPPED = "target_logically_air_gapped_backup_vault_arn"


def rule_changes(pair: Pair, base: DeployedPlan, head: DeployedPlan) -> Iterator[Change]:
    """What changed between the rules of a plan that both sides have."""
    found = matched(_rules(base), _rules(head), lambda side: tuple(sorted(side.texts.items())))
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
    for before, after in (*found.kept, *found.renamed):
        yield from _settings(pair, before, after)
        deployed = base.in_regions[before.part.name], head.in_regions[after.part.name]
        yield from _vaults(pair, before, after, *deployed)
        yield from _air_gapped(pair, before, after, *deployed)
        yield from _copies(pair, before, after, *deployed)


def _settings(pair: Pair, before: Side, after: Side) -> Iterator[Change]:
    name = f"rule {quoted(after.part.name)}"
    yield from ordered_changes(pair, name, before, after, RULE)
    known = (*(ordering.place for ordering in RULE), _VAULT, "copy_actions")
    yield from plain_changes(pair, name, before, after, known)


def _vaults(
    pair: Pair, before: Side, after: Side, base: tuple[DeployedRule, ...], head: tuple[DeployedRule, ...]
) -> Iterator[Change]:
    """Another vault, or another lock, Region by Region."""
    was = {rule.region: rule.vault for rule in base}
    met = [(was[rule.region], rule.vault) for rule in head if rule.region in was]
    for change in vault_changes(met):
        yield pair.change(
            change.change_class,
            f"{after.path}/{_VAULT}",
            change.effect,
            part=f"rule {quoted(after.part.name)}",
            before=before.part.vault,
            after=after.part.vault,
            region=change.region,
            was_at=f"{before.path}/{_VAULT}",
            fact=change.fact,
            written=before.part.vault != after.part.vault,
            hangs_on=_kept(change, after),
        )


def _air_gapped(
    pair: Pair, before: Side, after: Side, base: tuple[DeployedRule, ...], head: tuple[DeployedRule, ...]
) -> Iterator[Change]:
    """What changed about the air-gapped vault that a rule names, as long as it names the same."""
    if before.part.air_gapped != after.part.air_gapped:
        return
    was = {rule.region: rule.air_gapped for rule in base}
    met = [(old, rule.air_gapped) for rule in head if rule.air_gapped and (old := was.get(rule.region))]
    for change in vault_changes(met):
        arn = after.part.air_gapped.arn
        yield pair.change(
            change.change_class,
            f"{after.path}/{_AIR_GAPPED}",
            f"air-gapped {change.effect}",
            part=f"rule {quoted(after.part.name)}",
            before=arn,
            after=arn,
            region=change.region,
            fact=change.fact,
            written=False,
            hangs_on=_kept(change, after),
        )


def _copies(
    pair: Pair, before: Side, after: Side, base: tuple[DeployedRule, ...], head: tuple[DeployedRule, ...]
) -> Iterator[Change]:
    old, new = _copies_of(before.part, before), _copies_of(after.part, after)
    rule = f"rule {quoted(after.part.name)}"
    for arn, side in old.items():
        part = f"{rule}, copy to {_place(side.part)}"
        if arn not in new:
            yield pair.change(ChangeClass.LOST, side.path, "is gone", part=part, before=side.part.arn)
            continue
        yield from ordered_changes(pair, part, side, new[arn], COPY)
        yield from plain_changes(pair, part, side, new[arn], tuple(ordering.place for ordering in COPY))
        for change in vault_changes(_pairs(side.part, base, new[arn].part, head)):
            path, target = f"{new[arn].path}/{_TARGET}", side.part.arn
            yield pair.change(
                change.change_class,
                path,
                change.effect,
                part=part,
                before=target,
                after=target,
                region=change.region,
                fact=change.fact,
                written=False,
                hangs_on=_kept(change, after if new[arn].part.inherits_retention else new[arn]),
            )
    for arn, side in new.items():
        if arn not in old:
            part = f"{rule}, copy to {_place(side.part)}"
            yield pair.change(ChangeClass.ADDED, side.path, "is new", part=part, after=side.part.arn)


def _kept(change: VaultChange, side: Side) -> tuple[str, ...]:
    """The retention that the bounds of a lock mean something for."""
    return (f"{side.path}/{_RETENTION}",) if change.bounds else ()


def _pairs(
    old: Copy, base: tuple[DeployedRule, ...], new: Copy, head: tuple[DeployedRule, ...]
) -> list[tuple[Vault, Vault]]:
    """The vault that a copy goes to, before and after; the same in whatever Region the rule runs."""
    before = next((found.vault for found in _deployed(old, base) if found.vault), None)
    after = next((found.vault for found in _deployed(new, head) if found.vault), None)
    return [(before, after)] if before and after else []


def _deployed(copy: Copy, rules: tuple[DeployedRule, ...]) -> Iterator[DeployedCopy]:
    return (found for rule in rules for found in rule.copies if found.copy is copy)


def _rules(plan: DeployedPlan) -> dict[str, Side]:
    rules = block(plan.plan.document, "rules")
    return {rule.name: Side(rule, rule.path, texts(rules.get(rule.name))) for rule in plan.plan.rules}


def _copies_of(rule: Rule, side: Side) -> Mapping[str, Side]:
    return {keys(copy.path)[-1]: Side(copy, copy.path, _below(side.texts, copy)) for copy in rule.copies}


def _below(found: Mapping[str, str], copy: Copy) -> dict[str, str]:
    prefix = f"copy_actions/{copy.path.rpartition('/')[2]}/"
    return {place.removeprefix(prefix): text for place, text in found.items() if place.startswith(prefix)}


def _place(copy: Copy) -> str:
    """Where a copy goes: vault, Region, and account if it is another one."""
    target = copy.target
    if target is None:
        return quoted(copy.arn)
    account = "" if target.account.lower() == OWN else f" of account {target.account}"
    return f"{quoted(target.name)} in {target.region}{account}"
