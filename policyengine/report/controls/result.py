"""The result that every format of `controls` prints: the results, and rows with the same annotation as one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from policyengine.analysis.controls import Compliance, ControlResult, ControlRow
from policyengine.base.diagnostics import Diagnostic
from policyengine.base.records import Record
from policyengine.report.shown_text import count, some

ORDER = (
    Compliance.NON_COMPLIANT,
    Compliance.INSUFFICIENT_DATA,
    Compliance.COMPLIANT,
    Compliance.NOT_APPLICABLE,
)
"""The results as reports list them: what has to be done first."""

WORDS = {
    Compliance.NON_COMPLIANT: "not compliant",
    Compliance.INSUFFICIENT_DATA: "undecided",
    Compliance.COMPLIANT: "compliant",
    Compliance.NOT_APPLICABLE: "not applicable",
}
"""The results in words."""

_SHOWN = 2


class EvaluatedControls(Record):
    """Results at a moment; `framework` is its name, empty for every control with its defaults.

    `on_inventory` are the findings on the inventory itself that count.
    """

    results: tuple[ControlResult, ...]
    at: datetime
    framework: str = ""
    on_inventory: tuple[Diagnostic, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether any control is not met; what is undecided is no failure."""
        return any(result.compliance is Compliance.NON_COMPLIANT for result in self.results)

    @property
    def ordered(self) -> list[ControlResult]:
        """The results, those to be looked at first."""
        return sorted(self.results, key=lambda result: ORDER.index(result.compliance))

    @property
    def summary(self) -> str:
        """The number of controls by result, in words."""
        counts = [(sum(result.compliance is word for result in self.results), WORDS[word]) for word in ORDER]
        return f"{count(len(self.results), 'control')}: " + ", ".join(f"{n} {word}" for n, word in counts if n)


class RowGroup(Record):
    """Rows of a control with the same result and annotation."""

    compliance: Compliance
    annotation: str
    rows: tuple[ControlRow, ...]

    @property
    def places(self) -> str:
        """The places that they are about, in words: a few of them by name."""
        if len(self.rows) <= _SHOWN:
            return ", ".join(f"{row.subject}{_where(row)}" for row in self.rows)
        subjects = list(dict.fromkeys(row.subject for row in self.rows))
        accounts = len({row.account for row in self.rows})
        regions = sorted({row.region for row in self.rows if row.region})
        where = f" in {some(regions, _SHOWN)}" if regions else ""
        return f"{some(subjects, _SHOWN)}{where} of {count(accounts, 'account')}"


def _where(row: ControlRow) -> str:
    """The place of what has no ARN of its own."""
    return "" if row.subject.startswith("arn:") else f" in {row.region or 'every Region'} of {row.account}"


def groups(result: ControlResult) -> Iterator[RowGroup]:
    """The rows in groups, those not compliant first, then by size."""
    rows: dict[tuple[Compliance, str], list[ControlRow]] = {}
    for row in result.rows:
        rows.setdefault((row.compliance, row.annotation), []).append(row)
    for (compliance, annotation), members in sorted(
        rows.items(), key=lambda entry: (ORDER.index(entry[0][0]), -len(entry[1]), entry[0][1])
    ):
        yield RowGroup(compliance, annotation, tuple(members))


def without_rows(evaluated: EvaluatedControls) -> dict[tuple[Compliance, str], list[str]]:
    """The names of controls that evaluate nothing, by result and basis."""
    names: dict[tuple[Compliance, str], list[str]] = {}
    for result in evaluated.ordered:
        if not result.rows:
            names.setdefault((result.compliance, result.basis), []).append(result.demand.control.name)
    return names


def counts(result: ControlResult) -> str:
    """The number of rows by result: `2 of 3 not compliant, 1 compliant`, empty without rows."""
    numbers = [(result.count(word), WORDS[word]) for word in ORDER]
    return ", ".join(f"{number:,} {word}" for number, word in numbers if number)
