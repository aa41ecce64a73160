"""The values that are worth trying against a requirement: those that it names, and those on both sides of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import combinations, islice, product
from typing import TypeVar

from msgspec.structs import replace

from policyengine.analysis.prove.accounts import atoms_of, sides
from policyengine.analysis.prove.relevance import NAME
from policyengine.analysis.requirements import ATTRIBUTES, Attribute, Condition, Requirement, Type
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
from policyengine.aws.admission import setting_at
from policyengine.aws.arns import ACCOUNT, ACCOUNT_ID, air_gapped_vault_arn, role_arn, vault_arn
from policyengine.aws.deployment import FOREVER
from policyengine.aws.documents import Json
from policyengine.aws.facts import regions, resource_types
from policyengine.aws.organization import Entity, Organization, child_path
from policyengine.aws.setting_rows import TRUTHS, Kind, SettingRow, complete
from policyengine.aws.settings import (
    TAG_KEY,
)

ELSEWHERE = "Elsewhere"
SCHEDULES = (
    "cron(0 5 1 JAN ? *)",
    "cron(0 5 1 * ? *)",
    "cron(0 5 ? * SUN *)",
    "cron(0 5 ? * * *)",
    "cron(0 * ? * * *)",
)
MONTHLY, HOURLY = SCHEDULES[1], SCHEDULES[-1]
_USUAL_REGIONS = {"aws": ("us-east-1", "eu-west-1", "eu-central-1")}
_VAULT_NAMES, _NAME = re.compile(r"[A-Za-z0-9_-]{2,50}"), re.compile(r"[A-Za-z0-9_.-]{1,50}")
_ROLE = re.compile(r"role/([\w+=,.@/-]{1,64})")
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
    """The values to try against a requirement in an organization."""

    def __init__(self, requirement: Requirement, organization: Organization, partition: str) -> None:
        atoms = list(atoms_of(requirement))
        operands = [side for atom in atoms for side in sides(atom)]
        constants = [item for side in operands if isinstance(side, Constant) for item in _items(side)]
        self.partition = partition
        self.accesses = [side for side in operands if isinstance(side, (Access, Pick))]
        self.mentioned: frozenset[Attribute] = frozenset(a for access in self.accesses for a in access.attributes)
        self.ranged = frozenset(_ranged(requirement))
        self._organization = organization
        self._durations = sorted({float(str(c.constant)) for c in constants if c.type is Type.DURATION})
        self._texts = tuple(dict.fromkeys(text for atom in atoms for text in _texts(atom)))
        self._compared = _compared(atoms)

    @cached_property
    def vaults(self) -> tuple[str, ...]:
        """Names of vaults: one that is not there, those of the snapshot, those that the requirement names."""
        existing = sorted({vault.name for vault in self._organization.vaults or ()})[:_MOST_VAULTS]
        named = filter(_VAULT_NAMES.fullmatch, self._compared.get(ATTRIBUTES[Type.VAULT]["name"], ()))
        return tuple(dict.fromkeys((ELSEWHERE, *existing, *named)))

    @cached_property
    def regions(self) -> tuple[str, ...]:
        """Regions of the partition: those that the requirement names, usual ones, those where vaults are."""
        here = [code for code, partition in regions().items() if partition == self.partition]
        stocked = sorted({region for vault in self._organization.vaults or () for region in vault.regions or ()})
        usual = _USUAL_REGIONS.get(self.partition, here[:2])
        return tuple(dict.fromkeys(code for code in (*self._texts, *usual, *stocked) if code in here))

    @cached_property
    def accounts(self) -> tuple[str, ...]:
        """The accounts that copies may go to: the own one, those that the requirement names, one from outside.

        No other account of the organization: what is shown for one account is shown for all equivalent ones.
        """
        existing = {account.id for account in self._organization.accounts}
        stranger = next(number for digit in "9876543210" if (number := digit * 12) not in existing)
        named = (text for attribute in _IDS for text in self._compared.get(attribute, ()))
        return tuple(dict.fromkeys((ACCOUNT, *filter(ACCOUNT_ID.fullmatch, named), stranger)))

    def names(self, kind: Type) -> tuple[str, ...]:
        """Names for new elements of a kind: those by which the requirement asks for them first, then one of our own."""
        wanted = (text for attribute in _NAMES[kind] for text in self._compared.get(attribute, ()))
        return tuple(dict.fromkeys((*filter(_NAME.fullmatch, wanted), NAME)))

    @cached_property
    def roles(self) -> tuple[str, ...]:
        """ARNs of roles: one that no requirement names, then those that the requirement names."""
        named = (match[1] for text in self._texts if (match := _ROLE.search(text)))
        return tuple(dict.fromkeys(role_arn(path, self.partition) for path in (ELSEWHERE, *named)))

    @cached_property
    def types(self) -> tuple[str, ...]:
        """Patterns of resource types, those that the requirement names first."""
        patterns = resource_types(self.partition)
        return tuple(
            dict.fromkeys((*(patterns[text] for text in self._texts if text in patterns), *patterns.values(), "*"))
        )

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Texts for keys and values of tags: one that no requirement names, then those that the requirement names."""
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
        tag_keys = [access.key for access in self.accesses if access.attributes[0] is _ACCOUNT["tags"]]
        keys = [key for key in dict.fromkeys(tag_keys) if key is not None]
        named = [name for name in dict.fromkeys((account.name, *names)) if name]
        for name, *values in islice(varied([named, *[("", *self.words) for _ in keys]]), _MOST_NEWCOMERS):
            tags = {key: value for key, value in zip(keys, values, strict=True) if value}
            path = child_path(account.parent.path, name) if account.parent else name
            yield replace(account, name=name, path=path, tags=tags)

    def numbers(self, row: SettingRow) -> tuple[str, ...]:
        """Numbers for a setting: its bounds, and both sides of every duration that the requirement names."""
        form = row.format
        named = {
            int(length // form.minutes) + step for length in self._durations if length != FOREVER for step in (-1, 0, 1)
        }
        bounded = dict.fromkeys((form.least, *sorted(named), form.longest or form.most))
        return tuple(str(number) for number in bounded if number >= form.least)

    def values(self, path: Sequence[str]) -> Iterator[Json]:
        """Values for the setting at a path of a document; none for a block."""
        row = setting_at(tuple(path))
        if row is not None:
            yield from self.tries(row, path)

    def tries(self, row: SettingRow, path: Sequence[str] = ()) -> Iterator[Json]:
        """Values for a setting, at a path of a document where what stands around it matters."""
        values = _VALUES[row.kind](self, row, path)
        for item in values:
            yield [item] if row.many else item

    def items(self, path: Sequence[str]) -> tuple[str, ...]:
        """Entries for a setting that is a list."""
        row = setting_at(tuple(path))
        return tuple(_VALUES[row.kind](self, row, path)) if row and row.many else ()

    def air_gapped(self) -> tuple[str, ...]:
        """ARNs of air-gapped vaults."""
        return tuple(air_gapped_vault_arn(name, self.partition) for name in self.vaults)

    @property
    def nowhere(self) -> str:
        """The ARN of a vault in another partition, where no copy gets."""
        region, partition = next((code, other) for code, other in regions().items() if other != self.partition)
        return vault_arn(ELSEWHERE, region, ACCOUNT, partition)

    def targets(self) -> Iterator[Json]:
        """ARNs of vaults that copies may go to."""
        for account, region, name in varied([self.accounts, self.regions, self.vaults]):
            yield vault_arn(name, region, account, self.partition)


def _texts_for(palette: Palette, row: SettingRow, path: Sequence[str]) -> Sequence[str]:
    """Texts; the key of a tag must say what its block is called, in any case."""
    return _in_any_case(path[-2]) if row is TAG_KEY else palette.words


def _in_any_case(text: str) -> tuple[str, ...]:
    return (text, text.upper(), text.title())


def _both_truths(_: Palette, row: SettingRow, __: Sequence[str]) -> Sequence[str]:
    return row.format.truths[::-1]


_VALUES: Mapping[Kind, Callable[[Palette, SettingRow, Sequence[str]], Sequence[str]]] = complete(
    {
        **dict.fromkeys(TRUTHS, _both_truths),
        Kind.AIR_GAPPED_VAULT: lambda palette, _, __: palette.air_gapped(),
        Kind.CHOICE: lambda _, row, __: row.format.choices,
        Kind.NUMBER: lambda palette, row, _: palette.numbers(row),
        Kind.REGION: lambda palette, _, __: palette.regions,
        Kind.RESOURCE_TYPE: lambda palette, _, __: palette.types,
        Kind.ROLE: lambda palette, _, __: palette.roles,
        Kind.SCHEDULE: lambda palette, _, __: palette.schedules,
        Kind.TEXT: _texts_for,
        Kind.VAULT: lambda palette, _, __: palette.vaults,
        Kind.VAULT_ARN: lambda palette, _, path: (*_in_any_case(path[-2])[:2], palette.nowhere),  # as its key says
    },
    Kind,
)


def varied(dimensions: Sequence[Sequence[Item]]) -> Iterator[tuple[Item, ...]]:
    """Picks of one value of each: the first of all, then those that differ in one, in two, then all others.

    Of those that differ in equally many, first come the first values of every dimension.
    """
    plain = tuple(values[0] for values in dimensions)
    places = [place for place, values in enumerate(dimensions) if len(values) > 1]
    for number in range(len(places) + 1):
        yield from _round_robin([_picks(plain, dimensions, chosen) for chosen in combinations(places, number)])


def _picks(
    plain: Sequence[Item], dimensions: Sequence[Sequence[Item]], chosen: Sequence[int]
) -> Iterator[tuple[Item, ...]]:
    for values in product(*(dimensions[place][1:] for place in chosen)):
        picked = list(plain)
        for place, value in zip(chosen, values, strict=True):
            picked[place] = value
        yield tuple(picked)


def _round_robin(iterators: list[Iterator[Item]]) -> Iterator[Item]:
    end = object()
    while iterators:
        values = [next(iterator, end) for iterator in iterators]
        iterators = [iterator for iterator, value in zip(iterators, values, strict=True) if value is not end]
        yield from (value for value in values if value is not end)  # type: ignore[misc]


def _compared(atoms: Iterable[Comparison | Operand]) -> dict[Attribute, tuple[str, ...]]:
    """The texts that each attribute is compared with; a pick asks for the names of a plan and of a rule."""
    texts_of: dict[Attribute, dict[str, None]] = {}
    for atom in atoms:
        texts = dict.fromkeys(_texts(atom))
        for side in sides(atom):
            if isinstance(side, Pick):
                texts_of.setdefault(_PLAN_NAME, {}).update({side.plan: None} if side.plan else {})
                texts_of.setdefault(_RULE_NAME, {}).update({side.rule: None} if side.rule else {})
            if not isinstance(side, Constant):
                texts_of.setdefault(side.attributes[-1], {}).update(texts)
    return {attribute: tuple(texts) for attribute, texts in texts_of.items()}


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
    """The kinds of elements that quantifiers range over."""
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
