"""The calendar of runs against the slow oracle, on generated plans.

Three hundred of them by default; `--plans 20000 --first-seed 300` for more.
"""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest
from aws.deployment.plans import BUCKETS, TAGGED, plan_of, rule
from oracle.runs import Timed, interval, relation, started

from policyengine.aws.deployment import Runs, compare_runs
from policyengine.aws.deployment.runs import minute, run_outcomes, shapes
from policyengine.aws.documents import Json

pytestmark = pytest.mark.scale

BATCHES = 10
SPAN = 4  # years from a moment on in which most of the schedules run
DAY_OF_MONTH = ("*", "1", "15", "31", "1,15", "L", "LW", "L-3", "15W", "1W,15W", "2-6", "*/7", "28-2")
DAY_OF_WEEK = ("*", "SUN", "MON-FRI", "SAT,SUN", "2-4", "L", "6L", "MON#1", "FRI#5", "WED/2")
MONTHS = ("*", "*", "*", "1", "2", "NOV-FEB", "1,7", "*/3")
HOURS = ("*", "5", "0/12", "20-2", "9-17", "4,16", "23", "5/4")
MINUTES = ("0", "0", "0", "30", "0,30", "7", "59", "15/20")
WINDOWS = (60, 60, 90, 120, 480, 480, 600, 1440, 2880)


@pytest.mark.parametrize("batch", range(BATCHES))
def test_calendar_and_oracle_agree(batch: int, pytestconfig: pytest.Config) -> None:
    first, number = pytestconfig.getoption("first_seed"), pytestconfig.getoption("plans")
    for seed in range(first + batch, first + number, BATCHES):
        dice = random.Random(seed)
        at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=dice.randrange(800 * 24 * 60))
        endless = seed % 150 == 0
        before = [_timed(dice, at, endless=endless) for _ in range(dice.randint(1, 2 if endless else 5))]
        after = _changed(dice, before, at, endless=endless)
        buckets = seed % 3 == 0
        told = f"seed {seed}: {before}, then {after}, at {at}, {'of S3 only' if buckets else 'of all types'}"
        assert _differences(before, after, at, buckets=buckets) == [], told


def _differences(before: list[Timed], after: list[Timed], at: datetime, *, buckets: bool) -> list[object]:
    """What engine and oracle see differently in two plans and between them; nothing if they agree.

    The plans select `buckets` only, or whatever has a tag: then continuous rules make snapshots as well.
    """
    old, new = (
        started([one._replace(continuous=one.continuous and buckets) for one in timed], at) for timed in (before, after)
    )
    expected = [interval(runs, at) for runs in (*old, *new)]
    selections = BUCKETS if buckets else TAGGED
    plans = [plan_of(_rules(timed), selections=selections, start=at) for timed in (before, after)]
    rules = [plan.rules for plan in plans]
    found: list[object] = [(one.interval, gap) for one, gap in zip((*rules[0], *rules[1]), expected, strict=True)]
    pairs = list(zip(rules[0], rules[1], strict=False))
    compared = [compare_runs(_runs(one.runs), _runs(other.runs)) for one, other in pairs]
    found += [
        (told.relation, relation(*runs)) for told, runs in zip(compared, zip(old, new, strict=False), strict=False)
    ]
    for told, runs in zip(compared, zip(old, new, strict=False), strict=False):
        until = minute(at) + (7 if told.period == "week" else 365) * 24 * 60
        found += [(told.before, sum(r < until for r in runs[0])), (told.after, sum(r < until for r in runs[1]))]
    start, end = minute(at), minute(at + timedelta(days=40))
    for fate, runs_ in zip(run_outcomes(shapes(rules[0], plans[0].reach), start, end), old, strict=True):
        found.append((list(fate.taken), [run for run in runs_ if run < end]))
    return [pair for pair in found if isinstance(pair, tuple) and pair[0] != pair[1]]


def _runs(found: object) -> Runs:
    assert isinstance(found, Runs)
    return found


def _rules(timed: list[Timed]) -> dict[str, dict[str, Json]]:
    return {
        f"r{place}": rule(one.schedule[5:-1], int(one.window), int(one.retention), continuous=one.continuous)
        for place, one in enumerate(timed)
    }


def _timed(dice: random.Random, at: datetime, *, endless: bool) -> Timed:
    window, retention = dice.choice(WINDOWS), dice.randint(1, 4)
    return Timed(_schedule(dice, at, endless=endless), window, retention, continuous=dice.random() < 0.2)


def _schedule(dice: random.Random, at: datetime, *, endless: bool) -> str:
    """A schedule; few of `endless` ones run often, since the oracle looks at every run until 2199."""
    days = dice.choice(
        [f"{dice.choice(DAY_OF_MONTH)} {dice.choice(MONTHS)} ?", f"? {dice.choice(MONTHS)} {dice.choice(DAY_OF_WEEK)}"]
    )
    if endless:
        hour = dice.choice(("5", "0", "23", "4,16"))
        return f"cron({dice.choice(('0', '30'))} {hour} {days} {dice.choice(('*', '*', '2020-2199', '2190-2199', '2000-2030,2080/3'))})"
    first = at.year + dice.randint(-3, 2)
    years = dice.choice((f"{first}-{at.year + SPAN}", f"{first},{at.year + 2}", f"{at.year}/2", f"{first}"))
    years = years.replace("/2", f"-{at.year + SPAN}/2")
    return f"cron({dice.choice(MINUTES)} {dice.choice(HOURS)} {days} {years})"


def _changed(dice: random.Random, before: list[Timed], at: datetime, *, endless: bool) -> list[Timed]:
    """The rules after a change of one, with one more, or both."""
    after = list(before)
    place = dice.randrange(len(after))
    kind = dice.choice(("schedule", "window", "retention", "more", "hours"))
    if kind == "more":
        return [*after, _timed(dice, at, endless=endless)]
    new = _timed(dice, at, endless=endless)
    one = after[place]
    if kind == "hours":
        minutes, _, rest = one.schedule.split(" ", 2)
        hour = "5" if endless else dice.choice(HOURS)
        after[place] = one._replace(schedule=f"{minutes} {hour} {rest}")
    else:
        after[place] = one._replace(**{kind: getattr(new, kind)})
    return after
