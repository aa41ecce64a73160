"""A plan of a published document, read into its typed view.

Takes AWS's JSON as `merge/` publishes it, or as a snapshot's `last_valid` has it, where a value that AWS would refuse
counts as absent.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import cast

from msgspec.structs import replace

from policyengine.aws.arns import read_vault_arn
from policyengine.aws.cron import CronError, parse_cron
from policyengine.aws.deployment.plans import (
    FOREVER,
    UNKNOWN,
    BackupRule,
    Condition,
    ConditionOperator,
    Copy,
    Minutes,
    OrUnknown,
    Plan,
    Reach,
    Runs,
    Selection,
)
from policyengine.aws.deployment.run_times import interval
from policyengine.aws.deployment.runs import all_starts, runs_of, shapes, since
from policyengine.aws.deployment.setting_values import value_of
from policyengine.aws.documents import Json
from policyengine.aws.facts import PARTITIONS, regions, resource_types, types_of_pattern
from policyengine.aws.merge import Node, segment
from policyengine.aws.setting_rows import SettingRow
from policyengine.aws.settings import (
    ADVANCED,
    AIR_GAPPED_VAULT,
    ARCHIVE,
    BY_RESOURCES,
    BY_TAGS,
    COLD_AFTER,
    COMPLETE_WITHIN,
    CONDITION_KEY,
    CONDITION_OPERATORS,
    CONDITION_VALUE,
    CONDITIONS,
    CONTINUOUS,
    COPY_ARCHIVE,
    COPY_BLOCK,
    COPY_COLD_AFTER,
    COPY_RETAIN,
    COPY_TARGET,
    EXCEPT_TYPES,
    INDEX,
    MALWARE_SCAN,
    PLAN_TAGS,
    PLANS,
    RECOVERY_POINT_TAGS,
    REGIONS,
    RESOURCE_ROLE,
    RETAIN,
    RULE_BLOCK,
    SCANNER_ROLE,
    SCHEDULE,
    SELECTED_KEY,
    SELECTED_VALUES,
    SELECTIONS,
    START_WITHIN,
    TAG_KEY,
    TAG_ROLE,
    TAG_VALUE,
    TYPES,
    VAULT,
    WINDOWS_VSS,
)

_CONDITIONS = cast("tuple[ConditionOperator, ...]", tuple(CONDITION_OPERATORS.values()))
_NONE: Mapping[str, Json] = {}


class PlanReader:
    """Reads plans as of a moment. Plans of the same name share rules and selections whose documents are equal.

    A shared rule also has the same runs left by the other rules of its plan. Rules and selections of plans `read`
    before are shared, too.
    """

    def __init__(self, at: datetime, read: Iterable[Plan] = ()) -> None:
        self._start = since(at)
        self._drafts: dict[tuple[str, str, str], BackupRule] = {}
        self._rules: dict[tuple[BackupRule, OrUnknown[Runs]], BackupRule] = {}
        self._reaches: dict[tuple[str, tuple[str, ...], str], Reach] = {}
        self._unread: dict[str, list[Plan]] = {}
        for plan in read:
            self._unread.setdefault(plan.path, []).append(plan)

    def plan(self, name: str, document: Json, node: Node | None = None) -> Plan:
        """The plan of a (folded) name; `node` is its state in the merge of the document, None without one."""
        content, path = _block(document), f"{PLANS}/{segment(name)}"
        self._recall(path)
        rules, where = _block(content.get(RULE_BLOCK.place)).items(), _list(REGIONS, content)
        reach = self._reach(path, name, _block(content.get(SELECTIONS)), _partitions(where))
        drafts = [self._draft(path, name, key, _block(rule)) for key, rule in rules]
        return Plan(
            path=path,
            name=name,
            regions=where,
            rules=tuple(self._among(drafts, reach)),
            reach=reach,
            tags=_tags(content.get(PLAN_TAGS.place)),
            windows_vss=_is_on(WINDOWS_VSS, _block(content.get(ADVANCED.place))),
            scanner_role=_text(SCANNER_ROLE, _below(MALWARE_SCAN.place, content)),
            document=content,
            node=node,
        )

    def _recall(self, path: str) -> None:
        """Takes in the rules and selections of the plans of a name that were read before, once one is read again."""
        for plan in self._unread.pop(path, ()):
            self._reaches[path, _partitions(plan.regions), content_key(plan.reach.document)] = plan.reach
            for rule in plan.rules:
                draft = self._drafts.setdefault((path, rule.name, content_key(rule.document)), rule)
                self._rules[draft, rule.runs] = rule

    def _draft(self, path: str, plan: str, name: str, document: Mapping[str, Json]) -> BackupRule:
        """A rule without regard to the others of its plan."""
        key = (path, name, content_key(document))
        if key not in self._drafts:
            self._drafts[key] = _rule(f"{path}/{RULE_BLOCK.place}/{segment(name)}", plan, name, document, self._start)
        return self._drafts[key]

    def _among(self, drafts: Sequence[BackupRule], reach: Reach) -> Iterator[BackupRule]:
        """The rules of a plan with the runs that AWS starts, those lost to other rules left out."""
        readable = [draft for draft in drafts if draft.runs is not UNKNOWN]
        started = dict(zip(readable, runs_of(shapes(readable, reach), self._start), strict=True))
        for draft in drafts:
            runs = started.get(draft, UNKNOWN)
            key = (draft, runs)
            if key not in self._rules:
                self._rules[key] = draft if draft.runs == runs else _with_runs(draft, runs)
            yield self._rules[key]

    def _reach(self, path: str, plan: str, document: Mapping[str, Json], partitions: tuple[str, ...]) -> Reach:
        key = (path, partitions, content_key(document))
        if key not in self._reaches:
            self._reaches[key] = _reach(f"{path}/{SELECTIONS}", plan, document, partitions)
        return self._reaches[key]


class SharingReader(PlanReader):
    """A reader for many variants of few documents: plans of equal ones are read once, whoever merged them."""

    def __init__(self, at: datetime) -> None:
        super().__init__(at)
        self._plans: dict[tuple[str, str], Plan] = {}

    @property
    def kept(self) -> int:
        """The number of plans that it keeps."""
        return len(self._plans)

    def plan(self, name: str, document: Json, node: Node | None = None) -> Plan:
        """The plan of a name, with its own state in the merge."""
        key = (name, content_key(document))
        if key not in self._plans:
            self._plans[key] = super().plan(name, document, node)
        plan = self._plans[key]
        return plan if plan.node is node else replace(plan, node=node, origins={})


def content_key(document: Json | Mapping[str, Json]) -> str:
    """The key of a document's content: equal documents have the same one if their keys stand in the same order."""
    return repr(document)  # every rule of every plan asks: a fifth of the time of JSON


