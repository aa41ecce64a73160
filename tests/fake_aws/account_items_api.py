"""What accounts have of their own at AWS Backup: plans with selections, restore testing plans, frameworks of audits.

Each is a part of the state as a snapshot writes it: `content` and `selections` are AWS's answers without what AWS adds
for an account or a day (ids, ARNs, moments), which is added here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any

from fake_aws.backup_api import RegionalRequest
from fake_aws.faults import ApiError
from fake_aws.organization_state import State
from fake_aws.organizations_api import Answer, Listed
from fake_aws.published import NOW

Tree = dict[str, Any]

OF_ORGANIZATION = "orgs/00000000-0000-3000-8000-000000000000"
"""The id of a plan that a backup policy made: the answers list it, a snapshot does not."""


def _list_plans(state: State, request: RegionalRequest) -> Listed:
    own = state.items_in("local_plans", request.account, request.region)
    listed = [_plan_summary(request, _id(request, "plan", plan["name"]), plan["name"]) for plan in own]
    if state.enabled and any(state.attached.values()):
        listed.append(_plan_summary(request, OF_ORGANIZATION, "made by a policy"))
    return Listed("BackupPlansList", listed)


def _get_plan(state: State, request: RegionalRequest) -> Tree:
    plan = _plan(state, request)
    content = dict(plan["content"]["BackupPlan"])
    content["Rules"] = [{**rule, "RuleId": _id(request, "rule", rule["RuleName"])} for rule in content["Rules"]]
    summary = _plan_summary(request, request.input["BackupPlanId"], plan["name"])
    del summary["BackupPlanName"]  # which stands in the plan
    return {**summary, "BackupPlan": content}


def _list_selections(state: State, request: RegionalRequest) -> Listed:
    return Listed(
        "BackupSelectionsList",
        [
            {
                "SelectionId": _id(request, "selection", chosen["BackupSelection"]["SelectionName"]),
                "SelectionName": chosen["BackupSelection"]["SelectionName"],
                "BackupPlanId": request.input["BackupPlanId"],
                "CreationDate": NOW.timestamp(),
                "IamRoleArn": chosen["BackupSelection"]["IamRoleArn"],
            }
            for chosen in _plan(state, request).get("selections", ())
        ],
    )


def _get_selection(state: State, request: RegionalRequest) -> Tree:
    for chosen in _plan(state, request).get("selections", ()):
        name = chosen["BackupSelection"]["SelectionName"]
        if _id(request, "selection", name) == request.input["SelectionId"]:
            return {
                **chosen,
                "SelectionId": request.input["SelectionId"],
                "BackupPlanId": request.input["BackupPlanId"],
                "CreationDate": NOW.timestamp(),
            }
    raise _missing("selection")


def _list_frameworks(state: State, request: RegionalRequest) -> Listed:
    found = state.items_in("frameworks", request.account, request.region)
    return Listed(
        "Frameworks",
        [
            {
                "FrameworkName": framework["name"],
                "FrameworkArn": _arn(request, "framework", framework["name"]),
                "NumberOfControls": len(framework["content"]["FrameworkControls"]),
                "CreationTime": NOW.timestamp(),
                "DeploymentStatus": "COMPLETED",
            }
            for framework in found
        ],
    )


def _describe_framework(state: State, request: RegionalRequest) -> Tree:
    framework = _named(state, request, "frameworks", "FrameworkName")
    name = framework["name"]
    told = {"FrameworkArn": _arn(request, "framework", name), "CreationTime": NOW.timestamp()}
    return {**framework["content"], **told, "FrameworkStatus": "ACTIVE", "DeploymentStatus": "COMPLETED"}


def _list_testing_plans(state: State, request: RegionalRequest) -> Listed:
    found = state.items_in("restore_testing", request.account, request.region)
    members = ("RestoreTestingPlanName", "ScheduleExpression")
    return Listed(
        "RestoreTestingPlans",
        [
            {key: plan["content"]["RestoreTestingPlan"][key] for key in members} | _testing_facts(request, plan["name"])
            for plan in found
        ],
    )


def _get_testing_plan(state: State, request: RegionalRequest) -> Tree:
    plan = _named(state, request, "restore_testing", "RestoreTestingPlanName")
    return {"RestoreTestingPlan": plan["content"]["RestoreTestingPlan"] | _testing_facts(request, plan["name"])}


def _list_testing_selections(state: State, request: RegionalRequest) -> Listed:
    plan = _named(state, request, "restore_testing", "RestoreTestingPlanName")
    members = ("RestoreTestingPlanName", "RestoreTestingSelectionName", "IamRoleArn", "ProtectedResourceType")
    chosen = [one["RestoreTestingSelection"] for one in plan.get("selections", ())]
    return Listed(
        "RestoreTestingSelections",
        [{key: one[key] for key in members} | {"CreationTime": NOW.timestamp()} for one in chosen],
    )


def _get_testing_selection(state: State, request: RegionalRequest) -> Tree:
    plan = _named(state, request, "restore_testing", "RestoreTestingPlanName")
    for chosen in plan.get("selections", ()):
        selection = chosen["RestoreTestingSelection"]
        if selection["RestoreTestingSelectionName"] == request.input["RestoreTestingSelectionName"]:
            return {"RestoreTestingSelection": {**selection, "CreationTime": NOW.timestamp()}}
    raise _missing("restore testing selection")


ITEMS: Mapping[str, Callable[[State, RegionalRequest], Answer]] = {
    "ListBackupPlans": _list_plans,
    "GetBackupPlan": _get_plan,
    "ListBackupSelections": _list_selections,
    "GetBackupSelection": _get_selection,
    "ListFrameworks": _list_frameworks,
    "DescribeFramework": _describe_framework,
    "ListRestoreTestingPlans": _list_testing_plans,
    "GetRestoreTestingPlan": _get_testing_plan,
    "ListRestoreTestingSelections": _list_testing_selections,
    "GetRestoreTestingSelection": _get_testing_selection,
}


def _plan(state: State, request: RegionalRequest) -> Tree:
    for plan in state.items_in("local_plans", request.account, request.region):
        if _id(request, "plan", plan["name"]) == request.input["BackupPlanId"]:
            return plan
    raise _missing("backup plan")


def _named(state: State, request: RegionalRequest, part: str, member: str) -> Tree:
    found = state.items_in(part, request.account, request.region)
    for item in found:
        if item["name"] == request.input[member]:
            return item
    raise _missing(part)


def _plan_summary(request: RegionalRequest, plan: str, name: str) -> Tree:
    return {
        "BackupPlanArn": _arn(request, "backup-plan", plan),
        "BackupPlanId": plan,
        "CreationDate": NOW.timestamp(),
        "VersionId": _id(request, "version", name),
        "BackupPlanName": name,
    }


def _testing_facts(request: RegionalRequest, name: str) -> Tree:
    told = {"RestoreTestingPlanArn": _arn(request, "restore-testing-plan", name), "CreationTime": NOW.timestamp()}
    return {**told, "LastExecutionTime": NOW.timestamp()}


def _arn(request: RegionalRequest, kind: str, name: str) -> str:
    return f"arn:aws:backup:{request.region}:{request.account}:{kind}:{name}"


def _id(request: RegionalRequest, *parts: str) -> str:
    text = sha256("\0".join([request.account, request.region, *parts]).encode()).hexdigest()
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-8{text[17:20]}-{text[20:32]}"


def _missing(what: str) -> ApiError:
    return ApiError("ResourceNotFoundException", f"Cannot find the {what}.")
