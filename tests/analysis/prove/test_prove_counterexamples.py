"""Every counterexample is a policy of the language that AWS would take, that breaks its requirement, and no less does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from analysis.prove.battle import Placed, asking, verdicts, with_policies
from analysis.prove.projects import RULE, counterexamples, plan, policy, proven, require, under_attack
from analysis.prove.test_prove_outcomes import BREAKABLE, KEPT, OPEN
from analysis.prove.worlds import BATCHES, WORLDS, World, proven_world
from support.moment import AT

from policyengine.analysis.prove import Counterexample
from policyengine.aws.admission import admit
from policyengine.aws.documents import PolicyDocument
from policyengine.base.source import Source
from policyengine.language.compiler import compile_policies
from policyengine.language.syntax import format_module, parse

EVERY = 160

Tree = dict[str, Any]


@pytest.mark.parametrize(("text", "assertion"), BREAKABLE.values(), ids=BREAKABLE)
def test_in_the_project_it_breaks_the_requirement(text: str, assertion: str) -> None:
    project = text + require(assertion)
    found = proven(project)
    assert [*counterexamples(found)]
    for counterexample in counterexamples(found):
        assert under_attack(project, counterexample)[counterexample.account.path] == "violated", counterexample.text


@pytest.mark.scale
@pytest.mark.parametrize("batch", WORLDS)
def test_those_of_generated_organizations(batch: int, pytestconfig: pytest.Config) -> None:
    first, number = pytestconfig.getoption("first_seed"), pytestconfig.getoption("organizations") // EVERY
    for seed in range(first + batch, first + number, BATCHES):
        found, proofs = proven_world(seed)
        for proof in proofs:
            shown = {
                result.counterexample.text: result.counterexample for result in proof.results if result.counterexample
            }
            for counterexample in shown.values():
                assert wrong(found, proof.requirement.name, counterexample) == "", f"seed {seed}: {counterexample.text}"


def wrong(world: World, requirement: str, counterexample: Counterexample) -> str:
    """What is wrong with a counterexample, if anything."""
    parsed = parse(Source("attack.bpol", counterexample.text))
    (written,) = compile_policies([parsed.value]).value.policies
    if parsed.diagnostics or format_module(parsed.value) != counterexample.text:
        return "it is not in the language's own layout"
    if not admitted(written.content):
        return "AWS would not take it"
    if counterexample.place not in counterexample.account.chain:
        return "it is attached elsewhere"
    if not breaks(world, requirement, counterexample, written.content):
        return "it breaks nothing"
    needless = [
        part for part in smaller(written.content) if admitted(part) and breaks(world, requirement, counterexample, part)
    ]
    return f"{needless[0]} would do" if needless else ""


def admitted(content: object) -> bool:
    """Whether AWS would take a document."""
    return not admit(PolicyDocument("attack", content, 1, 1), at=AT).diagnostics  # type: ignore[arg-type]


def breaks(world: World, requirement: str, counterexample: Counterexample, content: Any) -> bool:  # noqa: ANN401 - JSON
    """Whether a document where the counterexample is attached violates the requirement for the account."""
    new = None if counterexample.account.id else counterexample.account
    snapshot = with_policies(world.snapshot, [Placed(counterexample.place, content)], new)
    found = verdicts(snapshot, asking(world.demands, [requirement])).get(requirement, {})
    return any(
        account.path == counterexample.account.path and verdict in {"violated", "withheld"}
        for account, verdict in found.items()
    )


def smaller(node: Any) -> Iterator[Any]:  # noqa: ANN401 - JSON
    """A document without one of its keys, at every depth."""
    if isinstance(node, dict):
        for key, below in node.items():
            rest = {other: value for other, value in node.items() if other != key}
            yield rest
            yield from ({**rest, key: part} for part in smaller(below))


@pytest.mark.parametrize(
    ("rule", "assertion", "lines"),
    [
        (RULE, KEPT, ["retain = 1 day"]),
        (RULE, 'every rule satisfies rule.vault.name == "Main"', ['vault = "Elsewhere"']),
        (RULE, "every rule satisfies rule.interval <= 1 day", ["schedule = yearly on 1 january at 05:00"]),
        (RULE, "no rule satisfies rule.continuous", ["continuous = true", "retain = 35 days"]),
        (RULE, "every rule satisfies rule.start_within <= 8 hours", ["start_within = 481 minutes"]),
    ],
    ids=["retention", "vault", "schedule", "continuous", "window"],
)
def test_only_what_it_takes(rule: str, assertion: str, lines: list[str]) -> None:
    (counterexample, *_) = counterexamples(proven(policy(plan(rule=rule)) + require(assertion)))
    written = [line.strip() for line in counterexample.text.splitlines()]
    assert written == ["policy attack {", "plan daily {", "rule nightly {", *lines, "}", "}", "}"]


def test_it_is_attached_where_it_is_shown() -> None:
    found = proven(OPEN + require(KEPT))
    places = {
        path: (result.counterexample.place.path, result.counterexample.account.path)
        for path, result in found.items()
        if result.counterexample
    }
    assert places == {
        "management": ("management", "management"),
        "Shops": ("Shops", "Shops/Online/books"),
        "Shops/Online": ("Shops/Online", "Shops/Online/books"),
        "Shops/Online/books": ("Shops/Online/books", "Shops/Online/books"),
        "Shops/toys": ("Shops/toys", "Shops/toys"),
    }


def test_what_only_works_further_down_is_attached_there() -> None:
    """The unit's own policy assigns the setting, so that a policy beside it would have no effect."""
    beside = policy("plan daily { rule nightly { retain = 90 days } }\n", name="shops", to='ou "Shops"')
    kept = 'plans["daily"].rules["nightly"].retention >= 35 days'
    counterexample = proven(OPEN + beside + require(kept))["Shops"].counterexample
    assert counterexample is not None
    assert counterexample.place.path in {"Shops/Online", "Shops/Online/books", "Shops/toys"}


def test_the_same_is_said_of_accounts_by_their_own_names() -> None:
    own = 'every rule satisfies rule.retention >= 35 days or account.name == "nobody"'
    found = proven(OPEN + require(own))
    assert "`toys`" in found["Shops/toys"].reason
    assert "`books`" in found["Shops/Online/books"].reason


def test_a_copy_goes_to_an_account_that_none_of_its_equals_is() -> None:
    """What was found out about one account would break nothing for the one that the copy goes to."""
    project = OPEN + require("no copy satisfies copy.cross_account")
    for counterexample in counterexamples(proven(project)):
        assert under_attack(project, counterexample)[counterexample.account.path] == "violated", counterexample.text
