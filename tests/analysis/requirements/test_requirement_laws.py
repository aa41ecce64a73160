"""Laws that hold whatever is required of whatever organization."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from typing import Any

import pytest
from analysis.requirements.comparison import judged, outcome, outcomes
from generators.dice import Dice
from generators.inventories import stocked
from generators.organizations import accounts_of
from generators.requirements import LETS, Asker, demands
from msgspec.structs import replace
from support.moment import AT

from policyengine.analysis.requirements import check_types, findings, judge, reasons
from policyengine.aws.deployment import deploy
from policyengine.aws.merge import resolve
from policyengine.aws.organization import attach
from policyengine.aws.snapshot.snapshot import read_snapshot
from policyengine.base.source import Source
from policyengine.language.syntax import parse

pytestmark = pytest.mark.scale

Tree = dict[str, Any]

WORST = ("fail", "unknown", "pass")
SEEDS = pytest.mark.parametrize("seeds", [range(first, first + 20) for first in range(0, 100, 20)], ids=str)


def organizations(seeds: range) -> Iterator[tuple[Tree, Asker, Dice]]:
    for seed in seeds:
        source = random.Random(seed)
        snapshot = stocked(source)
        dice = Dice(source)
        yield snapshot, Asker(dice, snapshot), dice


def held(snapshot: Tree, *conditions: str) -> list[dict[str, str]]:
    """What each of the conditions comes to, by account."""
    asserted = "\n".join(f"assert {condition}" for condition in conditions)
    found = outcomes(judged(snapshot, f"{LETS}require r {{\n{asserted}\n}}"))
    accounts = accounts_of(snapshot)
    return [{account: found["r", place, account] for account in accounts} for place in range(len(conditions))]


@SEEDS
def test_the_order_of_operands_does_not_matter(seeds: range) -> None:
    for snapshot, asker, dice in organizations(seeds):
        operands = [f"({asker.condition([], 1)})" for _ in range(2 + dice.below(3))]
        for operator in (" and ", " or "):
            straight, other = held(snapshot, operator.join(operands), operator.join(dice.some(operands, 9, 9)))
            assert straight == other, operands


@SEEDS
def test_not_twice_is_nothing(seeds: range) -> None:
    for snapshot, asker, _ in organizations(seeds):
        condition = asker.condition([], 0)
        plain, twice = held(snapshot, condition, f"not (not ({condition}))")
        assert plain == twice, condition


@SEEDS
def test_no_satisfies_what_every_one_does_not(seeds: range) -> None:
    """With one exception: among what is missing and what is unknown, `no` names the unknown first."""
    for snapshot, asker, dice in organizations(seeds):
        kind = dice.pick(("rule", "plan", "copy", "selection"))
        over = f"{kind} where {asker.operand([kind], 1)}" if dice.chance(50) else kind
        condition = asker.condition([kind], 1)
        no, every = held(snapshot, f"no {over} satisfies {condition}", f"every {over} satisfies not ({condition})")
        for account in no:
            assert no[account] == every[account] or (no[account], every[account]) == ("unknown", "fail"), condition


@SEEDS
def test_at_least_one_rule_in_all_its_regions_is_some(seeds: range) -> None:
    for snapshot, asker, _ in organizations(seeds):
        condition = asker.condition(["rule"], 1)
        some, one = held(snapshot, f"some rule satisfies {condition}", f"at least 1 rule satisfies {condition}")
        for account in some:
            assert WORST.index(one[account]) <= WORST.index(some[account]), condition


@SEEDS
def test_some_plan_is_at_least_one(seeds: range) -> None:
    for snapshot, asker, _ in organizations(seeds):
        condition = asker.condition(["plan"], 1)
        some, one = held(snapshot, f"some plan satisfies {condition}", f"at least 1 plan satisfies {condition}")
        assert some == one, condition


@SEEDS
def test_accounts_judged_one_by_one_come_to_the_same(seeds: range) -> None:
    """What accounts share is found out once, and shows in no answer."""
    for snapshot, asker, _ in organizations(seeds):
        text = LETS + "".join(asker.requirement(f"r{number}") for number in range(4))
        asked = check_types([parse(Source("demands.bpol", text)).value]).value
        organization = attach(read_snapshot(Source("organization.json", json.dumps(snapshot)))).value
        effective, management = resolve(organization, at=AT), organization.management_account
        together = outcomes(
            judge(asked.requirements, deploy(organization, effective, at=AT, apart=asked.ids).published, management)
        )
        apart = deploy(organization, effective, at=AT, apart=accounts_of(snapshot)).published
        alone = [
            outcomes(judge(asked.requirements, [replace(view, accounts=(account,))], management))
            for view in apart
            for account in view.accounts
        ]
        assert {key: found for one in alone for key, found in one.items()} == together, text


@SEEDS
def test_whatever_does_not_hold_has_a_reason_and_what_holds_has_none(seeds: range) -> None:
    for snapshot, asker, _ in organizations(seeds):
        judgement = judged(snapshot, LETS + asker.requirement("r"))
        for result in judgement.results:
            for account in result.accounts:
                found = reasons(result, account, judgement.management)
                assert bool(found) == (outcome(result) != "pass"), result.assertion.span.text


@SEEDS
def test_findings_name_exactly_the_accounts_for_which_something_does_not_hold(seeds: range) -> None:
    for seed in seeds:
        source = random.Random(seed)
        snapshot = stocked(source)
        judgement = judged(snapshot, demands(source, snapshot))
        said = {
            (found.requirement, found.name, found.span.start if found.span else 0, account)
            for found in findings(judgement)
            for account in found.accounts
        }
        names = {"fail": "requirement-violated", "unknown": "requirement-undecided"}
        expected = {
            (result.requirement.name, names[outcome(result)], result.assertion.span.start, account.id)
            for result in judgement.results
            for account in result.accounts
            if outcome(result) in names
        }
        assert said == expected, seed
