"""The values that a condition asks for, what they belong to and where they are set: the leaves of every explanation."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from policyengine.analysis.requirements.attributes import ATTRIBUTES, Attribute
from policyengine.analysis.requirements.resource_rows import ResourceRow
from policyengine.analysis.requirements.row import Row
from policyengine.analysis.requirements.truth import MISSING
from policyengine.analysis.requirements.typed import Access, Constant, Element, Operand, Pick
from policyengine.analysis.requirements.value_types import Type
from policyengine.aws.deployment import DeployedCopy, DeployedPlan, DeployedRule, DeployedVault, Plan, Selection, View
from policyengine.aws.merge import segment
from policyengine.aws.settings import COPY_BLOCK, COPY_RETAIN, TAG_VALUE
from policyengine.base.records import Record


class ValuePlace(Record):
    """Where a value is set: a path in a plan; `region` where the value is that of one Region.

    `block` where the path is that of a whole block, such as a rule, and not of a setting.
    """

    plan: Plan
    path: str
    region: str = ""
    block: bool = False


class SettingPath(Record):
    """The same without the plan, which is the one of this path that an account has."""

    path: str
    region: str = ""
    block: bool = False

    def place(self, view: View) -> ValuePlace:
        """The path of the value for the accounts of a view."""
        of = plan_path(self.path)
        (plan,) = (deployed.plan for deployed in view.plans if deployed.plan.path == of)
        return ValuePlace(plan, self.path, self.region, self.block)


@dataclass(slots=True, eq=False)
class Atom:
    """A value that an expression asks for: what it belongs to, and what it is there.

    Of a rule that is picked by name, `element` is that in one of the `regions` where it has this value. `attribute` is
    what is asked for; `looked_up` whether only somebody who looked at a vault can know the value, and `vault` that
    vault, if the rule or copy names one. `path` is where the value is set; None for what no policy sets.
    """

    operand: Access | Pick
    element: Element | None
    value: Any
    row: Row
    regions: tuple[str, ...] = ()
    attribute: Attribute = field(init=False)
    looked_up: bool = field(init=False)
    vault: DeployedVault | None = field(init=False)
    path: SettingPath | None = field(init=False)

    def __post_init__(self) -> None:
        """Every message asks for all of it, several times."""
        first, self.attribute = self.operand.attributes[0], self.operand.attributes[-1]
        self.looked_up = first.type is Type.VAULT and bool(self.attribute.fact)
        self.vault = first.read(self.element) if self.looked_up and self.element else None
        self.path = self._path()

    @property
    def own_id(self) -> bool:
        """Whether it is the account's own id, which accounts that are reported together do not share."""
        return self.attribute is ATTRIBUTES[Type.ACCOUNT]["id"]

    @property
    def inherited(self) -> bool:
        """Whether it is a copy's retention that the copy leaves to its rule."""
        inherits = isinstance(self.element, DeployedCopy) and self.element.copy.inherits_retention
        return inherits and self.attribute.place == COPY_RETAIN.place

    def _path(self) -> SettingPath | None:
        if self.element is None or isinstance(self.element, ResourceRow):
            return None
        first, key, path = self.operand.attributes[0], self.operand.key, path_of(self.element)
        if first.place_in_plan:
            return SettingPath(f"{plan_path(path)}/{first.place_in_plan}", self._region, block=first.whole)
        if not first.place:
            return SettingPath(path, block=True)
        path = path.rpartition(f"/{COPY_BLOCK.place}/")[0] if self.inherited else path
        tag = "" if key is None else f"/{segment(key)}/{TAG_VALUE.place}"
        return SettingPath(f"{path}/{first.place}{tag}", self._region, block=first.whole)

    @property
    def _region(self) -> str:
        """The Region that the value is that of; nothing where it does not hang on one, or is the same in several."""
        if len(self.regions) > 1:
            return ""
        if self.attribute.regional and isinstance(self.element, (DeployedRule, DeployedCopy)):
            return "" if self.value is True or self.value is MISSING else self.element.region
        return self.vault.region if self.vault else ""


def atom(operand: Operand, row: Row) -> Atom | None:
    """The value that an operand asks for; None for a literal."""
    if isinstance(operand, Constant):
        return None
    value = row.value(operand)
    if isinstance(operand, Access):
        return Atom(operand, row.element(operand.slot), value, row)
    elements = row.picked(operand)
    having = [element for element in elements if row.read(element, operand) == value] or elements
    regions = tuple(element.region for element in having if isinstance(element, DeployedRule))
    return Atom(operand, having[0] if having else None, value, row, regions)


def plan_path(path: str) -> str:
    """The path of the plan that a path is in."""
    return "/".join(path.split("/", 2)[:2])


def path_of(element: Element) -> str:
    """The path of an element in the effective policy; of a resource, which stands in none, its ARN."""
    if isinstance(element, DeployedPlan):
        return element.plan.path
    if isinstance(element, DeployedRule):
        return element.rule.path
    if isinstance(element, ResourceRow):
        return element.arn
    return element.path if isinstance(element, Selection) else element.copy.path
