"""The plans of one account where they run, for oracle/checks.py: plain dictionaries as AWS publishes them, and a snapshot.

Nothing is shared between accounts: every vault is looked up again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache
from itertools import combinations, combinations_with_replacement, product
from math import inf
from typing import Any, NamedTuple

from oracle.capabilities import OPT_IN_ALWAYS, TYPES, partitions_of
from oracle.inventory import Place, vault_at

Tree = dict[str, Any]

DAY = 24 * 60
VAULT = re.compile("arn:([^:]+):backup:([^:]+):([^:]+):backup-vault:([^:]+)", re.IGNORECASE)
COLD, DELETE = "lifecycle/move_to_cold_storage_after_days", "lifecycle/delete_after_days"
TARGET, AIR_GAPPED = "target_backup_vault_arn", "target_logically_air_gapped_backup_vault_arn"


class Target(NamedTuple):
    """The parts of a vault's ARN."""

    partition: str
    region: str
    account: str
    name: str


class Copy(NamedTuple):
    """A copy action; `key` is its folded key, `spelled` how the policy that sets the target writes it."""

    path: str
    key: str
    spelled: str
    arn: str
    target: Target | None
    document: Tree


class Rule(NamedTuple):
    path: str
    plan: Plan
    document: Tree
    copies: list[Copy]


class Selection(NamedTuple):
    path: str
    kind: str
    document: Tree
    partitions: list[str]  # those of the Regions of its plan


class Plan(NamedTuple):
    path: str
    document: Tree
    regions: list[str]
    rules: list[Rule]
    selections: list[Selection]


class Case(NamedTuple):
    """An account with its plans, and all that the snapshot says. `units` are the paths of its units, top down."""

    account: str
    units: list[str]
    plans: list[Plan]
    snapshot: Tree
    members: dict[str, list[str]]  # every account of the organization with its units
    today: date


class Store(NamedTuple):
    """A vault that a rule stores into or copies to."""

    rule: Rule
    copy: Copy | None
    setting: str  # `vault`, `air_gapped` or `copy`
    name: str
    region: str
    account: str  # as written: `$account` or an id
    vault: Tree  # what oracle/inventory.py says of it
    path: str
    crosses: bool = False  # whether it lies in another account than the one that runs the plan

    @property
    def retention(self) -> float:
        """Days; a copy without days of its own has those of its rule (4.3)."""
        own = days(self.copy.document, "delete_after_days") if self.copy else inf
        inherits = not self.copy or "delete_after_days" not in self.copy.document.get("lifecycle", {})
        return days(self.rule.document, "delete_after_days") if inherits else own

    @property
    def is_air_gapped(self) -> bool:
        """By the setting, or by what the snapshot says of the vault."""
        return self.setting == "air_gapped" or self.vault["type"] == "air_gapped"


def segment(key: str) -> str:
    """A key as a step of a path."""
    return key.replace("~", "~0").replace("/", "~1")


def read_plans(policy: Tree, spelled: dict[str, str]) -> list[Plan]:
    """The plans of a published document, by name. `spelled` has the policies' own spelling of the keys of copies."""
    return [_plan(f"plans/{segment(name)}", plan, spelled) for name, plan in sorted(policy.get("plans", {}).items())]


def _plan(path: str, document: Tree, spelled: dict[str, str]) -> Plan:
    plan = Plan(path, document, [*dict.fromkeys(document.get("regions", []))], [], [])
    for name, rule in document.get("rules", {}).items():
        place = f"{path}/rules/{segment(name)}"
        copies = [
            _copy(f"{place}/copy_actions/{segment(key)}", key, copy, spelled)
            for key, copy in rule.get("copy_actions", {}).items()
        ]
        plan.rules.append(Rule(place, plan, rule, copies))
    for family, kind in (("tags", "tag"), ("resources", "resource")):
        for name, selection in document.get("selections", {}).get(family, {}).items():
            place = f"{path}/selections/{family}/{segment(name)}"
            plan.selections.append(Selection(place, kind, selection, partitions_of(plan.regions)))
    return plan


def _copy(path: str, key: str, document: Tree, spelled: dict[str, str]) -> Copy:
    arn = document.get(TARGET, key)
    found = VAULT.fullmatch(arn)
    return Copy(path, key, spelled.get(path, key), arn, Target(*found.groups()) if found else None, document)


