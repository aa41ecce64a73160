"""`prove` in its formats, all rendered from a `ProofReport`."""

from policyengine.report.prove.result import ProofReport

__all__ = ["ProofReport"]
