"""Schedules as other schedulers write them: each is refused with the same schedule as AWS wants it."""

from __future__ import annotations

import pytest

from policyengine.aws.cron import CronError, parse_cron

EXAMPLE = "`cron(0 5 ? * * *)` is daily at 05:00 UTC"
SECONDS = "fields of which the first seems to be seconds: AWS has none"
MONTHS = "the month field takes 1 to 12 or JAN to DEC, and `,` `-` `*` `/`"
RATE = "`rate(...)` is not accepted: write `cron(...)`"
UNIX = "five fields as Unix has them: AWS wants six, with a `?` for one of the days"


def refusal(text: str) -> CronError:
    with pytest.raises(CronError) as caught:
        parse_cron(text)
    return caught.value


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("@hourly", "0 * ? * * *"),
        ("@daily", "0 0 ? * * *"),
        ("@midnight", "0 0 ? * * *"),
        ("@weekly", "0 0 ? * SUN *"),
        ("@monthly", "0 0 1 * ? *"),
        ("@yearly", "0 0 1 1 ? *"),
        ("@annually", "0 0 1 1 ? *"),
        ("cron( @Daily )", "0 0 ? * * *"),
        ("rate(1 hour)", "0 * ? * * *"),
        ("rate(2 hours)", "0 0/2 ? * * *"),
        ("rate(3 hours)", "0 0/3 ? * * *"),
        ("rate(4 hours)", "0 0/4 ? * * *"),
        ("rate(6 hours)", "0 0/6 ? * * *"),
        ("rate(8 hours)", "0 0/8 ? * * *"),
        ("rate(12 hours)", "0 0/12 ? * * *"),
        ("rate(24 hours)", "0 5 ? * * *"),
        ("rate(1 day)", "0 5 ? * * *"),
        ("Rate( 7  Days ", "0 5 ? * SUN *"),
    ],
)
def test_nicknames_and_rates(text: str, meant: str) -> None:
    error = refusal(text)
    assert error.hint == f"write `cron({meant})`"
    assert (error.start, error.end) == (0, len(text))
    parse_cron(f"cron({meant})")


@pytest.mark.parametrize(
    ("text", "marked", "message", "hint"),
    [
        ("rate(5 hours)", "rate(5 hours)", RATE, EXAMPLE),
        ("Rate(2 days)", "Rate(2 days)", RATE, EXAMPLE),
        ("@reboot", "@reboot", "`@reboot` is not a `cron(...)` expression", EXAMPLE),
        ("@daily now", "@daily now", "`@daily now` is not a `cron(...)` expression", EXAMPLE),
        ("cron[0 25 ? * * *]", "cron[0 25 ? * * *]", "`cron[0 25 ? * * *]` is not a `cron(...)` expression", EXAMPLE),
        ("cron(0 25 * * *)", "25", "hour 25 is out of range: 0 to 23", ""),
        ("0 25 ? * * *", "0 25 ? * * *", "`0 25 ? * * *` is not a `cron(...)` expression", EXAMPLE),
        ("cron(0/5 0 5 L * *)", "L", "`L` is not a month", MONTHS),
        ("cron(0\t25\t?\t*\t*\t*)", "25", "hour 25 is out of range: 0 to 23", ""),
    ],
)
def test_what_no_schedule_of_aws_says_has_no_advice_of_its_own(text: str, marked: str, message: str, hint: str) -> None:
    error = refusal(text)
    assert (text[error.start : error.end], error.message, error.hint) == (marked, message, hint)


