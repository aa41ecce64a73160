"""JSON as every command writes it: ASCII, keys as given, two spaces, a line break at the end.

Nothing in it is a command for a CI system that looks for `##[error]` and the like in what a step prints.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import repeat
from typing import Any

from policyengine.aws.merge import EffectiveError, Step, keys, operand
from policyengine.aws.organization import Entity
from policyengine.base.diagnostics import Diagnostic, Fix
from policyengine.base.source import Span
from policyengine.report.shown_text import LOG_COMMAND

_NESTED = frozenset((dict, list, tuple))


def to_json(value: object) -> str:
    """A value as indented JSON text, the keys of objects being texts."""
    parts: list[str] = []
    _write(value, "\n", parts)
    return _without_commands("".join(parts)) + "\n"


def json_parts(head: Mapping[str, object], name: str, items: Iterable[object]) -> Iterator[str]:
    """`to_json` of `head` with a list as its last value, an item at a time: the whole text need not be in memory."""
    yield to_json(head).removesuffix("\n}\n") + f",\n  {_plain(name)}: ["
    before, end = "\n    ", "]\n}\n"
    for item in items:
        parts = [before]
        _write(item, "\n    ", parts)
        yield _without_commands("".join(parts))
        before, end = ",\n    ", "\n  ]\n}\n"
    yield end


def to_json_line(value: object, *, sort: bool = False) -> str:
    """A value as JSON text in one line that is not ended; `sort` puts its keys in order."""
    return _without_commands(json.dumps(value, sort_keys=sort))


def stamp(at: datetime) -> str:
    """A moment as the outputs echo it, UTC."""
    return f"{at.replace(tzinfo=None).isoformat(timespec='seconds')}Z"


def location(span: Span | None) -> dict[str, object] | None:
    """A place as interface.md section 4 has it; the end is exclusive."""
    if span is None:
        return None
    first, last = span.first, span.last
    return {
        "file": span.source.name,
        "line": first.line,
        "column": first.column,
        "end_line": last.line,
        "end_column": last.column,
    }


def finding_json(diagnostic: Diagnostic) -> dict[str, object]:
    """A finding as interface.md section 4 has it."""
    fix = {"fix": fix_json(diagnostic.fix)} if diagnostic.fix else {}
    resources = {"resources": list(diagnostic.arns)} if diagnostic.resources else {}
    return {
        "code": diagnostic.code,
        "name": diagnostic.name,
        "severity": diagnostic.severity.value,
        "message": diagnostic.message,
        "help": diagnostic.help,
        "url": diagnostic.url,
        **fix,
        "location": location(diagnostic.span),
        "path": diagnostic.path,
        "region": diagnostic.region or None,
        "accounts": list(diagnostic.accounts),
        **resources,
        "policies": list(diagnostic.policies),
        "requirement": diagnostic.requirement or None,
        "waiver": None,
    }


def fix_json(fix: Fix) -> dict[str, object]:
    """A fix as interface.md section 4 has it."""
    edits = [{"location": location(edit.span), "replacement": edit.replacement} for edit in fix.edits]
    return {"title": fix.title, "edits": edits}


def target(entity: Entity) -> Mapping[str, object]:
    """An entity as a target."""
    if entity.kind == "root":
        return {"kind": "root"}
    if entity.kind == "ou":
        return {"kind": "ou", "path": entity.path}
    return {"kind": "account", "id": entity.id, "name": entity.name, "path": entity.path}


def _write(value: Any, line: str, parts: list[str]) -> None:  # noqa: ANN401 - what JSON can hold
    """Adds what `json.dumps` writes with an indent of 2, for which it does not use its encoder in C.

    `line` is the break before what is as deep as the value. What holds nothing nested is left to that encoder.
    """
    if not isinstance(value, (dict, list, tuple)) or not value:
        parts.append(_plain(value))
        return
    inside = f"{line}  "
    items: Iterable[Any] = value.values() if isinstance(value, dict) else value
    if _NESTED.isdisjoint(map(type, items)):
        text = json.dumps(value, separators=(f",{inside}", ": "))
        parts += (text[0], inside, text[1:-1], line, text[-1])
        return
    names = [f"{_plain(key)}: " for key in value] if isinstance(value, dict) else repeat("")
    before, end = "{}" if isinstance(value, dict) else "[]"
    for name, item in zip(names, items, strict=False):
        parts += (before, inside, name)
        _write(item, inside, parts)
        before = ","
    parts += (line, end)


_plain = json.JSONEncoder().encode


def _without_commands(text: str) -> str:
    return LOG_COMMAND.sub(r"#\\u0023", text)


def error_json(error: EffectiveError) -> dict[str, object]:
    """An error of an effective policy as interface.md section 4 has it."""
    return {
        "code": error.code,
        "message": error.message,
        "path": error.path,
        "contributing_policies": list(error.policies),
    }


def step_json(path: str, step: Step, reason: str) -> dict[str, object]:
    """A step as interface.md section 4 has it; `reason` says why it had no effect, empty if it had one."""
    origin = step.policy.origin(keys(path), step.operator)
    return {
        "policy": step.policy.name,
        "entity": step.entity.path,
        "operator": step.operator,
        "operand": operand(step.policy.content, path, step.operator),
        "outcome": step.outcome,
        "reason": reason or None,
        "location": location(origin.span if origin else None),
        "used_at": location(origin.used_at if origin else None),
    }
