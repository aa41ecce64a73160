"""The checks of AWS Backup (PE5xx), from the numbers of docs/facts.md: what a plan says by itself."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from math import inf

from oracle import capabilities
from oracle.capabilities import TYPES
from oracle.claims import Claims, at
from oracle.deployed import (
    COLD,
    DELETE,
    TARGET,
    Case,
    Copy,
    Plan,
    Selection,
    Tree,
    conditions,
    days,
    is_archive,
    is_continuous,
    lifecycles,
    listed_types,
    minutes,
    named,
    opt_in,
    pairs,
    reached,
    stores,
)
from oracle.taken import COMPOSITE, goes, has_basic_tables, taken, taken_by


def cold_storage_too_short(case: Case) -> Claims:
    """1.3.6: delete >= cold + 90. With the archive opt-in AWS looks at both days itself (1.3.14)."""
    for plan in case.plans:
        for rule, copy, path, document in lifecycles(plan):
            own = copy is None or "delete_after_days" in document.get("lifecycle", {})
            delete = days(document if own else rule.document, "delete_after_days")
            cold = days(document, "move_to_cold_storage_after_days")
            excused = (copy is None and is_continuous(rule)) or (is_archive(document) and own)
            if cold < inf and delete < cold + 90 and not excused:
                yield at(f"{path}/{COLD}")


def retention_too_long(case: Case) -> Claims:
    """1.3.1, 1.3.5: 36,500 days at most."""
    for plan in case.plans:
        for _, _, path, document in lifecycles(plan):
            if 36_500 < days(document, "delete_after_days") < inf:
                yield at(f"{path}/{DELETE}")


def window_too_long(case: Case) -> Claims:
    """1.2.5: 52,560,000 minutes at most."""
    for plan in case.plans:
        for rule in plan.rules:
            for key in ("start_backup_window_minutes", "complete_backup_window_minutes"):
                if int(rule.document.get(key, 0)) > 52_560_000:
                    yield at(f"{rule.path}/{key}")


def retention_unlimited(case: Case) -> Claims:
    """1.3.1: without days backups are kept forever; continuous ones are not (1.3.2)."""
    for plan in case.plans:
        for rule in plan.rules:
            if days(rule.document, "delete_after_days") == inf and not is_continuous(rule):
                yield at(f"{rule.path}/{DELETE}")


def schedule_missing(case: Case) -> Claims:
    """1.1.15, 1.1.16."""
    for plan in case.plans:
        for rule in plan.rules:
            if "schedule_expression" not in rule.document:
                yield at(f"{rule.path}/schedule_expression")


def schedule_past_midnight(case: Case) -> Claims:
    """1.1.19: `H/n` starts over at midnight."""
    for plan in case.plans:
        for rule in plan.rules:
            fields = rule.document.get("schedule_expression", "cron(0 5 ? * * *)")[5:-1].split()
            daily = fields[2:5] in (["?", "*", "*"], ["*", "*", "?"])
            if _loses_its_rhythm(fields[1], daily=daily):
                yield at(f"{rule.path}/schedule_expression")


def _loses_its_rhythm(text: str, *, daily: bool) -> bool:
    items = text.split(",")
    hours = sorted({hour for item in items for hour in _hours(item)})
    for start, step in [(item.split("/")[0], int(item.split("/")[1])) for item in items if "/" in item]:
        if "-" in start:
            continue  # whoever writes a range wants it to end
        first = 0 if start == "*" else int(start)
        if 24 % step == 0:
            broken = not {*range(first % step, 24, step)} <= {*hours}
        elif daily:
            pauses = [later - earlier for earlier, later in pairwise([*hours, hours[0] + 24])]
            broken = len(pauses) == 1 or len({*pauses}) > 1
        else:
            broken = first >= step
        if broken:
            return True
    return False


def _hours(item: str) -> range:
    span, _, step = item.partition("/")
    first, _, last = span.partition("-")
    begin = 0 if first == "*" else int(first)
    end = int(last) if last else 23 if step or first == "*" else begin
    return range(begin, end + 1, int(step or 1))


def schedule_weekday_number(case: Case) -> Claims:
    """1.1.5: 1 is Sunday. Which days are all of them does not hang on how they are counted."""
    for plan in case.plans:
        for rule in plan.rules:
            weekday = rule.document.get("schedule_expression", "cron(0 5 ? * * *)")[5:-1].split()[4]
            if re.search("[1-7]", weekday.split("#")[0]) and weekday not in {"1-7", "7-6", "*/1"}:
                yield at(f"{rule.path}/schedule_expression")


def completion_window_short(case: Case) -> Claims:
    """1.2.7, with the defaults of 1.2.1; FSx has no completion window (1.2.9)."""
    for plan in case.plans:
        if reached(plan) <= {"FSx", "FSxVolume"}:
            continue
        for rule in plan.rules:
            start = minutes(rule, "start_backup_window_minutes", 480)
            if minutes(rule, "complete_backup_window_minutes", 10_080) <= start:
                written = [key for key in rule.document if key.endswith("_backup_window_minutes")]
                yield at(*(f"{rule.path}/{key}" for key in written))


def continuous_with_cold_storage(case: Case) -> Claims:
    """1.4.3."""
    for plan in case.plans:
        for rule in plan.rules:
            if is_continuous(rule) and days(rule.document, "move_to_cold_storage_after_days") < inf:
                yield at(f"{rule.path}/{COLD}")


def continuous_conflict(case: Case) -> Claims:
    """1.4.7 and 1.4.8 for two continuous rules, 1.4.9 for S3 in two vaults."""
    for first, second, types, both in pairs(case):
        vaults = {rule.document.get("target_backup_vault_name", "") for rule in (first, second)}
        retentions = {days(rule.document, "delete_after_days") for rule in (first, second)}
        ours = [rule for rule in (first, second) if is_continuous(rule)]
        if len(ours) == 2:
            possible = any(TYPES[name].continuous in {"yes", "some"} for name in types)
            if possible and (len(vaults) == 2 or len(retentions) == 2):
                yield at(*(f"{rule.path}/enable_continuous_backup" for rule in ours))
        elif len(ours) == 1 and len(vaults) == 2 and "S3" in both:
            other = second if ours[0] is first else first
            yield at(f"{other.path}/target_backup_vault_name")


def cold_storage_ignored(case: Case) -> Claims:
    """1.3.11 to 1.3.13, 2.3.5: for any type that a selection lists, and all that one by tag or `*` takes."""
    for plan in case.plans:
        for rule, copy, path, document in lifecycles(plan):
            if days(document, "move_to_cold_storage_after_days") == inf or (copy is None and is_continuous(rule)):
                continue
            never = {"no"} if is_archive(document) else {"no", "archive"}
            if any(TYPES[name].cold in never for name in named(plan)):
                yield at(f"{path}/{COLD}")
            for region, types in taken(case, plan):
                places = [place for place in stores(case, rule) if place.copy is copy]
                basic = has_basic_tables(case, region)
                warm = [
                    TYPES[name].cold in never or (name == "DynamoDB" and basic)
                    for name in types
                    if not copy or any(goes(case, name, place, region) for place in places)
                ]
                if warm and all(warm):
                    yield at(f"{path}/{COLD}", region=region)


def copy_unsupported_type(case: Case) -> Claims:
    """2.1.1 for types that are never copied, 2.4 for those that some Regions do not copy."""
    for plan in case.plans:
        for copy in (copy for rule in plan.rules for copy in rule.copies):
            path = f"{copy.path}/{TARGET}"
            if any(TYPES[name].copy == "no" for name in named(plan)):
                yield at(path)
            yield from _lost(plan, path, partial(_stays, copy))
            if _crosses(case, copy):
                if any(TYPES[name].across == "no" and TYPES[name].copy != "no" for name in named(plan)):
                    yield at(path)  # 2.1.5
                yield from _lost(plan, path, capabilities.stays_in_account)


def _lost(plan: Plan, path: str, stays: Callable[[str, str], bool]) -> Claims:
    """The Regions that lose the same types are told together; the Region is named where it is one."""
    regions: dict[frozenset[str], list[str]] = {}
    for region in plan.regions:
        lost = frozenset(name for name in named(plan) if TYPES[name].copy != "no" and stays(region, name))
        if lost:
            regions.setdefault(lost, []).append(region)
    for found in regions.values():
        yield at(path, region=found[0] if len(found) == 1 else "")


def _stays(copy: Copy, region: str, name: str) -> bool:
    return copy.target is not None and capabilities.stays_in_region(region, copy.target.region, name)


def _crosses(case: Case, copy: Copy) -> bool:
    return copy.target is not None and copy.target.account not in {"$account", case.account}


def copy_to_same_vault(case: Case) -> Claims:
    """4.4.18; an air-gapped vault that may be an ordinary one counts, too. An ARN of another partition names neither."""
    for plan in case.plans:
        for rule in plan.rules:
            others = {
                (place.name, place.region)
                for place in stores(case, rule)
                if place.setting == "air_gapped" and place.vault["type"] not in {"standard", "air_gapped"}
            }
            for copy in rule.copies:
                for region in plan.regions:
                    same = copy.target and not _crosses(case, copy) and copy.target.region == region
                    ours = copy.target and copy.target.partition == capabilities.partition_of(region)
                    vault = rule.document.get("target_backup_vault_name")
                    if (
                        same
                        and ours
                        and copy.target
                        and (copy.target.name == vault or (copy.target.name, region) in others)
                    ):
                        yield at(f"{copy.path}/{TARGET}", region=region if len(plan.regions) > 1 else "")


def copy_arn_malformed(case: Case) -> Claims:
    """1.5.3, 1.5.4 and 4.4.2: no Region, another partition, too short a name, or a key that says something else."""
    for plan in case.plans:
        for copy in (copy for rule in plan.rules for copy in rule.copies):
            if copy.target and _is_malformed(plan, copy):
                yield at(f"{copy.path}/{TARGET}")


def _is_malformed(plan: Plan, copy: Copy) -> bool:
    assert copy.target
    partition = capabilities.partition_of(copy.target.region)
    ours = {capabilities.partition_of(region) for region in plan.regions}
    listed = copy.spelled.rpartition(":")[2]
    return (
        not partition
        or (partition != copy.target.partition and partition in ours)
        or len(copy.target.name) < 2
        or copy.key != copy.arn.lower()
        or (listed != listed.lower() and listed != copy.target.name)
    )


def copy_region_unreachable(case: Case) -> Claims:
    """2.4: copies do not leave their partition."""
    for plan in case.plans:
        for copy in (copy for rule in plan.rules for copy in rule.copies):
            if copy.target and any(capabilities.cut_off(region, copy.target.region) for region in plan.regions):
                yield at(f"{copy.path}/{TARGET}")


def index_two_types(case: Case) -> Claims:
    """1.5.10: one type a rule."""
    for plan in case.plans:
        for rule in plan.rules:
            if len({*rule.document.get("index_actions", {}).get("resource_types", [])}) > 1:
                yield at(f"{rule.path}/index_actions/resource_types")


def scan_without_settings(case: Case) -> Claims:
    """1.5.11: a scan needs settings with a role and types, and should find something of these."""
    for plan in case.plans:
        scanning = [rule for rule in plan.rules if "scan_actions" in rule.document]
        settings = plan.document.get("scan_settings", {}).get("guardduty")
        for rule in scanning if settings is None else []:
            yield at(f"{rule.path}/scan_actions")
        if scanning and settings is not None:
            yield from _unfit(case, plan, settings)


def _unfit(case: Case, plan: Plan, settings: Tree) -> Claims:
    place, types = f"{plan.path}/scan_settings/guardduty", settings.get("resource_types", [])
    if not types or "scanner_role_arn" not in settings:
        yield at(place)
    scanned = {kind for name in types for kind in (["S3"] if name == "S3" else ["EBS", "EC2"])}
    scanned |= {"S3"} if "ALL" in types else set()
    selected = _selected(case, plan)
    if types and selected and not (scanned | COMPOSITE) & selected:
        yield at(f"{place}/resource_types")


def scanner_role_unfit(case: Case) -> Claims:
    """1.5.12, 3.21: the default role and service-linked ones, as AWS makes them, do not trust GuardDuty."""
    for plan in case.plans:
        role = plan.document.get("scan_settings", {}).get("guardduty", {}).get("scanner_role_arn", "")
        path, _, name = role.partition(":role/")[2].rpartition("/")
        made = name.lower() == "awsbackupdefaultservicerole" or name.lower().startswith("awsserviceroleforbackup")
        if (made or path.startswith("aws-service-role")) and any(
            "scan_actions" in rule.document for rule in plan.rules
        ):
            yield at(f"{plan.path}/scan_settings/guardduty/scanner_role_arn")


def _selected(case: Case, plan: Plan) -> set[str]:
    """The types that a plan selects in any Region, or may select where nobody knows them all."""
    found = [taken_by(case, selection, region) for selection in plan.selections for region in plan.regions]
    return reached(plan) if None in found else {name for each in found for name in each or ()}


def index_of_nothing(case: Case) -> Claims:
    """1.5.10, 2.1: there are indexes of volumes and buckets; 3.17: instances, stacks and clusters of EKS hold some."""
    for plan in case.plans:
        selected = _selected(case, plan)
        for rule in plan.rules:
            indexed = {*rule.document.get("index_actions", {}).get("resource_types", [])}
            met = {name for name in indexed if ({"EBS": {"EBS", "EC2"}}.get(name, {name})) & selected}
            if selected and indexed - met and not COMPOSITE & selected:
                yield at(f"{rule.path}/index_actions/resource_types")


def quota_exceeded(case: Case) -> Claims:
    """7.1 and 3.11. Three hundred plans are more than anybody generates."""
    for plan in case.plans:
        for rule in plan.rules:
            if len(rule.copies) > 5:
                yield at(f"{rule.path}/copy_actions")
            if len(rule.document.get("recovery_point_tags", {})) > 10:
                yield at(f"{rule.path}/recovery_point_tags")
        if len(plan.selections) > 100:
            yield at(f"{plan.path}/selections")
        if sum(selection.kind == "tag" for selection in plan.selections) > 10:
            yield at(f"{plan.path}/selections/tags")
        for selection in plan.selections:
            if len(selection.document.get("tag_value", [])) > 30:
                yield at(f"{selection.path}/tag_value")


def selection_reaches_everything(case: Case) -> Claims:
    """3.5, 3.8. Where nothing is opted in in a Region, the selection reaches nothing there, which `opt-in-off` says."""
    for plan in case.plans:
        reaches = all(opt_in(case).get(region, ["of which nothing is known"]) for region in plan.regions)
        for selection in plan.selections if reaches else ():
            bare = not conditions(selection) and not selection.document.get("not_resource_types")
            if "*" in listed_types(selection) and bare:
                yield at(f"{selection.path}/resource_types")


def selection_both_kinds(case: Case) -> Claims:
    """Section 3: AWS's page calls tags and types mutually exclusive. A tag of no value takes nothing that adds up."""
    for plan in case.plans:
        taking = [each for each in plan.selections if each.kind == "resource" or each.document.get("tag_value")]
        if {selection.kind for selection in taking} == {"tag", "resource"}:
            yield at(f"{plan.path}/selections/resources")


