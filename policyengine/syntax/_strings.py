"""Strings as they stand in a file, and names that need no quotes."""

from __future__ import annotations

import re
from collections.abc import Callable

_FORBIDDEN = "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]|\r(?!\n)"
FORBIDDEN = re.compile(f"(?:{_FORBIDDEN})+")
"""What may not stand in a file, not even in quotes: control characters, what turns the direction of text around, what
is no character at all. A reader would not see what the program sees; a string can hold most of them as `\\u202E`."""

_ESCAPES = {'"': '"', "\\": "\\", "n": "\n", "t": "\t"}
_ESCAPE = re.compile(
    r"\\(?:u(?P<pair>[Dd][89ABab][0-9A-Fa-f]{2}\\u[Dd][C-Fc-f][0-9A-Fa-f]{2})|u(?P<code>[0-9A-Fa-f]{4})|(?P<other>.))"
)
_SPECIAL = re.compile(f'["\\\\\n\t\r]|{_FORBIDDEN}')
_SPELLED = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t"}
_BARE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:-[A-Za-z0-9_]+)*")


def is_bare_name(text: str) -> bool:
    """Whether a name can be written without quotes (language.md section 2)."""
    return _BARE.fullmatch(text) is not None


def quote(text: str) -> str:
    """A text as a string of the language."""
    if not _SPECIAL.search(text):
        return f'"{text}"'
    return '"' + _SPECIAL.sub(lambda match: _SPELLED.get(match[0]) or f"\\u{ord(match[0]):04x}", text) + '"'


def unquote(string: str, wrong: Callable[[int, str], None]) -> str:
    """The text of a string; `wrong` is told the offset and the text of every escape that the language lacks."""
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
