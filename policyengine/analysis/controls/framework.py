"""A framework of AWS Backup Audit Manager, as AWS prints or takes it, as the controls that it asks for.

Whatever is wrong with it is reported at once, with the nearest name of what there is.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from msgspec.structs import replace

from policyengine.analysis.controls.control_values import ControlDemand, ControlScope
from policyengine.aws.arns import ACCOUNT_ID
from policyengine.aws.documents import Json, kind_in_words
from policyengine.aws.facts import regions
from policyengine.aws.facts.audit_controls import (
    AuditControl,
    ParameterKind,
    ParameterValue,
    audit_controls,
    parameter_kinds,
    types_evaluated,
)
from policyengine.base.errors import UnreadableError
from policyengine.base.text import Nearest, listed, quoted

CONTROLS, NAME, VALUE = "FrameworkControls", "ControlName", "ParameterValue"
PARAMETERS, PARAMETER_NAME, SCOPE = "ControlInputParameters", "ParameterName", "ControlScope"
SCOPE_IDS, SCOPE_TYPES, SCOPE_TAGS = "ComplianceResourceIds", "ComplianceResourceTypes", "Tags"

FRAMEWORK = "a framework, as `aws backup describe-framework --framework-name NAME` prints it"
"""What a file is to have, in messages."""

_MOST_IDS, _MOST_PRINCIPALS, _MOST_ACCOUNTS = 100, 5, 5
_TAGS = "resourceTags"
_UNITS = ("hours", "days")
_MOST_DAYS = 36_500
_FLAGS = {"true": True, "false": False}
_RANGES = {"requiredFrequencyValue": "requiredFrequencyUnit", "recoveryPointAgeValue": "recoveryPointAgeUnit"}


class _FrameworkError(ValueError):
    """A fault of a part of a framework, with advice."""


def every_control() -> tuple[ControlDemand, ...]:
    """Every control and rule with its defaults."""
    return tuple(ControlDemand(control, control.parameters) for control in audit_controls().values())


def read_framework(content: Json, where: str, place: ControlScope | None = None) -> tuple[ControlDemand, ...]:
    """The controls of a framework; `place` has the accounts and Regions where it stands.

    Raises `UnreadableError` with a line for each fault, beginning with `where`.
    """
    entries = content.get(CONTROLS) if isinstance(content, Mapping) else None
    if not isinstance(entries, list):
        found = f"`{CONTROLS}` with {kind_in_words(entries)}" if entries is not None else kind_in_words(content)
        raise UnreadableError(f"{where}: expected {FRAMEWORK}, with a list of `{CONTROLS}`; found {found}")
    if not entries:
        raise UnreadableError(f"{where}: the framework has no control, so that nothing can be judged; add one")
    demands, faults = [], []
    for index, entry in enumerate(entries):
        try:
            demands.append(_demand(entry, place or ControlScope()))
        except _FrameworkError as fault:
            faults.append(f"{where}: {CONTROLS}[{index}]: {fault}")
    if faults:
        raise UnreadableError("\n".join(faults))
    return tuple(demands)


def _demand(entry: Json, place: ControlScope) -> ControlDemand:
    if not isinstance(entry, Mapping):
        raise _FrameworkError(f"expected an object with a `{NAME}`, found {kind_in_words(entry)}")
    control = _control(entry.get(NAME))
    written = dict(_written(entry.get(PARAMETERS) or [], control))
    parameters = {**control.parameters, **written}
    for number, unit in _RANGES.items():
        _check_range(control, parameters, number, unit)
    scope = _scope(entry.get(SCOPE) or {}, place)
    if isinstance(tags := parameters.get(_TAGS), str):
        scope = replace(scope, tag=_tags_of_rule(control, tags))
    return ControlDemand(control, parameters, scope)


def _tags_of_rule(control: AuditControl, text: str) -> tuple[str, str | None]:
    try:
        tags = json.loads(text)
        return _tag(tags)
    except (ValueError, RecursionError) as fault:
        raise _FrameworkError(
            f'{control.name}: {_TAGS}: expected one tag as JSON such as `{{"backup": "daily"}}`, found {quoted(text)}'
        ) from fault


def _control(name: Json) -> AuditControl:
    known = audit_controls()
    if not isinstance(name, str):
        raise _FrameworkError(f"expected the name of a control as `{NAME}`, found {kind_in_words(name)}")
    if name in known:
        return known[name]
    advice = Nearest(known).suggestion(name) or "`policyengine controls` lists them"
    raise _FrameworkError(f"there is no control {quoted(name)}; {advice}")


def _written(entries: Json, control: AuditControl) -> Iterator[tuple[str, ParameterValue]]:
    if not isinstance(entries, list):
        raise _FrameworkError(f"{PARAMETERS}: expected a list, found {kind_in_words(entries)}")
    seen = set[str]()
    for entry in entries:
        name, value = (entry.get(PARAMETER_NAME), entry.get(VALUE)) if isinstance(entry, Mapping) else (None, None)
        if not isinstance(name, str) or value is None:
            raise _FrameworkError(f"{PARAMETERS}: expected `{PARAMETER_NAME}` and `{VALUE}` in each")
        if name not in control.parameters:
            expected = f"expected {listed(control.parameters, 'or')}" if control.parameters else "it takes none"
            advice = Nearest(control.parameters).suggestion(name) or expected
            raise _FrameworkError(f"{control.name} has no parameter {quoted(name)}; {advice}")
        if name in seen:
            raise _FrameworkError(f"{control.name}: {name} is given twice; leave out one of them")
        seen.add(name)
        try:
            yield name, _value(parameter_kinds()[name], value)
        except ValueError as fault:
            raise _FrameworkError(f"{control.name}: {name}: {fault}, found {quoted(str(value))}") from fault


def _value(kind: ParameterKind, value: Any) -> ParameterValue:  # noqa: ANN401 - JSON
    """Raises `ValueError` with what was expected."""
    return _READ[kind](
        value if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else str(value)
    )


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) > 0):
        raise ValueError("expected a whole number of 1 or more")
    return int(text)


def _days(text: str) -> int:
    if _number(text) > _MOST_DAYS:
        raise ValueError(f"expected at most {_MOST_DAYS:,} days")
    return int(text)


def _unit(text: str) -> str:
    if text not in _UNITS:
        raise ValueError("expected `hours` or `days`")
    return text


def _flag(text: str) -> bool:
    if text.lower() not in _FLAGS:
        raise ValueError("expected `True` or `False`")
    return _FLAGS[text.lower()]


def _names(text: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in text.split(",") if name.strip())
    if not 0 < len(names) <= _MOST_PRINCIPALS:
        raise ValueError(f"expected 1 to {_MOST_PRINCIPALS} names with commas between")
    return names


def _regions(text: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in text.split(",") if name.strip())
    if not names or not set(names) <= set(regions()):
        raise ValueError("expected Regions with commas between, such as `eu-west-1,eu-central-1`")
    return names


def _accounts(text: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in text.split(",") if name.strip())
    if not 0 < len(names) <= _MOST_ACCOUNTS or not all(ACCOUNT_ID.fullmatch(name) for name in names):
        raise ValueError(f"expected 1 to {_MOST_ACCOUNTS} account ids of 12 digits with commas between")
    return names


def _text(text: str) -> str:
    return text


_READ: Mapping[ParameterKind, Callable[[str], ParameterValue]] = {
    ParameterKind.NUMBER: _number,
    ParameterKind.DAYS: _days,
    ParameterKind.UNIT: _unit,
    ParameterKind.FLAG: _flag,
    ParameterKind.TEXT: _text,
    ParameterKind.TAGS: _text,
    ParameterKind.NAMES: _names,
    ParameterKind.REGIONS: _regions,
    ParameterKind.ACCOUNTS: _accounts,
}


def _check_range(control: AuditControl, parameters: Mapping[str, ParameterValue], number: str, unit: str) -> None:
    if number in parameters:
        value, of = parameters[number], str(parameters[unit])
        if not isinstance(value, int):
            return
        least, most = control.least.get(of, 1), control.most[of]
        if not least <= value <= most:
            expected = f"at most {most:,}" if value > most else f"at least {least:,}"
            raise _FrameworkError(f"{control.name}: {number}: expected {expected} {of}, found `{value}`")


def _scope(scope: Json, place: ControlScope) -> ControlScope:
    if not isinstance(scope, Mapping):
        raise _FrameworkError(f"{SCOPE}: expected an object, found {kind_in_words(scope)}")
    ids, types, tags = (scope.get(key) for key in (SCOPE_IDS, SCOPE_TYPES, SCOPE_TAGS))
    return ControlScope(
        frozenset(_texts(ids, SCOPE_IDS, _MOST_IDS)) if ids else None,
        frozenset(kind for name in _texts(types, SCOPE_TYPES, None) for kind in _types(name)) if types else None,
        _tag(tags) if tags else None,
        place.accounts,
        place.regions,
    )


def _texts(value: Json, key: str, most: int | None) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(text, str) and text for text in value):
        raise _FrameworkError(f"{SCOPE}: {key}: expected a list of texts, found {kind_in_words(value)}")
    if most and len(value) > most:
        raise _FrameworkError(f"{SCOPE}: {key}: expected at most {most}, found {len(value):,}")
    return [str(text) for text in value]


def _types(name: str) -> tuple[str, ...]:
    """The language's names of what AWS Backup or AWS Config calls so."""
    if name not in types_evaluated():
        advice = Nearest(types_evaluated()).suggestion(name)
        raise _FrameworkError(
            f"{SCOPE}: {SCOPE_TYPES}: there is no resource type {quoted(name)}{'; ' if advice else ''}{advice}"
        )
    return types_evaluated()[name]


def _tag(tags: Json) -> tuple[str, str | None]:
    if not isinstance(tags, Mapping) or len(tags) != 1:
        raise _FrameworkError(f"{SCOPE}: {SCOPE_TAGS}: expected one key with its value: AWS takes a single tag")
    ((key, value),) = tags.items()
    if value is not None and not isinstance(value, str):
        raise _FrameworkError(f"{SCOPE}: {SCOPE_TAGS}: expected a text as the value of {quoted(key)}")
    return key, value or None
