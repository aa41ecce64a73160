"""Mistakes in strings, names and single characters: quotes that are missing, and characters of other notations.

Each function is an explanation of `mistakes.py`: it reports the mistake that it recognises, or returns None.
"""

from __future__ import annotations

import re
from functools import lru_cache

from policyengine.base.diagnostics import Fix
from policyengine.base.fixes import left_out, written
from policyengine.base.text import Advice, quoted
from policyengine.language.language_rules import FORBIDDEN_CHARACTER, UNEXPECTED_TEXT, UNTERMINATED_STRING
from policyengine.language.syntax.error_context import ErrorContext, Recovery
from policyengine.language.syntax.grammar import NAME, STRING, UNKNOWN
from policyengine.language.syntax.words import quote

_BEHIND_STRING = re.compile(r"[ \t,)\]}{]*(?:#[^\n]*)?(?:\r?\n|\Z)")
_SETTING_LINE = re.compile(r"\n[ \t]*(?:[\w-]+[ \t]*(?:\+=|-=|=)|[^\n]*[{}])")
_LET = re.compile(r"\blet[ \t]+([\w-]+)[ \t]*=")
_NUMBERS = frozenset({"<INT>", "<TIME>", "<DATE>", "<PAST>"})
_BEFORE_STRINGS = frozenset({"account", "to", "vault", "==", "!=", ":"})
_IN_NAMES, _BEHIND_NAMES = frozenset("./:@+"), frozenset({"=", "{", "to", "for"})
_NAME_LIKE = re.compile(r"[\w.:/@+-]*\w")
_NAME_WITH_SIGNS = re.compile(r'\w[\w.:/@+-]*\w(?=[ \t]*(?:=|\{|,|"|(?:to|for|like)\b))')
_ONE_WORD = re.compile(r'"[\w./:$*-]+')
_LONGEST_WORD = 100
_FOREIGN = "a name without quotes has ASCII letters, digits, `_` and `-` only", "put the name in quotes"
_SINGLE_QUOTED = re.compile(r"'([^'\"\\\n]*)'")
_BARE_PATTERN = re.compile(r"[*$][\w-]*(?=[ \t]*(?:[,\])}#\n]|\Z))")
_SIGNS = {"!": "not", "&": "and", "|": "or"}
_CHARACTERS = {
    "'": ("strings stand in double quotes", "write `\"` instead of `'`"),
    ";": ("no `;` stands between statements or settings", "leave it out"),
    "!": ("`!` is no word of the language", "say `not`"),
    "&": ("`&` is no word of the language", "say `and`"),
    "|": ("`|` is no word of the language", "say `or`"),
    "*": ("`*` means nothing outside of quotes", 'write `"*"`'),
    "$": ("`$` means nothing outside of quotes", 'write `"$account"`'),
    "@": ("AWS's operators are words and signs here", "say `=`, `+=`, `-=` or `children may ...`"),
    "+": ("`+` means nothing here", "`+=` adds to a list; values are never computed"),
    "-": ("`-` means nothing here", "names have single `-` inside, and numbers are never negative"),
}
"""Message and advice for characters that no token of the language begins with."""


def string_without_end(error: ErrorContext) -> Recovery | None:
    """A string that its line ends."""
    if error.token[0] != '"' or error.kind != UNKNOWN:
        return None
    text, start = error.text, error.token[1]
    behind = _string_over_lines(text, start)
    end = text.find("\n", start)
    line = text[start : end if end >= 0 else len(text)].rstrip()
    message, advice = "a string without an end", 'strings end on the line where they begin, with `"`'
    token = line, start, start + len(line)
    fix = written(error.at(token), f'{line}"') if behind is None and _ONE_WORD.fullmatch(line) else None
    error.report(UNTERMINATED_STRING, token, message, advice, fix)
    return Recovery(search_from=behind)


def _string_over_lines(text: str, start: int) -> int | None:
    """The end of a string that goes on over line ends; None where it rather lacks its quote."""
    end = text.find('"', start + 1)
    if end < 0 or not _BEHIND_STRING.match(text, end + 1) or _SETTING_LINE.search(text, start, end):
        return None
    return end + 1


