"""The trail of a value on a terminal: what each policy says of it, in the words of the file that says it."""

from __future__ import annotations

from collections.abc import Iterable

from policyengine.aws.documents import WrittenAt
from policyengine.aws.merge import Leaf, Note, Step, Value, keys, operand, value_text
from policyengine.aws.note_words import note_detail, note_in_words
from policyengine.aws.setting_rows import BlockRow, SettingRow
from policyengine.aws.setting_words import in_words, path_steps
from policyengine.aws.settings import CONDITION_KEY, CONDITION_VALUE, TAG_KEY, TAG_VALUE
from policyengine.base.source import Span
from policyengine.language import compiler
from policyengine.report.terminal import Part

INDENT = 13
"""Where the text of a step begins."""

_STEP_STYLES = {"applied": "good", "overridden": "dim", "shadowed": "warning", "blocked": "error"}


def written_at(origin: WrittenAt) -> str:
    """`workloads.bpol:6`, or for a template's line `shared.bpol:4, used at workloads.bpol:6`."""
    used = f", used at {_line(origin.used_at)}" if origin.used_at else ""
    return _line(origin.span) + used


def _line(span: Span) -> str:
    return f"{span.source.name}:{span.first.line}"


def step_line(path: str, step: Step) -> list[Part]:
    """`  blocked    retain = 7 days by `workloads` at Workloads  workloads.bpol:6`, and who uses a template's line.

    What stands in no text of the language has AWS's words: `@@assign 7`.
    """
    origin = _origin(path, step)
    place = f"  {written_at(origin)}" if origin else ""
    idle = "" if step.changed or step.outcome != "applied" else " (changes nothing)"
    return [
        (f"  {step.outcome:<10} ", _STEP_STYLES[step.outcome]),
        f"{step_text(path, step)} by `{step.policy.name}` at {step.entity.path or 'the root'}{idle}",
        (place, "place"),
    ]


def step_reason(note: Note, step: Step) -> str:
    """The reason why a step had no effect, in the words of the file that it stands in."""
    return note_in_words(note) if _origin(note.path, step) else note_detail(note)


def note_line(note: Note) -> tuple[str, str]:
    """The path that a note is about and what it says, in the words of the file that its policy stands in."""
    if note.policy.origin(keys(note.path), note.operator):
        return in_words(note.path), note_in_words(note, lambda value: compiler.value_as_written(note.path, value))
    return note.path, note_detail(note)


def value_in_words(leaf: Leaf) -> str:
    """The value of a leaf: `35 days` where policies in the language set it, as AWS has it where others do."""
    if is_in_language(leaf.path, leaf.trail):
        return compiler.value_as_written(leaf.path, leaf.value)
    return value_text(leaf.value)


def is_in_language(path: str, trail: Iterable[Step]) -> bool:
    """Whether all that sets a value stands in texts of the language."""
    return all(_origin(path, step) for step in trail if step.outcome == "applied")


def path_in_words(path: str, trail: Iterable[Step]) -> str:
    """The path of a value: `plan daily/rule nightly/retain` where policies in the language set it, else AWS's."""
    return in_words(path) if is_in_language(path, trail) else path


def entry_part(row: BlockRow | SettingRow | None) -> str:
    """The part that a setting is of its tag or condition, `key` or `value`; empty of others."""
    if row in (TAG_KEY, CONDITION_KEY):
        return "key"
    return "value" if row in (TAG_VALUE, CONDITION_VALUE) else ""


def step_text(path: str, step: Step) -> str:
    """The effect of a step: `retain = 7 days` where it stands in a text of the language, else AWS's `@@assign 7`."""
    given = operand(step.policy.content, path, step.operator)
    text = _in_words(path, given, step.operator) if given is not None and _origin(path, step) else ""
    return text or f"{step.operator} {value_text(given)}"


def _in_words(path: str, value: Value, operator: str) -> str:
    row = path_steps(path)[-1].row
    if not isinstance(row, SettingRow):
        return ""
    text = compiler.setting_text(row, value, operator)
    return f"{part}{text.removeprefix(row.key)}" if (part := entry_part(row)) else text


def _origin(path: str, step: Step) -> WrittenAt | None:
    return step.policy.origin(keys(path), step.operator)
