"""Reads a data file, JSON or YAML, into the type that pydantic checks, or into its faults with their lines.

The quick readings do not note places: a faulty text is read a second time to locate its faults.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from policyengine.aws.documents import Json
from policyengine.aws.snapshot.json_text import JsonFlaw, json_places, json_tokens, load_json
from policyengine.aws.snapshot.shape_faults import ShapeFault, path_text, shape_faults
from policyengine.aws.snapshot.tokens import DEEPEST, Flaw, Loc, LocTree, ParsedData, TextPlace, build, loc_tree
from policyengine.aws.snapshot.yaml_text import yaml_tokens
from policyengine.base.errors import Fault
from policyengine.base.source import Source

T = TypeVar("T", bound=BaseModel)

_OURS = re.compile(r"policyengine/([a-z-]+)/")  # the `schema` of what our commands write
_BYTE_ORDER_MARK = "\ufeff"  # some editors begin a file with it
_YAML_MARKS = ("\n", ":", ",", "- ", "[", "{")  # one of them stands before nearly every value
# A snapshot of 50,000 accounts has 0.4 million values and 8 MB as JSON, 0.9 million marks and 12 MB as YAML.
_MOST_VALUES = 4_000_000
_MOST_YAML_VALUES = 3_000_000
_MOST_YAML = 32 << 20  # characters
_MOST_ERRORS = 100_000
_ODD = (
    "a key stands twice in one mapping, a number or a character is none that JSON knows, or the nesting is deeper than "
    f"{DEEPEST} levels; the file is too large to say where"
)


def read_shaped(source: Source, shape: type[T], schema: Callable[[], dict[str, Any]], whole: str) -> T | list[Fault]:
    """The value of a text, JSON where the name ends in `.json`, else YAML or JSON; or its faults in written order.

    `schema` gives the JSON Schema of the shape, and is called only for a faulty text; `whole` says in words what the
    file is expected to hold. Linear in the text. Never raises.
    """
    if not source.text.removeprefix(_BYTE_ORDER_MARK).strip():
        return [Fault(source.name, 1, "", f"the file is empty; expected {whole}")]
    parsed = _read_text(source)
    if not parsed.complete:
        return located_faults(source, [], parsed)
    try:
        value = shape.model_validate(parsed.value)
    except ValidationError as error:
        if _nests_too_deeply(parsed.value):
            return located_faults(source, [], _read_odd_json(source))
        if other := _another_kind(parsed.value, shape):
            return [Fault(source.name, 1, "", f"the file is {other}; expected {whole}")]
        return located_faults(source, _shape_faults(error, parsed.value, shape, schema(), whole), parsed)
    return located_faults(source, [], parsed) if parsed.faults else value


def _another_kind(value: object, shape: type[BaseModel]) -> str:
    """What a mapping is that was given in place of one of a shape, by a key that the shape lacks; empty if unclear."""
    if not isinstance(value, dict):
        return ""
    keys = value.keys() - {field.alias or name for name, field in shape.model_fields.items()}
    if "schema" in keys and (ours := _OURS.match(str(value["schema"]))):
        return f"output of `policyengine {ours[1]}`"
    return "a backup policy" if "plans" in keys and len(value) == 1 else ""


def located_faults(source: Source, shapes: list[ShapeFault], parsed: ParsedData) -> list[Fault]:
    """Faults of shape and of notation with their lines, in the order of the file; a value has no fault of both."""
    places = _places(source, [fault.loc for fault in shapes]) if shapes else {}
    faults = [Fault(source.name, flaw.line, path_text(flaw.loc), flaw.message) for flaw in parsed.faults]
    reported = {flaw.loc for flaw in parsed.faults}
    for fault in (fault for fault in shapes if fault.loc not in reported):
        place = places[fault.loc]
        line = place.key_line if fault.at_key else place.line
        faults.append(Fault(source.name, line, path_text(fault.loc), fault.message))
    return sorted(faults, key=lambda fault: fault.line)


def faults_at(source: Source, problems: Iterable[tuple[Loc, str]]) -> list[Fault]:
    """Faults for problems at locations of a readable text, in the order of the file."""
    return located_faults(source, [ShapeFault(loc, message) for loc, message in problems], ParsedData())


def _read_text(source: Source) -> ParsedData:
    """The value of a text: JSON where the name ends in `.json`, else YAML or JSON, which is tried first as it is quick.

    Linear in the text, whatever it holds; nesting, aliases and numbers are bounded. Never raises.
    """
    text = source.text.removeprefix(_BYTE_ORDER_MARK)
    if not text.strip():
        return _unreadable(1, "the file is empty")
    if _is_strict(source) or _looks_like_json(text):
        if (number := _count(text, ",{[")) > _MOST_VALUES:
            signs = "commas and opening brackets"
            return _unreadable(1, f"there are {number:,} {signs}, expected at most {_MOST_VALUES:,}")
        loaded = load_json(text)
        if not isinstance(loaded, JsonFlaw):
            value, odd = loaded
            return _read_odd_json(source) if odd else ParsedData(value)
        if _is_strict(source):
            return _unreadable(loaded.line, loaded.message)
    return _unreadable(1, excess) if (excess := _too_much_yaml(text)) else _read_yaml(source)


def _count(text: str, marks: Iterable[str]) -> int:
    return sum(text.count(mark) for mark in marks)


def _is_strict(source: Source) -> bool:
    """Whether the name says that the text is JSON and nothing else."""
    return source.name.casefold().endswith(".json")


def _looks_like_json(text: str) -> bool:
    return text.lstrip()[:1] in ("{", "[")


def _too_much_yaml(text: str) -> str:
    """The reason why a text takes too long to read as YAML, or an empty text. JSON is read ten times faster."""
    advice = "write it as JSON, of which more is read"
    if len(text) > _MOST_YAML:
        return f"there are {len(text):,} characters of YAML, expected at most {_MOST_YAML:,}: {advice}"
    if (number := _count(text, _YAML_MARKS)) > _MOST_YAML_VALUES:
        signs = "lines, colons, commas, dashes and opening brackets"
        return f"there are {number:,} {signs} of YAML, expected at most {_MOST_YAML_VALUES:,}: {advice}"
    return ""


def _read_odd_json(source: Source) -> ParsedData:
    """The value of a JSON text, with the faults that the quick reading only notices; as slow as reading YAML."""
    text = source.text.removeprefix(_BYTE_ORDER_MARK)
    if _too_much_yaml(text):
        return _unreadable(1, _ODD)
    return build(json_tokens(text), _line_of(text))


def _read_yaml(source: Source, wanted: Iterable[Loc] = ()) -> ParsedData:
    text = source.text.removeprefix(_BYTE_ORDER_MARK)
    return build(yaml_tokens(text), _line_of(text), wanted)


def _line_of(text: str) -> Callable[[int], int]:
    """The function from an offset in a text to its line, counted from 1."""
    lines = Source("", text)
    return lambda at: lines.position(at).line


def _unreadable(line: int, message: str) -> ParsedData:
    return ParsedData(faults=[Flaw(line, (), message)], complete=False)


def _nests_too_deeply(value: Json) -> bool:
    """Whether a value has more than `DEEPEST` levels, which the quick reading of JSON does not check."""
    level, depth = _containers([value]), 0
    while level and depth <= DEEPEST:
        level = _containers(child for node in level for child in (node.values() if isinstance(node, dict) else node))
        depth += 1
    return bool(level)


def _containers(values: Iterable[Json]) -> list[dict[str, Json] | list[Json]]:
    return [value for value in values if isinstance(value, (dict, list))]


def _places(source: Source, wanted: Iterable[Loc]) -> dict[Loc, TextPlace]:
    """The places of values of a readable text; a value without a place of its own has that of its nearest ancestor.

    Reads the text a second time.
    """
    locs = list(wanted)
    places = _places_in_text(source, loc_tree(locs) or {}, locs)
    start = TextPlace(1, 1)
    return {loc: next((places[loc[:n]] for n in range(len(loc), 0, -1) if loc[:n] in places), start) for loc in locs}


def _places_in_text(source: Source, parts: LocTree, locs: list[Loc]) -> dict[Loc, TextPlace]:
    text = source.text.removeprefix(_BYTE_ORDER_MARK)
    if _is_strict(source) or (_looks_like_json(text) and not isinstance(load_json(text), JsonFlaw)):
        return json_places(text, _line_of(text), parts)
    return _read_yaml(source, locs).places


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
            if fewer.error_count() <= _MOST_ERRORS and (faults := shape_faults(fewer, schema, whole, complete=False)):
                return faults
    return [ShapeFault((), f"{number:,} values are not what is expected where they stand")]


def _cut(value: Json, most: int) -> Json:
    """A value with the first entries of its lists and mappings."""
    if isinstance(value, dict):
        return {key: _cut(below, most) for key, below in islice(value.items(), most)}
    return [_cut(below, most) for below in islice(value, most)] if isinstance(value, list) else value


def schema_of(shape: type[BaseModel], title: str) -> dict[str, Any]:
    """The JSON Schema (2020-12) of a shape, under a title."""
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": title}
    return {**head, **_plain(shape.model_json_schema())}


def _plain(node: Any) -> Any:  # noqa: ANN401 - JSON
    """A schema without the titles and empty defaults that pydantic generates."""
    if isinstance(node, list):
        return [_plain(item) for item in node]
    if not isinstance(node, dict):
        return node
    return {key: _plain(value) for key, value in node.items() if not _is_generated(key, value)}


def _is_generated(key: str, value: object) -> bool:
    return (key == "default" and value is None) or (key == "title" and isinstance(value, str))
