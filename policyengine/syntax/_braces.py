"""Which brace was never closed. The parser only sees that one is missing in the end; the layout shows which."""

from __future__ import annotations

import re

from policyengine.syntax._scene import indent

_BRACES = re.compile(r'"[^"\\\n]*(?:\\[^\n][^"\\\n]*)*"|#[^\n]*|(?P<open>\{)|(?P<close>\})')


def never_closed(text: str, end: int) -> int | None:
    """The offset of the `{` before `end` that lacks its `}`; None where all are closed.

    The first one whose place is taken by a `}` that lines up with an outer block, else the innermost one open.
    """
    waiting: list[int] = []
    for match in _BRACES.finditer(text, 0, end):
        if match["open"]:
            waiting.append(match.start())
        elif match["close"] and waiting:
            depth = indent(text, match.start())
            if depth < indent(text, waiting[-1]) and any(indent(text, brace) == depth for brace in waiting[:-1]):
                return waiting[-1]
            waiting.pop()
    return waiting[-1] if waiting else None
