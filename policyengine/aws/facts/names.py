"""What people mean by names that AWS does not have: of resource types, in whatever words, and of Regions.

A name that is only spelled alike means nothing: advice that names another thing is worse than none (facts 3.20).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from difflib import SequenceMatcher, get_close_matches
from functools import cache, lru_cache
from types import MappingProxyType
from typing import NamedTuple

from policyengine.aws.facts import _read, features, regions, resource_features, resource_types, types_of_pattern

_SEPARATORS = re.compile("[:/]")
_DIGIT = re.compile("[0-9]")
_ACCOUNT = re.compile(r"[0-9]{1,12}")
_CONTINENTS = {"asia": "ap", "europe": "eu", "usgov": "us-gov"}
_DIRECTIONS = ("north", "northeast", "east", "southeast", "south", "southwest", "west", "northwest", "central")
_LIKENESS_OF_DIRECTIONS = 0.75  # two letters that changed places: `wset`
_HEAD = 3  # arn, partition, service
_LONGEST = 150  # characters of a text that is worth a look
_LIKENESS, _LEAST_LIKE = 0.85, 5  # as difflib counts; of shorter names nobody can tell a slip from another name


class Meaning(NamedTuple):
    """What a text means; all empty where nobody can tell.

    `types` are names of the language: several only where it takes in a whole service. `single` says that it names
    single resources of the type, `lacking` is a service that AWS Backup does not back up (facts 2.1).
    """

    types: tuple[str, ...] = ()
    single: bool = False
    lacking: str = ""


NOTHING = Meaning()
"""The meaning of what means nothing."""


@lru_cache(maxsize=1024)
def meaning(text: str) -> Meaning:
    """The type, or the service without backups, that a name or an ARN stands for: `Meaning(("EFS",))` for `efs`."""
    text = text.strip()
    if len(text) > _LONGEST:
        return NOTHING
    if text[:4].lower() == "arn:":
        return _of_arn(text)
    name = _like(_folded(text), (*_types(), *_lacking()))
    if name in _types():
        return Meaning((_types()[name],))
    return Meaning(lacking=_lacking().get(name, ""))


def may_be_service(name: str) -> bool:
    """Whether AWS has a name in the service opt-in, in whatever letters, or may have it: that of some types is open."""
    return name.casefold() in _services() or any(features(kind).opt_in is None for kind in meaning(name).types)


def service_meant(name: str) -> str:
    """The name of the service opt-in, as AWS spells it, in which two neighbours are swapped in a name; else empty."""
    slips = {swapped.casefold() for swapped in _with_two_swapped(name)}
    near = [service for can in resource_features().values() for service in can.opt_in or ()]
    return next((service for service in near if service.casefold() in slips), "")


def is_everything(names: Collection[str]) -> bool:
    """Whether folded names of the service opt-in take in all services whose names are known."""
    return _services() <= set(names)


@cache
def _services() -> frozenset[str]:
    return frozenset(service.casefold() for can in resource_features().values() for service in can.opt_in or ())


@lru_cache(maxsize=1024)
def region_meant(text: str) -> str:
    """The Region that a text is a slip of: `eu-west-1` for `euwest1` and the zone `eu-west-1a`; else an empty text.

    Only the direction may be misspelt: another continent, direction or number is another Region, be there one or not,
    and a Region of another partition is no advice. Where two directions are as near nobody can tell.
    """
    found = re.fullmatch(r"([a-z_ -]{2,30}?)[_ -]*([0-9])[a-f]?", text.strip().lower())
    name = re.sub(r"[_ -]", "", found[1]) if found else ""
    for region in regions():
        if found and region[-1] == found[2] and name == region[:-1].replace("-", ""):
            return region
    for written, continent in _continents():
        meant = _direction(name.removeprefix(written)) if found and name.startswith(written) else ""
        if meant:
            region = f"{continent}-{meant}-{found[2]}" if found else ""
            return region if region in regions() else ""
    return ""


def _continents() -> list[tuple[str, str]]:
    """How the first part of a Region is written, and as AWS does; `usgov` before `us`."""
    own = {region.rsplit("-", 2)[0]: region.rsplit("-", 2)[0] for region in regions()}
    known = {written.replace("-", ""): continent for written, continent in (own | _CONTINENTS).items()}
    return sorted(known.items(), key=lambda each: -len(each[0]))


def _direction(text: str) -> str:
    """The direction that a text is a slip of, among all there are, so that `est` is none."""
    if text in _DIRECTIONS:
        return text
    near = get_close_matches(text, _DIRECTIONS, n=2, cutoff=_LIKENESS_OF_DIRECTIONS)
    ratios = [SequenceMatcher(None, text, each).ratio() for each in near]
    return near[0] if near and (len(near) == 1 or ratios[0] > ratios[1]) else ""


class ForeignKeys(NamedTuple):
    """Keys that people bring along from AWS Backup's API, CloudFormation and Terraform, plain (see `plain_key`).

    `aliases` have the path of the right key, below the same container; `advice` says what to do about those without.
    """

    aliases: Mapping[str, str]
    advice: Mapping[str, str]


@cache
def foreign_keys(container: str) -> ForeignKeys:
    """The wrong keys of a container of a backup policy's syntax tree (`rule`, `lifecycle`, `copy_action`)."""
    raw = _read("backup_policy_schema.json")["containers"][container]
    tables = (
        {key: right for right, keys in raw.get(table, {}).items() for key in keys} for table in ForeignKeys._fields
    )
    return ForeignKeys(*map(MappingProxyType, tables))


