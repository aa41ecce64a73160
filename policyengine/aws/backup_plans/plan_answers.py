"""The forms in which AWS writes backup plans: answers, lists of plans with selections, CloudFormation's templates."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from policyengine.aws.arns import ACCOUNT
from policyengine.aws.backup_plans.plan_parts import PlanPart, PlanRemarks, part_of, shown
from policyengine.aws.documents import Json
from policyengine.aws.settings import PLANS
from policyengine.base.errors import UsageError
from policyengine.base.records import Record
from policyengine.base.text import quoted

_PLAN, _SELECTION = "BackupPlan", "BackupSelection"
_PLAN_TYPE, _SELECTION_TYPE, _VAULT_TYPE = (f"AWS::Backup::{name}" for name in (_PLAN, _SELECTION, "BackupVault"))
_PLAN_ARN = re.compile(r"arn:[a-z-]+:backup:(?P<region>[a-z0-9-]+):(?P<account>\d{12}):backup-plan:.+", re.DOTALL)
_ANSWERED = (
    *("BackupPlanId", "BackupPlanArn", "VersionId", "CreatorRequestId", "CreationDate", "DeletionDate"),
    *("LastExecutionDate", "ScheduledRunsPreview", "ResponseMetadata", "SelectionId"),
)
"""What AWS Backup reports about a plan or a selection, and takes from nobody."""
_DEEPEST = 30  # levels of a template in which references stand; AWS's own deepest is half of it
_SUBSTITUTE = re.compile(r"\$\{([^}]*)\}")
_OF_RESOURCES = ("Type", "Properties", "DependsOn", "DeletionPolicy", "UpdateReplacePolicy", "Metadata")


class GivenPlan(Record):
    """A plan with the selections given with it; `id`, `region` and `account` are empty where the JSON has none."""

    plan: PlanPart
    tags: PlanPart
    selections: tuple[PlanPart, ...]
    id: str = ""
    region: str = ""
    account: str = ""


class Answer(Record):
    """The plans of a file, and its selections whose plan may stand in another file, each with the plan's id."""

    plans: tuple[GivenPlan, ...] = ()
    selections: tuple[tuple[str, PlanPart], ...] = ()


def has_plans(content: Json) -> bool:
    """Whether a JSON value is of AWS Backup: a plan or selection, a list of plans, a template with any of them."""
    if isinstance(content, list):
        return bool(content) and all(isinstance(entry, dict) and _PLAN in entry for entry in content)
    if not isinstance(content, dict) or PLANS in content:
        return False
    return not content.keys().isdisjoint({_PLAN, _SELECTION, "BackupPlanName"}) or bool(_resources(content))


def read_answer(content: Json, partition: str, region: str) -> Answer:
    """The plans and selections in a value that `has_plans`. Raises `UsageError` where a part has another form."""
    if isinstance(content, list):
        return Answer(
            tuple(_plan(part_of(entry, (f"plan {at}",), PlanRemarks())) for at, entry in enumerate(content, start=1))
        )
    whole = part_of(content, (), PlanRemarks())
    if _PLAN in whole.keys:
        return Answer((_plan(whole),))
    if _SELECTION in whole.keys:
        whole.names_others(_SELECTION, *_ANSWERED)
        return Answer(selections=((whole.required("BackupPlanId"), whole.part(_SELECTION)),))
    if "BackupPlanName" in whole.keys:
        return Answer((_plan(part_of({_PLAN: content}, (), whole.remarks)),))
    return _template(whole, _Constants(partition, region, _vaults(whole)))


def joined(answers: Mapping[str, Answer]) -> Mapping[str, tuple[GivenPlan, ...]]:
    """The plans of each file with the selections of all files. Raises `UsageError` for one whose plan is in none."""
    plans = {name: answer.plans for name, answer in answers.items()}
    ids = {plan.id for given in plans.values() for plan in given if plan.id}
    apart: dict[str, list[PlanPart]] = {}
    for name, answer in answers.items():
        for plan_id, selection in answer.selections:
            if plan_id not in ids:
                raise UsageError(f"{name}: it selects for plan {quoted(plan_id)}, which no file holds: give that, too")
            apart.setdefault(plan_id, []).append(selection)
    return {
        name: tuple(replace(plan, selections=(*plan.selections, *apart.get(plan.id, ()))) for plan in given)
        for name, given in plans.items()
        if given
    }


