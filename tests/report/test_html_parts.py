"""Small parts of a page: schedules in words, sets of accounts, lines of text."""

from __future__ import annotations

from base64 import b64encode

import pytest

from policyengine.aws.cron import parse_cron
from policyengine.base.source import Source, Span
from policyengine.report.html.findings import excerpt
from policyengine.report.html.page import Sets
from policyengine.report.schedule_words import schedule_words


@pytest.mark.parametrize(
    ("cron", "words"),
    [
        ("0 5 ? * * *", "every day at 05:00"),
        ("0 * ? * * *", "every hour"),
        ("15 * ? * * *", "every hour at :15"),
        ("0,30 * ? * * *", "every hour at :00 and :30"),
        ("0/5 * * * ? *", "12 times an hour"),
        ("0 0/4 ? * * *", "every 4 hours"),
        ("30 1/6 ? * * *", "every 6 hours from 01:30"),
        ("0 13/12 ? * * *", "every day at 13:00"),
        ("0 5,17,23 ? * * *", "every day at 05:00, 17:00 and 23:00"),
        ("0,30 8-18 ? * * *", "22 times a day from 08:00 to 18:30"),
        ("0 5 ? * SUN *", "on Sundays at 05:00"),
        ("0 5 ? * MON,WED *", "on Mondays and Wednesdays at 05:00"),
        ("0 5 ? * 2-6 *", "Monday to Friday at 05:00"),
        ("0 5 1,15 * ? *", "on the 1st and 15th of the month at 05:00"),
        ("0 5 1-10 * ? *", "on 10 days of the month at 05:00"),
        ("0 5 11,12,23 * ? *", "on the 11th, 12th and 23rd of the month at 05:00"),
        ("0 5 L * ? *", "on the last day of the month at 05:00"),
        ("0 5 L-1 * ? *", "1 day before the last day of the month at 05:00"),
        ("0 5 LW * ? *", "on the last weekday (Monday to Friday) of the month at 05:00"),
        ("0 5 15W * ? *", "on the weekday nearest to the 15th of the month at 05:00"),
        ("0 5 ? * FRIL *", "on the last Friday of the month at 05:00"),
        ("0 5 ? * MON#2 *", "on the 2nd Monday of the month at 05:00"),
        ("0 5 1 JAN,JUL ? *", "on the 1st of the month in January and July at 05:00"),
        ("0 5 ? * * 2027-2028", "every day in 2027 and 2028 at 05:00"),
        ("0 5 ? * * 2027-2040", "every day in 14 years at 05:00"),
    ],
)
def test_schedules_are_said_in_words(cron: str, words: str) -> None:
    assert schedule_words(parse_cron(f"cron({cron})")) == words


@pytest.mark.parametrize(
    ("ids", "row"),
    [
        ([], "[]"),
        (["a"], "[0,1]"),
        (["c", "a", "b", "a"], "[0,3]"),
        (["a", "c", "d"], "[0,1,2,4]"),
        (["nobody"], "[]"),
    ],
)
def test_sets_are_ranges(ids: list[str], row: str) -> None:
    sets = Sets({name: place for place, name in enumerate("abcd")})
    assert sets.add(ids) == 0
    assert sets.text() == f"[{row}]"


def test_scattered_sets_are_bits() -> None:
    sets = Sets({str(number): number for number in range(800)})
    assert sets.add(str(number) for number in range(0, 800, 2)) == 0
    assert sets.text() == f'["{b64encode(bytes([0b01010101] * 100)).decode()}"]'


def test_equal_sets_are_one() -> None:
    sets = Sets({"a": 0, "b": 1})
    assert [sets.add(["a"]), sets.add(["b"]), sets.add(["a", "nobody"])] == [0, 1, 0]


@pytest.mark.parametrize(
    ("text", "mark", "shown"),
    [
        ("  a = b\n", "b", ["a = b", 4, 5]),
        ("a {\n  b\n}\n", "{\n  b", ["a {", 2, 3]),
        ("\tx" + " " * 200 + "y", "y", [" " * 40 + "y", 40, 41]),
        ("  " + "x" * 300, "x" * 300, ["x" * 160, 0, 160]),
    ],
)
def test_excerpt_is_the_line_without_its_indent(text: str, mark: str, shown: list[object]) -> None:
    start = text.index(mark)
    assert excerpt(Span(Source("a.bpol", text), start, start + len(mark))) == shown


@pytest.mark.parametrize(
    ("text", "mark", "shown"),
    [
        ("    a\n      b\n  c\n", "a\n      b\n  c", ["a\n  b\nc", 0, 7]),
        ("  x a\n    b c\n", "a\n    b", ["x a\n  b c", 2, 9]),
        ("\n".join("abcdefghijklmn"), "\n".join("abcdefghijklmn"), ["\n".join("abcdefghijkl"), 0, 23]),
    ],
)
def test_excerpt_of_a_condition_is_all_of_it(text: str, mark: str, shown: list[object]) -> None:
    start = text.index(mark)
    assert excerpt(Span(Source("a.bpol", text), start, start + len(mark)), whole=True) == shown