def days(document: Tree, key: str) -> float:
    """A number of days of a lifecycle, infinite where there is none."""
    text = document.get("lifecycle", {}).get(key)
    return inf if text is None else int(text)


def minutes(rule: Rule, key: str, default: int) -> int:
    """A window in minutes."""
    return int(rule.document.get(key, default))


def is_continuous(rule: Rule) -> bool:
    return rule.document.get("enable_continuous_backup") == "true"


def is_archive(document: Tree) -> bool:
    return bool(document.get("lifecycle", {}).get("opt_in_to_archive_for_supported_resources") == "true")


def lifecycles(plan: Plan) -> Iterator[tuple[Rule, Copy | None, str, Tree]]:
    """Every rule and copy: with its rule, its path and its document."""
    for rule in plan.rules:
        yield rule, None, rule.path, rule.document
        for copy in rule.copies:
            yield rule, copy, copy.path, copy.document


@cache
def type_name(pattern: str, partition: str) -> str:
    """The name of a type by its pattern in a partition; the pattern where it is that of another one (2.2)."""
    _, of, service = (*pattern.lower().split(":", 2), "", "")[:3]
    if of != partition:
        return pattern
    return next((name for name, can in TYPES.items() if can.pattern.lower() == service), pattern)


def listed_types(selection: Selection) -> list[str]:
    """As they are written, or by the name that they have in a partition of the plan."""
    return _named(selection, "resource_types", selection.partitions)


def _named(selection: Selection, key: str, partitions: Iterable[str]) -> list[str]:
    found = []
    for text in selection.document.get(key, []):
        names = [type_name(text, where) for where in partitions]
        found.append(next((name for name in names if name != text), text))
    return found


def names_types(selection: Selection) -> bool:
    """Whether it lists types itself; `*` is none."""
    return selection.kind == "resource" and bool(listed_types(selection)) and "*" not in listed_types(selection)


def named_beside_all(selection: Selection) -> list[str]:
    """The types that it takes, and names beside `*`: perhaps the opt-in does not count for these (2.3.7)."""
    listed = _named(selection, "resource_types", selection.partitions)
    return [name for name in reach(selection) if "*" in listed and name in listed and name not in OPT_IN_ALWAYS]


def reach(selection: Selection) -> list[str]:
    """The types that it can select in any partition of its plan: a tag, `*` and bare conditions stand for all."""
    found = [name for where in selection.partitions for name in _reach_in(selection, where)]
    return [*dict.fromkeys(found)]


def _reach_in(selection: Selection, partition: str) -> list[str]:
    excepted = _named(selection, "not_resource_types", [partition])
    if "*" in excepted:
        return []
    named = _named(selection, "resource_types", [partition]) if names_types(selection) else list(TYPES)
    return [name for name in named if name in TYPES and name not in excepted]


def in_region(selection: Selection, region: str) -> Selection:
    """What it says in a Region of its plan: patterns select resources of their own partition (2.2)."""
    return selection._replace(partitions=partitions_of([region]))


def reached(plan: Plan) -> set[str]:
    return {name for selection in plan.selections for name in reach(selection)}


def named(plan: Plan) -> list[str]:
    """The types that some resource selection of the plan lists, and does not except again."""
    found = {name for selection in plan.selections if names_types(selection) for name in reach(selection)}
    return [name for name in TYPES if name in found]


def conditions(selection: Selection) -> list[tuple[str, str, str, str]]:
    """Path, operator, key and value of each."""
    return [
        (
            f"{selection.path}/conditions/{operator}/{segment(name)}",
            operator,
            condition["condition_key"],
            condition["condition_value"],
        )
        for operator in ("string_equals", "string_not_equals", "string_like", "string_not_like")
        for name, condition in selection.document.get("conditions", {}).get(operator, {}).items()
    ]


def stores(case: Case, rule: Rule) -> list[Store]:
    """Every vault that a rule stores into in each Region of its plan, and that it copies to, each once."""
    found: dict[tuple[str, str], Store] = {}
    for region in rule.plan.regions:
        own = [("vault", rule.document.get("target_backup_vault_name"), "target_backup_vault_name")]
        target = VAULT.fullmatch(rule.document.get(AIR_GAPPED, ""))
        own.append(("air_gapped", target and target[4], AIR_GAPPED))
        for setting, name, key in own:
            if name:
                vault = _vault(case, name, region, case.account)
                path = f"{rule.path}/{key}"
                found[path, region] = Store(rule, None, setting, name, region, "$account", vault, path)
    for copy in rule.copies:
        if copy.target and rule.plan.regions:
            place = _copied_to(case, rule, copy, copy.target)
            found[place.path, place.region] = place
    return list(found.values())


