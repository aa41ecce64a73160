"""Durations of controls: minutes of their parameters, and as people say them."""

from __future__ import annotations

from policyengine.analysis.controls.control_values import ControlDemand
from policyengine.aws.deployment import FOREVER, Minutes
from policyengine.aws.rows import MINUTES_IN

_DAYS_IN_HOURS = 72  # up to here ages are said in hours: 33 h


def minutes_of(demand: ControlDemand, parameter: str) -> Minutes:
    """The minutes of a parameter that is a number with a unit, `recoveryPointAge` for `...Value` and `...Unit`."""
    value, unit = demand.parameters[f"{parameter}Value"], demand.parameters[f"{parameter}Unit"]
    if not isinstance(value, int) or not isinstance(unit, str):  # pragma: no cover - both have defaults of these types
        raise TypeError(parameter)
    return value * MINUTES_IN[unit]


def age_words(minutes: Minutes) -> str:
    """A duration rounded up: `45 min`, `33 h`, `35 days`, `forever`."""
    if minutes == FOREVER:
        return "forever"
    hour, day = MINUTES_IN["hours"], MINUTES_IN["days"]
    if minutes < hour:
        return f"{-int(-minutes // 1)} min"
    if minutes <= _DAYS_IN_HOURS * hour:
        return f"{-int(-minutes // hour)} h"
    return f"{-int(-minutes // day):,} days"
