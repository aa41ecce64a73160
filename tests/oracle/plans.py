"""A published document as plain dicts with the attributes of language.md 5.1: plans, rules per Region, copies, selections.

Vaults are not looked up here: where they stand, there is a name, a Region and an account.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import lru_cache
from math import inf
from typing import Any, NamedTuple

from oracle.capabilities import PARTITIONS, partition_of, partitions_of
from oracle.runs import ScheduleError, Timed, interval, started
from oracle.truth import ABSENT, UNKNOWN, Mark, Perhaps, Truth
from policyengine.aws.facts import resource_types

Tree = dict[str, Any]

HOUR, DAY = 60, 24 * 60
DEFAULT_SCHEDULE = "cron(0 5 ? * * *)"
ALWAYS_BY_OPT_IN = ("Aurora", "FSx", "FSxVolume")
SERVICES: dict[str, list[str]] = {
    "Aurora": ["Aurora", "DocumentDB", "Neptune"],
    "DSQL": ["DSQL", "Aurora DSQL"],
    "FSxVolume": ["FSx"],
    "StorageGateway": ["Storage Gateway"],
    "SAPHANA": ["SAP HANA on Amazon EC2"],
    "RedshiftServerless": ["RedshiftServerless", "Redshift Serverless"],
}
"""AWS's names of services where they are not the language's name of the type; of two nobody knows it (facts 2.2)."""
VAULT = "arn:([^:]+):backup:([^:]+):([^:]+):backup-vault:([^:]+)"


class FoldedName(str):
    """The name of a plan, rule or selection: compares with case folded."""

    __slots__ = ()


class Home(NamedTuple):
    """Where a rule runs: its plan's name, a Region, the account's id, and what the plan reaches there.

    `continuous` is whether one of these types has continuous backup.
    """

    plan: FoldedName
    region: str
    account: str
    types: list[str | Perhaps]
    continuous: Truth


def plans_of(document: Tree, account: str, opt_in: Mapping[str, list[str]], at: datetime) -> dict[str, Tree]:
    """The plans of a document by their folded names, as the account of this id has them from a moment on.

    `opt_in` has the services that the management account has switched on, by Region.
    """
    return {name: _plan(name, plan, account, opt_in, at) for name, plan in _below(_folded(document), "plans").items()}


def _plan(name: str, plan: Tree, account: str, opt_in: Mapping[str, list[str]], at: datetime) -> Tree:
    regions = _unique(_texts(plan, "regions"))
    block, partitions = _below(plan, "selections"), partitions_of(regions)
    selections = {where: _selections(name, block, [where]) for where in partitions}
    reach = {region: _reach_in(selections, opt_in.get(region), partitions_of([region])) for region in regions}
    types = _in_each(list(reach.values()) or [_reach_in(selections, None, partitions)])
    homes = [
        Home(FoldedName(name), region, account, reach[region], _have_continuous(reach[region], opt_in.get(region)))
        for region in regions
    ]
    rules = {key: [_rule(key, rule, home) for home in homes] for key, rule in _below(plan, "rules").items()}
    apart = all(map(_reach_only_continuous, selections.values()))
    gaps = _gaps({key: found[0] for key, found in rules.items() if found}, at, apart=apart)
    return {
        "name": FoldedName(name),
        "regions": regions,
        "tags": _tags(plan, "backup_plan_tags"),
        "resource_types": types,
        "windows_vss": _text(_below(_below(plan, "advanced_backup_settings"), "ec2"), "windows_vss") == "enabled",
        "rules": {key: [{**rule, "interval": gaps[key]} for rule in found] for key, found in rules.items()},
        "selections": [selection["asked"] for selection in _selections(name, block, partitions)],
    }


def _rule(name: str, rule: Tree, home: Home) -> Tree:
    schedule = _text(rule, "schedule_expression") or DEFAULT_SCHEDULE
    lifecycle = _below(rule, "lifecycle")
    air_gapped = re.fullmatch(VAULT, _text(rule, "target_logically_air_gapped_backup_vault_arn"), re.IGNORECASE)
    ours = air_gapped and not _leaves_partition(air_gapped[1], "", home.region)
    found = {
        "name": FoldedName(name),
        "plan": home.plan,
        "region": home.region,
        "resource_types": home.types,
        "schedule": schedule,
        "retention": _number(lifecycle, "delete_after_days", DAY, inf),
        "cold_after": _number(lifecycle, "move_to_cold_storage_after_days", DAY, inf),
        "archive": _text(lifecycle, "opt_in_to_archive_for_supported_resources") == "true",
        "start_within": _number(rule, "start_backup_window_minutes", 1, 8 * HOUR),
        "complete_within": _number(rule, "complete_backup_window_minutes", 1, 7 * DAY),
        "says continuous": _text(rule, "enable_continuous_backup") == "true",
        "continuous": home.continuous if _text(rule, "enable_continuous_backup") == "true" else False,
        "vault": (_text(rule, "target_backup_vault_name"), home.region, home.account),
        "air_gapped_vault": (air_gapped[4], home.region, home.account) if air_gapped and ours else None,
        "tags": _tags(rule, "recovery_point_tags"),
    }
    every = [_copy(arn, copy, found, home.account) for arn, copy in _below(rule, "copy_actions").items()]
    copies = [copy for copy in every if not _leaves_partition(copy.pop("partition"), copy["region"], home.region)]
    leaving = {f"leaves_{what}": _any([copy[f"cross_{what}"] for copy in copies]) for what in ("account", "region")}
    return {**found, **leaving, "copies": copies, "one": (home.plan, name)}


def _leaves_partition(named: str, target: object, region: str) -> bool:
    """Whether a copy goes where none does: the Region of the rule, that of the target and its ARN differ (2.4, 2.2)."""
    known = {partition_of(region), partition_of(str(target).lower()), named.lower()} - {""}
    return len(known) > 1


def _any(values: list[object]) -> object:
    """Whether one of some truths is true; nobody knows where none is and one is not known."""
    if True in values:
        return True
    return UNKNOWN if UNKNOWN in values else False


def _copy(key: str, copy: Tree, rule: Tree, own: str) -> Tree:
    lifecycle = _below(copy, "lifecycle")
    found = {
        "rule": rule["name"],
        "plan": rule["plan"],
        "one": (rule["plan"], rule["name"], key),
        "retention": _number(lifecycle, "delete_after_days", DAY, rule["retention"]),
        "cold_after": _number(lifecycle, "move_to_cold_storage_after_days", DAY, inf),
    }
    arn = re.fullmatch(VAULT, _text(copy, "target_backup_vault_arn") or key, re.IGNORECASE)
    if arn is None:
        nowhere = {"region": ABSENT, "account": ABSENT, "vault": None, "partition": ""}
        return {**found, **nowhere, "cross_region": UNKNOWN, "cross_account": UNKNOWN}
    partition, region, owner, vault = arn.groups()
    account = own if owner == "$account" else owner
    return {
        **found,
        "region": region,
        "account": account,
        "vault": (vault, region, account),
        "partition": partition,
        "cross_region": region != rule["region"],
        "cross_account": account != own,
    }


def _selections(plan: str, selections: Tree, partitions: list[str]) -> list[Tree]:
    """What they say in partitions: the pattern of another one selects nothing there (facts 2.2)."""
    return [
        _selection(name, plan, kind, selection, partitions)
        for kind in ("tag", "resource")
        for name, selection in _below(selections, f"{kind}s").items()
    ]


def _selection(name: str, plan: str, kind: str, selection: Tree, partitions: list[str]) -> Tree:
    """What can be `asked`, and what tells the types that it reaches.

    With nothing but a role it takes every type (facts 3.5); with conditions or exceptions alone nobody knows (3.14).
    """
    types = [_type_name(text, partitions) for text in _texts(selection, "resource_types")]
    excepted = [_type_name(text, partitions) for text in _texts(selection, "not_resource_types")]
    is_bare = kind == "resource" and not types
    is_narrowed = bool(excepted or selection.get("conditions"))
    return {
        "asked": {
            "name": FoldedName(name),
            "plan": FoldedName(plan),
            "kind": kind,
            "role": _text(selection, "iam_role_arn") or ABSENT,
            "key": (_text(selection, "tag_key") or ABSENT) if kind == "tag" else ABSENT,
            "values": _texts(selection, "tag_value"),
            "types": types,
        },
        "everything": kind == "tag" or "*" in types or (is_bare and not is_narrowed),
        "nobody knows": is_bare and is_narrowed,
        "types": types,
        "except": excepted,
        "perhaps": [name for name in resource_types("aws") if _may_name(types, name, partitions)],
        "perhaps except": [name for name in resource_types("aws") if _may_name(excepted, name, partitions)],
    }


def _may_name(patterns: list[str], name: str, partitions: list[str]) -> bool:
    """Whether a pattern that AWS refuses, which only a last valid policy has, may be of the service of a type."""
    known = [text.lower() for where in PARTITIONS for text in resource_types(where).values()]
    strangers = [each for each in patterns if each != "*" and each not in resource_types("aws")]
    strangers = [each.lower() for each in strangers if each.lower() not in known]
    services = [each.split(":")[2] if each.count(":") > 1 and each.startswith("arn:") else "*" for each in strangers]
    own = [resource_types(where)[name].split(":")[2] for where in partitions]
    return any(each in own or not each or set(each) & set("*?") for each in services)


def _reach_in(
    selections: dict[str, list[Tree]], services: list[str] | None, partitions: list[str]
) -> list[str | Perhaps]:
    """The types by what selections say in each of some partitions; perhaps so where they do not say it in all."""
    reaches = [_reach(selections[where], services) for where in partitions]
    sure = [name for name in resource_types("aws") if all(name in reach for reach in reaches)]
    some = [name for name in resource_types("aws") if any(name in reach or Perhaps(name) in reach for reach in reaches)]
    return [name if name in sure else Perhaps(name) for name in some]


def _reach(selections: list[Tree], services: list[str] | None) -> list[str | Perhaps]:
    """The types that resource selections name; a tag selection or `*` stands for every type (language.md 5.1).

    What bare conditions take nobody knows (facts 3.14): perhaps every type, and so what is named beside `*` (2.3.7). `services` are those that are switched on,
    None where nobody knows. What is named goes past them, but for types that share an ARN with others (facts 2.3.3).
    """
    found: list[str | Perhaps] = []
    for name in resource_types("aws"):
        sure = (each for each in selections if not each["nobody knows"] and name not in each["perhaps except"])
        perhaps = [each | {"types": [*each["types"], *each["perhaps"]]} for each in selections]
        beside = any(_may_take(each, name) for each in selections)
        if any(_takes(selection, name, services) for selection in sure):
            found.append(name)
        elif beside or any(_takes(selection, name, services) for selection in perhaps):
            found.append(Perhaps(name))
    return found


def _takes(selection: Tree, name: str, services: list[str] | None) -> bool:
    """Whether a selection takes a type, of bare conditions whether it may."""
    everything = selection["everything"] or selection["nobody knows"]
    obeys = everything or name in ALWAYS_BY_OPT_IN
    is_on = not obeys or services is None or _is_on(name, services)
    left_out = name in selection["except"] or "*" in selection["except"]
    return (everything or name in selection["types"]) and is_on and not left_out


def _may_take(selection: Tree, name: str) -> bool:
    """Whether a selection names a type beside `*`, which may go past the opt-in (facts 2.3.7)."""
    left_out = name in selection["except"] or "*" in selection["except"]
    return "*" in selection["types"] and name in selection["types"] and name not in ALWAYS_BY_OPT_IN and not left_out


def _in_each(reaches: list[list[str | Perhaps]]) -> list[str | Perhaps]:
    """The types that are in each list; perhaps so where they are perhaps in one of them."""
    found: list[str | Perhaps] = []
    for name in resource_types("aws"):
        if all(name in reach for reach in reaches):
            found.append(name)
        elif all(name in reach or Perhaps(name) in reach for reach in reaches):
            found.append(Perhaps(name))
    return found


def _is_on(name: str, services: list[str]) -> bool:
    """Whether a service of a type is switched on."""
    return any(service.lower() in [on.lower() for on in services] for service in SERVICES.get(name, [name]))


def _have_continuous(types: list[str | Perhaps], services: list[str] | None) -> Truth:
    """Whether one of some types has continuous backup; of those that share Aurora's ARN Aurora alone (facts 1.4.1)."""
    aurora = services is None or "aurora" in [on.lower() for on in services]
    have_it = ["S3", "RDS", "SAPHANA", *(["Aurora"] if aurora else [])]
    if any(name in types for name in have_it):
        return True
    return UNKNOWN if any(Perhaps(name) in types for name in have_it) else False


