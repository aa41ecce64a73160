"""One step of a setting's trail, for people and for programs."""

from __future__ import annotations

from policyengine.effective import Step, keys, operand, shown
from policyengine.report.json_text import location
from policyengine.report.text import Part

INDENT = 13
"""Where the text of a step begins."""

_STYLES = {"applied": "good", "overridden": "dim", "shadowed": "warning", "blocked": "error"}


def step_line(path: str, step: Step) -> list[Part]:
    """`  blocked    @@assign 7 by `workloads` at Workloads  workloads.bpol:6`."""
    origin = step.policy.origin(keys(path), step.operator)
    place = f"  {origin.span.source.name}:{origin.span.first.line}" if origin else ""
    idle = "" if step.changed or step.outcome != "applied" else " (changes nothing)"
    given = shown(operand(step.policy.content, path, step.operator))
    return [
        (f"  {step.outcome:<10} ", _STYLES[step.outcome]),
        f"{step.operator} {given} by `{step.policy.name}` at {step.entity.path or 'the root'}{idle}",
        (place, "place"),
    ]


def step_json(path: str, step: Step, reason: str) -> dict[str, object]:
    """A step as interface.md section 4 has it; `reason` says why it came to nothing, empty if it did not."""
    origin = step.policy.origin(keys(path), step.operator)
    return {
        "policy": step.policy.name,
        "entity": step.entity.path,
        "operator": step.operator,
        "operand": operand(step.policy.content, path, step.operator),
        "outcome": step.outcome,
        "reason": reason or None,
        "location": location(origin.span if origin else None),
    }
