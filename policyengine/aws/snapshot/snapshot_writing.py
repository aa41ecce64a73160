"""Writes a snapshot as YAML or JSON: what fits into a line stands in one, so that a change of an account is one line.

What is written is read again as it was: only texts without any doubt go without quotes in YAML.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from policyengine.aws.documents import Json

_WIDE = 120  # characters
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_./-]*")
_WORDS = frozenset(
    {"true", "false", "null", "yes", "no", "on", "off", "y", "n"}
)  # in any case; for every reader of YAML
_UNPRINTABLE = re.compile("[\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")


def snapshot_text(snapshot: dict[str, Json], *, as_json: bool) -> str:
    """The text of a snapshot, which has the members of interface.md section 2. Keys stay in their order."""
    notation = _JsonNotation() if as_json else _YamlNotation()
    return "\n".join(notation.lines(snapshot)) + "\n"


class _JsonNotation:
    """JSON, indented by one space for each level."""

    def lines(self, node: Json, indent: int = 0) -> Iterator[str]:
        """The lines of a value; the first one is not indented, since a key may stand before it."""
        flat = json.dumps(node, ensure_ascii=False)
        if indent and (len(flat) <= _WIDE or not isinstance(node, (Mapping, Sequence)) or isinstance(node, str)):
            yield _escaped(flat)
            return
        pairs = node.items() if isinstance(node, Mapping) else (("", child) for child in _items(node))
        opening, closing = "{}" if isinstance(node, Mapping) else "[]"
        yield opening
        margin = " " * (indent + 1)
        before = ""
        for key, child in pairs:
            if before:
                yield before + ","
            name = f"{_quoted(key)}: " if isinstance(node, Mapping) else ""
            first, *rest = self.lines(child, indent + 1)
            *above, before = [f"{margin}{name}{first}", *rest]
            yield from above
        yield before
        yield " " * indent + closing


class _YamlNotation:
    """YAML in blocks, indented by two spaces, with what fits into a line in braces and brackets."""

    def lines(self, node: Json, indent: int = 0) -> Iterator[str]:
        """The lines of a mapping or list in block notation."""
        margin = " " * indent
        if isinstance(node, Mapping):
            for key, child in node.items():
                yield from self._entry(f"{margin}{_scalar(key)}:", child, indent)
        else:
            for child in _items(node):
                yield from self._entry(f"{margin}-", child, indent)

    def _entry(self, start: str, child: Json, indent: int) -> Iterator[str]:
        flat = _flow(child)
        is_block = isinstance(child, (Mapping, list, tuple)) and child and len(start) + len(flat) >= _WIDE
        if not is_block:
            yield f"{start} {flat}"
        elif start.endswith("-"):
            first, *rest = self.lines(child, indent + 2)
            yield f"{start} {first[indent + 2 :]}"
            yield from rest
        else:
            yield start
            yield from self.lines(child, indent + 2)


def _items(node: Json) -> Sequence[Json]:
    if isinstance(node, (list, tuple)):
        return node
    raise TypeError(node)


def _flow(node: Json) -> str:
    """A value in one line of YAML."""
    if isinstance(node, Mapping):
        return "{" + ", ".join(f"{_scalar(key)}: {_flow(child)}" for key, child in node.items()) + "}"
    if isinstance(node, (list, tuple)):
        return "[" + ", ".join(map(_flow, node)) + "]"
    return _scalar(node) if isinstance(node, str) else json.dumps(node)


def _scalar(text: str) -> str:
    return text if _PLAIN.fullmatch(text) and text.lower() not in _WORDS else _quoted(text)


def _quoted(text: str) -> str:
    """A text in quotes, as JSON and YAML have them, without any character that one of them refuses."""
    return _escaped(json.dumps(text, ensure_ascii=False))


def _escaped(text: str) -> str:
    return _UNPRINTABLE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
