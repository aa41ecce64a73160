"""A data file, JSON or YAML, as a value: what the text says, what is wrong with it, and where each part stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from policyengine.model.documents import Json
from policyengine.model.json_text import JsonFlaw, json_places, json_tokens, load_json
from policyengine.model.tokens import DEEPEST, Built, Flaw, Loc, Place, Wanted, build, wanted_parts
from policyengine.model.yaml_text import yaml_tokens
from policyengine.source import Source

_MARK = "\ufeff"  # some editors begin a file with it


def read_text(source: Source) -> Built:
    """The value of a text. A name that ends in `.json` means JSON; other files hold YAML, or JSON all the same.

    Linear in the text, whatever it holds; nesting, aliases and numbers are bounded. Never raises.
    """
    text = source.text.removeprefix(_MARK)
    if not text.strip():
        return _unreadable(1, "the file is empty")
    strict = source.name.casefold().endswith(".json")
    if strict or text.lstrip()[0] in "{[":
        loaded = load_json(text)
        if not isinstance(loaded, JsonFlaw):
            value, odd = loaded
            return read_slowly(source) if odd else Built(value)
        if strict:
            return _unreadable(loaded.line, loaded.message)
    return _slow_yaml(source)


def nests_too_deeply(value: Json) -> bool:
    """Whether a value has more levels than it ought to have; the quick reading of JSON does not look."""
    level, depth = _containers([value]), 0
    while level and depth <= DEEPEST:
        level = _containers(child for node in level for child in (node.values() if isinstance(node, dict) else node))
        depth += 1
    return bool(level)


def read_slowly(source: Source) -> Built:
    """The value of a JSON text, with all that the quick reading cannot name."""
    text = source.text.removeprefix(_MARK)
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
    if text.lstrip()[:1] in ("{", "[") and not isinstance(load_json(text), JsonFlaw):
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
