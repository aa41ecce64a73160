"""Can a policy attached further down break a requirement? Proofs and counterexamples. The door is `prove`."""

from policyengine.prove.prove import prove
from policyengine.prove.values import Attack, Basis, Disarmed, Left, Line, Outcome, Proof, Result, Suggestion

__all__ = ["Attack", "Basis", "Disarmed", "Left", "Line", "Outcome", "Proof", "Result", "Suggestion", "prove"]
