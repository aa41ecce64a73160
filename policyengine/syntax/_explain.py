"""Says what is wrong at a place where the parser cannot go on: one finding for one mistake."""

from __future__ import annotations

import re

from policyengine.catalogue.language import (
    forbidden_character,
    misplaced_part,
    nested_too_deeply,
    unexpected_text,
    unsupported_language,
    unterminated_string,
)
from policyengine.syntax._expected import ITEM_WORDS
from policyengine.syntax._explain_key import explain_key
from policyengine.syntax._explain_layout import (
    brace_missing,
    brace_mistaken,
    brace_not_closed,
    brace_too_many,
    report_unexpected,
    statement_inside,
    step_inside,
    value_missing,
)
from policyengine.syntax._explain_tail import explain_tag_key, explain_tail, tail_broken
from policyengine.syntax._grammar import NAME, STRING, UNKNOWN
from policyengine.syntax._mistakes import MISTAKES
from policyengine.syntax._places import misplaced
from policyengine.syntax._scene import Scene, WayOut, first_of_line
from policyengine.syntax._strings import quote
from policyengine.wording import escaped, quoted

_SETS = re.compile(r"[ \t]*(?:\+=|-=|=(?!=))")
_BEHIND_STRING = re.compile(r"[ \t,)\]}{]*(?:#[^\n]*)?(?:\r?\n|\Z)")
_SETTING_LINE = re.compile(r"\n[ \t]*(?:[\w-]+[ \t]*(?:\+=|-=|=)|[^\n]*[{}])")
_LANGUAGE = re.compile(r"language[ \t]+([0-9]+\.[0-9.]*)")
_NUMBERS = frozenset({"<INT>", "<TIME>", "<DATE>", "<PAST>"})
_IN_NAMES, _BEHIND_NAMES = frozenset("./:@+"), frozenset({"=", "{", "to", "for"})
_NAME_LIKE = re.compile(r"[\w.:/@+-]*\w")
_NAME_WITH_SIGNS = re.compile(r'\w[\w.:/@+-]*\w(?=[ \t]*(?:=|\{|,|"|(?:to|for|like)\b))')
_LONGEST_WORD = 100
_FOREIGN = "a name without quotes has ASCII letters, digits, `_` and `-` only", "put the name in quotes"

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
"""What a character that the language has no use for was probably meant to be."""


def explain(scene: Scene) -> WayOut:
    """Reports the error and says what is known about the way out."""
    for attempt in _ATTEMPTS:
        if way_out := attempt(scene):
            break
    else:
        report_unexpected(scene)
        way_out = WayOut()
    if way_out == WayOut():
        way_out.drops_last = tail_broken(scene)
    return way_out


def _too_deep(scene: Scene) -> WayOut | None:
    if not scene.too_deep:
        return None
    advice = "no policy needs that; the rest of this statement is not read"
    scene.report(nested_too_deeply.RULE, scene.token, "nested more than 100 levels deep", advice)
    return WayOut()


def _string_without_end(scene: Scene) -> WayOut | None:
    if scene.token[0] != '"' or scene.kind != UNKNOWN:
        return None
    text, start = scene.text, scene.token[1]
    behind = _string_over_lines(text, start)
    end = text.find("\n", start)
    line = text[start : end if end >= 0 else len(text)].rstrip()
    message, advice = "a string without an end", 'strings end on the line where they begin, with `"`'
    scene.report(unterminated_string.RULE, (line, start, start + len(line)), message, advice)
    return WayOut(skips=behind)


def _string_over_lines(text: str, start: int) -> int | None:
    """Where a string ends that was begun on an earlier line, as far as that can be told."""
    end = text.find('"', start + 1)
    if end < 0 or not _BEHIND_STRING.match(text, end + 1) or _SETTING_LINE.search(text, start, end):
        return None
    return end + 1


def _mistake(scene: Scene) -> WayOut | None:
    for mistake in MISTAKES:
        if mistake.matches(scene):
            place = scene.token if mistake.underlined == "found" else scene.previous
            scene.report(mistake.rule, place, _filled(mistake.message, scene), _filled(mistake.advice, scene))
            return WayOut()
    return None


