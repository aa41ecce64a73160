"""Templates of CloudFormation in YAML, as the JSON that they stand for: `!Ref Main` is `{"Ref": "Main"}`.

Nothing is constructed but texts, numbers, lists and mappings. What CloudFormation does not take is refused: aliases,
merge keys, tags that are none of its functions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TypeAlias

import yaml

from policyengine.aws.documents import Json
from policyengine.aws.snapshot.tokens import DEEPEST, TOO_DEEP, UnreadableTextError
from policyengine.aws.snapshot.yaml_text import FASTEST, scalar
from policyengine.base.errors import UsageError
from policyengine.base.source import Source
from policyengine.base.text import quoted

_BEGINS = re.compile(r"^(?:Resources|AWSTemplateFormatVersion)[ \t]*:", re.MULTILINE)
_FUNCTION_NAMES = """
    And Base64 Cidr Contains EachMemberEquals EachMemberIn Equals FindInMap ForEach GetAtt GetAZs If ImportValue Join
    Length Not Or RefAll Select Split Sub ToJsonString Transform ValueOf ValueOfAll
"""
_FUNCTIONS = frozenset(_FUNCTION_NAMES.split())
_Events: TypeAlias = "Iterator[yaml.Event]"


def is_template(source: Source) -> bool:
    """Whether a YAML text is a template of CloudFormation, and no snapshot."""
    return _BEGINS.search(source.text) is not None


def read_template(source: Source) -> Json:
    """The template in a YAML text, as JSON. Raises `UsageError` with the place of the first fault."""
    try:
        return _document(iter(yaml.parse(source.text, FASTEST)))
    except UnreadableTextError as error:
        raise _fault(source, error.at, error.message) from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise _fault(source, mark.index if mark else 0, f"this is not YAML: {error.problem or error.context}") from None
    except yaml.YAMLError as error:
        raise _fault(source, 0, f"this is not YAML: {quoted(str(error))}") from None


def _fault(source: Source, at: int, message: str) -> UsageError:
    place = source.position(at)
    return UsageError(f"{source.name}:{place.line}:{place.column}: {message}")


def _document(events: _Events) -> Json:
    for event in events:
        if isinstance(event, yaml.NodeEvent):
            return _node(event, events, 0)
    return None


def _node(event: yaml.Event, events: _Events, depth: int) -> Json:
    at = event.start_mark.index if event.start_mark else 0
    if depth > DEEPEST:
        raise UnreadableTextError(at, TOO_DEEP)
    if isinstance(event, yaml.AliasEvent):
        raise UnreadableTextError(at, "CloudFormation takes no aliases: write the value out")
    function = _function(event.tag, at) if isinstance(event, (yaml.ScalarEvent, yaml.CollectionStartEvent)) else ""
    value = _untagged(event, events, depth)
    if function == "Fn::GetAtt" and isinstance(value, str):
        value = list(value.split(".", 1))
    return {function: value} if function else value


def _untagged(event: yaml.Event, events: _Events, depth: int) -> Json:
    if isinstance(event, yaml.SequenceStartEvent):
        return [_node(inner, events, depth + 1) for inner in _until_end(events)]
    if not isinstance(event, yaml.MappingStartEvent):
        return _scalar(event)
    mapping: dict[str, Json] = {}
    for key in _until_end(events):
        name = str(key.value) if isinstance(key, yaml.ScalarEvent) else ""
        at = key.start_mark.index if key.start_mark else 0
        if not isinstance(key, yaml.ScalarEvent) or name == "<<" or name in mapping:
            found = f"{quoted(name)} a second time" if name in mapping else "a merge, or a key that is no text"
            raise UnreadableTextError(at, f"expected a key, found {found}")
        mapping[name] = _node(next(events), events, depth + 1)
    return mapping


def _until_end(events: _Events) -> _Events:
    for event in events:
        if isinstance(event, yaml.CollectionEndEvent):
            return
        yield event


def _scalar(event: yaml.Event) -> Json:
    if not isinstance(event, yaml.ScalarEvent):
        return None
    plain = event.implicit[0] or (event.tag and event.style is None)
    return scalar(event.value)[0] if plain else event.value


def _function(tag: str | None, at: int) -> str:
    """The key that a short tag stands for; empty without one. Raises `UnreadableTextError` for any other tag."""
    if not tag:
        return ""
    name = tag.removeprefix("!")
    if name in ("Ref", "Condition"):
        return name
    if name in _FUNCTIONS:
        return f"Fn::{name}"
    shown = quoted(tag.replace("tag:yaml.org,2002:", "!!"))
    raise UnreadableTextError(at, f"{shown} is no function of CloudFormation: write the value out")