def _with_runs(rule: BackupRule, runs: OrUnknown[Runs]) -> BackupRule:
    return replace(rule, runs=runs, interval=UNKNOWN if runs is UNKNOWN else interval(runs))


@lru_cache(maxsize=4096)
def _runs_alone(schedule: str, start: int) -> OrUnknown[Runs]:
    try:
        parse_cron(schedule)
    except CronError:
        return UNKNOWN
    return all_starts(schedule, start)


def _rule(path: str, plan: str, name: str, rule: Mapping[str, Json], start: int) -> BackupRule:
    schedule, retention = _text(SCHEDULE, rule), _minutes(RETAIN, rule)
    runs = _runs_alone(schedule, start)
    return BackupRule(
        path=path,
        name=name,
        plan=plan,
        schedule=schedule,
        runs=runs,
        interval=UNKNOWN if runs is UNKNOWN else interval(runs),
        start_within=_minutes(START_WITHIN, rule),
        complete_within=_minutes(COMPLETE_WITHIN, rule),
        retention=retention,
        cold_after=_minutes(COLD_AFTER, rule),
        archive=_is_on(ARCHIVE, rule),
        continuous=_is_on(CONTINUOUS, rule),
        vault=_text(VAULT, rule),
        air_gapped=read_vault_arn(_text(AIR_GAPPED_VAULT, rule)),
        copies=tuple(
            _copy(f"{path}/{COPY_BLOCK.place}/{segment(key)}", (plan, name), key, _block(copy), inherited=retention)
            for key, copy in _block(rule.get(COPY_BLOCK.place)).items()
        ),
        tags=_tags(rule.get(RECOVERY_POINT_TAGS.place)),
        index=_list(INDEX, rule),
        document=rule,
    )


