"""How messages show the user's words: quoted, listed, and with the known name that a mistyped one may mean.

Takes any text, gives text for one line of a message that no terminal obeys. Costs stay small for hostile input.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from difflib import get_close_matches
from heapq import nlargest
from operator import add

_MOST_LISTED = 30
_COMPARABLE = 150  # characters of a name or path; comparing takes the square of the length
_LIKENESS = 0.65  # from 0 to 1, as difflib counts
_MOST_COMPARED = 100  # names with one: comparing is dear
_MOST_WORK = 200_000  # in all look-ups of one `Nearest`, two seconds at the very most


def escaped(text: str, longest: int = 60) -> str:
    """A text from outside on one line: cut where it is long, what does not print spelled out, no backtick in it."""
    shown = text if len(text) <= longest else f"{text[: longest - 1]}…"
    if not shown.isprintable():
        shown = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in shown)
    return shown.replace("`", "'")


def quoted(text: str, longest: int = 60) -> str:
    """A text from outside in backticks, `escaped`."""
    return f"`{escaped(text, longest)}`"


def listed(names: Iterable[str], last: str = "") -> str:
    """Names in backticks: "`a`, `b`, `c`", with a `last` word "`a`, `b` and `c`"; a long list is cut."""
    shown = [quoted(name) for name in names]
    if len(shown) > _MOST_LISTED:
        return f"{', '.join(shown[:_MOST_LISTED])} and {len(shown) - _MOST_LISTED:,} more"
    if last and len(shown) > 1:
        shown[-2:] = [f"{shown[-2]} {last} {shown[-1]}"]
    return ", ".join(shown)


def nearest(name: str, known: Iterable[str]) -> str:
    """The known name that a mistyped one most likely means, or an empty text; case, `_` and `-` hardly count."""
    return Nearest(known).name(name)


def suggestion(name: str, known: Iterable[str]) -> str:
    """The question "did you mean `regions`?" with the nearest known name, or an empty text."""
    return Nearest(known).suggestion(name)


class Nearest:
    """`nearest` and `suggestion` for many look-ups among the same names, which are read when first needed.

    After a great many look-ups nothing is near any more: nobody reads so many suggestions.
    """

    def __init__(self, known: Iterable[str]) -> None:
        self._source = known
        self._names: dict[str, str] | None = None
        self._answers: dict[str, str] = {}
        self._left = _MOST_WORK

    def name(self, text: str) -> str:
        """The known name that a text most likely means, or an empty text."""
        if text not in self._answers:
            self._answers[text] = self._near(text)
        return self._answers[text]

    def suggestion(self, text: str) -> str:
        """A question with the nearest known name, or an empty text."""
        name = self.name(text)
        return f"did you mean {quoted(name, _COMPARABLE)}?" if name else ""

    def _near(self, text: str) -> str:
        if len(text) > _COMPARABLE or self._left <= 0:
            return ""
        if self._names is None:
            self._names = _by_folded(self._source)
        folded = _folded(text)
        self._left -= len(self._names) + len(folded) ** 2
        if same := self._names.get(folded):
            return same
        close = get_close_matches(folded, _alike(folded, self._names), n=1, cutoff=_LIKENESS)
        return self._names[close[0]] if close else ""


def _by_folded(known: Iterable[str]) -> dict[str, str]:
    names: dict[str, str] = {}
    for name in known:
        if len(name) <= _COMPARABLE:
            folded = _folded(name)
            names[folded] = min(name, names.get(folded, name))  # whatever the order of `known`, the same answer
    return names


def _folded(name: str) -> str:
    return name.casefold().replace("_", "").replace("-", "")


def _alike(folded: str, names: Collection[str]) -> Collection[str]:
    """The names worth comparing: of many, those of a like length that share most pairs of neighbours."""
    if len(names) <= _MOST_COMPARED:
        return names
    pairs, length = set(map(add, folded, folded[1:])), len(folded)
    shared = {name: sum(map(pairs.__contains__, map(add, name, name[1:]))) - abs(len(name) - length) for name in names}
    return nlargest(_MOST_COMPARED, names, key=lambda name: (shared[name], name))
