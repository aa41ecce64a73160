"""Errors behind a part on its own line: the part looks whole, and what is wrong is its end."""

from __future__ import annotations

import re

from policyengine.catalogue.language import (
    conflicting_parts,
    forbidden_character,
    malformed_duration,
    malformed_schedule,
    malformed_time,
    reserved_word,
    unexpected_text,
)
from policyengine.source import Span
from policyengine.syntax._places import TAG_BLOCKS
from policyengine.syntax._reading import Token, excerpt
from policyengine.syntax._requirement_actions import Clause
from policyengine.syntax._scene import Scene, WayOut, first_of_line
from policyengine.syntax.expressions import Expression
from policyengine.syntax.nodes import ChildrenMay, Copy, Let, Setting, Where
from policyengine.syntax.values import (
    Cron,
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
from policyengine.wording import suggestion

_SCHEDULES = (Cron, Daily, EveryHours, Hourly, Monthly, Weekly, Yearly)
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
    if not isinstance(last, Setting | Let | Clause | Where | ChildrenMay | Copy):
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
    if not isinstance(last, Setting | Let | Clause):
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
