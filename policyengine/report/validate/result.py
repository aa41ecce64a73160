"""What both formats of `validate` print from."""

from __future__ import annotations

from dataclasses import dataclass

from policyengine.diagnostics import Diagnostic


@dataclass(frozen=True, slots=True)
class Validated:
    """One file and what AWS would refuse in it; size in characters as written."""

    file: str
    size: int
    findings: tuple[Diagnostic, ...]
