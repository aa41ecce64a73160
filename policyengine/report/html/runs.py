"""The backups of the next 30 days: schedules by number, and the runs that AWS Backup leaves out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import takewhile

from policyengine.cron import CronError, parse_cron
from policyengine.plan import UNKNOWN, Plan
from policyengine.plan.runs import fates, minute, shapes, upcoming
from policyengine.report.html.tables import Table
from policyengine.report.schedule_words import schedule_words

DAYS = 30


class Runs:
    """Everything that runs from a moment on, for 30 days of which the first is that of the moment.

    A schedule is `{"cron", "words", "days", "hours", "minutes"}`, days counted from the first one; a loss is
    `[rules because of which runs are left out, minutes since the first day began]`.
    """

    def __init__(self, at: datetime) -> None:
        self._at = at
        self._midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
        left = datetime.max.replace(tzinfo=UTC) - self._midnight
        self._end = self._midnight + min(timedelta(days=DAYS), left)
        self._schedules = Table()
        self._losses = Table()
        self._known: dict[str, tuple[int, str]] = {}

    def schedule(self, text: str) -> tuple[int, str]:
        """The number of a schedule, and what it says in words."""
        if text not in self._known:
            row = self._row(text)
            self._known[text] = (self._schedules.add(row), str(row["words"]))
        return self._known[text]

    def losses(self, plan: Plan) -> list[tuple[int, int]]:
        """The rules of a plan that lose runs, by their place, each with the number of its loss."""
        rules = [rule for rule in plan.rules if rule.interval is not UNKNOWN] if plan.regions else []
        if len({rule.retention for rule in rules}) < 2:  # noqa: PLR2004 - one rule loses to another
            return []
        found = []
        for rule, fate in zip(
            rules, fates(shapes(rules, plan.reach), minute(self._at), minute(self._end)), strict=True
        ):
            if fate.lost:
                by = sorted({rules[cause.place].name for causes in fate.lost.values() for cause in causes})
                first = minute(self._midnight)
                loss = self._losses.add([by, [run - first for run in sorted(fate.lost)]])
                found.append((plan.rules.index(rule), loss))
        return found

    def texts(self) -> dict[str, str]:
        """Both tables as JSON lists."""
        return {"schedules": self._schedules.text(), "losses": self._losses.text()}

    def _row(self, text: str) -> dict[str, object]:
        try:
            cron = parse_cron(text)
        except CronError as error:
            return {"cron": text, "words": f"no schedule: {error}", "days": [], "hours": [], "minutes": []}
        runs = takewhile(lambda run: run < self._end, upcoming(cron, self._at))
        days = dict.fromkeys((run - self._midnight).days for run in runs)
        return {
            "cron": text,
            "words": schedule_words(cron),
            "days": list(days),
            "hours": cron.hours,
            "minutes": cron.minutes,
        }
