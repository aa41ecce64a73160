"""Runs of one session say what runs of their own say."""

from __future__ import annotations

import gc
from functools import cache
from types import BuiltinFunctionType, FunctionType, ModuleType

import pytest
from analysis.diff.twins import twins
from support.moment import AT

from policyengine.base.diagnostics import Diagnostic
from policyengine.base.source import Source
from policyengine.comparison import ProjectState
from policyengine.engine import evaluate
from policyengine.session import Session
from policyengine.stages import PURE, Stages

pytestmark = pytest.mark.scale

TOGETHER = pytest.mark.xdist_group("edits")  # what runs of their own say is needed twice
SEEDS = range(24)
PROGRAM = (type, ModuleType, FunctionType, BuiltinFunctionType)
ORGANIZATION = Source(
    "organization.yaml",
    """\
version: 1
root:
  name: Root
  units:
    - {name: U0, accounts: [{id: "111111111111", name: a}]}
    - {name: U1, accounts: [{id: "222222222222", name: b}]}
    - {name: U2, accounts: [{id: "333333333333", name: c}, {id: "444444444444", name: d}]}
vaults: []
""",
)


def said(state: ProjectState, stages: Stages = PURE) -> tuple[Diagnostic, ...]:
    return evaluate(state.sources, state.snapshot, at=AT, stages=stages).diagnostics


@cache
def said_alone(seed: int) -> tuple[tuple[Diagnostic, ...], ...]:
    """What runs of their own say before and after an edit."""
    return tuple(map(said, twins(seed)))


@TOGETHER
@pytest.mark.parametrize("seed", SEEDS)
def test_a_run_after_an_edit_and_one_after_taking_it_back(seed: int) -> None:
    session, (before, after) = Session(), twins(seed)
    old, new = said_alone(seed)
    for state, expected in ((before, old), (after, new), (before, old)):
        assert said(state, session) == expected


@TOGETHER
def test_the_edits_are_worth_something() -> None:
    found = list(map(said_alone, SEEDS))
    assert sum(before != after for before, after in found) > len(SEEDS) / 2
    assert len({one.name for pair in found for side in pair for one in side}) > 10


def test_a_session_of_two_thousand_edits_keeps_no_more_than_one_of_a_hundred() -> None:
    session = Session()
    early: list[int] = []
    late: list[int] = []
    for number in range(3, 2000):
        evaluate(edited(number), ORGANIZATION, at=AT, stages=session)
        if number % 7 == 0 and not 100 < number < 1900:
            gc.collect()  # what is only held weakly goes at once, and not when its time comes
            (early if number <= 100 else late).append(reachable(session))
    assert max(late) < 1.2 * max(early)


def edited(number: int) -> list[Source]:
    """A project in which a policy after the other gets another retention, another vault, and now and then a fault."""
    retained = [number - (number - place) % 3 for place in range(3)]
    sources = [Source(f"{place}.bpol", policy(place, days)) for place, days in enumerate(retained)]
    asked = 'require "kept" { assert every rule satisfies (rule.retention >= 35 days) }'
    return [*sources, Source("asked.bpol", asked if number % 10 else asked.removesuffix("}"))]


def policy(place: int, days: int) -> str:
    return f"""\
let home{place} = [eu-west-1, eu-central-1]
policy p{place} {{
  plan daily{place} {{
    regions = home{place}
    rule nightly {{ schedule = daily at 05:00  vault = "Vault{days}"  retain = {days + 36} days }}
    tag selection all {{ role = "Backup"  key = "backup"  values = ["{days}"] }}
  }}
}}
attach p{place} to ou "U{place}"
"""


def reachable(session: Session) -> int:
    """How many objects a session keeps, beside those of the program itself."""
    seen: dict[int, object] = {}
    front: list[object] = [session]
    while front:
        new = {id(one): one for one in front if id(one) not in seen and not isinstance(one, PROGRAM)}
        seen |= new
        front = gc.get_referents(*new.values())
    return len(seen)
