"""What could have stood at a place, in the reader's words."""

from __future__ import annotations

from policyengine.syntax._grammar import END, NAME, STRING, grammar
from policyengine.syntax._places import ALLOWED, OwnerKind

_MOST_SHOWN = 6
_KEPT = 4  # of a longer list

_SCHEDULES = frozenset({"hourly", "every", "daily", "weekly", "monthly", "yearly", "cron"})
_CONSTANTS = frozenset({NAME, STRING, "<INT>", "[", "forever", "true", "false"})
_OPERANDS = _CONSTANTS | {"("}
_CONDITIONS = _OPERANDS | {"not", "every", "some", "no", "at"}
_COMPARATORS = frozenset({"==", "!=", "<", "<=", ">", ">=", "in", "like"})
_UNITS = frozenset(unit + end for unit in ("minute", "hour", "day", "week", "month", "year") for end in ("", "s"))

_GROUPS: tuple[tuple[frozenset[str], frozenset[str], str], ...] = (
    # what must be possible, what it stands for, what it is called
    (_SCHEDULES, _SCHEDULES | _CONSTANTS, "a value"),
    (frozenset({"every", "not", "("}), _CONDITIONS, "a condition"),
    (frozenset({"forever", "("}), _OPERANDS, "something to compare with"),
    (frozenset({"==", "<"}), _COMPARATORS | {".", "["}, "a comparison such as `==`"),
    (frozenset({"policy", "attach"}), frozenset(), "a statement such as `policy` or `attach`"),
    (frozenset({"day", "days"}), _UNITS, "a unit such as `days`"),
    (frozenset({"<TIME>"}), frozenset({"<TIME>", "<PAST>", "<INT>"}), "a time such as `05:00`"),
    (frozenset({"day", NAME, "<INT>"}), frozenset({"day", NAME, "<INT>"}), "a day"),
    (frozenset({"+=", "="}), frozenset({"=", "+=", "-="}), "`=`"),
    (frozenset({NAME}), frozenset({NAME, STRING}), "a name"),
    (frozenset({STRING}), frozenset({STRING}), "a string"),
    (frozenset({"<INT>"}), frozenset({"<INT>"}), "a number"),
    (frozenset({"<DATE>"}), frozenset({"<DATE>"}), "a date such as `2027-03-31`"),
    (frozenset({END}), frozenset({END}), "the end of the file"),
)

_ROWS = tuple(zip(grammar().states, grammar().gotos, strict=True))
_FIRST, _IN_BRACES = (next(row for row, goto in _ROWS if name in goto) for name in ("statements", "items"))
STATEMENT_WORDS = frozenset(_FIRST) - {END}
"""The words that statements begin with."""
DEFINING = frozenset({"let", "template", "policy"})
"""Those of them that give names to what other files may use."""
ITEM_WORDS = frozenset(_IN_BRACES) - {NAME, STRING, "}"}
"""The words that items of a policy begin with."""


def acceptable(states: list[int]) -> set[str]:
    """Every key that could really come next: not only looked at, but shifted in the end."""
    return {key for key in grammar().states[states[-1]] if _leads_on(states, key)}


def _leads_on(states: list[int], key: str) -> bool:
    tables, stack = grammar(), list(states)
    while (action := tables.states[stack[-1]].get(key, 0)) < 0:
        name, size, _ = tables.rules[-action - 1]
        del stack[len(stack) - size :]
        stack.append(tables.gotos[stack[-1]][name])
    return action > 0 or (key == END and stack[-1] == tables.end)


def phrase(keys: set[str], owner: OwnerKind | None) -> str:
    """`a setting, `rule` or `}``: the keys as a reader would say them; `owner` is the block that it is about."""
    left, shown = set(keys), []
    if left >= ITEM_WORDS:
        shown += _parts(owner)
        left -= ITEM_WORDS | {NAME, STRING}
    if "policy" in left:
        left -= STATEMENT_WORDS - {"policy", "attach"} | {END}
    if "{" in left:
        left.discard(STRING)  # the title before it is nobody's duty
    for needed, covered, name in _GROUPS:
        if left >= needed:
            shown.append(name)
            left -= needed | covered
    shown += [f"`{key}`" for key in sorted(left, key=lambda key: (not key[0].isalpha(), key))]
    return _joined(shown)


def _parts(owner: OwnerKind | None) -> list[str]:
    kinds = ALLOWED[owner] if owner else frozenset({"setting"})
    order = ("setting", "plan", "rule", "copy", "where", "tag selection", "resource selection")
    parts = ["a setting" if kind == "setting" else f"`{kind}`" for kind in order if kind in kinds]
    return parts + [f"`{kind}`" for kind in sorted(kinds.difference(order) - {"children"})] + ["`children may`"]


def _joined(parts: list[str]) -> str:
    if len(parts) > _MOST_SHOWN:
        parts = [*parts[:_KEPT], "...", parts[-1]]
    if len(parts) == 1:
        return parts[0]
    return f"{', '.join(parts[:-1])} or {parts[-1]}"
