"""The paths of settings in the language's words.

`plans/daily/rules/nightly/lifecycle/delete_after_days` is `plan daily/rule nightly/retain`.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from policyengine.aws.merge import keys
from policyengine.aws.setting_rows import BlockRow, SettingRow
from policyengine.aws.settings import (
    CONDITION_KEY,
    CONDITION_VALUE,
    PLAN_BLOCK,
    PLANS,
    ROWS,
    TAG_KEY,
    TAG_VALUE,
)


class PathStep(NamedTuple):
    """A block or setting of a path: AWS's keys of it, and the language's word.

    `name` is the author's, of a block that has one. What no row describes has no `row` and AWS's key as its word.
    """

    row: BlockRow | SettingRow | None
    keys: tuple[str, ...]
    word: str
    name: str = ""

    @property
    def place(self) -> str:
        """AWS's keys as a part of a path."""
        return "/".join(key.replace("~", "~0").replace("/", "~1") for key in self.keys)


def path_steps(path: str) -> tuple[PathStep, ...]:
    """The blocks around a setting of an effective document, outermost first, and the setting itself.

    `path` is that of a published document (interface.md section 4).
    """
    rest = keys(path)
    if rest[0] != PLANS or len(rest) == 1:
        return _foreign(rest)
    steps, block, rest = [PathStep(PLAN_BLOCK, rest[:2], PLAN_BLOCK.kind, rest[1])], PLAN_BLOCK.kind, rest[2:]
    while rest:
        row = next((row for row in _rows_of(block) if _leads(row, rest)), None)
        if row is None:
            return (*steps, *_foreign(rest))
        here, rest = rest[: len(row.path)], rest[len(row.path) :]
        if isinstance(row, SettingRow):
            return (*steps, PathStep(row, here, row.key), *_foreign(rest))
        steps.append(PathStep(row, here, row.kind, here[-1] if row.has_name else ""))
        block = row.body or row.kind
    return tuple(steps)


def leads_to(wanted: str, path: str) -> bool:
    """Whether a path that somebody wrote is that of a setting, or of a block around it.

    Each key may be AWS's or the language's, in any case: `plans/daily/rules/nightly/lifecycle/delete_after_days`,
    `plan daily/rule nightly/retain`.
    """
    spellings = tuple(spelling for step in path_steps(path) for spelling in _spellings(step))
    given = keys(wanted.strip("/").lower())
    return _begins(given, spellings) or _begins(_words_apart(given), spellings)


def in_words(path: str) -> str:
    """A path in the language's words: `plan daily/rule nightly/retain`."""
    return "/".join(f"{step.word} {step.name}" if step.name else step.word for step in path_steps(path))


def word(path: str) -> str:
    """The language's word for the setting at an effective path: `retain`; for a tag or condition its name."""
    row, steps = path_steps(path)[-1].row, keys(path)
    if row in (TAG_KEY, TAG_VALUE, CONDITION_KEY, CONDITION_VALUE):
        return steps[-2]
    return row.key if isinstance(row, SettingRow) else steps[-1]


def _words_apart(given: tuple[str, ...]) -> tuple[str, ...]:
    """The keys with the word of a block and the name after it, `rule nightly`, as two."""
    apart: list[str] = []
    for key in given:
        kind = next((kind for kind in _kinds() if key.startswith(f"{kind} ")), "")
        name = key.removeprefix(f"{kind} ").strip() if kind else ""
        apart += [kind, name.strip('"')] if name else [key]
    return tuple(apart)


def _spellings(step: PathStep) -> list[frozenset[tuple[str, ...]]]:
    """How the keys of a step may be written, and apart from them its name."""
    if not step.name:
        return [frozenset({step.keys, (step.word.lower(),)})]
    return [frozenset({step.keys[:-1], (step.word,)}), frozenset({step.keys[-1:]})]


def _begins(given: tuple[str, ...], spellings: tuple[frozenset[tuple[str, ...]], ...]) -> bool:
    if not given:
        return True
    for spelling in spellings[0] if spellings else ():
        shared = min(len(spelling), len(given))
        if spelling[:shared] == given[:shared] and _begins(given[shared:], spellings[1:]):
            return True
    return False


def _foreign(rest: tuple[str, ...]) -> tuple[PathStep, ...]:
    return tuple(PathStep(None, (key,), key) for key in rest)


def _leads(row: BlockRow | SettingRow, rest: tuple[str, ...]) -> bool:
    """Whether a row's path begins the keys; the author's name, its last, is any."""
    named = isinstance(row, BlockRow) and row.has_name
    fixed = tuple(key.lower() for key in (row.path[:-1] if named else row.path))
    return rest[: len(fixed)] == fixed and len(rest) >= len(row.path)


@cache
def _rows_of(block: str) -> tuple[BlockRow | SettingRow, ...]:
    return tuple(row for row in ROWS if (row.parent if isinstance(row, BlockRow) else row.block) == block)


@cache
def _kinds() -> tuple[str, ...]:
    """The words of blocks that have names, the longest first."""
    kinds = {row.kind for row in ROWS if isinstance(row, BlockRow) and row.has_name}
    return tuple(sorted(kinds, key=len, reverse=True))
