"""Says what is wrong at a place where the parser cannot go on: one finding for one mistake.

The cause is looked for at the key that the place was taken for, at the end of a part that looks whole, and in the
layout, in the order of `explain`.
"""

from __future__ import annotations

import re

from policyengine.base.catalogue.language import (
    conflicting_parts,
    forbidden_character,
    malformed_duration,
    malformed_schedule,
    malformed_time,
    misplaced_part,
    nested_too_deeply,
    reserved_word,
    unexpected_text,
    unsupported_language,
    unterminated_string,
)
from policyengine.base.source import Span
from policyengine.base.text import escaped, quoted, suggestion
from policyengine.language.syntax.build_requirements import Clause
from policyengine.language.syntax.familiar_mistakes import MISTAKES
from policyengine.language.syntax.grammar import NAME, STRING, UNKNOWN
from policyengine.language.syntax.layout import (
    brace_missing,
    brace_mistaken,
    brace_not_closed,
    brace_too_many,
    report_unexpected,
    statement_inside,
    step_inside,
    value_missing,
)
from policyengine.language.syntax.literals import (
    CronNode,
    Daily,
    Duration,
    EveryHours,
    Hourly,
    Integer,
    ListOf,
    Monthly,
    Reference,
    Text,
    Value,
    Weekly,
    Yearly,
)
from policyengine.language.syntax.nodes import AssertionNode, ChildrenMay, CopyNode, Expression, Let, SettingNode, Where
from policyengine.language.syntax.reading import ALLOWED, TAG_BLOCKS, Token, excerpt, misplaced
from policyengine.language.syntax.scene import ITEM_WORDS, Scene, WayOut, first_of_line, phrase
from policyengine.language.syntax.words import quote

_SCHEDULES = (CronNode, Daily, EveryHours, Hourly, Monthly, Weekly, Yearly)
_SCHEDULE_WORDS = ("hourly", "every", "daily", "weekly", "monthly", "yearly", "cron")
_ZONES = frozenset({"utc", "gmt", "z", "timezone", "time_zone", "tz"})
_NEXT_PART = re.compile(r'[ \t\r]*(?:[#\n}]|\Z|(?:[A-Za-z_][\w-]*|"[^"\n]*")(?:[ \t]*(?:\+=|-=|=)|[ \t]+[\w"{]))')
_REST = re.compile(r"[^\n#{}]*")
_CLOSERS = frozenset(")}")
_CHILD_WORDS = frozenset({"in", "assign", "append", "remove", "anything", "nothing"})
_BEGINNINGS = "schedules begin with `hourly`, `every`, `daily`, `weekly`, ..."
_JOINED = "join them with a comma: `append, remove`"
_FIELDS = 'write `cron("0 5 ? * * *")`'


def tail_broken(scene: Scene) -> bool:
    """Whether what does not fit stands on the line of the part before it, which then has half its text."""
    last = scene.parts[-1] if scene.parts else None
    if not isinstance(last, SettingNode | Let | Clause | Where | ChildrenMay | CopyNode):
        return False
    if scene.begun:
        behind = scene.key is not None
    elif scene.token[0] == "]":
        behind = not isinstance(getattr(last, "value", None), ListOf)
    else:
        behind = scene.token[0] not in _CLOSERS
    end = last.span.end
    return behind and scene.text[end - 1] != "}" and "\n" not in scene.text[end : scene.begin]


def explain_tail(scene: Scene) -> WayOut | None:
    """Explains what stands behind a whole part on its line: a separator, a second item, a time zone."""
    last = scene.parts[-1] if scene.parts else None
    if not tail_broken(scene):
        return None
    if isinstance(last, ChildrenMay):
        return _behind_children(scene, last)
    if not isinstance(last, SettingNode | Let | Clause):
        return None
    if scene.token[0] in (",", ";"):
        return _separator(scene, last.value)
    return _behind_value(scene, last.value)


