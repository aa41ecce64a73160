"""Lexical rules outside of the grammar: strings and escapes, bare names, the names of days and months, ordinals."""

from __future__ import annotations

import re
from collections.abc import Callable

_FORBIDDEN = "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]|\r(?!\n)"
FORBIDDEN = re.compile(f"(?:{_FORBIDDEN})+")
"""Characters that a file may not hold, not even in quotes: controls, line separators, text direction, surrogates.

A reader would not see what the program sees. A string can hold most of them as an escape such as `\\u202E`.
"""

_ESCAPES = {'"': '"', "\\": "\\", "n": "\n", "t": "\t"}
_ESCAPE = re.compile(
    r"\\(?:u(?P<pair>[Dd][89ABab][0-9A-Fa-f]{2}\\u[Dd][C-Fc-f][0-9A-Fa-f]{2})|u(?P<code>[0-9A-Fa-f]{4})|(?P<other>.))"
)
_SPECIAL = re.compile(f'["\\\\\n\t\r]|{_FORBIDDEN}')
_ESCAPED = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t"}
_BARE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:-[A-Za-z0-9_]+)*")


def is_bare_name(text: str) -> bool:
    """Whether a text is a name that needs no quotes, keywords included (language.md section 2)."""
    return _BARE.fullmatch(text) is not None


def quote(text: str) -> str:
    """A text as a string literal of the language; `unquote` gives it back."""
    if not _SPECIAL.search(text):
        return f'"{text}"'
    return '"' + _SPECIAL.sub(lambda match: _ESCAPED.get(match[0]) or f"\\u{ord(match[0]):04x}", text) + '"'


def unquote(string: str, wrong: Callable[[int, str], None]) -> str:
    """The text of a string literal; `wrong` is called with offset and text of each escape that the language lacks."""
    inner = string[1:-1]
    if "\\" not in inner:
        return inner
    return _ESCAPE.sub(lambda match: _character(match, wrong), inner)


def _character(match: re.Match[str], wrong: Callable[[int, str], None]) -> str:
    if match["pair"]:
        high, low = (int(code, 16) for code in match["pair"].split("\\u"))
        return chr(0x10000 + (high - 0xD800) * 0x400 + low - 0xDC00)
    if match["code"]:
        character = chr(int(match["code"], 16))
        if character.isprintable() or not "\ud800" <= character <= "\udfff":
            return character
    elif match["other"] in _ESCAPES:
        return _ESCAPES[match["other"]]
    wrong(match.start() + 1, match[0])
    return ""


_DAYS = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
_LENGTHS = {
    "january": 31,
    "february": 29,
    "march": 31,
    "april": 30,
    "may": 31,
    "june": 30,
    "july": 31,
    "august": 31,
    "september": 30,
    "october": 31,
    "november": 30,
    "december": 31,
}

DAY_NAMES = {name[:3].upper(): name for name in _DAYS}
"""AWS's three letters to the language's word: `{"SUN": "sunday", ...}`."""
MONTH_NAMES = {name[:3].upper(): name for name in _LENGTHS}
"""AWS's three letters to the language's word: `{"JAN": "january", ...}`."""
MONTH_DAYS = {name[:3].upper(): days for name, days in _LENGTHS.items()}
"""AWS's three letters to the most days that the month can have."""

WEEKDAYS = {word: short for short, name in DAY_NAMES.items() for word in (name, short.lower())}
"""The language's words for a day of the week to AWS's three letters: `{"sunday": "SUN", "sun": "SUN", ...}`."""
MONTHS = {word: short for short, name in MONTH_NAMES.items() for word in (name, short.lower())}
"""The language's words for a month to AWS's three letters."""
ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5}


def days_in(year: int, month: int) -> int:
    """The number of days of a month (1 to 12) in a year; 0 where there is no such month."""
    if not 1 <= month <= len(_LENGTHS):
        return 0
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return 28 if month == 2 and not leap else tuple(_LENGTHS.values())[month - 1]  # noqa: PLR2004 - February
