"""What both formats of `validate` print from."""

from __future__ import annotations

from policyengine.diagnostics import Diagnostic
from policyengine.value import value


@value
class Validated:
    """One file and what AWS would refuse in it; size in characters as written."""

    file: str
    size: int
    findings: tuple[Diagnostic, ...]