@pytest.mark.parametrize(
    ("text", "marked", "message", "hint"),
    [
        ("cron(0,5,?,*,*,*)", ",", "the commas must go", "write `cron(0 5 ? * * *)`"),
        ("cron(0, 5, ?, *, *, *)", ",", "the commas must go", "write `cron(0 5 ? * * *)`"),
        ("cron(0, 5, ? * * *)", ",", "the commas must go", "write `cron(0 5 ? * * *)`"),
        ("cron(0, 5, *, *, MON, *)", ",", "the commas must go", ""),
        ("cron(0, 5 ? * * *)", ",", "this comma must go", "write `cron(0 5 ? * * *)`"),
        ("cron(0 5, 6 ? * * *)", ",", "no blank may stand within a list", "write `cron(0 5,6 ? * * *)`"),
        ("cron(0 5 , 6 ? * * *)", ",", "no blank may stand within a list", "write `cron(0 5,6 ? * * *)`"),
        ("cron(0;5;?;*;*;*)", ";", "fields are separated by blanks, not by `;`", "write `cron(0 5 ? * * *)`"),
        ("cron(0 5|6 ? * * *)", "|", "fields are separated by blanks, not by `|`", "write `cron(0 5,6 ? * * *)`"),
        ("cron(0 0 5 ? * *)", "0", f"the schedule has 6 {SECONDS}", "write `cron(0 5 ? * * *)`"),
        ("cron(30 0 5 ? * MON 2027)", "30", f"the schedule has 7 {SECONDS}", "write `cron(0 5 ? * MON 2027)`"),
        ("cron(* 0 5 ? * *)", "*", f"the schedule has 6 {SECONDS}", "write `cron(0 5 ? * * *)`"),
        ("cron(0 0/15 5 ? * *)", "0", f"the schedule has 6 {SECONDS}", "write `cron(0/15 5 ? * * *)`"),
        ("0 5 * * *", "0 5 * * *", UNIX, "write `cron(0 5 * * ? *)`"),
        ("cron(0 5 * * 0)", "0 5 * * 0", UNIX, "write `cron(0 5 ? * SUN *)`"),
        ("cron(0 5 * * 1-5)", "0 5 * * 1-5", UNIX, "write `cron(0 5 ? * MON-FRI *)`"),
        ("cron(0 5 * * 7)", "0 5 * * 7", UNIX, "write `cron(0 5 ? * SUN *)`"),
        ("0 5 * * 1,2,3,4,5,6", "0 5 * * 1,2,3,4,5,6", UNIX, "write `cron(0 5 ? * MON,TUE,WED,THU,FRI,SAT *)`"),
        ("cron(0 5 1 * *)", "0 5 1 * *", UNIX, "write `cron(0 5 1 * ? *)`"),
        ("cron[0 5 ? * * *]", "cron[0 5 ? * * *]", "is not a `cron(...)` expression", "write `cron(0 5 ? * * *)`"),
        ("cron(cron(0 5 ? * * *))", "cron(0 5 ? * * *)", "once is enough", "write `cron(0 5 ? * * *)`"),
    ],
)
def test_other_separators_and_fields(text: str, marked: str, message: str, hint: str) -> None:
    error = refusal(text)
    assert text[error.start : error.end] == marked
    assert message in error.message
    assert error.hint == hint


@pytest.mark.parametrize(
    ("text", "zone", "hint"),
    [
        ("cron(0 5 ? * * *) UTC", "UTC", "write `cron(0 5 ? * * *)`"),
        ("TZ=Europe/Berlin cron(0 5 ? * * *)", "TZ=Europe/Berlin", "write `cron(0 5 ? * * *)`"),
        ("cron(0 5 ? * * Europe/Berlin)", "Europe/Berlin", "write `cron(0 5 ? * * *)`"),
        ("cron(0 25 ? * * *) CET", "CET", EXAMPLE),
    ],
)
def test_a_time_zone(text: str, zone: str, hint: str) -> None:
    error = refusal(text)
    assert (text[error.start : error.end], error.hint) == (zone, hint)
    assert error.message == f"`{zone}` is a time zone: schedules are UTC, and name none"


@pytest.mark.parametrize(
    "text",
    [
        "0\t5\t?\t*\t*\t*",
        "0  5  ?  *  *  *",
        "cron[0\t5\t?\t*\t*\t*]",
        "cron(0,\t5,\t?,\t*,\t*,\t*)",
        "cron(0\t5\t?\t*\t*\t*) UTC",
        "cron(0;\t5;\t?;\t*;\t*;\t*)",
    ],
)
def test_what_to_write_has_one_blank_between_fields(text: str) -> None:
    assert refusal(text).hint == "write `cron(0 5 ? * * *)`"


def test_ten_parts_between_commas_are_not_untangled() -> None:
    nine, ten = ", ".join(map(str, range(5, 14))), ", ".join(map(str, range(5, 15)))

    assert refusal(f"cron(0 {nine} ? * * *)").hint == "write `cron(0 5,6,7,8,9,10,11,12,13 ? * * *)`"
    assert refusal(f"cron(0 {ten} ? * * *)").message == "nothing stands before or after a comma in the hour field"


def test_what_is_longer_than_anybody_writes_is_only_refused() -> None:
    assert refusal("@daily" + " " * 195).hint == EXAMPLE
    assert refusal("@daily" + " " * 194).hint == "write `cron(0 0 ? * * *)`"