def plain_key(key: str) -> str:
    """A key without what differs between AWS's notations: `deleteafterdays` for `DeleteAfterDays`."""
    return key.lower().replace("_", "").replace("-", "")


def _of_arn(text: str) -> Meaning:
    parts = _SEPARATORS.split(text)
    service, rest = parts[2].lower() if len(parts) >= _HEAD else "", parts[_HEAD:]
    if lacking := _lacking().get(_folded(service)):
        return Meaning(lacking=lacking)
    steps = list(_steps(rest))
    if name := _types().get(_folded(service)) if service not in _kinds() else None:
        kind = _kind(resource_types("aws")[name])
        of_type = not _words(steps) or kind in map(_singular, steps)
        return _of_service({kind: (name,)}, steps) if of_type else NOTHING
    kinds = _kinds().get(_like(service, _kinds()))
    return _of_service(kinds, steps) if kinds else NOTHING


def _of_service(kinds: Mapping[str, tuple[str, ...]], steps: list[str]) -> Meaning:
    """What the end of an ARN selects of a service, given the names of its types by their kinds."""
    place = next((index for index, step in enumerate(steps) if _singular(step) in kinds), None)
    if place is not None:
        name, below = kinds[_singular(steps[place])][0], steps[place + 1 :]
    elif "" in kinds:  # S3, whose ARN has no kind
        name, below = kinds[""][0], steps
    else:
        whole = not _words(steps)
        return Meaning(tuple(names[0] for names in kinds.values())) if whole else NOTHING
    if below[:1] == ["*"] and _words(below):  # parts of all resources, such as the indexes of tables
        return NOTHING
    return Meaning((name,), single=bool(_words(below)))


def _steps(rest: Iterable[str]) -> Iterator[str]:
    """The parts behind the service, without Region, account and AWS's placeholders for them."""
    for index, part in enumerate(rest):
        of_head = index < 2 and (part in {"", "*"} or part in regions() or _ACCOUNT.fullmatch(part))  # noqa: PLR2004
        if part and not of_head and not part.startswith("$"):
            yield part


def _singular(kind: str) -> str:
    """A word for a kind of resources without what is easily got wrong: `filesystem` for `File-Systems`."""
    return kind.lower().replace("-", "").replace("_", "").removesuffix("s")


def _like(name: str, known: Iterable[str]) -> str:
    """The known name that a name is, or else is a slip of; itself where there is none.

    A slip begins as the name does and is about as long: what has a word more or less is another thing (`stackset`).
    """
    names = list(known)
    if name in names:
        return name
    if len(name) < _LEAST_LIKE:  # `ec3`
        return next((each for each in names if _DIGIT.sub("0", each) == _DIGIT.sub("0", name)), name)
    alike = [each for each in names if each[0] == name[0] and abs(len(each) - len(name)) <= 1]
    return next(iter(get_close_matches(name, alike, n=1, cutoff=_LIKENESS)), name)


def _with_two_swapped(name: str) -> Iterator[str]:
    """A name with two neighbours swapped."""
    for place in range(len(name) - 1):
        yield name[:place] + name[place + 1] + name[place] + name[place + 2 :]


def _words(steps: Iterable[str]) -> list[str]:
    return [step for step in steps if step != "*"]


@cache
def _kinds() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """The service names of AWS's ARNs, each with the kinds of resources that it has patterns for."""
    kinds: dict[str, dict[str, tuple[str, ...]]] = {}
    for pattern, names in types_of_pattern("aws").items():
        kinds.setdefault(pattern.split(":")[2], {})[_kind(pattern)] = names
    return MappingProxyType(kinds)


def _kind(pattern: str) -> str:
    """The word for the resource in a pattern, as `_singular` gives it: `volume`; empty for S3."""
    return next((_singular(step) for step in _words(_steps(_SEPARATORS.split(pattern)[_HEAD:]))), "")


@cache
def _types() -> Mapping[str, str]:
    """Every folded name that means a resource type, with the language's."""
    names = {_folded(name): name for name in resource_types("aws")}
    return MappingProxyType(names | _by_alias("aliases"))


@cache
def _lacking() -> Mapping[str, str]:
    return MappingProxyType(_by_alias("lacking"))


def _by_alias(table: str) -> dict[str, str]:
    return {alias: name for name, aliases in _read("resource_types.json")[table].items() for alias in aliases}


def _folded(text: str) -> str:
    letters = re.sub(r"[\W_]+", "", text.lower())
    return re.sub("^(amazon|aws)", "", letters) or letters
