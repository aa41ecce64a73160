"""What `settle` comes to."""

from __future__ import annotations

from policyengine.analysis.findings.waivers import Waiver
from policyengine.base.diagnostics import Diagnostic, Severity
from policyengine.base.records import record


@record
class Finding:
    """A diagnostic and what became of it: it counts, or a waiver covers it, or the baseline accepts it.

    Where accounts are told the same of different values, `parts` has a diagnostic for each of these.
    """

    diagnostic: Diagnostic
    waiver: Waiver | None = None
    accepted: bool = False
    parts: tuple[Diagnostic, ...] = ()

    @property
    def exact(self) -> tuple[Diagnostic, ...]:
        """What it rests on, each with the values of its accounts."""
        return self.parts or (self.diagnostic,)

    @property
    def counts(self) -> bool:
        """Whether it stands: neither waived nor accepted."""
        return self.waiver is None and not self.accepted


@record
class Verdict:
    """The findings in order (severity, code, place, path, first account), and whether they stop the rollout."""

    findings: tuple[Finding, ...]
    failed: bool

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """Everything that was found, whatever became of it."""
        return tuple(found.diagnostic for found in self.findings)

    @property
    def standing(self) -> tuple[Diagnostic, ...]:
        """What counts."""
        return tuple(found.diagnostic for found in self.findings if found.counts)

    @property
    def exact(self) -> tuple[Diagnostic, ...]:
        """What counts, each with the values of its accounts: to be compared, not to be read."""
        return tuple(found for finding in self.findings if finding.counts for found in finding.exact)

    @property
    def waived(self) -> tuple[Finding, ...]:
        """What a waiver covers."""
        return tuple(found for found in self.findings if found.waiver)

    @property
    def accepted(self) -> tuple[Finding, ...]:
        """What the baseline accepts."""
        return tuple(found for found in self.findings if found.accepted)

    def count(self, severity: Severity) -> int:
        """How many findings of this severity count."""
        return sum(found.severity is severity for found in self.standing)