def _reach_only_continuous(selections: list[Tree]) -> bool:
    """Whether a continuous rule makes no snapshots: of all types but these it does, or may (facts 1.4.1, 1.4.2)."""
    for selection in selections:
        everything = selection["everything"] or selection["nobody knows"]
        named = [name for name in selection["types"] if _partition_of_pattern(name) is None]
        for name in resource_types("aws") if everything else [*named, *selection["perhaps"]]:
            left_out = name in selection["except"] or "*" in selection["except"]
            if not left_out and name not in ("S3", "RDS", "SAPHANA"):
                return False
    return True


def _gaps(rules: dict[str, Tree], at: datetime, *, apart: bool) -> dict[str, float | Mark]:
    """The longest gap between runs that AWS starts, for each rule of a plan.

    `apart`: continuous rules of the plan have no part in who takes whose runs.
    """
    readable = {name: _timed(rule, apart=apart) for name, rule in rules.items() if _is_schedule(rule["schedule"])}
    gaps = dict(zip(readable, _intervals(tuple(readable.values()), at), strict=True))
    return {name: gaps.get(name, UNKNOWN) for name in rules}


def _timed(rule: Tree, *, apart: bool) -> Timed:
    return Timed(rule["schedule"], rule["start_within"], rule["retention"], rule["says continuous"] and apart)


