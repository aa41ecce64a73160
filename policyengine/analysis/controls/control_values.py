"""The results of `controls`: of each control whether it is met, and the same of all that it evaluates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import NamedTuple

from policyengine.aws.deployment import FOREVER, Minutes
from policyengine.aws.facts.audit_controls import AuditControl, ParameterValue
from policyengine.aws.setting_rows import MINUTES_IN
from policyengine.base.records import Record

_DAYS_IN_HOURS = 72  # up to here ages are said in hours: 33 h


class Compliance(StrEnum):
    """AWS Config's words for a result (facts 14.5)."""

    COMPLIANT = "COMPLIANT"
    NON_COMPLIANT = "NON_COMPLIANT"
    NOT_APPLICABLE = "NOT_APPLICABLE"
    INSUFFICIENT_DATA = "INSUFFICIENT_DATA"


class ControlAnswer(NamedTuple):
    """A result with the reason for it, in words for the annotation."""

    compliance: Compliance
    annotation: str


class ControlScope(Record):
    """The limits of a control: ids of resources, the language's types, a tag; None for no limit.

    `tag` is a key and a value, None for any value. `accounts` and `regions` are those of the framework.
    """

    ids: frozenset[str] | None = None
    types: frozenset[str] | None = None
    tag: tuple[str, str | None] | None = None
    accounts: frozenset[str] | None = None
    regions: frozenset[str] | None = None

    def covers_place(self, account: str | None, region: str | None) -> bool:
        """Whether an account and a Region are among those of the framework; None is a place that nobody knows."""
        return (self.accounts is None or account in self.accounts) and (self.regions is None or region in self.regions)


class ControlDemand(Record):
    """A control as a framework asks for it: its parameters, defaults included, and its scope."""

    control: AuditControl
    parameters: Mapping[str, ParameterValue]
    scope: ControlScope = ControlScope()


class ControlRow(Record):
    """The result for a resource, a vault, a plan or the points of a rule; these last two have no ARN before they exist.

    `subject` is the ARN, or the path in the effective document. `kind` is AWS Config's type of what is evaluated.
    """

    subject: str
    account: str | None
    region: str | None
    compliance: Compliance
    annotation: str
    kind: str


class ControlResult(Record):
    """The result of a control; `basis` says on what it rests."""

    demand: ControlDemand
    compliance: Compliance
    basis: str
    rows: tuple[ControlRow, ...]

    def count(self, compliance: Compliance) -> int:
        """The number of rows with a result."""
        return sum(row.compliance is compliance for row in self.rows)


def whole(results: Iterable[Compliance]) -> Compliance:
    """The result of several: not compliant if any is, else undecided if any is, else compliant if any is."""
    distinct = set(results)
    worst_first = (Compliance.NON_COMPLIANT, Compliance.INSUFFICIENT_DATA, Compliance.COMPLIANT)
    return next((result for result in worst_first if result in distinct), Compliance.NOT_APPLICABLE)


def best(answers: Iterable[ControlAnswer]) -> ControlAnswer:
    """The answer where one of several suffices: compliant if any is, else undecided if any is."""
    listed = list(answers)
    best_first = (Compliance.COMPLIANT, Compliance.INSUFFICIENT_DATA, Compliance.NON_COMPLIANT)
    for result in best_first:
        for answer in listed:
            if answer.compliance is result:
                return answer
    return ControlAnswer(Compliance.NOT_APPLICABLE, "nothing to evaluate")


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
