"""Controls of AWS Backup Audit Manager and managed rules of AWS Config: names, parameters, defaults (facts 5, 6)."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from types import MappingProxyType
from typing import Any, TypeAlias

from policyengine.aws.facts.backup_features import resource_features
from policyengine.aws.facts.data_files import read_data
from policyengine.aws.facts.region_features import regions
from policyengine.base.records import Record

ParameterValue: TypeAlias = "int | str | bool | tuple[str, ...] | None"
"""A parameter of a control as it counts: a number, a unit, a switch, names; None where it is not set."""


class ControlQuestion(StrEnum):
    """The question that a control asks, whatever its name."""

    PROTECTED = "protected"
    PLAN = "plan frequency and retention"
    RETENTION = "point retention"
    ENCRYPTED = "point encrypted"
    DELETION = "deletion disabled"
    CROSS_REGION = "cross-region"
    CROSS_ACCOUNT = "cross-account"
    LOCK = "vault lock"
    LAST_POINT = "last point"
    RESTORE_TIME = "restore time"
    AIR_GAPPED = "air-gapped"


class ParameterKind(StrEnum):
    """The kind of value of a parameter; lists are texts with commas in between, as AWS takes them."""

    NUMBER = "number"
    DAYS = "days"
    UNIT = "unit"
    FLAG = "flag"
    TEXT = "text"
    NAMES = "names"
    REGIONS = "regions"
    ACCOUNTS = "accounts"
    TAGS = "tags"


class AuditControl(Record):
    """A control by the name that a framework uses; `control` or `rule` is None where AWS has no such.

    `types` are the language's names of the resource types that it evaluates, empty where it evaluates plans, recovery
    points or vaults. `parameters` have their defaults. `least` and `most` are the smallest and the largest number by
    unit. `everywhere`: it is in every Region.
    """

    name: str
    control: str | None
    rule: str | None
    question: ControlQuestion
    types: tuple[str, ...]
    parameters: Mapping[str, ParameterValue]
    least: Mapping[str, int]
    most: Mapping[str, int]
    everywhere: bool = False

    def is_in(self, region: str) -> bool:
        """Whether a Region has it; one that is not known may (facts 2.4, 6)."""
        missing = _controls()["missing"]
        return self.everywhere or not (region in missing["regions"] or regions().get(region) in missing["partitions"])


@cache
def audit_controls() -> Mapping[str, AuditControl]:
    """Every control and rule by its name: `BACKUP_PLAN_...`, `EBS_IN_BACKUP_PLAN`; those of Audit Manager first."""
    raw = _controls()
    listed = [_control(entry, entry["control"], entry.get("rule")) for entry in raw["controls"]]
    for family in raw["families"]:
        for key in family["types"]:
            rule = family["rule"].replace("{type}", key)
            listed.append(_control({**family, "types": [key]}, None, rule))
    return MappingProxyType({control.name: control for control in listed})


@cache
def parameter_kinds() -> Mapping[str, ParameterKind]:
    """The kind of value of each parameter of a control, by its name."""
    return MappingProxyType({name: ParameterKind(kind) for name, kind in _controls()["kinds"].items()})


def evaluated_as(what: str) -> str:
    """AWS Config's type of what is evaluated: of a resource type of the language, or of a plan, a point, a vault."""
    kind: str = _controls()["evaluated_as"][what]
    return kind


@cache
def types_evaluated() -> Mapping[str, tuple[str, ...]]:
    """The types that scopes may name, by the names of AWS Backup, AWS Config and the language: the language's types.

    Plans, recovery points and vaults have their key in `evaluated_as`.
    """
    names: dict[str, tuple[str, ...]] = {}
    for kind, config in _controls()["evaluated_as"].items():
        features = resource_features().get(kind)
        for name in dict.fromkeys(
            (config, *((kind,) if features else ()), *((features.opt_in or ()) if features else ()))
        ):
            names[name] = (*names.get(name, ()), kind)
    return MappingProxyType(names)


def _control(entry: Mapping[str, Any], control: str | None, rule: str | None) -> AuditControl:
    types = tuple(name for key in entry.get("types", ()) for name in _controls()["types"][key])
    return AuditControl(
        control or str(rule).upper().replace("-", "_"),
        control,
        rule,
        ControlQuestion(entry["question"]),
        types,
        MappingProxyType(entry["parameters"]),
        MappingProxyType(entry.get("least", {})),
        MappingProxyType(entry.get("most", {})),
        entry.get("everywhere", False),
    )


@cache
def _controls() -> Any:  # noqa: ANN401 - JSON
    return read_data("audit_controls.json")