def _copy(path: str, of: tuple[str, str], key: str, copy: Mapping[str, Json], *, inherited: Minutes) -> Copy:
    arn = _text(COPY_TARGET, copy) or key
    inherits = COPY_RETAIN.aws_key not in _block(copy.get(COPY_RETAIN.path[0]))
    return Copy(
        path=path,
        plan=of[0],
        rule=of[1],
        arn=arn,
        target=read_vault_arn(arn),
        retention=inherited if inherits else _minutes(COPY_RETAIN, copy),
        inherits_retention=inherits,
        cold_after=_minutes(COPY_COLD_AFTER, copy),
        archive=_is_on(COPY_ARCHIVE, copy),
        document=copy,
    )


def _partitions(where: Iterable[str]) -> tuple[str, ...]:
    """The partitions of a plan's Regions: all where there are none, or one that nobody knows."""
    known = {regions().get(region) for region in where}
    return tuple(each for each in PARTITIONS if each in known) if known and None not in known else PARTITIONS


def _reach(path: str, plan: str, document: Mapping[str, Json], partitions: tuple[str, ...]) -> Reach:
    selections = tuple(_selections(path, plan, document, partitions))
    named = [
        tuple(kind for kind in selection.reach if kind not in selection.doubted)
        for selection in selections
        if selection.names_types
    ]
    return Reach(
        path=path,
        selections=selections,
        types=_in_order(selection.reach for selection in selections),
        sure_types=_in_order(selection.sure_reach for selection in selections),
        named_types=_in_order(named),
        document=document,
    )


