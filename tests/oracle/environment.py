"""The checks of the environment (PE6xx), from the numbers of docs/facts.md: what the snapshot adds to a plan."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf

from oracle import capabilities
from oracle.capabilities import OPT_IN_ALWAYS, TYPES
from oracle.claims import Claims, at
from oracle.deployed import (
    AIR_GAPPED,
    COLD,
    DAY,
    DELETE,
    TARGET,
    Case,
    Rule,
    Selection,
    Store,
    days,
    every_store,
    in_region,
    is_continuous,
    named,
    named_beside_all,
    names_types,
    namesakes,
    opt_in,
    reach,
    stores,
)
from oracle.taken import goes, has_basic_tables, taken
from oracle.truth import UNKNOWN


def vault_missing(case: Case) -> Claims:
    """1.5.3, 8.2. Of one vault all settings of the account are told together."""
    places: dict[tuple[str, str, str], list[str]] = {}
    for place in every_store(case):
        if len(place.name) < 2 and place.setting != "copy":
            places.setdefault((place.name, "", ""), []).append(place.path)
        elif place.vault["exists"] is False and not namesakes(case, place) and not _reported_elsewhere(place):
            places.setdefault((place.name, place.region, place.account), []).append(place.path)
    for (_, region, _), paths in places.items():
        yield at(*paths, region=region)


def _reported_elsewhere(place: Store) -> bool:
    """`Default`; no air-gapped vaults in the Region; a copy that leads nowhere."""
    impossible = place.setting == "air_gapped" and place.region in capabilities.WITHOUT_AIR_GAPPED
    regions = place.rule.plan.regions
    nowhere = len(place.name) < 2 or all(capabilities.cut_off(region, place.region) for region in regions)
    return place.name == "Default" or impossible or (place.setting == "copy" and nowhere)


def vault_name_case(case: Case) -> Claims:
    """1.5.3: names tell upper case from lower."""
    for place in every_store(case):
        if place.vault["exists"] is False and namesakes(case, place):
            yield at(place.path, region=place.region)


def default_vault_assumed(case: Case) -> Claims:
    """4.1: `Default` is there only after somebody opened the console; said once where nobody looked."""
    for place in every_store(case):
        doubtful = place.vault["exists"] is not True and not namesakes(case, place)
        if place.name == "Default" and not place.crosses and doubtful:
            yield at(place.path, region=place.region if place.vault["exists"] is False else "")


def role_missing(case: Case) -> Claims:
    """8.1, 1.5.12. Of one role all selections of the account are told together, and so are all scans."""
    places: dict[str, list[str]] = {}
    scanners: dict[str, list[str]] = {}
    for plan in case.plans:
        for selection in plan.selections:
            role = selection.document.get("iam_role_arn", "").partition(":role/")[2]
            if role and _has_role(case, role) is False:
                places.setdefault(role, []).append(f"{selection.path}/iam_role_arn")
        scanner = plan.document.get("scan_settings", {}).get("guardduty", {}).get("scanner_role_arn", "")
        role = scanner.partition(":role/")[2]
        if role and any("scan_actions" in rule.document for rule in plan.rules) and _has_role(case, role) is False:
            scanners.setdefault(role, []).append(f"{plan.path}/scan_settings/guardduty/scanner_role_arn")
    for paths in [*places.values(), *scanners.values()]:
        yield at(*paths)


def _has_role(case: Case, role: str) -> object:
    answers = [
        _covers(entry.get("accounts"), case)
        for entry in case.snapshot.get("roles", [])
        if entry["name"].removeprefix("/") == role  # a bare name is of the path `/`
    ]
    if True in answers:
        return True
    looked = "roles" in case.snapshot and _covers(case.snapshot.get("searched", {}).get("accounts", "*"), case)
    return UNKNOWN if UNKNOWN in answers or looked is not True else False


def _covers(scope: object, case: Case) -> object:
    if scope is None:
        return UNKNOWN
    if isinstance(scope, list):
        return case.account in scope
    return scope == "*" or (isinstance(scope, dict) and scope["ou"] in case.units)


def opt_in_off(case: Case) -> Claims:
    """2.3.1 to 2.3.3; the pattern of clusters is on in part with RDS alone (2.3.3a), or with some of its types."""
    for region, names in opt_in(case).items():
        on = {name.lower() for name in names}
        for plan in (plan for plan in case.plans if region in plan.regions):
            for selection in (in_region(selection, region) for selection in plan.selections):
                if any(not on & {word.lower() for word in TYPES[name].opt_in} for name in _asked_beside_all(selection)):
                    yield at(f"{selection.path}/resource_types", region=region)
                elif not on and not names_types(selection):
                    yield at(selection.path, f"{selection.path}/resource_types", region=region)
                listed = [name for name in reach(selection) if name in OPT_IN_ALWAYS] if names_types(selection) else []
                off = [name for name in listed if not on & {word.lower() for word in TYPES[name].opt_in}]
                if off:
                    in_part = off == ["Aurora"] and "rds" in on
                    yield at(f"{selection.path}/resource_types", region=region, may=in_part)
                if "Aurora" in listed and "Aurora" not in off and not on >= {"aurora", "documentdb", "neptune"}:
                    yield at(f"{selection.path}/resource_types", region=region)


def _asked_beside_all(selection: Selection) -> list[str]:
    """The types named beside `*` (2.3.7); of two the name in the opt-in is not confirmed (2.2)."""
    return [name for name in named_beside_all(selection) if TYPES[name].opt_in]


def _bounds(place: Store) -> tuple[float, float, str]:
    """4.2.3, 4.2.4: days at least and at most, and the Region of the lock; an air-gapped vault asks for 7 (4.1)."""
    least: float = 7 if place.is_air_gapped else 0
    shortest, longest = place.vault["min_retention"], place.vault["max_retention"]
    known = [bound for bound in (shortest, longest) if isinstance(bound, (int, float))]
    if isinstance(shortest, (int, float)):
        least = max(shortest / DAY, least)
    most = longest / DAY if isinstance(longest, (int, float)) else inf
    return least, most, place.region if known else ""


def _outside(case: Case, *, copies: bool) -> Iterator[tuple[Store, str]]:
    for place in every_store(case):
        least, most, region = _bounds(place)
        if (place.setting == "copy") is copies and not least <= place.retention <= most:
            yield place, region


def _unbounded(place: Store) -> bool:
    """4.1: an air-gapped vault always has a longest retention, be it known or not."""
    return place.is_air_gapped and place.retention == inf and _bounds(place)[1] == inf


def retention_outside_vault_lock(case: Case) -> Claims:
    """4.2.4, 4.2.6, 4.4.17; a retention that is not set is told at the vault."""
    for place, region in _outside(case, copies=False):
        if not is_continuous(place.rule):
            yield at(place.path if place.retention == inf else f"{place.rule.path}/{DELETE}", region=region)
    for place in every_store(case):
        if place.setting != "copy" and _unbounded(place):
            yield from (at(place.path, region=region, may=True) for region in ("", place.region))


def copy_outside_vault_lock(case: Case) -> Claims:
    """4.2.4, 4.3."""
    for place, region in _outside(case, copies=True):
        assert place.copy
        own = "delete_after_days" in place.copy.document.get("lifecycle", {})
        yield at(f"{place.copy.path}/{DELETE}" if own else place.path, region=region)
    for place in every_store(case):
        if place.setting == "copy" and _unbounded(place):
            yield from (at(place.path, region=region, may=True) for region in ("", place.region))


def continuous_outside_vault_lock(case: Case) -> Claims:
    """1.4.12; copies of continuous backups are snapshots (1.4.11)."""
    for place, region in _outside(case, copies=False):
        if is_continuous(place.rule):
            yield at(f"{place.rule.path}/enable_continuous_backup", region=region)


def lock_irreversible(case: Case) -> Claims:
    """4.2.7."""
    for place in every_store(case):
        compliance = place.vault["lock"] == "compliance" and place.vault["max_retention"] == inf
        if place.retention == inf and compliance and not place.is_air_gapped:
            yield at(place.path, region=place.region)


def copy_to_default_vault(case: Case) -> Claims:
    """4.1."""
    yield from (at(place.path) for place in every_store(case) if place.crosses and place.name == "Default")


def cross_account_disabled(case: Case) -> Claims:
    """4.4.5."""
    off = case.snapshot.get("settings", {}).get("cross_account_backup") is False
    yield from (at(place.path) for place in every_store(case) if off and place.crosses)


def copy_outside_organization(case: Case) -> Claims:
    """4.4.4; the management account belongs to it."""
    ours = {*case.members, case.snapshot.get("organization", {}).get("management_account")}
    yield from (at(place.path) for place in every_store(case) if place.crosses and place.account not in ours)


def copy_key_unusable(case: Case) -> Claims:
    """4.4.9: `aws/backup` takes no copies of types that AWS Backup does not manage fully, from another account.

    Copies of unencrypted clusters need no key (4.4.12), so clusters are left out. What comes out of an air-gapped vault
    needs a customer's key whatever it is (4.4.16), and `Default` has AWS's (4.1); of copies of others to it another
    check tells.
    """
    for plan in case.plans:
        for place in (place for rule in plan.rules for place in stores(case, rule)):
            own = place.vault["key"] == "aws_managed" or (place.name == "Default" and place.vault["key"] is UNKNOWN)
            elsewhere = place.crosses and place.name == "Default"
            if place.setting == "copy" and AIR_GAPPED in place.rule.document and own and not elsewhere:
                yield at(place.path, region=place.region)
        if any(TYPES[name].managed == "no" and TYPES[name].across == "yes" for name in named(plan)):
            for place in (place for rule in plan.rules for place in stores(case, rule)):
                if place.crosses and place.vault["key"] == "aws_managed" and place.name != "Default":
                    yield at(place.path, region=place.region)
        for region, types in taken(case, plan):  # all that arrives of what a selection by tag or `*` takes
            for place in (place for rule in plan.rules for place in stores(case, rule)):
                unfit = place.crosses and place.vault["key"] == "aws_managed" and place.name != "Default"
                coming = [name for name in types if unfit and goes(case, name, place, region)]
                needy = all(TYPES[name].managed == "no" and TYPES[name].across == "yes" for name in coming)
                if coming and needy and AIR_GAPPED not in place.rule.document:
                    yield at(place.path, region=region)


def air_gapped_unsupported(case: Case) -> Claims:
    """1.4.13, 2.1, 2.4, 4.4.17: a vault of the wrong kind or partition, none in the Region, or types that cannot go."""
    for plan in case.plans:
        for place in (place for rule in plan.rules for place in stores(case, rule)):
            asked, kind = place.setting == "air_gapped", place.vault["type"]
            nowhere = asked and place.region in capabilities.WITHOUT_AIR_GAPPED
            nowhere = nowhere or (asked and _is_of_other_partition(place))
            if nowhere or (asked and kind == "standard") or (place.setting == "vault" and kind == "air_gapped"):
                yield at(place.path, region=place.region)
            elif place.is_air_gapped:
                if asked and is_continuous(place.rule) and "Aurora" in named(plan):
                    yield at(place.path)  # 1.4.13: only snapshots go there
                arriving = [name for name in named(plan) if place.setting == "air_gapped" or TYPES[name].copy != "no"]
                never = [name for name in arriving if TYPES[name].air_gapped == "no"]
                if never:
                    yield at(place.path, region=place.region if place.setting == "copy" else "")
                if any(capabilities.never_air_gapped(place.region, name) for name in arriving if name not in never):
                    yield at(place.path, region=place.region)
                yield from _without_air_gap(case, place)


def _without_air_gap(case: Case, place: Store) -> Claims:
    """2.1, 2.3.2, 2.3.5, 2.4: nothing that a selection by tag or `*` takes goes there, and some of it is on the way."""
    for region, types in taken(case, place.rule.plan):
        basic = has_basic_tables(case, region)
        out = [
            TYPES[name].air_gapped == "no"
            or capabilities.never_air_gapped(place.region, name)
            or (name == "DynamoDB" and basic)
            for name in types
            if goes(case, name, place, region)
        ]
        if out and all(out) and place.region not in capabilities.WITHOUT_AIR_GAPPED:
            yield at(place.path, region=region)


def _is_of_other_partition(place: Store) -> bool:
    arn = str(place.rule.document["target_logically_air_gapped_backup_vault_arn"])
    return capabilities.partition_of(place.region) not in {"", arn.lower().split(":")[1]}


def dynamodb_advanced_off(case: Case) -> Claims:
    """2.3.5: no copy, no cold storage and no air-gapped vault unless both preferences are on."""
    advanced = case.snapshot.get("settings", {}).get("dynamodb_advanced", {})
    opted = {region: [name.lower() for name in names] for region, names in opt_in(case).items()}
    for plan in (plan for plan in case.plans if "DynamoDB" in named(plan)):
        for rule in plan.rules:
            for region in plan.regions:
                off = advanced.get(region) is False or "dynamodb" not in opted.get(region, ["dynamodb"])
                if off and (needs := [*_advanced(rule)]):
                    yield at(*needs, region=region)


def copy_of_nothing(case: Case) -> Claims:
    """2.1, 2.3.3, 2.4: none of the types that a selection by tag or `*` takes has copies this way."""
    for plan in case.plans:
        for region, types in taken(case, plan):
            for place in (place for rule in plan.rules for place in stores(case, rule) if place.setting == "copy"):
                reachable = not capabilities.cut_off(region, place.region)
                if reachable and not any(goes(case, name, place, region) for name in types):
                    yield at(place.path, region=region)


def _advanced(rule: Rule) -> Iterator[str]:
    yield from (f"{copy.path}/{TARGET}" for copy in rule.copies)
    if days(rule.document, "move_to_cold_storage_after_days") < inf:
        yield f"{rule.path}/{COLD}"
    if AIR_GAPPED in rule.document:
        yield f"{rule.path}/{AIR_GAPPED}"
