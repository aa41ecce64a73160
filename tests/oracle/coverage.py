"""Does a plan protect a resource? Read literally from facts 2.3 and 3 and from coverage.md#how-it-is-judged, slowly.

Resources are dictionaries (`arn`, `account`, `region`, `type`, `tags`, `state`, `engine`, `parents`, `facts`), plans the
documents that AWS publishes. Nothing is shared; only how two texts compare is remembered. Types are recognised by the
patterns of their ARNs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from oracle.capabilities import PARTITIONS, TYPES, partition_of, partitions_of

Tree = dict[str, Any]

ORDER = (
    *("no-plan-for-account", "policy-invalid", "type-not-supported", "restore-test-leftover", "not-available"),
    *("opt-in-off", "excluded-by-condition", "excluded-by-type", "tag-key-case", "tag-value-case-or-space"),
    *("tag-key-typo", "tag-value-typo", "region-not-in-plan", "tag-value-not-selected", "type-not-selected", "no-tag"),
    *("account-unknown", "region-unknown", "tags-unknown", "opt-in-unknown", "named-beside-all", "state-unknown"),
    *("negated-condition", "conditions-alone", "pattern-unknown"),
)
ENGINES = {"aurora": "Aurora", "docdb": "DocumentDB", "neptune": "Neptune"}
CLUSTERS = ("Aurora", "DocumentDB", "Neptune")
NAMES = {**{name: can.opt_in for name, can in TYPES.items()}, **{name: (name,) for name in CLUSTERS}}
ALWAYS = (*CLUSTERS, "FSx", "FSxVolume")  # 2.3.3


class Said(NamedTuple):
    """Whether a resource is protected (None: nobody can say), by which plans, else why not, and inside of what."""

    protected: bool | None
    plans: tuple[str, ...] = ()
    reason: str = ""
    through: str = ""


class Case(NamedTuple):
    """The plans of the resource's account, None where they are unknown; who is opted in; the whole inventory."""

    plans: Callable[[str | None], Tree | None]
    opt_in: dict[str, list[str]]
    inventory: dict[str, Tree]


def judge(resource: Tree, case: Case, levels: int = 3) -> Said:
    """The verdict on a resource, with all that contains it up to some levels above."""
    member = _is_member(resource)
    own = _by_its_cluster(resource, case, levels) if member else _by_itself(resource, case)
    if own.protected or resource["type"] is None or levels == 0:
        return own
    around = [
        (parent, judge(case.inventory[parent], case, levels - 1))
        for parent in sorted(resource["parents"])
        if parent in case.inventory and parent != resource["arn"] and _contains(case.inventory[parent], resource)
    ]
    for parent, said in around:
        if said.protected:
            return said._replace(through=parent)
    for _, said in around:
        if said.protected is None and own.protected is False:
            return said
    return own


def _is_member(resource: Tree) -> bool:
    """3.18: instances of clusters of databases are covered by their cluster."""
    if resource["type"] != "RDS" or ":cluster:" in resource["arn"]:
        return False
    by_engine = any((resource["engine"] or "").lower().startswith(engine) for engine in ENGINES)
    return by_engine or any(":cluster:" in parent for parent in resource["parents"])


def _by_its_cluster(resource: Tree, case: Case, levels: int) -> Said:
    arn = min((parent for parent in resource["parents"] if ":cluster:" in parent), default="")
    if arn in case.inventory:
        said = judge(case.inventory[arn], case, max(levels - 1, 0))
    else:
        engine = (resource["engine"] or "").lower()
        kind = next((kind for prefix, kind in ENGINES.items() if engine.startswith(prefix)), "Aurora")
        somewhere = f"arn:aws:rds:{resource['region']}:{resource['account']}:cluster:unlisted"
        unknown = {**resource, "arn": arn or somewhere, "type": kind, "tags": None, "state": None, "parents": []}
        unknown["facts"] = {} if resource["engine"] else {"types": [*CLUSTERS, "RDS"]}
        said = _by_itself(unknown, case)
    return said._replace(through=arn) if said.protected else said


