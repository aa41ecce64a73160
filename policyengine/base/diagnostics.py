"""The type of all diagnostics, from a syntax error to a vault lock.

A `Diagnostic` is a case of a rule (`rules.py`), an `Outcome` what a room returns: its value and its diagnostics. The
rooms word the messages, `report/` renders them.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Generic, NamedTuple, TypedDict, TypeVar

from msgspec.structs import replace

from policyengine.base.project_urls import page_url
from policyengine.base.records import Record
from policyengine.base.source import Span

T = TypeVar("T")


class Severity(StrEnum):
    """How bad a finding is: the gate fails on errors, with `--strict` or `fail_on` on warnings too."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for the worst: the key that findings are sorted by."""
        return ("error", "warning", "info").index(self.value)


class Harm(StrEnum):
    """The harm of a finding to the backups of its accounts; `NOTHING` where it is about the text of a policy alone."""

    NOTHING = "nothing"
    PROTECTION = "protection"
    """There are fewer backups, or they are kept for less, or more easily removed, than the plan says."""
    BACKUP = "backup"
    """Backups that the plan asks for are not made."""
    COPY = "copy"
    """Backups are not where a copy, or an air-gapped vault, should have them."""


class Label(Record):
    """A secondary span of a diagnostic, with its text ("first defined here").

    `of_use` marks the place that uses a template in which the fault is: findings that differ in these have one cause.
    """

    span: Span
    text: str
    of_use: bool = False

    @classmethod
    def use(cls, span: Span) -> Label:
        """The label of a place that uses the template in which the fault is."""
        return cls(span, "used here", of_use=True)


class Edit(NamedTuple):
    """A text that takes the place of a span; an empty text removes it, an empty span inserts before its offset."""

    span: Span
    replacement: str


class Fix(Record):
    """The one right answer to a finding, as edits of the files of the project that do not overlap.

    `title` says what the edits do: "write `05:00`". All of them are applied or none.
    """

    title: str
    edits: tuple[Edit, ...]


class Diagnostic(Record, uncompared=("places", "missing", "looked_at", "formerly", "anonymous", "fix", "resources")):
    """One finding.

    `message` says what is there and what was expected, `help` what to do. `path` is an effective or document path
    (`plans/daily/regions`), `accounts` the ids concerned, `policies` the policies whose settings the finding is about,
    root first, `requirement` the name of the violated requirement, `harm` what the accounts' backups suffer. A message
    must hold for any subset of its accounts: a waiver may remove some of them. `values` identify the finding for the
    baseline independently of its wording: set where the message also says what may change while the finding stays the
    same, or omits what would make it worse. `places` are the paths of all settings concerned, where `path` is the first
    of several. `missing` is the path, as folded keys, of what an effective document lacks, where that is the finding.
    `looked_at` are the paths of the settings that a requirement looked at, `*` for any block of a kind.
    `formerly` is the message as a baseline has it that was written before its wording changed. `resources` are those of
    accounts that it is about, each an account's id and an ARN; a finding of another resource is another one, though all
    that read the same are shown together.
    `anonymous` is the message without the policies that set the values, empty where it names none: a value that several
    policies set has one cause.
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
    places: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    looked_at: tuple[str, ...] = ()
    formerly: str = ""
    anonymous: str = ""
    fix: Fix | None = None
    resources: tuple[tuple[str, str], ...] = ()

    @property
    def url(self) -> str:
        """The address of the page of its rule."""
        return page_url(f"rules/{self.name}.md")

    @property
    def arns(self) -> tuple[str, ...]:
        """The ARNs of the resources of its accounts that it is about, in order."""
        return tuple(sorted(arn for account, arn in self.resources if account in self.accounts))

    def with_severity(self, severity: Severity) -> Diagnostic:
        """The same finding with another severity."""
        return replace(self, severity=severity)


class Details(TypedDict, total=False):
    """The fields of a `Diagnostic` besides its rule's, its span and its message."""

    help: str
    labels: tuple[Label, ...]
    path: str
    region: str
    accounts: tuple[str, ...]
    policies: tuple[str, ...]
    requirement: str
    harm: Harm
    values: tuple[str, ...]
    places: tuple[str, ...]
    missing: tuple[str, ...]
    looked_at: tuple[str, ...]
    formerly: str
    anonymous: str
    fix: Fix | None
    resources: tuple[tuple[str, str], ...]


class Outcome(Record, Generic[T]):
    """The result of a room: its value and its diagnostics."""

    value: T
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether any diagnostic is an error."""
        return any(diagnostic.severity is Severity.ERROR for diagnostic in self.diagnostics)
