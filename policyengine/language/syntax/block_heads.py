"""The heads of blocks that are broken: what they begin all the same, so that the items of the block are read.

A head is what stands before a `{` on its line, or before a bracket that was typed for one. Its first word, or the
keyword nearest to it, says which block begins; the next word or string is its name. Where the kind of a selection or a
template is left out, the items of the block tell it. Parameters, templates and all else of the head are lost.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from policyengine.aws.settings import settings
from policyengine.base.records import Record
from policyengine.base.text import Nearest
from policyengine.language.syntax.block_contents import ALLOWED, OwnerKind
from policyengine.language.syntax.error_context import ErrorContext
from policyengine.language.syntax.grammar import NAME, STRING, grammar
from policyengine.language.syntax.reading import Token

_TO_BRACE = re.compile(r'(?:[^"#{}\n]++|"[^"\\\n]*+(?:\\[^\n][^"\\\n]*+)*+")*+\{')
_TWO_WORDS = ("tag", "resource")
_SETS = frozenset({"=", "+=", "-="})
_TEMPLATES = ("policy", "plan", "rule", *_TWO_WORDS)
_STATEMENTS = ("policy", "template", "require", "test")


class BlockHead(Record):
    """A whole head in the place of a broken one.

    Attributes:
        tokens: Its tokens up to the brace, each with its key in the tables.
        end: The offset behind the brace.
        lacks_names: Whether other texts may use, or the block may need, what was lost with the head.
    """

    tokens: tuple[tuple[str, Token], ...]
    end: int
    lacks_names: bool


def head_of(error: ErrorContext) -> BlockHead | None:
    """The head that an error lies in; None where it lies in no head, or where nobody can tell what the block is."""
    end = _end_of_head(error) if error.frame in ("statements", "items") else None
    if end is None:
        return None
    words = _Words(list(_tokens(error.text, error.begin, end)))
    beginning = _beginning(words, error)
    if beginning is None:
        return None
    name = _name(words, beginning.block, error)
    brace = ("{", ("{", end - 1, end))
    tokens = (*beginning.keywords, name, brace) if name else (*beginning.keywords, brace)
    is_nameless = name is not None and name[1][1] == name[1][2]
    may_be_like = beginning.block in _TEMPLATES and words.left > 1
    lost = beginning.of_template or may_be_like or (is_nameless and error.frame == "statements")
    return BlockHead(tokens, end, lost)


def _end_of_head(error: ErrorContext) -> int | None:
    """The offset behind the `{` on the line of an error, or behind a bracket in its place."""
    if match := _TO_BRACE.match(error.text, error.token[1]):
        return match.end()
    return error.token[2] if error.token[0] in ("[", "(") and "{" in error.expected else None


class _Beginning(NamedTuple):
    """The keywords of a head, and the kind of block that they begin, or `of_template` that a template is for."""

    keywords: tuple[tuple[str, Token], ...]
    block: str
    of_template: bool


def _beginning(words: _Words, error: ErrorContext) -> _Beginning | None:
    """The keywords at the front; None where nobody can tell what the block is."""
    keywords = [words.keyword("locked")] if error.frame == "items" and words.next_is("locked") else []
    if error.frame == "items" and words.next_is("selection"):
        return _by_items(_SELECTIONS, words, keywords, error)
    if error.frame == "statements":
        kind = words.nearest(_STATEMENTS)
    else:
        kind = words.nearest(_heads_in(error)) or words.misplaced()
    if kind is None or (words.has_set and words.was_guessed):
        return None
    keywords.append(words.keyword(kind))
    block = words.nearest(_TEMPLATES) if kind == "template" else kind
    if block is None:
        return _by_items(_OF_TEMPLATES, words, keywords, error)
    if kind == "template":
        keywords.append(words.keyword(block))
    if block in _TWO_WORDS:
        keywords.append(words.keyword("selection"))
    if block == "copy":
        keywords.append(("to", ("to", error.begin, error.begin)))
    return _Beginning(tuple(keywords), block, kind == "template")


def _by_items(
    kinds: tuple[OwnerKind, ...], words: _Words, keywords: list[tuple[str, Token]], error: ErrorContext
) -> _Beginning | None:
    """The keywords at the front, the last of them the kind in which most of the block's items may stand.

    Of a selection that may be of either it is the first: what neither has is found all the same.
    """
    inside = {match["first"] or match["set"] for match in _ITEM.finditer(error.text, *_inside(error))}
    most = max(len(inside & _VOCABULARY[kind]) for kind in kinds)
    likely = [kind for kind in kinds if len(inside & _VOCABULARY[kind]) == most]
    if len(likely) > 1 and not set(likely) <= set(_SELECTIONS):
        return None
    first, *second = likely[0].split()
    keywords.append((first, (first, error.begin, error.begin)))
    if second:
        selection = words.keyword("selection") if words.next_is("selection") else None
        keywords.append(selection or ("selection", ("selection", error.begin, error.begin)))
    return _Beginning(tuple(keywords), first, of_template=error.frame == "statements")


def _inside(error: ErrorContext) -> tuple[int, int]:
    """The offsets between which the items of the block of a head stand, without those of blocks in it."""
    begin = _end_of_head(error) or 0
    deeper = _DEEPER.search(error.text, begin)
    return begin, deeper.end() if deeper else len(error.text)


def _words_of(kind: OwnerKind) -> frozenset[str]:
    inner = (block.split()[0] for block in ALLOWED[kind])
    return frozenset((*inner, *(row.key for row in settings() if row.block == kind)))


_SELECTIONS: tuple[OwnerKind, ...] = ("tag selection", "resource selection")
_OF_TEMPLATES: tuple[OwnerKind, ...] = ("policy", "plan", "rule", *_SELECTIONS)
_VOCABULARY = {kind: _words_of(kind) for kind in _OF_TEMPLATES}
"""The words with which items begin, by the kind of block."""

_ITEM = re.compile(r"^[ \t]*(?P<first>[a-z_]\w*)|(?P<set>[a-z_]\w*)[ \t]*[+-]?=", re.MULTILINE)
_DEEPER = re.compile(r"[{}]")


def _name(words: _Words, block: str, error: ErrorContext) -> tuple[str, Token] | None:
    """The name of a block, invented where it has none; None for blocks without names."""
    if block in ALLOWED and block not in ("plan", "rule", "policy", "copy"):
        return None
    return words.name(STRING if block in ("copy", "test") else NAME, error.token[1])


def _heads_in(error: ErrorContext) -> tuple[str, ...]:
    return tuple(dict.fromkeys(kind.split()[0] for kind in ALLOWED.get(error.owner or "", ()) if kind in _BLOCKS))


_BLOCKS = frozenset(ALLOWED) - {"policy"}


def _tokens(text: str, start: int, end: int) -> Iterable[tuple[str, Token]]:
    tables = grammar()
    for match in tables.token.finditer(text, start, end):
        group = match.lastindex or 0
        if match[group]:
            yield tables.kinds[group], (match[group], *match.span(group))


class _Words:
    """The tokens of a broken head, taken from the front."""

    def __init__(self, tokens: list[tuple[str, Token]]) -> None:
        self._tokens = tokens
        self._next = 0
        self._guess = ""
        self.was_guessed = False

    @property
    def has_set(self) -> bool:
        """Whether a value is set somewhere in the head."""
        return any(token[0] in _SETS for _, token in self._tokens)

    @property
    def left(self) -> int:
        """The number of tokens that follow, the brace counted."""
        return len(self._tokens) - self._next

    def next_is(self, word: str) -> bool:
        """Whether the next token is a word."""
        return self._next < len(self._tokens) and self._tokens[self._next][1][0] == word

    def nearest(self, keywords: tuple[str, ...]) -> str | None:
        """The keyword that the next token is or is meant as; None where it is none."""
        if self._next >= len(self._tokens) or self._tokens[self._next][0] != NAME:
            return None
        word = self._tokens[self._next][1][0]
        if word in keywords:
            return word
        self.was_guessed = True
        return Nearest(keywords).name(word) or None

    def misplaced(self) -> str | None:
        """The next word where it is the keyword of a block that belongs elsewhere."""
        word = self._tokens[self._next][1][0] if self._next < len(self._tokens) else ""
        return word if word in _BLOCKS else None

    def keyword(self, word: str) -> tuple[str, Token]:
        """The next token as a keyword; where another one stands there, it is taken as if it were that."""
        _, start, end = self._tokens[self._next][1]
        self._next += self._next < len(self._tokens) - 1
        return word, (word, start, end)

    def name(self, kind: str, place: int) -> tuple[str, Token]:
        """The next word or string as a name, or else a name that no other block has."""
        key, token = self._tokens[self._next]
        wanted = (STRING,) if kind == STRING else (NAME, STRING)
        if key in wanted:
            self._next += 1
            return key, token
        text = f"unnamed-{place}"
        return kind, (f'"{text}"' if kind == STRING else text, place, place)
