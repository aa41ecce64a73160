"""How messages show the user's words: escaped, quoted, listed, and with the name that a mistyped one may mean.

Takes any text, gives printable text for a single line, without control sequences for a terminal. The cost is bounded
for hostile input.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from difflib import get_close_matches
from heapq import nlargest
from itertools import takewhile
from operator import add

_SHAPELESS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Letters, marks and symbols of Unicode that are drawn as nothing; `str.isprintable` takes them for printable."""
_CODE = re.compile(r"pe[0-9]+")
"""Codes of rules as `_folded` writes them: a likeness of their numbers says nothing, one wrong digit does."""
_WORD = re.compile(r"[^\W_]+")
_SHORTEST_MISTYPED, _SHORTEST_WITH_ANOTHER_LETTER = 4, 6  # letters
_MOST_LISTED = 30
_COMPARABLE = 150  # characters of a name or path; comparing takes the square of the length
_LEAST_RATIO = 0.65  # of similarity, from 0 to 1, as difflib counts
_MOST_COMPARED = 100  # names per look-up: difflib is slow
_MOST_WORK = 200_000  # in all look-ups of a `Nearest`, two seconds at the very most


def escaped(text: str, longest: int = 60) -> str:
    """A text from outside on a single line: cut after `longest` characters, unprintable ones escaped, no backticks."""
    shown = text if len(text) <= longest else f"{text[: longest - 1]}…"
    if not shown.isprintable():
        shown = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in shown)
    return shown.replace("`", "'")


def is_blank(text: str) -> bool:
    """Whether nothing of a text can be seen: white space, characters of format or control, letters without a shape."""
    return all(c.isspace() or c in _SHAPELESS or not c.isprintable() for c in text)


def quoted(text: str, longest: int = 60) -> str:
    """A text from outside, `escaped` and in backticks."""
    return f"`{escaped(text, longest)}`"


def listed(names: Iterable[str], last: str = "", longest: int = 60) -> str:
    """Names in backticks: "`a`, `b`, `c`", with `and` as the `last` word "`a`, `b` and `c`"; a long list is cut.

    Each name is cut after `longest` characters.
    """
    every = tuple(names)
    shown = [quoted(name, longest) for name in every[:_MOST_LISTED]]
    if len(every) > _MOST_LISTED:
        return f"{', '.join(shown)} and {len(every) - _MOST_LISTED:,} more"
    if last and len(shown) > 1:
        shown[-2:] = [f"{shown[-2]} {last} {shown[-1]}"]
    return ", ".join(shown)


class Suggestion(str):
    """The question "did you mean `regions`?" with what it is about, or an empty text."""

    __slots__ = ("_about",)
    _about: tuple[str, str, bool]

    @classmethod
    def of(cls, question: str, written: str, name: str, *, sure: bool) -> Suggestion:
        """A question with what it is about."""
        built = cls(question)
        built._about = written, name, sure
        return built

    @property
    def written(self) -> str:
        """The mistyped text."""
        return self._about[0]

    @property
    def name(self) -> str:
        """The name that is asked for."""
        return self._about[1]

    @property
    def sure(self) -> bool:
        """Whether the two differ by a single slip, which no other name does: it can be written without asking."""
        return bool(self) and self._about[2]


class Advice(str):
    """Advice to write a text in the place of what a finding points at: "write `35 days`"."""

    __slots__ = ("_replacement",)
    _replacement: str

    @classmethod
    def to_write(cls, text: str, sentence: str = "") -> Advice:
        """The advice to write a text; `sentence` says it in other words."""
        built = cls(sentence or f"write {quoted(text)}")
        built._replacement = text
        return built

    @property
    def replacement(self) -> str:
        """The text to write."""
        return self._replacement


def nearest(text: str, names: Iterable[str]) -> str:
    """The name that a mistyped text most likely means, or an empty text; case, `_` and `-` do not count."""
    return Nearest(names).name(text)


def suggestion(text: str, names: Iterable[str]) -> Suggestion:
    """The question "did you mean `regions`?" with the nearest of the names, or an empty text."""
    return Nearest(names).suggestion(text)