def _contains(parent: Tree, resource: Tree) -> bool:
    """3.17; members of clusters are the cluster's already."""
    if parent["type"] == "CloudFormation":
        return True
    if parent["type"] == "EC2":
        return bool(resource["type"] == "EBS")
    return parent["type"] == "EKS" and resource["type"] in {"EBS", "S3", "EFS"}


def _by_itself(resource: Tree, case: Case) -> Said:
    plans = case.plans(resource["account"])
    reason = _whatever_is_selected(resource, plans)
    if reason == "account-unknown":
        return Said(protected=None, reason=reason)
    return Said(protected=False, reason=reason) if reason else _by_plans(resource, plans or {}, case.opt_in)


def _whatever_is_selected(resource: Tree, plans: Tree | None) -> str:
    """Why nothing can protect it; empty where something may."""
    if resource["account"] is not None and plans is None:
        return "policy-invalid"
    if resource["account"] is not None and not plans:
        return "no-plan-for-account"
    if resource["type"] is None:
        return "type-not-supported"
    if _is_leftover(resource):
        return "restore-test-leftover"
    if _is_usable(resource) is False:
        return "not-available"
    return "account-unknown" if resource["account"] is None else ""


def _by_plans(resource: Tree, plans: Tree, opt_in: dict[str, list[str]]) -> Said:
    failing: list[set[str]] = []
    undecided: set[str] = set()
    taking: list[str] = []
    for name, plan in sorted(plans.items()):
        for kind, selection in _selections(plan):
            fails, unknown = _clauses(resource, plan, kind, selection, opt_in)
            if fails:
                failing.append(fails)
            elif unknown:
                undecided |= unknown
            else:
                taking.append(name)
    if taking and _is_usable(resource):
        return Said(protected=True, plans=tuple(dict.fromkeys(taking)))
    if taking:
        undecided = {"state-unknown"}
    if undecided:
        return Said(protected=None, reason=min(undecided, key=ORDER.index))
    alone = [next(iter(fails)) for fails in failing if len(fails) == 1]
    several = [reason for fails in failing for reason in fails]
    reason = min(alone, key=ORDER.index) if alone else max(several, key=ORDER.index)
    return Said(protected=False, reason=reason)


def _is_leftover(resource: Tree) -> bool:
    """3.16."""
    parts = resource["arn"].replace("/", ":").split(":")[1:]
    words = [*parts, *(resource["tags"] or {})]
    return any(word.startswith("awsbackup-restore-test") for word in words)


def _is_usable(resource: Tree) -> bool | None:
    """3.19; None where the state decides and nobody knows it."""
    if resource["type"] == "EC2":
        states = ["running", "stopped"]
    elif resource["type"] in {"RDS", *CLUSTERS}:
        states = ["available"]
    else:
        return True
    return None if resource["state"] is None else resource["state"].strip().lower() in states


def _selections(plan: Tree) -> Iterator[tuple[str, Tree]]:
    for kind in ("tags", "resources"):
        for selection in plan.get("selections", {}).get(kind, {}).values():
            yield kind, selection


