"""Restore testing plans of the snapshot, read from AWS's answers, by the accounts and Regions where they are.

What an answer does not say has AWS's default; what it says in another form than AWS's is unknown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from policyengine.aws.cron import CronError, occurrences, parse_cron
from policyengine.aws.documents import Json
from policyengine.aws.facts.restore_testing import restore_testing_facts
from policyengine.aws.organization import Organization
from policyengine.base.records import Record

if TYPE_CHECKING:
    from policyengine.aws.snapshot.shapes import RestoreTestingPlan

_PLAN, _SELECTION = "RestoreTestingPlan", "RestoreTestingSelection"
_TAG = "aws:ResourceTag/"
KINDS = ("SNAPSHOT", "CONTINUOUS")
"""The kinds of recovery points that a plan can name."""


class PointTagCondition(Record):
    """A condition on a tag of the recovery point: a key, a value, and whether it must not have it."""

    key: str
    value: str
    negated: bool


class TestingSelection(Record):
    """A selection of a restore testing plan: a type of restore testing, ARNs or `*`, conditions that all must hold."""

    __test__ = False  # no test of ours

    name: str
    type: str
    arns: tuple[str, ...]
    conditions: tuple[PointTagCondition, ...]


class TestingPlan(Record, eq=False):
    """A restore testing plan; `included` and `excluded` are ARNs of vaults, with `*`, `kinds` those of points.

    `schedule` is its expression, `runs` whether it runs again: None where the expression cannot be read. `selections`
    is None where the snapshot does not have them, or not in AWS's form.
    """

    __test__ = False  # no test of ours

    name: str
    included: tuple[str, ...]
    excluded: tuple[str, ...]
    kinds: tuple[str, ...]
    window_days: int
    selections: tuple[TestingSelection, ...] | None
    schedule: str
    runs: bool | None


class TestingPlans:
    """The restore testing plans of an organization by account and Region, as of a moment."""

    __test__ = False  # no test of ours

    def __init__(self, organization: Organization, at: datetime) -> None:
        self._organization = organization
        listed = organization.restore_testing
        self._plans = None if listed is None else tuple((each, read_testing_plan(each, at)) for each in listed)
        self._here: dict[tuple[str | None, str], tuple[TestingPlan, ...]] = {}
        self._scopes = [frozenset(organization.accounts_in(each.accounts) or ()) for each in listed or ()]
        looked = organization.looked.restore_testing if organization.looked else None
        self._restricted = organization.looked is not None
        self._searched = looked

    def at(self, account: str | None, region: str) -> tuple[TestingPlan, ...]:
        """The plans of an account in a Region."""
        key = account, region
        if key not in self._here:
            self._here[key] = tuple(
                plan
                for (each, plan), accounts in zip(self._plans or (), self._scopes, strict=True)
                if account in accounts and region in (each.regions or (region,))
            )
        return self._here[key]

    def has_all_plans(self, account: str | None, region: str) -> bool:
        """Whether all plans of an account in a Region are in the snapshot."""
        if self._plans is None or account is None:
            return False
        if not self._restricted:
            return all(each.accounts is not None for each, _ in self._plans)
        if self._searched is None or region not in (self._searched.regions or (region,)):
            return False
        accounts = self._organization.accounts_in(self._searched.accounts)
        return accounts is None or account in accounts


def read_testing_plan(listed: RestoreTestingPlan, at: datetime) -> TestingPlan:
    """A plan of the snapshot, as of a moment."""
    plan = _within(listed.content, _PLAN)
    points = plan.get("RecoveryPointSelection")
    points = points if isinstance(points, Mapping) else {}
    window = points.get("SelectionWindowDays")
    read = None if listed.selections is None else [*map(_selection, listed.selections)]
    selections = None if read is None or None in read else tuple(each for each in read if each)
    schedule = plan.get("ScheduleExpression")
    schedule = schedule if isinstance(schedule, str) else restore_testing_facts().schedule
    return TestingPlan(
        listed.name,
        _texts(points.get("IncludeVaults")),
        _texts(points.get("ExcludeVaults")),
        _texts(points.get("RecoveryPointTypes")) or KINDS,
        window if type(window) is int else restore_testing_facts().window_days,
        selections,
        schedule,
        _runs_again(schedule, at),
    )


def _runs_again(schedule: str, at: datetime) -> bool | None:
    try:
        cron = parse_cron(schedule)
    except CronError:
        return None
    return next(occurrences(cron, at), None) is not None


def _selection(answer: Mapping[str, Json]) -> TestingSelection | None:
    """A selection; None where it names no type, or has conditions in another form than AWS's."""
    selection = _within(answer, _SELECTION)
    kind, name = selection.get("ProtectedResourceType"), selection.get("RestoreTestingSelectionName")
    written = selection.get("ProtectedResourceConditions") or {}
    if not isinstance(kind, str) or not isinstance(written, Mapping):
        return None
    conditions = [*_conditions(written)]
    if None in conditions:
        return None
    arns = _texts(selection.get("ProtectedResourceArns")) or ("*",)
    return TestingSelection(str(name or kind), kind, arns, tuple(each for each in conditions if each))


def _conditions(written: Mapping[str, Json]) -> Iterator[PointTagCondition | None]:
    for operator, negated in (("StringEquals", False), ("StringNotEquals", True)):
        entries = written.get(operator) or []
        for entry in entries if isinstance(entries, list) else [None]:
            key, value = (entry.get("Key"), entry.get("Value")) if isinstance(entry, Mapping) else (None, None)
            if isinstance(key, str) and isinstance(value, str):
                yield PointTagCondition(key.removeprefix(_TAG), value, negated)
            else:
                yield None


def _within(answer: Mapping[str, Json], key: str) -> Mapping[str, Json]:
    """The member of an answer of AWS that has its content; the value itself where it has no such member."""
    inner = answer.get(key)
    return inner if isinstance(inner, Mapping) else answer


def _texts(value: Json) -> tuple[str, ...]:
    return tuple(text for text in value if isinstance(text, str)) if isinstance(value, list) else ()
