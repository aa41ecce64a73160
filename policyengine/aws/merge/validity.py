"""What AWS checks on a merged document before it publishes it (semantics.md section 10.2, facts 4.5).

Exactly the table of 10.2: all other faults of a plan are findings of `checks/`, not errors of AWS's. Takes published
documents; plans that many accounts share are the same object and are checked once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple, TypeAlias

from policyengine.aws.documents import Json
from policyengine.aws.facts import limits
from policyengine.aws.merge.fragments import segment

# Seconds between the next two runs of a schedule, None where there are no two or the text is no schedule.
Cadence: TypeAlias = "Callable[[str], float | None]"
Keys: TypeAlias = "tuple[str, ...]"
Container: TypeAlias = "dict[str, Json]"

_CONTINUOUS_DAYS = limits()["continuous_most_days"]
_COLD_DAYS = limits()["cold_least_days"]
_ARCHIVE_CADENCE = limits()["archive_interval_days"] * 24 * 3600
_PLAN_KEYS = ("rules", "regions", "selections")
_TAG_SELECTION_KEYS = ("iam_role_arn", "tag_key", "tag_value")
_OPT_IN = "opt_in_to_archive_for_supported_resources"


class Violation(NamedTuple):
    """One validation error as AWS words it. `blamed` are the nodes, as folded keys, whose policies contribute."""

    code: str
    message: str
    path: str
    blamed: tuple[Keys, ...]


class Validator:
    """Checks documents, each distinct plan once."""

    def __init__(self, cadence: Cadence) -> None:
        self._cadence = cadence
        self._known: dict[int, tuple[Json, tuple[Violation, ...]]] = {}

    def violations(self, document: Container) -> tuple[Violation, ...]:
        """Every error of a published document, by path; none means that AWS publishes it."""
        plans = _container(document, "plans")
        return tuple([violation for name, plan in plans.items() for violation in self._plan(name, plan)])

    def _plan(self, name: str, plan: Json) -> tuple[Violation, ...]:
        # The plan is kept beside its violations, so its identity stays its own.
        known = self._known.get(id(plan))
        if known is None:
            found = sorted(_plan(("plans", name), plan, self._cadence)) if isinstance(plan, dict) else ()
            known = self._known[id(plan)] = (plan, tuple(found))
        return known[1]


def _plan(at: Keys, plan: Container, cadence: Cadence) -> Iterator[Violation]:
    yield from _required(at, plan, _PLAN_KEYS)
    yield from _not_empty(at, plan, "regions")
    yield from _rules(at, plan, cadence)
    selections = _container(plan, "selections")
    for name, selection in _container(selections, "tags").items():
        yield from _tag_selection((*at, "selections", "tags", name), selection)
    for name, selection in _container(selections, "resources").items():
        yield from _resource_selection((*at, "selections", "resources", name), selection)


def _rules(plan_at: Keys, plan: Container, cadence: Cadence) -> Iterator[Violation]:
    rules, at = _container(plan, "rules"), (*plan_at, "rules")
    most = limits()["rules_in_plan"]
    if len(rules) > most:
        yield Violation("ELEMENTS_TOO_MANY", f"'rules' exceeds the allowed maximum limit {most}", _path(at), (at,))
    for name, rule in rules.items():
        if isinstance(rule, dict):
            yield from _required((*at, name), rule, ("target_backup_vault_name",))
            yield from _dependent_fields((*at, name), rule, plan, cadence)


def _tag_selection(at: Keys, selection: Json) -> Iterator[Violation]:
    if isinstance(selection, dict):
        yield from _required(at, selection, _TAG_SELECTION_KEYS)
        yield from _not_empty(at, selection, "tag_value")


def _resource_selection(at: Keys, selection: Json) -> Iterator[Violation]:
    if isinstance(selection, dict):
        yield from _required(at, selection, ("iam_role_arn",))
        if "conditions" not in selection:
            yield from _required(at, selection, ("resource_types",))
            yield from _not_empty(at, selection, "resource_types")


def _dependent_fields(at: Keys, rule: Container, plan: Container, cadence: Cadence) -> Iterator[Violation]:
    """Equal conflicts, as two copies can have them, are one error with the contributors of both."""
    by_fields: dict[str, tuple[Keys, ...]] = {}
    for fields, blamed in _conflicts(at, rule, plan, cadence):
        by_fields[fields] = (*by_fields.get(fields, ()), *blamed)
    for fields, blamed in by_fields.items():
        message = f"Dependent fields {fields} in policy block {at[-1]} are invalid when used together"
        yield Violation("CROSS_ATTRIBUTE_VALIDATION", message, _path(at), blamed)


def _conflicts(at: Keys, rule: Container, plan: Container, cadence: Cadence) -> Iterator[tuple[str, tuple[Keys, ...]]]:
    """Settings of a rule that exclude each other: AWS's wording of them, and where they are."""
    days = _container(rule, "lifecycle").get("delete_after_days")
    if rule.get("enable_continuous_backup") == "true" and (_days(days) or 0) > _CONTINUOUS_DAYS:
        blamed = ((*at, "enable_continuous_backup"), (*at, "lifecycle", "delete_after_days"))
        yield f"enable_continuous_backup=true,delete_after_days={days}", blamed
    archives = [(place, lifecycle) for place, lifecycle in _lifecycles(at, rule) if lifecycle.get(_OPT_IN) == "true"]
    if archives:
        yield from _archive_cadence(at, rule, archives, cadence)
        for place, lifecycle in archives:
            yield from _archive_gap(place, lifecycle)
    if "scan_actions" in rule and "scan_settings" not in plan:
        yield "scan_actions(undefined),scan_settings(undefined)", ((*at, "scan_actions"),)


