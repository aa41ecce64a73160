"""What the gate says of everything that was found.

Equal findings of several accounts become one with all of them; the project's levels apply; the order is fixed, so two
runs over the same input print the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from policyengine.diagnostics import Diagnostic, Severity


@dataclass(frozen=True, slots=True)
class Gate:
    """When a run fails, and how bad the project wants a check to be: a severity, or None to switch it off."""

    fail_on: Severity = Severity.ERROR
    levels: Mapping[str, Severity | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The findings in order (severity, code, place, path, first account), and whether they stop the rollout."""

    findings: tuple[Diagnostic, ...]
    failed: bool

    def count(self, severity: Severity) -> int:
        """How many findings have this severity."""
        return sum(found.severity is severity for found in self.findings)


def settle(diagnostics: Iterable[Diagnostic], gate: Gate) -> Verdict:
    """The verdict on all diagnostics of a run (interface.md section 4, `check`)."""
    levelled = [found for diagnostic in diagnostics if (found := _level(diagnostic, gate.levels))]
    findings = tuple(sorted(_merge(levelled), key=_order))
    return Verdict(findings, any(found.severity.rank <= gate.fail_on.rank for found in findings))


def _level(found: Diagnostic, levels: Mapping[str, Severity | None]) -> Diagnostic | None:
    if found.name not in levels:
        return found
    severity = levels[found.name]
    return found.with_severity(severity) if severity else None


def _merge(diagnostics: Iterable[Diagnostic]) -> Iterable[Diagnostic]:
    """Findings that differ in their accounts only, as one."""
    accounts: dict[Diagnostic, set[str]] = {}
    for found in diagnostics:
        accounts.setdefault(replace(found, accounts=()), set()).update(found.accounts)
    return [replace(found, accounts=tuple(sorted(ids))) for found, ids in accounts.items()]


def _order(found: Diagnostic) -> tuple[int, str, str, int, str, str, str]:
    file, line = (found.span.source.name, found.span.first.line) if found.span else ("", 0)
    first = found.accounts[0] if found.accounts else ""
    return found.severity.rank, found.code, file, line, found.path, first, found.message