def _copied_to(case: Case, rule: Rule, copy: Copy, target: Target) -> Store:
    account = case.account if target.account == "$account" else target.account
    vault = _vault(case, target.name, target.region, account)
    path = f"{copy.path}/{TARGET}"
    crosses = account != case.account
    return Store(rule, copy, "copy", target.name, target.region, target.account, vault, path, crosses)


def _vault(case: Case, name: str, region: str, account: str) -> Tree:
    return vault_at(case.snapshot, Place(name, region, account, case.members.get(account)), case.today)


def every_store(case: Case) -> Iterator[Store]:
    for plan in case.plans:
        for rule in plan.rules:
            yield from stores(case, rule)


def namesakes(case: Case, place: Store) -> list[str]:
    """Vaults there, or perhaps there, whose names differ in upper and lower case only."""
    account = case.account if place.account == "$account" else place.account
    alike = [
        entry["name"]
        for entry in case.snapshot.get("vaults", [])
        if entry["name"].lower() == place.name.lower() and entry["name"] != place.name
    ]
    return [
        name
        for name in dict.fromkeys(alike)
        if _is_there(case.snapshot, Place(name, place.region, account, case.members.get(account)), case.today)
    ]


def _is_there(snapshot: Tree, place: Place, today: date) -> bool:
    """Whether the snapshot lists it there, or may mean there."""
    entries = [entry for entry in snapshot["vaults"] if entry["name"] == place.name]
    looked_up = {"vaults": entries, "searched": {"accounts": [place.account]}}
    return vault_at(looked_up, place, today)["exists"] is not False


def pairs(case: Case) -> Iterator[tuple[Rule, Rule, set[str], set[str]]]:
    """Every two rules that back up one resource, with the types and those of them that both sides list."""
    for first, second in combinations_with_replacement(case.plans, 2):
        if first is second:
            types, both = reached(first), set(named(first))
            rules = list(combinations(first.rules, 2))
        elif set(first.regions) & set(second.regions):
            meeting = [(a, b, _common(a, b)) for a, b in product(first.selections, second.selections)]
            types = {name for _, _, common in meeting for name in common}
            both = {name for a, b, common in meeting if names_types(a) and names_types(b) for name in common}
            rules = list(product(first.rules, second.rules))
        else:
            continue
        for one, other in rules:
            yield one, other, types, both


def _common(first: Selection, second: Selection) -> set[str]:
    """The types of which both surely select one resource: by the same tag, both by type, or one takes everything."""
    asked = [{entry[1:] for entry in conditions(selection)} for selection in (first, second)]
    if asked[0] and asked[1] and asked[0] != asked[1]:
        return set()
    if first.kind == second.kind == "tag":
        values = [set(selection.document.get("tag_value", [])) for selection in (first, second)]
        met = first.document.get("tag_key") == second.document.get("tag_key") and bool(values[0] & values[1])
    else:
        met = first.kind == second.kind or any(_takes_everything(selection) for selection in (first, second))
        met = met or _tag_in_both_forms(first, second) or _tag_in_both_forms(second, first)
    return set(reach(first)) & set(reach(second)) if met else set()


def _tag_in_both_forms(tagged: Selection, typed: Selection) -> bool:
    """A tag selection without conditions, and types with one condition that asks for a tag of it."""
    asked = [entry[1:] for entry in conditions(typed)]
    if tagged.kind != "tag" or typed.kind != "resource" or conditions(tagged) or not listed_types(typed):
        return False
    name = tagged.document.get("tag_key", "")
    return asked in [
        [("string_equals", prefix + name, value)]
        for prefix in {entry[1][: len("aws:ResourceTag/")] for entry in asked}
        if prefix.lower() == "aws:resourcetag/"
        for value in tagged.document.get("tag_value", [])
    ]


def _takes_everything(selection: Selection) -> bool:
    return selection.kind == "resource" and "*" in listed_types(selection) and not conditions(selection)


def opt_in(case: Case) -> dict[str, list[str]]:
    """AWS's names of the types that the management account has opted in to, by Region."""
    found: dict[str, list[str]] = case.snapshot.get("settings", {}).get("opt_in", {})
    return found
