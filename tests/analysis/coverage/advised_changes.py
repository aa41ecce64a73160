"""Every change that coverage advises in words, made: of a resource, of its cluster, or of the snapshot."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from random import Random
from typing import Any, NamedTuple

from generators.inventory_of_resources import REGIONS, UNKNOWN_REGION, guarded_organization, resources
from support.moment import AT

from policyengine.analysis.checks import Facts
from policyengine.analysis.coverage import CoverageGroup, InventoryCoverage, JudgedResource, named_type
from policyengine.analysis.coverage.containment import is_member
from policyengine.aws.deployment import Deployment
from policyengine.aws.facts import regions, resource_types
from policyengine.aws.resources import Resource, ResourceInventory
from policyengine.base.diagnostics import Diagnostic
from policyengine.base.source import Source
from policyengine.engine import evaluate
from policyengine.report.coverage.remedies import NOT_ONE, remedy
from policyengine.report.coverage.result import CoverageCause
from policyengine.stages import Stages

Tree = dict[str, Any]
_PREFIX = "aws:ResourceTag/"
_MEMBERS = 3  # of a group, whose others have the same advice
_OTHER = "something-else"
_OPERATORS = {
    "string_equals": "==",
    "string_not_equals": "!=",
    "string_like": "like",
    "string_not_like": "not like",
}


class _WithoutChecks(Stages):
    """The stages up to the plans; what checks find in these, coverage does not ask."""

    def check(self, _: Facts) -> tuple[Diagnostic, ...]:
        return ()


@lru_cache(maxsize=2)
def _deployment(snapshot: str) -> Deployment:
    """The plans of an organization. Most changes are made in resources, and leave its snapshot as it is."""
    evaluation = evaluate([], Source("organization.json", snapshot), at=AT, stages=_WithoutChecks())
    assert evaluation.deployment is not None
    return evaluation.deployment


class World(NamedTuple):
    """A snapshot as it is written, and resources by their ARNs."""

    snapshot: Tree
    inventory: dict[str, Tree]

    def coverage(self) -> InventoryCoverage:
        """The coverage of the resources."""
        listed = [Resource(**{**tree, "parents": tuple(tree["parents"])}) for tree in self.inventory.values()]
        return InventoryCoverage(ResourceInventory(tuple(listed)), _deployment(json.dumps(self.snapshot)))

    def copy(self) -> World:
        """Another one that says the same."""
        return World(copy.deepcopy(self.snapshot), copy.deepcopy(self.inventory))


class Advised(NamedTuple):
    """A resource with what is advised for it, the part of the advice that is made, and where it ends up."""

    world: World
    before: JudgedResource
    words: str
    part: str
    after: JudgedResource


class Case(NamedTuple):
    """What a change is about: a resource, what is changed for it, and the selection that nearly takes it."""

    world: World
    target: Tree
    selection: Tree
    plan: Tree
    group: CoverageGroup


Change = Callable[[Case, re.Match[str]], None]


def world(seed: int, accounts: int = 4, count: int = 40) -> World:
    """An organization in which each account has one policy, so that a selection is written in one place."""
    source = Random(seed)
    snapshot = guarded_organization(source, accounts)
    del snapshot["last_valid"]
    for account in snapshot["root"]["accounts"]:
        del account["policies"][1:]
    listed = resources(source, snapshot, count)
    places = {each["arn"]: (each["account"], each["region"]) for each in listed}
    for each in listed:  # what contains a resource is in its account and Region
        each["parents"] = [arn for arn in each["parents"] if places[arn] == places[each["arn"]]]
    return World(snapshot, {each["arn"]: each for each in listed})


def advised_changes(of: World) -> Iterator[Advised]:
    """Every change that is advised for any group, made for some of its members."""
    coverage = of.coverage()
    known = {account["id"] for account in of.snapshot["root"]["accounts"]}
    rows = {row.arn: row for row in coverage.resources()}
    for group in coverage.result().groups:
        words = remedy(CoverageCause((group,)), known)
        if words == NOT_ONE or group.account not in known | {None}:
            continue
        for arn in group.sample[:_MEMBERS]:
            for part in _parts(words):
                if (after := _made(of, coverage, group, arn, (words, part))) is not None:
                    yield Advised(of, rows[arn], words, part, after)


def _parts(words: str) -> list[str]:
    """What may be done instead of each other."""
    said = re.split("; of (?:an instance of a cluster|what)|; which resources it protects", words)[0]
    return re.split(r", or (?=add |tag it |change |name it )", said)


def _made(
    of: World, coverage: InventoryCoverage, group: CoverageGroup, arn: str, part: tuple[str, str]
) -> JudgedResource | None:
    """The row of a resource after a change, of which are the whole words, too; None where a person has to think."""
    words, asked = part
    fitting = [(change, match) for form, change in CHANGES.items() if (match := re.fullmatch(form, asked))]
    assert len(fitting) == 1, asked
    ((change, match),) = fitting
    if change is None:
        return None
    after = of.copy()
    change(_case(after, coverage, group, arn, words), match)
    return next(row for row in after.coverage().resources() if row.arn == arn)


def _case(of: World, coverage: InventoryCoverage, group: CoverageGroup, arn: str, words: str) -> Case:
    resource = next(each for each in coverage.inventory.resources if each.arn == arn)
    full = coverage.judge.full_verdict(resource)
    target = arn
    if words.endswith("the cluster") and is_member(resource) and full.of.type != "CloudFormation":
        target = _cluster_in(of, arn, full.of)
    elif "contains, the same there" in words:
        target = full.of.arn
    near = coverage.judge.nearest(full)
    plan: Tree = {}
    selection: Tree = {}
    if near is not None and near.match is not None:
        (policy,) = next(each["policies"] for each in of.snapshot["root"]["accounts"] if each["id"] == full.of.account)
        _, name, _, kind, place = near.match.selection.path.split("/")
        plan = of.snapshot["policies"][policy]["content"]["plans"][name]
        selection = plan["selections"][kind][place]
    return Case(of, of.inventory[target], selection, plan, group)


def _cluster_in(of: World, arn: str, cluster: Resource) -> str:
    """The ARN of the cluster of an instance, which is listed with its place if it is not yet."""
    listed = cluster.arn or arn.replace(":db:", ":cluster:of-")
    if listed not in of.inventory:
        about: Tree = {
            "type": cluster.type,
            "engine": cluster.engine or "aurora-mysql",
            "tags": {},
            "state": "available",
        }
        place = {"arn": listed, "account": cluster.account, "region": cluster.region}
        of.inventory[listed] = {**place, **about, "parents": [], "facts": {}}
        of.inventory[arn]["parents"].append(listed)
    return listed


def _patterns(case: Case) -> Mapping[str, str]:
    """The patterns of types in the partition of a resource, or where its Region is not known in that of the plan."""
    where = case.group.region or next(iter(case.plan.get("regions", {}).get("@@assign", ())), "")
    return resource_types(regions().get(where, "aws"))


def _meant(names: str) -> list[str]:
    """The patterns that are written in backticks, and those of the names of types there, of a project of `aws`."""
    return [resource_types("aws").get(name, name) for name in _quoted(names)]


def _quoted(text: str) -> list[str]:
    return re.findall("`([^`]*)`", text)


def _with_tag(case: Case, pair: str) -> None:
    key, _, values = pair.partition(" = ")
    case.target["tags"] = {**case.target["tags"], key: values.split(", ")[-1]}


def _rewrite(case: Case, match: re.Match[str]) -> None:
    del case.target["tags"][case.group.observed.partition(" = ")[0]]
    _with_tag(case, match["tag"])


def _tag(case: Case, match: re.Match[str]) -> None:
    _with_tag(case, match["tag"])


def _more_values(case: Case, match: re.Match[str]) -> None:
    case.selection["tag_value"]["@@assign"].append(match["value"].replace("\\t", "\t"))


def _meet(case: Case, match: re.Match[str]) -> None:
    key, operator, value = re.split(r" (==|!=|like|not like) ", match["condition"], maxsplit=1)
    wanted = {"==": value, "like": value.replace("*", "")}.get(operator, _OTHER)
    case.target["tags"] = {**(case.target["tags"] or {}), key.removeprefix(_PREFIX): wanted}


def _decide(case: Case, _: re.Match[str]) -> None:
    keys = {key for plan in _plans(case) for key in _negated(plan)}
    case.target["tags"] = dict.fromkeys(keys, _OTHER) | case.target["tags"]


def _negated(plan: Tree) -> Iterator[str]:
    for kind in plan["selections"].values():
        for selection in kind.values():
            for operator, conditions in selection.get("conditions", {}).items():
                for condition in conditions.values() if "not" in operator else ():
                    key = condition["condition_key"]["@@assign"].removeprefix(_PREFIX)
                    condition["condition_key"]["@@assign"] = _PREFIX + key
                    yield key


def _without_condition(case: Case, _: re.Match[str]) -> None:
    for operator, conditions in [*case.selection["conditions"].items()]:
        for name, condition in [*conditions.items()]:
            key, value = (condition[part]["@@assign"] for part in ("condition_key", "condition_value"))
            if case.group.wanted == f"{key} {_OPERATORS[operator]} {value}":
                del conditions[name]
        if not conditions:
            del case.selection["conditions"][operator]
    if not case.selection["conditions"]:
        case.selection.setdefault("resource_types", {"@@assign": ["*"]})  # nobody can leave out everything


def _turn_on(case: Case, region: str | None, names: list[str]) -> None:
    """In the Region, or in all where it is not known."""
    opt_in = case.world.snapshot["settings"]["opt_in"]
    for each in [region] if region else REGIONS:
        services = opt_in.setdefault(each, [])
        services += [name for name in names if name not in services]


def _opt_in(case: Case, match: re.Match[str]) -> None:
    _turn_on(case, match["region"], _quoted(match["names"]))


def _leave_in(case: Case, match: re.Match[str]) -> None:
    patterns = _meant(match["names"])
    left = case.selection["not_resource_types"]["@@assign"]
    case.selection["not_resource_types"]["@@assign"] = [each for each in left if each not in patterns]
    if not case.selection["not_resource_types"]["@@assign"]:
        del case.selection["not_resource_types"]


def _more_types(case: Case, match: re.Match[str]) -> None:
    case.selection["resource_types"]["@@assign"] += _meant(match["names"])


def _every_type(case: Case, _: re.Match[str]) -> None:
    for plan in _plans(case):
        for selection in plan["selections"].get("resources", {}).values():
            selection.setdefault("resource_types", {"@@assign": ["*"]})


def _named(case: Case, match: re.Match[str]) -> None:
    """In a selection of the account that a condition does not keep from it."""
    _select(case, match, set(_meant(match["names"])))


def _plans(case: Case) -> list[Tree]:
    policies = case.world.snapshot["policies"].values()
    return [plan for policy in policies for plan in policy["content"]["plans"].values()]


def _in_service(case: Case, _: re.Match[str]) -> None:
    case.target["state"] = "running" if case.target["type"] == "EC2" else "available"


def _more_regions(case: Case, match: re.Match[str]) -> None:
    case.plan["regions"]["@@assign"].append(match["region"])


def _attach(case: Case, match: re.Match[str]) -> None:
    """A plan that names the type, in every Region; with the opt-in where the advice asks for it."""
    _select(case, match, {_patterns(case)[named_type(kind)] for kind in case.group.kinds})


def _select(case: Case, match: re.Match[str], patterns: set[str]) -> None:
    role = "arn:aws:iam::$account:role/Backup"
    chosen = {"iam_role_arn": {"@@assign": role}, "resource_types": {"@@assign": sorted(patterns)}}
    places = [*REGIONS, UNKNOWN_REGION]
    where = {"@@assign": places if case.group.region in {None, *places} else [case.group.region]}
    rules = {"nightly": {"target_backup_vault_name": {"@@assign": "Main"}}}
    plan = {"regions": where, "rules": rules, "selections": {"resources": {"chosen": chosen}}}
    case.world.snapshot["policies"]["more"] = {"content": {"plans": {"more": plan}}}
    (account,) = (each for each in case.world.snapshot["root"]["accounts"] if each["id"] == case.group.account)
    account["policies"].append("more")
    if "needs the opt-in" in match[0]:
        _turn_on(case, case.group.region, ["Aurora", "DocumentDB", "FSx", "Neptune", "RDS"])


def _with_account(case: Case, _: re.Match[str]) -> None:
    case.target["account"] = case.world.snapshot["root"]["accounts"][0]["id"]


def _with_region(case: Case, _: re.Match[str]) -> None:
    case.target["region"] = "eu-west-1"


def _with_tags(case: Case, _: re.Match[str]) -> None:
    case.target["tags"] = {}


def _known_opt_in(case: Case, match: re.Match[str]) -> None:
    _turn_on(case, match["region"], [])
    if "types" in case.target["facts"]:
        case.target.update(engine="neptune", type="Neptune", facts={})


CHANGES: dict[str, Change | None] = {
    "write the tag as (?:one of )?`(?P<tag>[^`]*)`(: its key is `[^`]*`)?": _rewrite,
    "tag it (?:one of )?`(?P<tag>[^`]*)`": _tag,
    "add `(?P<value>[^`]*)` to `values` of the selection": _more_values,
    "give it a tag that meets `(?P<condition>[^`]*)`": _meet,
    "give it the tag of the negated condition, which .* names; where its key lacks .*, write it so": _decide,
    "change the condition(: no value of the tag meets it)?": _without_condition,
    "opt in to (?P<names>.*?)( in (?P<region>[a-z0-9-]+))? in the management account's settings of AWS Backup": _opt_in,
    "take (?P<names>.*) out of `except_types`": _leave_in,
    "add (?P<names>.*) to `types` of the selection": _more_types,
    'give the selection the types that are meant, `types = \\["\\*"\\]` for all of them': _every_type,
    "bring it back into service: EC2 running or stopped, databases available": _in_service,
    "add (?P<region>[a-z0-9-]+) to `regions` of the plan": _more_regions,
    "attach a policy whose plan selects it to the account, or to a unit above it(; .* needs the opt-in.*)?": _attach,
    "name it in a selection without `[*]`": _attach,
    "name (?P<names>.*) in `types` of a selection: by which name AWS has the opt-in is not known": _named,
    "list it with its account: .*": _with_account,
    "list it with its Region: .*": _with_region,
    "list it with its tags: .*": _with_tags,
    "list it with its state: .*": _in_service,
    "add( in (?P<region>[a-z0-9-]+))? the opt-in to `settings.opt_in` of the snapshot(; .*)?": _known_opt_in,
    "mend the policy: .*": None,
    "none in a policy: .*": None,
    "delete it once the restore test is over": None,
}
"""Each change that an advice may ask for; None where it protects nothing by itself."""


def is_right(advised: Advised) -> bool:
    """Whether a change does what it is advised for: it protects, as far as anybody knows, or it decides."""
    before, after = advised.before, advised.after
    if before.reason is not None and before.reason.is_undecided:
        return after.reason is not before.reason or after.protected is True
    return after.protected is not False
