"""`policyengine explain --resource`.

Apart from `explain`, which imports it where an ARN is given: what reads and judges inventories takes long to load.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from policyengine.aws.resources import Resource, ResourceInventory
from policyengine.aws.resources.identity import canonical
from policyengine.base.errors import UsageError
from policyengine.base.text import suggestion
from policyengine.cli.deployed import RefusedProject, stocked_project
from policyengine.cli.options import Format
from policyengine.cli.output import CLEAN, Output, progress
from policyengine.project import Project
from policyengine.report.explain_resource import SCHEMA, ExplainedResource, as_json, terminal
from policyengine.report.json_output import stamp


def explain_resource(  # noqa: PLR0913 - the options of the command
    project: Project, arn: str, files: Sequence[Path], to: Output, at: datetime, *, only_project: bool
) -> int:
    """Every selection of a resource's account, and which clause of it holds or fails. Raises `UsageError`."""
    with progress("judging the resource", quiet=to.quiet):
        stocked = stocked_project(project, files, at, only_project=only_project, quiet=to.quiet)
        if isinstance(stocked, RefusedProject):
            return stocked.written(SCHEMA, to, at, key="selections")
        inventory, coverage = stocked.inventory, stocked.coverage
        if inventory is None or coverage is None:
            raise UsageError(
                "--resource needs an inventory: pass --inventory FILE, or name its files under [inventory]"
            )
        resource = _listed_resource(inventory, arn)
        full = coverage.judge.full_verdict(resource)
        explained = ExplainedResource(
            resource,
            coverage.judge.row(resource, full),
            full.of,
            coverage.matches(full.of),
            stocked.organization,
            stocked.inventory_findings,
        )
    if not to.silent:
        if to.format is Format.JSON:
            to.write(as_json(explained, stamp(at)))
        else:
            to.write(terminal(explained, color=to.colored, width=to.width))
    return CLEAN


def _listed_resource(inventory: ResourceInventory, arn: str) -> Resource:
    wanted = canonical(arn)
    for resource in inventory.resources:
        if resource.arn == wanted:
            return resource
    advice = suggestion(arn, [resource.arn for resource in inventory.resources]) or "look at its ARN, or list it anew"
    raise UsageError(f"--resource {arn}: the inventory does not have it; {advice}")