def tag_value_wildcard(case: Case) -> Claims:
    """3.1, 3.2, 3.6 to 3.8, 3.15."""
    for plan in case.plans:
        for selection in plan.selections:
            key, values = selection.document.get("tag_key", ""), selection.document.get("tag_value", [])
            if any("*" in value or value != value.strip() for value in values):
                yield at(f"{selection.path}/tag_value")
            if key.startswith("aws:ResourceTag/") or "*" in key or key != key.strip():
                yield at(f"{selection.path}/tag_key")
            yield from _odd_conditions(selection)
            yield from _contradicting(selection)


def _contradicting(selection: Selection) -> Claims:
    """3.2: all conditions must hold, beside the tag of a tag selection, and no tag has two values at once."""
    wanted: dict[str, str] = {}
    if len(selection.document.get("tag_value", [])) == 1:
        wanted[f"aws:resourcetag/{selection.document['tag_key']}"] = selection.document["tag_value"][0]
    said = [
        (path, operator, f"aws:resourcetag/{key[16:]}", value) for path, operator, key, value in conditions(selection)
    ]
    for path, operator, key, value in said:
        if operator == "string_equals" and wanted.setdefault(key, value) != value:
            yield at(f"{path}/condition_value")
    for path, operator, key, value in said:
        if operator == "string_not_equals" and wanted.get(key) == value:
            yield at(f"{path}/condition_value")


