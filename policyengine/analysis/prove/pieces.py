"""Blocks for policies that try to break a requirement: plans, rules, copies, selections, with the values worth trying.

The values are those that the requirement names, and those on both sides of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import combinations, islice, product
from typing import TypeVar

from policyengine.analysis.prove.accounts import asked, sides
from policyengine.analysis.prove.concern import NAME
from policyengine.analysis.prove.field import Document
from policyengine.analysis.prove.openness import is_list
from policyengine.analysis.requirements import Condition, Requirement
from policyengine.analysis.requirements.attributes import ATTRIBUTES, Attribute
from policyengine.analysis.requirements.truth import Type
from policyengine.analysis.requirements.typed import (
    Access,
    Comparison,
    Constant,
    Logical,
    Not,
    Operand,
    Pick,
    Quantifier,
    Slot,
)
from policyengine.aws.deployment import DAY, FOREVER
from policyengine.aws.documents import ASSIGN, Json
from policyengine.aws.facts import regions, resource_types
from policyengine.aws.organization.survey import child_path
from policyengine.aws.organization.tree import Entity, Organization

ELSEWHERE = "Elsewhere"
SCHEDULES = (
    "cron(0 5 1 JAN ? *)",
    "cron(0 5 1 * ? *)",
    "cron(0 5 ? * SUN *)",
    "cron(0 5 ? * * *)",
    "cron(0 * ? * * *)",
)
MONTHLY = SCHEDULES[1]
_DAYS = {"delete_after_days", "move_to_cold_storage_after_days"}
_MINUTES = {"start_backup_window_minutes", "complete_backup_window_minutes"}
_BOOLEANS = {"enable_continuous_backup", "opt_in_to_archive_for_supported_resources"}
_LONGEST_DAYS, _LEAST_MINUTES, _LONGEST_MINUTES = 36_500, 60, 52_560_000
_USUAL_REGIONS = {"aws": ("us-east-1", "eu-west-1", "eu-central-1")}
_VAULT_NAMES, _NAME = re.compile(r"[A-Za-z0-9_-]{2,50}"), re.compile(r"[A-Za-z0-9_.-]{1,50}")
_ROLE, _ID = re.compile(r"role/[\w+=,.@/-]{1,64}"), re.compile(r"\d{12}")
_LONGEST_TEXT, _MOST_VAULTS = 128, 12
_IDS = (ATTRIBUTES[Type.ACCOUNT]["id"], ATTRIBUTES[Type.COPY]["account"], ATTRIBUTES[Type.VAULT]["account"])
_ACCOUNT = ATTRIBUTES[Type.ACCOUNT]
_MOST_NEWCOMERS = 64
_PLAN_NAME, _RULE_NAME = ATTRIBUTES[Type.PLAN]["name"], ATTRIBUTES[Type.RULE]["name"]
_OF_PLAN = (ATTRIBUTES[kind]["plan"] for kind in (Type.RULE, Type.COPY, Type.SELECTION))
_NAMES: Mapping[Type, tuple[Attribute, ...]] = {
    Type.PLAN: (_PLAN_NAME, *_OF_PLAN),
    Type.RULE: (_RULE_NAME, ATTRIBUTES[Type.COPY]["rule"]),
    Type.SELECTION: (ATTRIBUTES[Type.SELECTION]["name"],),
}
Item = TypeVar("Item")


class Palette:
    """The values for attacks on a requirement in an organization."""

    def __init__(self, requirement: Requirement, organization: Organization, partition: str) -> None:
        atoms = list(asked(requirement))
        found = [side for atom in atoms for side in sides(atom)]
        constants = [item for side in found if isinstance(side, Constant) for item in _items(side)]
        self.partition = partition
        self.accesses = [side for side in found if isinstance(side, (Access, Pick))]
        self.mentioned: frozenset[Attribute] = frozenset(a for access in self.accesses for a in access.attributes)
        self.ranged = frozenset(_ranged(requirement))
        self._organization = organization
        self._durations = sorted({float(str(c.constant)) for c in constants if c.type is Type.DURATION})
        self._texts = tuple(dict.fromkeys(text for atom in atoms for text in _texts(atom)))
        self._compared = _compared(atoms)

    @cached_property
    def vaults(self) -> tuple[str, ...]:
        """Names of vaults: one that is not there, those of the snapshot, those that the requirement names."""
        known = sorted({vault.name for vault in self._organization.vaults or ()})[:_MOST_VAULTS]
        named = filter(_VAULT_NAMES.fullmatch, self._compared.get(ATTRIBUTES[Type.VAULT]["name"], ()))
        return tuple(dict.fromkeys((ELSEWHERE, *known, *named)))

    @cached_property
    def regions(self) -> tuple[str, ...]:
        """Regions of the partition: those that the requirement names, usual ones, those where vaults are."""
        here = [code for code, partition in regions().items() if partition == self.partition]
        stocked = sorted({region for vault in self._organization.vaults or () for region in vault.regions or ()})
        usual = _USUAL_REGIONS.get(self.partition, here[:2])
        return tuple(dict.fromkeys(code for code in (*self._texts, *usual, *stocked) if code in here))

    @cached_property
    def accounts(self) -> tuple[str, ...]:
        """Where copies may go: the own account, those that the requirement names, a stranger.

        No other account of the organization: what is shown of one account is shown of all that are alike.
        """
        known = {account.id for account in self._organization.accounts}
        stranger = next(number for digit in "9876543210" if (number := digit * 12) not in known)
        named = (text for attribute in _IDS for text in self._compared.get(attribute, ()))
        return tuple(dict.fromkeys(("$account", *filter(_ID.fullmatch, named), stranger)))

    def names(self, kind: Type) -> tuple[str, ...]:
        """Names for new things of a kind: those by which the requirement asks for them first, then one of our own."""
        wanted = (text for attribute in _NAMES[kind] for text in self._compared.get(attribute, ()))
        return tuple(dict.fromkeys((*filter(_NAME.fullmatch, wanted), NAME)))

    @cached_property
    def roles(self) -> tuple[str, ...]:
        """ARNs of roles."""
        named = (found[0] for text in self._texts if (found := _ROLE.search(text)))
        return tuple(
            dict.fromkeys(f"arn:{self.partition}:iam::$account:{role}" for role in (f"role/{ELSEWHERE}", *named))
        )

    @cached_property
    def types(self) -> tuple[str, ...]:
        """Patterns of resource types, those that the requirement names first."""
        known = resource_types(self.partition)
        return tuple(dict.fromkeys((*(known[text] for text in self._texts if text in known), *known.values(), "*")))

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Texts for tags."""
        return tuple(dict.fromkeys(("elsewhere", *(text for text in self._texts if len(text) <= _LONGEST_TEXT))))

    @cached_property
    def schedules(self) -> tuple[str, ...]:
        """Schedules, the rarest first."""
        return tuple(dict.fromkeys((*SCHEDULES, *(text for text in self._texts if text.startswith("cron(")))))

    @cached_property
    def tag_keys(self) -> dict[str, str]:
        """The keys of tags that the requirement asks for, by their folded form."""
        return {access.key.lower(): access.key for access in self.accesses if access.key is not None}

    def newcomers(self, account: Entity) -> Iterator[Entity]:
        """An account that is created later, then the same by names and with tags that the requirement asks for."""
        names = [_last(text) for key in ("name", "path") for text in self._compared.get(_ACCOUNT[key], ())]
        asked = [found.key for found in self.accesses if found.attributes[0] is _ACCOUNT["tags"]]
        keys = [key for key in dict.fromkeys(asked) if key is not None]
        named = [name for name in dict.fromkeys((account.name, *names)) if name]
        for name, *values in islice(varied([named, *[("", *self.words) for _ in keys]]), _MOST_NEWCOMERS):
            tags = {key: value for key, value in zip(keys, values, strict=True) if value}
            path = child_path(account.parent.path, name) if account.parent else name
            yield replace(account, name=name, path=path, tags=tags)

    def days(self) -> tuple[str, ...]:
        """Numbers of days: the bounds, and both sides of every duration that the requirement names."""
        return self._numbers(DAY, 1, _LONGEST_DAYS)

    def values(self, path: Sequence[str]) -> Iterator[Json]:
        """Values for a setting."""
        key = path[-1]
        if is_list(tuple(path)):
            for item in self.items(path):
                yield [item]
        elif key in _DAYS:
            yield from self.days()
        elif key in _MINUTES:
            yield from self._numbers(1, _LEAST_MINUTES, _LONGEST_MINUTES)
        elif key in _BOOLEANS:
            yield from ("false", "true")
        else:
            yield from self._texts_for(path)

    def items(self, path: Sequence[str]) -> tuple[str, ...]:
        """Entries for a setting that is a list."""
        if path[-1] == "regions":
            return self.regions
        return self.types if path[-1].endswith("resource_types") else self.words

    def air_gapped(self) -> tuple[str, ...]:
        """ARNs of air-gapped vaults."""
        return tuple(f"arn:{self.partition}:backup:$region:$account:backup-vault:{name}" for name in self.vaults)

    def targets(self) -> Iterator[Json]:
        """ARNs of vaults that copies may go to."""
        for account, region, name in varied([self.accounts, self.regions, self.vaults]):
            yield f"arn:{self.partition}:backup:{region}:{account}:backup-vault:{name}"

    def _texts_for(self, path: Sequence[str]) -> Iterable[str]:
        key = path[-1]
        if key == "tag_key" and path[-3] in {"recovery_point_tags", "backup_plan_tags"}:
            return (path[-2], path[-2].upper(), path[-2].title())
        if key == "target_backup_vault_arn":  # it must say what its key says, in any case
            return (path[-2], path[-2].upper())
        return {
            "schedule_expression": self.schedules,
            "target_backup_vault_name": self.vaults,
            "target_logically_air_gapped_backup_vault_arn": self.air_gapped(),
            "iam_role_arn": self.roles,
            "windows_vss": ("disabled", "enabled"),
        }.get(key, self.words)

    def _numbers(self, unit: int, least: int, longest: int) -> tuple[str, ...]:
        named = {int(length // unit) + step for length in self._durations if length != FOREVER for step in (-1, 0, 1)}
        return tuple(str(number) for number in dict.fromkeys((least, *sorted(named), longest)) if number >= least)


def varied(dimensions: Sequence[Sequence[Item]]) -> Iterator[tuple[Item, ...]]:
    """Picks of one value of each: the first of all, then those that differ in one, in two, then all others.

    Of those that differ in equally many, first come the first values of every dimension.
    """
    plain = tuple(values[0] for values in dimensions)
    places = [place for place, values in enumerate(dimensions) if len(values) > 1]
    for number in range(len(places) + 1):
        yield from _in_turns([_picks(plain, dimensions, chosen) for chosen in combinations(places, number)])


def _picks(
    plain: Sequence[Item], dimensions: Sequence[Sequence[Item]], chosen: Sequence[int]
) -> Iterator[tuple[Item, ...]]:
    for values in product(*(dimensions[place][1:] for place in chosen)):
        picked = list(plain)
        for place, value in zip(chosen, values, strict=True):
            picked[place] = value
        yield tuple(picked)


def _in_turns(iterators: list[Iterator[Item]]) -> Iterator[Item]:
    end = object()
    while iterators:
        values = [next(iterator, end) for iterator in iterators]
        iterators = [iterator for iterator, value in zip(iterators, values, strict=True) if value is not end]
        yield from (value for value in values if value is not end)  # type: ignore[misc]


def _compared(atoms: Iterable[Comparison | Operand]) -> dict[Attribute, tuple[str, ...]]:
    """The texts that each attribute is compared with; a pick asks for the names of a plan and of a rule."""
    found: dict[Attribute, dict[str, None]] = {}
    for atom in atoms:
        texts = dict.fromkeys(_texts(atom))
        for side in sides(atom):
            if isinstance(side, Pick):
                found.setdefault(_PLAN_NAME, {}).update({side.plan: None} if side.plan else {})
                found.setdefault(_RULE_NAME, {}).update({side.rule: None} if side.rule else {})
            if not isinstance(side, Constant):
                found.setdefault(side.attributes[-1], {}).update(texts)
    return {attribute: tuple(texts) for attribute, texts in found.items()}


def _items(constant: Constant) -> Iterator[Constant]:
    if constant.type is Type.LIST and isinstance(constant.constant, tuple):
        yield from (Constant(constant.item, item, str(item)) for item in constant.constant)
    else:
        yield constant


def _last(path: str) -> str:
    """The last name of a path."""
    return re.split(r"(?<!\\)/", path)[-1]


def _texts(atom: Comparison | Operand) -> Iterator[str]:
    """The texts of a comparison and the names in its paths; of a pattern, some that it fits."""
    is_pattern = isinstance(atom, Comparison) and atom.operator == "like"
    for side in sides(atom):
        if isinstance(side, Pick):
            yield from (name for name in (side.plan, side.rule, side.region) if name)
        for constant in _items(side) if isinstance(side, Constant) else ():
            text = constant.constant
            if isinstance(text, str):
                fillings = ("", "x") if is_pattern else ("*",)
                yield from (text.replace("*", filling).replace("?", "x" if is_pattern else "?") for filling in fillings)


def _ranged(requirement: Requirement) -> Iterator[Slot]:
    """The kinds of things that quantifiers range over."""
    waiting: list[Condition] = [*requirement.scope, *(assertion.condition for assertion in requirement.assertions)]
    while waiting:
        condition = waiting.pop()
        if isinstance(condition, Logical):
            waiting.extend(condition.operands)
        elif isinstance(condition, Not):
            waiting.append(condition.operand)
        elif isinstance(condition, Quantifier):
            yield condition.over
            waiting.extend(part for part in (condition.where, condition.satisfies) if part)


_PLAN, _RULE, _COPY = ATTRIBUTES[Type.PLAN], ATTRIBUTES[Type.RULE], ATTRIBUTES[Type.COPY]
_SELECTION, _VAULT = ATTRIBUTES[Type.SELECTION], ATTRIBUTES[Type.VAULT]
_MOST = 80  # of a kind of block that is varied with others
ARCHIVED: Document = {
    "opt_in_to_archive_for_supported_resources": {ASSIGN: "true"},
    "move_to_cold_storage_after_days": {ASSIGN: "1"},
    "delete_after_days": {ASSIGN: "91"},
}


class Pieces:
    """Makes blocks from a palette, the plainest first."""

    def __init__(self, palette: Palette) -> None:
        self._palette = palette

    def plans(self) -> Iterator[Document]:
        """Whole plans by their names."""
        palette = self._palette
        where = self._asks(_PLAN["regions"], _RULE["region"], *_VAULT.values())
        dims: list[Sequence[Json]] = [
            palette.regions if where else palette.regions[:1],
            [*islice(self._some_selections(), _MOST)],
            [*islice(self.rules(), _MOST)],
            self._plan_tags(),
            ["", "enabled"] if self._asks(_PLAN["windows_vss"]) else [""],
        ]
        for region, selection, rule, tags, vss in varied(dims):
            plan: Document = {"regions": {ASSIGN: [region]}, "rules": rule, "selections": selection}
            if isinstance(tags, dict) and tags:
                plan["backup_plan_tags"] = tags
            if vss:
                plan["advanced_backup_settings"] = {"ec2": {"windows_vss": {ASSIGN: vss}}}
            for name in palette.names(Type.PLAN):
                yield {name: plan}

    def rules(self) -> Iterator[Document]:
        """Rules by their names."""
        for rule in islice(self._bodies(), _MOST):
            for name in self._palette.names(Type.RULE):
                yield {name: rule}

    def taking(self, schedules: Iterable[str]) -> Iterator[Document]:
        """Rules that are kept for good, and so take the runs of others at the same times (facts 1.6)."""
        if self._asks(_RULE["interval"]):
            for schedule in schedules:
                for vault in self._palette.vaults:
                    rule: Document = {"target_backup_vault_name": {ASSIGN: vault}}
                    yield {NAME: {**rule, "schedule_expression": {ASSIGN: schedule}}}

    def _bodies(self) -> Iterator[Document]:
        """Rules without names."""
        palette = self._palette
        dims: list[Sequence[Json]] = [
            palette.vaults if self._asks(*_VAULT.values(), _RULE["vault"]) else palette.vaults[:1],
            self._maybe(palette.days(), _RULE["retention"], _COPY["retention"], first=True),
            self._maybe(palette.schedules, _RULE["schedule"], _RULE["interval"], first=True),
            self._maybe(palette.days(), _RULE["cold_after"]),
            self._windows("start_within"),
            self._windows("complete_within"),
            ["", "true"] if self._asks(_RULE["continuous"]) else [""],
            ["", "true"] if self._asks(_RULE["archive"]) else [""],
            self._maybe(palette.air_gapped(), _RULE["air_gapped_vault"]),
            [*islice(self._some_copies(), _MOST)],
            self._tags(),
        ]
        for values in varied(dims):
            yield _rule(values)

    def copies(self) -> Iterator[Document]:
        """Copies by their targets."""
        palette = self._palette
        dims: list[Sequence[Json]] = [
            [*islice(palette.targets(), _MOST)],
            self._maybe(palette.days(), _COPY["retention"]),
            self._maybe(palette.days(), _COPY["cold_after"]),
        ]
        for arn, retention, after in varied(dims):
            body: Document = {"target_backup_vault_arn": {ASSIGN: arn}}
            yield {str(arn): {**body, **_lifecycle(retention, after)}}

    def selections(self, kind: str) -> Iterator[Document]:
        """Selections of a kind, `tags` or `resources`, by their names."""
        palette = self._palette
        names = palette.names(Type.SELECTION)
        names = names if self._asks(_SELECTION["name"]) else names[:1]
        roles = palette.roles if self._asks(_SELECTION["role"]) else palette.roles[:1]
        if kind == "tags":
            keys = palette.words if self._asks(_SELECTION["key"]) else palette.words[:1]
            values = palette.words if self._asks(_SELECTION["values"]) else palette.words[:1]
            for name, role, key, value in varied([names, roles, keys, values]):
                yield {str(name): {**_role(role), "tag_key": {ASSIGN: key}, "tag_value": {ASSIGN: [value]}}}
        else:
            for name, role, pattern in varied([names, roles, palette.types]):
                yield {str(name): {**_role(role), "resource_types": {ASSIGN: [pattern]}}}

    def _some_selections(self) -> Iterator[Document]:
        asks = self._asks(*_SELECTION.values(), _PLAN["resource_types"], _RULE["resource_types"])
        for kind in ("tags", "resources") if asks else ("tags",):
            for selection in self.selections(kind):
                yield {kind: selection}

    def _some_copies(self) -> Iterator[Document]:
        yield {}
        if "copy" in self._palette.ranged or self._asks(_RULE["leaves_account"], _RULE["leaves_region"]):
            yield from self.copies()

    def _asks(self, *attributes: Attribute) -> bool:
        return not self._palette.mentioned.isdisjoint(attributes)

    def _maybe(self, values: Sequence[Json], *attributes: Attribute, first: bool = False) -> Sequence[Json]:
        """A setting that may be left out; `first`: it is not, if it is asked for."""
        if not self._asks(*attributes):
            return [""]
        return [values[0], "", *values[1:]] if first else ["", *values]

    def _windows(self, attribute: str) -> Sequence[Json]:
        place = _RULE[attribute].place
        return self._maybe([*self._palette.values((place,))], _RULE[attribute])

    def _tags(self) -> Sequence[Json]:
        return [{}, *self._with_tags()] if self._asks(_RULE["tags"]) else [{}]

    def _plan_tags(self) -> Sequence[Json]:
        return [{}, *self._with_tags()] if self._asks(_PLAN["tags"]) else [{}]

    def _with_tags(self) -> Iterator[Document]:
        for key in self._palette.tag_keys.values():
            for value in self._palette.words:
                yield {key: {"tag_key": {ASSIGN: key}, "tag_value": {ASSIGN: value}}}


def _rule(values: Sequence[Json]) -> Document:
    vault, days, schedule, cold, start, complete, continuous, archive, air_gapped, copies, tags = values
    rule: Document = {"target_backup_vault_name": {ASSIGN: vault}}
    settings = {
        "schedule_expression": MONTHLY if archive else schedule,
        "start_backup_window_minutes": start,
        "complete_backup_window_minutes": complete,
        "target_logically_air_gapped_backup_vault_arn": air_gapped,
        "enable_continuous_backup": continuous,
    }
    rule.update({key: {ASSIGN: value} for key, value in settings.items() if value})
    rule.update({"lifecycle": {**ARCHIVED}} if archive else _lifecycle(days or (continuous and "35"), cold))
    rule.update({key: block for key, block in (("copy_actions", copies), ("recovery_point_tags", tags)) if block})
    return rule


def _lifecycle(days: Json, cold: Json) -> Document:
    settings = {"delete_after_days": days, "move_to_cold_storage_after_days": cold}
    lifecycle: Document = {key: {ASSIGN: value} for key, value in settings.items() if value}
    return {"lifecycle": lifecycle} if lifecycle else {}


def _role(arn: Json) -> Document:
    return {"iam_role_arn": {ASSIGN: arn}}
