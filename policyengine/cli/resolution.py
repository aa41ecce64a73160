"""The accounts that a command is asked for, resolved, or the reasons why they cannot be."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import typer

from policyengine.analysis.findings import faults_of
from policyengine.aws.merge import AccountPolicy, resolve
from policyengine.aws.organization import Organization, find_accounts
from policyengine.base.diagnostics import Diagnostic
from policyengine.base.records import Record
from policyengine.cli.options import Format, require_snapshot
from policyengine.cli.output import Output
from policyengine.engine import admit_policies, assemble, attached_policies
from policyengine.project import Project
from policyengine.report import could_not_judge
from policyengine.report.terminal_findings import findings_page

HypotheticalOption = Annotated[
    bool,
    typer.Option("--hypothetical", help="Drop what AWS would refuse, merge the rest, and mark the result."),
]


class Resolution(Record):
    """The requested accounts by id.

    `findings` are the faults or refusals above them; `hypothetical` the ids of accounts with a refused document above.
    Without accounts and `organization` the project itself is faulty.
    """

    accounts: Sequence[AccountPolicy] = ()
    findings: Sequence[Diagnostic] = ()
    hypothetical: frozenset[str] = frozenset()
    organization: Organization | None = None


def resolve_accounts(project: Project, wanted: Sequence[str] | None, at: datetime, *, only_project: bool) -> Resolution:
    """Resolves the accounts that the arguments name, all of them for None.

    Only documents on these accounts' chains are judged. Raises `UsageError` and `SnapshotError`.
    """
    require_snapshot(project)
    partition = project.configuration.partition
    assembled = assemble(project.sources, project.snapshot, partition=partition, only_project=only_project)
    if assembled.failed or assembled.value is None:
        return Resolution(findings=faults_of(assembled.diagnostics))
    organization = assembled.value
    chosen = organization.accounts if wanted is None else find_accounts(organization, wanted)
    admission = admit_policies(attached_policies(chosen), at)
    effective = resolve(organization, at=at, substitutes=admission.substitutes, accounts=chosen)
    refused_above = frozenset(
        account.id or ""
        for account in chosen
        if any(policy in admission.substitutes for entity in account.chain for policy in entity.policies)
    )
    findings = faults_of(admission.diagnostics)
    return Resolution(effective.accounts, findings, refused_above, organization)


def refused(schema: str, resolution: Resolution, to: Output, at: str) -> str:
    """The output instead of a result that rests on faults: no accounts, the findings."""
    if to.format is Format.JSON:
        return could_not_judge.as_json(schema, at, "accounts", resolution.findings)
    page = findings_page(resolution.findings, color=to.colored, width=to.width)
    if resolution.hypothetical:
        page.line("AWS would refuse these documents; --hypothetical drops the refused settings and merges the rest")
    return page.text()
