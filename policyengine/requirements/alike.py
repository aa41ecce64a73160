"""Conditions that say the same in the same words are one object: what packs have in common is found out once."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import fields
from typing import TYPE_CHECKING, Any, TypeVar

from policyengine.syntax import expression_text

if TYPE_CHECKING:
    from policyengine.requirements.typed import Condition

C = TypeVar("C", bound="Condition")


class Alike:
    """What was typed so far, by all that it says."""

    def __init__(self) -> None:
        self._known: dict[Hashable, Any] = {}

    def __call__(self, typed: C) -> C:
        """The same, typed before; its parts are what this gave out."""
        said = [(field.name, getattr(typed, field.name)) for field in fields(typed) if field.init]
        words = tuple(expression_text(value) if name == "written" else value for name, value in said)
        known: C = self._known.setdefault((type(typed), words), typed)
        return known
