from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.reporting import finding
from policyengine.aws.deployment import Condition, Selection
from policyengine.aws.settings import SELECTED_KEY, SELECTED_VALUES
from policyengine.base.diagnostics import Diagnostic, Harm, Severity
from policyengine.base.rules import Rule
from policyengine.base.text import listed, quoted

_PREFIX = "aws:ResourceTag/"
_PATTERNS = "name each value, or use a condition of a resource selection that takes patterns"

RULE = Rule("PE521", "tag-value-wildcard", Severity.WARNING, harm=Harm.BACKUP)


class _Fault(NamedTuple):
    path: str
    message: str
    advice: str
    severity: Severity = Severity.WARNING


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per setting and fault."""
    for plan in facts.plans:
        for selection in plan.selections:
            faults = [*_of_tags(selection), *(fault for each in selection.conditions for fault in _of_condition(each))]
            faults += _contradicting(selection)
            for path, message, advice, severity in faults:
                yield finding(RULE, facts, plan, path, message=message, advice=advice, severity=severity)


def _of_tags(selection: Selection) -> Iterator[_Fault]:
    key, values = f"{selection.path}/{SELECTED_KEY.place}", f"{selection.path}/{SELECTED_VALUES.place}"
    if starred := [value for value in selection.values if "*" in value]:
        yield _Fault(values, f"{_literally(starred)}: a tag selection compares whole values", _PATTERNS)
    if selection.key.startswith(_PREFIX):
        bare = quoted(selection.key.removeprefix(_PREFIX))
        yield _Fault(key, f"no tag has the key {quoted(selection.key)}", f"write the bare key {bare}")
    elif "*" in selection.key:
        yield _Fault(key, f"{_literally([selection.key])}: a tag selection compares whole keys", "name the key")
    yield from _blank(key, [selection.key])
    yield from _blank(values, selection.values)


def _of_condition(condition: Condition) -> Iterator[_Fault]:
    key, value = f"{condition.path}/condition_key", f"{condition.path}/condition_value"
    if "*" in condition.value and condition.operator in ("string_equals", "string_not_equals"):
        text = f"{_literally([condition.value])}: the condition compares whole values"
        yield _Fault(value, text, "name the value, or use a condition that takes patterns")
    prefixed = condition.key.lower().startswith(_PREFIX.lower())
    if not prefixed:
        text = f"the condition asks for {quoted(condition.key)}, expected a key that begins with {quoted(_PREFIX)}"
        yield _Fault(key, text, f"write {quoted(_PREFIX + _bare(condition.key))}")
    yield from _blank(key, [condition.key[len(_PREFIX) :] if prefixed else condition.key])
    yield from _blank(value, [condition.value])


def _contradicting(selection: Selection) -> Iterator[_Fault]:
    """A tag that would have two values at once: all conditions must hold, beside the tag of a tag selection."""
    wanted: dict[str, str] = {}
    if selection.kind == "tag" and len(selection.values) == 1:
        wanted[_PREFIX.lower() + selection.key] = selection.values[0]
    for condition in selection.conditions:
        key = _PREFIX.lower() + condition.key[len(_PREFIX) :]
        value, path = quoted(condition.value), f"{condition.path}/condition_value"
        first = wanted.get(key, condition.value) if condition.operator == "string_equals" else wanted.get(key)
        if condition.operator == "string_equals":
            wanted.setdefault(key, condition.value)
        name = quoted(key[len(_PREFIX) :])
        if condition.operator == "string_equals" and first != condition.value:
            text = f"no tag {name} has both the values {quoted(first or '')} and {value}: all conditions must hold"
            yield _Fault(path, text, "give each value a selection of its own")
        elif condition.operator == "string_not_equals" and first == condition.value:
            text = f"the tag {name} must be {value} and must not: all conditions must hold"
            yield _Fault(path, text, "leave one of the two out")


def _bare(key: str) -> str:
    """The key of the tag that `ResourceTag/env` or `aws:RequestTag/env` means."""
    head, _, tail = key.partition("/")
    return tail if tail and head.lower().endswith("tag") else key


def _literally(texts: list[str]) -> str:
    return f"{listed(texts, 'and')} {'matches' if len(texts) == 1 else 'match'} only tags with an asterisk in them"


def _blank(path: str, texts: list[str] | tuple[str, ...]) -> Iterator[_Fault]:
    """White space at an end, which is easily missed."""
    if padded := [text for text in texts if text != text.strip()]:
        verb = "begins or ends" if len(padded) == 1 else "begin or end"
        text = f"{listed(padded, 'and')} {verb} with white space, which counts"
        yield _Fault(path, text, "leave the white space out, unless the tags have it too", Severity.INFO)
