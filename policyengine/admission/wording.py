"""How the messages of this room name values, and the key that was probably meant."""

from __future__ import annotations

from collections.abc import Iterable

from policyengine.admission.schema import Container
from policyengine.facts.names import plain_key
from policyengine.model.documents import Json, spelled
from policyengine.wording import listed, nearest, quoted

_LONGEST = 120  # characters of a value in a message; every ARN of a vault fits


def shape(value: Json) -> str:
    """What kind of thing stands there: `null`, "an object", "a list", or the value itself in backticks."""
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "a list"
    return shown(value)


def shown(value: str | float | None) -> str:
    """A plain value in backticks, `""` for the empty text."""
    text = spelled(value)
    return quoted(text or '""', _LONGEST)


def write(text: str) -> str:
    """Advice to write a text, or an empty text where there is none or it is too long to be of use."""
    return f"write {quoted(text, _LONGEST)}" if 0 < len(text) <= _LONGEST else ""


def known_here(names: Iterable[str]) -> str:
    """What may stand in the place of an unknown name."""
    return f"known here: {listed(names, 'and')}"


def key_meant(container: Container, folded: str) -> tuple[str, ...]:
    """The path of the key that an unknown one most likely stands for, as AWS spells it; empty where there is none."""
    plain = plain_key(folded)
    if plain in container.foreign.advice:
        return ()
    meant = container.foreign.aliases.get(plain) or nearest(folded, container.spelled)
    return tuple(meant.split("/")) if meant else ()


def key_advice(container: Container, folded: str, meant: tuple[str, ...]) -> str:
    """What to do about an unknown key: the reason it is unknown, the key that was meant, or the keys there are."""
    if advice := container.foreign.advice.get(plain_key(folded)):
        return advice
    for key, node in container.keys.items():
        if isinstance(node, Container) and folded in node.keys:
            return f"it belongs in {quoted(key)}"
    if meant:
        *place, last = map(quoted, meant)
        return f"did you mean {' in '.join((last, *place))}?"
    return known_here(container.spelled)
