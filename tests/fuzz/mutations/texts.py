"""Changes a text token by token: what is dropped, doubled, moved or put in is a word, a number, a string or a mark."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TypeAlias

from generators.dice import Dice

Tokens: TypeAlias = "list[str]"

LONGEST = 20_000
_USUAL = 3_000
_TOKEN = re.compile(r'"(?:[^"\\\n]|\\.)*"|#[^\n]*|[A-Za-z_@$][\w@$]*(?:-\w+)*|\d+|[ \t]+|\r?\n|.', re.DOTALL)
_BRACKETS = (("{", "}"), ("[", "]"), ("(", ")"), ('"', '"'))


def mutated(text: str, dice: Dice, words: Sequence[str], others: Sequence[str]) -> str:
    """The text with one to four changes; at most `LONGEST` characters of it."""
    tokens: Tokens = _TOKEN.findall(text)
    for _ in range(1 + dice.below(4)):
        change = dice.pick(_SHORTENING if len(tokens) > _USUAL else _CHANGES)
        tokens = change(tokens, dice, words, others)
    return "".join(tokens)[:LONGEST]


def _dropped(tokens: Tokens, dice: Dice, _words: Sequence[str], _others: Sequence[str]) -> Tokens:
    start, end = _stretch(tokens, dice)
    return tokens[:start] + tokens[end:]


def _doubled(tokens: Tokens, dice: Dice, _words: Sequence[str], _others: Sequence[str]) -> Tokens:
    start, end = _stretch(tokens, dice)
    return tokens[:end] + tokens[start:]


def _moved(tokens: Tokens, dice: Dice, _words: Sequence[str], _others: Sequence[str]) -> Tokens:
    start, end = _stretch(tokens, dice)
    rest = tokens[:start] + tokens[end:]
    place = dice.below(len(rest) + 1)
    return rest[:place] + tokens[start:end] + rest[place:]


def _exchanged(tokens: Tokens, dice: Dice, words: Sequence[str], _others: Sequence[str]) -> Tokens:
    place = dice.below(len(tokens))
    return [*tokens[:place], dice.pick(words), *tokens[place + 1 :]]


def _put_in(tokens: Tokens, dice: Dice, words: Sequence[str], _others: Sequence[str]) -> Tokens:
    place = dice.below(len(tokens) + 1)
    return [*tokens[:place], dice.pick(words), *([" "] if dice.chance(50) else []), *tokens[place:]]


def _grafted(tokens: Tokens, dice: Dice, _words: Sequence[str], others: Sequence[str]) -> Tokens:
    """With a stretch of another text."""
    other: Tokens = _TOKEN.findall(dice.pick(others)) if others else tokens
    start, end = _stretch(other, dice)
    place = dice.below(len(tokens) + 1)
    return tokens[:place] + other[start:end] + tokens[place + dice.below(5) :]


def _repeated(tokens: Tokens, dice: Dice, _words: Sequence[str], _others: Sequence[str]) -> Tokens:
    """With a stretch again and again: what takes more than linear time or depth shows here."""
    start, end = _stretch(tokens, dice)
    times = dice.pick((3, 10, 100, 1_000))
    times = min(times, 1 + LONGEST // max(1, len("".join(tokens[start:end]))))
    return tokens[:start] + tokens[start:end] * times + tokens[end:]


def _enclosed(tokens: Tokens, dice: Dice, _words: Sequence[str], _others: Sequence[str]) -> Tokens:
    start, end = _stretch(tokens, dice)
    left, right = dice.pick(_BRACKETS)
    times = dice.pick((1, 1, 1, 2, 200))
    return [*tokens[:start], *[left] * times, *tokens[start:end], *[right] * times, *tokens[end:]]


def _cut(tokens: Tokens, dice: Dice, _words: Sequence[str], _others: Sequence[str]) -> Tokens:
    place = dice.below(len(tokens) + 1)
    return tokens[:place] if dice.chance(50) else tokens[place:]


def _chipped(tokens: Tokens, dice: Dice, _words: Sequence[str], _others: Sequence[str]) -> Tokens:
    """With one token that has lost, or got, a character."""
    place = dice.below(len(tokens))
    token = "".join(tokens[place : place + 1])
    at = dice.below(len(token) + 1)
    chipped = token[:at] + token[at + 1 :] if dice.chance(50) else token[:at] + chr(32 + dice.below(96)) + token[at:]
    return [*tokens[:place], chipped, *tokens[place + 1 :]]


def _stretch(tokens: Tokens, dice: Dice) -> tuple[int, int]:
    start = dice.below(len(tokens))
    return start, min(len(tokens), start + 1 + dice.below(dice.pick((2, 6, 20, 80))))


_SHORTENING: tuple[Callable[[Tokens, Dice, Sequence[str], Sequence[str]], Tokens], ...] = (_dropped, _cut)
_CHANGES = (
    _dropped,
    _doubled,
    _moved,
    _exchanged,
    _exchanged,
    _put_in,
    _put_in,
    _grafted,
    _grafted,
    _repeated,
    _enclosed,
    _cut,
    _chipped,
)
