"""What `settle` comes to."""

from __future__ import annotations

from policyengine.diagnostics import Diagnostic, Severity
from policyengine.findings.waivers import Waiver
from policyengine.value import value


@value
class Finding:
    """A diagnostic and what became of it: it counts, or a waiver covers it, or the baseline accepts it."""

    diagnostic: Diagnostic
    waiver: Waiver | None = None
    accepted: bool = False

    @property
    def counts(self) -> bool:
        """Whether it stands: neither waived nor accepted."""
        return self.waiver is None and not self.accepted


@value
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
