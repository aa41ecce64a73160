"""The way out of an error: say what is wrong, drop the broken statement or item, find where the next one begins.

The language has no sign between statements, so layout decides: a part begins at the beginning of a line, with a word
that begins parts, or no deeper than the broken one did.
"""

from __future__ import annotations

import re
from typing import Any

from policyengine.catalogue.language import too_many_mistakes
from policyengine.syntax._expected import ITEM_WORDS, STATEMENT_WORDS
from policyengine.syntax._explain import explain
from policyengine.syntax._grammar import END, grammar
from policyengine.syntax._scene import Frame, Scene, first_of_line, frame_states, indent

_PASSED = re.compile(
    r"""
    "[^"\\\n]*(?:\\[^\n][^"\\\n]*)*"    # a whole string
    | (?P<broken>")[^\n]*               # the rest of a line behind a string without an end
    | \#[^\n]*
    | (?P<open>[{\[(]) | (?P<close>[}\])])
    | (?P<line>\n)[ \t\r\n]*
    """,
    re.VERBOSE,
)
_WORDS: dict[Frame, frozenset[str]] = {
    "statements": STATEMENT_WORDS,
    "items": ITEM_WORDS,
    "clauses": frozenset({"for", "assert"}),
    "steps": frozenset({"given", "expect"}),
}
_BEGINNING = re.compile(r'([A-Za-z_][\w-]*|"[^"\\\n]*")([ \t]*(?:\+=|-=|=(?!=))|[ \t]+[\w"{])?')


def recover(scene: Scene) -> int:
    """Reports an error and takes the broken part off the parser's stacks; where to read on."""
    way_out = explain(scene)
    if scene.reading.full:
        scene.reading.report(too_many_mistakes.RULE, scene.at(scene.token), "too many mistakes, the rest is not read")
        return _close_all(scene, len(scene.text))
    if scene.kind == END or way_out.outside is not None:
        outside = len(scene.text) if way_out.outside is None else way_out.outside
        _drop(scene)
        return _close_all(scene, outside)
    search = _Search(scene, way_out.begin)
    _drop(scene, last_part=way_out.drops_last)
    position, outside = search.run()
    return _close_all(scene, position) if outside else position
