"""Reads a data file, JSON or YAML: its value, the place of each part, and every fault with its line.

`read_text` gives the plain value, `read_shaped` the typed one that pydantic checks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from policyengine.aws.documents import Json
from policyengine.aws.snapshot.json_text import JsonFlaw, json_places, json_tokens, load_json
from policyengine.aws.snapshot.shape_faults import ShapeFault, path_text, shape_faults
from policyengine.aws.snapshot.tokens import DEEPEST, Built, Flaw, Loc, Place, Wanted, build, wanted_parts
from policyengine.aws.snapshot.yaml_text import yaml_tokens
from policyengine.base.errors import Fault
from policyengine.base.source import Source

_MARK = "\ufeff"  # some editors begin a file with it
_YAML_MARKS = ("\n", ":", ",", "- ", "[", "{")  # one of them stands before nearly every value
# A snapshot of 50,000 accounts has 0.4 million values and 8 MB as JSON, 0.9 million marks and 12 MB as YAML.
_ODD = (
    "a key stands twice in one mapping, a number or a character is none that JSON knows, or the nesting is deeper than "
    f"{DEEPEST} levels; the file is too large to say where"
)
_MOST_VALUES = 4_000_000
_MOST_YAML_VALUES = 3_000_000
_MOST_ERRORS = 100_000
_MOST_YAML = 32 << 20  # characters


def read_text(source: Source) -> Built:
    """The value of a text. A name that ends in `.json` means JSON; other files hold YAML, or JSON all the same.

    Linear in the text, whatever it holds; nesting, aliases and numbers are bounded. Never raises.
    """
    text = source.text.removeprefix(_MARK)
    if not text.strip():
        return _unreadable(1, "the file is empty")
    if _is_strict(source) or _looks_like_json(text):
        if (number := _count(text, ",{[")) > _MOST_VALUES:
            signs = "commas and opening brackets"
            return _unreadable(1, f"there are {number:,} {signs}, expected at most {_MOST_VALUES:,}")
        loaded = load_json(text)
        if not isinstance(loaded, JsonFlaw):
            value, odd = loaded
            return read_slowly(source) if odd else Built(value)
        if _is_strict(source):
            return _unreadable(loaded.line, loaded.message)
    return _unreadable(1, flaw) if (flaw := _too_much_yaml(text)) else _slow_yaml(source)


def _count(text: str, marks: Iterable[str]) -> int:
    return sum(text.count(mark) for mark in marks)


def _is_strict(source: Source) -> bool:
    """Whether the name says that the text is JSON and nothing else."""
    return source.name.casefold().endswith(".json")


def _looks_like_json(text: str) -> bool:
    return text.lstrip()[:1] in ("{", "[")


def _too_much_yaml(text: str) -> str:
    """Why a text takes too long to read as YAML, or an empty text. JSON is read ten times faster."""
    advice = "write it as JSON, of which more is read"
    if len(text) > _MOST_YAML:
        return f"there are {len(text):,} characters of YAML, expected at most {_MOST_YAML:,}: {advice}"
    if (number := _count(text, _YAML_MARKS)) > _MOST_YAML_VALUES:
        signs = "lines, colons, commas, dashes and opening brackets"
        return f"there are {number:,} {signs} of YAML, expected at most {_MOST_YAML_VALUES:,}: {advice}"
    return ""


def nests_too_deeply(value: Json) -> bool:
    """Whether a value has more levels than it ought to have; the quick reading of JSON does not look."""
    level, depth = _containers([value]), 0
    while level and depth <= DEEPEST:
        level = _containers(child for node in level for child in (node.values() if isinstance(node, dict) else node))
        depth += 1
    return bool(level)


def read_slowly(source: Source) -> Built:
    """The value of a JSON text, with all that the quick reading cannot name; which is as slow as YAML."""
    text = source.text.removeprefix(_MARK)
    if _too_much_yaml(text):
        return _unreadable(1, _ODD)
    return build(json_tokens(text), _line_of(text))


def places(source: Source, wanted: Iterable[Loc]) -> dict[Loc, Place]:
    """Where values of a text stand that `read_text` could read. What has no place of its own has its ancestor's.

    Reads the text once more.
    """
    locs = list(wanted)
    known = _known_places(source, wanted_parts(locs) or {}, locs)
    nowhere = Place(1, 1)
    return {loc: next((known[loc[:n]] for n in range(len(loc), 0, -1) if loc[:n] in known), nowhere) for loc in locs}


def _known_places(source: Source, parts: Wanted, locs: list[Loc]) -> dict[Loc, Place]:
    text = source.text.removeprefix(_MARK)
    if _is_strict(source) or (_looks_like_json(text) and not isinstance(load_json(text), JsonFlaw)):
        return json_places(text, _line_of(text), parts)
    return _slow_yaml(source, locs).places


def _containers(values: Iterable[Json]) -> list[dict[str, Json] | list[Json]]:
    return [value for value in values if isinstance(value, (dict, list))]


def _slow_yaml(source: Source, wanted: Iterable[Loc] = ()) -> Built:
    text = source.text.removeprefix(_MARK)
    return build(yaml_tokens(text), _line_of(text), wanted)


def _line_of(text: str) -> Callable[[int], int]:
    """From an offset in a text to its line, counted from 1."""
    lines = Source("", text)
    return lambda at: lines.position(at).line


def _unreadable(line: int, message: str) -> Built:
    return Built(faults=[Flaw(line, (), message)], complete=False)


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
        return placed(source, _shape_faults(error, built.value, shape, schema(), whole), built)
    return placed(source, [], built) if built.faults else value


def _shape_faults(
    error: ValidationError, value: Json, shape: type[BaseModel], schema: dict[str, Any], whole: str
) -> list[ShapeFault]:
    """The faults; of more than anybody reads those in the first entries of long lists and mappings.

    The library lists all or none, and a list of millions takes gigabytes.
    """
    number = error.error_count()
    if number <= _MOST_ERRORS:
        return shape_faults(error, schema, whole)
    for most in (10_000, 1_000, 100, 10):
        try:
            shape.model_validate(_cut(value, most))
        except ValidationError as fewer:
            if fewer.error_count() <= _MOST_ERRORS and (told := shape_faults(fewer, schema, whole, complete=False)):
                return told
    return [ShapeFault((), f"{number:,} values are not what is expected where they stand")]


def _cut(value: Json, most: int) -> Json:
    """A value with the first entries of its lists and mappings."""
    if isinstance(value, dict):
        return {key: _cut(below, most) for key, below in islice(value.items(), most)}
    return [_cut(below, most) for below in islice(value, most)] if isinstance(value, list) else value


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
