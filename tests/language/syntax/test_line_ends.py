"""Mistakes at the end of a line whose beginning looks whole, and words in the wrong form: one finding for each.

The underlined text stands between « and »; what the line would have said by half is not in the tree.
"""

from __future__ import annotations

import pytest

from policyengine.base.source import Source
from policyengine.language.syntax import parse
from policyengine.language.syntax.nodes import Block, CopyNode, Item, SettingNode, Template

HALVES = (
    ("retain = 1«.»5 days", "PE108", "numbers are whole", "use a smaller unit: `90 minutes`"),
    ("retain = 1«,»5 days", "PE108", "numbers are whole", "use a smaller unit: `90 minutes`"),
    (
        "retain = 35 «@»",
        "PE105",
        "AWS's operators are words and signs here",
        "say `=`, `+=`, `-=` or `children may ...`",
    ),
    ("index = «EBS, S3»", "PE101", "a list stands in brackets", "write `[EBS, S3]`"),
    ('index = «"EBS", "S3"»,', "PE101", "a list stands in brackets", 'write `["EBS", "S3"]`'),
    ("index = EBS«]»", "PE101", "this `]` has no `[`", "write `[EBS]`"),
    (
        "schedule = «0 5 * * *»",
        "PE110",
        "the fields of `cron` stand in quotes",
        'write `cron("0 5 ? * * *")`',
    ),
    ("schedule = «dayly» at 05:00", "PE110", "`dayly` begins no schedule", "did you mean `daily`?"),
    ("schedule = «Daily» at 05:00", "PE110", "`Daily` begins no schedule", "did you mean `daily`?"),
    (
        "schedule = «fortnightly» on mon at 05:00",
        "PE110",
        "`fortnightly` begins no schedule",
        "schedules begin with `hourly`, `every`, `daily`, `weekly`, ...",
    ),
    ("schedule = hourly «UTC»", "PE109", "times are UTC always", "leave `UTC` out"),
    (
        "schedule = every 4 hours «CET»",
        "PE109",
        "`CET`: schedules have no time zone",
        "times are UTC: write the time in UTC",
    ),
    ("schedule = daily at 5«pm»", "PE109", "times have 24 hours", "say `17:00`"),
    ("schedule = daily at 5:30«pm»", "PE109", "times have 24 hours", "say `17:30`"),
    ("schedule = daily at 12:00 «am»", "PE109", "times have 24 hours", "say `00:00`"),
    ("children may append «to» regions", "PE101", "`to` begins no path", "say `in`"),
    (
        "children may append «and» remove",
        "PE101",
        "`children may` takes no `and`",
        "join them with a comma: `append, remove`",
    ),
    (
        "children may append in retain«,» cold_after",
        "PE101",
        "`in` takes one path",
        "write one `children may` for each path",
    ),
    (
        'vault = «"first»\n  second\n  third"',
        "PE103",
        "a string without an end",
        'strings end on the line where they begin, with `"`',
    ),
    ('«a/b» = "x"', "PE101", "`a/b` needs quotes as a name", 'put it in quotes: `"a/b"`'),
    ('«cost:center» = "x"', "PE101", "`cost:center` needs quotes as a name", 'put it in quotes: `"cost:center"`'),
)


@pytest.mark.parametrize(("line", "code", "message", "advice"), HALVES, ids=[line[0] for line in HALVES])
def test_a_line_with_a_broken_end_has_one_finding_and_is_left_out(
    line: str, code: str, message: str, advice: str
) -> None:
    text = f"template rule r {{\n  continuous = true\n  {line}\n  archive = true\n}}\n"
    assert _reported(text) == [(code, message, advice)]
    assert [item.key.text for item in _body(text) if isinstance(item, SettingNode)] == ["continuous", "archive"]


@pytest.mark.parametrize(
    ("moment", "advice"),
    [
        ("1st", "say `monthly on day 1`"),
        ("1 january", "say `yearly on 1 january`"),
        ("january 1", "say `yearly on 1 january`"),
        ("day last", "say `monthly on last day`"),
        ("day monday", "say `monthly on first monday`"),
        ("1 monday", "say `monthly on first monday`"),
    ],
)
def test_a_day_of_the_month_that_is_none_has_one_finding(moment: str, advice: str) -> None:
    text = f"let a = monthly on «{moment}» at 05:00\n"
    assert _reported(text) == [("PE110", f"`monthly on` takes a day of the month, not `{moment}`", advice)]


