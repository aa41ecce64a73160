"""Quantities and names in files on cost, as pydantic checks them, and their faults with the lines of a text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from math import isfinite
from typing import Annotated, Any, TypeAlias, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from policyengine.analysis.cost import MOST
from policyengine.aws.facts import resource_types
from policyengine.aws.facts.names import meaning
from policyengine.aws.snapshot import Loc
from policyengine.aws.snapshot.json_or_yaml import faults_at, read_shaped, schema_of
from policyengine.aws.snapshot.shape_faults import value_in_words
from policyengine.base.errors import ConfigurationError, Fault
from policyengine.base.source import Source
from policyengine.base.text import quoted, suggestion

T = TypeVar("T", bound=BaseModel)

_PERCENT = re.compile(r"([0-9]+(?:\.[0-9]+)?) ?%")
_WHOLE = 100


def type_named(text: str) -> str:
    """The language's name of a resource type, or an empty text: `EFS` for `efs`, `StorageGateway` for AWS's name."""
    if text in resource_types("aws"):
        return text
    types = meaning(text).types
    return types[0] if len(types) == 1 else ""


def _type(text: str) -> str:
    name = type_named(text)
    if not name:
        advice = suggestion(text, resource_types("aws")) or "expected one such as EBS or RDS"
        raise PydanticCustomError("resource_type", "no resource type {name}; {advice}", _words(text, advice))
    return name


def _words(text: str, advice: str) -> dict[str, Any]:
    return {"name": quoted(text), "advice": advice}


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not isfinite(value):
        raise PydanticCustomError("quantity", "expected a number, found {found}", {"found": value_in_words(value)})
    if value < 0:
        raise PydanticCustomError("quantity", "expected 0 or more, found {found}", {"found": value_in_words(value)})
    if value > MOST:
        raise PydanticCustomError("quantity", "expected at most 1e15, found {found}", {"found": value_in_words(value)})
    return float(value)


def _share(value: object) -> float:
    match = _PERCENT.fullmatch(value) if isinstance(value, str) else None
    number = float(match[1]) / _WHOLE if match else value
    if isinstance(number, bool) or not isinstance(number, (int, float)) or not 0 <= number <= 1:
        message = "expected a share of the data: `2%`, or a number from 0 to 1, found {found}"
        raise PydanticCustomError("share", message, {"found": value_in_words(value)})
    return float(number)


TypeName: TypeAlias = Annotated[str, AfterValidator(_type)]
"""A resource type, by the language's name once it is read."""

Quantity: TypeAlias = Annotated[float, BeforeValidator(_number), WithJsonSchema({"type": "number", "minimum": 0})]
ExaminedShare: TypeAlias = Annotated[
    float,
    BeforeValidator(_share),
    WithJsonSchema(
        {"anyOf": [{"type": "number", "minimum": 0, "maximum": 1}, {"type": "string", "pattern": "^[0-9.]+ ?%$"}]}
    ),
]


def read_data(source: Source, shape: type[T], title: str, whole: str) -> T:
    """The value of a YAML or JSON text. Raises `ConfigurationError` with all faults and their lines."""
    schema: Callable[[], dict[str, Any]] = lambda: schema_of(shape, title)  # noqa: E731 - built only for faults
    value = read_shaped(source, shape, schema, whole)
    if isinstance(value, list):
        raise faulty(value)
    return value


def located(source: Source, problems: Iterable[tuple[Loc, str]]) -> ConfigurationError:
    """The error for problems at locations of a readable text."""
    return faulty(faults_at(source, problems))


def faulty(faults: Iterable[Fault]) -> ConfigurationError:
    """The error for the faults of a file."""
    return ConfigurationError("\n".join(map(str, faults)))
