"""Errors at a word that was taken for the key of a setting, because nothing else could stand there."""

from __future__ import annotations

import re

from policyengine.catalogue.language import malformed_duration, malformed_time, unexpected_text
from policyengine.source import Span
from policyengine.syntax._expected import ITEM_WORDS, phrase
from policyengine.syntax._explain_tail import zone
from policyengine.syntax._grammar import NAME, STRING
from policyengine.syntax._places import ALLOWED
from policyengine.syntax._reading import Token, excerpt
from policyengine.syntax._scene import Scene, WayOut
from policyengine.syntax.nodes import Assertion, ChildrenMay, Copy
from policyengine.wording import suggestion

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
    if key[0] == "in" and isinstance(scene.parts[-1] if scene.parts else None, Copy):
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
    if isinstance(last, Copy):
        words |= {"account"}
    if isinstance(last, Assertion):
        words |= {"and", "in", "like", "message", "or"}
    return words
