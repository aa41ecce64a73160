"""`parse_cron` and what it promises: any text is a schedule with runs, or is refused at a place."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise

from fuzz.doors.door import Door
from fuzz.laws import holds
from fuzz.mutations import texts
from fuzz.seeds import schedules
from fuzz.words import cron_words
from policyengine.aws.cron import Cron, CronError, longest_gap, next_two, occurrences, parse_cron

AFTER = datetime(2026, 9, 24, 8, 30, tzinfo=UTC)
RUNS = 60
LAST_YEAR = 2199


def check(text: str) -> None:
    """Reads a schedule and looks at its next runs and at its longest gap."""
    try:
        cron = parse_cron.__wrapped__(text)
    except CronError as error:
        holds("place", 0 <= error.start <= error.end <= len(text), error)
        holds("message", error.message and "\n" not in error.message, error.message)
        return
    holds("same twice", parse_cron.__wrapped__(text) == cron)
    _runs_agree(cron)


def _runs_agree(cron: Cron) -> None:
    runs = list(islice(occurrences(cron, AFTER), RUNS))
    holds("runs ascend", all(earlier < later for earlier, later in pairwise((AFTER, *runs))), runs)
    holds("next two", next_two(cron, AFTER) == (tuple(runs[:2]) if len(runs) > 1 else None), runs)
    for run in runs:
        fields = (run.minute in cron.minutes, run.hour in cron.hours, run.month in cron.months, run.year in cron.years)
        holds("runs fit the fields", all(fields) and run.year <= LAST_YEAR, run)
    gap = longest_gap(cron)
    widest = max((later - earlier for earlier, later in pairwise(runs)), default=timedelta())
    holds("longest gap", widest <= (gap or timedelta()), f"{gap} and {widest}")


DOOR = Door("cron", check, schedules, cron_words(), texts.mutated, seconds_per_character=2e-3)
