"""Explains syntax errors: one diagnostic for one mistake, and how to go on.

`explain` tries the explanations of the table at the end of this module, in its order. Each takes the context of an
error; it reports the mistake that it recognises and returns how to recover, or returns None and reports nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from msgspec.structs import replace

from policyengine.base.diagnostics import Fix
from policyengine.base.fixes import enclosed, inserted, left_out, written
from policyengine.base.source import Span
from policyengine.base.text import Advice, escaped, quoted, suggestion
from policyengine.language.language_rules import (
    CONFLICTING_PARTS,
    FORBIDDEN_CHARACTER,
    MALFORMED_DURATION,
    MALFORMED_SCHEDULE,
    MALFORMED_TIME,
    MISPLACED_PART,
    NESTED_TOO_DEEPLY,
    RESERVED_WORD,
    UNEXPECTED_TEXT,
    UNSUPPORTED_LANGUAGE,
)
from policyengine.language.syntax.block_contents import ALLOWED, TAG_BLOCKS, misplaced
from policyengine.language.syntax.build_requirements import Clause
from policyengine.language.syntax.error_context import (
    ITEM_WORDS,
    ErrorContext,
    Recovery,
    first_of_line,
    phrase,
    report_unexpected,
)
from policyengine.language.syntax.familiar_mistakes import MISTAKES
from policyengine.language.syntax.grammar import NAME, STRING
from policyengine.language.syntax.layout_mistakes import (
    brace_missing,
    brace_mistaken,
    brace_not_closed,
    brace_too_many,
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
from policyengine.language.syntax.nodes import (
    AssertionNode,
    ChildrenMay,
    CopyNode,
    Expression,
    Let,
    LockedKey,
    Path,
    SettingNode,
    Where,
)
from policyengine.language.syntax.quoting_mistakes import (
    foreign_name,
    let_in_place_of_text,
    name_without_quotes,
    string_without_end,
    unknown_character,
)
from policyengine.language.syntax.reading import Token, excerpt
from policyengine.language.syntax.words import is_bare_name

_SCHEDULES = (CronNode, Daily, EveryHours, Hourly, Monthly, Weekly, Yearly)
_SCHEDULE_WORDS = ("hourly", "every", "daily", "weekly", "monthly", "yearly", "cron")
_ZONES = frozenset({"utc", "gmt", "z", "timezone", "time_zone", "tz"})
_NEXT_PART = re.compile(r'[ \t\r]*(?:[#\n}]|\Z|(?:[A-Za-z_][\w-]*|"[^"\n]*")(?:[ \t]*(?:\+=|-=|=)|[ \t]+[\w"{]))')
_REST = re.compile(r"[^\n#{}]*")
_CLOSERS = frozenset(")}")
_CHILD_WORDS = frozenset({"in", "assign", "append", "remove", "anything", "nothing"})
_FIRST_WORDS = "schedules begin with `hourly`, `every`, `daily`, `weekly`, ..."
_QUOTED_CRON = 'write `cron("0 5 ? * * *")`'
_TIME_BEFORE = re.compile(r"(?<![0-9])[0-9]{1,2}:[0-9]{2}[ \t]*\Z")
_NUMBER_BEFORE = re.compile(r"(?<![\w:.-])[0-9]+[ \t]*\Z")
_LOOK_BEHIND = 30  # characters before a word in which the number that it belongs to is searched
_UNITS = ("minutes", "hours", "days", "weeks", "years")
_FOREIGN: Mapping[str, str | Advice] = {
    **dict.fromkeys(("all", "each", "forall"), Advice.to_write("every", "say `every`")),
    **dict.fromkeys(("any", "exists"), Advice.to_write("some", "say `some`")),
    "none": Advice.to_write("no", "say `no`"),
    "if": "say `every rule where A satisfies B`, or `not A or B`",
}
"""Words of other languages by which a condition begins, with what this one says."""
_SHORT = {"m": "minutes", "min": "minutes", "h": "hours", "d": "days", "w": "weeks", "y": "years"}
_SAME_AS_UTC = frozenset({"utc", "z", "gmt"})
_NOON = 12
_HALF_DAYS = ("am", "pm")
_SETS = re.compile(r"[ \t]*(?:\+=|-=|=(?!=))")
_SETS_VALUE = re.compile(r"[ \t]*=(?!=)")
_LANGUAGE = re.compile(r"language[ \t]+([0-9]+\.[0-9.]*)")


def explain(error: ErrorContext) -> Recovery:
    """Reports the mistake behind a syntax error; how to go on, as far as the explanation knows."""
    for explanation in _EXPLANATIONS:
        if recovery := explanation(error):
            break
    else:
        report_unexpected(error)
        recovery = Recovery()
    if recovery == Recovery():
        recovery.drops_last = _is_tail(error)
    return recovery


def _is_tail(error: ErrorContext) -> bool:
    """Whether the token continues the line of a part that was read as whole: that part is then broken, too."""
    last = error.parts[-1] if error.parts else None
    if not isinstance(last, SettingNode | LockedKey | Let | Clause | Where | ChildrenMay | CopyNode):
        return False
    if error.begun:
        behind = error.key is not None
    elif error.token[0] == "]":
        behind = not isinstance(getattr(last, "value", None), ListOf)
    else:
        behind = error.token[0] not in _CLOSERS
    end = last.span.end
    return behind and error.text[end - 1] != "}" and "\n" not in error.text[end : error.begin]


def _too_deep(error: ErrorContext) -> Recovery | None:
    if not error.too_deep:
        return None
    advice = "no policy needs that; the rest of this statement is not read"
    error.report(NESTED_TOO_DEEPLY, error.token, "nested more than 100 levels deep", advice)
    return Recovery()


def _language(error: ErrorContext) -> Recovery | None:
    match = _LANGUAGE.match(error.text, first_of_line(error.text, error.token[1]))
    if not match or not match.start(1) < error.token[1] < match.end(1):
        return None
    message = f"language {quoted(match[1])} is unknown to this version"
    token = match[1], *match.span(1)
    fix = written(error.at(token), "1") if match[1].rstrip("0") == "1." else None
    error.report(UNSUPPORTED_LANGUAGE, token, message, "it reads `language 1`", fix)
    return Recovery()


def _keyword_as_tag_key(error: ErrorContext) -> Recovery | None:
    """A keyword that begins a line in a tag block and was read as part of the `children may` before it."""
    key: Token = error.previous
    if error.token[0] not in ("=", "+=", "-=") or key[0] not in _CHILD_WORDS or error.owner not in TAG_BLOCKS:
        return None
    if first_of_line(error.text, key[1]) != key[1]:
        return None
    error.reading.withdraw(CONFLICTING_PARTS, lambda span: span.start <= key[1] < span.end)
    message = f"`{key[0]}` is a word of the language and needs quotes as the key of a tag"
    error.report(RESERVED_WORD, key, message, Advice.to_write(f'"{key[0]}"'))
    rest = _REST.match(error.text, error.token[2])
    return Recovery(drops_last=bool(error.parts) and not error.begun, resume=rest.end() if rest else None)


def _tail(error: ErrorContext) -> Recovery | None:
    """Text behind a whole part on its line: a separator, a second item, a time zone."""
    last = error.parts[-1] if error.parts else None
    if not _is_tail(error):
        return None
    if isinstance(last, ChildrenMay):
        return _behind_children(error, last)
    if isinstance(last, CopyNode | LockedKey):
        return _behind_name(error, last)
    if not isinstance(last, SettingNode | Let | Clause):
        return None
    if error.token[0] in (",", ";"):
        return _separator(error, last.value)
    return _behind_value(error, last.value)


def _behind_name(error: ErrorContext, last: CopyNode | LockedKey) -> Recovery | None:
    """Text behind an item that ends in a name, and would not if the author had meant that."""
    if isinstance(last, CopyNode) and isinstance(last.arn, Reference) and error.key:
        arn = last.arn.name, last.arn.span.start, last.arn.span.end
        advice = suggestion(arn[0], ("vault",)) or 'say `copy to vault "NAME" in REGION`'
        error.report(UNEXPECTED_TEXT, arn, f"expected `vault` or a name alone, found {excerpt(arn[0])}", advice)
    elif isinstance(last, LockedKey) and error.token[0] not in (",", ";"):
        key = last.key.text
        advice = f"write {quoted(f'locked {key} = ...')}, or {quoted(f'locked {key}')} alone for what a template set"
        error.report(UNEXPECTED_TEXT, error.key or error.token, f"expected `=` after {quoted(key)}", advice)
    else:
        return None
    return Recovery(drops_last=True)


def _behind_value(error: ErrorContext, value: Value | Expression) -> Recovery | None:
    token = error.key or error.token
    if token[0] == "]" and not isinstance(value, ListOf):
        advice = f"write {excerpt(f'[{_rest_of_line(error, value)[0]}')}"
        fix = inserted(error.at(_rest_of_line(error, value)), "[")
        error.report(UNEXPECTED_TEXT, token, "this `]` has no `[`", advice, fix)
    elif isinstance(value, Integer) and (error.kind == "<INT>" or token[0] in "*/"):
        message = "the fields of `cron` stand in quotes"
        error.report(MALFORMED_SCHEDULE, _rest_of_line(error, value), message, _QUOTED_CRON)
    elif isinstance(value, Reference) and token[0] in ("at", "on"):
        word = value.name, value.span.start, value.span.end
        advice = suggestion(word[0], _SCHEDULE_WORDS) or _FIRST_WORDS
        error.report(MALFORMED_SCHEDULE, word, f"{excerpt(word[0])} begins no schedule", advice)
    elif isinstance(value, _SCHEDULES) and (token[0].lower() in _ZONES or token[0].isupper()):
        error.report(MALFORMED_TIME, token, *_no_zone(token[0]), _without_zone(error, token))
    else:
        return None
    return Recovery(drops_last=True)


def _behind_children(error: ErrorContext, last: ChildrenMay) -> Recovery | None:
    token = error.key or error.token
    if token[0] == "to" and not last.path:
        error.report(UNEXPECTED_TEXT, token, "`to` begins no path", Advice.to_write("in", "say `in`"))
    elif token[0] in ("and", "or", "&"):
        advice = "join them with a comma: `append, remove`"
        fix = None if token[0] == "or" else _joined_by_comma(error, token)
        error.report(UNEXPECTED_TEXT, token, f"`children may` takes no {excerpt(token[0])}", advice, fix)
    elif token[0] == "," and last.path and not _NEXT_PART.match(error.text, token[2]):
        advice = "write one `children may` for each path"
        error.report(UNEXPECTED_TEXT, token, "`in` takes one path", advice)
    else:
        return None
    return Recovery(drops_last=True)


def _joined_by_comma(error: ErrorContext, token: Token) -> Fix:
    start = len(error.text[: token[1]].rstrip(" \t"))
    return replace(written(error.at((token[0], start, token[2])), ","), title="write `,`")


def _without_zone(error: ErrorContext, token: Token) -> Fix | None:
    return left_out(error.at(token)) if token[0].lower() in _SAME_AS_UTC else None


def _no_zone(word: str) -> tuple[str, str]:
    """Message and advice for a time zone behind a schedule."""
    if word.lower() in _SAME_AS_UTC:
        return "times are UTC always", f"leave {excerpt(word)} out"
    return f"{excerpt(word)}: schedules have no time zone", "times are UTC: write the time in UTC"


def _separator(error: ErrorContext, value: object) -> Recovery | None:
    sign, _, end = error.token
    if _NEXT_PART.match(error.text, end):
        between = "statements" if error.frame == "statements" else "settings"
        fix = left_out(error.at(error.token))
        if sign == ";":
            message = "no `;` stands between statements or settings"
            error.report(FORBIDDEN_CHARACTER, error.token, message, "leave it out", fix)
        else:
            error.report(UNEXPECTED_TEXT, error.token, f"no comma stands between {between}", "leave it out", fix)
        return Recovery(resume=end)
    if sign == ";" or not isinstance(value, Reference | Text | Integer | Duration):
        return None
    if isinstance(value, Integer) and error.text[end : end + 1].isdigit():
        error.report(MALFORMED_DURATION, error.token, "numbers are whole", "use a smaller unit: `90 minutes`")
        return Recovery(drops_last=True)
    return _unbracketed(error, value)


def _unbracketed(error: ErrorContext, value: Value) -> Recovery:
    items = _rest_of_line(error, value)
    advice = f"write {excerpt(f'[{items[0]}]')}"
    error.report(UNEXPECTED_TEXT, items, "a list stands in brackets", advice, enclosed(error.at(items), "[", "]"))
    return Recovery(drops_last=True)


def _rest_of_line(error: ErrorContext, value: Value | Expression) -> Token:
    """A value with the text behind it on its line, without comment, braces and a last comma."""
    begin = value.span.start
    rest = _REST.match(error.text, begin)
    written = (rest[0] if rest else "").rstrip().rstrip(",")
    return written, begin, begin + len(written)


def _word_as_key(error: ErrorContext) -> Recovery | None:
    """A word that was read as the key of a setting: a time zone, half a day, a unit, or a misspelt keyword."""
    key = error.key or (error.token if error.kind == NAME and not error.begun else None)
    if key is None:
        return None
    before = error.text[max(0, key[1] - _LOOK_BEHIND) : key[1]]
    if match := _TIME_BEFORE.search(before):
        return _behind_time(error, key, match)
    if match := _NUMBER_BEFORE.search(before):
        if key[0].lower() in _HALF_DAYS:
            return _behind_time(error, key, match)
        units = "units are `minutes`, `hours`, `days`, `weeks`, `years`"
        advice = suggestion(_SHORT.get(key[0], key[0]), _UNITS) or units
        error.report(MALFORMED_DURATION, key, f"{excerpt(key[0])} is no unit", advice, _in_full(error, key))
        return Recovery(drops_last=bool(error.parts))
    return (_foreign_condition(error) or _not_a_key(error, key)) if error.key else None


def _in_full(error: ErrorContext, unit: Token) -> Fix | None:
    """The fix for a unit in short; `m` may be months."""
    if unit[0] not in _SHORT or unit[0] == "m":
        return None
    blank = "" if error.text[unit[1] - 1].isspace() else " "
    return written(error.at(unit), blank + _SHORT[unit[0]])


def _behind_time(error: ErrorContext, key: Token, time: re.Match[str]) -> Recovery:
    half = key[0].lower()
    if half not in _HALF_DAYS:
        error.report(MALFORMED_TIME, key, *_no_zone(key[0]), _without_zone(error, key))
        return Recovery()
    hours, _, minutes = time[0].rstrip().partition(":")
    hour = int(hours) % _NOON + (_NOON if half == "pm" else 0)
    start = key[1] - len(time[0])
    error.reading.withdraw(MALFORMED_TIME, lambda span: span.start == start)  # `5 pm` is one mistake
    time_of_day = f"{hour:02}:{minutes or '00'}"
    fix = written(error.at((time_of_day, start, key[2])), time_of_day)
    error.report(MALFORMED_TIME, key, "times have 24 hours", f"say `{time_of_day}`", fix)
    return Recovery()


def _not_a_key(error: ErrorContext, key: Token) -> Recovery | None:
    """A word in the place of a key that is probably a misspelt keyword; None where only `=` is missing."""
    words = _probable_words(error)
    if error.token[0] == "{" and key[0] not in ITEM_WORDS:
        advice = suggestion(key[0], words) or f"here may stand {phrase(_beginnings(error), error.owner)}"
        error.report(UNEXPECTED_TEXT, key, f"there is no block {excerpt(key[0])}", advice)
        return Recovery()
    if key[0] == "selection":
        advice = "say `tag selection` or `resource selection`"
        error.report(UNEXPECTED_TEXT, key, "which kind of selection?", advice)
        return Recovery()
    if key[0] == "not":
        message, advice = "`not` stands before the whole comparison", "write `not (a like b)`"
        error.report(UNEXPECTED_TEXT, key, message, advice)
        return Recovery()
    if key[0] == "in" and isinstance(error.parts[-1] if error.parts else None, CopyNode):
        advice = 'say `copy to vault "NAME" in REGION`'
        error.report(UNEXPECTED_TEXT, key, "a copy to an ARN names no Region", advice)
        return Recovery()
    if error.kind in (NAME, STRING) and (advice := suggestion(key[0], words - {key[0]})):
        expected = phrase(_beginnings(error), error.owner)
        error.report(UNEXPECTED_TEXT, key, f"expected {expected}, found {excerpt(key[0])}", advice)
        return Recovery()
    return None


def _foreign_condition(error: ErrorContext) -> Recovery | None:
    """A word by which a condition begins in other languages, and which was read as the whole of it."""
    last = error.parts[-1] if error.parts else None
    condition = last.condition if isinstance(last, AssertionNode) else None
    if not isinstance(condition, Path) or condition.steps or condition.head not in _FOREIGN:
        return None
    advice = _FOREIGN[condition.head]
    word = condition.head, condition.span.start, condition.span.end
    error.report(UNEXPECTED_TEXT, word, f"{quoted(condition.head)} begins no condition", advice)
    return Recovery(drops_last=True)


def _beginnings(error: ErrorContext) -> set[str]:
    return {"for", "assert", "}"} if error.frame == "clauses" else {*ITEM_WORDS, NAME, STRING, "}"}


def _probable_words(error: ErrorContext) -> set[str]:
    """The keywords that may have been meant: those that begin a part here, or continue the part before."""
    last = error.parts[-1] if error.parts else None
    words = {"for", "assert", "level", "reference"} if error.frame == "clauses" else {"children", "locked"}
    if error.owner:
        words |= {word for kind in ALLOWED[error.owner] for word in kind.split()} & ITEM_WORDS
    if isinstance(last, ChildrenMay):
        words |= {"append", "assign", "in", "remove"}
    if isinstance(last, CopyNode):
        words |= {"account"}
    if isinstance(last, AssertionNode):
        words |= {"and", "in", "like", "message", "or"}
    return words


def _familiar_mistake(error: ErrorContext) -> Recovery | None:
    for mistake in MISTAKES:
        if mistake.matches(error):
            place = error.token if mistake.underlined == "found" else error.previous
            fix = _fix(error.at(place), _filled(mistake.writes, error)) if mistake.writes else None
            error.report(mistake.rule, place, _filled(mistake.message, error), _filled(mistake.advice, error), fix)
            return Recovery()
    return None


def _fix(span: Span, text: str) -> Fix:
    return written(span, text) if text.strip() else left_out(span)


def _filled(text: str, error: ErrorContext) -> str:
    token, before = escaped(error.token[0]), escaped(error.previous[0])
    return text.replace("{found}", token).replace("{before}", before)


def _at_the_top(error: ErrorContext) -> Recovery | None:
    if error.frame != "statements" or error.begun:
        return None
    word = error.token[0]
    if word in ITEM_WORDS:
        kind = f"{word} selection" if word in ("tag", "resource") else word
        message, advice = misplaced(kind, "at the top of a file")
        error.report(MISPLACED_PART, error.token, message, advice)
        return Recovery()
    behind = error.text, error.token[2]
    if _SETS.match(*behind):
        message, _ = misplaced("setting", "at the top of a file")
        fix = inserted(error.at(error.token), "let ") if is_bare_name(word) and _SETS_VALUE.match(*behind) else None
        error.report(MISPLACED_PART, error.token, message, f"to name a value say `let {word} = ...`", fix)
        return Recovery()
    return None


_EXPLANATIONS = (
    _too_deep,
    string_without_end,
    foreign_name,
    value_missing,
    brace_not_closed,
    brace_too_many,
    statement_inside,
    step_inside,
    brace_missing,
    brace_mistaken,
    _language,
    let_in_place_of_text,
    name_without_quotes,
    _keyword_as_tag_key,
    _tail,
    _word_as_key,
    _familiar_mistake,
    unknown_character,
    _at_the_top,
)
"""What is certain comes first; then what indentation shows; then what the words suggest."""