def _odd_conditions(selection: Selection) -> Claims:
    for path, operator, key, value in conditions(selection):
        if ("*" in value and operator in {"string_equals", "string_not_equals"}) or value != value.strip():
            yield at(f"{path}/condition_value")
        prefixed = key.lower().startswith("aws:resourcetag/")
        bare = key[len("aws:ResourceTag/") :] if prefixed else key
        if not prefixed or bare != bare.strip():
            yield at(f"{path}/condition_key")


def region_unsupported(case: Case) -> Claims:
    """2.4, and ARNs of another partition (2.2)."""
    for plan in case.plans:
        for region in plan.regions:
            if region in capabilities.DOUBTFUL_POLICIES:
                yield at(f"{plan.path}/regions", region=region)
            for rule in plan.rules:
                if region in capabilities.WITHOUT_SEARCH and rule.document.get("index_actions", {}).get(
                    "resource_types"
                ):
                    yield at(f"{rule.path}/index_actions", region=region)
                if region in capabilities.WITHOUT_SCANS and "scan_actions" in rule.document:
                    yield at(f"{rule.path}/scan_actions", region=region)
        partitions = {capabilities.partition_of(region) for region in plan.regions}
        if any(partitions - {partition} for partition in _partitions(plan)):
            yield at(f"{plan.path}/regions")


def _partitions(plan: Plan) -> set[str]:
    """The partitions of roles and types that the plan names."""
    texts = [plan.document.get("scan_settings", {}).get("guardduty", {}).get("scanner_role_arn", "")]
    for selection in plan.selections:
        texts.append(selection.document.get("iam_role_arn", ""))
        texts += selection.document.get("resource_types", []) + selection.document.get("not_resource_types", [])
    return {text.split(":")[1] for text in texts if text.startswith("arn:")}
