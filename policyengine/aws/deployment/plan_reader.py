"""A plan of a published document, read into its typed view.

Takes AWS's JSON as `effective/` publishes it (or as a snapshot's `last_valid` has it), so what AWS would refuse is not
here; a text that is no number all the same counts as absent.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache

from policyengine.aws.cron import CronError, parse_cron
from policyengine.aws.deployment.plans import (
    DAY,
    FOREVER,
    UNKNOWN,
    Condition,
    ConditionOperator,
    Copy,
    Known,
    Minutes,
    Plan,
    Reach,
    Rule,
    Runs,
    Selection,
    Target,
)
from policyengine.aws.deployment.runs import alone, interval, runs_of, shapes, since
from policyengine.aws.documents import Json, spelled
from policyengine.aws.facts import PARTITIONS, default_schedule, limits, resource_types, types_of_pattern
from policyengine.aws.merge import Node, segment

_VAULT_ARN = re.compile(r"arn:([^:]+):backup:([^:]+):([^:]+):backup-vault:([^:]+)", re.IGNORECASE)
_CONDITIONS: tuple[ConditionOperator, ...] = ("string_equals", "string_not_equals", "string_like", "string_not_like")
_NONE: Mapping[str, Json] = {}
_LONGEST_NUMBER = 12  # digits; beyond every bound of AWS, and Python reads only so many


class Reader:
    """Reads plans as of a moment. Plans of one name that have a rule or their selections in common share them.

    A rule is the same one where its document is, and the runs that the rest of the plan leaves it. So are rules and
    selections of plans that were `read` before.
    """

    def __init__(self, at: datetime, read: Iterable[Plan] = ()) -> None:
        self._start = since(at)
        self._drafts: dict[tuple[str, str, int], Rule] = {}
        self._rules: dict[tuple[str, str, int, Known[Runs]], Rule] = {}
        self._reaches: dict[tuple[str, int], Reach] = {}
        for plan in read:
            self._reaches[plan.path, id(plan.reach.document)] = plan.reach
            self._drafts |= {(plan.path, rule.name, id(rule.document)): rule for rule in plan.rules}
            self._rules |= {(plan.path, rule.name, id(rule.document), rule.runs): rule for rule in plan.rules}

    def plan(self, name: str, document: Json, node: Node | None = None) -> Plan:
        """The plan of a (folded) name; `node` is its state in the merge that made the document."""
        content, path = _block(document), f"plans/{segment(name)}"
        rules = _block(content.get("rules")).items()
        reach = self._reach(path, name, _block(content.get("selections")))
        drafts = [self._draft(path, name, key, _block(rule)) for key, rule in rules]
        advanced = _block(_block(content.get("advanced_backup_settings")).get("ec2"))
        return Plan(
            path=path,
            name=name,
            regions=_texts(content.get("regions")),
            rules=tuple(self._among(drafts, path, reach)),
            reach=reach,
            tags=_tags(content.get("backup_plan_tags")),
            windows_vss=_text(advanced.get("windows_vss")) == "enabled",
            document=content,
            node=node,
        )

    def _draft(self, path: str, plan: str, name: str, document: Mapping[str, Json]) -> Rule:
        """A rule, whatever else is in its plan.

        Known by the identity of its document. The rule keeps that, so that no other document can have its id.
        """
        key = (path, name, id(document))
        if key not in self._drafts:
            self._drafts[key] = _rule(f"{path}/rules/{segment(name)}", plan, name, document, self._start)
        return self._drafts[key]

    def _among(self, drafts: Sequence[Rule], path: str, reach: Reach) -> Iterator[Rule]:
        """The rules of a plan with the runs that they leave one another."""
        readable = [draft for draft in drafts if draft.runs is not UNKNOWN]
        started = dict(zip(readable, runs_of(shapes(readable, reach), self._start), strict=True))
        for draft in drafts:
            runs = started.get(draft, UNKNOWN)
            key = (path, draft.name, id(draft.document), runs)
            if key not in self._rules:
                self._rules[key] = draft if draft.runs == runs else _with_runs(draft, runs)
            yield self._rules[key]

    def _reach(self, path: str, plan: str, document: Mapping[str, Json]) -> Reach:
        key = (path, id(document))
        if key not in self._reaches:
            self._reaches[key] = _reach(f"{path}/selections", plan, document)
        return self._reaches[key]


def read_target(arn: str) -> Target | None:
    """The vault that an ARN names, None where it is none of a vault."""
    found = _VAULT_ARN.fullmatch(arn)
    return Target(arn, *found.groups()) if found else None


def _with_runs(rule: Rule, runs: Known[Runs]) -> Rule:
    return replace(rule, runs=runs, interval=UNKNOWN if runs is UNKNOWN else interval(runs))


@lru_cache(maxsize=4096)
def _runs_alone(schedule: str, start: int) -> Known[Runs]:
    try:
        parse_cron(schedule)
    except CronError:
        return UNKNOWN
    return alone(schedule, start)


def _rule(path: str, plan: str, name: str, rule: Mapping[str, Json], start: int) -> Rule:
    schedule = _text(rule.get("schedule_expression")) or default_schedule()
    lifecycle = _block(rule.get("lifecycle"))
    retention = _days(lifecycle, "delete_after_days")
    air_gapped = _text(rule.get("target_logically_air_gapped_backup_vault_arn"))
    runs = _runs_alone(schedule, start)
    return Rule(
        path=path,
        name=name,
        plan=plan,
        schedule=schedule,
        runs=runs,
        interval=UNKNOWN if runs is UNKNOWN else interval(runs),
        start_within=_minutes(rule, "start_backup_window_minutes", "start_window_default_minutes"),
        complete_within=_minutes(rule, "complete_backup_window_minutes", "complete_window_default_minutes"),
        retention=retention,
        cold_after=_days(lifecycle, "move_to_cold_storage_after_days"),
        archive=_opted_in(lifecycle),
        continuous=_text(rule.get("enable_continuous_backup")) == "true",
        vault=_text(rule.get("target_backup_vault_name")),
        air_gapped=read_target(air_gapped),
        copies=tuple(
            _copy(f"{path}/copy_actions/{segment(key)}", (plan, name), key, _block(copy), inherited=retention)
            for key, copy in _block(rule.get("copy_actions")).items()
        ),
        tags=_tags(rule.get("recovery_point_tags")),
        index=_texts(_block(rule.get("index_actions")).get("resource_types")),
        document=rule,
    )


def _copy(path: str, of: tuple[str, str], key: str, copy: Mapping[str, Json], *, inherited: Minutes) -> Copy:
    arn = _text(copy.get("target_backup_vault_arn")) or key
    lifecycle = _block(copy.get("lifecycle"))
    inherits = "delete_after_days" not in lifecycle
    return Copy(
        path=path,
        plan=of[0],
        rule=of[1],
        arn=arn,
        target=read_target(arn),
        retention=inherited if inherits else _days(lifecycle, "delete_after_days"),
        inherits_retention=inherits,
        cold_after=_days(lifecycle, "move_to_cold_storage_after_days"),
        archive=_opted_in(lifecycle),
    )


def _reach(path: str, plan: str, document: Mapping[str, Json]) -> Reach:
    selections = tuple(_selections(path, plan, document))
    reach = {kind for selection in selections for kind in selection.reach}
    named = {kind for selection in selections if selection.names_types for kind in selection.reach}
    types = tuple(kind for kind in _every_type() if kind in reach)
    return Reach(path, selections, types, tuple(kind for kind in types if kind in named), document)


def _selections(path: str, plan: str, selections: Mapping[str, Json]) -> Iterator[Selection]:
    for name, selection in _block(selections.get("tags")).items():
        yield _tag_selection(f"{path}/tags/{segment(name)}", plan, name, _block(selection))
    for name, selection in _block(selections.get("resources")).items():
        yield _resource_selection(f"{path}/resources/{segment(name)}", plan, name, _block(selection))


def _tag_selection(path: str, plan: str, name: str, selection: Mapping[str, Json]) -> Selection:
    return Selection(
        path=path,
        name=name,
        plan=plan,
        kind="tag",
        role=_text(selection.get("iam_role_arn")),
        key=_text(selection.get("tag_key")),
        values=_texts(selection.get("tag_value")),
        types=(),
        excepted=(),
        conditions=tuple(_conditions(path, selection)),
        reach=_every_type(),
    )


def _resource_selection(path: str, plan: str, name: str, selection: Mapping[str, Json]) -> Selection:
    types = _type_names(selection.get("resource_types"))
    excepted = _type_names(selection.get("not_resource_types"))
    reach = _every_type() if "*" in types or not types else types
    return Selection(
        path=path,
        name=name,
        plan=plan,
        kind="resource",
        role=_text(selection.get("iam_role_arn")),
        key="",
        values=(),
        types=types,
        excepted=excepted,
        conditions=tuple(_conditions(path, selection)),
        reach=() if "*" in excepted else tuple(kind for kind in reach if kind not in excepted),
    )


def _conditions(path: str, selection: Mapping[str, Json]) -> Iterator[Condition]:
    conditions = _block(selection.get("conditions"))
    for operator in _CONDITIONS:
        for name, condition in _block(conditions.get(operator)).items():
            place, entry = f"{path}/conditions/{operator}/{segment(name)}", _block(condition)
            key, value = _text(entry.get("condition_key")), _text(entry.get("condition_value"))
            yield Condition(place, operator, key, value)


def _block(value: Json) -> Mapping[str, Json]:
    return value if isinstance(value, dict) else _NONE


def _text(value: Json) -> str:
    return "" if value is None or isinstance(value, (dict, list)) else spelled(value)


def _texts(value: Json) -> tuple[str, ...]:
    return tuple(_text(item) for item in value) if isinstance(value, list) else ()


def _tags(value: Json) -> dict[str, str]:
    entries = [_block(entry) for entry in _block(value).values()]
    return {_text(entry.get("tag_key")): _text(entry.get("tag_value")) for entry in entries}


def _days(lifecycle: Mapping[str, Json], key: str) -> Minutes:
    days = _number(lifecycle.get(key))
    return FOREVER if days is None else days * DAY


def _minutes(rule: Mapping[str, Json], key: str, default: str) -> Minutes:
    minutes = _number(rule.get(key))
    return limits()[default] if minutes is None else minutes


def _number(value: Json) -> int | None:
    text = _text(value)
    if not (text.isascii() and text.isdigit()):
        return None
    return int(text) if len(text) <= _LONGEST_NUMBER else 10**_LONGEST_NUMBER


def _opted_in(lifecycle: Mapping[str, Json]) -> bool:
    return _text(lifecycle.get("opt_in_to_archive_for_supported_resources")) == "true"


def _type_names(value: Json) -> tuple[str, ...]:
    """The language's names of the patterns of a list; one that stands for several types has all of their names."""
    names = _names_of_patterns()
    return tuple(name for text in _texts(value) for name in names.get(text.lower(), (text,)))


@lru_cache(maxsize=1)
def _names_of_patterns() -> Mapping[str, tuple[str, ...]]:
    """The language's names of each ARN pattern, in any partition."""
    patterns = [item for partition in PARTITIONS for item in types_of_pattern(partition).items()]
    return {text.lower(): names for text, names in patterns}


@lru_cache(maxsize=1)
def _every_type() -> tuple[str, ...]:
    return tuple(resource_types("aws"))
