"""Daylight saving: schedules are UTC, so runs move by the clock of a place."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from aws.deployment.plans import at, plan, rule, said

from policyengine.aws.deployment import ClockChange, clock_changes, clock_times


def changes(zone: str, start: str, end: str) -> list[tuple[str | None, int, int]]:
    """The changes with the minutes ahead of UTC, before and after."""
    return [
        (said(change.at), int(change.before.total_seconds()) // 60, int(change.after.total_seconds()) // 60)
        for change in clock_changes(ZoneInfo(zone), at(start), at(end))
    ]


@pytest.mark.parametrize(
    ("zone", "start", "end", "expected"),
    [
        pytest.param("Europe/Amsterdam", "2026-10-20", "2026-10-27", [("2026-10-25 01:00", 120, 60)], id="autumn"),
        pytest.param("Europe/Amsterdam", "2027-03-25", "2027-04-01", [("2027-03-28 01:00", 60, 120)], id="spring"),
        pytest.param("America/New_York", "2026-10-27", "2026-11-03", [("2026-11-01 06:00", -240, -300)], id="behind UTC"),
        pytest.param("Australia/Lord_Howe", "2026-10-01", "2026-10-08", [("2026-10-03 15:30", 630, 660)], id="half an hour"),
        pytest.param("Europe/Amsterdam", "2026-09-13", "2026-09-20", [("2026-10-25 01:00", 120, 60)], id="the next one"),
        pytest.param("Europe/Amsterdam", "2026-09-13", "2027-09-13", [("2026-10-25 01:00", 120, 60), ("2027-03-28 01:00", 60, 120)], id="a year"),
        pytest.param("Europe/Amsterdam", "2026-10-25 01:00", "2026-10-26", [("2027-03-28 01:00", 60, 120)], id="it has just changed"),
        pytest.param("Europe/Amsterdam", "2026-10-25 00:59", "2026-10-26", [("2026-10-25 01:00", 120, 60)], id="about to change"),
        pytest.param("Asia/Tokyo", "2026-09-13", "2027-09-13", [], id="no daylight saving"),
        pytest.param("Asia/Pyongyang", "2014-05-01", "2014-05-08", [], id="more than a year away"),
        pytest.param("Asia/Pyongyang", "2015-05-01", "2015-05-08", [("2015-08-14 15:00", 540, 510)], id="less than a year away"),
        pytest.param("UTC", "2026-09-13", "2027-09-13", [], id="UTC"),
        pytest.param("Europe/Amsterdam", "0001-01-01", "0001-01-08", [], id="before AWS's calendar"),
        pytest.param("Europe/Amsterdam", "9999-12-24", "9999-12-31", [], id="after it"),
    ],
)  # fmt: skip
def test_changes(zone: str, start: str, end: str, expected: list[tuple[str | None, int, int]]) -> None:
    assert changes(zone, start, end) == expected


AUTUMN, SPRING = "2026-10-20", "2027-03-25"


def change(zone: str, start: str) -> ClockChange:
    return clock_changes(ZoneInfo(zone), at(start), at(start) + timedelta(days=1))[0]


@pytest.mark.parametrize(
    ("schedule", "zone", "start", "expected"),
    [
        pytest.param("0 3 ? * * *", "Europe/Amsterdam", AUTUMN, ["5:00 > 4:00"], id="earlier in autumn"),
        pytest.param("0 3 ? * * *", "Europe/Amsterdam", SPRING, ["4:00 > 5:00"], id="later in spring"),
        pytest.param("0 5,17 ? * * *", "Europe/Amsterdam", AUTUMN, ["7:00 > 6:00", "19:00 > 18:00"], id="twice a day"),
        pytest.param("30 22 ? * * *", "Europe/Amsterdam", AUTUMN, ["0:30 > 23:30 (-1)"], id="to the day before"),
        pytest.param("30 22 ? * * *", "Europe/Amsterdam", SPRING, ["23:30 > 0:30 (1)"], id="to the day after"),
        pytest.param("0 3 ? * * *", "America/New_York", AUTUMN, ["23:00 > 22:00"], id="behind UTC"),
        pytest.param("0 * ? * * *", "Europe/Amsterdam", AUTUMN, [], id="every hour, as before"),
        pytest.param("0 5 ? 6-8 * *", "Europe/Amsterdam", AUTUMN, [], id="in summer only"),
        pytest.param("0 5 ? 6-8 * *", "Europe/Amsterdam", SPRING, [], id="in summer only, which is to come"),
        pytest.param("0 5 1 1 ? *", "Europe/Amsterdam", SPRING, [], id="in winter only"),
        pytest.param("0 5 ? * * 2026", "Europe/Amsterdam", SPRING, [], id="over by then"),
        pytest.param("0 5 ? * * 2026", "Europe/Amsterdam", AUTUMN, ["7:00 > 6:00"], id="not yet over"),
        pytest.param("every night", "Europe/Amsterdam", AUTUMN, [], id="no schedule"),
    ],
)  # fmt: skip
def test_times_by_the_clock(schedule: str, zone: str, start: str, expected: list[str]) -> None:
    (nightly,) = plan(nightly=rule(schedule)).rules
    found = clock_times(nightly, change(zone, start))
    assert [
        f"{time.before // 60}:{time.before % 60:02} > {time.after // 60}:{time.after % 60:02}"
        + (f" ({time.days})" if time.days else "")
        for time in found
    ] == expected
