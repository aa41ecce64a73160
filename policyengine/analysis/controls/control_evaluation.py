"""The results of controls for an organization: the door of this room is `evaluate_controls`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime

from msgspec.structs import replace

from policyengine.analysis.controls.control_values import (
    Compliance,
    ControlAnswer,
    ControlDemand,
    ControlResult,
    ControlRow,
    whole,
)
from policyengine.analysis.controls.plan_controls import encryption_rows, plan_rows, point_rows, vault_rows
from policyengine.analysis.controls.resource_controls import (
    OF_RESOURCES,
    Backups,
    EvaluatedResource,
    backups_in,
    judge_resource,
    matches_id,
)
from policyengine.analysis.coverage import InventoryCoverage
from policyengine.aws.deployment import Deployment, View
from policyengine.aws.facts import resource_features
from policyengine.aws.facts.audit_controls import ControlQuestion, evaluated_as
from policyengine.aws.organization import Organization
from policyengine.aws.resources import Resource

_BASES = {
    ControlQuestion.PROTECTED: "plans and inventory",
    ControlQuestion.PLAN: "plans",
    ControlQuestion.RETENTION: "plans: the points that rules and copies will make",
    ControlQuestion.ENCRYPTED: "plans and inventory: the points that rules will make",
    ControlQuestion.DELETION: "access policies of the vaults in the snapshot",
    ControlQuestion.CROSS_REGION: "plans and inventory",
    ControlQuestion.CROSS_ACCOUNT: "plans and inventory",
    ControlQuestion.LOCK: "plans, inventory and the vaults in the snapshot",
    ControlQuestion.LAST_POINT: "schedules and inventory: the age that the newest point never exceeds if jobs succeed",
    ControlQuestion.RESTORE_TIME: "restore times in the inventory",
    ControlQuestion.AIR_GAPPED: "plans, schedules, inventory and the vaults in the snapshot",
}
_NO_INVENTORY = "no inventory lists the resources: give one with --inventory"


def evaluate_controls(  # noqa: PLR0913 - what the results rest on
    demands: Iterable[ControlDemand],
    organization: Organization,
    deployment: Deployment,
    coverage: InventoryCoverage | None,
    *,
    at: datetime,
    partition: str = "aws",
) -> tuple[ControlResult, ...]:
    """The result of each control, in their order, by what AWS serves; `coverage` is that of the inventory, if any."""
    evaluator = _Evaluator(organization, deployment, coverage, at, partition)
    return tuple(map(evaluator.result, demands))


class _Evaluator:
    def __init__(
        self,
        organization: Organization,
        deployment: Deployment,
        coverage: InventoryCoverage | None,
        at: datetime,
        partition: str,
    ) -> None:
        self._organization, self._deployment, self._partition = organization, deployment, partition
        management = organization.management_account
        self._resources = _Resources(deployment, management, coverage, at) if coverage else None
        self._coverage = coverage

    def result(self, demand: ControlDemand) -> ControlResult:
        rows = tuple(_if_available(row, demand) for row in self._rows(demand))
        basis = _BASES[demand.control.question]
        if rows:
            hidden = self._unlisted(demand)
            more = f"; it cannot list {', '.join(hidden)}" if hidden else ""
            return ControlResult(demand, whole(row.compliance for row in rows), f"{basis}{more}", rows)
        if reason := self._unseen(demand):
            return ControlResult(demand, Compliance.INSUFFICIENT_DATA, reason, ())
        return ControlResult(demand, Compliance.NOT_APPLICABLE, f"{basis}: nothing to evaluate", ())

    def _rows(self, demand: ControlDemand) -> Iterable[ControlRow]:
        question = demand.control.question
        if question is ControlQuestion.ENCRYPTED and self._resources is None:
            return encryption_rows(self._deployment, demand)
        if question in OF_RESOURCES:
            return self._resources.rows(demand) if self._resources else ()
        return self._OF_OTHERS[question](self, demand)

    def _of_vaults(self, demand: ControlDemand) -> Iterator[ControlRow]:
        return vault_rows(self._organization, demand, self._partition)

    def _of_plans(self, demand: ControlDemand) -> Iterator[ControlRow]:
        return plan_rows(self._deployment, demand)

    def _of_points(self, demand: ControlDemand) -> Iterator[ControlRow]:
        return point_rows(self._deployment, demand)

    _OF_OTHERS: Mapping[ControlQuestion, Callable[[_Evaluator, ControlDemand], Iterator[ControlRow]]] = {
        ControlQuestion.PLAN: _of_plans,
        ControlQuestion.RETENTION: _of_points,
        ControlQuestion.DELETION: _of_vaults,
    }

    def _unseen(self, demand: ControlDemand) -> str:
        """The reason why nothing was evaluated although there may be resources; empty where there are none."""
        question = demand.control.question
        if question is ControlQuestion.DELETION:
            return "" if self._organization.vaults is not None else "the snapshot has no list of vaults"
        if question not in OF_RESOURCES or question is ControlQuestion.ENCRYPTED:
            return ""
        if self._coverage is None:
            return _NO_INVENTORY
        hidden = self._unlisted(demand)
        return f"the inventory cannot list {', '.join(hidden)}" if hidden else ""

    def _unlisted(self, demand: ControlDemand) -> list[str]:
        """The types that a control evaluates and the inventory cannot list."""
        if self._coverage is None or demand.control.question not in OF_RESOURCES:
            return []
        asked = demand.control.types or tuple(resource_features())
        scope = demand.scope.types
        return [kind for kind in asked if kind in self._coverage.unlisted and (scope is None or kind in scope)]


def _if_available(row: ControlRow, demand: ControlDemand) -> ControlRow:
    """A row, which does not apply where AWS does not have the control."""
    if row.region is None or demand.control.is_in(row.region):
        return row
    annotation = f"neither Audit Manager nor the rule is in {row.region}"
    return replace(row, compliance=Compliance.NOT_APPLICABLE, annotation=annotation)


class _Resources:
    """The resources of an inventory, each judged once for all controls."""

    def __init__(
        self, deployment: Deployment, management: str | None, coverage: InventoryCoverage, at: datetime
    ) -> None:
        self._views = {account.id: view for view in deployment.published for account in view.accounts}
        self._members = frozenset(number for number in (*self._views, management) if number)
        self._backups: dict[object, Backups | None] = {}
        points = coverage.inventory.recovery_points or {}
        self._evaluated = tuple(
            self._judge(resource, coverage, points.get(resource.arn), at) for resource in coverage.inventory.resources
        )

    def rows(self, demand: ControlDemand) -> Iterator[ControlRow]:
        types = demand.control.types or tuple(resource_features())
        for evaluated in self._evaluated:
            resource = evaluated.resource
            if resource.type in types and (answer := _scoped(evaluated, demand)):
                place = resource.account, resource.region
                yield ControlRow(resource.arn, *place, *answer, evaluated_as(resource.type))

    def _judge(
        self, resource: Resource, coverage: InventoryCoverage, newest: datetime | None, at: datetime
    ) -> EvaluatedResource:
        full = coverage.judge.full_verdict(resource)
        verdict, region = full.verdict.verdict, full.of.region or resource.region
        view: View | None = self._views.get(resource.account)
        key = (view, verdict.plans, region)
        if key not in self._backups:
            self._backups[key] = backups_in(view, verdict.plans, region, at)
        return EvaluatedResource(resource, verdict, self._backups[key], newest, at, self._members)


def _scoped(evaluated: EvaluatedResource, demand: ControlDemand) -> ControlAnswer | None:
    """The answer about a resource; None where it is out of the control's scope."""
    scope, resource = demand.scope, evaluated.resource
    if not scope.covers_place(resource.account, resource.region):
        return None
    if scope.types is not None and resource.type not in scope.types:
        return None
    wanted = demand.parameters.get("resourceId")
    if not all(matches_id(resource, ids) for ids in (scope.ids, (wanted,) if isinstance(wanted, str) else None) if ids):
        return None
    if scope.tag is not None:
        if resource.tags is None:
            return ControlAnswer(Compliance.INSUFFICIENT_DATA, "nobody looked whether it has the tag of the scope")
        key, value = scope.tag
        if key not in resource.tags or (value is not None and resource.tags[key] != value):
            return None
    return judge_resource(evaluated, demand)
