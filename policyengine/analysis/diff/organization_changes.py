"""Facts of the organization that let the same plan do less, or more: settings of AWS Backup, accounts that belong."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple, TypeAlias

from policyengine.analysis.diff.changes import Change, ChangeClass
from policyengine.analysis.diff.orderings import THERE
from policyengine.analysis.diff.pairs import Pair, Sides
from policyengine.analysis.diff.selection_changes import opted_in
from policyengine.analysis.diff.setting_changes import ElementSide, RegionalChange, in_regions
from policyengine.aws.deployment import (
    FOREVER,
    UNKNOWN,
    BackupRule,
    Copy,
    DeployedCopy,
    DeployedPlan,
    DeployedRule,
    OrUnknown,
)
from policyengine.aws.merge import keys
from policyengine.aws.organization import Organization
from policyengine.aws.settings import AIR_GAPPED_VAULT, COLD_AFTER, COPY_TARGET
from policyengine.base.text import quoted

Rules: TypeAlias = tuple[DeployedRule, ...]
"""A rule in each Region of its plan."""

_DYNAMODB = "DynamoDB"


def switch_changes(pair: Pair, before: ElementSide, after: ElementSide, base: Rules, head: Rules) -> Iterator[Change]:
    """The changes that facts of the organization make to copies and lifecycles that a rule has on both sides.

    `base` and `head` are the rule in its Regions.
    """
    yield from _across_accounts(pair, base, head)
    yield from _of_dynamodb(pair, before, after, base, head)


def same_facts(sides: Sides, base: DeployedPlan, head: DeployedPlan) -> bool:
    """Whether nothing that a plan hangs on surely differs around it: vaults, roles, settings, accounts to copy to."""
    same = base.environment is head.environment and base.target_environments == head.target_environments
    accounts = {copy.target.account for rule in head.plan.rules for copy in rule.copies if copy.target}
    belong = [members & accounts for members in sides.members]
    return same and sides.base.settings == sides.head.settings and belong[0] == belong[1]


def _across_accounts(pair: Pair, base: Rules, head: Rules) -> Iterator[Change]:
    """Copies to other accounts: one switch allows them (facts 4.4.5), within the organization (facts 4.4.4)."""
    old, new = (dict(_crossing(rules)) for rules in (base, head))
    for key, copied in new.items():
        if key in old and copied.account == old[key].account:
            changes = (*_switched(pair), *_membership(pair, copied.account))
            yield from (_of_copy(pair, old[key].copy, copied.copy, change) for change in changes)


def _crossing(rules: Rules) -> Iterator[tuple[str, DeployedCopy]]:
    """The copies to other accounts, each by its key in small letters: case does not count."""
    return (
        (keys(copied.copy.path)[-1], copied) for rule in rules for copied in rule.copies if copied.cross_account is True
    )


def _switched(pair: Pair) -> Iterator[RegionalChange]:
    before, after = (
        _or_unknown(side.settings.cross_account_backup if side.settings else None) for side in pair.organizations
    )
    if before == after:
        return
    for movement in THERE.movements(before, after):
        text = f"copies to other accounts are switched {'on' if after else 'off'} in the organization"
        if after is UNKNOWN:
            text = "nobody can tell any more whether copies to other accounts are switched on in the organization"
        yield RegionalChange(movement.change_class, text, f"cross-account {after}", "")


def _membership(pair: Pair, account: str) -> Iterator[RegionalChange]:
    before, after = (account in members for members in pair.sides.members)
    if before != after:
        change_class = ChangeClass.ADDED if after else ChangeClass.LOST
        yield RegionalChange(change_class, f"account {account} {_standing(pair, account)}", f"member {after}", "")


def _standing(pair: Pair, account: str) -> str:
    """What has become of an account that copies go to."""
    base, head = (organization.inactive.get(account) for organization in pair.organizations)
    if account in pair.sides.members[1]:
        return "is active again" if base else "now belongs to the organization"
    return f"{f'is {head.condition}' if head else 'no longer belongs to the organization'}: copies there fail"


def _of_copy(pair: Pair, before: Copy, copy: Copy, change: RegionalChange) -> Change:
    return pair.change(
        change.change_class,
        f"{copy.path}/{COPY_TARGET.place}",
        change.effect,
        part=f"rule {quoted(copy.rule)}",
        fact=change.fact,
        written=False,
        was_at=f"{before.path}/{COPY_TARGET.place}",
    )


class _Need(NamedTuple):
    """A setting that tables of DynamoDB follow only with the advanced features, and what they are then.

    `key` tells copies apart.
    """

    place: str
    text: str
    key: str = ""


def _of_dynamodb(pair: Pair, before: ElementSide, after: ElementSide, base: Rules, head: Rules) -> Iterator[Change]:
    """The advanced features of DynamoDB, Region by Region (facts 2.3.5)."""
    plans = (pair.base, pair.head)
    if not all(plan and _DYNAMODB in plan.plan.resource_types for plan in plans):
        return
    had = {rule.region for rule in base}
    regions = [rule.region for rule in head if rule.region in had]
    needed = {(pair.own_or_other(need.key), need.text): need for need in _needs(before.part)}
    for need in _needs(after.part):
        same = needed.get((pair.own_or_other(need.key), need.text))
        if same is None:
            continue
        changes = (change for region in regions for change in _switched_in(pair, need, region))
        for change in in_regions(changes, len(regions)):
            yield pair.change(
                change.change_class,
                f"{after.path}/{need.place}",
                change.effect,
                part=f"rule {quoted(after.part.name)}",
                region=change.region,
                fact=change.fact,
                written=False,
                was_at=f"{before.path}/{same.place}",
            )


def _switched_in(pair: Pair, need: _Need, region: str) -> Iterator[RegionalChange]:
    for switch, read in _SWITCHES.items():
        before, after = (read(side, region) for side in pair.organizations)
        for movement in THERE.movements(before, after) if before != after else ():
            text = f"DynamoDB tables are {'now' if after else 'not'} {need.text}: {switch} {'on' if after else 'off'}"
            if after is UNKNOWN:
                text = f"nobody can tell any more whether DynamoDB tables are {need.text}: whether {switch} on"
            yield RegionalChange(movement.change_class, text, f"{switch} {after}", region)


def _needs(rule: BackupRule) -> Iterator[_Need]:
    for copy in rule.copies:
        yield _Need(f"{copy.path.removeprefix(f'{rule.path}/')}/{COPY_TARGET.place}", "copied", keys(copy.path)[-1])
    if rule.cold_after != FOREVER:
        yield _Need(COLD_AFTER.place, "moved to cold storage")
    if rule.air_gapped:
        yield _Need(AIR_GAPPED_VAULT.place, "kept in an air-gapped vault")


def _features(organization: Organization, region: str) -> OrUnknown[bool]:
    settings = organization.settings
    return _or_unknown(((settings.dynamodb_advanced if settings else None) or {}).get(region))


def _opt_in(organization: Organization, region: str) -> OrUnknown[bool]:
    names = opted_in(organization, region)
    return UNKNOWN if names is None else _DYNAMODB.casefold() in names


_SWITCHES: Mapping[str, Callable[[Organization, str], OrUnknown[bool]]] = {
    "the advanced features are": _features,
    "the opt-in to DynamoDB is": _opt_in,
}
"""What copies, cold storage and air-gapped vaults need for tables of DynamoDB, Region by Region: both."""


def _or_unknown(fact: bool | None) -> OrUnknown[bool]:  # noqa: FBT001 - the fact itself
    return UNKNOWN if fact is None else fact
