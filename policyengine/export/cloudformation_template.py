"""CloudFormation: a template with a policy a resource, and what adopts those that AWS has already.

CloudFormation attaches a policy when it creates it, and creates in the order of `DependsOn`: all policies stand in one
line. Deleting the stack or a resource keeps the policy, which many accounts may rest on.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from msgspec.structs import replace

from policyengine.aws.documents import Json
from policyengine.aws.policy_text import minify
from policyengine.base.errors import UsageError
from policyengine.base.text import quoted
from policyengine.export.exported_policies import (
    Export,
    ExportedPolicy,
    ExportTarget,
    ResourceNames,
    in_creation_order,
    require_adoptable,
    require_sizes,
)
from policyengine.report.json_output import to_json

_TYPE = "AWS::Organizations::Policy"
_REFERENCE = "{{resolve:"
_FUNCTIONS = ("Ref", "Condition")
_MOST = {"resources": 500, "parameters": 200, "bytes": 1_000_000}
"""CloudFormation's quotas for a template (its user guide, "Understand CloudFormation quotas")."""
_FEWER = "leave out the snapshot's policies with `--only-project`"
_LESS = {
    "resources": _FEWER,
    "parameters": "give the command a snapshot with the ids of targets, as `pull` writes it",
    "bytes": _FEWER,
}


def cloudformation(export: Export, *, importing: bool) -> dict[str, str]:
    """File names and texts: `template.json`, and with `importing` also what adopts what AWS has already.

    That is `import-template.json` for the change set of the type `IMPORT`, in which nothing may be new or changed, and
    `resources-to-import.json`, which says by its id what each of its resources is. A target whose id nobody has is a
    parameter. Raises `UsageError` where targets demand contradicting orders, for texts that CloudFormation would
    change, for a template that is too large, and with `importing` for orders that it would not mend.
    """
    require_sizes(export)
    if importing:
        require_adoptable(export)
    export = in_creation_order(export)
    for policy in export.policies:
        _refuse_references(policy)
    names = _names(export)
    files = {"template.json": _text(_template(export, names))}
    return files | _imports(export, names) if importing else files


def _imports(export: Export, names: _LogicalNames) -> dict[str, str]:
    """The template of what AWS has, as it is, and the ids of its resources; without any, none can be imported."""
    stored = export.stored or Export((), ())
    adopted = {policy.name: policy for policy in stored.policies if policy.id}
    there = replace(
        stored, policies=tuple(adopted[policy.name] for policy in export.policies if policy.name in adopted)
    )
    listed: list[Json] = [
        {
            "ResourceType": _TYPE,
            "LogicalResourceId": names.policies[policy.name],
            "ResourceIdentifier": {"Id": policy.id},
        }
        for policy in there.policies
    ]
    templates = {"import-template.json": _text(_template(there, names))} if listed else {}
    return templates | {"resources-to-import.json": to_json(listed)}


class _LogicalNames(NamedTuple):
    """The logical names of policies, and of parameters by the key of their target; equal in both templates."""

    policies: Mapping[str, str]
    parameters: Mapping[tuple[str, str], str]


def _names(export: Export) -> _LogicalNames:
    names = ResourceNames("")
    policies = {policy.name: names.name(policy.name) for policy in export.policies}
    targets = [*export.targets, *(export.stored.targets if export.stored else ())]
    unknown = {target.key: target for target in targets if target.id is None}
    return _LogicalNames(policies, {key: names.name(f"{each.name or 'root'} id") for key, each in unknown.items()})


def _template(export: Export, names: _LogicalNames) -> dict[str, Json]:
    resources: dict[str, Json] = {}
    for policy in export.policies:
        there = [_reference(target, names) for target in export.targets if policy.name in target.policies]
        resources[names.policies[policy.name]] = _resource(policy, there, next(reversed(resources), None))
    parameters: dict[str, Json] = {
        names.parameters[target.key]: {"Type": "String", "Description": f"AWS's id of {target.name or 'the root'}"}
        for target in export.targets
        if target.id is None
    }
    for kind, number in (("resources", len(resources)), ("parameters", len(parameters))):
        _refuse_excess(number, kind)
    template: dict[str, Json] = {"AWSTemplateFormatVersion": "2010-09-09"}
    return template | ({"Parameters": parameters} if parameters else {}) | {"Resources": resources}


def _reference(target: ExportTarget, names: _LogicalNames) -> Json:
    return {"Ref": names.parameters[target.key]} if target.id is None else target.id


def _text(template: Json) -> str:
    """A template as text, without layout where it were too large with it."""
    text = to_json(template)
    if len(text.encode()) > _MOST["bytes"]:
        text = minify(template) + "\n"
    _refuse_excess(len(text.encode()), "bytes")
    return text


def _refuse_excess(number: int, kind: str) -> None:
    """Raises `UsageError` where a template has more than CloudFormation takes."""
    if number > _MOST[kind]:
        raise UsageError(
            f"the template has {number:,} {kind}, CloudFormation takes {_MOST[kind]:,}; {_LESS[kind]}, or export to"
            " terraform"
        )


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
    if any(_REFERENCE in text for text in policy.texts()):
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
