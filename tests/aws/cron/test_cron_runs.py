"""Runs in time, the longest gap, and texts that mean harm."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from itertools import islice
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policyengine.aws.cron import CronError, longest_gap, next_two, occurrences, parse_cron

NOON = datetime(2026, 9, 13, 12, tzinfo=UTC)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("body", "after", "expected"),
    [
        ("0 5 ? * * *", "2026-12-30T05:00", ["2026-12-31T05:00", "2027-01-01T05:00"]),
        ("30 1/6 ? * * *", "2026-09-13T19:29:59", ["2026-09-13T19:30", "2026-09-14T01:30"]),
        ("0 13/12 ? * * *", "2026-09-13T12:00", ["2026-09-13T13:00", "2026-09-14T13:00"]),
        ("59 23 L FEB ? *", "2027-03-01T00:00", ["2028-02-29T23:59", "2029-02-28T23:59"]),
        ("0 5 29 FEB ? *", "2096-02-29T05:00", ["2104-02-29T05:00", "2108-02-29T05:00"]),
        ("0 0 ? FEB SUN#5 *", "2032-02-29T00:00", ["2060-02-29T00:00", "2088-02-29T00:00"]),
        ("0 5 1 JAN ? 2030,2199", "2026-09-13T12:00", ["2030-01-01T05:00", "2199-01-01T05:00"]),
        ("59 23 31 DEC ? *", "2198-12-31T23:58", ["2198-12-31T23:59", "2199-12-31T23:59"]),
        ("59 23 31 DEC ? *", "2199-12-31T23:58", ["2199-12-31T23:59"]),
        ("59 23 31 DEC ? *", "2199-12-31T23:59", []),
        ("0 5 L * ? *", "2199-11-30T04:59", ["2199-11-30T05:00", "2199-12-31T05:00"]),
        ("10,20 5,9 ? * * *", "2026-09-13T05:10:30", ["2026-09-13T05:20", "2026-09-13T09:10"]),
        ("10,20 5,9 ? * * *", "2026-09-13T05:20", ["2026-09-13T09:10", "2026-09-13T09:20"]),
        ("10 5 2,20 3,11 ? 2025,2027", "2026-09-13T12:00", ["2027-03-02T05:10", "2027-03-20T05:10"]),
        ("10 5 2,20 3,11 ? *", "2026-03-20T05:10", ["2026-11-02T05:10", "2026-11-20T05:10"]),
        ("0 0 1 JAN ? *", "1969-12-31T23:59:59", ["1970-01-01T00:00", "1971-01-01T00:00"]),
        ("0 5 31 FEB ? *", "1970-01-01T00:00", []),
        ("0 0 ? * * *", "0001-01-01T00:00", ["1970-01-01T00:00", "1970-01-02T00:00"]),
        ("0 0 ? * * *", "9999-12-31T23:59", []),
        ("0 5 ? * * *", "1970-06-01T05:00", ["1970-06-02T05:00", "1970-06-03T05:00"]),
    ],
)
def test_the_next_runs(body: str, after: str, expected: list[str]) -> None:
    runs = islice(occurrences(parse_cron(f"cron({body})"), utc(after)), 2)

    assert list(runs) == [utc(run) for run in expected]


def test_a_time_in_another_zone_is_an_instant() -> None:
    tokyo = datetime(2026, 9, 14, 13, 30, tzinfo=timezone(timedelta(hours=9)))

    assert next(occurrences(parse_cron("cron(0 5 ? * * *)"), tokyo)) == utc("2026-09-14T05:00")


@pytest.mark.parametrize("hours", [-14, 14])
def test_times_at_the_ends_of_time(hours: int) -> None:
    zone = timezone(timedelta(hours=hours))
    cron = parse_cron("cron(0 5 ? * * *)")

    assert next(occurrences(cron, datetime.min.replace(tzinfo=zone))) == utc("1970-01-01T05:00")
    assert list(occurrences(cron, datetime.max.replace(tzinfo=zone))) == []


def test_the_calendar_ends_in_utc() -> None:
    after = datetime(2200, 1, 1, 5, tzinfo=timezone(timedelta(hours=14)))

    assert list(occurrences(parse_cron("cron(0 23 ? * * *)"), after)) == [utc("2199-12-31T23:00")]


def test_two_runs_or_none() -> None:
    new_year = parse_cron("cron(0 5 1 JAN ? 2030,2031)")

    assert next_two(new_year, NOON) == (utc("2030-01-01T05:00"), utc("2031-01-01T05:00"))
    assert next_two(new_year, utc("2030-01-01T05:00")) is None
    assert next_two(new_year, utc("2031-01-01T05:00")) is None


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^the time after which runs are wanted has no time zone$"):
        occurrences(parse_cron("cron(0 5 ? * * *)"), NOON.replace(tzinfo=None))


@pytest.mark.parametrize(
    ("body", "gap"),
    [
        ("0 * ? * * *", timedelta(hours=1)),
        ("0 0/4 ? * * *", timedelta(hours=4)),
        ("0 5/4 ? * * *", timedelta(hours=8)),
        ("0 13/12 ? * * *", timedelta(days=1)),
        ("30 5 ? * * *", timedelta(days=1)),
        ("0,59 7 ? * * *", timedelta(hours=23, minutes=1)),
        ("0 5 ? * MON-FRI *", timedelta(days=3)),
        ("0 5,17 ? * MON-FRI *", timedelta(days=2, hours=12)),
        ("0 5 ? * SUN *", timedelta(days=7)),
        ("0 5 1 * ? *", timedelta(days=31)),
        ("0 5 30 * ? *", timedelta(days=60)),
        ("0 5 31 * ? *", timedelta(days=61)),
        ("0 5 ? * MON#1 *", timedelta(days=35)),
        ("0 5 ? * FRI#5 *", timedelta(days=119)),
        ("0 5 ? * FRIL *", timedelta(days=35)),
        ("0 5 LW * ? *", timedelta(days=33)),
        ("0 5 1 JAN ? *", timedelta(days=366)),
        ("0 5 29 FEB ? *", timedelta(days=8 * 365 + 1)),
        ("0 5 29 FEB ? 2028,2032", timedelta(days=4 * 365 + 1)),
        ("0 5 1 1 ? 1970,2199", timedelta(days=83641)),
        ("0 5-7 1 JAN ? 2030", timedelta(hours=1)),
        ("0 5,6,9 1 JAN ? 2030", timedelta(hours=3)),
        ("0,20,50 5 1 JAN ? 2030", timedelta(minutes=30)),
        ("10,20 5,9 1 JAN ? 2030", timedelta(hours=3, minutes=50)),
        ("0 5 1,3,8 JAN ? 2030", timedelta(days=5)),
        ("0 5 1 JAN ? 2030", None),
        ("0 5 31 FEB ? *", None),
        ("0 5-7 31 FEB ? *", None),
    ],
)
def test_the_longest_gap(body: str, gap: timedelta | None) -> None:
    assert longest_gap(parse_cron(f"cron({body})")) == gap


@pytest.mark.parametrize(
    ("body", "start", "gap"),
    [
        ("0 5 1 JAN ? 2030-2032", "2030-01-01T05:00", timedelta(days=365)),
        ("0 5 1 JAN ? 2031-2033", "2031-01-01T05:00", timedelta(days=366)),
        ("0 5 1 JAN ? 2031-2033", "2032-01-01T05:00", timedelta(days=366)),
        ("0 5 1 JAN ? 2031-2033", "2032-01-01T05:00:01", None),
        ("0 5 1 JAN ? 2031-2033", "2032-01-01T05:00:00.000001", None),
        ("0 5 1 1,7,8 ? 2030", "2030-01-02T00:00", timedelta(days=31)),
        ("0 5 1 1,7,8 ? 2030", "2030-07-01T05:00", timedelta(days=31)),
        ("0 5 1,20,25 7 ? 2030", "2030-07-02T00:00", timedelta(days=5)),
        ("0 5 1,20,25 7 ? 2030", "2030-07-20T05:00", timedelta(days=5)),
        ("0 5 1,20,25 7 ? 2030", "2030-07-20T05:01", None),
        ("10,30 5,6,8 1 JAN ? 2030", "2030-01-01T05:11", timedelta(hours=1, minutes=40)),
        ("10,30 5,6,8 1 JAN ? 2030", "2030-01-01T08:00", timedelta(minutes=20)),
        ("10,30 5,6,8 1 JAN ? 2030", "2030-01-01T08:11", None),
        ("0 5,6 1,2 JAN ? 2030", "2030-01-01T05:30", timedelta(hours=23)),
    ],
)
def test_the_longest_gap_from_a_time_on(body: str, start: str, gap: timedelta | None) -> None:
    assert longest_gap(parse_cron(f"cron({body})"), utc(start)) == gap


@pytest.mark.parametrize(
    "body", ["0 5 ? * * *", "* * ? * * *", "0 5 29 FEB ? *", "0 5 31 2,4,6,9,11 ? *", "0 5 ? FEB SAT#5 *"]
)
def test_rare_calendars_cost_little(body: str) -> None:
    cron = parse_cron(f"cron({body})")
    longest_gap(cron)
    before = process_time()

    for _ in range(10):
        next_two(cron, NOON)

    assert process_time() - before < 0.2


@pytest.mark.parametrize(
    "text",
    [
        "cron(" + "9" * 1_000_000 + " 5 ? * * *)",
        "cron(" + "9" * 9_000 + " 5 ? * * *)",
        "cron(0 " + "1," * 500_000 + "1 ? * * *)",
        "cron(" + "0 " * 500_000 + ")",
        "cron(" + "(" * 1_000_000,
        " " * 1_000_000,
        "cron(0 5 ? * * " + "0" * 9_000 + "2200)",
        "cron(0 " + "," * 9_000 + " ? * * *)",
        "cron(0 " + "-1" * 4_500 + " ? * * *)",
        "cron(0 5 ? * " + "L," * 4_500 + " *)",
        "cron(0 5 \u0661 * ? *)",
        "cron(0\u00a05\u00a0?\u00a0*\u00a0*\u00a0*)",
        "cron(0 5 ? * * *\x00)",
        "cron(0 5 ? * [red]\x1b[31m *)",
        "cron(0 5 ? * \ud800 *)",
    ],
)
def test_hostile_texts_are_refused_at_once(text: str) -> None:
    before = process_time()

    with pytest.raises(CronError) as caught:
        parse_cron(text)

    assert process_time() - before < 0.5
    assert caught.value.message.isprintable()
    assert len(caught.value.message) < 200
    assert len(caught.value.hint) < 200


def test_a_long_list_is_read_in_linear_time() -> None:
    before = process_time()

    cron = parse_cron("cron(" + "1,2," * 2_400 + "3 5 ? * * *)")

    assert cron.minutes == (1, 2, 3)
    assert process_time() - before < 1


@given(st.text() | st.text("cron()0123456789LW#?*/-,MONJAN ").map(lambda body: f"cron({body})"))
def test_any_text_is_read_or_refused_with_its_place(text: str) -> None:
    try:
        said = parse_cron(text).text
        start, end = 0, len(text)
    except CronError as error:
        said = text
        start, end = error.start, error.end

    assert said == text
    assert 0 <= start <= end <= len(text)
