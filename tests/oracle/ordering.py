"""What a change does to the protection of an account, read literally: everything is written on a card, and compared.

A state is plain data: plans as AWS publishes them and facts (see `generators.protection`). The card of an account says
of each plan, rule and selection what it gives: numbers of which more is better, sets of which each member is something,
and restrictions of which each takes something. What nobody knows counts as not given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise, product
from math import inf
from typing import Any, NamedTuple

Tree = dict[str, Any]
Subject = tuple[str, ...]
Effect = tuple[Subject, str]
"""Whether a plan, rule or selection `loses` or `wins`."""

HOUR, DAY, WEEK = 60, 24 * 60, 7 * 24 * 60
NO_SCHEDULE = "cron(0 5 ? * * *)"
START_WINDOW = 8 * HOUR
DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
DYNAMODB = "arn:aws:dynamodb:*:*:table/*"
OPT_IN: dict[str, tuple[str, ...] | None] = {
    "arn:aws:ec2:*:*:instance/*": ("EC2",),
    "arn:aws:ec2:*:*:volume/*": ("EBS",),
    "arn:aws:rds:*:*:db:*": ("RDS",),
    "arn:aws:rds:*:*:cluster:*": ("Aurora", "DocumentDB", "Neptune"),
    "arn:aws:dsql:*:*:cluster/*": None,
    DYNAMODB: ("DynamoDB",),
    "arn:aws:elasticfilesystem:*:*:file-system/*": ("EFS",),
    "arn:aws:fsx:*:*:file-system/*": ("FSx",),
    "arn:aws:fsx:*:*:volume/*": ("FSx",),
    "arn:aws:s3:::*": ("S3",),
    "arn:aws:storagegateway:*:*:gateway/*": ("Storage Gateway",),
    "arn:aws:timestream:*:*:database/*": ("Timestream",),
    "arn:aws:backup-gateway:*:*:vm/*": ("VirtualMachine",),
    "arn:aws:cloudformation:*:*:stack/*": ("CloudFormation",),
    "arn:aws:ssm-sap:*:*:HANA/*": ("SAP HANA on Amazon EC2",),
    "arn:aws:eks:*:*:cluster/*": ("EKS",),
    "arn:aws:redshift:*:*:cluster:*": ("Redshift",),
    "arn:aws:redshift-serverless:*:*:namespace/*": None,
}
"""Facts 2.2; None where the name is not confirmed."""
SURELY_CONTINUOUS = {"arn:aws:rds:*:*:db:*", "arn:aws:s3:::*", "arn:aws:ssm-sap:*:*:HANA/*"}
"""Facts 1.4.1; clusters share a pattern with types without."""
SHARED = {
    "arn:aws:rds:*:*:cluster:*",
    "arn:aws:fsx:*:*:file-system/*",
    "arn:aws:fsx:*:*:volume/*",
}
"""Facts 2.3.3: these obey although a selection names them."""
CLUSTERS_TOO = {"arn:aws:rds:*:*:cluster:*": "RDS"}
"""Facts 2.3.3a: a service whose opt-in may be the one that counts."""


class Card(NamedTuple):
    """What a plan, rule or selection gives: by what, a number, a set, runs of a week, or restrictions."""

    numbers: dict[object, float]
    members: dict[object, frozenset[object]]
    limits: frozenset[object] = frozenset()
    runs: frozenset[int] | None = None
    types: dict[object, str] | None = None


def effects(before: Tree, after: Tree, account: str) -> set[Effect]:
    """What an account loses and wins by a change; it must have been there before, or be there after."""
    found: set[Effect] = set()
    was, is_now = (_plans(state, account) for state in (before, after))
    for old, new in _paired(was, is_now):
        subject = (new or old or "",)
        if old is None or new is None or account not in before["accounts"] or account not in after["accounts"]:
            found.add((subject, "wins" if old is None or account not in before["accounts"] else "loses"))
            continue
        plans = was[old], is_now[new]
        found |= _compared(subject, _plan_card(plans[0]), _plan_card(plans[1]))
        rules = plans[0]["rules"], plans[1]["rules"]
        for rule, rule_now in _paired(*rules):
            place = (*subject, "rules", rule_now or rule or "")
            if rule is None or rule_now is None:
                found.add((place, "wins" if rule is None else "loses"))
                continue
            cards = (
                _rule_card(state, account, plan, name)
                for state, plan, name in ((before, plans[0], rule), (after, plans[1], rule_now))
            )
            found |= _compared(place, *cards)
        for kind in ("tags", "resources"):
            selections = [plan["selections"].get(kind, {}) for plan in plans]
            for name, name_now in _paired(*selections):
                place = (*subject, kind, name_now or name or "")
                if name is None or name_now is None:
                    found.add((place, "wins" if name is None else "loses"))
                    continue
                cards = (
                    _selection_card(state, plan, plan["selections"][kind][one])
                    for state, plan, one in ((before, plans[0], name), (after, plans[1], name_now))
                )
                found |= _compared(place, *cards)
    return found


def repeats_weekly(state: Tree, account: str) -> bool:
    """Whether all that this oracle can read of schedules is in them."""
    rules = [rule for plan in _plans(state, account).values() for rule in plan["rules"].values()]
    return all(rule.get("schedule_expression", NO_SCHEDULE).split(" ")[2:4] == ["?", "*"] for rule in rules) and all(
        rule.get("schedule_expression", NO_SCHEDULE).endswith(" *)") for rule in rules
    )


def _plans(state: Tree, account: str) -> Tree:
    if account not in state["accounts"] or not state["enabled"]:
        return {}
    plans: Tree = state["root"] | (state["shops"] if state["accounts"][account] == "Shops" else {})
    return plans


def _paired(before: Tree, after: Tree) -> Iterator[tuple[str | None, str | None]]:
    """Blocks of the same name, blocks that are the same but for their names, and those of one side."""
    gone = [name for name in before if name not in after]
    new = [name for name in after if name not in before]
    yield from ((name, name) for name in before if name in after)
    for name in gone:
        same = next((other for other in new if _content(after[other]) == _content(before[name])), None)
        if same is not None:
            new.remove(same)
        yield name, same
    yield from ((None, name) for name in new)


def _content(block: Any) -> object:  # noqa: ANN401 - JSON
    """A block in which blocks without a setting are nothing."""
    if isinstance(block, dict):
        below = {key: _content(child) for key, child in block.items()}
        return {key: child for key, child in below.items() if child != {}}
    return block


def _compared(subject: Subject, before: Card, after: Card) -> set[Effect]:
    found: set[Effect] = set()
    for key in before.numbers.keys() & after.numbers.keys():
        if before.numbers[key] != after.numbers[key]:
            found.add((subject, "loses" if before.numbers[key] > after.numbers[key] else "wins"))
    for key in before.members.keys() & after.members.keys():
        found |= {(subject, "loses") for _ in before.members[key] - after.members[key]}
        found |= {(subject, "wins") for _ in after.members[key] - before.members[key]}
    found |= {(subject, "wins") for _ in before.limits - after.limits}
    found |= {(subject, "loses") for _ in after.limits - before.limits}
    if before.runs is not None and after.runs is not None:
        found |= {(subject, effect) for effect in _of_runs(before.runs, after.runs)}
    for key in (before.types or {}).keys() & (after.types or {}).keys():
        was, is_now = (card.types[key] for card in (before, after) if card.types)
        found |= {(subject, "loses") for _ in [0] if _loses(was, is_now)}
        found |= {(subject, "wins") for _ in [0] if _loses(is_now, was)}
    return found


def _loses(was: str, is_now: str) -> bool:
    return (was == "yes" and is_now != "yes") or (was == "perhaps" and is_now == "no")


def _of_runs(before: frozenset[int], after: frozenset[int]) -> Iterator[str]:
    if before == after:
        return
    if after < before or before < after:
        yield "loses" if after < before else "wins"
        return
    gaps, counts = (_gap(before), _gap(after)), (len(before), len(after))
    if gaps[0] != gaps[1]:
        yield "loses" if gaps[1] > gaps[0] else "wins"
    if counts[0] != counts[1]:
        yield "loses" if counts[1] < counts[0] else "wins"


def _gap(runs: frozenset[int]) -> float:
    if not runs:
        return inf
    ordered = [*sorted(runs), min(runs) + WEEK]
    return max(later - earlier for earlier, later in pairwise(ordered))


def _plan_card(plan: Tree) -> Card:
    advanced = plan.get("advanced_backup_settings", {})
    numbers: dict[object, float] = {
        "vss": advanced.get("ec2", {}).get("windows_vss") == "enabled",
        "acls": advanced.get("s3", {}).get("backup_acls") != "disabled",
    }
    return Card(numbers, {"regions": frozenset(plan["regions"])})


def _rule_card(state: Tree, account: str, plan: Tree, name: str) -> Card:
    rule = plan["rules"][name]
    kept = _days(rule)
    air_gapped = rule.get("target_logically_air_gapped_backup_vault_arn")
    numbers: dict[object, float] = {
        "keeps": kept,
        "continuous": rule.get("enable_continuous_backup") == "true",
        "air-gapped": air_gapped is not None,
    }
    needs = ["cold"] if "move_to_cold_storage_after_days" in rule.get("lifecycle", {}) else []
    needs += ["air-gapped"] if air_gapped else []
    for region in plan["regions"]:
        numbers |= _vault_numbers(("vault", region), _vault(state, account, rule["target_backup_vault_name"], region))
        if air_gapped:
            there = _vault(state, account, air_gapped.rpartition(":")[2], region)
            numbers |= _vault_numbers(("air-gapped", region), there)
    copies = rule.get("copy_actions", {})
    for arn, copy in copies.items():
        numbers["copy keeps", arn] = _days(copy) if "delete_after_days" in copy.get("lifecycle", {}) else kept
        _, _, _, region, owner, _, vault = copy["target_backup_vault_arn"].split(":")
        owner = account if owner == "$account" else owner
        crossing = owner != account
        numbers |= _vault_numbers(("copy", arn), _vault(state, owner, vault, region), crossing=crossing)
        if crossing:
            numbers["switched on", arn] = state["settings"]["cross_account_backup"] is True
            numbers["belongs", arn] = owner in state["accounts"]
        needs.append(arn)
    if any(DYNAMODB in _selected(selection) for kind in plan["selections"].values() for selection in kind.values()):
        advanced, opted = (state["settings"][name] or {} for name in ("dynamodb_advanced", "opt_in"))
        for need, region in product(needs, plan["regions"]):
            numbers["dynamodb", need, region] = advanced.get(region) is True
            numbers["dynamodb opt-in", need, region] = "DynamoDB" in opted.get(region, [])
    return Card(numbers, {"copies": frozenset(copies)}, runs=_taken(plan)[name])


def _days(block: Tree) -> float:
    return float(block.get("lifecycle", {}).get("delete_after_days", "inf"))


def _vault_numbers(key: object, vault: object, *, crossing: bool = False) -> dict[object, float]:
    """A vault that is not surely there gives nothing, and no more is said of it."""
    if not isinstance(vault, dict):
        return {(key, "exists"): 0}
    locked, kind = vault["lock"], vault["type"]
    mode = "unknown" if locked is None else locked if locked == "none" else locked["mode"]
    if kind == "logically_air_gapped":
        mode = "compliance"
    found: dict[object, float] = {
        (key, "exists"): 1,
        (key, "lock"): ("unknown", "governance", "compliance").index("unknown" if mode == "none" else mode),
        (key, "type"): kind == "logically_air_gapped",
    }
    if mode != "unknown":
        found[key, "minimum"] = locked.get("min_retention_days", 0) if isinstance(locked, dict) else 0
    if crossing:
        found[key, "customer's key"] = vault["key"] == "customer"
    return found


def _vault(state: Tree, account: str, name: str, region: str) -> Tree | bool | None:
    """The vault, False where there is none, None where nobody knows."""
    if state["vaults"] is None:
        return None
    unit = state["accounts"].get(account)
    perhaps = False
    for vault in [*state["vaults"], *([state["central"]] if state["central"] else [])]:
        scope, regions = vault["accounts"], vault["regions"]
        here = regions is None or region in regions
        if isinstance(scope, list):
            mine = account in scope
        else:
            mine = scope is None or (unit is not None and (scope == "*" or scope["ou"] == unit))
        if vault["name"] == name and here and mine:
            if scope is not None and regions is not None:
                found: Tree = vault
                return found
            perhaps = True
    return None if perhaps or unit is None else False


def _selection_card(state: Tree, plan: Tree, selection: Tree) -> Card:
    role = selection["iam_role_arn"].partition(":role/")[2]
    numbers: dict[object, float] = {"role": state["roles"] is not None and role in state["roles"]}
    tagged = (
        frozenset((selection["tag_key"], said) for said in selection["tag_value"]) if "tag_key" in selection else None
    )
    limits = frozenset(
        (operator, entry["condition_key"], entry["condition_value"])
        for operator, entries in selection.get("conditions", {}).items()
        for entry in entries.values()
    )
    chosen = _selected(selection)
    listed = selection.get("resource_types", ["*"])
    named = "*" not in listed
    types: dict[object, str] = {
        (name, region): _backed_up(state, name, region, named=named, beside=name in listed) if name in chosen else "no"
        for name in OPT_IN
        for region in plan["regions"]
    }
    return Card(numbers, {} if tagged is None else {"tags": tagged}, limits, types=types)


def _selected(selection: Tree) -> set[str]:
    listed = selection.get("resource_types", ["*"])
    return {name for name in OPT_IN if name in listed or "*" in listed} - set(selection.get("not_resource_types", []))


def _backed_up(state: Tree, name: str, region: str, *, named: bool, beside: bool) -> str:
    if named and name not in SHARED:
        return "yes"
    services, opted_in = OPT_IN[name], (state["settings"]["opt_in"] or {}).get(region)
    if opted_in is None or services is None:
        return "perhaps"
    if set(services) & set(opted_in):
        return "yes"
    may_be = CLUSTERS_TOO.get(name) in opted_in or (beside and name not in SHARED)  # facts 2.3.7
    return "perhaps" if may_be else "off"


def _taken(plan: Tree) -> dict[str, frozenset[int]]:
    """The minutes of a week at which each rule runs, but for those that a longer kept rule takes (facts 1.6).

    A continuous rule has snapshots of other types, and so a part in that, but where all types have continuous backup.
    """
    rules = plan["rules"]
    every_type = {name for kind in plan["selections"].values() for each in kind.values() for name in _selected(each)}
    snapshots = bool(every_type - SURELY_CONTINUOUS)
    runs = {name: _minutes(rule.get("schedule_expression", NO_SCHEDULE)) for name, rule in rules.items()}
    scheduled = {name for name, rule in rules.items() if snapshots or rule.get("enable_continuous_backup") != "true"}
    windows = {name: int(rule.get("start_backup_window_minutes", START_WINDOW)) for name, rule in rules.items()}
    for name in sorted(scheduled, key=lambda name: -_days(rules[name])):
        for other in scheduled:
            if _days(rules[other]) > _days(rules[name]):
                meets = _meeting(windows[name], windows[other], runs[other])
                runs[name] = frozenset(run for run in runs[name] if not meets(run))
    return runs


def _meeting(window: int, reach: int, others: frozenset[int]) -> Callable[[int], bool]:
    """Whether the window of a run meets that of another one, in a week that comes again and again."""

    def meets(run: int) -> bool:
        return any(
            run < other + weeks * WEEK + reach and other + weeks * WEEK < run + window
            for other in others
            for weeks in range(-(reach // WEEK) - 1, window // WEEK + 2)
        )

    return meets


def _minutes(schedule: str) -> frozenset[int]:
    minute, hours, _, _, days, _ = schedule.removeprefix("cron(").removesuffix(")").split(" ")
    return frozenset(day * DAY + hour * HOUR + int(minute) for day in _values(days, 7) for hour in _values(hours, 24))


def _values(field: str, most: int) -> Iterator[int]:
    for part in field.split(","):
        first, _, step = part.partition("/")
        low, _, high = first.partition("-")
        if low == "*":
            yield from range(most)
        else:
            start = DAYS.index(low) if low in DAYS else int(low)
            end = most - 1 if step else start
            if high:
                end = DAYS.index(high) if high in DAYS else int(high)
            yield from range(start, end + 1, int(step or 1))
