"""Mistakes that people make often, each with a message of its own.

A row is recognised by the token that does not fit, by what could have come instead, and by the token before it.
"""

from __future__ import annotations

import re

from policyengine.base.catalogue.language import malformed_duration, malformed_schedule, malformed_time, unexpected_text
from policyengine.base.diagnostics import Rule
from policyengine.base.records import record
from policyengine.language.syntax.error_context import ErrorContext
from policyengine.language.syntax.grammar import NAME, STRING

_NUMBER = "<INT>"
_TIME = re.compile(r"[0-9]+:[0-9]+")


@record
class Mistake:
    """A row of the table below.

    Attributes:
        found: Texts and kinds that the token may have, parted by blanks; empty for any.
        message: What is wrong, `{found}` for the token and `{before}` for the one before it.
        advice: What to do.
        expected: What must have been possible instead, all of it.
        lacking: What must not have been possible.
        before: Texts that the token before may have, `<INT>` and `<TIME>` for those; empty for any.
        rule: The finding.
        underlined: Whether the finding is about the token or about the one before it.
    """

    found: str
    message: str
    advice: str
    expected: str = ""
    lacking: str = ""
    before: str = ""
    rule: Rule = unexpected_text.RULE
    underlined: str = "found"

    def matches(self, error: ErrorContext) -> bool:
        """Whether this is the mistake that was made."""
        found, before = self.found.split(), self.before.split()
        return (
            (not found or error.token[0] in found or error.kind in found)
            and (not before or error.previous[0] in before or _kind(error.previous[0]) in before)
            and error.expected.issuperset(self.expected.split())
            and error.expected.isdisjoint(self.lacking.split())
        )


def _kind(token: str) -> str:
    if token.isdigit():
        return _NUMBER
    return "<TIME>" if _TIME.fullmatch(token) else ""


MISTAKES = (
    Mistake("=", "`=` sets a value, `==` compares", "write `==`", expected="=="),
    Mistake("==", "`==` compares, `=` sets a value", "write `=`", expected="="),
    Mistake(":", "a condition needs a name", 'write `where NAME: "KEY" == "VALUE"`', before="where"),
    Mistake(
        "", "`locked` stands twice", "leave one out", expected="=", lacking="plan", before="locked", underlined="before"
    ),
    Mistake(
        "<TIME> <PAST>",
        "`{found}` alone is no schedule",
        "for example `daily at 05:00`",
        expected="daily cron",
        rule=malformed_schedule.RULE,
    ),
    Mistake(": <PAST>", "a value is set with `=`", "write `=`", expected="="),
    Mistake(",", "no comma stands between settings", "leave it out", expected="} <NAME> plan"),
    Mistake("not", "`not` stands before the whole comparison", "write `not (a like b)`", expected="like <"),
    Mistake("", "a template is a rule or a plan", "write `template rule NAME { ... }`", before="template"),
    Mistake("because", "a waiver needs an end", "write `until 2027-03-31` before `because`", expected="until"),
    Mistake(
        "(",
        "AWS backup policies know no `rate`",
        'say `every 4 hours`, `daily at 05:00`, or `cron("...")`',
        before="rate",
        rule=malformed_schedule.RULE,
        underlined="before",
    ),
    Mistake(
        "",
        "the fields of `cron` stand in quotes",
        'write `cron("0 5 ? * * *")`',
        expected=STRING,
        lacking=NAME,
        before="(",
        rule=malformed_schedule.RULE,
    ),
    Mistake(
        "hour day week month year",
        "`every` is followed by a number of hours",
        "say `hourly`, `daily at 05:00`, `weekly on sunday at 05:00`, ...",
        before="every",
        expected=_NUMBER,
        rule=malformed_schedule.RULE,
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
    Mistake("<PAST>", "times have no seconds", "leave `{found}` out", before="<TIME>", rule=malformed_time.RULE),
    Mistake(".", "numbers are whole", "use a smaller unit: `90 minutes`", before=_NUMBER, rule=malformed_duration.RULE),
    Mistake("/", "a comment begins with `#`", "write `#` before it", lacking="/"),
    Mistake(f"{NAME} {_NUMBER}", "expected a string, found `{found}`", 'put it in quotes: `"{found}"`', STRING, NAME),
    Mistake(STRING, "expected a name, found `{found}`", "write it without quotes", NAME, STRING),
    Mistake(STRING, "expected a date, found `{found}`", "write it without quotes", "<DATE>"),
)