def _language(scene: Scene) -> WayOut | None:
    match = _LANGUAGE.match(scene.text, first_of_line(scene.text, scene.token[1]))
    if not match or not match.start(1) < scene.token[1] < match.end(1):
        return None
    message = f"language {quoted(match[1])} is unknown to this version"
    scene.report(unsupported_language.RULE, (match[1], *match.span(1)), message, "it reads `language 1`")
    return WayOut()


def _name_without_quotes(scene: Scene) -> WayOut | None:
    """A name that begins with a digit, or that has signs inside."""
    start, expected = scene.token[1], scene.expected
    if scene.begun and scene.kind in _NUMBERS and {NAME, STRING} <= expected and _NUMBERS.isdisjoint(expected):
        match = _NAME_LIKE.match(scene.text, start)
    elif scene.token[0] in _IN_NAMES and start == scene.previous[2] and not expected.isdisjoint(_BEHIND_NAMES):
        match = _NAME_WITH_SIGNS.match(scene.text, scene.previous[1])
    else:
        return None
    if match is None:
        return None
    name = match[0]
    message, advice = f"{quoted(name)} needs quotes as a name", f"put it in quotes: {quoted(quote(name))}"
    scene.report(unexpected_text.RULE, (name, *match.span()), message, advice)
    return WayOut()


def _foreign_name(scene: Scene) -> WayOut | None:
    after = scene.text[scene.token[2] : scene.token[2] + 1]
    if scene.kind != NAME or after.isascii() or not after.isalpha():
        return None
    scene.report(forbidden_character.RULE, _word_around(scene), *_FOREIGN)
    return WayOut()


def _filled(text: str, scene: Scene) -> str:
    found, before = escaped(scene.token[0]), escaped(scene.previous[0])
    return text.replace("{found}", found).replace("{before}", before)


def _unknown_character(scene: Scene) -> WayOut | None:
    if scene.kind != UNKNOWN:
        return None
    character, start, end = scene.token
    if character in _CHARACTERS:
        scene.report(forbidden_character.RULE, scene.token, *_CHARACTERS[character])
    elif character.isalpha():
        scene.report(forbidden_character.RULE, _word_around(scene), *_FOREIGN)
    else:
        code = f"U+{ord(character):04X}"
        message = f"`{character}` ({code}) is no part of the language"
        advice = "it may stand in quotes and in comments"
        scene.report(forbidden_character.RULE, (character, start, end), message, advice)
    return WayOut()


def _word_around(scene: Scene) -> tuple[str, int, int]:
    text, start = scene.text, scene.token[1]
    begin = start
    while begin and start - begin < _LONGEST_WORD and (text[begin - 1].isalnum() or text[begin - 1] in "_-"):
        begin -= 1
    end = start
    while end < len(text) and end - start < _LONGEST_WORD and (text[end].isalnum() or text[end] in "_-"):
        end += 1
    return text[begin:end], begin, end


def _at_the_top(scene: Scene) -> WayOut | None:
    if scene.frame != "statements" or scene.begun:
        return None
    word = scene.token[0]
    if word in ITEM_WORDS:
        kind = f"{word} selection" if word in ("tag", "resource") else word
        message, advice = misplaced(kind, "at the top of a file")
        scene.report(misplaced_part.RULE, scene.token, message, advice)
        return WayOut()
    if _SETS.match(scene.text, scene.token[2]):
        message, _ = misplaced("setting", "at the top of a file")
        scene.report(misplaced_part.RULE, scene.token, message, f"to name a value say `let {word} = ...`")
        return WayOut()
    return None


_ATTEMPTS = (
    _too_deep,
    _string_without_end,
    _foreign_name,
    value_missing,
    brace_not_closed,
    brace_too_many,
    statement_inside,
    step_inside,
    brace_missing,
    brace_mistaken,
    _language,
    _name_without_quotes,
    explain_tag_key,
    explain_tail,
    explain_key,
    _mistake,
    _unknown_character,
    _at_the_top,
)
