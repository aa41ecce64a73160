"""One value for everything that is said about a policy, from a syntax error to a vault lock.

A `Diagnostic` is one case of a rule (`rules.py`), an `Outcome` what a room returns: its value and what it found on the
way. The rooms decide the wording, `report/` renders.
"""

from __future__ import annotations

from dataclasses import field, replace
from enum import StrEnum
from typing import Generic, TypeVar

from policyengine.base.records import record
from policyengine.base.source import Span

T = TypeVar("T")


class Severity(StrEnum):
    """How bad a finding is; the gate fails on errors, and with `--strict` or `fail_on` on warnings."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for the worst, so that findings sort by it."""
        return ("error", "warning", "info").index(self.value)


class Harm(StrEnum):
    """What a finding says of the backups of the accounts that it names, where it is not of what somebody wrote."""

    NOTHING = "nothing"
    PROTECTION = "protection"
    """There are fewer backups, or they are kept for less, or more easily removed, than the plan says."""
    BACKUP = "backup"
    """Backups that the plan asks for are not made."""
    COPY = "copy"
    """Backups are not where a copy, or an air-gapped vault, should have them."""


@record
class Label:
    """A second place that helps to understand a diagnostic ("first defined here")."""

    span: Span
    text: str


@record
class Diagnostic:
    """One finding.

    `message` says what was found and what was expected, `help` what to do. `path` is an effective or document path
    (`plans/daily/regions`), `accounts` the ids concerned, `policies` those whose settings the finding is about, root
    first, `requirement` the name of the requirement that it is about, `harm` what of the accounts' backups suffers. A
    message fits every part of its accounts: a waiver may take some of them away. `values` is what it states apart from
    its wording, for the baseline: set where a message also says what may change while the finding stays the same, or
    leaves out what makes it worse. `places` are the paths of all settings that it holds for, where `path` is only the
    first of several.
    """

    code: str
    name: str
    severity: Severity
    message: str
    span: Span | None = None
    help: str = ""
    labels: tuple[Label, ...] = ()
    path: str = ""
    region: str = ""
    accounts: tuple[str, ...] = ()
    policies: tuple[str, ...] = ()
    requirement: str = ""
    harm: Harm = Harm.NOTHING
    values: tuple[str, ...] = ()
    places: tuple[str, ...] = field(default=(), compare=False)

    def with_severity(self, severity: Severity) -> Diagnostic:
        """The same finding, as bad as `severity`."""
        return replace(self, severity=severity)


@record
class Outcome(Generic[T]):
    """What a room returns: its value, and the diagnostics met on the way."""

    value: T
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether any diagnostic is an error."""
        return any(found.severity is Severity.ERROR for found in self.diagnostics)
