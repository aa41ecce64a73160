"""The plans that a project's accounts will have, for commands about resources, and the inventory of these."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from msgspec.structs import replace

from policyengine.analysis.coverage import InventoryCoverage, inventory_coverage
from policyengine.analysis.findings import Verdict
from policyengine.aws.deployment import Deployment, deploy
from policyengine.aws.documents import Json
from policyengine.aws.merge import Effective
from policyengine.aws.organization import Organization
from policyengine.aws.resources import ResourceInventory
from policyengine.base.diagnostics import Diagnostic
from policyengine.base.errors import UnreadableError
from policyengine.base.records import Record
from policyengine.cli.gate import gate_of, inventory_findings, inventory_verdict
from policyengine.cli.output import COULD_NOT_JUDGE, Output
from policyengine.cli.resolution import Resolution, resolve_accounts
from policyengine.inventory import project_inventory
from policyengine.project import DOCUMENT, Project, read_source
from policyengine.report import could_not_judge
from policyengine.report.json_output import stamp
from policyengine.report.terminal_findings import findings_page


class RefusedProject(Record):
    """A project without plans: faults in it, or refusals of AWS, stand in the way."""

    resolution: Resolution

    def written(self, schema: str, to: Output, at: datetime, *, key: str) -> int:
        """Writes the reasons instead of a result, whose list in JSON, under a key, is empty; gives the exit code."""
        to.write(self._text(schema, to, at, key))
        return COULD_NOT_JUDGE

    def _text(self, schema: str, to: Output, at: datetime, key: str) -> str:
        if to.format == "markdown":
            return could_not_judge.markdown(schema.split("/")[1], self.resolution.findings)
        if to.format != "terminal":
            return could_not_judge.as_json(schema, stamp(at), key, self.resolution.findings)
        page = findings_page(self.resolution.findings, color=to.colored, width=to.width)
        return page.text()


class DeployedProject(Record):
    """An organization with what AWS serves its accounts, and an inventory of their resources, if there is one.

    `on_inventory` is the verdict of the project's gate on the inventory itself, None without one.
    """

    organization: Organization
    deployment: Deployment
    partition: str
    inventory: ResourceInventory | None = None
    on_inventory: Verdict | None = None

    @property
    def inventory_fails(self) -> bool:
        """Whether the project's gate fails for the findings on the inventory itself."""
        return self.on_inventory is not None and self.on_inventory.failed

    @property
    def inventory_findings(self) -> tuple[Diagnostic, ...]:
        """The findings on the inventory itself that count."""
        return self.on_inventory.standing if self.on_inventory else ()

    @property
    def coverage(self) -> InventoryCoverage | None:
        """The coverage of the inventory, judged anew; None without one."""
        if self.inventory is None:
            return None
        return inventory_coverage(self.inventory, self.organization, self.deployment)


def deployed_project(project: Project, at: datetime, *, only_project: bool) -> DeployedProject | RefusedProject:
    """The plans of every account of a project at a moment. Raises `UsageError` and `SnapshotError`."""
    resolution = resolve_accounts(project, None, at, only_project=only_project)
    if resolution.organization is None or resolution.findings:
        return RefusedProject(resolution)
    deployment = deploy(resolution.organization, Effective(tuple(resolution.accounts), ()), at=at)
    return DeployedProject(resolution.organization, deployment, project.configuration.partition)


def stocked_project(
    project: Project, files: Sequence[Path] | None, at: datetime, *, only_project: bool, quiet: bool
) -> DeployedProject | RefusedProject:
    """The same with the inventory of the files that are given, or of the project.

    What counts of the findings on it goes to standard error.

    Raises `UnreadableError` and `ConfigurationError` as well.
    """
    deployed = deployed_project(project, at, only_project=only_project)
    outcome = project_inventory(project, files or (), at=at) if isinstance(deployed, DeployedProject) else None
    if outcome is None or isinstance(deployed, RefusedProject):
        return deployed
    findings = inventory_findings(outcome, deployed.organization)
    gate = gate_of(project.configuration, strict=project.configuration.strict)
    verdict = inventory_verdict(findings, gate, quiet=quiet)
    return replace(deployed, inventory=outcome.value, on_inventory=verdict)


def read_json(file: Path, expected: str) -> Json:
    """The value of a JSON file. Raises `UnreadableError` with its place, and what was `expected`, where it is none."""
    text = read_source(file, DOCUMENT._replace(name=expected)).text.removeprefix("\ufeff")
    if not text.strip():
        raise UnreadableError(f"{file}: the file is empty; expected {expected}")
    try:
        value: Json = json.loads(text)
    except json.JSONDecodeError as fault:
        early = fault.pos >= len(text.rstrip()) or fault.msg.startswith("Unterminated")
        why = "the file ends too soon" if early else f"{fault.msg.lower()} (column {fault.colno})"
        raise UnreadableError(f"{file}:{fault.lineno}: this is not JSON: {why}; expected {expected}") from fault
    except RecursionError as fault:
        raise UnreadableError(f"{file}: the JSON nests too deeply; expected {expected}") from fault
    return value
