"""What a page says of plans, rules, copies and selections: rows of a label and values, in words.

A row is `[label, [text, path], ...]`; the path is that of the setting below its block, and leads to its trail. A path
that no policy sets stands for AWS Backup's default. Settings without a row of their own come last, as they are written.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from policyengine.diff.documents import block, settings
from policyengine.effective import segment
from policyengine.model.documents import Json
from policyengine.plan import FOREVER, OWN, Condition, Copy, Plan, Rule, Selection, Target
from policyengine.requirements.durations import shown

Value: TypeAlias = tuple[str, str]
Row: TypeAlias = tuple[str, *tuple[Value, ...]]

_COLD, _DELETE = "lifecycle/move_to_cold_storage_after_days", "lifecycle/delete_after_days"
_AIR_GAPPED = "target_logically_air_gapped_backup_vault_arn"
_SCHEDULE, _CONTINUOUS, _VAULT = "schedule_expression", "enable_continuous_backup", "target_backup_vault_name"
_OPERATORS = {
    "string_equals": "is",
    "string_not_equals": "is not",
    "string_like": "is like",
    "string_not_like": "is not like",
}


def plan_rows(plan: Plan) -> list[Row]:
    """What a plan says beside its rules and selections."""
    written = _texts(plan.document)
    found = {path: text for path, text in written.items() if not path.startswith(("rules/", "selections/"))}
    first: list[Row] = [("Regions", (", ".join(plan.regions) or "none", "regions"))]
    return [*first, *_rest(found, first)]


def rule_rows(plan: Plan, rule: Rule, schedule: str) -> list[Row]:
    """The settings of a rule without its copies; `schedule` is what its schedule says in words."""
    written = _texts(block(plan.document, "rules").get(rule.name))
    found = {path: text for path, text in written.items() if not path.startswith("copy_actions/")}
    rows: list[Row] = [
        ("Schedule", (schedule, _SCHEDULE)),
        ("Starts", (f"within {shown(rule.start_within)}", "start_backup_window_minutes")),
        ("Completes", (f"within {shown(rule.complete_within)}", "complete_backup_window_minutes")),
        ("Keeps", (shown(rule.retention), _DELETE)),
        *_cold(rule),
        ("Vault", (rule.vault or "none", _VAULT)),
    ]
    if rule.air_gapped:
        rows.append(("Air-gapped vault", (_target(rule.air_gapped), _AIR_GAPPED)))
    if _CONTINUOUS in found:
        rows.append(("Continuous", ("point-in-time recovery" if rule.continuous else "off", _CONTINUOUS)))
    return [*rows, *_rest(found, rows)]


def copy_rows(plan: Plan, copy: Copy) -> list[Row]:
    """The settings of a copy, the vault that it goes to first."""
    actions = block(plan.document, "rules", copy.rule, "copy_actions")
    found = _texts(actions.get(next((key for key in actions if copy.path.endswith(f"/{segment(key)}")), "")))
    inherits = ", as the rule does" if copy.inherits_retention else ""
    rows: list[Row] = [
        ("Copies to", (_target(copy.target) if copy.target else copy.arn, "target_backup_vault_arn")),
        ("Keeps", (f"{shown(copy.retention)}{inherits}", _DELETE)),
        *_cold(copy),
    ]
    return [*rows, *_rest(found, rows)]


def selection_rows(plan: Plan, selection: Selection) -> list[Row]:
    """What a selection selects, and the role that backs it up."""
    kind = "tags" if selection.kind == "tag" else "resources"
    found = _texts(block(plan.document, "selections", kind).get(selection.name))
    rows: list[Row] = []
    if selection.kind == "tag":
        rows.append(("Tag", (selection.key, "tag_key"), (" or ".join(selection.values) or "no value", "tag_value")))
    elif selection.types:
        rows.append(("Resources", (_types(selection.types), "resource_types")))
    if selection.excepted:
        rows.append(("Except", (_types(selection.excepted), "not_resource_types")))
    rows += [_condition(condition, selection) for condition in selection.conditions]
    rows.append(("Role", (selection.role or "none", "iam_role_arn")))
    return [*rows, *_rest(found, rows)]


def _texts(document: Json | Mapping[str, Json]) -> dict[str, str]:
    """Every setting beneath a node by its path below it; a list in one text, `a, b`."""
    return {path: said if isinstance(said, str) else ", ".join(said) for path, said in settings(document).items()}


def _cold(of: Rule | Copy) -> Iterator[Row]:
    if of.cold_after != FOREVER:
        yield "Cold storage", (f"after {shown(of.cold_after)}", _COLD)


def _target(target: Target) -> str:
    account = "this account" if target.account.lower() == OWN else f"account {target.account}"
    return f"{target.name} in {'the same Region' if target.region.startswith('$') else target.region}, {account}"


def _types(names: Iterable[str]) -> str:
    return ", ".join("everything" if name == "*" else name for name in names)


def _condition(condition: Condition, selection: Selection) -> Row:
    below = condition.path.removeprefix(f"{selection.path}/")
    return (
        "Where",
        (condition.key, f"{below}/condition_key"),
        (
            f"{_OPERATORS[condition.operator]} {condition.value}",
            f"{below}/condition_value",
        ),
    )


def _rest(found: Mapping[str, str], rows: Sequence[Row]) -> Iterator[Row]:
    """The settings that no row shows; a tag's key and value in one."""
    told = {path for row in rows for _, path in row[1:]}
    for path, text in found.items():
        above, _, last = path.rpartition("/")
        tagged = f"{above}/tag_value" if last == "tag_key" else ""
        if path in told:
            continue
        if tagged in found:
            told.add(tagged)
            yield "Tag", (text, path), (found[tagged], tagged)
        else:
            yield _words(path), (text, path)


def _words(path: str) -> str:
    """`scan actions, guardduty, malware scanner`."""
    return ", ".join(part.replace("_", " ").replace("~1", "/").replace("~0", "~") for part in path.split("/"))
