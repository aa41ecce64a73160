"""Plans that accounts have of their own, as AWS Backup answers them, as plans that select (facts 3.1 to 3.5).

A selection of AWS Backup takes what has one of its tags or is one of its resources, if it meets all conditions. Here it
becomes one selection for each tag, and one for the resources, which protect the same together.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from msgspec.structs import replace

from policyengine.analysis.coverage.matching import SelectingPlan
from policyengine.aws.deployment import Condition, OptIn, Selection
from policyengine.aws.documents import Json
from policyengine.aws.facts import regions, types_of_pattern
from policyengine.aws.organization import Organization
from policyengine.aws.settings import CONDITION_OPERATORS

_BODY = "BackupSelection"


def local_plan(
    name: str, where: Collection[str], selections: Iterable[Mapping[str, Json]], opt_in: OptIn | None = None
) -> SelectingPlan:
    """A plan of an account in Regions. `selections` are answers of `get-backup-selection`, or their bodies.

    `opt_in` is the account's, None where nobody knows it.
    """
    patterns = _patterns(where)
    read = [selection for answer in selections for selection in _selections(name, answer, patterns)]
    return SelectingPlan(name, frozenset(where), tuple(read), opt_in, local=True)


def local_plans(organization: Organization) -> dict[str, list[SelectingPlan]]:
    """The plans that accounts have of their own, by account, as far as the snapshot says where and what they select.

    Of the accounts' opt-in, which decides for these (facts 2.3.2), a snapshot has the management account's alone.
    """
    plans: dict[str, list[SelectingPlan]] = {}
    of_management = OptIn((organization.settings.opt_in if organization.settings else None) or {})
    for listed in organization.local_plans or ():
        if listed.regions is None or listed.selections is None:
            continue
        plan = local_plan(listed.name, listed.regions, listed.selections)
        for account in organization.accounts_in(listed.accounts) or ():
            is_management = account == organization.management_account
            plans.setdefault(account, []).append(replace(plan, opt_in=of_management) if is_management else plan)
    return plans


def _patterns(where: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """The names of the patterns of whole types in the partition of some Regions; none where that is not one."""
    partitions = {regions().get(region) for region in where}
    (partition,) = partitions if len(partitions) == 1 else (None,)
    return types_of_pattern(partition) if partition else {}


def _selections(plan: str, answer: Mapping[str, Json], patterns: Mapping[str, tuple[str, ...]]) -> Iterator[Selection]:
    inner = answer.get(_BODY)
    body = inner if isinstance(inner, dict) else answer
    title = str(body.get("SelectionName", ""))
    conditions = tuple(_conditions(body.get("Conditions")))
    excepted, taken = (_types(body.get(key), patterns) for key in ("NotResources", "Resources"))
    tags = list(_entries(body.get("ListOfTags")))
    by_types = Selection(
        path="",
        name=title,
        plan=plan,
        kind="resource",
        role="",
        key="",
        values=(),
        types=taken,
        excepted=excepted,
        conditions=conditions,
        reach=(),
        sure_reach=(),
    )
    for tag in tags:
        key, value = str(tag.get("ConditionKey", "")), str(tag.get("ConditionValue", ""))
        yield replace(by_types, kind="tag", key=key, values=(value,), types=())
    if taken or not tags:
        yield by_types


def _conditions(conditions: Json) -> Iterator[Condition]:
    by_name = {operator.replace("_", ""): operator for operator in CONDITION_OPERATORS.values()}
    for name, entries in conditions.items() if isinstance(conditions, dict) else ():
        operator = by_name.get(name.casefold())
        for entry in _entries(entries):
            key, value = str(entry.get("ConditionKey", "")), str(entry.get("ConditionValue", ""))
            # A condition that nobody knows never holds: its key is that of no tag.
            yield Condition("", operator, key, value) if operator else Condition("", "string_equals", "", "")  # type: ignore[arg-type]


def _entries(value: Json) -> Iterator[Mapping[str, Json]]:
    return (entry for entry in value if isinstance(entry, dict)) if isinstance(value, list) else iter(())


def _types(value: Json, patterns: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The language's names of patterns of whole types; other ARNs as they are, for those of resources to match."""
    texts = [text for text in value if isinstance(text, str)] if isinstance(value, list) else []
    return tuple(name for text in texts for name in patterns.get(text, (text,)))
