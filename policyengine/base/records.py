"""Decorators for immutable classes: `record` compares by fields, `entity` by identity.

Much like `dataclass(frozen=True, slots=True)`, at a quarter of its cost: that generates and compiles seven methods for
each class at every start, half a millisecond each time, and there are two hundred classes. Here only `__init__` is
generated. That nobody assigns to a field is left to the type checker, which makes construction three times faster, too.

All of `dataclasses` works with them: `field`, `replace`, `fields`. It imports nothing of ours, and all else imports it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from operator import attrgetter
from typing import Any, TypeVar, dataclass_transform

_Class = TypeVar("_Class", bound=type[Any])


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def record(cls: _Class) -> _Class:
    """A class whose instances are equal, and have the same hash, where all fields with `compare` are equal."""
    built: Any = entity(cls)
    compared = tuple(attribute.name for attribute in fields(built) if attribute.compare)
    content: Callable[[object], object] = attrgetter(*compared) if compared else type

    def equals(self: object, other: object) -> bool:
        return content(self) == content(other) if other.__class__ is self.__class__ else NotImplemented

    built.__eq__ = equals
    built.__hash__ = lambda self: hash(content(self))
    result: _Class = built
    return result


@dataclass_transform(eq_default=False, frozen_default=True, field_specifiers=(field,))
def entity(cls: _Class) -> _Class:
    """A class whose instances have an identity: each is equal to itself alone, whatever its fields hold."""
    built: Any = dataclass(slots=True, eq=False, repr=False)(cls)
    shown = tuple(attribute.name for attribute in fields(built) if attribute.repr)
    built.__repr__ = lambda self: (
        f"{cls.__qualname__}({', '.join(f'{name}={getattr(self, name)!r}' for name in shown)})"
    )
    result: _Class = built
    return result
