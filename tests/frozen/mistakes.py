"""Texts with a mistake in them: of good texts, and those that the tests are written with."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from generators.dice import Dice

TESTS = Path(__file__).parents[1]
TOKEN = re.compile(r'"(?:[^"\\\n]|\\.)*"|[\w-]+|\s+|.')
STATEMENT = re.compile(
    r"^\s*(?:language|let|template|policy|attach|require|use|waive|test)\b.*[{=\"]|^attach ", re.MULTILINE
)
WITHIN = {
    "text": "{}",
    "rule": "policy p {{\n  plan a {{\n    rule r {{\n      {}\n    }}\n  }}\n}}\n",
    "require": "require r {{\n  {}\n}}\n",
}
ODD = ("}", "{", "=", "]", '"', "@", "policy", "36 hours", "12", "to", "é", "==", "\t", "#", "25:00", "2026-13-01")


def with_mistake(dice: Dice, text: str) -> str:
    """The same text with one mistake, or now and then with two or three."""
    for _ in range(dice.pick((1, 1, 1, 2, 3))):
        text = dice.pick(MISTAKES)(dice, text)
    return text


def texts_of_tests() -> Iterator[tuple[str, str]]:
    """Every text in the language that stands in a test, by a name; what tests mark with « and » stands in a frame as well."""
    seen: set[str] = set()
    for file in sorted(set(TESTS.rglob("*.py")) - set(Path(__file__).parent.iterdir())):
        for line, text in _literals(file):
            for frame in _frames(text):
                whole = WITHIN[frame].format(text.replace("«", "").replace("»", ""))
                if whole not in seen:
                    seen.add(whole)
                    yield f"{file.relative_to(TESTS)}:{line} {frame}", whole


def _frames(text: str) -> tuple[str, ...]:
    if "«" in text:
        return tuple(WITHIN)
    return ("text",) if STATEMENT.search(text) else ()


def _literals(file: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and 8 < len(node.value) < 10_000:
            yield node.lineno, node.value.encode(errors="replace").decode()


def _cut(dice: Dice, text: str) -> str:
    """Without one token."""
    tokens, place = _some_token(dice, text)
    return "".join([*tokens[:place], *tokens[place + 1 :]])


def _put(dice: Dice, text: str) -> str:
    """With one token that is odd there."""
    tokens, place = _some_token(dice, text)
    return "".join([*tokens[:place], dice.pick(ODD), " ", *tokens[place:]])


def _misspell(dice: Dice, text: str) -> str:
    """With two letters of a word swapped."""
    tokens, place = _some_token(dice, text, r"\w{3}")
    letter = dice.below(max(1, len(tokens[place]) - 1))
    word = tokens[place]
    tokens[place] = word[:letter] + word[letter + 1 : letter + 2] + word[letter : letter + 1] + word[letter + 2 :]
    return "".join(tokens)


def _cut_line(dice: Dice, text: str) -> str:
    lines = text.splitlines(keepends=True)
    place = dice.below(len(lines))
    return "".join([*lines[:place], *lines[place + 1 :]])


def _cut_brace(dice: Dice, text: str) -> str:
    tokens, place = _some_token(dice, text, r"[\[\]{}()\"]")
    return "".join([*tokens[:place], *tokens[place + 1 :]])


def _swap(dice: Dice, text: str) -> str:
    """With a token of one place at another as well."""
    tokens, place = _some_token(dice, text)
    _, other = _some_token(dice, text)
    tokens[other] = tokens[place]
    return "".join(tokens)


def _some_token(dice: Dice, text: str, pattern: str = r"\S") -> tuple[list[str], int]:
    tokens = [*TOKEN.findall(text), ""]
    places = [place for place, token in enumerate(tokens) if re.match(pattern, token)]
    return tokens, dice.pick(places or [0])


MISTAKES: tuple[Callable[[Dice, str], str], ...] = (_misspell, _cut, _put, _misspell, _cut_line, _cut_brace, _swap)
