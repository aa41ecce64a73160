"""Generated organizations with locked policies, and requirements of which many hold: what proofs are tried on."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import pytest
from analysis.requirements.comparison import read
from generators.controls import CONTROL, with_controls
from generators.dice import Dice, Source
from generators.documents import Habits, fragment, whole, words
from generators.inventories import stocked
from generators.requirements import LETS, Asker
from support.moment import AT

from policyengine.analysis.prove import Proof, prove
from policyengine.analysis.requirements import Demands, check_types
from policyengine.aws.deployment import (
    DAY,
    FOREVER,
    UNKNOWN,
    DeployedPlan,
    DeployedRule,
    Deployment,
    deploy,
    leaves_account,
    leaves_region,
)
from policyengine.aws.merge import Effective, resolve
from policyengine.aws.organization import Organization, attach
from policyengine.aws.snapshot.snapshot import read_snapshot
from policyengine.base.source import Source as Text

Tree = dict[str, Any]

RANDOM, HOLDING = 3, 7
HABITS = Habits(control=0, spelling=0, empty=0, extra=35)
_TRIES = 8
BATCHES = 8
TOGETHER = pytest.mark.xdist_group("worlds")
WORLDS = [pytest.param(batch, marks=TOGETHER) for batch in range(BATCHES)]
"""Generated organizations in so many parts. Tests that look at them prove them once, in one worker."""


class World(NamedTuple):
    """A snapshot and what is asked of it, as data and as the engine sees it."""

    snapshot: Tree
    text: str
    organization: Organization
    effective: Effective
    demands: Demands


def world(source: Source) -> World:
    """A small organization whose policies are closed to some degree, and ten requirements; most accounts are valid."""
    dice = Dice(source)
    for _ in range(_TRIES):
        snapshot = _snapshot(dice, source)
        organization = organization_of(snapshot)
        effective = resolve(organization, at=AT)
        if 2 * sum(account.status == "valid" for account in effective.accounts) > len(effective.accounts):
            break
    plans = [plan for view in deploy(organization, effective, at=AT).candidates for plan in view.plans]
    text = "".join(_requirements(dice, snapshot, plans))
    return World(snapshot, text, organization, effective, demands_of(text))


@lru_cache(maxsize=64)
def proven_world(seed: int) -> tuple[World, tuple[Proof, ...]]:
    """A generated organization, and what is proven of its requirements."""
    found = world(random.Random(seed))
    return found, prove(found.organization, found.effective, found.demands, at=AT)


def _snapshot(dice: Dice, source: Source) -> Tree:
    snapshot = stocked(source)
    snapshot["organization"]["backup_policies_enabled"] = True
    for policy in snapshot["policies"].values():
        policy["content"] = _closed(dice, policy["content"])
    if dice.chance(40):
        _shut(dice, snapshot)
    return snapshot


def _shut(dice: Dice, snapshot: Tree) -> None:
    """A whole plan or two at the root, where nothing is open to anybody but one thing at most.

    And sometimes a unit that makes use of that, and closes what it brings in.
    """
    names = words(dice)
    closed = _locked(dice, whole(dice, names, HABITS), itself=True, leaving=0)
    nodes = [node for node in _nodes(closed) if CONTROL in node]
    rules = [plan["rules"] for plan in closed["plans"].values() if isinstance(plan, dict)] if dice.chance(50) else []
    if dice.chance(75):
        opened = dice.pick([*(node for found in rules for node in _nodes(found, 1)), *rules] or nodes)
        opened.pop(CONTROL, None)
    snapshot["policies"]["shut"] = {"content": closed}
    snapshot["root"]["policies"] = ["shut", *snapshot["root"].get("policies", [])[:2]]
    units = snapshot["root"].get("units", [])
    if units and dice.chance(60):
        own = _locked(dice, fragment(dice, names, HABITS._replace(extra=60)), itself=True, leaving=0)
        snapshot["policies"]["own"] = {"content": own}
        unit = dice.pick(units)
        unit["policies"] = ["own", *unit.get("policies", [])[:2]]


def _nodes(node: Tree, depth: int = 99) -> Iterator[Tree]:
    """The node and the nodes beneath it."""
    yield node
    for key, below in node.items() if depth else ():
        if not key.startswith("@@") and isinstance(below, dict):
            yield from _nodes(below, depth - 1)


def organization_of(snapshot: Tree) -> Organization:
    """The tree of a snapshot."""
    return attach(read_snapshot(Text("organization.json", json.dumps(snapshot)))).value


def demands_of(text: str) -> Demands:
    """The requirements of a text."""
    outcome = check_types([read(text)])
    assert not outcome.failed, (text, outcome.diagnostics)
    return outcome.value


def deployed(organization: Organization, demands: Demands) -> tuple[Effective, Deployment]:
    """What the accounts of an organization have."""
    effective = resolve(organization, at=AT)
    return effective, deploy(organization, effective, at=AT, apart=demands.ids)


def _closed(dice: Dice, document: Tree) -> Tree:
    roll = dice.below(10)
    if roll < 2:
        return document
    if roll < 4:
        return with_controls(dice, _without_controls(document), 40)
    whole = dice.chance(60)
    leaving = 0 if dice.chance(60) else 8
    return {key: _locked(dice, node, itself=whole, leaving=leaving) for key, node in document.items()}


def _without_controls(node: Any) -> Any:  # noqa: ANN401 - JSON
    if not isinstance(node, dict):
        return node
    return {key: _without_controls(below) for key, below in node.items() if key.lower() != CONTROL}


def _locked(dice: Dice, node: Any, *, itself: bool, leaving: int) -> Any:  # noqa: ANN401 - JSON
    """`@@none` on a node and beneath it, `leaving` so many of a hundred as they were."""
    if not isinstance(node, dict):
        return node
    below = {
        key: value if key.startswith("@@") else _locked(dice, value, itself=True, leaving=leaving)
        for key, value in _without_controls(node).items()
    }
    return {**below, CONTROL: ["@@none"]} if itself and not dice.chance(leaving) else below


def _requirements(dice: Dice, snapshot: Tree, plans: Sequence[DeployedPlan]) -> Iterator[str]:
    asker, holding = Asker(dice, snapshot), Holding(dice, snapshot, plans)
    yield LETS
    for number in range(RANDOM):
        yield asker.requirement(f"any{number}")
    for number in range(HOLDING):
        yield holding.requirement(f"fact{number}")


class Holding:
    """Writes requirements that say of a plan, a rule, a copy or a selection what is so."""

    def __init__(self, dice: Dice, snapshot: Tree, plans: Sequence[DeployedPlan]) -> None:
        self._dice = dice
        self._plans = [plan for plan in plans if plan.rules]
        self._asker = Asker(dice, snapshot)

    def requirement(self, name: str) -> str:
        """`require NAME { ... }` with one or two assertions."""
        lines = [f"  for {self._scope()}"] if self._dice.chance(35) else []
        lines += [f"  assert {self._assertion()}" for _ in range(1 + self._dice.below(2))]
        return "\n".join([f"require {name} {{", *lines, "}\n"])

    def _scope(self) -> str:
        scopes = ['account.path like "*"', f"not ({self._asker.comparison([])})", self._asker.comparison([])]
        if self._plans:
            plan = self._dice.pick(self._plans).plan
            scopes += [
                f"some plan satisfies plan.name == {_quoted(plan.name)}",
                f"plans[{_quoted(plan.name)}].regions == {_list(plan.regions)}",
                f"not (plans[{_quoted(plan.name)}].windows_vss and {self._asker.comparison([])})",
                f"not (plans[{_quoted(plan.name)}].windows_vss and (some rule satisfies rule.continuous))",
            ]
        return self._dice.pick(scopes)

    def _assertion(self) -> str:
        if not self._plans:
            return self._asker.condition([], 0)
        plan = self._dice.pick(self._plans)
        rule = self._dice.pick(plan.rules)
        about = self._dice.pick([self._of_rules, self._of_rules, self._of_plan, self._of_copies, self._of_selections])
        assertion = about(plan, rule)
        if self._dice.chance(15):
            return f"({assertion}) {self._dice.pick(('and', 'or'))} ({self._of_rules(plan, rule)})"
        if self._dice.chance(10):
            return f"not (({self._asker.comparison([])}) and not ({assertion}))"
        return assertion

    def _of_rules(self, plan: DeployedPlan, rule: DeployedRule) -> str:
        here = f"rule.plan == {_quoted(plan.plan.name)}"
        named = f"rule.name == {_quoted(rule.rule.name)}"
        fact, picked = self._fact(rule, "rule"), self._fact(rule, _pick(rule))
        number = len(plan.in_regions[rule.rule.name])
        return self._dice.pick(
            (
                f"every rule where {here} and {named} satisfies {fact}",
                f"every rule where {here} satisfies {fact} or not {named}",
                f"every rule satisfies not ({here} and {named}) or {fact}",
                f"some rule where {here} satisfies {named} and {fact}",
                f"some rule where {here} satisfies {fact}",
                f"no rule where {here} and {named} satisfies not {fact}",
                f"not (some rule where {here} and {named} satisfies not {fact})",
                f"at least {number} rule where {named} satisfies {here} and {fact}",
                f"not (at least {number + 1} rule where {here} and {named} satisfies {fact})",
                f"not (at least 2 rule where {here} satisfies not {fact})",
                f"some plan where plan.name == {_quoted(plan.plan.name)} satisfies some rule satisfies {fact}",
                f"every plan where plan.name == {_quoted(plan.plan.name)} satisfies some rule satisfies {fact}",
                f"every plan satisfies at least 1 rule satisfies {fact}",
                f"not (not {picked})",
                picked,
                picked,
            )
        )

    def _fact(self, rule: DeployedRule, subject: str) -> str:
        """What is so of a rule."""
        found, dice = rule.rule, self._dice
        facts = [
            f"{subject}.retention >= {_duration(found.retention)}",
            f"{subject}.retention == {_duration(found.retention)}",
            f"{subject}.retention <= {_duration(found.retention)}",
            f"{subject}.schedule == {_quoted(found.schedule)}",
            f"{subject}.vault.name == {_quoted(rule.vault.name)}",
            f"{subject}.start_within <= {_duration(found.start_within)}",
            f"{subject}.complete_within == {_duration(found.complete_within)}",
            f"{subject}.cold_after == {_duration(found.cold_after)}",
            f"{subject}.continuous == {str(found.continuous).lower()}",
            f"{subject}.archive == {str(found.archive).lower()}",
            f'"S3" in {subject}.resource_types',
            f"{subject}.region in {_list(dict.fromkeys(other.region for other in self._all(rule)))}",
        ]
        for name, leaves in (("leaves_account", leaves_account), ("leaves_region", leaves_region)):
            if len(values := {leaves(other) for other in self._all(rule)}) == 1 and UNKNOWN not in values:
                facts.append(f"{subject}.{name} == {str(*values).lower()}")
        facts += [f"{subject}.tags[{_quoted(key)}] == {_quoted(value)}" for key, value in found.tags.items()]
        if found.interval is not UNKNOWN:
            if dice.chance(25):
                return f"({subject}.interval <= {_duration(found.interval)})"
            facts.append(f"{subject}.interval <= {_duration(found.interval)}")
        if rule.vault.exists is True:
            facts += [f"{subject}.vault.exists", f"{subject}.vault.region == {_quoted(rule.region)}"]
            facts += [f"{subject}.vault.lock == {rule.vault.lock}"] if rule.vault.lock is not UNKNOWN else []
        if found.air_gapped:
            facts.append(f"{subject}.air_gapped_vault.name == {_quoted(found.air_gapped.name)}")
        return f"({dice.pick(facts)})"

    def _all(self, rule: DeployedRule) -> Iterator[DeployedRule]:
        return (other for plan in self._plans for other in plan.rules if other.rule is rule.rule)

    def _of_plan(self, plan: DeployedPlan, rule: DeployedRule) -> str:
        found, name = plan.plan, _quoted(plan.plan.name)
        facts = [
            f"plans[{name}].regions == {_list(found.regions)}",
            f"{_quoted(rule.region)} in plans[{name}].regions",
            f"plans[{name}].windows_vss == {str(found.windows_vss).lower()}",
            f'"S3" in plans[{name}].resource_types',
            f"not (plans[{name}].resource_types == [S3])",
            f"some plan satisfies plan.name == {name}",
            f"no plan satisfies plan.name == {name} and plan.name != plans[{name}].name",
            "no plan satisfies plan.windows_vss and not plan.windows_vss",
            f"every plan satisfies plan.name in {_list(other.plan.name for other in self._plans)}",
            f"at least 1 plan where plan.name == {name} satisfies {_quoted(rule.region)} in plan.regions",
            f"not (at least {len(self._plans) + 1} plan satisfies plan.windows_vss)",
        ]
        facts += [f"plans[{name}].tags[{_quoted(key)}] == {_quoted(value)}" for key, value in found.tags.items()]
        facts += [
            f"plans[{name}].tags[{_quoted(key.upper())}] != {_quoted(value)}" for key, value in found.tags.items()
        ]
        return self._dice.pick(facts)

    def _of_copies(self, plan: DeployedPlan, rule: DeployedRule) -> str:
        if not rule.copies:
            return f"no copy where copy.plan == {_quoted(plan.plan.name)} satisfies copy.cross_account"
        copy = self._dice.pick(rule.copies)
        facts = [
            f"copy.retention >= {_duration(copy.copy.retention)}",
            f"copy.retention == {_duration(copy.copy.retention)}",
            f"copy.cold_after == {_duration(copy.copy.cold_after)}",
            f"copy.region == {_quoted(copy.region)}",
            f"copy.rule == {_quoted(rule.rule.name)}",
        ]
        facts += [f"copy.cross_region == {str(copy.cross_region).lower()}"] if copy.cross_region is not UNKNOWN else []
        if copy.cross_account is not UNKNOWN:
            facts.append(f"copy.cross_account == {str(copy.cross_account).lower()}")
        if copy.vault:
            facts.append(f"copy.vault.name == {_quoted(copy.vault.name)}")
        fact, here = self._dice.pick(facts), f"copy.plan == {_quoted(plan.plan.name)}"
        named = f"rule.plan == {_quoted(plan.plan.name)} and rule.name == {_quoted(rule.rule.name)}"
        return self._dice.pick(
            (
                f"every copy where {here} satisfies {fact}",
                f"some copy where {here} satisfies {fact}",
                f"no copy where {here} satisfies not ({fact})",
                f"at least 1 copy satisfies {here} and {fact}",
                f"every rule where {named} satisfies some copy satisfies {fact}",
                f"every rule where {named} satisfies every copy satisfies {fact}",
                f'some rule where {named} satisfies at least {len(rule.copies)} copy satisfies copy.plan != "missing"',
            )
        )

    def _of_selections(self, plan: DeployedPlan, _rule: DeployedRule) -> str:
        here = f"selection.plan == {_quoted(plan.plan.name)}"
        if not plan.plan.selections:
            return f"no selection where {here} satisfies selection.kind == tag"
        selection = self._dice.pick(plan.plan.selections)
        facts = [
            f"selection.kind == {selection.kind}",
            f"selection.name == {_quoted(selection.name)}",
            f"selection.role == {_quoted(selection.role)}",
        ]
        if selection.kind == "tag":
            facts.append(f"selection.key == {_quoted(selection.key)}")
            facts += [f"{_quoted(value)} in selection.values" for value in selection.values]
        else:
            facts.append(
                f"selection.types == {_list(selection.types)}" if selection.types else "selection.types != [S3]"
            )
        fact = self._dice.pick(facts)
        return self._dice.pick(
            (
                f"every selection where {here} satisfies {fact}",
                f"some selection where {here} satisfies {fact}",
                f"no selection where {here} satisfies not ({fact})",
                f"every plan where plan.name == {_quoted(plan.plan.name)} satisfies some selection satisfies {fact}",
                f"every rule where rule.plan == {_quoted(plan.plan.name)} satisfies some selection satisfies {fact}",
            )
        )


def _pick(rule: DeployedRule) -> str:
    return f"plans[{_quoted(rule.rule.plan)}].rules[{_quoted(rule.rule.name)}]"


def _duration(minutes: float) -> str:
    if minutes == FOREVER:
        return "forever"
    return f"{int(minutes // DAY)} days" if minutes % DAY == 0 and minutes else f"{int(minutes)} minutes"


def _list(texts: Any) -> str:  # noqa: ANN401 - any texts
    return f"[{', '.join(map(_quoted, texts))}]"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
