"""The plans that an account gets in a Region, as AWS Backup's own JSON: what its commands take to create them.

The inverse of `aws/backup_plans`: AWS Backup writes the words of a policy's settings in capitals, with few exceptions,
and knows the account and the Region for which a policy has placeholders (facts 1, 3).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from policyengine.aws.arns import ACCOUNT, REGION
from policyengine.aws.documents import Json, spelled
from policyengine.aws.setting_rows import TRUTHS, BlockRow, Kind, SettingRow
from policyengine.aws.settings import (
    ADVANCED,
    BY_RESOURCES,
    BY_TAGS,
    COMPLETE_WITHIN,
    CONDITION_KEY,
    CONDITION_OPERATORS,
    CONDITION_VALUE,
    CONDITIONS,
    COPY_BLOCK,
    COPY_TARGET,
    EXCEPT_TYPES,
    INDEX,
    MALWARE_SCAN,
    PLAN_TAGS,
    PLANS,
    RECOVERY_POINT_TAGS,
    REGIONS,
    RULE_BLOCK,
    S3_ACLS,
    SCAN,
    SCANNED_TYPES,
    SCANNER_ROLE,
    SELECTED_KEY,
    SELECTED_VALUES,
    SELECTIONS,
    START_WITHIN,
    TAG_KEY,
    TAG_ROLE,
    TAG_VALUE,
    TYPES,
    WINDOWS_VSS,
    settings,
)
from policyengine.base.errors import UsageError
from policyengine.base.records import Record
from policyengine.base.text import quoted

_AWS_NAMES: Mapping[SettingRow, str] = {
    START_WITHIN: "StartWindowMinutes",
    COMPLETE_WITHIN: "CompletionWindowMinutes",
    COPY_TARGET: "DestinationBackupVaultArn",
    WINDOWS_VSS: "WindowsVSS",
    S3_ACLS: "BackupACLs",
}
"""The names of settings that are not those of policies in capitals."""

_ACCOUNT, _REGION = (re.compile(re.escape(placeholder), re.IGNORECASE) for placeholder in (ACCOUNT, REGION))
_NUMBER = re.compile("-?[0-9]{1,18}")
_LIFECYCLE = "lifecycle"
_SCANNER = SCAN.path[-2]

Node = Mapping[str, Json]


class _Where(Record):
    """The account and Region of a plan, which replace AWS's placeholders."""

    account: str
    region: str

    def text(self, value: Json) -> str:
        """The text of an ARN with the account and the Region that it stands for."""
        of_account = _ACCOUNT.sub(self.account, spelled(value))
        return _REGION.sub(self.region, of_account)


def account_plans(published: Json, account: str, region: str) -> list[Json]:
    """The plans of a published document that run in a Region, by name; each with its tags and selections.

    `[{"BackupPlan": {...}, "BackupPlanTags": {...}, "BackupSelections": [...]}]` (export.md). Raises `UsageError` for
    a number that is none.
    """
    where = _Where(account, region)
    plans = _node(_node(published).get(PLANS))
    return [
        _exported(name, _node(plan), where)
        for name, plan in sorted(plans.items())
        if region in _texts(_node(plan), REGIONS)
    ]


def plan_regions(published: Json) -> list[str]:
    """The Regions in which any plan of a published document runs, sorted."""
    plans = _node(_node(published).get(PLANS)).values()
    return sorted({region for plan in plans for region in _texts(_node(plan), REGIONS)})


def _exported(name: str, plan: Node, where: _Where) -> Json:
    rules: list[Json] = [
        _rule(title, _node(rule), where) for title, rule in sorted(_node(plan.get(RULE_BLOCK.path[0])).items())
    ]
    content: dict[str, Json] = {"BackupPlanName": name, "Rules": rules}
    _add(content, "AdvancedBackupSettings", _options(_inside(plan, ADVANCED)))
    _add(content, "ScanSettings", _scanner(_inside(plan, MALWARE_SCAN), where))
    exported: dict[str, Json] = {"BackupPlan": content}
    _add(exported, "BackupPlanTags", _tags(_inside(plan, PLAN_TAGS)))
    return exported | {"BackupSelections": list(_selections(_node(plan.get(SELECTIONS)), where))}


def _rule(name: str, rule: Node, where: _Where) -> Json:
    exported: dict[str, Json] = {"RuleName": name, **_plain(rule, RULE_BLOCK, (), where)}
    _add(exported, "Lifecycle", _plain(_node(rule.get(_LIFECYCLE)), RULE_BLOCK, (_LIFECYCLE,), where))
    _add(exported, "RecoveryPointTags", _tags(_inside(rule, RECOVERY_POINT_TAGS)))
    _add(exported, "CopyActions", [_copy(_node(copy), where) for copy in _node(rule.get(COPY_BLOCK.path[0])).values()])
    if indexed := _texts(rule, INDEX):
        exported["IndexActions"] = [{"ResourceTypes": list(indexed)}]
    if mode := _texts(rule, SCAN):
        exported["ScanActions"] = [{"MalwareScanner": _SCANNER, "ScanMode": mode[0]}]
    return exported


def _copy(copy: Node, where: _Where) -> Json:
    exported = _plain(copy, COPY_BLOCK, (), where)
    _add(exported, "Lifecycle", _plain(_node(copy.get(_LIFECYCLE)), COPY_BLOCK, (_LIFECYCLE,), where))
    return exported


