"""`--suggest`: the lines close what is open once they are in the project, none of them is needless, and what they disarm."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from typing import NamedTuple

import pytest
from analysis.prove.insertion import inserted
from analysis.prove.projects import RULE, plan, policy, proofs, require
from analysis.prove.test_prove_outcomes import KEPT
from analysis.prove.worlds import World, world
from support.moment import AT

from policyengine.analysis.prove import Line, Proof, ProtectingLines
from policyengine.analysis.prove.closing_lines import closings
from policyengine.aws.documents import PolicyDocument
from policyengine.aws.organization.tree import Entity
from policyengine.base.source import Source
from policyengine.engine import evaluate
from policyengine.language.compiler import decompile
from policyengine.language.syntax import format_module, parse

OPEN = policy(plan())
NIGHTLY = 'every rule where rule.plan == "daily" and rule.name == "nightly" satisfies'
BATCHES = 8
EVERY = 400
MOST_LINES = 3  # of more it takes too long to leave out one after the other

SUGGESTED = {
    "a lock around the plan": (
        OPEN,
        KEPT,
        ["locked plan daily"],
    ),
    "the only setting": (
        OPEN,
        f"{NIGHTLY} rule.retention == 35 days",
        ["locked retain = 35 days"],
    ),
    "by what an account that is created later could be left without": (
        OPEN,
        'plans["daily"].rules["nightly"].retention == 35 days',
        ["locked plan daily", "children may nothing"],
    ),
    "no plan may come": (
        policy(plan(lock="locked")),
        "every rule satisfies rule.retention >= 35 days",
        ["children may nothing"],
    ),
    "instead of what may come": (
        policy(plan(lock="locked"), may="children may append"),
        "every rule satisfies rule.retention >= 35 days",
        ["children may nothing"],
    ),
    "what is not set cannot be locked": (
        OPEN,
        f"{NIGHTLY} rule.start_within <= 8 hours",
        ["children may nothing in start_within"],
    ),
    "a list that may grow": (
        policy(plan(regions="[eu-west-1]  children may append in regions")),
        'every plan where plan.name == "daily" satisfies plan.regions == [eu-west-1]',
        ["locked regions = [eu-west-1]"],
    ),
}


def suggestion_of(text: str) -> ProtectingLines | None:
    (proof,) = proofs(text, suggesting=True)
    return proof.suggestion


@pytest.mark.parametrize(("text", "assertion", "lines"), SUGGESTED.values(), ids=SUGGESTED)
def test_the_lines(text: str, assertion: str, lines: list[str]) -> None:
    project = format_module(parse(Source("project.bpol", text + require(assertion))).value)
    found = suggestion_of(project)
    assert found is not None
    assert ([line.text for line in found.lines], found.disarmed, found.left) == (lines, (), ())
    (proof,) = proofs(inserted(project, found.lines))
    assert {result.outcome for result in proof.results} == {"guaranteed"}


def test_nothing_is_suggested_where_nothing_can_be_broken() -> None:
    assert suggestion_of(policy(plan(lock="locked")) + require(KEPT)) is None


def test_the_place_of_a_line() -> None:
    found = suggestion_of(OPEN + require(f"{NIGHTLY} rule.retention == 35 days"))
    assert found is not None
    (line,) = found.lines
    assert (line.blocks, line.origin.policy.name, line.origin.entity.path) == (
        ("plan daily", "rule nightly"),
        "baseline",
        "",
    )
    assert line.origin.span is not None
    assert line.origin.span.source.text[line.origin.span.start :].startswith("retain = 35 days")


def test_a_line_does_not_go_into_a_template() -> None:
    template = 'template rule kept { locked copy to vault "Central" in eu-central-1 account "333333333333" }\n'
    rule = RULE.replace("nightly {", "nightly like kept { children may assign in retain ")
    closed = plan(rule=rule, may="children may nothing in regions\n children may nothing in rules")
    asked = require('every copy where copy.plan == "daily" satisfies copy.region == "eu-central-1"')
    found = suggestion_of(template + policy(closed) + asked)
    assert found is not None
    (line,) = [line for line in found.lines if line.text == "children may nothing in copy_actions"]
    assert line.origin.span is not None
    assert line.origin.span.first.line > 1


def test_what_the_lines_would_disarm() -> None:
    lower = policy(
        "plan daily { regions += [eu-central-1]\n rule nightly { retain = 90 days } }\n", name="shops", to='ou "Shops"'
    )
    found = suggestion_of(OPEN + lower + require(KEPT))
    assert found is not None
    assert [(one.origin.policy.name, one.origin.entity.path, one.path) for one in found.disarmed] == [
        ("shops", "Shops", "plans/daily/regions"),
        ("shops", "Shops", "plans/daily/rules/nightly/lifecycle/delete_after_days"),
    ]


def test_no_line_makes_good_what_only_stands_further_down() -> None:
    lower = policy("plan daily { rule nightly { retain = 90 days } }\n", name="toys", to='account "toys"')
    asked = require('plans["daily"].rules["nightly"].retention == 90 days', scope='account.name == "toys"')
    found = suggestion_of(OPEN + lower + asked)
    assert found is not None
    assert [(left.target.path, left.reason) for left in found.left] == [
        ("Shops", "it holds only by `toys` further down, which a policy above can undo")
    ]


def test_a_line_stands_in_its_own_block_as_the_file_names_it() -> None:
    closed = RULE.replace("retain", "children may nothing in start_within  retain")
    text = policy(plan("Archive", rule=closed), plan("Daily"))
    found = suggestion_of(text + require(f"{NIGHTLY} rule.start_within <= 8 hours"))
    assert found is not None
    assert [(line.blocks, line.text) for line in found.lines] == [
        (("plan Daily", "rule nightly"), "children may nothing in start_within")
    ]


@pytest.mark.scale
@pytest.mark.parametrize("batch", range(BATCHES))
def test_generated_organizations(batch: int, pytestconfig: pytest.Config) -> None:
    first, number = pytestconfig.getoption("first_seed"), pytestconfig.getoption("organizations") // EVERY
    for seed in range(first + batch, first + number, BATCHES):
        project = project_of(world(random.Random(seed)))
        for proof in proofs(project.text, project.organization, suggesting=True):
            if proof.suggestion and proof.suggestion.lines:
                assert wrong(project, proof, proof.suggestion) == "", f"seed {seed}\n{project.text}"


class Project(NamedTuple):
    """A generated organization whose policies are texts."""

    text: str
    organization: str


def project_of(found: World) -> Project:
    """The policies of a generated organization in the language, in canonical layout."""
    policies = [
        format_module(decompile(PolicyDocument(name, policy["content"], 0, 0), name=name, partition="aws").value)
        for name, policy in found.snapshot["policies"].items()
    ]
    text = format_module(parse(Source("project.bpol", "\n".join([*policies, found.text]))).value)
    return Project(text, json.dumps(found.snapshot))


def wrong(project: Project, proof: Proof, suggestion: ProtectingLines) -> str:
    """What is wrong with a suggestion, if anything."""
    requirement, left = proof.requirement.name, {left.target.path for left in suggestion.left}
    before = {result.target.path for result in proof.results if result.outcome == "breakable"} - left
    if still := before & not_guaranteed(project, requirement, suggestion.lines):
        return f"{requirement}: with {texts(suggestion.lines)} not guaranteed at {still}"
    for needless in suggestion.lines if len(suggestion.lines) <= MOST_LINES else ():
        rest = [line for line in suggestion.lines if line is not needless]
        if not before & not_guaranteed(project, requirement, rest):
            return f"{requirement}: {needless.text} is needless beside {texts(rest)}"
    disarmed = {(one.origin.policy.name, one.origin.entity.path, one.path) for one in suggestion.disarmed}
    lost = ignored(project, suggestion.lines) - ignored(project, ())
    return "" if disarmed == lost else f"{requirement}: {texts(suggestion.lines)} disarm {lost}, not {disarmed}"


def not_guaranteed(project: Project, requirement: str, lines: Sequence[Line]) -> set[str]:
    """Where a requirement is not guaranteed once lines are in the project."""
    (proof,) = proofs(inserted(project.text, lines), project.organization, wanted=[requirement])
    return {result.target.path for result in proof.results if result.outcome != "guaranteed"}


def ignored(project: Project, lines: Sequence[Line]) -> set[tuple[str, str, str]]:
    """What has no effect once lines are in the project: policy, entity and path."""
    evaluation = evaluate(
        [Source("project.bpol", inserted(project.text, lines))],
        Source("organization.json", project.organization),
        at=AT,
    )
    assert evaluation.effective is not None, [found.message for found in evaluation.diagnostics]
    notes = (note for resolved in evaluation.effective.distinct for note in resolved.own_notes)
    return {
        (note.policy.name, note.entity.path, note.path)
        for note in notes
        if note.kind in {"operator-blocked", "key-blocked"}
    }


def texts(lines: Sequence[Line]) -> list[str]:
    """The lines as they are shown."""
    return [f"{line.origin.policy.name}: {' / '.join((*line.blocks, line.text))}" for line in lines]


def test_what_the_language_has_no_words_for_gets_no_line() -> None:
    """A document may name a key where AWS has none: `tag_key` right below a resource selection."""
    document = PolicyDocument("raw", {"plans": {"p": {"selections": {"resources": {"s": {}}}}}}, 0, 0)
    root = Entity("root", None, "", "", None, (document,))
    assert list(closings(document, root, "plans/p/selections/resources/s/tag_key", "aws")) == []
    (line,) = closings(document, root, "plans/p/rules", "aws")
    assert line.line.text == "children may nothing in rules"