def foreign_name(error: ErrorContext) -> Recovery | None:
    """A name without quotes that goes on with a letter beyond ASCII."""
    after = error.text[error.token[2] : error.token[2] + 1]
    if error.kind != NAME or after.isascii() or not after.isalpha():
        return None
    error.report(FORBIDDEN_CHARACTER, _word_around(error), *_FOREIGN)
    return Recovery()


def _word_around(error: ErrorContext) -> tuple[str, int, int]:
    text, start = error.text, error.token[1]
    begin = start
    while begin and start - begin < _LONGEST_WORD and (text[begin - 1].isalnum() or text[begin - 1] in "_-"):
        begin -= 1
    end = start
    while end < len(text) and end - start < _LONGEST_WORD and (text[end].isalnum() or text[end] in "_-"):
        end += 1
    return text[begin:end], begin, end


def name_without_quotes(error: ErrorContext) -> Recovery | None:
    """A name that begins with a digit, or that has signs inside."""
    start, expected = error.token[1], error.expected
    if error.begun and error.kind in _NUMBERS and {NAME, STRING} <= expected and _NUMBERS.isdisjoint(expected):
        match = _NAME_LIKE.match(error.text, start)
    elif error.token[0] in _IN_NAMES and start == error.previous[2] and not expected.isdisjoint(_BEHIND_NAMES):
        match = _NAME_WITH_SIGNS.match(error.text, error.previous[1])
    else:
        return None
    if match is None:
        return None
    name = match[0]
    message = f"{quoted(name)} needs quotes as a name"
    advice = Advice.to_write(quote(name), f"put it in quotes: {quoted(quote(name))}")
    if error.frame == "items" and error.previous[0] in _BEFORE_STRINGS:
        message = f"expected a string, found {quoted(name)}"
    error.report(UNEXPECTED_TEXT, (name, *match.span()), message, advice)
    return Recovery()


def let_in_place_of_text(error: ErrorContext) -> Recovery | None:
    """A let of the same file where only a string may stand: in quotes its name would be another text."""
    name = error.token[0]
    if error.kind != NAME or STRING not in error.expected or NAME in error.expected or name not in _lets(error.text):
        return None
    advice = "no let can stand here: write the text itself, in quotes"
    error.report(UNEXPECTED_TEXT, error.token, f"expected a string, found the let {quoted(name)}", advice)
    return Recovery()


@lru_cache(maxsize=1)
def _lets(text: str) -> frozenset[str]:
    """The names of all that looks like a `let`."""
    return frozenset(_LET.findall(text))


def unknown_character(error: ErrorContext) -> Recovery | None:
    """A character that no token of the language begins with."""
    if error.kind != UNKNOWN:
        return None
    character, start, end = error.token
    if character in _CHARACTERS:
        error.report(FORBIDDEN_CHARACTER, error.token, *_CHARACTERS[character], _instead(error))
    elif character.isalpha():
        error.report(FORBIDDEN_CHARACTER, _word_around(error), *_FOREIGN)
    else:
        code = f"U+{ord(character):04X}"
        message = f"`{character}` ({code}) is no part of the language"
        advice = "it may stand in quotes and in comments"
        error.report(FORBIDDEN_CHARACTER, (character, start, end), message, advice)
    return Recovery()


def _instead(error: ErrorContext) -> Fix | None:
    """The fix for a character of another notation: quotes that are closed, words for signs, quotes around a word."""
    character, start, end = error.token
    text = error.text
    if match := _SINGLE_QUOTED.match(text, start):
        return written(error.at((match[0], *match.span())), f'"{match[1]}"')
    if character in _SIGNS:
        end += text[start : start + 2] == 2 * character
        blank = " " if text[end : end + 1].strip() else ""
        return written(error.at((character, start, end)), _SIGNS[character] + blank)
    if character in "*$" and (match := _BARE_PATTERN.match(text, start)):
        return written(error.at((match[0], *match.span())), f'"{match[0]}"')
    return left_out(error.at(error.token)) if character == ";" else None