@lru_cache(maxsize=4096)
def _intervals(rules: tuple[Timed, ...], at: datetime) -> list[float]:
    """Of 30 years: no schedule of the generators has a gap that comes later."""
    return [interval(runs, at) for runs in started(rules, at, date(at.year + 30, 1, 1))]


@lru_cache(maxsize=4096)
def _is_schedule(text: str) -> bool:
    try:
        started([Timed(text, 1, 1)], datetime(2026, 1, 1, tzinfo=UTC), date(2026, 1, 2))
    except ScheduleError:
        return False
    return True


def _type_name(pattern: str, partitions: list[str]) -> str:
    """The name of the type that a pattern selects in any of some partitions; else the pattern."""
    where = _partition_of_pattern(pattern)
    if where not in partitions:
        return pattern
    return next(name for name, text in resource_types(where).items() if text.lower() == pattern.lower())


def _partition_of_pattern(pattern: str) -> str | None:
    """The partition of what is the pattern of a type."""
    for partition in PARTITIONS:
        if pattern.lower() in [text.lower() for text in resource_types(partition).values()]:
            return partition
    return None


def _folded(node: Any) -> Any:  # noqa: ANN401 - JSON
    """Keys in lower case, as AWS publishes them (R19), whoever wrote the document down."""
    return {key.lower(): _folded(below) for key, below in node.items()} if isinstance(node, dict) else node


