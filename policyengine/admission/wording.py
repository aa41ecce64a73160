"""How the messages of this room name things: values, lists of keys, and the key that was probably meant."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from functools import lru_cache

from policyengine.admission.schema import Container
from policyengine.model.documents import Json

_LONGEST = 120  # characters of a value in a message; every ARN of a vault fits
_COMPARABLE = 100  # characters; no key of AWS comes near, and comparing takes the square of the length


def quoted(text: str) -> str:
    """The author's text in backticks: what does not print is escaped, what is long is cut."""
    shown = text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
    if not shown.isprintable():
        shown = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in shown)
    return f"`{shown}`"


def shape(value: Json) -> str:
    """What kind of thing stands there: `null`, "an object", "a list", or the value itself in backticks."""
    if value is None:
        return "`null`"
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "a list"
    return shown(value)


def shown(value: str | float) -> str:
    """A plain value in backticks, `""` for the empty text."""
    text = spelled(value)
    return quoted(text or '""')


def spelled(value: str | float) -> str:
    """A plain value as the text that AWS makes of it (semantics.md R23)."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    # Python refuses to write out integers of more than 4,300 digits; the hexadecimal form is as unfit and cheap.
    return hex(value) if isinstance(value, int) and value.bit_length() > _COMPARABLE**2 else str(value)


def write(text: str) -> str:
    """Advice to write a text, or an empty text where there is none or it is too long to be of use."""
    return f"write {quoted(text)}" if 0 < len(text) <= _LONGEST else ""


def listed(names: Iterable[str], last: str = "and") -> str:
    """Names in backticks: "`a`, `b` and `c`"."""
    *most, final = [quoted(name) for name in names]
    return f"{', '.join(most)} {last} {final}" if most else final


def nearest(text: str, known: Iterable[str]) -> str:
    """The known name that a mistyped one most likely means, or an empty text; case, `_` and `-` do not count."""
    return _nearest(text, tuple(known)) if len(text) <= _COMPARABLE else ""


@lru_cache(maxsize=4096)
def _nearest(text: str, known: tuple[str, ...]) -> str:
    plain = {_plain(name): name for name in known}
    close = get_close_matches(_plain(text), plain, n=1, cutoff=0.65)
    return plain[close[0]] if close else ""


def _plain(name: str) -> str:
    return name.lower().replace("_", "").replace("-", "")


def key_meant(container: Container, folded: str) -> str:
    """The key of a container that an unknown one most likely stands for, as AWS spells it, or an empty text."""
    if folded in container.advice:
        return ""
    return container.aliases.get(folded) or nearest(folded, container.spelled)


def key_advice(container: Container, folded: str, meant: str) -> str:
    """What to do about an unknown key: the reason it is unknown, the key that was meant, or the keys there are."""
    if advice := container.advice.get(folded):
        return advice
    if meant:
        return f"did you mean {quoted(meant)}?"
    for key, node in container.keys.items():
        if isinstance(node, Container) and folded in node.keys:
            return f"it belongs in {quoted(key)}"
    return f"known here: {listed(container.spelled)}"
