"""One value for everything that is said about a policy, from a syntax error to a vault lock.

A `Rule` is an entry of the catalogue, a `Diagnostic` one case of it, an `Outcome` what a room returns: its value and
what it found on the way. Severities and places are decided here, wording by the rooms, rendering by `report/`.
"""

from __future__ import annotations

from dataclasses import field, replace
from enum import StrEnum
from typing import Generic, TypeVar

from policyengine.base.records import record
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
    """What a finding means for the backups of its accounts; `NOTHING` where it is about the text of a policy alone."""

    NOTHING = "nothing"
    PROTECTION = "protection"
    """There are fewer backups, or they are kept for less, or more easily removed, than the plan says."""
    BACKUP = "backup"
    """Backups that the plan asks for are not made."""
    COPY = "copy"
    """Backups are not where a copy, or an air-gapped vault, should have them."""


class Fact(StrEnum):
    """A part of what a snapshot may leave untold; its value is the part's name in `[gate] unknown` and in messages."""

    VAULTS = "vaults"
    VAULT_LOCKS = "vault-locks"
    VAULT_TYPES = "vault-types"
    VAULT_KEYS = "vault-keys"
    ROLES = "roles"
    OPT_IN = "opt-in"
    DYNAMODB_ADVANCED = "dynamodb-advanced"
    CROSS_ACCOUNT_BACKUP = "cross-account-backup"
    TAGS = "tags"


_FIXED_FAMILIES = {
    "PE1": "it is a mistake in the text",
    "PE2": "AWS would refuse the document all the same",
    "PE8": "it is about what the gate itself rests on",
}
"""Families of codes whose findings no project can set aside, and why (language.md section 6)."""


@record
class Label:
    """A secondary span of a diagnostic, with its text ("first defined here")."""

    span: Span
    text: str


@record
class Rule:
    """A catalogue entry and its page.

    `title` is one sentence, `rationale` a paragraph; `bad` and `good` are example projects, file name to text
    (a single text stands for `policy.bpol`). `reference` names the sections of the documentation that it rests on, by
    page (`facts 4.2.4, 8.1; semantics.md R12`), with a remark in parentheses where there is one; `aws_pages` are the
    addresses of AWS's own pages, none for a rule of the language alone. Every check declares its `harm`, of which
    `diff` makes a change; None where cases say nothing of accounts. `refused` says that the rule finds what AWS refuses
    or withholds. `needs` are the facts without which its check cannot look.
    """

    code: str
    name: str
    severity: Severity
    title: str
    rationale: str
    bad: str | dict[str, str] = field(compare=False)
    good: str | dict[str, str] = field(compare=False)
    reference: str
    aws_pages: tuple[str, ...] = ()
    harm: Harm | None = None
    refused: bool = False
    needs: tuple[Fact, ...] = ()

    @property
    def fixed(self) -> str:
        """Why findings of the rule can be neither waived nor accepted nor weakened; empty where they can."""
        return "AWS would refuse it all the same" if self.refused else _FIXED_FAMILIES.get(self.code[:3], "")

    def at(self, span: Span | None, message: str, **more: object) -> Diagnostic:
        """A case of this rule; `more` sets the other fields of `Diagnostic`."""
        told = {"harm": self.harm or Harm.NOTHING} | more
        return Diagnostic(self.code, self.name, self.severity, message, span=span, **told)  # type: ignore[arg-type]


@record
class Diagnostic:
    """One finding.

    `message` says what is there and what was expected, `help` what to do. `path` is an effective or document path
    (`plans/daily/regions`), `accounts` the ids concerned, `policies` the policies whose settings the finding is about,
    root first, `requirement` the name of the violated requirement, `harm` what the accounts' backups suffer. A message
    must hold for any subset of its accounts: a waiver may remove some of them. `values` identify the finding for the
    baseline independently of its wording: set where the message also says what may change while the finding stays the
    same, or omits what would make it worse. `places` are the paths of all settings concerned, where `path` is the first
    of several.
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
        """The same finding with another severity."""
        return replace(self, severity=severity)


@record
class Outcome(Generic[T]):
    """What a room returns: its value and its diagnostics."""

    value: T
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether any diagnostic is an error."""
        return any(diagnostic.severity is Severity.ERROR for diagnostic in self.diagnostics)
