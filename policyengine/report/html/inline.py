"""Styles and scripts as they stand in a page that loads nothing, each with the hash by which the page allows it."""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import NamedTuple


class Inline(NamedTuple):
    """A style or script as it stands in the page, and the hash that allows it."""

    text: str
    hash: str


@cache
def inline(room: str, name: str) -> Inline:
    """A file of a room of `policyengine.report`, such as `html` and `page.css`."""
    text = (files(f"policyengine.report.{room}") / name).read_text(encoding="utf-8")
    digest = b64encode(sha256(text.encode()).digest()).decode("ascii")
    return Inline(text, f"'sha256-{digest}'")