def _plan(whole: PlanPart) -> GivenPlan:
    """The plan of an answer, or of an entry of a list."""
    whole.names_others(_PLAN, "BackupPlanTags", "BackupSelections", "AdvancedBackupSettings", *_ANSWERED)
    arn = _PLAN_ARN.fullmatch(whole.text("BackupPlanArn"))
    plan = whole.part(_PLAN)
    if (advanced := whole.keys.get("AdvancedBackupSettings")) and "AdvancedBackupSettings" not in plan.keys:
        plan = replace(plan, keys={**plan.keys, "AdvancedBackupSettings": advanced})
    given = GivenPlan(plan, whole.part("BackupPlanTags"), tuple(whole.parts("BackupSelections")))
    return replace(
        given, id=whole.text("BackupPlanId"), region=arn["region"] if arn else "", account=arn["account"] if arn else ""
    )


def _resources(content: Mapping[str, Json]) -> Mapping[str, dict[str, Json]]:
    """The plans and selections of a template, by their logical ids."""
    resources = content.get("Resources")
    entries = resources.items() if isinstance(resources, dict) else ()
    types = (_PLAN_TYPE, _SELECTION_TYPE)
    return {name: entry for name, entry in entries if isinstance(entry, dict) and entry.get("Type") in types}


def _vaults(template: PlanPart) -> Mapping[str, str]:
    """The names of the vaults that a template creates, by their logical ids."""
    resources = template.keys.get("Resources")
    names: dict[str, str] = {}
    for key, entry in resources.items() if isinstance(resources, dict) else ():
        properties = entry.get("Properties") if isinstance(entry, dict) and entry.get("Type") == _VAULT_TYPE else None
        name = properties.get("BackupVaultName") if isinstance(properties, dict) else None
        if isinstance(name, str):
            names[key] = name
    return names


def _template(template: PlanPart, constants: _Constants) -> Answer:
    plans, selections = [], []
    for name, entry in _resources(template.keys).items():
        resource = part_of(entry, (name,), template.remarks)
        resource.names_others(*_OF_RESOURCES)
        properties = part_of(constants.put_into(entry.get("Properties")), (name, "Properties"), template.remarks)
        if entry["Type"] == _PLAN_TYPE:
            properties.names_others(_PLAN, "BackupPlanTags")
            plans.append(GivenPlan(properties.part(_PLAN), properties.part("BackupPlanTags"), (), name))
        else:
            properties.names_others(_SELECTION, "BackupPlanId")
            selections.append((_logical_id(properties), properties.part(_SELECTION)))
    return Answer(tuple(plans), tuple(selections))


def _logical_id(selection: PlanPart) -> str:
    """The logical id of the plan to which a selection of a template belongs."""
    reference = selection.keys.get("BackupPlanId")
    target = next(iter(reference.values())) if isinstance(reference, dict) and len(reference) == 1 else reference
    name = target[0] if isinstance(target, list) and target else target
    if not isinstance(name, str) or not name:
        raise UsageError(f"{shown(selection.place)}: its `BackupPlanId` refers to no plan of the template")
    return name.partition(".")[0]


class _Constants(Record):
    """The values that a template gives by reference and is the same wherever it is deployed, or given by an option."""

    partition: str
    region: str
    vaults: Mapping[str, str]

    def put_into(self, value: Json, depth: int = 0) -> Json:
        """The value with the text of each reference that has one; other functions stay as they are."""
        if depth > _DEEPEST or not isinstance(value, (dict, list)):
            return value
        if isinstance(value, list):
            return [self.put_into(entry, depth + 1) for entry in value]
        if len(value) == 1 and (text := next(self._texts(*next(iter(value.items()))), None)) is not None:
            return text
        kept = {key: entry for key, entry in value.items() if entry != {"Ref": "AWS::NoValue"}}
        return {key: self.put_into(entry, depth + 1) for key, entry in kept.items()}

    def _texts(self, function: str, argument: Json) -> Iterator[str]:
        """The text of a function, if it has one."""
        names = self._names()
        if not isinstance(argument, str):
            return
        if function == "Ref" and argument in names:
            yield names[argument]
        if function == "Fn::Sub" and all(name in names for name in _SUBSTITUTE.findall(argument)):
            yield _SUBSTITUTE.sub(lambda match: names[match[1]], argument)

    def _names(self) -> Mapping[str, str]:
        region = {"AWS::Region": self.region} if self.region else {}
        return {"AWS::Partition": self.partition, "AWS::AccountId": ACCOUNT, **region, **self.vaults}
