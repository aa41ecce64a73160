"""The proofs of all requirements of a project, each with the lines that would close what is open."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from policyengine.analysis.prove.proofs import Proof
from policyengine.analysis.prove.prover import Prover
from policyengine.analysis.prove.suggestions import suggest
from policyengine.analysis.requirements import Demands, asks_for_resources
from policyengine.aws.merge import Effective
from policyengine.aws.organization import Organization


def prove(  # noqa: PLR0913 - what a proof rests on
    organization: Organization,
    effective: Effective,
    demands: Demands,
    *,
    at: datetime,
    partition: str = "aws",
    suggesting: bool = False,
) -> tuple[Proof, ...]:
    """For each requirement what policies at each unit and account below its attachments, or further down, can do.

    Targets to which the requirement does not apply have no result. `suggesting` looks for lines that would close what
    is open, as far as any do.
    """
    prover = Prover(organization, effective, demands.ids, at=at, partition=partition)
    return tuple(_proofs(prover, demands, suggesting=suggesting))


def _proofs(prover: Prover, demands: Demands, *, suggesting: bool) -> Iterator[Proof]:
    all_results = prover.results(demands.requirements)
    for requirement, results in zip(demands.requirements, all_results, strict=True):
        closable = suggesting and not asks_for_resources(requirement)
        suggestion = suggest(prover, requirement, results) if closable else None
        prover.forget(requirement)
        yield Proof(requirement, results, suggestion)
