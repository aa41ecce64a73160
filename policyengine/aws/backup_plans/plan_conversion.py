"""From backup plans of AWS Backup to the content of a backup policy.

The settings are those of `aws/settings.py`: AWS Backup writes the same words in capitals (`DeleteAfterDays`), with the
exceptions below. How selections choose is facts 3.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from msgspec.structs import replace

from policyengine.aws.arns import ACCOUNT, air_gapped_vault_arn, read_vault_arn, vault_arn
from policyengine.aws.backup_plans.plan_answers import GivenPlan
from policyengine.aws.backup_plans.plan_parts import PlanPart, PlanRemark, PolicyNode, assigned, shown
from policyengine.aws.backup_plans.plan_selections import own_role, policy_selections
from policyengine.aws.documents import ASSIGN, Json
from policyengine.aws.facts.foreign_keys import plain_key
from policyengine.aws.setting_rows import Kind, SettingRow
from policyengine.aws.settings import (
    ADVANCED,
    AIR_GAPPED_VAULT,
    COMPLETE_WITHIN,
    COPY_BLOCK,
    COPY_TARGET,
    INDEX,
    MALWARE_SCAN,
    PLAN_TAGS,
    PLANS,
    RECOVERY_POINT_TAGS,
    REGIONS,
    RULE_BLOCK,
    SCAN,
    SCANNED_TYPES,
    SCANNER_ROLE,
    SELECTIONS,
    START_WITHIN,
    TAG_KEY,
    TAG_VALUE,
    VAULT,
    settings,
)
from policyengine.base.errors import UsageError
from policyengine.base.text import quoted

_OTHER_NAMES: Mapping[str, SettingRow] = {
    "TargetBackupVault": VAULT,
    "StartWindowMinutes": START_WITHIN,
    "CompletionWindowMinutes": COMPLETE_WITHIN,
}
"""Keys that are not those of policies: AWS Backup's (BackupRuleInput) and CloudFormation's (BackupRuleResourceType)."""
_TIME_ZONE, _LIFECYCLE, _COPIES = "ScheduleExpressionTimezone", "Lifecycle", "CopyActions"
_POINT_TAGS, _INDEX, _SCAN = "RecoveryPointTags", "IndexActions", "ScanActions"
_IN_RULES = ("RuleName", "RuleId", _TIME_ZONE, _LIFECYCLE, _COPIES, _POINT_TAGS, _INDEX, _SCAN)
_UTC = frozenset({"", "utc", "etc/utc"})
_SCANNER = SCAN.path[-2]
_WHOLE = re.compile(r"(-?\d+)\.0+")  # CloudFormation's numbers have fractions
_NEVER = re.compile(r"-1(\.0+)?")
_AWS_TAG = "aws:"


def policy_content(plans: Sequence[GivenPlan], region: str, partition: str) -> tuple[Json, tuple[PlanRemark, ...]]:
    """The content of a policy with these plans in their Regions, and what it cannot say.

    `region` is that of plans whose ARN is not given. Raises `UsageError` where one is missing, and for two plans or
    rules whose names differ in case at most, which a policy holds for equal.
    """
    content: PolicyNode = {}
    for number, given in enumerate(plans, start=1):
        name = replace(given.plan, place=(*given.plan.place, str(number))).required("BackupPlanName")
        _refuse_repeated(name, content, "plans")
        content[name] = _plan(replace(given, region=given.region or region), name, partition)
    of_files = dict.fromkeys(part.remarks for given in plans for part in (given.plan, *given.selections))
    return {PLANS: content}, tuple(remark for of_file in of_files for remark in of_file.entries)


def _plan(given: GivenPlan, name: str, partition: str) -> PolicyNode:
    if not given.region:
        raise UsageError(f"{shown((name,))}: the Region of the plan is not in the file: give it with --region")
    plan = replace(given.plan, place=(name,))
    key = "BackupPlanRule" if "BackupPlanRule" in plan.keys else "Rules"
    plan.names_others("BackupPlanName", key, "AdvancedBackupSettings", "ScanSettings")
    rules: PolicyNode = {}
    node: PolicyNode = {REGIONS.path[0]: assigned([given.region]), RULE_BLOCK.path[0]: rules}
    for rule in plan.parts(key):
        title = rule.required("RuleName")
        _refuse_repeated(title, rules, f"rules of plan {quoted(name)}")
        rules[title] = _rule(replace(rule, place=(name, key, title)), given.account, partition)
    if not rules:
        raise UsageError(f"{shown(plan.place)}: the plan has no {quoted(key)}, so the file is incomplete")
    selections = [replace(part, place=(name, *part.place[-2:])) for part in given.selections]
    node[SELECTIONS] = policy_selections(selections, partition)
    _put_tags(node, PLAN_TAGS.path, replace(given.tags, place=(name, "BackupPlanTags")))
    _put_options(node, plan.parts("AdvancedBackupSettings"))
    _put_scanner(node, plan.parts("ScanSettings"))
    return node


def _rule(rule: PlanPart, account: str, partition: str) -> PolicyNode:
    rows = _rows(RULE_BLOCK.kind)
    _names_others(rule, rows, *_IN_RULES)
    if (zone := rule.text(_TIME_ZONE)).lower() not in _UTC:
        advice = "write the hours in UTC, which do not move with summer time"
        rule.leave_out(_TIME_ZONE, f"a policy has no time zone: its schedules are UTC, not {quoted(zone)}", advice)
    node: PolicyNode = {}
    _put_settings(node, rule, rows, partition)
    _put_lifecycle(node, rule, RULE_BLOCK.kind)
    for copy in rule.parts(_COPIES):
        copy.names_others("DestinationBackupVaultArn", _LIFECYCLE)
        arn = _copy_arn(copy.required("DestinationBackupVaultArn"), account)
        copies = _below(node, COPY_BLOCK.path[:-1])
        _refuse_repeated(arn, copies, f"copies of {shown(rule.place)}")
        target = _below(copies, (arn,))
        target[COPY_TARGET.aws_key] = assigned(arn)
        _put_lifecycle(target, copy, COPY_BLOCK.kind)
    _put_tags(node, RECOVERY_POINT_TAGS.path, rule.part(_POINT_TAGS))
    for index in rule.parts(_INDEX):
        _put(node, INDEX.path, list(index.texts("ResourceTypes")))
    for scan in _of_scanner(rule.parts(_SCAN), "ScanMode"):
        _put(node, SCAN.path, scan.required("ScanMode"))
    return node


def _rows(block: str, *container: str) -> Mapping[str, SettingRow]:
    """The settings of a block that stand in a container of it, each by its plain key."""
    rows = [row for row in settings() if row.block == block and row.path[:-1] == container and not row.many]
    others = {plain_key(key): row for key, row in _OTHER_NAMES.items() if row in rows}
    return {plain_key(row.path[-1]): row for row in rows} | others


def _names_others(part: PlanPart, rows: Mapping[str, SettingRow], *keys: str) -> None:
    """Reports the keys of a part that are neither settings nor these."""
    settings_there = (key for key in part.keys if plain_key(key) in rows)
    others = (key for key, row in _OTHER_NAMES.items() if row in rows.values())
    usual = ("".join(word.capitalize() for word in row.aws_key.split("_")) for row in rows.values())
    part.names_others(*keys, *settings_there, *others, *usual)


def _put_settings(node: PolicyNode, part: PlanPart, rows: Mapping[str, SettingRow], partition: str) -> None:
    for key in part.keys:
        if (row := rows.get(plain_key(key))) is None:
            continue
        text = part.text(key)
        if row.kind is Kind.NUMBER and _NEVER.fullmatch(text):
            part.leave_out(key, f"a policy takes no {quoted(text)}, it says the same without the setting")
        elif text:
            _put(node, row.path, _text_for(row, text, partition))


def _text_for(row: SettingRow, text: str, partition: str) -> str:
    """The text that a policy has for a text of AWS Backup."""
    if row.kind is Kind.NUMBER and (whole := _WHOLE.fullmatch(text)):
        return whole[1]
    if row is AIR_GAPPED_VAULT and (vault := read_vault_arn(text)):
        return air_gapped_vault_arn(vault.name, partition)
    return text


def _put_lifecycle(node: PolicyNode, part: PlanPart, block: str) -> None:
    lifecycle, rows = part.part(_LIFECYCLE), _rows(block, "lifecycle")
    _names_others(lifecycle, rows)
    _put_settings(node, lifecycle, rows, "")


def _copy_arn(arn: str, account: str) -> str:
    """The ARN of a copy's vault, in each account's own where it is in that of the plan."""
    vault = read_vault_arn(arn)
    if vault is None or not account or vault.account != account:
        return arn
    return vault_arn(vault.name, vault.region, ACCOUNT, vault.partition)


def _put_tags(node: PolicyNode, path: tuple[str, ...], tags: PlanPart) -> None:
    for key in tags.keys:
        if key.lower().startswith(_AWS_TAG):
            tags.leave_out(key, f"AWS keeps tags that begin with {quoted(_AWS_TAG)} for itself; it is left out")
            continue
        _put(node, (*path, key, TAG_KEY.aws_key), key)
        _put(node, (*path, key, TAG_VALUE.aws_key), tags.text(key))


def _put_options(node: PolicyNode, advanced: Iterable[PlanPart]) -> None:
    rows = {(plain_key(row.path[0]), plain_key(row.path[1])): row for row in settings() if row.block == ADVANCED.kind}
    for entry in advanced:
        entry.names_others("ResourceType", "BackupOptions")
        service, options = plain_key(entry.required("ResourceType")), entry.part("BackupOptions")
        options.names_others(*(key for key in options.keys if (service, plain_key(key)) in rows))
        for key in options.keys:
            if row := rows.get((service, plain_key(key))):
                _put(node, (*ADVANCED.path, *row.path), options.text(key))


def _put_scanner(node: PolicyNode, scanners: Iterable[PlanPart]) -> None:
    for scanner in _of_scanner(scanners, "ResourceTypes", "ScannerRoleArn"):
        _put(node, (*MALWARE_SCAN.path, *SCANNED_TYPES.path), list(scanner.texts("ResourceTypes")))
        if role := own_role(scanner, "ScannerRoleArn"):
            _put(node, (*MALWARE_SCAN.path, *SCANNER_ROLE.path), role)


def _of_scanner(parts: Iterable[PlanPart], *keys: str) -> Iterable[PlanPart]:
    """The parts about the scanner that policies have."""
    for part in parts:
        part.names_others("MalwareScanner", *keys)
        if part.text("MalwareScanner") == _SCANNER:
            yield part
        else:
            part.leave_out("MalwareScanner", f"a policy has no scanner but {quoted(_SCANNER)}; it is left out")


def _put(node: PolicyNode, path: tuple[str, ...], value: Json) -> None:
    _below(node, path)[ASSIGN] = value


def _below(node: PolicyNode, path: tuple[str, ...]) -> PolicyNode:
    """The object at a path below a node, which is put there where it is missing."""
    for key in path:
        child = node.setdefault(key, {})
        node = child if isinstance(child, dict) else {}
    return node


def _refuse_repeated(name: str, names: Mapping[str, Json], where: str) -> None:
    if name.lower() in map(str.lower, names):
        raise UsageError(f"two {where} are called {quoted(name)}, and a policy does not tell case: rename one of them")