def _below(node: Any, key: str) -> Tree:  # noqa: ANN401 - JSON
    """The mapping below a key; what is none is as good as nothing."""
    found = node.get(key) if isinstance(node, dict) else None
    return found if isinstance(found, dict) else {}


def _text(node: Any, key: str) -> str:  # noqa: ANN401 - JSON
    found = node.get(key) if isinstance(node, dict) else None
    return "" if found is None or isinstance(found, (dict, list)) else _spelled(found)


def _spelled(scalar: object) -> str:
    return str(scalar).lower() if isinstance(scalar, bool) else str(scalar)


def _texts(node: Any, key: str) -> list[str]:  # noqa: ANN401 - JSON
    found = node.get(key) if isinstance(node, dict) else None
    return [_spelled(item) for item in found] if isinstance(found, list) else []


def _tags(node: Any, key: str) -> dict[str, str]:  # noqa: ANN401 - JSON
    return {_text(tag, "tag_key"): _text(tag, "tag_value") for tag in _below(node, key).values()}


def _number(node: Tree, key: str, unit: int, default: float) -> float:
    """A number of units; what is none is as good as absent."""
    text = _text(node, key)
    return int(text) * unit if text.isdecimal() else default


def _unique(texts: list[str]) -> list[str]:
    return [text for place, text in enumerate(texts) if text not in texts[:place]]
