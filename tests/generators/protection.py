"""Small organizations with everything that decides whether a backup or copy happens, is kept or can be removed.

`world` is plain data: plans as AWS publishes them, and facts. `changed` gives another one that differs in one thing or a
few; `snapshot` is what the engine reads of it.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from generators.dice import Dice, Source
from generators.entries_of_vaults import with_possible_key

Tree = dict[str, Any]

BOOKS, TOYS, LAB, CENTRAL = "222222222222", "333333333333", "444444444444", "999999999999"
REGIONS = ("eu-west-1", "eu-central-1", "us-east-1")
SCHEDULES = (
    "cron(0 5 ? * * *)",
    "cron(0 5,17 ? * * *)",
    "cron(0 9-17 ? * MON-FRI *)",
    "cron(0 9,17 ? * MON-FRI *)",
    "cron(0 6 ? * * *)",
    "cron(0 0/12 ? * * *)",
    "cron(0 5 ? * SUN *)",
)
CALENDARS = ("cron(30 22 1 * ? *)", "cron(0 5 ? * * 2190-2199)", "cron(0 5 ? * * 2020-2030)")
VAULTS = ("Main", "Other", "Safe", "Nowhere")
ROLES = ("Backup", "service/Other", "Nobody")
TYPES = {
    "EC2": "arn:aws:ec2:*:*:instance/*",
    "RDS": "arn:aws:rds:*:*:db:*",
    "DynamoDB": "arn:aws:dynamodb:*:*:table/*",
    "FSx": "arn:aws:fsx:*:*:file-system/*",
    "S3": "arn:aws:s3:::*",
}
OPTED = ("EC2", "EBS", "RDS", "DynamoDB", "S3", "FSx")
DAYS = ("35", "7", "1", "120", "365", "400")
WINDOWS = ("60", "480", "1440", "10080")
LIFECYCLES: tuple[Tree, ...] = (
    {"delete_after_days": "365", "move_to_cold_storage_after_days": "30"},
    {"delete_after_days": "90", "move_to_cold_storage_after_days": "30"},
    {},
)
LOCKS: tuple[object, ...] = (
    {"mode": "compliance", "min_retention_days": 30, "max_retention_days": 3650},
    {"mode": "compliance", "min_retention_days": 1, "max_retention_days": 100},
    {"mode": "governance", "min_retention_days": 7},
    {"mode": "governance"},
    "none",
    None,
)
AIR_GAPPED_LOCKS: tuple[object, ...] = (*LOCKS[:1], {"mode": "compliance", "min_retention_days": 7}, None)
CONDITIONS = (
    ("string_equals", "aws:ResourceTag/env", "prod"),
    ("string_equals", "aws:ResourceTag/env", "test"),
    ("string_not_equals", "aws:ResourceTag/env", "test"),
    ("string_like", "aws:ResourceTag/team", "a*"),
)
VALUES = (["gold", "silver"], ["gold, silver"], ["gold"], ["silver", "bronze"])
_MOST = 3  # of anything that there can be several of


def world(source: Source) -> Tree:
    """An organization in which most works."""
    dice = Dice(source)
    return {
        "accounts": {BOOKS: "Shops", TOYS: "Shops", LAB: "Labs", CENTRAL: "Labs"},
        "enabled": True,
        "root": {name: _plan(dice) for name in dice.some(("daily", "weekly"), 1, 2)},
        "shops": {"extra": _plan(dice)} if dice.chance(30) else {},
        "vaults": [_vault(dice, name) for name in ("Main", "Other", "Safe")],
        "central": {**_vault(dice, "Central"), "accounts": [CENTRAL]},
        "roles": list(ROLES[:2]),
        "settings": {
            "cross_account_backup": True,
            "opt_in": {region: dice.some(OPTED, 3, len(OPTED)) for region in REGIONS},
            "dynamodb_advanced": dict.fromkeys(REGIONS, True),
        },
    }


def changed(source: Source, before: Tree) -> Tree:
    """The same with one change, or up to three."""
    dice, after = Dice(source), copy.deepcopy(before)
    for _ in range(1 + dice.below(3)):
        dice.pick(MUTATIONS)(dice, after)
    return after


def renamed(before: Tree, what: str) -> Tree:
    """The same with other names of all `plans`, or of all `parts` of plans: rules and selections."""
    after = copy.deepcopy(before)
    for part in ("root", "shops"):
        if what == "plans":
            after[part] = _with_new_names(after[part])
        for plan in after[part].values() if what == "parts" else ():
            plan["rules"] = _with_new_names(plan["rules"])
            plan["selections"] = {kind: _with_new_names(found) for kind, found in plan["selections"].items()}
    return after


def _with_new_names(named: Tree) -> Tree:
    return {f"new-{name}": block for name, block in named.items()}


def snapshot(of: Tree) -> Tree:
    """As a snapshot with its own policies."""
    units: dict[str, list[Tree]] = {"Shops": [], "Labs": []}
    for number, unit in of["accounts"].items():
        units[unit].append({"id": number, "name": f"account-{number[0]}"})
    policies = {"base": of["root"]} | ({"shops": of["shops"]} if of["shops"] else {})
    shops = {"policies": ["shops"]} if of["shops"] else {}
    found: Tree = {
        "version": 1,
        "organization": {"id": "o-exampleorgid", "backup_policies_enabled": of["enabled"]},
        "root": {
            "name": "Root",
            "policies": ["base"],
            "units": [
                {"name": "Shops", "accounts": units["Shops"], **shops},
                {"name": "Labs", "accounts": units["Labs"]},
            ],
        },
        "policies": {name: {"content": {"plans": assigned(plans)}} for name, plans in policies.items()},
        "settings": {name: said for name, said in of["settings"].items() if said is not None},
    }
    if of["vaults"] is not None:
        listed = [*of["vaults"], *([of["central"]] if of["central"] else [])]
        found["vaults"] = [{key: said for key, said in vault.items() if said is not None} for vault in listed]
    if of["roles"] is not None:
        found["roles"] = [{"name": name, "accounts": "*"} for name in of["roles"]]
    return found


def assigned(node: Any) -> Any:  # noqa: ANN401 - JSON
    """A published document as a policy that says just that."""
    if isinstance(node, dict):
        return {key: assigned(below) for key, below in node.items()}
    return {"@@assign": node}


def _plan(dice: Dice) -> Tree:
    return {
        "regions": dice.some(REGIONS, 1, 2),
        "rules": {name: _rule(dice) for name in dice.some(("nightly", "hourly", "late"), 1, 2)},
        "selections": _selections(dice),
    }


def _rule(dice: Dice) -> Tree:
    rule: Tree = {
        "schedule_expression": _schedule(dice),
        "target_backup_vault_name": dice.pick(("Main", "Main", "Other", "Nowhere")),
        "start_backup_window_minutes": dice.pick(("60", "480")),
        "lifecycle": {"delete_after_days": dice.pick(DAYS)},
    }
    if dice.chance(30):
        rule["target_logically_air_gapped_backup_vault_arn"] = _air_gapped("Safe")
    if dice.chance(50):
        rule["copy_actions"] = {arn: copy.deepcopy(action) for arn, action in [_copy(dice)]}
    return rule


def _schedule(dice: Dice) -> str:
    """Seldom one that does not repeat every week: these take long to compare."""
    return dice.pick(CALENDARS if dice.chance(8) else SCHEDULES)


def _air_gapped(name: str) -> str:
    return f"arn:aws:backup:$region:$account:backup-vault:{name}"


def _copy(dice: Dice) -> tuple[str, Tree]:
    arn = dice.pick(
        (
            f"arn:aws:backup:eu-central-1:{CENTRAL}:backup-vault:Central",
            "arn:aws:backup:us-east-1:$account:backup-vault:Other",
            f"arn:aws:backup:eu-west-1:{CENTRAL}:backup-vault:Main",
        )
    )
    lifecycle = {"lifecycle": {"delete_after_days": dice.pick(DAYS)}} if dice.chance(60) else {}
    return arn, {"target_backup_vault_arn": arn, **lifecycle}


def _selections(dice: Dice) -> Tree:
    if dice.chance(50):
        return {"tags": {"tagged": {**_role(dice), "tag_key": "backup", "tag_value": dice.pick(VALUES)}}}
    types = ["*"] if dice.chance(30) else dice.some(tuple(TYPES.values()), 1, _MOST)
    return {"resources": {"some": {**_role(dice), "resource_types": types}}}


def _role(dice: Dice) -> Tree:
    return {"iam_role_arn": f"arn:aws:iam::$account:role/{dice.pick(('Backup', 'Backup', *ROLES))}"}


def _vault(dice: Dice, name: str) -> Tree:
    kind = "logically_air_gapped" if name == "Safe" else dice.pick(("standard", "standard", None))
    vault = {
        "name": name,
        "accounts": "*",
        "regions": list(REGIONS),
        "type": kind,
        "lock": dice.pick(AIR_GAPPED_LOCKS if kind == "logically_air_gapped" else LOCKS),
        "key": dice.pick(("customer", "customer", "aws_managed", None)),
    }
    return with_possible_key(vault)


def _some_plan(dice: Dice, of: Tree) -> Tree:
    plans: list[Tree] = [*of["root"].values(), *of["shops"].values()]
    return dice.pick(plans) if plans else {}


def _some_rule(dice: Dice, of: Tree) -> Tree:
    rules: list[Tree] = list(_some_plan(dice, of).get("rules", {}).values())
    return dice.pick(rules) if rules else {}


def _some_selection(dice: Dice, of: Tree) -> Tree:
    kinds = _some_plan(dice, of).get("selections", {})
    found: list[Tree] = [selection for kind in kinds.values() for selection in kind.values()]
    return dice.pick(found) if found else {}


def _put(of: Tree, key: str, said: object) -> None:
    """Sets or removes a setting of a block that is there."""
    if of and said is None:
        of.pop(key, None)
    elif of:
        of[key] = said


def _setting(key: str, options: tuple[object, ...]) -> Callable[[Dice, Tree], None]:
    return lambda dice, of: _put(_some_rule(dice, of), key, dice.pick(options))


def _calendar(dice: Dice, of: Tree) -> None:
    _put(_some_rule(dice, of), "schedule_expression", _schedule(dice))


def _retention(dice: Dice, of: Tree) -> None:
    _put(_some_rule(dice, of), "lifecycle", dice.pick((*LIFECYCLES, *({"delete_after_days": days} for days in DAYS))))


def _air_gap(dice: Dice, of: Tree) -> None:
    _put(
        _some_rule(dice, of),
        "target_logically_air_gapped_backup_vault_arn",
        dice.pick((None, *map(_air_gapped, VAULTS))),
    )


def _continuous(dice: Dice, of: Tree) -> None:
    rule = _some_rule(dice, of)
    _put(rule, "enable_continuous_backup", "true" if dice.chance(50) else None)
    _put(rule, "lifecycle", {"delete_after_days": dice.pick(("7", "35"))})


def _copies(dice: Dice, of: Tree) -> None:
    rule = _some_rule(dice, of)
    actions = [_copy(dice) for _ in range(dice.below(3))]
    _put(rule, "copy_actions", dict(actions) or None)


def _rules(dice: Dice, of: Tree) -> None:
    rules = _some_plan(dice, of).get("rules", {})
    if len(rules) > 1 and dice.chance(50):
        rules.pop(dice.pick(list(rules)))
    else:
        rules[dice.pick(("nightly", "hourly", "late", "yearly"))] = _rule(dice)


def _regions(dice: Dice, of: Tree) -> None:
    _put(_some_plan(dice, of), "regions", dice.some(REGIONS, 1, 3))


def _plans(dice: Dice, of: Tree) -> None:
    of[dice.pick(("root", "shops"))][dice.pick(("daily", "weekly", "extra"))] = _plan(dice)
    of["shops"] = {name: plan for name, plan in of["shops"].items() if name not in of["root"]}


def _selection(dice: Dice, of: Tree) -> None:
    plan = _some_plan(dice, of)
    if dice.chance(50):
        _put(plan, "selections", _selections(dice))
    elif plan:
        for kind, selections in _selections(dice).items():
            plan["selections"].setdefault(kind, {}).update({f"more-{dice.below(2)}": next(iter(selections.values()))})


def _what_is_selected(dice: Dice, of: Tree) -> None:
    selection = _some_selection(dice, of)
    if "tag_key" in selection:
        selection["tag_value"] = dice.pick(VALUES)
        selection["tag_key"] = dice.pick(("backup", "backup", "keep"))
    elif selection:
        selection["resource_types"] = ["*"] if dice.chance(30) else dice.some(tuple(TYPES.values()), 1, _MOST)
        excepted = dice.some(tuple(TYPES.values()), 0, 1) if selection["resource_types"] == ["*"] else []
        _put(selection, "not_resource_types", excepted or None)


def _conditions(dice: Dice, of: Tree) -> None:
    conditions: Tree = {}
    for place, (operator, key, said) in enumerate(dice.some(CONDITIONS, 0, 2)):
        entry = {"condition_key": key, "condition_value": said}
        conditions.setdefault(operator, {})[f"c{place}"] = entry
    _put(_some_selection(dice, of), "conditions", conditions or None)


def _who(dice: Dice, of: Tree) -> None:
    _put(_some_selection(dice, of), "iam_role_arn", f"arn:aws:iam::$account:role/{dice.pick(ROLES)}")


def _advanced(dice: Dice, of: Tree) -> None:
    settings = dice.pick(({"ec2": {"windows_vss": "enabled"}}, {"s3": {"backup_acls": "disabled"}}, None))
    _put(_some_plan(dice, of), "advanced_backup_settings", settings)


def _fact_of_vault(dice: Dice, of: Tree) -> None:
    vaults = [*(of["vaults"] or []), *([of["central"]] if of["central"] else [])]
    if vaults:
        vault, fact = dice.pick(vaults), dice.pick(("lock", "lock", "lock", "regions", "type", "key", "accounts"))
        vault[fact] = dice.pick(
            {
                "lock": LOCKS,
                "regions": (list(REGIONS), list(REGIONS[:1]), list(REGIONS[1:]), None),
                "type": ("standard", "logically_air_gapped", None),
                "key": ("customer", "aws_managed", "aws_owned", None),
                "accounts": ("*", [CENTRAL], [BOOKS], {"ou": "Shops"}, None),
            }[fact]
        )
        if vault["type"] == "logically_air_gapped" and vault["lock"] not in AIR_GAPPED_LOCKS:
            vault["lock"] = dice.pick(AIR_GAPPED_LOCKS)
        vault.update(with_possible_key(vault))


def _all_vaults(dice: Dice, of: Tree) -> None:
    names = dice.some(("Main", "Other", "Safe"), 0, 3)
    of["vaults"] = None if dice.chance(40) else [_vault(dice, name) for name in names]
    of["central"] = {**_vault(dice, "Central"), "accounts": [CENTRAL]} if dice.chance(70) else None


def _roles(dice: Dice, of: Tree) -> None:
    of["roles"] = None if dice.chance(30) else dice.some(ROLES, 0, 3)


def _opt_in(dice: Dice, of: Tree) -> None:
    opted = dict(of["settings"]["opt_in"] or {})
    opted[dice.pick(REGIONS)] = dice.some(OPTED, 0, len(OPTED))
    if dice.chance(25):
        opted.pop(dice.pick(REGIONS), None)
    of["settings"]["opt_in"] = None if dice.chance(10) else opted


def _features(dice: Dice, of: Tree) -> None:
    on = dict(of["settings"]["dynamodb_advanced"] or {})
    on[dice.pick(REGIONS)] = dice.chance(50)
    if dice.chance(25):
        on.pop(dice.pick(REGIONS), None)
    of["settings"]["dynamodb_advanced"] = None if dice.chance(10) else on


def _cross_account(dice: Dice, of: Tree) -> None:
    of["settings"]["cross_account_backup"] = dice.pick((True, False, None))


def _accounts(dice: Dice, of: Tree) -> None:
    number = dice.pick((CENTRAL, LAB, TOYS))
    if number in of["accounts"] and dice.chance(50):
        of["accounts"].pop(number)
    else:
        of["accounts"][number] = dice.pick(("Shops", "Labs"))


def _unfinished(dice: Dice, of: Tree) -> None:
    """A plan without rules makes the policy of a whole unit invalid, and seldom stays."""
    if of["shops"].pop("unfinished", None) is None and dice.chance(30):
        of["shops"] = {**of["shops"], "unfinished": {"regions": list(REGIONS[:1]), "rules": {}, "selections": {}}}


def _enabled(dice: Dice, of: Tree) -> None:
    of["enabled"] = dice.chance(70)


MUTATIONS: tuple[Callable[[Dice, Tree], None], ...] = (
    _retention,
    _retention,
    _setting("schedule_expression", (None, *SCHEDULES)),
    _calendar,
    _setting("target_backup_vault_name", VAULTS),
    _setting("start_backup_window_minutes", (None, *WINDOWS)),
    _setting("complete_backup_window_minutes", (None, "120", "10080")),
    _setting("index_actions", (None, {"resource_types": ["S3"]})),
    _air_gap,
    _continuous,
    _copies,
    _rules,
    _rules,
    _regions,
    _plans,
    _selection,
    _what_is_selected,
    _what_is_selected,
    _conditions,
    _who,
    _advanced,
    _fact_of_vault,
    _fact_of_vault,
    _fact_of_vault,
    _all_vaults,
    _roles,
    _opt_in,
    _features,
    _cross_account,
    _accounts,
    _accounts,
    _enabled,
    _unfinished,
)
