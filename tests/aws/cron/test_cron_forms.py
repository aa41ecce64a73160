"""What a schedule may look like: forms that AWS admits with the days they mean, and forms that are refused."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import takewhile

import pytest

from policyengine.aws.cron import Cron, CronError, Weekdays, occurrences, parse_cron


def days_in(cron: Cron, year: int, month: int) -> list[int]:
    start = datetime(year, month, 1, tzinfo=UTC)
    runs = takewhile(lambda run: (run.year, run.month) == (year, month), occurrences(cron, start))
    return sorted({run.day for run in runs})


# February 2027 begins on a Monday and has 28 days; May 2027 begins on a Saturday and ends on a Monday.
@pytest.mark.parametrize(
    ("days", "february", "may"),
    [
        ("1 * ?", [1], [1]),
        ("1,15 * ?", [1, 15], [1, 15]),
        ("15,1,15 * ?", [1, 15], [1, 15]),
        ("*/10 * ?", [1, 11, 21], [1, 11, 21, 31]),
        ("20/5 * ?", [20, 25], [20, 25, 30]),
        ("3-9/3 * ?", [3, 6, 9], [3, 6, 9]),
        ("27-2 * ?", [1, 2, 27, 28], [1, 2, 27, 28, 29, 30, 31]),
        ("28-4/3 * ?", [3, 28], [3, 28, 31]),
        ("*,7 FEB ?", list(range(1, 29)), []),
        ("30 * ?", [], [30]),
        ("L * ?", [28], [31]),
        ("l * ?", [28], [31]),
        ("L-0 * ?", [28], [31]),
        ("L-3 * ?", [25], [28]),
        ("L-30 * ?", [], [1]),
        ("LW * ?", [26], [31]),
        ("L-3W * ?", [25], [28]),
        ("L-1w * ?", [26], [31]),
        ("1W * ?", [1], [3]),
        ("15W * ?", [15], [14]),
        ("16W * ?", [16], [17]),
        ("31W * ?", [], [31]),
        ("28W * ?", [26], [28]),
        ("1W,15W * ?", [1], [3]),
        ("15W,1W * ?", [1], [3]),
        ("15W,20 * ?", [15], [14]),
        ("1-5W * ?", [1, 2, 3, 4, 5], [1, 2, 3, 4, 5]),
        ("? * SUN", [7, 14, 21, 28], [2, 9, 16, 23, 30]),
        ("? * 1", [7, 14, 21, 28], [2, 9, 16, 23, 30]),
        ("? * tue,Thu", [2, 4, 9, 11, 16, 18, 23, 25], [4, 6, 11, 13, 18, 20, 25, 27]),
        ("? * 7-1", [6, 7, 13, 14, 20, 21, 27, 28], [1, 2, 8, 9, 15, 16, 22, 23, 29, 30]),
        ("? * FRI-SUN/2", [5, 7, 12, 14, 19, 21, 26, 28], [2, 7, 9, 14, 16, 21, 23, 28, 30]),
        ("? * 6/1", [5, 6, 12, 13, 19, 20, 26, 27], [1, 7, 8, 14, 15, 21, 22, 28, 29]),
        ("? * l", [6, 13, 20, 27], [1, 8, 15, 22, 29]),
        ("? * L", [6, 13, 20, 27], [1, 8, 15, 22, 29]),
        ("? * 6L", [26], [28]),
        ("? * monl", [22], [31]),
        ("? * MON#2", [8], [10]),
        ("? * 2#2", [8], [10]),
        ("? * SAT#5", [], [29]),
        ("? * 1#1,2", [7], [2]),
        ("? * 1,2#1", [7], [2]),
        ("? MAY FRI", [], [7, 14, 21, 28]),
        ("? nov-feb 5#1", [4], []),
        ("? 2/3 5#1", [4], [6]),
        ("? FEB-JUN/3 5#1", [4], [6]),
    ],
)
def test_days_that_a_form_means(days: str, february: list[int], may: list[int]) -> None:
    cron = parse_cron(f"cron(0 5 {days} *)")

    assert (days_in(cron, 2027, 2), days_in(cron, 2027, 5)) == (february, may)


@pytest.mark.parametrize(
    ("minute", "hour", "minutes", "hours"),
    [
        ("0", "5", (0,), (5,)),
        ("00", "005", (0,), (5,)),
        ("5,0,5", "23", (0, 5), (23,)),
        ("*/20", "20-2", (0, 20, 40), (0, 1, 2, 20, 21, 22, 23)),
        ("1/59", "*/7", (1,), (0, 7, 14, 21)),
        ("50-10/10", "13/12", (0, 10, 50), (13,)),
        ("5-5", "22-21/23", (5,), (21, 22)),
    ],
)
def test_times_that_a_form_means(minute: str, hour: str, minutes: tuple[int, ...], hours: tuple[int, ...]) -> None:
    cron = parse_cron(f"cron({minute} {hour} ? * * *)")

    assert (cron.minutes, cron.hours) == (minutes, hours)


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("cron(0 5 ? * *)", tuple(range(1970, 2200))),
        ("cron(0 5 ? * * *)", tuple(range(1970, 2200))),
        ("cron(0 5 ? * * * *)", tuple(range(1970, 2200))),
        ("cron(0 5 ? * * 2030 whatever else)", (2030,)),
        ("cron(0  5\t? *   * 2031,2030)", (2030, 2031)),
        ("cron( 0 5 ? * * 2030-2034/2 )", (2030, 2032, 2034)),
        ("cron(0 5 ? * * 2190/4)", (2190, 2194, 2198)),
        ("cron(0 5 ? * * 1970,2199)", (1970, 2199)),
        ("cron(0 5 ? * * 2030-2030)", (2030,)),
    ],
)
def test_fields_that_may_be_left_out_or_added(text: str, years: tuple[int, ...]) -> None:
    assert parse_cron(text).years == years


def test_every_month_and_every_day_of_the_week_has_a_name() -> None:
    months = parse_cron("cron(0 5 ? JAN,FEB,MAR,APR,MAY,JUN,JUL,AUG,SEP,OCT,NOV,DEC * *)").months
    days = parse_cron("cron(0 5 ? * SUN,MON,TUE,WED,THU,FRI,SAT *)").days

    assert months == (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)
    assert days == Weekdays((1, 2, 3, 4, 5, 6, 7))


@pytest.mark.parametrize("day_of_month", ["?", "L", "LW", "L-3"])
def test_a_field_without_a_list_has_no_items(day_of_month: str) -> None:
    day_of_week = "MON" if day_of_month == "?" else "?"

    assert parse_cron(f"cron(0 5 {day_of_month} * {day_of_week} *)").fields[2].items == ()


def test_the_fields_are_kept_as_written() -> None:
    cron = parse_cron("cron(0  13/12 ? * mon,2-6 *)")

    hour, week_days = cron.fields[1], cron.fields[4]
    assert (hour.name, hour.text, hour.start, hour.end) == ("hour", "13/12", 8, 13)
    assert [(item.first, item.last, item.step) for item in hour.items] == [(13, None, 12)]
    assert [(item.first, item.last, item.named) for item in week_days.items] == [(2, None, True), (2, 6, False)]


def test_schedules_are_equal_when_their_texts_are() -> None:
    assert parse_cron("cron(0 5 ? * * *)") == parse_cron("cron(0 5 ? * * *)")
    assert parse_cron("cron(0 5 ? * * *)") != parse_cron("cron(0 5 * * ? *)")


@pytest.mark.parametrize(
    ("text", "offending", "message", "hint"),
    [
        ("", "", "the schedule is empty", "`cron(0 5 ? * * *)` is daily at 05:00 UTC"),
        (" \t", " \t", "the schedule is empty", "`cron(0 5 ? * * *)` is daily at 05:00 UTC"),
        ("soon", "soon", "`soon` is not a `cron(...)` expression", "`cron(0 5 ? * * *)` is daily at 05:00 UTC"),
        ("cron(0 5 ? * * *);", ";", "nothing may follow the `)`", "end the schedule with the `)`"),
        (
            "cron(0 5 \uff1f * * *)",
            "\uff1f",
            "`\uff1f` is not understood in the day-of-month field",
            "the day-of-month field takes 1 to 31, and `,` `-` `*` `?` `/` `L` `W`",
        ),
        (
            "cron(05:00 ? * * *)",
            "05:00",
            "`05:00` is not understood in the minute field",
            "the minute field takes 0 to 59, and `,` `-` `*` `/`",
        ),
        ("0 5 ? * * *", "0 5 ? * * *", "`0 5 ? * * *` is not a `cron(...)` expression", "write `cron(0 5 ? * * *)`"),
        (
            "CRON(0 5 ? * * *)",
            "CRON(0 5 ? * * *)",
            "`CRON(0 5 ? * * *)` is not a `cron(...)` expression",
            "write `cron(` in small letters and nothing before it",
        ),
        (
            " cron(0 5 ? * * *)",
            " cron(0 5 ? * * *)",
            "` cron(0 5 ? * * *)` is not a `cron(...)` expression",
            "write `cron(` in small letters and nothing before it",
        ),
        (
            "(0 5 ? * * *",
            "(0 5 ? * * *",
            "`(0 5 ? * * *` is not a `cron(...)` expression",
            "`cron(0 5 ? * * *)` is daily at 05:00 UTC",
        ),
        (
            "0 5 ? * * *)",
            "0 5 ? * * *)",
            "`0 5 ? * * *)` is not a `cron(...)` expression",
            "`cron(0 5 ? * * *)` is daily at 05:00 UTC",
        ),
        (
            "rate(1 day)",
            "rate(1 day)",
            "`rate(...)` is not accepted: write `cron(...)`",
            "write `cron(0 5 ? * * *)`",
        ),
        ("cron(0 5 ? * * *) ", " ", "nothing may follow the `)`, not even a blank", ""),
        ("cron(0 5 ? * * *)\n", "\n", "nothing may follow the `)`, not even a blank", ""),
        ("cron(0 5 ? * * *", "", "the `)` of `cron(` is missing", "end the schedule with it"),
        ("cron(0 5 ? * * *) cron(0 6 ? * * *)", "(", "`(` does not belong inside a schedule", ""),
        ("cron(0 5 ? * * *))", ")", "`)` does not belong inside a schedule", ""),
        (
            "cron()",
            "",
            "0 fields found, six expected",
            "they are minute, hour, day-of-month, month, day-of-week, year",
        ),
        (
            "cron(5)",
            "5",
            "1 field found, six expected",
            "they are minute, hour, day-of-month, month, day-of-week, year",
        ),
        (
            "cron(0 5 ? *)",
            "0 5 ? *",
            "4 fields found, six expected",
            "they are minute, hour, day-of-month, month, day-of-week, year",
        ),
    ],
)
def test_texts_that_are_no_schedule(text: str, offending: str, message: str, hint: str) -> None:
    with pytest.raises(CronError) as caught:
        parse_cron(text)

    error = caught.value
    assert (text[error.start : error.end], str(error), error.hint) == (offending, message, hint)


def test_a_schedule_is_no_longer_than_a_policy() -> None:
    longest = f"cron(0 5 ? * * *{' ' * 9_983})"
    assert len(longest) == 10_000
    assert parse_cron(longest).hours == (5,)

    with pytest.raises(CronError) as caught:
        parse_cron(f"{longest} ")

    error = caught.value
    assert error.message == "the schedule has 10,001 characters, a whole policy at most 10,000"
    assert (error.start, error.end) == (0, 10_001)


def test_the_second_number_after_a_hash_is_pointed_at() -> None:
    with pytest.raises(CronError) as caught:
        parse_cron("cron(0 5 ? * MON#2,TUE#3 *)")

    assert (caught.value.start, caught.value.end) == (22, 23)


HOURS = "the hour field takes 0 to 23, and `,` `-` `*` `/`"
MONTHS = "the month field takes 1 to 12 or JAN to DEC, and `,` `-` `*` `/`"
MONTH_DAYS = "the day-of-month field takes 1 to 31, and `,` `-` `*` `?` `/` `L` `W`"
WEEK_DAYS = "the day-of-week field takes 1 to 7 or SUN to SAT, and `,` `-` `*` `?` `/` `L` `#`"
COUNT = "AWS counts from 1 for Sunday to 7 for Saturday"


@pytest.mark.parametrize(
    ("body", "offending", "message", "hint"),
    [
        ("60 5 ? * * *", "60", "minute 60 is out of range: 0 to 59", ""),
        ("*/60 5 ? * * *", "60", "minute step 60 is out of range: 1 to 59", ""),
        ("0/60 5 ? * * *", "60", "minute step 60 is out of range: 1 to 59", ""),
        ("0/0 5 ? * * *", "0", "minute step 0 is out of range: 1 to 59", ""),
        ("0 24 ? * * *", "24", "hour 24 is out of range: 0 to 23", ""),
        ("0 0-24 ? * * *", "24", "hour 24 is out of range: 0 to 23", ""),
        ("0 */24 ? * * *", "24", "hour step 24 is out of range: 1 to 23", ""),
        ("0 x ? * * *", "x", "`x` is not an hour", HOURS),
        ("0 5x ? * * *", "5x", "`5x` is not understood in the hour field", HOURS),
        ("0 -1 ? * * *", "-1", "`-1` is not understood in the hour field", HOURS),
        ("0 5- ? * * *", "5-", "`5-` is not understood in the hour field", HOURS),
        ("0 5/ ? * * *", "5/", "`5/` is not understood in the hour field", HOURS),
        ("0 +5 ? * * *", "+5", "`+5` is not understood in the hour field", HOURS),
        ("0 ** ? * * *", "**", "`**` is not understood in the hour field", HOURS),
        ("0 *-5 ? * * *", "*-5", "`*-5` is not understood in the hour field", HOURS),
        (
            "0 5x\n ? * * *",
            "\n",
            "`\\n` stands in the schedule: fields are separated by blanks",
            "write a blank instead",
        ),
        ("0 \u0665 ? * * *", "\u0665", "`\u0665` is not understood in the hour field", HOURS),
        ("0 \uff15 ? * * *", "\uff15", "`\uff15` is not understood in the hour field", HOURS),
        ("0 /4 ? * * *", "/4", "`/4` does not say where to start", "write `*/4`"),
        ("0 5,x, ? * * *", "x", "`x` is not an hour", HOURS),
        ("0 5,,6 ? * * *", "", "nothing stands before or after a comma in the hour field", ""),
        ("0 ? ? * * *", "?", "`?` is not for the hour field, only for day-of-month and day-of-week", HOURS),
        ("0 5L ? * * *", "5L", "`L` cannot follow a value in the hour field", HOURS),
        ("0 5 0 * ? *", "0", "day-of-month 0 is out of range: 1 to 31", ""),
        ("0 5 32W * ? *", "32", "day-of-month 32 is out of range: 1 to 31", ""),
        ("0 5 L-31 * ? *", "31", "offset from the last day 31 is out of range: 0 to 30", ""),
        ("0 5 L,L * ? *", "L", "`L` cannot stand in a list", "write only one day in the day-of-month field"),
        ("0 5 1,LW * ? *", "LW", "`L` cannot stand in a list", "write only one day in the day-of-month field"),
        ("0 5 5L * ? *", "5L", "`L` cannot follow a value in the day-of-month field", MONTH_DAYS),
        ("0 5 L3 * ? *", "L3", "`L3` is not understood in the day-of-month field", MONTH_DAYS),
        ("0 5 W * ? *", "W", "`W` is not a day-of-month", MONTH_DAYS),
        ("0 5 *W * ? *", "*W", "`W` in `*W` belongs to a single day such as `15`", ""),
        ("0 5 1-5/2W * ? *", "1-5/2W", "`W` in `1-5/2W` belongs to a single day such as `15`", ""),
        ("0 5 15#2 * ? *", "15#2", "`#` cannot follow a value in the day-of-month field", MONTH_DAYS),
        ("0 5 1,? * ? *", "?", "`?` must stand alone in its field", ""),
        ("0 5 ? 13 * *", "13", "month 13 is out of range: 1 to 12", ""),
        ("0 5 ? FOO * *", "FOO", "`FOO` is not a month", MONTHS),
        ("0 5 ? march * *", "march", "`march` must be shortened to three letters", "write `MAR`"),
        ("0 5 ? JAN-3 * *", "JAN-3", "the range `JAN-3` mixes a name and a number", "write both ends the same way"),
        ("0 5 ? \u017fEP * *", "\u017fEP", "`\u017fEP` is not understood in the month field", MONTHS),
        ("0 5 ? * 0 *", "0", "day-of-week 0 is out of range: 1 to 7", COUNT),
        ("0 5 ? * 8 *", "8", "day-of-week 8 is out of range: 1 to 7", COUNT),
        ("0 5 ? * 0L *", "0", "day-of-week 0 is out of range: 1 to 7", COUNT),
        ("0 5 ? * MONDAY *", "MONDAY", "`MONDAY` must be shortened to three letters", "write `MON`"),
        ("0 5 ? * MON#0 *", "0", "number after `#` 0 is out of range: 1 to 5", ""),
        ("0 5 ? * MON#6 *", "6", "number after `#` 6 is out of range: 1 to 5", ""),
        ("0 5 ? * MON# *", "MON#", "`MON#` is not understood in the day-of-week field", WEEK_DAYS),
        ("0 5 ? * MON#1/2 *", "MON#1/2", "`MON#1/2` is not understood in the day-of-week field", WEEK_DAYS),
        ("0 5 ? * MON/2#1 *", "MON/2#1", "`#` in `MON/2#1` belongs to a single day such as `MON`", ""),
        ("0 5 ? * MON#2,TUE#3 *", "#", "only one `#` may stand in the day-of-week field", ""),
        ("0 5 ? * 1L,2L *", "1L", "`L` cannot stand in a list", "write only one day in the day-of-week field"),
        ("0 5 ? * MON,L *", "L", "`L` cannot stand in a list", "write only one day in the day-of-week field"),
        ("0 5 ? * 1-2L *", "1-2L", "`L` in `1-2L` belongs to a single day such as `MON`", ""),
        ("0 5 ? * LW *", "LW", "`LW` is not a day-of-week", WEEK_DAYS),
        ("0 5 ? * 2W *", "2W", "`W` cannot follow a value in the day-of-week field", WEEK_DAYS),
        ("0 5 ? JAN * 2200", "2200", "year 2200 is out of range: 1970 to 2199", ""),
        ("0 5 ? JAN * 1969", "1969", "year 1969 is out of range: 1970 to 2199", ""),
        ("0 5 ? * * 0099999", "0099999", "year `0099999` is out of range: 1970 to 2199", ""),
        (
            "0 5 ? JAN * 2035-2030",
            "2035-2030",
            "the range `2035-2030` ends before it begins",
            "years do not start over",
        ),
        (
            "* * * * * *",
            "* * *",
            "day-of-month and day-of-week are both set: one of them must be `?`",
            "write `?` for day-of-month",
        ),
        (
            "0 5 1 * MON",
            "1 * MON",
            "day-of-month and day-of-week are both set: one of them must be `?`",
            "write `?` for day-of-week",
        ),
        (
            "0 5 ? * ? *",
            "? * ?",
            "day-of-month and day-of-week are both `?`: one of them must say when to run",
            "`*` is every day",
        ),
    ],
)
def test_fields_that_are_refused(body: str, offending: str, message: str, hint: str) -> None:
    text = f"cron({body})"

    with pytest.raises(CronError) as caught:
        parse_cron(text)

    error = caught.value
    assert (text[error.start : error.end], error.message, error.hint) == (offending, message, hint)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("cron(* * * * * *)", "cron(* * ? * * *)"),
        ("cron(0 5 * * MON *)", "cron(0 5 ? * MON *)"),
        ("cron(0 5 1 * * *)", "cron(0 5 1 * ? *)"),
        ("cron(0 5 1 * MON *)", ""),
        ("cron(0 5 ? * ? *)", ""),
        ("cron(0 25 * * * *)", ""),
    ],
)
def test_the_only_schedule_that_may_be_meant(text: str, meant: str) -> None:
    with pytest.raises(CronError) as caught:
        parse_cron(text)

    assert caught.value.meant == meant


COMMAS, BLANKS = "fields are separated by blanks: the commas must go", "fields are separated by blanks, not by "
COMMA = "fields are separated by blanks: this comma must go"
BOTH = "fields are separated by blanks alone, and the items of a list by commas alone"
UNIX = "five fields as Unix has them: AWS wants six, with a `?` for one of the days"
SIX_SECONDS = "the schedule has 6 fields of which the first seems to be seconds: AWS has none"
SEVEN_SECONDS = SIX_SECONDS.replace("6", "7")
RATE = "`rate(...)` is not accepted: write `cron(...)`"


@pytest.mark.parametrize(
    ("text", "message", "meant"),
    [
        ("cron(0/5, 9-18, ?, *, MON-FRI, *)", COMMAS, "0/5 9-18 ? * MON-FRI *"),
        ("cron(0,5,?,*,*,*)", COMMAS, "0 5 ? * * *"),
        ("cron(0, 9,17, ?, *, *, *)", COMMAS, "0 9,17 ? * * *"),
        ("cron(0 5, ? * * *)", COMMA, "0 5 ? * * *"),
        ("cron(0, 5, *, *, MON, *)", COMMAS, ""),  # and both days are set, which is told next
        ("cron(0 5 ? * MON,FRI, *)", COMMA, "0 5 ? * MON,FRI *"),  # as a list `MON,FRI,*` is every day
        ("cron(0 5 ? *, *)", COMMA, "0 5 ? * *"),
        ("cron(0 5 ? * *, *)", COMMA, "0 5 ? * * *"),
        ("cron(0 5 ? * MON ,*)", COMMA, "0 5 ? * MON *"),
        ("cron(0 5, 17 ? * MON,FRI, *)", BOTH, "0 5,17 ? * MON,FRI *"),
        ("cron(0, 5, 17, ?, *, MON, FRI, *)", COMMAS, ""),  # 05:00 and 17:00, or 17:00 and 17:05
        ("cron(0 5 ? * MON, FRI)", "no blank may stand within a list", "0 5 ? * MON,FRI"),
        ("cron(0, 15, 5, ?, *, MON)", COMMAS, ""),  # 05:00 and 05:15, or 15:00 on the fifth: nobody can tell
        ("cron(0 5 1, 15 * ? *)", "no blank may stand within a list", "0 5 1,15 * ? *"),
        ("cron(0 5 ? * MON ,TUE *)", "no blank may stand within a list", "0 5 ? * MON,TUE *"),
        ("cron(0;5;?;*;*;*)", BLANKS + "`;`", "0 5 ? * * *"),
        ("cron(0 5 ? * MON;TUE *)", BLANKS + "`;`", "0 5 ? * MON,TUE *"),
        ("cron(0 5;* ? * *)", BLANKS + "`;`", ""),  # `5,*` would be every hour
        ("cron(0|5|*|*|*|*)", BLANKS + "`|`", ""),
        ("cron(0\u00a05\u00a0?\u00a0*\u00a0*\u00a0*)", "`\\xa0` stands in the schedule: fields are separated by blanks", "0 5 ? * * *"),
        ("cron 0 5 ? * * *", "`cron 0 5 ? * * *` is not a `cron(...)` expression", "0 5 ? * * *"),
        ("cron (0 5 ? * * *)", "`cron (0 5 ? * * *)` is not a `cron(...)` expression", "0 5 ? * * *"),
        ("cron[0 5 ? * * *]", "`cron[0 5 ? * * *]` is not a `cron(...)` expression", "0 5 ? * * *"),
        ("rate(1 hour)", RATE, "0 * ? * * *"),
        ("rate(12 hours)", RATE, "0 0/12 ? * * *"),
        ("rate(7 days)", RATE, "0 5 ? * SUN *"),
        ("@daily", "`@daily` is not for AWS's cron", "0 0 ? * * *"),
        ("cron(@Weekly)", "`cron(@Weekly)` is not for AWS's cron", "0 0 ? * SUN *"),
        ("0 5 * * *", UNIX, "0 5 * * ? *"),
        ("cron(0 5 * * 1-5)", UNIX, "0 5 ? * MON-FRI *"),
        ("cron(0 5 * * 0,6)", UNIX, "0 5 ? * SUN,SAT *"),
        ("cron(0 5 * * 7)", UNIX, "0 5 ? * SUN *"),
        ("cron(0 5 1 * *)", UNIX, "0 5 1 * ? *"),
        ("cron(0 0 5 ? * * *)", SEVEN_SECONDS, "0 5 ? * * *"),
        ("cron(0 0 5 ? * MON 2026)", SEVEN_SECONDS, "0 5 ? * MON 2026"),
        ("cron(0 0 5 * * ?)", SIX_SECONDS, "0 5 * * ? *"),
        ("cron(0 30 5 ? * MON-FRI)", SIX_SECONDS, "30 5 ? * MON-FRI *"),
        ("cron(0 5 ? * * *) Europe/Rome", "`Europe/Rome` is a time zone: schedules are UTC, and name none", "0 5 ? * * *"),
        ("cron(0 5 ? * * Europe/Rome)", "`Europe/Rome` is a time zone: schedules are UTC, and name none", "0 5 ? * * *"),
        ("CRON_TZ=Asia/Tokyo 0 5 ? * * *", "`CRON_TZ=Asia/Tokyo` is a time zone: schedules are UTC, and name none", "0 5 ? * * *"),
        ("cron(0 5 ? * * *) UTC", "`UTC` is a time zone: schedules are UTC, and name none", "0 5 ? * * *"),
    ],
)  # fmt: skip
def test_what_other_schedulers_write_is_understood_as_a_whole(text: str, message: str, meant: str) -> None:
    with pytest.raises(CronError) as caught:
        parse_cron(text)

    assert (caught.value.message, caught.value.hint) == (message, f"write `cron({meant})`" if meant else "")
    if meant:
        parse_cron(f"cron({meant})")


@pytest.mark.parametrize(
    "text", ["cron(0\t5\t?\t*\t*\t*)", "cron(0 5 ? * * * Europe/Rome)", "cron(0 5 ? * * * 2026)", "cron(0 5 * * ?)"]
)
def test_what_is_admitted_is_not_second_guessed(text: str) -> None:
    assert parse_cron(text).hours == (5,)


@pytest.mark.parametrize(
    ("body", "daily"),
    [
        ("0 5 ? * * *", True),
        ("0 5 * * ? *", True),
        ("0 5,17 ? * 2-1 2030", True),
        ("0 5 1-31 1-12 ? *", True),
        ("0 5 1-30 * ? *", False),
        ("0 5 1-7 * ? *", False),
        ("0 5 ? * MON-SAT *", False),
        ("0 5 L * ? *", False),
        ("0 5 ? * L *", False),
        ("0 5 ? JAN-NOV * *", False),
        ("0 5 * 2-12 ? *", False),
    ],
)
def test_a_run_on_every_day(body: str, *, daily: bool) -> None:
    assert parse_cron(f"cron({body})").runs_every_day is daily
