"""The meaning of names that AWS does not have: of resource types, of services and of Regions.

A name that is merely similar has no meaning here: advice that names another resource is worse than none (facts 3.20).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from difflib import SequenceMatcher, get_close_matches
from functools import cache, lru_cache
from types import MappingProxyType
from typing import NamedTuple

from policyengine.aws.facts.backup_features import features, resource_features, resource_types, types_of_pattern
from policyengine.aws.facts.data_files import read_data
from policyengine.aws.facts.region_features import regions

_SEPARATORS = re.compile("[:/]")
_DIGIT = re.compile("[0-9]")
_ACCOUNT = re.compile(r"[0-9]{1,12}")
_CONTINENTS = {"asia": "ap", "europe": "eu", "usgov": "us-gov"}
_DIRECTIONS = ("north", "northeast", "east", "southeast", "south", "southwest", "west", "northwest", "central")
_LEAST_RATIO_OF_DIRECTIONS = 0.75  # as difflib counts: two letters that changed places, `wset`
_HEAD = 3  # parts of an ARN: arn, partition, service
_LONGEST = 150  # characters; what is longer is no name
_LEAST_RATIO = 0.85  # as difflib counts
_LEAST_COMPARED = 5  # characters; in shorter names a misspelling looks like another name


class Meaning(NamedTuple):
    """The meaning of a text; all fields are empty where that is unclear.

    `types` are the language's names: several only where the text covers a whole service. `single` says that it names
    single resources of the type, `lacking` is a service that AWS Backup does not back up (facts 2.1).
    """

    types: tuple[str, ...] = ()
    single: bool = False
    lacking: str = ""


NOTHING = Meaning()
"""The meaning of a text that names no service."""


@lru_cache(maxsize=1024)
def meaning(text: str) -> Meaning:
    """The type that a name or an ARN stands for, or the service without backups: `Meaning(("EFS",))` for `efs`."""
    text = text.strip()
    if len(text) > _LONGEST:
        return NOTHING
    if text[:4].lower() == "arn:":
        return _of_arn(text)
    name = _closest(_folded(text), (*_types(), *_lacking()))
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
    """The Region that a text misspells: `eu-west-1` for `euwest1` and the zone `eu-west-1a`; else an empty text.

    Only the direction may be misspelt: another continent, direction or number is another Region, whether it exists or
    not. Where two directions are equally similar the text means none.
    """
    match = re.fullmatch(r"([a-z_ -]{2,30}?)[_ -]*([0-9])[a-f]?", text.strip().lower())
    if match is None:
        return ""
    name, number = re.sub(r"[_ -]", "", match[1]), match[2]
    for region in regions():
        if region[-1] == number and name == region[:-1].replace("-", ""):
            return region
    for spelling, continent in _continents():
        direction = _direction(name.removeprefix(spelling)) if name.startswith(spelling) else ""
        if direction:
            region = f"{continent}-{direction}-{number}"
            return region if region in regions() else ""
    return ""


def _of_arn(text: str) -> Meaning:
    parts = _SEPARATORS.split(text)
    service, rest = parts[2].lower() if len(parts) >= _HEAD else "", parts[_HEAD:]
    if lacking := _lacking().get(_folded(service)):
        return Meaning(lacking=lacking)
    steps = list(_steps(rest))
    # An alias of a type in the place of the service, `arn:aws:ebs:...`: the kind behind it must be the type's own.
    if name := _types().get(_folded(service)) if service not in _kinds() else None:
        kind = _kind(resource_types("aws")[name])
        is_of_type = not _words(steps) or kind in map(_singular, steps)
        return _of_service({kind: (name,)}, steps) if is_of_type else NOTHING
    kinds = _kinds().get(_closest(service, _kinds()))
    return _of_service(kinds, steps) if kinds else NOTHING


def _of_service(kinds: Mapping[str, tuple[str, ...]], steps: list[str]) -> Meaning:
    """The meaning of the end of an ARN of a service; `kinds` has the names of its types by their kinds of resources."""
    position = next((index for index, step in enumerate(steps) if _singular(step) in kinds), None)
    if position is not None:
        name, below = kinds[_singular(steps[position])][0], steps[position + 1 :]
    elif "" in kinds:  # S3, whose ARN has no kind
        name, below = kinds[""][0], steps
    else:
        is_whole_service = not _words(steps)
        return Meaning(tuple(names[0] for names in kinds.values())) if is_whole_service else NOTHING
    if below[:1] == ["*"] and _words(below):  # parts of all resources, such as the indexes of tables
        return NOTHING
    return Meaning((name,), single=bool(_words(below)))


def _steps(rest: Iterable[str]) -> Iterator[str]:
    """The parts behind the service, without Region, account and AWS's placeholders for them (`$region`)."""
    for index, part in enumerate(rest):
        is_head = index < 2 and (part in {"", "*"} or part in regions() or _ACCOUNT.fullmatch(part))  # noqa: PLR2004
        if part and not is_head and not part.startswith("$"):
            yield part


