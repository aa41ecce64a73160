"""The changes between the rules of a plan, their copies, and the vaults that backups go to."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import partial
from typing import NamedTuple

from msgspec.structs import replace

from policyengine.analysis.diff.causes import Setting, block, settings
from policyengine.analysis.diff.changes import Change, ChangeClass
from policyengine.analysis.diff.orderings import (
    AIR_GAPPED,
    BOUNDS,
    COPY,
    EXISTS,
    RULE,
    RUNS,
    Movement,
    Ordering,
    of_vaults,
)
from policyengine.analysis.diff.organization_changes import switch_changes
from policyengine.analysis.diff.pairs import Pair, matched
from policyengine.analysis.diff.setting_changes import (
    ElementSide,
    RegionalChange,
    in_regions,
    movement_text,
    ordered_changes,
    plain_changes,
)
from policyengine.aws.deployment import OWN, UNKNOWN, Copy, DeployedCopy, DeployedPlan, DeployedRule, DeployedVault
from policyengine.aws.merge import keys
from policyengine.aws.settings import (
    CONTINUOUS,
    COPY_BLOCK,
    COPY_TARGET,
    RETAIN,
    RULE_BLOCK,
    SCHEDULE,
    START_WITHIN,
    VAULT,
)
from policyengine.base.text import quoted

_DECIDING = tuple(row.place for row in (SCHEDULE, START_WITHIN, RETAIN, CONTINUOUS))


def vault_changes(
    pairs: list[tuple[DeployedVault, DeployedVault]], *, crossing: bool = False, kind: str = "vault"
) -> Iterator[RegionalChange]:
    """The changes from one vault to the other, for each Region; reported once where all Regions have the same.

    `crossing` says that backups come there from another account, `kind` what messages call the vault.
    """
    changes = (change for before, after in pairs for change in _changes(before, after, kind, crossing=crossing))
    return in_regions(changes, len(pairs))


def _changes(before: DeployedVault, after: DeployedVault, kind: str, *, crossing: bool) -> Iterator[RegionalChange]:
    other = _place_of_vault(before) != _place_of_vault(after)
    movements = list(of_vaults(before, after, crossing=crossing))
    for row, movement in movements:
        fact = movement_text(row.noun, movement)
        say = _existence if row is EXISTS else partial(_aspect, row)
        effect = say(before, after, movement, kind)
        yield RegionalChange(movement.change_class, effect, fact, after.region, bounds=row in BOUNDS)
    if other and not movements:
        text = f"{kind} {quoted(before.name)}{_state(before)} -> {quoted(after.name)}{_state(after)}"
        yield RegionalChange(ChangeClass.CHANGED, text, "another vault", after.region)


def _aspect(row: Ordering, before: DeployedVault, after: DeployedVault, movement: Movement, kind: str) -> str:
    if _place_of_vault(before) == _place_of_vault(after):
        return movement_text(f"{row.noun} of {kind} {quoted(after.name)}", movement)
    effect = movement_text(row.noun, movement)
    return f"{kind} {quoted(before.name)} -> {quoted(after.name)}: {effect}"


def _existence(before: DeployedVault, after: DeployedVault, movement: Movement, kind: str) -> str:
    """Into a vault that does not exist nothing goes."""
    name = quoted(after.name)
    if _place_of_vault(before) != _place_of_vault(after):
        text = f"{kind} {quoted(before.name)}{_state(before)} -> {name}{_state(after)}"
        return f"nobody can tell any more whether the {kind} exists: {text}" if movement.after is UNKNOWN else text
    if movement.after is UNKNOWN:
        return f"nobody can tell any more whether {kind} {name} exists"
    if movement.before is UNKNOWN:
        return f"it is known now that {kind} {name} {'exists' if movement.after else 'does not exist'}"
    return f"{kind} {name} {'is there now' if movement.after else 'is gone'}"


def _place_of_vault(vault: DeployedVault) -> tuple[str, str, str]:
    return vault.name, vault.region, vault.account


def _state(vault: DeployedVault) -> str:
    """The state of a vault in brackets, as far as it is known."""
    if vault.exists is not True:
        return " (does not exist)" if vault.exists is False else ""
    return "" if vault.lock is UNKNOWN else f" ({'not locked' if vault.lock == 'none' else f'{vault.lock} lock'})"


def rule_changes(pair: Pair, base: DeployedPlan, head: DeployedPlan) -> Iterator[Change]:
    """The changes between the rules of a plan that both sides have."""
    base_rules, head_rules = _rules(base), _rules(head)
    pairs = matched(base_rules, head_rules, lambda side: tuple(sorted(side.settings.items())))
    for side in pairs.lost:
        name = side.part.name
        yield pair.change(ChangeClass.LOST, side.path, "is gone", part=f"rule {quoted(name)}", before=name)
    for side in pairs.added:
        name = side.part.name
        yield pair.change(ChangeClass.ADDED, side.path, "is new", part=f"rule {quoted(name)}", after=name)
    for before, after in pairs.renamed:
        old, new = before.part.name, after.part.name
        effect, part = f"was called {quoted(old)}", f"rule {quoted(new)}"
        yield pair.change(ChangeClass.CHANGED, after.path, effect, part=part, before=old, after=new, was_at=before.path)
    decisive = _decisive(base_rules, head_rules)
    for before, after in (*pairs.kept, *pairs.renamed):
        yield from _settings(pair, before, after)
        yield from _runs(pair, before, after, decisive)
        deployed = base.in_regions[before.part.name], head.in_regions[after.part.name]
        yield from _vaults(pair, before, after, *deployed)
        yield from _air_gapped(pair, before, after, *deployed)
        yield from _copies(pair, before, after, *deployed)
        yield from switch_changes(pair, before, after, *deployed)


def _settings(pair: Pair, before: ElementSide, after: ElementSide) -> Iterator[Change]:
    name = f"rule {quoted(after.part.name)}"
    yield from ordered_changes(pair, name, before, after, RULE)
    compared = (*(ordering.place for ordering in (*RULE, RUNS, AIR_GAPPED)), VAULT.place, COPY_BLOCK.place)
    yield from plain_changes(pair, name, before, after, compared)


def _decisive(base: Mapping[str, ElementSide], head: Mapping[str, ElementSide]) -> tuple[str, ...]:
    """The paths of what differs between two plans and decides which runs AWS starts: a rule takes runs of another."""
    rules = [(name, base.get(name), head.get(name)) for name in dict.fromkeys((*base, *head))]
    blocks = (side.path for _, before, after in rules for side in (before, after) if side and not (before and after))
    settings = (
        f"{after.path}/{place}"
        for _, before, after in rules
        if before and after
        for place in _DECIDING
        if before.settings.get(place) != after.settings.get(place)
    )
    return (*blocks, *settings)


def _runs(pair: Pair, before: ElementSide, after: ElementSide, decisive: tuple[str, ...]) -> Iterator[Change]:
    """Runs that AWS starts no longer, or only now, through the rule itself or others of its plan."""
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
            depends_on=others,
            caused_at=others if before.path == after.path else (),
        )


class _Named(NamedTuple):
    """A setting that names a vault, on both sides; `kept_by` has the retention there, `part` is for messages."""

    before: ElementSide
    after: ElementSide
    place: str
    kept_by: ElementSide
    part: str


def _vaults(
    pair: Pair, before: ElementSide, after: ElementSide, base: tuple[DeployedRule, ...], head: tuple[DeployedRule, ...]
) -> Iterator[Change]:
    """Another vault, or another lock, Region by Region."""
    base_vaults = {rule.region: rule.vault for rule in base}
    met = [(base_vaults[rule.region], rule.vault) for rule in head if rule.region in base_vaults]
    named = _Named(before, after, VAULT.place, after, f"rule {quoted(after.part.name)}")
    for change in vault_changes(met):
        yield _of_vault(pair, named, change)


def _air_gapped(
    pair: Pair, before: ElementSide, after: ElementSide, base: tuple[DeployedRule, ...], head: tuple[DeployedRule, ...]
) -> Iterator[Change]:
    """An air-gapped vault that a rule names or no longer names, or what changed about it, Region by Region."""
    named = _Named(before, after, AIR_GAPPED.place, after, f"rule {quoted(after.part.name)}")
    if before.part.air_gapped is None or after.part.air_gapped is None:
        yield from ordered_changes(pair, named.part, before, after, (AIR_GAPPED,))
        return
    base_vaults = {rule.region: rule.air_gapped for rule in base}
    met = [(old, rule.air_gapped) for rule in head if rule.air_gapped and (old := base_vaults.get(rule.region))]
    for change in vault_changes(met, kind="air-gapped vault"):
        yield _of_vault(pair, named, change)


def _copies(
    pair: Pair, before: ElementSide, after: ElementSide, base: tuple[DeployedRule, ...], head: tuple[DeployedRule, ...]
) -> Iterator[Change]:
    pairs = matched(_copies_of(before), _copies_of(after), lambda side: pair.own_or_other(keys(side.path)[-1]))
    rule = f"rule {quoted(after.part.name)}"
    for side in pairs.lost:
        yield pair.change(ChangeClass.LOST, side.path, "is gone", part=_copy_in(rule, side), before=side.part.arn)
    for old, new in pairs.renamed:
        yield pair.change(
            ChangeClass.CHANGED,
            new.path,
            "spells its account in another way",
            part=_copy_in(rule, new),
            before=old.part.arn,
            after=new.part.arn,
            was_at=old.path,
        )
    for old, new in (*pairs.kept, *pairs.renamed):
        kept_by = after if new.part.inherits_retention else new
        vaults = _destination(base, head, old.part, new.part)
        yield from _copy_changes(pair, _Named(old, new, COPY_TARGET.place, kept_by, _copy_in(rule, new)), vaults)
    for side in pairs.added:
        yield pair.change(ChangeClass.ADDED, side.path, "is new", part=_copy_in(rule, side), after=side.part.arn)


def _copy_changes(pair: Pair, named: _Named, vaults: Collection[RegionalChange]) -> Iterator[Change]:
    """The changes of a copy that both sides have: of its settings, and of the vaults that it names."""
    old, new, part = named.before, named.after, named.part
    yield from ordered_changes(pair, part, old, new, COPY)
    for change in vaults:
        yield _of_vault(pair, named, change)
    compared = bool(vaults) or _target(pair, old) == _target(pair, new)
    settings = [row.place for row in COPY]
    yield from plain_changes(pair, part, old, new, [*settings, COPY_TARGET.place] if compared else settings)


def _copy_in(rule: str, copy: ElementSide) -> str:
    return f"{rule}, copy to {_place_of_copy(copy.part)}"


def _target(pair: Pair, copy: ElementSide) -> str:
    """The vault that a copy names, however it spells the account that runs the plan."""
    return pair.own_or_other(copy.part.arn)


def _destination(
    base: tuple[DeployedRule, ...], head: tuple[DeployedRule, ...], old: Copy, new: Copy
) -> list[RegionalChange]:
    """The changes of the vault that a copy goes to; the same in whatever Region the rule runs."""
    before, after = next(_deployed(old, base), None), next(_deployed(new, head), None)
    if before is None or after is None or before.vault is None or after.vault is None:
        return []
    crossing = before.cross_account is True and after.cross_account is True
    vaults = _vault_of(before, before.vault), _vault_of(after, after.vault)
    return list(vault_changes([vaults], crossing=crossing))


def _vault_of(copied: DeployedCopy, vault: DeployedVault) -> DeployedVault:
    """A copy's vault; in the account that runs the plan it is the same vault, however that is spelled."""
    return vault if copied.cross_account else replace(vault, account=OWN)