class Nearest:
    """`nearest` and `suggestion` for many look-ups among the same names, which are read when first needed.

    After very many look-ups every answer is empty: nobody reads so many suggestions.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._source = names
        self._names: dict[str, str] | None = None
        self._answers: dict[str, str] = {}
        self._questions: dict[str, Suggestion] = {}
        self._left = _MOST_WORK

    def name(self, text: str) -> str:
        """The name that a text most likely means, or an empty text."""
        if text not in self._answers:
            self._answers[text] = self._compare(text)
        return self._answers[text]

    def suggestion(self, text: str) -> Suggestion:
        """The question "did you mean ...?" with the nearest name, or an empty text."""
        if text not in self._questions:
            self._questions[text] = self._question(text)
        return self._questions[text]

    def _question(self, text: str) -> Suggestion:
        name = self.name(text)
        if not name:
            return Suggestion()
        sure = differ_by_a_slip(text, name) and not self._has_other(text, name)
        return Suggestion.of(f"did you mean {quoted(name, _COMPARABLE)}?", text, name, sure=sure)

    def _has_other(self, text: str, name: str) -> bool:
        """Whether another name differs from a text by a single slip, too."""
        names, folded = self._names or {}, _folded(text)
        self._left -= len(names)
        others = _candidates(folded, names)
        return any(differ_by_a_slip(text, names[other]) for other in others if other != _folded(name))

    def _compare(self, text: str) -> str:
        if len(text) > _COMPARABLE or self._left <= 0:
            return ""
        if self._names is None:
            self._names = _by_folded(self._source)
        folded = _folded(text)
        self._left -= len(self._names) + len(folded) ** 2
        if same := self._names.get(folded):
            return same
        candidates = _candidates(folded, self._names)
        if _CODE.fullmatch(folded):
            candidates = [name for name in candidates if _is_edit(folded, name)]
        close = get_close_matches(folded, candidates, n=1, cutoff=_LEAST_RATIO)
        return self._names[close[0]] if close else ""


def _is_edit(text: str, other: str) -> bool:
    """Whether a letter more, less or another one makes the one text of the other."""
    start = _same_letters(text, other)
    left, right = text[start:], other[start:]
    end = _same_letters(left[::-1], right[::-1])
    return max(len(left), len(right)) - end <= 1


def differ_by_a_slip(text: str, name: str) -> bool:
    """Whether two texts differ in case, `_` and `-` alone, or by one slip in one of their words.

    A slip is two letters swapped, or a letter more or less, in a word of at least four letters, or another letter in a
    word of at least six: short words and numbers tell names apart (`team-a`, `data` and `date`, `eu-west-1`).
    """
    if _folded(text) == _folded(name):
        return True
    written, meant = _WORD.findall(text.casefold()), _WORD.findall(name.casefold())
    if len(written) != len(meant) or _WORD.sub("", text) != _WORD.sub("", name):
        return False
    pairs = [pair for pair in zip(written, meant, strict=True) if pair[0] != pair[1]]
    return len(pairs) == 1 and _is_slip(*pairs[0])


def _is_slip(written: str, meant: str) -> bool:
    start = _same_letters(written, meant)
    left, right = written[start:], meant[start:]
    end = _same_letters(left[::-1], right[::-1])
    left, right = left[: len(left) - end], right[: len(right) - end]
    swapped = len(left) == 2 and left == right[::-1]  # noqa: PLR2004 - two neighbours
    if not (left + right).isalpha() or not (swapped or max(len(left), len(right)) == 1):
        return False
    least = _SHORTEST_WITH_ANOTHER_LETTER if len(left) == len(right) == 1 else _SHORTEST_MISTYPED
    return max(len(written), len(meant)) >= least


def _same_letters(left: str, other: str) -> int:
    """The number of letters that two texts have in common at their beginning."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(left, other, strict=False)))


def _by_folded(names: Iterable[str]) -> dict[str, str]:
    by_folded: dict[str, str] = {}
    for name in names:
        if len(name) <= _COMPARABLE:
            folded = _folded(name)
            by_folded[folded] = min(name, by_folded.get(folded, name))  # the same answer for any order of `names`
    return by_folded


def _folded(name: str) -> str:
    return name.casefold().replace("_", "").replace("-", "")


def _candidates(folded: str, names: Collection[str]) -> Collection[str]:
    """The names worth comparing: of many, those that share the most bigrams and differ the least in length."""
    if len(names) <= _MOST_COMPARED:
        return names
    bigrams, length = set(map(add, folded, folded[1:])), len(folded)
    likeness = {
        name: sum(map(bigrams.__contains__, map(add, name, name[1:]))) - abs(len(name) - length) for name in names
    }
    return nlargest(_MOST_COMPARED, names, key=lambda name: (likeness[name], name))