def test_a_day_without_a_month_says_how_years_go() -> None:
    ((_, message, advice),) = _reported("let a = yearly on «day 1» at 05:00\n")
    assert (message, advice) == (
        "`yearly on` takes a day and a month, not `day 1`",
        "for example `yearly on 1 january`",
    )


@pytest.mark.parametrize("sign", [",", ";"])
def test_what_stands_behind_a_superfluous_sign_is_read(sign: str) -> None:
    text = f"template rule r {{\n  continuous = true{sign} archive = false{sign}\n  plan_tags {{ }}\n}}\n"
    found = parse(Source("signs.bpol", text)).diagnostics
    assert [each.span and each.span.text for each in found] == [sign, sign, "plan_tags"]
    assert [item.key.text for item in _body(text) if isinstance(item, SettingNode)] == ["continuous", "archive"]


@pytest.mark.parametrize("word", ["in", "assign", "append", "remove", "anything", "nothing"])
@pytest.mark.parametrize("control", ["append", "assign, remove", "nothing in other"])
def test_words_behind_a_control_need_quotes_as_keys_of_tags(control: str, word: str) -> None:
    tags = f'recovery_point_tags {{\n    children may {control}\n    «{word}» = "x"\n    b = "y"\n  }}'
    message = f"`{word}` is a word of the language and needs quotes as the key of a tag"
    text = f"template rule r {{\n  {tags}\n}}\n"
    assert _reported(text) == [("PE107", message, f'write `"{word}"`')]
    (block,) = _body(text)
    assert isinstance(block, Block)
    assert isinstance(block.body[-1], SettingNode)


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("attach a to account\n«payments»\n", 'put it in quotes: `"payments"`'),
        ("template\n«nightly» {\n}\n", "write `template rule NAME { ... }`"),
        ("policy «2026.v1» {\n}\n", 'put it in quotes: `"2026.v1"`'),
        ("policy «a.b» {\n}\n", 'put it in quotes: `"a.b"`'),
        ("attach «a.b» to root\n", 'put it in quotes: `"a.b"`'),
        ("language «1.0»\n", "it reads `language 1`"),
        ("let a = 3 days«\r»let b = 2 days\rlet c = [a, b]\r", "end lines with a line feed"),
        ("let a = «x, y»\nlet b = 3 days\n", "write `[x, y]`"),
        ('test "t" {\n  given account "x" in root tags { a = "1" «a» = "2" }\n  expect valid\n}\n', "keep one of them"),
    ],
)
def test_a_statement_is_reported_once(text: str, advice: str) -> None:
    ((_, _, told),) = _reported(text)
    assert told == advice


@pytest.mark.parametrize(
    "part", ['vault = V "W"', "children may append in in retain", 'copy to vault "V" in account "1"']
)
def test_a_part_with_words_too_many_is_left_out(part: str) -> None:
    text = f"template rule r {{\n  {part}\n}}\n"
    assert [code for code, _, _ in _reported(text)] == ["PE101"]
    assert _body(text) == ()


def test_two_broken_strings_are_two_findings() -> None:
    text = 'template rule r {\n  vault = "first\n  role = "second\n}\n'
    assert [found.code for found in parse(Source("two.bpol", text)).diagnostics] == ["PE103", "PE103"]


def test_a_copy_to_an_arn_in_a_region_is_left_out() -> None:
    text = 'template rule r {\n  copy to "arn" in eu-west-1\n  archive = true\n}\n'
    assert not any(isinstance(item, CopyNode) for item in _body(text))


def _reported(sample: str) -> list[tuple[str, str, str]]:
    """Code, message and advice of every finding, the first of which must be about what is marked."""
    found = parse(Source("sample.bpol", sample.replace("«", "").replace("»", ""))).diagnostics
    if "«" in sample:
        span = found[0].span
        assert span is not None
        assert (span.start, span.text) == (sample.index("«"), sample.partition("«")[2].partition("»")[0])
    return [(each.code, each.message, each.help) for each in found]


def _body(text: str) -> tuple[Item, ...]:
    (template,) = parse(Source("body.bpol", text.replace("«", "").replace("»", ""))).value.statements
    assert isinstance(template, Template)
    return template.block.body