def _behind_value(scene: Scene, value: Value | Expression) -> WayOut | None:
    found = scene.key or scene.token
    if found[0] == "]" and not isinstance(value, ListOf):
        scene.report(
            unexpected_text.RULE, found, "this `]` has no `[`", f"write {excerpt(f'[{_written(scene, value)[0]}')}"
        )
    elif isinstance(value, Integer) and (scene.kind == "<INT>" or found[0] in "*/"):
        message = "the fields of `cron` stand in quotes"
        scene.report(malformed_schedule.RULE, _written(scene, value), message, _FIELDS)
    elif isinstance(value, Reference) and found[0] in ("at", "on"):
        word = value.name, value.span.start, value.span.end
        advice = suggestion(word[0], _SCHEDULE_WORDS) or _BEGINNINGS
        scene.report(malformed_schedule.RULE, word, f"{excerpt(word[0])} begins no schedule", advice)
    elif isinstance(value, _SCHEDULES) and (found[0].lower() in _ZONES or found[0].isupper()):
        scene.report(malformed_time.RULE, found, *zone(found[0]))
    else:
        return None
    return WayOut(drops_last=True)


def _behind_children(scene: Scene, last: ChildrenMay) -> WayOut | None:
    found = scene.key or scene.token
    if found[0] == "to" and not last.path:
        scene.report(unexpected_text.RULE, found, "`to` begins no path", "say `in`")
    elif found[0] in ("and", "or", "&"):
        scene.report(unexpected_text.RULE, found, f"`children may` takes no {excerpt(found[0])}", _JOINED)
    elif found[0] == "," and last.path and not _NEXT_PART.match(scene.text, found[2]):
        advice = "write one `children may` for each path"
        scene.report(unexpected_text.RULE, found, "`in` takes one path", advice)
    else:
        return None
    return WayOut(drops_last=True)


def zone(word: str) -> tuple[str, str]:
    """Message and advice for a time zone behind a schedule."""
    if word.lower() in ("utc", "z", "gmt"):
        return "times are UTC always", f"leave {excerpt(word)} out"
    return f"{excerpt(word)}: schedules have no time zone", "times are UTC: write the time in UTC"


def _separator(scene: Scene, value: object) -> WayOut | None:
    sign, _, end = scene.token
    if _NEXT_PART.match(scene.text, end):
        between = "statements" if scene.frame == "statements" else "settings"
        if sign == ";":
            scene.report(
                forbidden_character.RULE, scene.token, "no `;` stands between statements or settings", "leave it out"
            )
        else:
            scene.report(unexpected_text.RULE, scene.token, f"no comma stands between {between}", "leave it out")
        return WayOut(resume=end)
    if sign == ";" or not isinstance(value, Reference | Text | Integer | Duration):
        return None
    if isinstance(value, Integer) and scene.text[end : end + 1].isdigit():
        scene.report(malformed_duration.RULE, scene.token, "numbers are whole", "use a smaller unit: `90 minutes`")
        return WayOut(drops_last=True)
    return _unbracketed(scene, value)


def _unbracketed(scene: Scene, value: Value) -> WayOut:
    place = _written(scene, value)
    scene.report(unexpected_text.RULE, place, "a list stands in brackets", f"write {excerpt(f'[{place[0]}]')}")
    return WayOut(drops_last=True)


def _written(scene: Scene, value: Value | Expression) -> Token:
    """A value with all that stands behind it on its line."""
    begin = value.span.start
    rest = _REST.match(scene.text, begin)
    written = (rest[0] if rest else "").rstrip().rstrip(",")
    return written, begin, begin + len(written)


def explain_tag_key(scene: Scene) -> WayOut | None:
    """A word behind `children may`, on a line of its own, that was meant as the key of a tag."""
    key: Token = scene.previous
    if scene.token[0] not in ("=", "+=", "-=") or key[0] not in _CHILD_WORDS or scene.owner not in TAG_BLOCKS:
        return None
    if first_of_line(scene.text, key[1]) != key[1]:
        return None
    found = scene.reading.found
    found[:] = [each for each in found if each.code != conflicting_parts.RULE.code or not _covers(each.span, key)]
    message = f"`{key[0]}` is a word of the language and needs quotes as the key of a tag"
    scene.report(reserved_word.RULE, key, message, f'write `"{key[0]}"`')
    rest = _REST.match(scene.text, scene.token[2])
    return WayOut(drops_last=bool(scene.parts) and not scene.begun, resume=rest.end() if rest else None)


def _covers(span: Span | None, token: Token) -> bool:
    return span is not None and span.start <= token[1] < span.end


_TIME_BEFORE = re.compile(r"(?<![0-9])[0-9]{1,2}:[0-9]{2}[ \t]*\Z")
_NUMBER_BEFORE = re.compile(r"(?<![\w:.-])[0-9]+[ \t]*\Z")
_REACH = 30  # how far back a number can lie