def _clauses(
    resource: Tree, plan: Tree, kind: str, selection: Tree, opt_in: dict[str, list[str]]
) -> tuple[set[str], set[str]]:
    """The clauses of a selection that fail, and those that nobody can decide."""
    types = selection.get("resource_types", [])
    somewhere = resource["region"] is None
    said: list[tuple[bool | None, str]] = [
        (None, "region-unknown") if somewhere else (resource["region"] in plan["regions"], "region-not-in-plan"),
    ]
    left_out = _in_partitions(resource, plan, selection.get("not_resource_types", []))
    said.append((None, "region-unknown") if left_out is None else (not left_out, "excluded-by-type"))
    if kind == "resources" and not types and ("conditions" in selection or "not_resource_types" in selection):
        said.append((None, "conditions-alone"))  # 3.14
    elif kind == "resources":
        named = _in_partitions(resource, plan, types) if types else True
        decisive = types if named is False else selection.get("not_resource_types", [])
        if not left_out and _may_be_of(resource, decisive):
            said.append((None, "pattern-unknown"))
        else:
            said.append((named, "region-unknown" if named is None else "type-not-selected"))
    elif resource["tags"] is None:
        said.append((None, "tags-unknown"))
    else:
        missed = _missed_tag(resource["tags"], selection["tag_key"], selection["tag_value"])
        said.append((not missed, missed))
    explicit = kind == "resources" and bool(types) and "*" not in types
    opted = True if explicit and resource["type"] not in ALWAYS else _opted_in_wherever(resource, plan, opt_in)
    named_too = kind == "resources" and "*" in types and resource["type"] not in ALWAYS
    if opted is False and named_too and _in_partitions(resource, plan, [text for text in types if text != "*"]):
        said.append((None, "named-beside-all"))  # 2.3.7
    else:
        said.append((opted, "opt-in-unknown" if opted is None else "opt-in-off"))
    for operator, conditions in selection.get("conditions", {}).items():
        for condition in conditions.values():
            words = condition["condition_key"], condition["condition_value"]
            said.append(_condition(resource["tags"], operator, *words))
    return {reason for holds, reason in said if holds is False}, {reason for holds, reason in said if holds is None}


def _in_partitions(resource: Tree, plan: Tree, patterns: list[str]) -> bool | None:
    """Whether a resource has one of the patterns in the partition of its Region.

    Of a Region that the plan does not have, or that nobody knows, the answer that is the same in all of the plan's.
    """
    own, there = partition_of(resource["region"] or ""), partitions_of(plan["regions"])
    where = [own] if own in there else there
    known = [pattern for pattern in patterns if not _is_stranger(pattern)]
    answers = [any(_is_of(resource, partition, pattern) for pattern in known) for partition in where]
    return answers[0] if answers.count(answers[0]) == len(answers) else None


def _is_stranger(pattern: str) -> bool:
    """Whether AWS takes no such pattern (2.2): only a last valid policy that somebody wrote down can have it."""
    known = {f"arn:{where}:{can.pattern}".lower() for where in PARTITIONS for can in TYPES.values()}
    return pattern != "*" and pattern.lower() not in known


def _may_be_of(resource: Tree, patterns: list[str]) -> bool:
    """Whether one of the patterns is a stranger, and may be of the resource's service."""
    strangers = [pattern.lower() for pattern in patterns if _is_stranger(pattern)]
    service = resource["arn"].split(":")[2]
    named = [each.split(":")[2] if each.count(":") > 1 and each.startswith("arn:") else "*" for each in strangers]
    return any(each == service or set(each) & set("*?") or not each for each in named)


def _is_of(resource: Tree, partition: str, pattern: str) -> bool:
    """Whether the ARN of a resource of a partition has a pattern: partition, service and kind, each in its place."""
    arn, _, rest = resource["arn"].split(":", 2)
    return pattern == "*" or _like(f"{arn}:{partition}:{rest}", pattern)


def _opted_in_wherever(resource: Tree, plan: Tree, opt_in: dict[str, list[str]]) -> bool | None:
    """The same answer in every Region of the plan where nobody knows which one it is in."""
    regions = plan["regions"] if resource["region"] is None else [resource["region"]]
    answers = [_opted_in({**resource, "region": region}, opt_in) for region in regions]
    return answers[0] if answers.count(answers[0]) == len(answers) else None


