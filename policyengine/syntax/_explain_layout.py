"""Errors that are seen too late, and that the layout gives away: a missing value, a missing brace."""

from __future__ import annotations

import re

from policyengine.catalogue.language import misplaced_part, unexpected_text
from policyengine.syntax._braces import never_closed, one_too_many
from policyengine.syntax._expected import STATEMENT_WORDS, phrase
from policyengine.syntax._grammar import END, NAME, grammar
from policyengine.syntax._layout import report_unclosed
from policyengine.syntax._reading import excerpt
from policyengine.syntax._requirement_actions import Clause
from policyengine.syntax._scene import Scene, WayOut, first_of_line, indent
from policyengine.syntax.nodes import Let, Setting
from policyengine.syntax.values import Reference
from policyengine.wording import suggestion

_REST_OF_LINE = re.compile(r"[ \t\r]*(?:#[^\n]*)?\n[ \t\r\n]*")
_SETS = ("=", "+=", "-=")


def value_missing(scene: Scene) -> WayOut | None:
    """`regions =` at the end of a line: the first word of the next line was taken for the value."""
    begin, value, behind, whole = _last_value(scene)
    text = scene.text
    if value != first_of_line(text, behind) or "\n" not in text[begin:value]:
        return None
    written = text[begin:value].partition("\n")[0].rstrip()
    place = (written, begin, begin + len(written))
    scene.report(unexpected_text.RULE, place, f"expected a value after {excerpt(written)}")
    return WayOut(resume=value, drops_last=whole)


def _last_value(scene: Scene) -> tuple[int, int, int, bool]:
    """Where the last setting begins, where the word that is its value, what is behind that, and whether it is whole."""
    begun, last = scene.begun, scene.parts[-1] if scene.parts else None
    if len(begun) > 2 and begun[-1] == scene.previous and isinstance(begun[-2], tuple) and begun[-2][0] in _SETS:  # noqa: PLR2004
        return scene.begin, scene.previous[1], scene.token[1], False
    if isinstance(last, Setting | Let | Clause) and isinstance(last.value, Reference):
        return last.span.start, last.value.span.start, scene.begin, True
    return 0, -1, 0, False


def brace_missing(scene: Scene) -> WayOut | None:
    """A block without its `{`: what follows is indented as if it were there, so it is read so."""
    if "{" not in scene.expected or not scene.begun:
        return None
    text, outer = scene.text, indent(scene.text, scene.begin)
    if scene.on_next_line and scene.kind != END and indent(text, scene.token[1]) > outer:
        report_unexpected(scene)
        return WayOut(inserts="{", resume=scene.token[1])
    after = _REST_OF_LINE.match(text, scene.token[2])
    if after and not scene.on_next_line and indent(text, after.end()) > outer:
        report_unexpected(scene)
        return WayOut(inserts="{", resume=scene.token[2])
    return None


def brace_mistaken(scene: Scene) -> WayOut | None:
    """One brace more than there should be, or something else where the `}` of a block should be."""
    if scene.begun or scene.frame == "statements":
        return None
    text, token = scene.text, scene.token
    if token[0] == "{" and text.count("{") > text.count("}"):
        report_unexpected(scene)
        return WayOut(resume=token[2])
    alone = first_of_line(text, token[1]) == token[1] and _REST_OF_LINE.match(text, token[2])
    if alone and indent(text, token[1]) == indent(text, scene.values[scene.base - 1][1]):
        report_unexpected(scene)
        return WayOut(inserts="}", resume=token[2])
    return None


def brace_not_closed(scene: Scene) -> WayOut | None:
    """The end of the file within braces."""
    if scene.kind != END or scene.frame == "statements" or "}" not in scene.expected:
        return None
    brace = never_closed(scene.text, 0, len(scene.text))
    if brace is not None:
        _report_unclosed(scene, brace, len(scene.text))
    return WayOut(outside=len(scene.text))


def statement_inside(scene: Scene) -> WayOut | None:
    """A statement within braces: one brace is missing before it, or it stands in the wrong place."""
    token = scene.key or (scene.token if not scene.begun else None)
    if token is None or scene.frame == "statements" or token[0] not in STATEMENT_WORDS:
        return None
    text, start = scene.text, token[1]
    brace = never_closed(text, text.rfind("\n", 0, scene.outermost) + 1, start)
    if first_of_line(text, start) == start and brace is not None and indent(text, start) <= indent(text, brace):
        _report_unclosed(scene, brace, start)
        return WayOut(outside=start)
    message = f"`{token[0]}` stands at the top of a file, not within braces"
    scene.report(misplaced_part.RULE, token, message, "move it out of the block")
    return WayOut()


def step_inside(scene: Scene) -> WayOut | None:
    """The next line of a test within the braces of its tags, which are never closed."""
    key, brace = scene.key, scene.values[scene.base - 1] if scene.base else None
    if key is None or brace is None or scene.owner is not None or key[0] not in ("given", "expect"):
        return None
    _report_unclosed(scene, brace[1], key[1])
    return WayOut(inserts="}", resume=key[1])


def brace_too_many(scene: Scene) -> WayOut | None:
    """A `}` where nothing is open. With as many braces of both kinds it is the consequence of another error."""
    if scene.token[0] != "}" or scene.frame != "statements" or scene.begun:
        return None
    brace = None if scene.reading.surplus_told else one_too_many(scene.text)
    scene.reading.surplus_told = True
    if brace is not None:
        _forgive(scene, brace)
        scene.report(unexpected_text.RULE, ("}", brace, brace + 1), "there is one `}` too many", "leave it out")
    return WayOut(resume=scene.token[2])


def _report_unclosed(scene: Scene, brace: int, place: int) -> None:
    text, start = scene.text, first_of_line(scene.text, brace)
    end = text.find("\n", brace)
    line = range(start, end if end >= 0 else len(text))
    _forgive(scene, start)
    if any(found.span and found.span.start in line for found in scene.reading.found):
        return  # what is wrong on that line may well have been the brace
    report_unclosed(scene.reading, text, brace, place)


def _forgive(scene: Scene, offset: int) -> None:
    """Takes back what was said of parts in the wrong block behind a faulty brace: they are where they should be."""
    found = scene.reading.found
    found[:] = [
        each for each in found if each.code != misplaced_part.RULE.code or not each.span or each.span.start < offset
    ]


def report_unexpected(scene: Scene) -> None:
    """Reports what could have come, and what came instead."""
    expected = phrase(scene.expected, scene.owner)
    advice = suggestion(scene.token[0], scene.expected & grammar().words) if scene.kind == NAME else ""
    if scene.on_next_line:
        after = f" after {excerpt(scene.previous[0])}" if scene.previous[0] else ""
        scene.report(unexpected_text.RULE, scene.previous, f"expected {expected}{after}", advice)
        return
    found = "the end of the file" if scene.kind == END else excerpt(scene.token[0])
    scene.report(unexpected_text.RULE, scene.token, f"expected {expected}, found {found}", advice)
