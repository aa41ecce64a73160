"""CloudFormation: a template with a policy a resource, and the file that tells which of them AWS has already.

CloudFormation attaches a policy when it creates it, and creates in the order of `DependsOn`: all policies stand in one
line. Deleting the stack or a resource keeps the policy, which many accounts may rest on.
"""

from __future__ import annotations

from policyengine.aws.documents import Json
from policyengine.aws.policy_text import minify
from policyengine.base.errors import UsageError
from policyengine.base.text import quoted
from policyengine.export.exported import Export, ExportedPolicy, ExportTarget, ResourceNames, in_creation_order
from policyengine.report.json_output import to_json

_TYPE = "AWS::Organizations::Policy"
_REFERENCE = "{{resolve:"
_FUNCTIONS = ("Ref", "Condition")


def cloudformation(export: Export, *, importing: bool) -> dict[str, str]:
    """File names and texts: `template.json`, and with `importing` also `resources-to-import.json`.

    Raises `UsageError` where targets demand contradicting orders. A target whose id nobody has is a parameter.
    """
    export = in_creation_order(export)
    for policy in export.policies:
        _refuse_references(policy)
    names = ResourceNames("")
    logical = {policy.name: names.name(policy.name) for policy in export.policies}
    parameters = {target: names.name(f"{target.name or 'root'} id") for target in export.targets if target.id is None}
    files = {"template.json": to_json(_template(export, logical, parameters))}
    if importing:
        files["resources-to-import.json"] = to_json(
            [
                {
                    "ResourceType": _TYPE,
                    "LogicalResourceId": logical[policy.name],
                    "ResourceIdentifier": {"Id": policy.id},
                }
                for policy in export.policies
                if policy.id
            ]
        )
    return files


def _template(export: Export, logical: dict[str, str], parameters: dict[ExportTarget, str]) -> dict[str, Json]:
    resources: dict[str, Json] = {}
    for policy in export.policies:
        there: list[Json] = [
            {"Ref": parameters[target]} if target.id is None else target.id
            for target in export.targets
            if policy.name in target.policies
        ]
        resources[logical[policy.name]] = _resource(policy, there, next(reversed(resources), None))
    template: dict[str, Json] = {"AWSTemplateFormatVersion": "2010-09-09"}
    if parameters:
        template["Parameters"] = {
            name: {"Type": "String", "Description": f"AWS's id of {target.name or 'the root'}"}
            for target, name in parameters.items()
        }
    return template | {"Resources": resources}


def _resource(policy: ExportedPolicy, targets: list[Json], before: str | None) -> Json:
    properties: dict[str, Json] = {"Name": policy.name, "Type": "BACKUP_POLICY"}
    if policy.description:
        properties["Description"] = policy.description
    properties["Content"] = minify(policy.content) if _calls_functions(policy.content) else policy.content
    if targets:
        properties["TargetIds"] = targets
    if policy.tags:
        properties["Tags"] = [{"Key": key, "Value": value} for key, value in policy.tags.items()]
    resource: dict[str, Json] = {"Type": _TYPE}
    if before:
        resource["DependsOn"] = before
    return resource | {"DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain", "Properties": properties}


def _refuse_references(policy: ExportedPolicy) -> None:
    """Raises `UsageError` for a text that CloudFormation would replace by a secret or a parameter: it has no escape."""
    texts = [policy.name, policy.description, *policy.tags, *policy.tags.values(), minify(policy.content)]
    if any(_REFERENCE in text for text in texts):
        raise UsageError(
            f"policy {quoted(policy.name)}: CloudFormation would replace what begins with {quoted(_REFERENCE)}, and"
            " has no way to write it as text; write another text, or export to terraform"
        )


def _calls_functions(node: Json) -> bool:
    """Whether CloudFormation would take a part of a document for a function: it takes such a document as text alone."""
    if isinstance(node, dict):
        calls = any(key in _FUNCTIONS or key.startswith("Fn::") for key in node)
        return calls or any(map(_calls_functions, node.values()))
    return isinstance(node, list) and any(map(_calls_functions, node))