def _in_order(reaches: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """The types of any of them, in the order of the catalogue."""
    reached = {kind for reach in reaches for kind in reach}
    return tuple(kind for kind in _every_type() if kind in reached)


def _selections(
    path: str, plan: str, selections: Mapping[str, Json], partitions: tuple[str, ...]
) -> Iterator[Selection]:
    for name, selection in _block(selections.get(BY_TAGS)).items():
        yield _tag_selection(f"{path}/{BY_TAGS}/{segment(name)}", plan, name, _block(selection))
    for name, selection in _block(selections.get(BY_RESOURCES)).items():
        yield _resource_selection(f"{path}/{BY_RESOURCES}/{segment(name)}", plan, name, _block(selection), partitions)


def _tag_selection(path: str, plan: str, name: str, selection: Mapping[str, Json]) -> Selection:
    return Selection(
        path=path,
        name=name,
        plan=plan,
        kind="tag",
        role=_text(TAG_ROLE, selection),
        key=_text(SELECTED_KEY, selection),
        values=_list(SELECTED_VALUES, selection),
        types=(),
        excepted=(),
        conditions=tuple(_conditions(path, selection)),
        reach=_every_type(),
        sure_reach=_every_type(),
    )


def _resource_selection(
    path: str, plan: str, name: str, selection: Mapping[str, Json], partitions: tuple[str, ...]
) -> Selection:
    """A resource selection, in each partition that its plan may run in where it does not say the same in all."""
    read = _reading(path, plan, name, selection, partitions)
    readings = {each: _reading(path, plan, name, selection, (each,)) for each in partitions}
    if len({(each.types, each.excepted) for each in readings.values()}) == 1:
        return read
    reach = dict.fromkeys(kind for each in readings.values() for kind in each.reach)
    sure = tuple(kind for kind in reach if all(kind in each.sure_reach for each in readings.values()))
    doubted = tuple(k for k in reach if all(k in each.doubted for each in readings.values() if k in each.reach))
    return replace(read, reach=tuple(reach), sure_reach=sure, readings=readings, doubted=doubted)


def _reading(path: str, plan: str, name: str, selection: Mapping[str, Json], partitions: tuple[str, ...]) -> Selection:
    """A resource selection whose patterns name types in some partitions; those of others select nothing (facts 2.2)."""
    types = _type_names(_list(TYPES, selection), partitions)
    excepted = _type_names(_list(EXCEPT_TYPES, selection), partitions)
    taken = _every_type() if "*" in types or not types else [kind for kind in types if kind.lower() not in _patterns()]
    perhaps = tuple(kind for kind in _perhaps_named(types, partitions) if kind not in taken)
    reach = () if "*" in excepted else tuple(kind for kind in (*taken, *perhaps) if kind not in excepted)
    doubts = {*perhaps, *_perhaps_named(excepted, partitions)}
    sure = tuple(kind for kind in reach if kind not in doubts)
    read = Selection(
        path=path,
        name=name,
        plan=plan,
        kind="resource",
        role=_text(RESOURCE_ROLE, selection),
        key="",
        values=(),
        types=types,
        excepted=excepted,
        conditions=tuple(_conditions(path, selection)),
        reach=reach,
        sure_reach=sure,
        strangers=tuple(filter(_is_stranger, (*types, *excepted))),
        doubted=tuple(kind for kind in reach if kind in doubts),
    )
    return replace(read, sure_reach=()) if read.lacks_types else read


def _conditions(path: str, selection: Mapping[str, Json]) -> Iterator[Condition]:
    conditions = _block(selection.get(CONDITIONS))
    for operator in _CONDITIONS:
        for name, condition in _block(conditions.get(operator)).items():
            place, entry = f"{path}/{CONDITIONS}/{operator}/{segment(name)}", _block(condition)
            key, value = _text(CONDITION_KEY, entry), _text(CONDITION_VALUE, entry)
            yield Condition(place, operator, key, value)


def _is_on(row: SettingRow, block: Mapping[str, Json]) -> bool:
    return value_of(row, block) is True


def _minutes(row: SettingRow, block: Mapping[str, Json]) -> Minutes:
    value = value_of(row, block)
    return value if isinstance(value, (int, float)) else FOREVER


def _text(row: SettingRow, block: Mapping[str, Json]) -> str:
    return str(value_of(row, block))


def _list(row: SettingRow, block: Mapping[str, Json]) -> tuple[str, ...]:
    value = value_of(row, block)
    return value if isinstance(value, tuple) else ()


def _block(value: Json) -> Mapping[str, Json]:
    return value if isinstance(value, dict) else _NONE


def _below(place: str, block: Mapping[str, Json]) -> Mapping[str, Json]:
    """The block at a place below another, with AWS's keys and slashes between them."""
    for key in place.split("/"):
        block = _block(block.get(key))
    return block


def _tags(value: Json) -> dict[str, str]:
    entries = [_block(entry) for entry in _block(value).values()]
    return {_text(TAG_KEY, entry): _text(TAG_VALUE, entry) for entry in entries}


def _type_names(patterns: tuple[str, ...], partitions: tuple[str, ...]) -> tuple[str, ...]:
    """The language's names of the patterns of a list; a pattern of several types has all of their names.

    Patterns of other partitions stay as they are.
    """
    return tuple(name for text in patterns for name in _names_of(text, partitions))


def _names_of(text: str, partitions: tuple[str, ...]) -> tuple[str, ...]:
    partition, names = _patterns().get(text.lower(), ("", ()))
    return names if partition in partitions else (text,)


def _is_stranger(text: str) -> bool:
    """Whether a name of a list is no type, no pattern of another partition, and not `*`: AWS would refuse it."""
    return text != "*" and text not in _every_type() and text.lower() not in _patterns()


def _perhaps_named(names: Iterable[str], partitions: tuple[str, ...]) -> tuple[str, ...]:
    """The types that what stands in a list and AWS would refuse may name: those of the service in it, else all."""
    services = {_service(text) for text in names if _is_stranger(text)}
    return tuple(
        kind
        for kind in (_every_type() if services else ())
        if "" in services or any(_service(resource_types(each)[kind]) in services for each in partitions)
    )


def _service(pattern: str) -> str:
    """The service of a pattern, empty where it names none by itself."""
    parts = pattern.lower().split(":")
    service = parts[2] if len(parts) > 2 and parts[0] == "arn" else ""  # noqa: PLR2004 - arn:partition:service
    return "" if set(service) & set("*?") else service


@lru_cache(maxsize=1)
def _patterns() -> Mapping[str, tuple[str, tuple[str, ...]]]:
    """The partition of each ARN pattern, and the language's names of it."""
    return {
        text.lower(): (partition, names)
        for partition in PARTITIONS
        for text, names in types_of_pattern(partition).items()
    }


@lru_cache(maxsize=1)
def _every_type() -> tuple[str, ...]:
    return tuple(resource_types("aws"))
