"""What every format of `test` prints from."""

from __future__ import annotations

from datetime import datetime

from policyengine.analysis.expectations import TestRun
from policyengine.base.diagnostics import Diagnostic
from policyengine.base.records import record


@record
class Tested:
    """The tests of a project with their circumstances.

    `run` is None where `findings`, the faults of the language, kept the tests from running. `minimum` is the coverage
    that is asked for, in percent, None where none is.
    """

    run: TestRun | None
    findings: tuple[Diagnostic, ...]
    at: datetime
    minimum: int | None = None

    @property
    def covered(self) -> bool:
        """Whether the tests look at as much as they have to."""
        coverage = self.run.coverage if self.run else None
        return self.minimum is None or coverage is None or coverage.whole.reaches(self.minimum)

    @property
    def failed(self) -> bool:
        """Whether a test failed, could not run, or looks at too little."""
        return self.run is None or self.run.failed > 0 or not self.covered
