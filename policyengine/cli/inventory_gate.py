"""The verdict of a project's gate on the findings of an inventory, where a command's answer has no findings."""

from __future__ import annotations

from collections.abc import Iterable

import typer

from policyengine.analysis.findings import Gate, settle
from policyengine.base.diagnostics import Diagnostic


def inventory_fails(findings: Iterable[Diagnostic], gate: Gate, *, quiet: bool) -> bool:
    """Writes the findings to standard error as bad as `[checks]` has them; whether they fail the run by `[gate]`.

    `check` and `coverage` settle them among their own in the same way. None can be waived or accepted.
    """
    verdict = settle(findings, gate)
    for finding in () if quiet else verdict.standing:
        typer.echo(f"policyengine: {finding.severity.value}: {finding.message} ({finding.name})", err=True)
    return verdict.failed
