"""Values: small classes that are what their fields say, and never change.

Much like `dataclass(frozen=True, slots=True)`, at a quarter of its price: that writes and compiles seven methods for
each class at every start, half a millisecond each time, and there are two hundred classes. Here only `__init__` is
made so. That nobody assigns to a field is for the type checker to see, which makes new values three times faster, too.

Everything of `dataclasses` works with them: `field`, `replace`, `fields`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from operator import attrgetter
from typing import Any, TypeVar, dataclass_transform

_Class = TypeVar("_Class", bound=type[Any])


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def record(cls: _Class) -> _Class:
    """A class of values: equal, and of one hash, where the fields are that `compare`."""
    made: Any = entity(cls)
    compared = tuple(found.name for found in fields(made) if found.compare)
    content: Callable[[object], object] = attrgetter(*compared) if compared else type

    def equals(self: object, other: object) -> bool:
        return content(self) == content(other) if other.__class__ is self.__class__ else NotImplemented

    made.__eq__ = equals
    made.__hash__ = lambda self: hash(content(self))
    result: _Class = made
    return result


@dataclass_transform(eq_default=False, frozen_default=True, field_specifiers=(field,))
def entity(cls: _Class) -> _Class:
    """A class of things: each is equal to itself alone, whatever its fields say."""
    made: Any = dataclass(slots=True, eq=False, repr=False)(cls)
    shown = tuple(found.name for found in fields(made) if found.repr)
    made.__repr__ = lambda self: f"{cls.__qualname__}({', '.join(f'{name}={getattr(self, name)!r}' for name in shown)})"
    result: _Class = made
    return result
