"""Shared parts of pages that load nothing: their templates, their styles, scripts and data, and texts from outside.

A room is a package of `policyengine.report` with files for its page, such as `html` with `page.css`.
"""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import NamedTuple, TypeAlias

from jinja2 import Environment, StrictUndefined, Template

from policyengine.report.shown_text import inert, printable

# What could end the block of data, and what a CI system could take for a command in a log; the JSON itself is ASCII.
_ESCAPED = {"<": r"\u003c", ">": r"\u003e", "&": r"\u0026", "##": r"#\u0023"}


class Inline(NamedTuple):
    """A style or script as it stands in the page, and the hash by which the page allows it."""

    text: str
    hash: str


@cache
def inline(room: str, name: str) -> Inline:
    """A style or script of a room."""
    text = _text(room, name)
    digest = b64encode(sha256(text.encode()).digest()).decode("ascii")
    return Inline(text, f"'sha256-{digest}'")


@cache
def page_template(room: str, name: str) -> Template:
    """A template of a room, which escapes what it is given."""
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True
    )
    return environment.from_string(_text(room, name))


def _text(room: str, name: str) -> str:
    return (files(f"policyengine.report.{room}") / name).read_text(encoding="utf-8")


def embedded(json: str) -> str:
    """JSON with nothing in it that HTML could obey; it reads as the same value."""
    for character, escaped in _ESCAPED.items():
        json = json.replace(character, escaped)
    return json


def shown(text: str) -> str:
    """A line from outside that stands outside of the data; the template does what HTML needs."""
    return inert(printable(text))


Pieces: TypeAlias = list[tuple[bool, str]]


def code_pieces(text: str) -> Pieces:
    """A shown text in pieces, each with whether it stood in backticks; of an odd number of these none counts."""
    parts = text.split("`")
    return [(number % 2 == 1, part) for number, part in enumerate(parts)] if len(parts) % 2 else [(False, text)]
