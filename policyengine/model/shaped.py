"""A data text in a shape that pydantic checks: the typed value, or every fault with its line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from policyengine.errors import Fault
from policyengine.model.reading import nests_too_deeply, places, read_slowly, read_text
from policyengine.model.shape_faults import ShapeFault, shape_faults
from policyengine.model.tokens import Built
from policyengine.model.wording import path_text
from policyengine.source import Source

T = TypeVar("T", bound=BaseModel)


def read_shaped(source: Source, shape: type[T], schema: Callable[[], dict[str, Any]], whole: str) -> T | list[Fault]:
    """The value of a text, JSON where the name ends in `.json`, else YAML or JSON; or its faults in written order.

    `schema` gives the JSON Schema of the shape, which is asked for where something is wrong; `whole` says in words what
    the file is expected to hold. Linear in the text.
    """
    built = read_text(source)
    if not built.complete:
        return placed(source, [], built)
    try:
        value = shape.model_validate(built.value)
    except ValidationError as error:
        if nests_too_deeply(built.value):
            return placed(source, [], read_slowly(source))
        return placed(source, shape_faults(error, schema(), whole), built)
    return placed(source, [], built) if built.faults else value


def placed(source: Source, shapes: list[ShapeFault], built: Built) -> list[Fault]:
    """Faults of shape and of notation with their lines, in the order of the file; one for each value."""
    where = places(source, [fault.loc for fault in shapes]) if shapes else {}
    faults = [Fault(source.name, flaw.line, path_text(flaw.loc), flaw.message) for flaw in built.faults]
    told = {flaw.loc for flaw in built.faults}
    for fault in (fault for fault in shapes if fault.loc not in told):
        place = where[fault.loc]
        line = place.key_line if fault.at_key else place.line
        faults.append(Fault(source.name, line, path_text(fault.loc), fault.message))
    return sorted(faults, key=lambda fault: fault.line)


def schema_of(shape: type[BaseModel], title: str) -> dict[str, Any]:
    """The JSON Schema of a shape."""
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": title}
    return {**head, **_plain(shape.model_json_schema())}


def _plain(node: Any) -> Any:  # noqa: ANN401 - JSON
    """A schema without the titles and empty defaults that pydantic makes up."""
    if isinstance(node, list):
        return [_plain(item) for item in node]
    if not isinstance(node, dict):
        return node
    return {key: _plain(value) for key, value in node.items() if not _made_up(key, value)}


def _made_up(key: str, value: object) -> bool:
    return (key == "default" and value is None) or (key == "title" and isinstance(value, str))
