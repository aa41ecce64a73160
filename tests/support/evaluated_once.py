"""Reports of one project in several formats, from one run over it: the run takes longer than all that is shown of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from types import ModuleType

import pytest

from policyengine.base.source import Source


def evaluate_once(patch: pytest.MonkeyPatch, *commands: ModuleType) -> None:
    """Lets commands keep the results of their `evaluate`, for the same texts, moment and options."""
    for command in commands:
        patch.setattr(command, "evaluate", _kept(command.evaluate))


def _kept(evaluate: Callable[..., object]) -> Callable[..., object]:
    kept = cache(evaluate)

    def answer(sources: Iterable[Source], snapshot: Source | None, **asked: object) -> object:
        return kept(tuple(sources), snapshot, **asked)

    return answer