def _plain(node: Node, block: BlockRow, container: tuple[str, ...], where: _Where) -> dict[str, Json]:
    """The single values of a block that stand in one of its containers, under AWS Backup's names."""
    rows = [row for row in settings() if row.block == block.kind and row.path[:-1] == container and not row.many]
    return {_name(row): _value(row, node[row.aws_key], where) for row in rows if row.aws_key in node}


def _name(row: SettingRow) -> str:
    return _AWS_NAMES.get(row) or "".join(word.capitalize() for word in row.aws_key.split("_"))


def _value(row: SettingRow, value: Json, where: _Where) -> Json:
    return _VALUES.get(row.kind, _as_text)(value, where)


def _as_text(value: Json, _: _Where) -> Json:
    return spelled(value)


def _as_arn(value: Json, where: _Where) -> Json:
    return where.text(value)


def _as_number(value: Json, _: _Where) -> Json:
    """A number of AWS Backup. Raises `UsageError` for a text that is none, as what AWS publishes never has."""
    text = spelled(value)
    if not _NUMBER.fullmatch(text):
        raise UsageError(f"what AWS publishes for the account has {quoted(text)} for a number: pull the snapshot again")
    return int(text)


def _as_truth(value: Json, _: _Where) -> Json:
    return spelled(value) == TRUTHS[Kind.BOOLEAN][0]


_VALUES: Mapping[Kind, Callable[[Json, _Where], Json]] = {
    Kind.NUMBER: _as_number,
    Kind.BOOLEAN: _as_truth,
    Kind.ROLE: _as_arn,
    Kind.VAULT_ARN: _as_arn,
    Kind.AIR_GAPPED_VAULT: _as_arn,
}


def _options(advanced: Node) -> list[Json]:
    rows = {row.path: row for row in settings() if row.block == ADVANCED.kind}
    return [
        {
            "ResourceType": service.upper(),
            "BackupOptions": {
                _name(row): spelled(_node(advanced[service])[path[1]])
                for path, row in rows.items()
                if path[0] == service and path[1] in _node(advanced[service])
            },
        }
        for service in sorted(advanced)
    ]


def _scanner(scan: Node, where: _Where) -> list[Json]:
    if not scan:
        return []
    scanner: dict[str, Json] = {"MalwareScanner": _SCANNER, "ResourceTypes": list(_texts(scan, SCANNED_TYPES))}
    if SCANNER_ROLE.aws_key in scan:
        scanner["ScannerRoleArn"] = where.text(scan[SCANNER_ROLE.aws_key])
    return [scanner]


def _selections(selections: Node, where: _Where) -> Iterator[Json]:
    for name, selection in sorted(_node(selections.get(BY_TAGS)).items()):
        yield _selection(name, _node(selection), {"ListOfTags": _choices(_node(selection))}, where)
    for name, selection in sorted(_node(selections.get(BY_RESOURCES)).items()):
        yield _selection(name, _node(selection), {"Resources": list(_texts(_node(selection), TYPES))}, where)


def _selection(name: str, selection: Node, chosen: dict[str, Json], where: _Where) -> Json:
    exported: dict[str, Json] = {"SelectionName": name}
    if TAG_ROLE.aws_key in selection:
        exported["IamRoleArn"] = where.text(selection[TAG_ROLE.aws_key])
    exported |= {key: value for key, value in chosen.items() if value}
    _add(exported, "NotResources", list(_texts(selection, EXCEPT_TYPES)))
    _add(exported, "Conditions", _conditions(_node(selection.get(CONDITIONS))))
    return exported


def _choices(selection: Node) -> list[Json]:
    key = spelled(selection.get(SELECTED_KEY.aws_key))
    return [
        {"ConditionType": "STRINGEQUALS", "ConditionKey": key, "ConditionValue": value}
        for value in _texts(selection, SELECTED_VALUES)
    ]


def _conditions(conditions: Node) -> dict[str, Json]:
    return {
        "".join(word.capitalize() for word in operator.split("_")): [
            {
                "ConditionKey": spelled(_node(entry).get(CONDITION_KEY.aws_key)),
                "ConditionValue": spelled(_node(entry).get(CONDITION_VALUE.aws_key)),
            }
            for _, entry in sorted(_node(conditions[operator]).items())
        ]
        for operator in CONDITION_OPERATORS.values()
        if operator in conditions
    }


def _tags(tags: Node) -> dict[str, Json]:
    """The tags of a block, by the key that each sets, which may be written in other letters than its name."""
    entries = map(_node, tags.values())
    return {spelled(tag.get(TAG_KEY.aws_key)): spelled(tag.get(TAG_VALUE.aws_key)) for tag in entries}


def _inside(node: Node, block: BlockRow) -> Node:
    for key in block.path:
        node = _node(node.get(key.lower()))
    return node


def _texts(node: Node, row: SettingRow) -> Sequence[str]:
    """The texts of a setting of a block, none where it is absent."""
    for key in row.path[:-1]:
        node = _node(node.get(key.lower()))
    value = node.get(row.aws_key)
    if value is None:
        return ()
    return [spelled(item) for item in value] if isinstance(value, list) else [spelled(value)]


def _node(value: Json) -> Node:
    return value if isinstance(value, dict) else {}


def _add(node: dict[str, Json], key: str, value: dict[str, Json] | list[Json]) -> None:
    """Puts what is not empty at a key."""
    if value:
        node[key] = value