def _of_vault(pair: Pair, named: _Named, change: RegionalChange) -> Change:
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
        depends_on=(f"{named.kept_by.path}/{RETAIN.place}",) if change.bounds else (),
    )


def _deployed(copy: Copy, rules: tuple[DeployedRule, ...]) -> Iterator[DeployedCopy]:
    return (copied for rule in rules for copied in rule.copies if copied.copy is copy)


def _rules(plan: DeployedPlan) -> dict[str, ElementSide]:
    rules = block(plan.plan.document, RULE_BLOCK.place)
    return {rule.name: ElementSide(rule, rule.path, settings(rules.get(rule.name))) for rule in plan.plan.rules}


def _copies_of(rule: ElementSide) -> Mapping[str, ElementSide]:
    return {keys(copy.path)[-1]: ElementSide(copy, copy.path, _below(rule.settings, copy)) for copy in rule.part.copies}


def _below(settings_of_rule: Mapping[str, Setting], copy: Copy) -> dict[str, Setting]:
    prefix = f"{COPY_BLOCK.place}/{copy.path.rpartition('/')[2]}/"
    return {place.removeprefix(prefix): value for place, value in settings_of_rule.items() if place.startswith(prefix)}


def _place_of_copy(copy: Copy) -> str:
    """Where a copy goes: vault, Region, and account if it is another one."""
    target = copy.target
    if target is None:
        return quoted(copy.arn)
    account = "" if target.account.lower() == OWN else f" of account {target.account}"
    return f"{quoted(target.name)} in {target.region}{account}"