_UNITS = ("minutes", "hours", "days", "weeks", "years")
_SHORT = {"m": "minutes", "min": "minutes", "h": "hours", "d": "days", "w": "weeks", "y": "years"}
_NOON = 12
_HALVES = ("am", "pm")  # of a day


def explain_key(scene: Scene) -> WayOut | None:
    """Explains what the word is, or that `=` is missing; nothing where no word was taken for a key."""
    key = scene.key or (scene.token if scene.kind == NAME and not scene.begun else None)
    if key is None:
        return None
    before = scene.text[max(0, key[1] - _REACH) : key[1]]
    if match := _TIME_BEFORE.search(before):
        return _behind_time(scene, key, match)
    if match := _NUMBER_BEFORE.search(before):
        if key[0].lower() in _HALVES:
            return _behind_time(scene, key, match)
        advice = (
            suggestion(_SHORT.get(key[0], key[0]), _UNITS) or "units are `minutes`, `hours`, `days`, `weeks`, `years`"
        )
        scene.report(malformed_duration.RULE, key, f"{excerpt(key[0])} is no unit", advice)
        return WayOut(drops_last=bool(scene.parts))
    return _not_a_key(scene, key) if scene.key else None


def _behind_time(scene: Scene, key: Token, time: re.Match[str]) -> WayOut:
    half = key[0].lower()
    if half not in _HALVES:
        scene.report(malformed_time.RULE, key, *zone(key[0]))
        return WayOut()
    hours, _, minutes = time[0].rstrip().partition(":")
    hour = int(hours) % _NOON + (_NOON if half == "pm" else 0)
    start = key[1] - len(time[0])
    found = scene.reading.found  # the time was told to be none, for the same reason
    found[:] = [each for each in found if each.code != malformed_time.RULE.code or not _begins(each.span, start)]
    scene.report(malformed_time.RULE, key, "times have 24 hours", f"say `{hour:02}:{minutes or '00'}`")
    return WayOut()


def _begins(span: Span | None, start: int) -> bool:
    return span is not None and span.start == start


def _not_a_key(scene: Scene, key: Token) -> WayOut | None:
    """A word in the place of a key that is probably a misspelt keyword; else `=` is missing, which others say."""
    words = _words(scene)
    if scene.token[0] == "{" and key[0] not in ITEM_WORDS:
        advice = suggestion(key[0], words) or f"here may stand {phrase(_beginnings(scene), scene.owner)}"
        scene.report(unexpected_text.RULE, key, f"there is no block {excerpt(key[0])}", advice)
        return WayOut()
    if key[0] == "selection":
        advice = "say `tag selection` or `resource selection`"
        scene.report(unexpected_text.RULE, key, "which kind of selection?", advice)
        return WayOut()
    if key[0] == "not":
        message, advice = "`not` stands before the whole comparison", "write `not (a like b)`"
        scene.report(unexpected_text.RULE, key, message, advice)
        return WayOut()
    if key[0] == "in" and isinstance(scene.parts[-1] if scene.parts else None, CopyNode):
        advice = 'say `copy to vault "NAME" in REGION`'
        scene.report(unexpected_text.RULE, key, "a copy to an ARN names no Region", advice)
        return WayOut()
    if scene.kind in (NAME, STRING) and (advice := suggestion(key[0], words - {key[0]})):
        expected = phrase(_beginnings(scene), scene.owner)
        scene.report(unexpected_text.RULE, key, f"expected {expected}, found {excerpt(key[0])}", advice)
        return WayOut()
    return None


def _beginnings(scene: Scene) -> set[str]:
    return {"for", "assert", "}"} if scene.frame == "clauses" else {*ITEM_WORDS, NAME, STRING, "}"}


def _words(scene: Scene) -> set[str]:
    """The keywords that may have been meant: what begins a part here, or goes on with the part before."""
    last = scene.parts[-1] if scene.parts else None
    words = {"for", "assert", "level", "reference"} if scene.frame == "clauses" else {"children", "locked"}
    if scene.owner:
        words |= {word for kind in ALLOWED[scene.owner] for word in kind.split()} & ITEM_WORDS
    if isinstance(last, ChildrenMay):
        words |= {"append", "assign", "in", "remove"}
    if isinstance(last, CopyNode):
        words |= {"account"}
    if isinstance(last, AssertionNode):
        words |= {"and", "in", "like", "message", "or"}
    return words


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
