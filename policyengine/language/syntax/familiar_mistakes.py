"""Familiar mistakes as a table, each with a message of its own.

A mistake is recognised by the token that does not fit, by the tokens that were expected, and by the token before it.
"""

from __future__ import annotations

import re

from policyengine.base.records import Record
from policyengine.base.rules import Rule
from policyengine.language.language_rules import MALFORMED_DURATION, MALFORMED_SCHEDULE, MALFORMED_TIME, UNEXPECTED_TEXT
from policyengine.language.syntax.error_context import ErrorContext
from policyengine.language.syntax.grammar import NAME, STRING

_NUMBER = "<INT>"
_TEMPLATE = "a template is a policy, a plan, a rule or a selection"
_TIME = re.compile(r"[0-9]+:[0-9]+")


class Mistake(Record):
    """A row of the table.

    Attributes:
        found: Texts and kinds of the token, separated by blanks; empty for any.
        message: What is wrong; `{found}` stands for the token, `{before}` for the token before it.
        advice: What to write.
        expected: Keys that must all have been acceptable.
        lacking: Keys that must not have been acceptable.
        before: Texts of the token before, `<INT>` and `<TIME>` for any of these; empty for any.
        rule: The rule of the diagnostic.
        underlined: The token that the diagnostic is about: `found` or `before`.
        writes: What to write in its place, where that is certain; a blank alone removes it.
    """

    found: str
    message: str
    advice: str
    expected: str = ""
    lacking: str = ""
    before: str = ""
    rule: Rule = UNEXPECTED_TEXT
    underlined: str = "found"
    writes: str = ""

    def matches(self, error: ErrorContext) -> bool:
        """Whether a syntax error is this mistake."""
        found, before = self.found.split(), self.before.split()
        return (
            (not found or error.token[0] in found or error.kind in found)
            and (not before or error.previous[0] in before or _kind(error.previous[0]) in before)
            and error.expected.issuperset(self.expected.split())
            and error.expected.isdisjoint(self.lacking.split())
        )


def _kind(token: str) -> str:
    """The kind of a token's text where a row can ask for it, else empty."""
    if token.isdigit():
        return _NUMBER
    return "<TIME>" if _TIME.fullmatch(token) else ""


# The first row that matches is the mistake, so special rows stand before general ones.
MISTAKES = (
    Mistake("=", "`=` sets a value, `==` compares", "write `==`", expected="==", writes="=="),
    Mistake("==", "`==` compares, `=` sets a value", "write `=`", expected="=", writes="="),
    Mistake(":", "a condition needs a name", 'write `where NAME: "KEY" == "VALUE"`', before="where"),
    Mistake(
        "",
        "`locked` stands twice",
        "leave one out",
        expected="=",
        lacking="plan",
        before="locked",
        underlined="before",
        writes=" ",
    ),
    Mistake(
        "<TIME> <PAST>",
        "`{found}` alone is no schedule",
        "for example `daily at 05:00`",
        expected="daily cron",
        rule=MALFORMED_SCHEDULE,
    ),
    Mistake(
        f"{_NUMBER} {STRING} <DATE> [",
        "arguments go by name",
        "for example `like nightly(keep = 35 days)`",
        expected=f"{NAME} )",
        lacking=f"{_NUMBER} [ ]",
    ),
    Mistake("ou account root", "a comma stands between targets", "write `,` before `{found}`", expected=", policy"),
    Mistake(",", "a waiver is for one target", "write a `waive` for each", expected="until"),
    Mistake(") ,", "`{before}` has no value", "write `{before} = ...`", expected="=", lacking="+= ( like"),
    Mistake(": <PAST>", "a value is set with `=`", "write `=`", expected="="),
    Mistake(",", "no comma stands between settings", "leave it out", expected="} <NAME> plan", writes=" "),
    Mistake("not", "`not` stands before the whole comparison", "write `not (a like b)`", expected="like <"),
    Mistake("", _TEMPLATE, "write `template rule NAME { ... }`", before="template"),
    Mistake(
        "of",
        "expected `violation`, found `{before}`",
        "say `violation of NAME`",
        before="violations",
        underlined="before",
        writes="violation",
    ),
    Mistake("{", "a test needs a title", 'write `test "what it shows" {`', before="test"),
    Mistake(
        STRING, "no unit stands in a condition", 'say `account.path like "UNIT/*"`', before="ou", underlined="before"
    ),
    Mistake(
        STRING,
        "an account's name stands behind no `account` in a condition",
        "say `account.name == {found}`",
        before="account",
        expected="==",
        underlined="before",
    ),
    Mistake(
        NAME, "expected `may`, found `{found}`", "for example `children may append`", expected="may", before="children"
    ),
    Mistake(
        "add change delete modify overwrite override replace set update",
        "`children may` takes no `{found}`",
        "`assign` replaces a value, `append` and `remove` change a list",
        expected="append assign",
    ),
    Mistake(
        "<END> attach let policy require template test use waive",
        "a waiver needs a reason",
        'write `because "who agreed, and why"` behind `{before}`',
        expected="because",
        underlined="before",
    ),
    Mistake("because", "a waiver needs an end", "write `until 2027-03-31` before `because`", expected="until"),
    Mistake(
        "(",
        "AWS backup policies know no `rate`",
        'say `every 4 hours`, `daily at 05:00`, or `cron("...")`',
        before="rate",
        rule=MALFORMED_SCHEDULE,
        underlined="before",
    ),
    Mistake(
        "",
        "the fields of `cron` stand in quotes",
        'write `cron("0 5 ? * * *")`',
        expected=STRING,
        lacking=NAME,
        before="(",
        rule=MALFORMED_SCHEDULE,
    ),
    Mistake(
        "hour day week month year",
        "`every` is followed by a number of hours",
        "say `hourly`, `daily at 05:00`, `weekly on sunday at 05:00`, ...",
        before="every",
        expected=_NUMBER,
        rule=MALFORMED_SCHEDULE,
    ),
    Mistake(
        ", ]",
        "`{before}` begins a schedule",
        'if it is a text, put it in quotes: `"{before}"`',
        before="daily every monthly weekly yearly",
        underlined="before",
    ),
    Mistake(
        "",
        "`{before}` needs a time",
        "for example `daily at 05:00`",
        expected="at",
        before="daily",
        underlined="before",
    ),
    Mistake(
        "",
        "`{before}` needs a day and a time",
        "for example `weekly on sunday at 05:00`, `monthly on last day at 05:00`, `yearly on 1 january at 05:00`",
        expected="on",
        before="weekly monthly yearly",
        underlined="before",
    ),
    Mistake("<PAST>", "times have no seconds", "leave `{found}` out", before="<TIME>", rule=MALFORMED_TIME, writes=" "),
    Mistake(".", "numbers are whole", "use a smaller unit: `90 minutes`", before=_NUMBER, rule=MALFORMED_DURATION),
    Mistake("/", "a comment begins with `#`", "write `#` before it", lacking="/"),
    Mistake("...", "`...` stands in a list", "put it in brackets: `[...NAME]`", expected="["),
    Mistake(
        f"{NAME} {_NUMBER}",
        "expected a string, found `{found}`",
        'put it in quotes: `"{found}"`',
        STRING,
        NAME,
        writes='"{found}"',
    ),
    Mistake(STRING, "expected a date, found `{found}`", "write it without quotes", "<DATE>", STRING),
    Mistake(STRING, "expected a name, found `{found}`", "write it without quotes", NAME, STRING),
)
