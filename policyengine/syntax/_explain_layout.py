"""Errors that are seen too late, and that the layout gives away: a missing value, a missing brace."""

from __future__ import annotations

from policyengine.catalogue.language import misplaced_part, unclosed_block, unexpected_text
from policyengine.diagnostics import Label
from policyengine.syntax._braces import never_closed
from policyengine.syntax._expected import STATEMENT_WORDS
from policyengine.syntax._grammar import END
from policyengine.syntax._reading import Token, quoted
from policyengine.syntax._scene import Scene, WayOut, first_of_line, indent
from policyengine.syntax.nodes import Let, Setting
from policyengine.syntax.values import Reference


_SETS = ("=", "+=", "-=")


def value_missing(scene: Scene) -> WayOut | None:
    """`regions =` at the end of a line: the first word of the next line was taken for the value."""
    begin, value, whole = _last_value(scene)
    text = scene.text
    if value != first_of_line(text, scene.token[1]) or "\n" not in text[begin:value]:
        return None
    written = text[begin:value].partition("\n")[0].rstrip()
    place = (written, begin, begin + len(written))
    scene.report(unexpected_text.RULE, place, f"expected a value after {quoted(written)}")
    return WayOut(resume=value, drops_last=whole)


def _last_value(scene: Scene) -> tuple[int, int, bool]:
    """Where the setting or let before the token begins, where the word begins that is its value, whether it is whole."""
    begun, last = scene.begun, scene.parts[-1] if scene.parts else None
    if len(begun) > 2 and begun[-1] == scene.previous and isinstance(begun[-2], tuple) and begun[-2][0] in _SETS:  # noqa: PLR2004
        return scene.begin, scene.previous[1], False
    if isinstance(last, Setting | Let) and isinstance(last.value, Reference):
        return last.span.start, last.value.span.start, True
    return 0, -1, False


def brace_not_closed(scene: Scene) -> WayOut | None:
    """The end of the file within braces."""
    if scene.kind != END:
        return None
    if "}" in scene.expected and scene.frame != "statements":
        _report_unclosed(scene, None)
        return WayOut(outside=len(scene.text))
    return None


def statement_inside(scene: Scene) -> WayOut | None:
    """A statement within braces: one brace is missing before it, or it stands in the wrong place."""
    token = scene.key or (scene.token if not scene.begun else None)
    if token is None or scene.frame == "statements" or token[0] not in STATEMENT_WORDS:
        return None
    brace = never_closed(scene.text, token[1])
    first = first_of_line(scene.text, token[1]) == token[1]
    if first and brace is not None and indent(scene.text, token[1]) <= indent(scene.text, brace):
        _report_unclosed(scene, token)
        return WayOut(outside=token[1])
    message = f"`{token[0]}` stands at the top of a file, not within braces"
    scene.report(misplaced_part.RULE, token, message, "move it out of the block")
    return WayOut()


def _report_unclosed(scene: Scene, statement: Token | None) -> None:
    brace = never_closed(scene.text, statement[1] if statement else len(scene.text))
    if brace is None:
        return
    text, start = scene.text, first_of_line(scene.text, brace)
    where = (text[start : brace + 1], start, brace + 1)
    labels = (Label(scene.at(statement), "this begins a new statement"),) if statement else ()
    # What stood in the wrong block because of the missing brace is no mistake of its own.
    found = scene.reading.found
    found[:] = [each for each in found if each.code != misplaced_part.RULE.code or not each.span or each.span.start < start]
    message = f"{quoted(where[0])} is never closed"
    found.append(unclosed_block.RULE.at(scene.at(where), message, help="add `}`", labels=labels))
