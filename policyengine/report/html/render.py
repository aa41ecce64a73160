"""The page as text: the template filled, its scripts and styles named by their hashes, its data inert."""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import NamedTuple

from jinja2 import Environment, StrictUndefined, Template

from policyengine import __version__
from policyengine.report.html.content import content
from policyengine.report.html.page import Page
from policyengine.report.json_text import stamp
from policyengine.report.text import inert as without_commands
from policyengine.report.text import printable

_FILES = files("policyengine.report.html")
_STYLES = ("page.css", "words.css", "tree.css", "cards.css", "findings.css", "plans.css")
# In the order in which they need each other.
_SCRIPTS = (
    "dom.js",
    "data.js",
    "address.js",
    "filter.js",
    "trail.js",
    "calendar.js",
    "findings.js",
    "changes.js",
    "requirements.js",
    "plans.js",
    "details.js",
    "rows.js",
    "tree.js",
    "app.js",
)
# What could end the block of data, and what a CI system could take for a command in a log; the JSON itself is ASCII.
_ESCAPED = {"<": r"\u003c", ">": r"\u003e", "&": r"\u0026", "##": r"#\u0023"}


class _Inline(NamedTuple):
    """A style or script as it stands in the page, and the hash that allows it."""

    text: str
    hash: str


def render(page: Page) -> str:
    """The page of a result: one HTML file that needs no other. Equal results give equal texts."""
    styles, scripts = (tuple(map(_inline, names)) for names in (_STYLES, _SCRIPTS))
    return _template().render(
        page=page,
        verdict="fail" if page.failed else "pass",
        at=stamp(page.at),
        compared=_shown(page.compared),
        remarks=tuple(map(_shown, page.remarks)),
        version=__version__,
        styles=styles,
        scripts=scripts,
        data=inert(content(page)),
    )


def inert(text: str) -> str:
    """JSON with nothing in it that HTML could obey; it reads as the same value."""
    for found, escaped in _ESCAPED.items():
        text = text.replace(found, escaped)
    return text


def _shown(text: str) -> str:
    """A text from outside that stands outside of the data; the template does what HTML needs."""
    return without_commands(printable(text))


@cache
def _inline(name: str) -> _Inline:
    text = (_FILES / name).read_text(encoding="utf-8")
    digest = b64encode(sha256(text.encode()).digest()).decode("ascii")
    return _Inline(text, f"'sha256-{digest}'")


@cache
def _template() -> Template:
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True
    )
    return environment.from_string((_FILES / "page.html.jinja").read_text(encoding="utf-8"))
