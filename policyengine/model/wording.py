"""How paths and values from outside are shown in a message."""

from __future__ import annotations

import re

from policyengine.wording import escaped, quoted

_LONGEST = 60
_SIMPLE_KEY = re.compile(r"[\w-]+", re.ASCII)


def path_text(path: tuple[str | int, ...]) -> str:
    """`root.units[0].name`; a key that is no plain word stands in brackets and quotes."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        elif len(step) <= _LONGEST and _SIMPLE_KEY.fullmatch(step):
            text += f".{step}" if text else step
        else:
            text += f'["{escaped(step)}"]'
    return text


def found(value: object) -> str:
    """What stands there, in words: `the number 5`, "the text `x`", `a list`."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, str):
        return f"the text {quoted(value)}" if value else "an empty text"
    if isinstance(value, (int, float)):
        return f"the number {escaped(str(value))}"
    if isinstance(value, (list, tuple)):
        return "a list"
    return "a mapping" if isinstance(value, dict) else "a date or time"
