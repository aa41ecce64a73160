"""From selections of AWS Backup to those of a backup policy (facts 3).

A selection takes what has one of its tags or is one of its resources, if it meets all conditions, except what it
excludes. A policy chooses by the values of one tag or by types, so that a selection may become several.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from policyengine.aws.arns import ACCOUNT
from policyengine.aws.backup_plans.plan_parts import PlanPart, PolicyNode, assigned, shown
from policyengine.aws.documents import Json
from policyengine.aws.facts import type_of_pattern
from policyengine.aws.facts.foreign_keys import plain_key
from policyengine.aws.setting_rows import BlockRow
from policyengine.aws.settings import (
    CONDITION_KEY,
    CONDITION_OPERATORS,
    CONDITION_VALUE,
    EXCEPT_TYPES,
    RESOURCE_SELECTION,
    SELECTED_KEY,
    SELECTED_VALUES,
    TAG_ROLE,
    TAG_SELECTION,
    TYPES,
)
from policyengine.base.errors import UsageError
from policyengine.base.text import listed, quoted

_TAGS, _CONDITIONS, _TAKEN, _EXCLUDED, _ROLE = "ListOfTags", "Conditions", "Resources", "NotResources", "IamRoleArn"
_EQUAL = "STRINGEQUALS"
_EVERYTHING = "*"
_ROLE_OF_ACCOUNT = re.compile(r"(arn:[a-z-]+:iam::)(\d{12})(:role/.+)", re.DOTALL)
_LONGEST = 50  # of a selection's name, as of facts 1.5.2
_NO_NAME = re.compile(r"[^A-Za-z0-9_.-]+")


def policy_selections(selections: Sequence[PlanPart], partition: str) -> PolicyNode:
    """The `selections` of a policy's plan."""
    kinds: PolicyNode = {}
    names: set[str] = set()
    for selection in selections:
        for row, name, content in _split(selection, partition):
            title = _unused(name, names)
            kind = kinds.setdefault(row.path[1], {})
            if isinstance(kind, dict):
                kind[title] = content
    return kinds


def own_role(part: PlanPart, key: str) -> str:
    """The ARN of a role as a policy has it, in the account that has the plan."""
    role = part.text(key)
    match = _ROLE_OF_ACCOUNT.fullmatch(role)
    if not match:
        return role
    part.leave_out(
        key,
        f"a policy takes the role in each account that has the plan, not in {quoted(match[2])} alone",
        "create a role of this name in each of them",
    )
    return f"{match[1]}{ACCOUNT}{match[3]}"


def _split(selection: PlanPart, partition: str) -> Iterator[tuple[BlockRow, str, PolicyNode]]:
    """The blocks of a policy that take what a selection takes, each with the name that it should have."""
    selection.names_others("SelectionName", _ROLE, _TAGS, _CONDITIONS, _TAKEN, _EXCLUDED)
    name = selection.required("SelectionName")
    tags, types = _tags(selection), _types(selection, _TAKEN, "takes", partition)
    if not tags and not types and selection.texts(_TAKEN):
        selection.leave_out(_TAKEN, "nothing else chooses resources: the whole selection is left out")
        return
    common: PolicyNode = {TAG_ROLE.aws_key: assigned(role)} if (role := own_role(selection, _ROLE)) else {}
    common |= _conditions(selection.part(_CONDITIONS))
    excluded = _types(selection, _EXCLUDED, "excludes", partition)
    if tags and excluded:
        selection.leave_out(_EXCLUDED, "a policy's choice by tags excludes no types: it takes them, too")
    if tags and types:
        _name_mixed(selection)
    for key, values in tags.items():
        yield (
            TAG_SELECTION,
            name,
            common | {SELECTED_KEY.aws_key: assigned(key), SELECTED_VALUES.aws_key: assigned(values)},
        )
    if types or not tags:
        without: PolicyNode = {EXCEPT_TYPES.aws_key: assigned(excluded)} if excluded else {}
        yield RESOURCE_SELECTION, name, common | {TYPES.aws_key: assigned(types or [_EVERYTHING])} | without


def _name_mixed(selection: PlanPart) -> None:
    message = "a policy's selection has tags or types, not both: it becomes a selection of each kind"
    advice = "AWS's documentation allows one kind in a plan: to take what has the type and the tag, ask with `where`"
    selection.leave_out(_TAGS, message, advice)


def _tags(selection: PlanPart) -> Mapping[str, list[Json]]:
    """The values of each tag that a selection takes."""
    tags: dict[str, list[Json]] = {}
    for tag in selection.parts(_TAGS):
        tag.names_others("ConditionType", "ConditionKey", "ConditionValue")
        if (kind := tag.text("ConditionType") or _EQUAL).upper() != _EQUAL:
            raise UsageError(f"{shown(tag.place)}: expected the `ConditionType` `{_EQUAL}`, found {quoted(kind)}")
        values, value = tags.setdefault(tag.required("ConditionKey"), []), tag.text("ConditionValue")
        if value not in values:
            values.append(value)
    return tags


def _types(selection: PlanPart, key: str, does: str, partition: str) -> list[Json]:
    """The patterns of whole types in a list of resources; others are reported."""
    patterns = type_of_pattern(partition)
    written = selection.texts(key)
    if single := [text for text in written if text not in patterns and text != _EVERYTHING]:
        it = f"it {does} {listed(single)}; a policy {does} whole types of resources only"
        selection.leave_out(key, it, "give the resources a tag, and ask for the tag")
    return [text for text in written if text not in single]


def _conditions(conditions: PlanPart) -> PolicyNode:
    """The `conditions` of a selection."""
    operators = {plain_key(name): name for name in CONDITION_OPERATORS.values()}
    conditions.names_others(*(key for key in conditions.keys if plain_key(key) in operators))
    node: PolicyNode = {}
    for key in conditions.keys:
        if operator := operators.get(plain_key(key)):
            names: set[str] = set()
            of_operator: PolicyNode = {_name_of(entry, names): _condition(entry) for entry in conditions.parts(key)}
            node |= {operator: of_operator} if of_operator else {}
    return {"conditions": node} if node else {}


def _condition(entry: PlanPart) -> PolicyNode:
    entry.names_others("ConditionKey", "ConditionValue")
    key, value = entry.required("ConditionKey"), entry.text("ConditionValue")
    return {CONDITION_KEY.aws_key: assigned(key), CONDITION_VALUE.aws_key: assigned(value)}


def _name_of(entry: PlanPart, names: set[str]) -> str:
    """A name for a condition, which AWS Backup's have not: that of its tag."""
    key = _NO_NAME.sub("-", entry.required("ConditionKey").rpartition("/")[2])[:_LONGEST].strip("-")
    return _unused(key or "tag", names)


def _unused(name: str, names: set[str]) -> str:
    """The name, or with the first number that makes it differ from all names before in more than case."""
    choice, number = name, 1
    while choice.lower() in names:
        number += 1
        choice = f"{name[: _LONGEST - len(str(number)) - 1]}-{number}"
    names.add(choice.lower())
    return choice
