"""Plans for the tests of calendars: rules by the fields of their cron."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from support.moment import AT

from policyengine.aws.deployment import Plan
from policyengine.aws.deployment.plan_reader import PlanReader
from policyengine.aws.documents import Json

TAGGED: Mapping[str, Json] = {"tags": {"all": {"iam_role_arn": "r", "tag_key": "backup", "tag_value": ["yes"]}}}
ROLE: Mapping[str, Json] = {"iam_role_arn": "r"}
BUCKETS: Mapping[str, Json] = {"resources": {"buckets": {**ROLE, "resource_types": ["arn:aws:s3:::*"]}}}


def rule(schedule: str, window: int = 0, days: int = 0, *, continuous: bool = False) -> dict[str, Json]:
    """A rule; a window of 0 minutes and a retention of 0 days are not set."""
    found: dict[str, Json] = {"schedule_expression": f"cron({schedule})", "target_backup_vault_name": "Main"}
    if window:
        found["start_backup_window_minutes"] = str(window)
    if days:
        found["lifecycle"] = {"delete_after_days": str(days)}
    if continuous:
        found["enable_continuous_backup"] = "true"
    return found


def plan(
    name: str = "daily",
    *,
    regions: Sequence[str] = ("eu-west-1",),
    selections: Mapping[str, Json] = TAGGED,
    **rules: dict[str, Json],
) -> Plan:
    return plan_of(rules, name, regions, selections)


def plan_of(
    rules: Mapping[str, dict[str, Json]],
    name: str = "daily",
    regions: Sequence[str] = ("eu-west-1",),
    selections: Mapping[str, Json] = TAGGED,
    start: datetime = AT,
) -> Plan:
    return PlanReader(start).plan(
        name, {"regions": list(regions), "rules": dict(rules), "selections": dict(selections)}
    )


def at(text: str) -> datetime:
    """A moment in UTC: `2026-09-13`, `2026-09-13 07:00`."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def said(time: datetime | None) -> str | None:
    return None if time is None else f"{time:%Y-%m-%d %H:%M}"


def minutes(length: timedelta) -> int:
    return length // timedelta(minutes=1)
