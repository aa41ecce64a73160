"""Generated requirements about a generated organization through the engine, by its doors, and through the oracle."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from aws.merge.comparison import seconds_between
from generators.organizations import accounts_of, levels_of
from oracle.effective import effective, published
from oracle.requirements import FAIL, OUTSIDE, PASS, UNDECIDED, Judged, judge_in, lets_of, scopes_of
from support.moment import AT

from policyengine.analysis.requirements import (
    AccountResources,
    Judgement,
    ResourceRow,
    ResourceRows,
    check_types,
    judge,
)
from policyengine.analysis.requirements.judgements import AssertionResult
from policyengine.aws.deployment import DeployedPlan, View, deploy
from policyengine.aws.merge import resolve
from policyengine.aws.organization import attach
from policyengine.aws.snapshot.snapshot import read_snapshot
from policyengine.base.diagnostics import Diagnostic
from policyengine.base.source import Source
from policyengine.language.syntax import parse
from policyengine.language.syntax.nodes import Module, Require

Tree = dict[str, Any]
Resources = Mapping[str, list[Tree]]
"""Resources of accounts by id, as the oracle takes them."""


class FaultyError(Exception):
    """The text that should have been well typed has faults."""


def judged(snapshot: Tree, text: str, resources: Resources | None = None) -> Judgement:
    """What the engine says. Raises `FaultyError` with the findings where the text has faults."""
    demands = check_types([read(text)])
    if demands.failed:
        raise FaultyError([said(found) for found in demands.diagnostics if found.severity == "error"])
    organization = attach(read_snapshot(Source("organization.json", json.dumps(snapshot)))).value
    deployment = deploy(organization, resolve(organization, at=AT), at=AT, apart=demands.value.ids)
    rows = None if resources is None else _rows(resources, deployment.published)
    return judge(demands.value.requirements, deployment.published, organization.management_account, rows)


def _rows(resources: Resources, views: Sequence[View]) -> ResourceRows:
    plans = {account.id: {plan.plan.name: plan for plan in view.plans} for view in views for account in view.accounts}
    rows = {
        number: AccountResources(tuple(_row(resource, plans.get(number, {})) for resource in listed))
        for number, listed in resources.items()
    }
    return ResourceRows(rows)


def _row(resource: Tree, plans: Mapping[str, DeployedPlan]) -> ResourceRow:
    deployed = tuple(plans[name] for name in resource["plans"] if name in plans)
    return ResourceRow(
        resource["arn"],
        resource["type"],
        resource["region"],
        resource["tags"],
        resource["protected"],
        deployed,
        tuple(resource["plans"]),
        has_local_plan=resource["own"],
    )


def differences(snapshot: Tree, text: str, resources: Resources | None = None) -> Iterator[str]:
    """What engine and oracle see differently, assertion by assertion and account by account; nothing if they agree."""
    judgement, expected = judged(snapshot, text, resources), expectations(snapshot, text, resources)
    found, idle = outcomes(judgement), {requirement.name for requirement in judgement.idle}
    vacuous = {(requirement.name, requirement.assertions.index(held)) for requirement, held, _ in judgement.vacuous}
    for name, theirs in expected.items():
        if (name not in idle) != theirs.applies:
            yield f"{name} applies: engine {name not in idle}, oracle {theirs.applies}"
        for place, (verdicts, about_nothing) in enumerate(zip(theirs.verdicts, theirs.vacuous, strict=True)):
            if ((name, place) in vacuous) != about_nothing:
                yield f"{name}[{place}] vacuous: engine {not about_nothing}, oracle {about_nothing}"
            for account, verdict in verdicts.items():
                ours = found.get((name, place, account), OUTSIDE)
                if ours != verdict:
                    yield f"{name}[{place}] of {account}: engine {ours}, oracle {verdict}"


def outcomes(judgement: Judgement) -> dict[tuple[str, int, str], str]:
    """Pass, fail or unknown by requirement, number of the assertion and account; nothing for accounts outside."""
    return {
        (result.requirement.name, result.requirement.assertions.index(result.assertion), account.id or ""): outcome(
            result
        )
        for result in judgement.results
        for account in result.accounts
    }


def expectations(snapshot: Tree, text: str, resources: Resources | None = None) -> dict[str, Judged]:
    """What the oracle says, by requirement."""
    statements = read(text).statements
    documents = {number: _served(snapshot, number) for number in accounts_of(snapshot)}
    requirements = [statement for statement in statements if isinstance(statement, Require)]
    scopes = scopes_of(snapshot, documents, lets_of(statements), AT, resources)
    return {found.name.text: judge_in(scopes, found) for found in requirements}


@lru_cache(maxsize=1)  # engine and oracle are asked of the same text
def read(text: str) -> Module:
    """The tree of a text; raises `FaultyError` for one that is not of the language."""
    outcome_ = parse(Source("demands.bpol", text))
    if outcome_.diagnostics:
        raise FaultyError([said(found) for found in outcome_.diagnostics])
    return outcome_.value


def said(found: Diagnostic) -> str:
    """A finding with the text that it points at."""
    where = f" at `{found.span.source.text[found.span.start : found.span.end]}`" if found.span else ""
    return f"{found.code} {found.message}{where}"


def outcome(result: AssertionResult) -> str:
    """pass, fail or unknown."""
    return UNDECIDED if result.undecided else FAIL if result.violated else PASS


def _served(snapshot: Tree, number: str) -> Tree | None:
    """What AWS publishes for an account: `{}` without policies or where the type is off, None where nobody knows."""
    enabled = snapshot["organization"]["backup_policies_enabled"]
    result = effective(levels_of(snapshot, number), at=AT, next_two=seconds_between, enabled=enabled)
    found = published(result, snapshot.get("last_valid", {}).get(number))
    return {} if result.status == "disabled" else found