def _opted_in(resource: Tree, opt_in: dict[str, list[str]]) -> bool | None:
    """2.3.2 and 2.3.3: the management account's, by Region; of a cluster of any type what is the same for all."""
    if "types" in resource["facts"] and resource["type"] in CLUSTERS:
        kinds = [*((kind, None) for kind in CLUSTERS), ("Aurora", "mysql")]
        every = [_opted_in({**resource, "facts": {}, "type": kind, "engine": engine}, opt_in) for kind, engine in kinds]
        return every[0] if every.count(every[0]) == len(every) else None
    if resource["region"] not in opt_in:
        return None
    on = [name.lower() for name in opt_in[resource["region"]]]
    kind, engine = resource["type"], (resource["engine"] or "").lower()
    foreign = kind in CLUSTERS and engine and not any(engine.startswith(own) for own in ENGINES)
    names = ("RDS",) if foreign or (kind == "RDS" and ":cluster:" in resource["arn"]) else NAMES[kind]
    if not names:  # not confirmed (2.2)
        return True if any(name.replace(" ", "").endswith(kind.lower()) for name in on) else None
    return any(name.lower() in on for name in names)


def _missed_tag(tags: Tree, key: str, values: list[str]) -> str:
    """Empty where a tag is selected (3.1, 3.6), else the nearest miss of any tag."""
    misses = [_miss(tag, value, key, values) for tag, value in tags.items()]
    return "" if "" in misses else min([*misses, "no-tag"], key=ORDER.index)


def _miss(tag: str, value: str, key: str, values: list[str]) -> str:
    of_key = _difference(tag, [key], "tag-key-case", "tag-key-typo", "no-tag")
    of_value = _difference(value, values, "tag-value-case-or-space", "tag-value-typo", "tag-value-not-selected")
    if of_key == "no-tag" or (of_key == "tag-key-typo" and of_value == "tag-value-not-selected"):
        return "no-tag"
    misses = [miss for miss in (of_key, of_value) if miss]
    return max(misses, key=ORDER.index) if misses else ""


def _difference(word: str, wanted: list[str], case: str, typo: str, other: str) -> str:
    if word in wanted:
        return ""
    distances = [_distance(word.strip().casefold(), right.strip().casefold()) for right in wanted]
    if 0 in distances:
        return case
    long = [min(len(word.strip()), len(right.strip())) > 3 for right in wanted]
    return typo if any(far == 1 and enough for far, enough in zip(distances, long, strict=True)) else other


@lru_cache(10_000)
def _distance(left: str, right: str) -> int:
    """Damerau and Levenshtein's, by the whole table."""
    table = [[row + column for column in range(len(right) + 1)] for row in range(len(left) + 1)]
    for row in range(1, len(left) + 1):
        for column in range(1, len(right) + 1):
            same = left[row - 1] == right[column - 1]
            table[row][column] = min(
                table[row - 1][column] + 1, table[row][column - 1] + 1, table[row - 1][column - 1] + (not same)
            )
            if row > 1 and column > 1 and left[row - 2 : row] == right[column - 2 : column][::-1]:
                table[row][column] = min(table[row][column], table[row - 2][column - 2] + 1)
    return table[-1][-1]


def _condition(tags: Tree | None, operator: str, key: str, wanted: str) -> tuple[bool | None, str]:
    """3.2, 3.6 to 3.9."""
    prefix = "aws:ResourceTag/"
    name = key[len(prefix) :] if key.startswith(prefix) else None
    if tags is None and name is not None:
        return None, "tags-unknown"
    if tags is None or name is None or name not in tags:
        return (None, "negated-condition") if "not" in operator else (False, "excluded-by-condition")
    value = tags[name]
    same = wanted == "*" or _like(value, wanted) if "like" in operator else value == wanted
    return same != ("not" in operator), "excluded-by-condition"


@lru_cache(100_000)
def _like(text: str, pattern: str) -> bool:
    """3.7: `*` stands for any number of characters but white space."""
    if not pattern:
        return not text
    if pattern[0] != "*":
        return text[:1] == pattern[0] and _like(text[1:], pattern[1:])
    rest = pattern.lstrip("*")
    for skipped in range(len(text) + 1):
        if _like(text[skipped:], rest):
            return True
        if text[skipped : skipped + 1].isspace():
            return False
    return False
