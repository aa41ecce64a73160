"""The way out of an error: say what is wrong, drop the broken statement or item, find where the next one begins.

The language has no sign between statements, so layout decides: a part begins at the beginning of a line, with a word
that begins parts, or with any word that stands no deeper than the broken part did.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from policyengine.catalogue.language import unexpected_text
from policyengine.syntax._actions import reductions
from policyengine.syntax._expected import ITEM_WORDS, STATEMENT_WORDS
from policyengine.syntax._explain import explain
from policyengine.syntax._grammar import grammar
from policyengine.syntax._reading import Token
from policyengine.syntax._scene import Frame, Scene, WayOut, first_of_line, indent

_PASSED = re.compile(
    r"""
    "[^"\\\n]*(?:\\[^\n][^"\\\n]*)*"    # a whole string
    | (?P<broken>"[^\n]*)               # the rest of a line behind a string without an end
    | \#[^\n]*
    | (?P<braces>\{+) | (?P<brackets>[\[(]+) | (?P<closed>\}+) | (?P<unbracketed>[\])]+)
    | \n[ \t\r\n]*(?P<line>)
    """,
    re.VERBOSE,
)
_BEGINNING = re.compile(
    r'(?P<word>[A-Za-z_][\w-]*|"[^"\\\n]*")(?P<sets>[ \t]*(?:\+=|-=|=(?!=)))?(?P<more>[ \t]+[\w"{])?'
)
_CLOSED_BEHIND = re.compile(r"[^{}\n]*\}")
_WORDS: dict[Frame, frozenset[str]] = {
    "statements": STATEMENT_WORDS,
    "items": ITEM_WORDS,
    "clauses": frozenset({"for", "assert"}),
    "steps": frozenset({"given", "expect"}),
}


def recover(scene: Scene) -> int:
    """Reports an error and takes the broken part off the parser's stacks; where to read on."""
    _settle(scene)
    way_out = explain(scene)
    if scene.reading.full:
        message = "too many mistakes: the rest of the file is not read"
        scene.reading.found.append(unexpected_text.RULE.at(scene.at(scene.token), message))
        way_out = WayOut(outside=len(scene.text))
    if way_out.inserts:
        if way_out.inserts == "}":
            _drop(scene)
        _shift(scene, (way_out.inserts, scene.token[1], scene.token[1]))
        return way_out.resume or 0
    search = _Search.of(scene)
    _drop(scene, drops_last=way_out.drops_last)
    if way_out.outside is not None:
        return _close_all(scene, way_out.outside)
    if way_out.resume is not None:
        return way_out.resume
    position, outside = search.run()
    return _close_all(scene, position) if outside else position


@dataclass(slots=True)
class _Search:
    """Looks for the beginning of the next part, from the token that did not fit.

    `braces` and `brackets` count what the broken part has opened and not closed.
    """

    text: str
    frame: Frame
    begin: int
    position: int
    inner_indent: int
    outer_indent: int
    braces: int = 0
    brackets: int = 0

    @classmethod
    def of(cls, scene: Scene) -> _Search:
        """The search that an error starts."""
        text, begin = scene.text, scene.begin
        marks = [value[0] for value in scene.begun if isinstance(value, tuple)]
        opened = sum((mark in ("[", "(")) - (mark in ("]", ")")) for mark in marks)
        # `{` is missing and `}` is on this line: the rest of the line is a part of what is broken.
        braces = int("{" in scene.expected and _CLOSED_BEHIND.match(text, scene.token[1]) is not None)
        inner, outer = indent(text, begin), indent(text, scene.outermost)
        return cls(text, scene.frame, begin, scene.token[1], inner, outer, braces=braces, brackets=opened)

    def run(self) -> tuple[int, bool]:
        """Where to read on, and whether that is outside of all braces."""
        line = first_of_line(self.text, self.position)
        if line > self.begin and (found := self._part_at(line)):
            return found
        for match in _PASSED.finditer(self.text, self.position):
            match match.lastgroup:
                case "line":
                    found = self._part_at(match.end())
                case "closed":
                    found = self._close(match)
                case kind:
                    self._count(kind, match[0])
                    continue
            if found:
                return found
        return len(self.text), True

    def _count(self, kind: str | None, text: str) -> None:
        if kind == "braces":
            self.braces += len(text)
        elif kind == "broken":
            self.braces += text.rstrip().endswith("{")
        elif kind == "brackets":
            self.brackets += len(text)
        elif kind == "unbracketed":
            self.brackets = max(0, self.brackets - len(text))

    def _close(self, match: re.Match[str]) -> tuple[int, bool] | None:
        opened, closed = self.braces, len(match[0])
        self.braces, self.brackets = max(0, opened - closed), 0
        if closed < opened:
            return None
        if opened == closed or self.frame != "statements":
            return match.start() + opened, False
        return None  # too many at the top: they close nothing

    def _part_at(self, position: int) -> tuple[int, bool] | None:
        """Whether a part begins at the beginning of this line, and whether it is a statement outside of the braces."""
        match = _BEGINNING.match(self.text, position)
        if not match:
            return None
        word, depth = match["word"], indent(self.text, position)
        if self.braces == 0 and self._begins(word, match, depth):
            return position, False
        statement = word in STATEMENT_WORDS and bool(match["more"]) and not match["sets"]
        return (position, True) if statement and depth <= self.outer_indent else None

    def _begins(self, word: str, match: re.Match[str], depth: int) -> bool:
        if match["sets"]:
            return self.frame != "statements"
        if word in _WORDS[self.frame] and match["more"]:
            return True
        may_begin = word in _WORDS[self.frame] or word not in grammar().words or word == "vault"
        return may_begin and not self.brackets and depth <= self.inner_indent


def _settle(scene: Scene) -> None:
    """Finishes the part before the token where it is whole: then it is the token that is broken, not the part."""
    key = "policy" if scene.frame == "statements" else "}"
    if key in scene.expected:
        _reduce_for(scene, key)


def _drop(scene: Scene, *, drops_last: bool = False) -> None:
    """Leaves on the stacks what was whole before the broken part."""
    # INVARIANT: the list of parts is on the stacks, for where a part may begin its braces may be closed as well.
    states, values, base = scene.states, scene.values, scene.base
    del states[base + 2 :], values[base + 1 :]
    if drops_last:
        values[base].pop()


def _close_all(scene: Scene, position: int) -> int:
    """Closes every brace that is open, as if the author had: what stands in them is kept."""
    while scene.base:
        _shift(scene, ("}", position, position))
    return position


def _shift(scene: Scene, token: Token) -> None:
    action = _reduce_for(scene, token[0])
    scene.states.append(action - 1)
    scene.values.append(token)


def _reduce_for(scene: Scene, key: str) -> int:
    """Does all that the tables ask for before they can take a token; the action that takes it."""
    tables, states, values = grammar(), scene.states, scene.values
    while (action := tables.states[states[-1]].get(key, 0)) < 0:
        name, size, build = reductions()[action]
        parts = values[len(values) - size :]
        del values[len(values) - size :], states[len(states) - size :]
        values.append(build(scene.reading, *parts))
        states.append(tables.gotos[states[-1]][name])
    return action
