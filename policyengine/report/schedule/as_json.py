"""`schedule --format json`, written in pieces: a line for each run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta

from policyengine.aws.deployment import BackupRule, Calendar, ClockChange, Collision, Gap, Outlook, Plan, Run
from policyengine.aws.merge import AccountPolicy
from policyengine.report.json_output import stamp, to_json_line
from policyengine.report.schedule.zone import ShiftedRule, Zone, shifted

SCHEMA = "policyengine/schedule/1"


def render(
    account: AccountPolicy, calendar: Calendar, at: str, *, zone: Zone | None, hypothetical: bool = False
) -> Iterator[str]:
    """The document of `schema schedule`, in pieces."""
    head = {
        "schema": SCHEMA,
        "at": at,
        "until": stamp(calendar.end),
        "account": account.account.id,
        "path": account.account.path,
        "status": account.status,
        **({"hypothetical": True} if hypothetical else {}),
        "zone": _zone(zone, calendar) if zone else None,
    }
    yield to_json_line(head)[:-1]
    yield from _lines("rules", map(_rule, calendar.rules))
    yield from _lines("runs", map(_run(zone), calendar.runs))
    yield from _lines("gaps", (entry for gap in calendar.gaps for entry in _gap(gap)))
    yield from _lines("collisions", map(_collision, calendar.collisions))
    yield "}\n"


def _lines(key: str, entries: Iterable[object]) -> Iterator[str]:
    yield f',\n "{key}": ['
    between = "\n  "
    for entry in entries:
        yield f"{between}{to_json_line(entry)}"
        between = ",\n  "
    yield "]"


def _rule(outlook: Outlook) -> dict[str, object]:
    rule = outlook.rule
    return {
        **_name(outlook.plan, rule),
        "path": rule.path,
        "schedule": rule.schedule,
        "regions": list(outlook.plan.regions),
        "vault": rule.vault,
        "start_window_minutes": rule.start_within,
        "continuous": rule.continuous,
        "runs": outlook.runs,
        "suppressed": outlook.suppressed,
        "next": _stamped(outlook.next),
        "last": _stamped(outlook.last),
    }


def _run(zone: Zone | None) -> Callable[[Run], dict[str, object]]:
    def entry(run: Run) -> dict[str, object]:
        return {
            "time": stamp(run.time),
            **({"local": zone.local(run.time).isoformat(timespec="seconds")} if zone else {}),
            **_name(run.plan, run.rule),
            "regions": run.plan.regions,
            "vault": run.rule.vault,
            "start_window_minutes": run.rule.start_within,
            "suppressed_by": [{"rule": by.rule.name, "time": stamp(by.time)} for by in run.suppressed_by],
        }

    return entry


def _gap(gap: Gap) -> Iterator[dict[str, object]]:
    for selection in gap.plan.selections:
        yield {
            "plan": gap.plan.name,
            "selection": selection.name,
            "path": selection.path,
            "rules": [rule.name for rule in gap.rules],
            "minutes": gap.minutes,
            "from": _stamped(gap.first),
            "to": _stamped(gap.last),
            "basis": "exact",  # and never "simulated" any more; a field of the contract stays
            "simulated_until": None,
        }


def _collision(collision: Collision) -> dict[str, object]:
    return {
        "rules": [_name(plan, rule) for plan, rule in collision.rules],
        "regions": list(collision.regions),
        "times": [stamp(time) for time in collision.times],
    }


def _zone(zone: Zone, calendar: Calendar) -> dict[str, object]:
    changes = [_change(change, shifted(calendar.rules, change)) for change in zone.changes]
    return {"name": zone.name, "changes": changes}


def _change(change: ClockChange, rules: Iterable[ShiftedRule]) -> dict[str, object]:
    return {
        "at": stamp(change.at),
        "minutes": _minutes(change.after - change.before),
        "before": _minutes(change.before),
        "after": _minutes(change.after),
        "rules": [
            {
                **_name(shifted.rule.plan, shifted.rule.rule),
                "times": [
                    {"before": clock(time.before), "after": clock(time.after), "days": time.days}
                    for time in shifted.times
                ],
            }
            for shifted in rules
        ],
    }


def clock(minutes: int) -> str:
    """Minutes of a day as a clock shows them: `05:00`."""
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _name(plan: Plan, rule: BackupRule) -> dict[str, str]:
    return {"plan": plan.name, "rule": rule.name}


def _stamped(time: datetime | None) -> str | None:
    return None if time is None else stamp(time)


def _minutes(length: timedelta) -> int:
    return length // timedelta(minutes=1)
