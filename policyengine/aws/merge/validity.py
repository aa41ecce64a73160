"""The checks of AWS on a merged document before it publishes it (semantics.md section 10.2, facts 4.5).

Exactly the table of 10.2: all other faults of a plan are findings of `checks/`, not errors of AWS's. Plans
that many accounts share are built from the same object and are checked once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import Enum
from typing import NamedTuple, TypeAlias

from policyengine.aws.documents import Json
from policyengine.aws.facts import limits
from policyengine.aws.merge.fragments import Fragment, segment
from policyengine.aws.merge.state import Node
from policyengine.aws.settings import (
    ARCHIVE,
    BY_RESOURCES,
    BY_TAGS,
    COLD_AFTER,
    CONTINUOUS,
    COPY_BLOCK,
    MALWARE_SCAN,
    PLANS,
    REGIONS,
    RESOURCE_ROLE,
    RETAIN,
    RULE_BLOCK,
    SCAN,
    SCHEDULE,
    SELECTED_KEY,
    SELECTED_VALUES,
    SELECTIONS,
    TAG_ROLE,
    TYPES,
    VAULT,
)

# Seconds between the next two runs of a schedule, None where there are no two or the text is no schedule.
Cadence: TypeAlias = "Callable[[str], float | None]"
Keys: TypeAlias = "tuple[str, ...]"
Container: TypeAlias = "dict[str, Json]"

_CONTINUOUS_DAYS = limits()["continuous_most_days"]
_COLD_DAYS = limits()["cold_least_days"]
_ARCHIVE_CADENCE = limits()["archive_interval_days"] * 24 * 3600
_RULES, _LIFECYCLE = RULE_BLOCK.place, RETAIN.path[0]
_PLAN_KEYS = (_RULES, REGIONS.place, SELECTIONS)
_TAG_SELECTION_KEYS = (TAG_ROLE.place, SELECTED_KEY.place, SELECTED_VALUES.place)
_SCAN_ACTIONS, _SCAN_SETTINGS = SCAN.path[0], MALWARE_SCAN.path[0]
_OPT_IN = ARCHIVE.aws_key


class Conflict(Enum):
    """Settings of a rule and its plan that exclude each other (semantics.md 10.2)."""

    CONTINUOUS_KEPT_TOO_LONG = "continuous backup, and a longer retention than it takes"
    ARCHIVED_TOO_OFTEN = "the archive opt-in, and runs too close to each other"
    ARCHIVED_TOO_SHORT = "the archive opt-in, and too few days between cold storage and deletion"
    SCAN_WITHOUT_SETTINGS = "a scan, in a plan without settings for scans"


class Violation(NamedTuple):
    """A validation error as AWS words it.

    `blamed` are the nodes, as folded keys, whose policies contribute. `missing` is the path of the node that the
    document lacks, as folded keys, empty for other errors; `conflict` what excludes each other, None for other errors.
    """

    code: str
    message: str
    path: str
    blamed: tuple[Keys, ...]
    missing: Keys = ()
    conflict: Conflict | None = None


_Conflicting = tuple[Conflict, str, "tuple[Keys, ...]"]  # what excludes each other, AWS's wording, where it is


class Validator:
    """Checks merged documents, each distinct plan once."""

    def __init__(self, cadence: Cadence) -> None:
        self._cadence = cadence
        self._checked: dict[Fragment | Node, tuple[Violation, ...]] = {}

    def violations(self, root: Node) -> tuple[Violation, ...]:
        """Every error of the document of a merge, by path; none means that AWS publishes it."""
        plans = root.children.get(PLANS)
        if plans is None or not isinstance(plans.document, dict):
            return ()
        named = [(name, plans.children[name]) for name in plans.document]
        return tuple([violation for name, plan in named for violation in self._plan(name, plan)])

    def _plan(self, name: str, plan: Node) -> tuple[Violation, ...]:
        if plan.content not in self._checked:
            document = plan.document
            violations = sorted(_plan((PLANS, name), document, self._cadence)) if isinstance(document, dict) else ()
            self._checked[plan.content] = tuple(violations)
        return self._checked[plan.content]


def _plan(at: Keys, plan: Container, cadence: Cadence) -> Iterator[Violation]:
    yield from _required(at, plan, _PLAN_KEYS)
    yield from _not_empty(at, plan, REGIONS.place)
    yield from _rules(at, plan, cadence)
    selections = _container(plan, SELECTIONS)
    for name, selection in _container(selections, BY_TAGS).items():
        yield from _tag_selection((*at, SELECTIONS, BY_TAGS, name), selection)
    for name, selection in _container(selections, BY_RESOURCES).items():
        yield from _resource_selection((*at, SELECTIONS, BY_RESOURCES, name), selection)


def _rules(plan_at: Keys, plan: Container, cadence: Cadence) -> Iterator[Violation]:
    rules, at = _container(plan, _RULES), (*plan_at, _RULES)
    most = limits()["rules_in_plan"]
    if len(rules) > most:
        yield Violation("ELEMENTS_TOO_MANY", f"'{_RULES}' exceeds the allowed maximum limit {most}", _path(at), (at,))
    for name, rule in rules.items():
        if isinstance(rule, dict):
            yield from _required((*at, name), rule, (VAULT.place,))
            yield from _dependent_fields((*at, name), rule, plan, cadence)


def _tag_selection(at: Keys, selection: Json) -> Iterator[Violation]:
    if isinstance(selection, dict):
        yield from _required(at, selection, _TAG_SELECTION_KEYS)
        yield from _not_empty(at, selection, SELECTED_VALUES.place)


def _resource_selection(at: Keys, selection: Json) -> Iterator[Violation]:
    if isinstance(selection, dict):
        yield from _required(at, selection, (RESOURCE_ROLE.place,))
        if "conditions" not in selection:
            yield from _required(at, selection, (TYPES.place,))
            yield from _not_empty(at, selection, TYPES.place)


def _dependent_fields(at: Keys, rule: Container, plan: Container, cadence: Cadence) -> Iterator[Violation]:
    """Equal conflicts, as two copies can have them, are one error with the contributors of both."""
    by_fields: dict[tuple[Conflict, str], tuple[Keys, ...]] = {}
    for conflict, fields, blamed in _conflicts(at, rule, plan, cadence):
        by_fields[conflict, fields] = (*by_fields.get((conflict, fields), ()), *blamed)
    for (conflict, fields), blamed in by_fields.items():
        message = f"Dependent fields {fields} in policy block {at[-1]} are invalid when used together"
        missing = (*at[:2], _SCAN_SETTINGS) if conflict is Conflict.SCAN_WITHOUT_SETTINGS else ()
        yield Violation("CROSS_ATTRIBUTE_VALIDATION", message, _path(at), blamed, missing, conflict)


def _conflicts(at: Keys, rule: Container, plan: Container, cadence: Cadence) -> Iterator[_Conflicting]:
    """Settings of a rule that exclude each other."""
    days = _container(rule, _LIFECYCLE).get(RETAIN.aws_key)
    if rule.get(CONTINUOUS.place) == "true" and (_days(days) or 0) > _CONTINUOUS_DAYS:
        blamed = ((*at, CONTINUOUS.place), (*at, _LIFECYCLE, RETAIN.aws_key))
        fields = f"{CONTINUOUS.place}=true,{RETAIN.aws_key}={days}"
        yield Conflict.CONTINUOUS_KEPT_TOO_LONG, fields, blamed
    archives = [(place, lifecycle) for place, lifecycle in _lifecycles(at, rule) if lifecycle.get(_OPT_IN) == "true"]
    if archives:
        yield from _archive_cadence(at, rule, archives, cadence)
        for place, lifecycle in archives:
            yield from _archive_gap(place, lifecycle)
    if _SCAN_ACTIONS in rule and _SCAN_SETTINGS not in plan:
        fields = f"{_SCAN_ACTIONS}(undefined),{_SCAN_SETTINGS}(undefined)"
        yield Conflict.SCAN_WITHOUT_SETTINGS, fields, ((*at, _SCAN_ACTIONS),)


def _archive_cadence(
    at: Keys, rule: Container, archives: list[tuple[Keys, Container]], cadence: Cadence
) -> Iterator[_Conflicting]:
    schedule = rule.get(SCHEDULE.place)
    between = cadence(schedule) if isinstance(schedule, str) else None
    if between is not None and between < _ARCHIVE_CADENCE:
        opted = tuple((*place, _OPT_IN) for place, _ in archives)
        fields = f"{_OPT_IN}=true,{SCHEDULE.place}={schedule}"
        yield Conflict.ARCHIVED_TOO_OFTEN, fields, (*opted, (*at, SCHEDULE.place))


def _archive_gap(at: Keys, lifecycle: Container) -> Iterator[_Conflicting]:
    delete, cold = lifecycle.get(RETAIN.aws_key), lifecycle.get(COLD_AFTER.aws_key)
    deleted, moved = _days(delete), _days(cold)
    if deleted is not None and moved is not None and deleted - moved < _COLD_DAYS:
        fields = f"{_OPT_IN}=true,{RETAIN.aws_key}={delete},{COLD_AFTER.aws_key}={cold}"
        blamed = tuple((*at, key) for key in (_OPT_IN, RETAIN.aws_key, COLD_AFTER.aws_key))
        yield Conflict.ARCHIVED_TOO_SHORT, fields, blamed


def _lifecycles(at: Keys, rule: Container) -> Iterator[tuple[Keys, Container]]:
    yield (*at, _LIFECYCLE), _container(rule, _LIFECYCLE)
    for arn, copy in _container(rule, COPY_BLOCK.place).items():
        if isinstance(copy, dict):
            yield (*at, COPY_BLOCK.place, arn, _LIFECYCLE), _container(copy, _LIFECYCLE)


def _required(at: Keys, node: Container, required: tuple[str, ...]) -> Iterator[Violation]:
    for key in required:
        if key not in node:
            yield Violation("KEY_REQUIRED", f"'{key}' is missing", _path(at), (at,), (*at, key))


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
