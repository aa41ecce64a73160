"""Immutable classes with fields, on msgspec's structs.

A class of a library in C is built in a tenth of the time that `dataclasses` takes to generate one, and there are some
three hundred of them at every start; its instances are built, compared and hashed several times faster, too.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import Any, ClassVar, dataclass_transform

from msgspec import Struct, StructMeta, field


class _RecordMeta(StructMeta):
    """Reads the keyword `uncompared` of a class: fields that equality and hash leave out."""

    def __new__(
        mcls,
        name: str,
        bases: tuple[type, ...],
        namespace: dict[str, object],
        *,
        uncompared: tuple[str, ...] = (),
        **config: Any,  # noqa: ANN401 - for msgspec
    ) -> type[Record]:
        built: Any = super().__new__(mcls, name, bases, namespace, **config)
        if uncompared:
            built.uncompared_fields = (*built.uncompared_fields, *uncompared)
        if built.uncompared_fields:
            _compare_fields(built)
        record: type[Record] = built
        return record


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
class Record(Struct, frozen=True, metaclass=_RecordMeta):
    """Instances are equal, and have the same hash, where they are of one class and all their fields are equal.

    With `eq=False` behind the base an instance is equal to itself alone, whatever its fields hold; with
    `uncompared=("span",)` these fields do not count. The rest is msgspec's: `kw_only`, `weakref`, `structs.replace`.
    """

    uncompared_fields: ClassVar[tuple[str, ...]] = ()


def compared_fields(record: type[Record]) -> tuple[str, ...]:
    """The names of the fields by which instances are equal, in their order."""
    return tuple(name for name in record.__struct_fields__ if name not in record.uncompared_fields)


def _compare_fields(built: type[Record]) -> None:
    names = compared_fields(built)
    content: Callable[[object], object] = attrgetter(*names) if names else type

    def equals(self: object, other: object) -> bool:
        return content(self) == content(other) if other.__class__ is self.__class__ else NotImplemented

    compared: Any = built
    compared.__eq__ = equals
    compared.__hash__ = lambda self: hash(content(self))
