"""What AWS checks on a merged document before it publishes it (semantics.md section 10.2, facts 4.5).

Exactly the table of 10.2: everything else that is wrong with a plan is a finding of `checks/`, not an error of AWS's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple, TypeAlias

from policyengine.effective.nodes import Node, Peer
from policyengine.facts import limits

# Seconds between the next two runs of a schedule, None where there are no two or the text is no schedule.
Cadence: TypeAlias = "Callable[[str], float | None]"

_CONTINUOUS_DAYS = 35
_COLD_DAYS = 90
_ARCHIVE_CADENCE = 28 * 24 * 3600
_PLAN_KEYS = ("rules", "regions", "selections")
_TAG_SELECTION_KEYS = ("iam_role_arn", "tag_key", "tag_value")


class EffectiveError(NamedTuple):
    """One validation error as AWS words it; `contributors` supplied the settings in conflict."""

    code: str
    message: str
    path: str
    contributors: frozenset[Peer]


class Validator:
    """Checks merged documents; a plan that many chains share is checked once."""

    def __init__(self, cadence: Cadence) -> None:
        self._cadence = cadence
        self._known: dict[Node, tuple[EffectiveError, ...]] = {}

    def errors(self, document: Node) -> tuple[EffectiveError, ...]:
        """Every error of a merged document, by path; none means that AWS publishes it."""
        plans = document.children.get("plans")
        published = [plan for _, plan in sorted(plans.children.items()) if plan.document is not None] if plans else []
        return tuple([error for plan in published for error in self._plan(plan)])

    def _plan(self, plan: Node) -> tuple[EffectiveError, ...]:
        if plan not in self._known:
            found = sorted(_plan(plan, self._cadence), key=lambda error: (error.path, error.code))
            self._known[plan] = tuple(found)
        return self._known[plan]


def _plan(plan: Node, cadence: Cadence) -> Iterator[EffectiveError]:
    yield from _required(plan, _PLAN_KEYS)
    yield from _not_empty(plan, "regions")
    if rules := _published(plan, "rules"):
        yield from _rules(plan, rules, cadence)
    if selections := _published(plan, "selections"):
        yield from _selections(selections)


def _rules(plan: Node, rules: Node, cadence: Cadence) -> Iterator[EffectiveError]:
    published = {key: rule for key, rule in sorted(rules.children.items()) if rule.document is not None}
    most = limits()["rules_in_plan"]
    if len(published) > most:
        message = f"'rules' exceeds the allowed maximum limit {most}"
        yield EffectiveError("ELEMENTS_TOO_MANY", message, rules.path, _suppliers(rules))
    for key, rule in published.items():
        yield from _required(rule, ("target_backup_vault_name",))
        yield from _dependent_fields(key, rule, plan, cadence)


def _selections(selections: Node) -> Iterator[EffectiveError]:
    for selection in _below(selections, "tags"):
        yield from _required(selection, _TAG_SELECTION_KEYS)
        yield from _not_empty(selection, "tag_value")
    for selection in _below(selections, "resources"):
        yield from _required(selection, ("iam_role_arn",))
        if not _published(selection, "conditions"):
            yield from _required(selection, ("resource_types",))
            yield from _not_empty(selection, "resource_types")


def _dependent_fields(key: str, rule: Node, plan: Node, cadence: Cadence) -> Iterator[EffectiveError]:
    """Equal conflicts, as two copies can have them, are one error with the contributors of both."""
    found: dict[str, list[Node]] = {}
    for fields, nodes in _conflicts(rule, plan, cadence):
        found.setdefault(fields, []).extend(nodes)
    for fields, blamed in found.items():
        message = f"Dependent fields {fields} in policy block {key} are invalid when used together"
        yield EffectiveError("CROSS_ATTRIBUTE_VALIDATION", message, rule.path, _suppliers(*blamed))


def _conflicts(rule: Node, plan: Node, cadence: Cadence) -> Iterator[tuple[str, tuple[Node, ...]]]:
    """Settings of a rule that exclude each other: AWS's wording of them, and their nodes."""
    yield from _continuous(rule)
    archives = [lifecycle for lifecycle in _lifecycles(rule) if _text(lifecycle.children.get(_OPT_IN)) == "true"]
    schedule = rule.children.get("schedule_expression")
    text = _text(schedule)
    if archives and schedule and text is not None:
        between = cadence(text)
        if between is not None and between < _ARCHIVE_CADENCE:
            nodes = (*(lifecycle.children[_OPT_IN] for lifecycle in archives), schedule)
            yield f"{_OPT_IN}=true,schedule_expression={text}", nodes
    for lifecycle in archives:
        yield from _archive_gap(lifecycle)
    scan = _published(rule, "scan_actions")
    if scan and not _published(plan, "scan_settings"):
        yield "scan_actions(undefined),scan_settings(undefined)", (scan,)


_OPT_IN = "opt_in_to_archive_for_supported_resources"


def _continuous(rule: Node) -> Iterator[tuple[str, tuple[Node, ...]]]:
    flag = rule.children.get("enable_continuous_backup")
    delete = rule.find(("lifecycle", "delete_after_days"))
    if flag and delete and _text(flag) == "true":
        days = _days(delete)
        if days is not None and days > _CONTINUOUS_DAYS:
            yield f"enable_continuous_backup=true,delete_after_days={_text(delete)}", (flag, delete)


def _archive_gap(lifecycle: Node) -> Iterator[tuple[str, tuple[Node, ...]]]:
    opt_in, delete, cold = (
        lifecycle.children.get(key) for key in (_OPT_IN, "delete_after_days", "move_to_cold_storage_after_days")
    )
    if opt_in and delete and cold:
        deleted, moved = _days(delete), _days(cold)
        if deleted is not None and moved is not None and deleted - moved < _COLD_DAYS:
            days = f"delete_after_days={_text(delete)},move_to_cold_storage_after_days={_text(cold)}"
            yield f"{_OPT_IN}=true,{days}", (opt_in, delete, cold)


def _lifecycles(rule: Node) -> list[Node]:
    found = [rule.children.get("lifecycle"), *(copy.children.get("lifecycle") for copy in _below(rule, "copy_actions"))]
    return [lifecycle for lifecycle in found if lifecycle]


def _required(node: Node, keys: tuple[str, ...]) -> Iterator[EffectiveError]:
    for key in keys:
        if not _published(node, key):
            yield EffectiveError("KEY_REQUIRED", f"'{key}' is missing", node.path, _suppliers(node))


def _not_empty(node: Node, key: str) -> Iterator[EffectiveError]:
    found = node.children.get(key)
    if found and found.value == ():
        message = f"'{key}' is less than the allowed minimum limit 1"
        yield EffectiveError("ELEMENTS_TOO_FEW", message, found.path, _suppliers(found))


def _published(node: Node, key: str) -> Node | None:
    found = node.children.get(key)
    return found if found and found.document is not None else None


def _below(node: Node, key: str) -> list[Node]:
    found = node.children.get(key)
    children = sorted(found.children.items()) if found else ()
    return [child for _, child in children if child.document is not None]


def _text(node: Node | None) -> str | None:
    return node.value if node and isinstance(node.value, str) else None


def _days(node: Node) -> int | None:
    text = _text(node)
    return int(text) if text and text.isascii() and text.isdigit() else None


def _suppliers(*nodes: Node) -> frozenset[Peer]:
    """The policies with an operator in force at or beneath the nodes."""
    found: set[Peer] = set()
    for node in nodes:
        found.update(Peer(step.policy, step.entity) for step in node.trail if step.outcome == "applied")
        found |= _suppliers(*node.children.values())
    return frozenset(found)