def _singular(kind: str) -> str:
    """A word for a kind of resources in a normal form: `filesystem` for `File-Systems`."""
    return kind.lower().replace("-", "").replace("_", "").removesuffix("s")


def _closest(name: str, names: Iterable[str]) -> str:
    """The name of `names` that a name misspells; the name itself where it is there or there is none.

    A misspelling has the same first letter and about the same length: a word more or less makes another name
    (`stackset`).
    """
    choices = list(names)
    if name in choices:
        return name
    if len(name) < _LEAST_COMPARED:  # `ec3`
        return next((choice for choice in choices if _DIGIT.sub("0", choice) == _DIGIT.sub("0", name)), name)
    similar = [choice for choice in choices if choice[0] == name[0] and abs(len(choice) - len(name)) <= 1]
    return next(iter(get_close_matches(name, similar, n=1, cutoff=_LEAST_RATIO)), name)


def _with_two_swapped(name: str) -> Iterator[str]:
    """All spellings of a name with two neighbours swapped."""
    for place in range(len(name) - 1):
        yield name[:place] + name[place + 1] + name[place] + name[place + 2 :]


def _words(steps: Iterable[str]) -> list[str]:
    """The parts that are no wildcard."""
    return [step for step in steps if step != "*"]


@cache
def _kinds() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """The service names of AWS's ARNs, each with its kinds of resources and the language's names for each kind."""
    kinds: dict[str, dict[str, tuple[str, ...]]] = {}
    for pattern, names in types_of_pattern("aws").items():
        kinds.setdefault(pattern.split(":")[2], {})[_kind(pattern)] = names
    return MappingProxyType(kinds)


def _kind(pattern: str) -> str:
    """The word for the resource in a pattern, as `_singular` gives it: `volume`; empty for S3."""
    return next((_singular(step) for step in _words(_steps(_SEPARATORS.split(pattern)[_HEAD:]))), "")


@cache
def _types() -> Mapping[str, str]:
    """Every folded name and alias of a resource type, with the language's name."""
    names = {_folded(name): name for name in resource_types("aws")}
    return MappingProxyType(names | _by_alias("aliases"))


@cache
def _lacking() -> Mapping[str, str]:
    """Every folded alias of a service that AWS Backup does not back up, with its name."""
    return MappingProxyType(_by_alias("lacking"))


def _by_alias(table: str) -> dict[str, str]:
    return {alias: name for name, aliases in read_data("resource_types.json")[table].items() for alias in aliases}


def _folded(text: str) -> str:
    """A name without case, separators and a leading `Amazon` or `AWS`."""
    letters = re.sub(r"[\W_]+", "", text.lower())
    return re.sub("^(amazon|aws)", "", letters) or letters


def _continents() -> list[tuple[str, str]]:
    """Spellings of the first part of a Region, each with AWS's; the longest first, `usgov` before `us`."""
    official = {region.rsplit("-", 2)[0]: region.rsplit("-", 2)[0] for region in regions()}
    spellings = {spelling.replace("-", ""): continent for spelling, continent in (official | _CONTINENTS).items()}
    return sorted(spellings.items(), key=lambda item: -len(item[0]))


def _direction(text: str) -> str:
    """The direction that a text misspells; empty where two are equally similar, as `east` and `west` are to `est`."""
    if text in _DIRECTIONS:
        return text
    close = get_close_matches(text, _DIRECTIONS, n=2, cutoff=_LEAST_RATIO_OF_DIRECTIONS)
    ratios = [SequenceMatcher(None, text, direction).ratio() for direction in close]
    return close[0] if close and (len(close) == 1 or ratios[0] > ratios[1]) else ""
