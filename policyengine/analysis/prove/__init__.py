"""Can a policy that somebody attaches to a unit or account break a requirement? The door is `prove`.

In: an organization, its effective policies and requirements. Out: for each requirement and each unit and account
(the targets) one of four outcomes, with its reason. The steps, for each target from the leaves up (`prover.py`):
1. Accounts below that no part of the requirement can distinguish are grouped; targets with equal groups share results
   (`obligation_builder.py`).
2. An existing account that already fails the requirement makes the target `violated` (`outcomes.py`, `trials.py`).
3. Openness: the settings and blocks that child controls leave open to one more policy (`openness.py`).
4. Guarantee: the requirement is evaluated with all open points unknown (`abstract.py`). If it is still true for all
   accounts (`obligations.py`), and no policy can make AWS withhold a document (`freeze.py`), it is `guaranteed`.
5. Counterexample: else policies that change open points (`candidate_policies.py`, with values of `palette.py`) are
   attached and run through the real engine (`search.py`); the first that breaks the requirement, reduced, makes it
   `breakable`.
6. Without proof or counterexample it is `undecided`. If asked, lines that close open points are sought, and given only
   if step 4 succeeds with them (`suggestions.py`).
"""

from policyengine.analysis.prove.proofs import (
    Basis,
    Counterexample,
    DisarmedPart,
    Line,
    Outcome,
    Proof,
    ProtectingLines,
    TargetResult,
    UnclosedTarget,
)
from policyengine.analysis.prove.prover import prove

__all__ = [
    "Basis",
    "Counterexample",
    "DisarmedPart",
    "Line",
    "Outcome",
    "Proof",
    "ProtectingLines",
    "TargetResult",
    "UnclosedTarget",
    "prove",
]
