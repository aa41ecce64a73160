"""The result of `settle`: findings with what covers them, and whether the gate fails."""

from __future__ import annotations

from policyengine.analysis.findings.waivers import Waiver
from policyengine.base.diagnostics import Diagnostic, Severity
from policyengine.base.records import record


@record
class Finding:
    """A diagnostic that counts, that a waiver covers, or that the baseline accepts.

    Where accounts get the same text for different values, `parts` has a diagnostic for each of these.
    """

    diagnostic: Diagnostic
    waiver: Waiver | None = None
    accepted: bool = False
    parts: tuple[Diagnostic, ...] = ()

    @property
    def exact(self) -> tuple[Diagnostic, ...]:
        """The diagnostics that are merged in it, each with the values of its accounts."""
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
        """All diagnostics, whether they count or not."""
        return tuple(finding.diagnostic for finding in self.findings)

    @property
    def standing(self) -> tuple[Diagnostic, ...]:
        """What counts."""
        return tuple(finding.diagnostic for finding in self.findings if finding.counts)

    @property
    def exact(self) -> tuple[Diagnostic, ...]:
        """What counts, each with the values of its accounts: to be compared, not to be read."""
        return tuple(diagnostic for finding in self.findings if finding.counts for diagnostic in finding.exact)

    @property
    def waived(self) -> tuple[Finding, ...]:
        """What a waiver covers."""
        return tuple(finding for finding in self.findings if finding.waiver)

    @property
    def accepted(self) -> tuple[Finding, ...]:
        """What the baseline accepts."""
        return tuple(finding for finding in self.findings if finding.accepted)

    def count(self, severity: Severity) -> int:
        """How many findings of this severity count."""
        return sum(diagnostic.severity is severity for diagnostic in self.standing)
