"""The gate of commands about resources: the requirements of a project that ask for resources, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from policyengine.analysis.requirements import asks_for_resources
from policyengine.base.diagnostics import Diagnostic
from policyengine.cli.gate import gate_of, placed, stored_baseline
from policyengine.engine import Evaluation, verdict_of
from policyengine.project import Project
from policyengine.report.account_names import AccountNames
from policyengine.report.check import CheckResult


def check_resources(
    project: Project,
    evaluation: Evaluation,
    at: datetime,
    snapshot: Path | None,
    of_inventory: Iterable[Diagnostic] = (),
) -> CheckResult:
    """The verdict on the requirements that ask for resources, of an evaluation with an inventory.

    `of_inventory` are findings on the inventory itself, which count as the project's configuration has it.
    """
    requirements = evaluation.judgement.requirements if evaluation.judgement else ()
    asking = [requirement.name for requirement in requirements if asks_for_resources(requirement)]
    of_resources = tuple(finding for finding in evaluation.diagnostics if finding.requirement in asking)
    alone = replace(evaluation, diagnostics=(*of_inventory, *of_resources), missing_facts=())
    gate = gate_of(project.configuration, strict=project.configuration.strict)
    verdict = verdict_of(alone, gate, at=at, baseline=stored_baseline(project), complete=False)
    organization = evaluation.organization
    result = CheckResult(
        verdict,
        at,
        accounts=len(organization.accounts) if organization else 0,
        policies=len(organization.policies) if organization else 0,
        names=AccountNames(organization) if organization else None,
        baseline=project.configuration.baseline or "",
        gate=gate,
        demanded=tuple(asking),
    )
    return placed(result, project, snapshot)