def _archive_cadence(
    at: Keys, rule: Container, archives: list[tuple[Keys, Container]], cadence: Cadence
) -> Iterator[tuple[str, tuple[Keys, ...]]]:
    schedule = rule.get("schedule_expression")
    between = cadence(schedule) if isinstance(schedule, str) else None
    if between is not None and between < _ARCHIVE_CADENCE:
        opted = tuple((*place, _OPT_IN) for place, _ in archives)
        yield f"{_OPT_IN}=true,schedule_expression={schedule}", (*opted, (*at, "schedule_expression"))


def _archive_gap(at: Keys, lifecycle: Container) -> Iterator[tuple[str, tuple[Keys, ...]]]:
    delete, cold = lifecycle.get("delete_after_days"), lifecycle.get("move_to_cold_storage_after_days")
    deleted, moved = _days(delete), _days(cold)
    if deleted is not None and moved is not None and deleted - moved < _COLD_DAYS:
        fields = f"{_OPT_IN}=true,delete_after_days={delete},move_to_cold_storage_after_days={cold}"
        yield fields, tuple((*at, key) for key in (_OPT_IN, "delete_after_days", "move_to_cold_storage_after_days"))


def _lifecycles(at: Keys, rule: Container) -> Iterator[tuple[Keys, Container]]:
    yield (*at, "lifecycle"), _container(rule, "lifecycle")
    for arn, copy in _container(rule, "copy_actions").items():
        if isinstance(copy, dict):
            yield (*at, "copy_actions", arn, "lifecycle"), _container(copy, "lifecycle")


def _required(at: Keys, node: Container, required: tuple[str, ...]) -> Iterator[Violation]:
    for key in required:
        if key not in node:
            yield Violation("KEY_REQUIRED", f"'{key}' is missing", _path(at), (at,))


def _not_empty(at: Keys, node: Container, key: str) -> Iterator[Violation]:
    if node.get(key) == []:
        place = (*at, key)
        yield Violation("ELEMENTS_TOO_FEW", f"'{key}' is less than the allowed minimum limit 1", _path(place), (place,))


def _container(node: Container, key: str) -> Container:
    value = node.get(key)
    return value if isinstance(value, dict) else {}


def _days(value: Json) -> int | None:
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() else None


def _path(at: Keys) -> str:
    return "/".join(map(segment, at))
