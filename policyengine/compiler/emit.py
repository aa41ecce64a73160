"""From a finished tree to AWS's document: its JSON, its sizes, and the place of every key."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from policyengine.compiler.node import Node
from policyengine.model.documents import CONTROL, VALUE_OPERATORS, Json, Origin, PolicyDocument
from policyengine.syntax.nodes import Policy

Path = tuple[str, ...]


def emit(policy: Policy, root: Node) -> PolicyDocument:
    """The document of a policy from its tree, whose root is AWS's `plans`."""
    content: Json = {root.key: _content(root)}
    size = len(json.dumps(content, separators=(",", ":"), ensure_ascii=False))
    origins, words = _places(root)
    return PolicyDocument(
        name=policy.name.text,
        content=content,
        size=size,
        minified_size=size,
        span=policy.head,
        description=policy.description.value if policy.description else "",
        origins=origins,
        words=words,
    )


def _content(node: Node) -> Json:
    written: dict[str, Json] = {}
    if node.control:
        written[CONTROL] = list(node.control.operators)
    for operator in VALUE_OPERATORS:
        if operator in node.values:
            value = node.values[operator].value
            written[operator] = value if isinstance(value, str) else list(value)
    for child in _in_order(node):
        written[child.key] = _content(child)
    return written


def _in_order(node: Node) -> Iterator[Node]:
    """The children in the order of AWS's tree; named ones as they were written."""
    if node.shape.named:
        yield from node.children.values()
    else:
        yield from (node.children[key] for key in node.shape.children if key in node.children)


def _places(root: Node) -> tuple[dict[Path, Origin], dict[Path, Mapping[str, str]]]:
    """Where everything was written, and the words of each block."""
    origins: dict[Path, Origin] = {}
    words: dict[Path, Mapping[str, str]] = {}
    waiting: list[tuple[Path, Node]] = [((root.key.lower(),), root)]
    while waiting:
        path, node = waiting.pop()
        origins[path] = node.origin
        if node.shape.block == "tag":  # `Owner = "x"`
            words[path] = {"tag_value": node.key}
        elif node.shape.spoken:
            words[path] = node.shape.spoken
        if node.control:
            origins[*path, CONTROL] = node.control.origin
        for operator, held in node.values.items():
            origins[*path, operator] = held.origin
        waiting.extend(((*path, key), child) for key, child in node.children.items())
    return origins, words
