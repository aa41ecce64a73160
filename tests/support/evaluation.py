"""A policy file and an organization, evaluated as `check` does it."""

from __future__ import annotations

from support.moment import AT

from policyengine.analysis.findings import Gate, settle
from policyengine.base.diagnostics import Diagnostic
from policyengine.base.source import Source
from policyengine.engine import Evaluation, evaluate


def evaluated(policies: str, tree: str, *, file: str = "policy.bpol", partition: str = "aws") -> Evaluation:
    """The evaluation of one policy file, by its text, in the organization of a snapshot's text."""
    return evaluate([Source(file, policies)], Source("organization.yaml", tree), at=AT, partition=partition)


def settled(evaluation: Evaluation) -> tuple[Diagnostic, ...]:
    """The findings of an evaluation at their usual levels, as a report has them."""
    return tuple(settle(evaluation.diagnostics, Gate()).diagnostics)
