"""The list of the templates that `alarms` writes: accounts, vaults and what has no alarm, as JSON."""

from __future__ import annotations

from collections.abc import Iterable

from policyengine.analysis.alarms import AlarmPlan
from policyengine.report.json_output import to_json

SCHEMA = "policyengine/alarms/1"
NAME = "alarms.index.json"
"""The file beside the templates."""


def render(plans: Iterable[AlarmPlan], at: str, unknown: Iterable[str], suffix: str) -> str:
    """The document of `schema alarms`; `unknown` are the accounts whose plans nobody knows."""
    templates = [_template(plan, suffix) for plan in plans]
    return to_json({"schema": SCHEMA, "at": at, "templates": templates, "unknown_accounts": list(unknown)})


def _template(plan: AlarmPlan, suffix: str) -> dict[str, object]:
    return {
        "file": f"{plan.name}{suffix}",
        "region": plan.region,
        "accounts": list(plan.accounts),
        "events": [event.name for event in plan.events],
        "silence": [
            {"vault": alarm.vault, "metric": alarm.metric, "hours": alarm.hours}
            for alarm in plan.alarms
            if alarm.silence
        ],
        "alarms": len(plan.alarms),
        "age_rules": [{"rule": rule.identifier, "days": rule.days} for rule in plan.age_rules],
        "notes": list(plan.notes),
    }
