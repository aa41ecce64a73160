"""What every format of `prove` prints from."""

from __future__ import annotations

from datetime import datetime

from policyengine.prove import Outcome, Proof
from policyengine.value import value


@value
class Proven:
    """Proofs with their circumstances, and when they fail the gate.

    A mandatory requirement that can be broken, or is already, fails it; if `strict` one that cannot be decided, too.
    `advisory`: an advisory requirement counts like a mandatory one.
    """

    proofs: tuple[Proof, ...]
    at: datetime
    strict: bool = False
    advisory: bool = False

    @property
    def failed(self) -> bool:
        """Whether the gate fails."""
        return any(map(self.fails, self.proofs))

    def fails(self, proof: Proof) -> bool:
        """Whether what was found out about a requirement fails the gate."""
        failing = {"violated", "breakable", "undecided"} if self.strict else {"violated", "breakable"}
        counts = self.advisory or proof.requirement.level == "mandatory"
        return counts and any(result.outcome in failing for result in proof.results)

    def count(self, outcome: Outcome) -> int:
        """How many targets have an outcome, each counted for each requirement."""
        return sum(result.outcome == outcome for proof in self.proofs for result in proof.results)
