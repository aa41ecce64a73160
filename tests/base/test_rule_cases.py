"""The cases under `tests/cases/`: a rule points at the marked lines, and at no other (see `cases/README.md`)."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.rule_cases import CASES, MARK, cases, expected, name_of, texts
from support.rule_examples import found_in

from policyengine.analysis.findings.registry import BY_NAME, RULES
from policyengine.base.diagnostics import Diagnostic, Severity
from policyengine.base.rules import Family, Rule, family_of

OF_TEXTS = {Family.LANGUAGE, Family.ADMISSION}
OF_PLANS = {Family.AWS_BACKUP, Family.ENVIRONMENT}
# Says that the formatter itself is at fault: no text brings it about, tests/language/syntax breaks the printer to see it.
GUARDS = {"unsafe-formatting"}


def found(case: Path) -> list[Diagnostic]:
    """What the rule of the case finds in it."""
    told = [found for found in found_in(texts(case)) if found.name == case.parent.name]
    assert len({(one.span, one.message) for one in told}) == len(told), "what reads the same is said once"
    assert all(one.accounts and one.policies for one in told if one.span and family_of(one.code) in OF_PLANS)
    return told


@pytest.mark.parametrize("case", cases("fail"), ids=name_of)
def test_a_failing_case_is_found_where_it_is_marked(case: Path) -> None:
    """A case without marks has something wrong that no line of a policy shows."""
    told = found(case)
    assert told, [f"{one.name}: {one.message}" for one in found_in(texts(case))]
    assert {(one.span.source.name, one.span.first.line, one.severity) for one in told if one.span} == expected(case)


@pytest.mark.parametrize("case", cases("pass"), ids=name_of)
def test_a_passing_case_is_left_alone(case: Path) -> None:
    """What other rules say does not matter, but the text is right, so that nothing is silent for want of a plan."""
    assert expected(case) == set()
    assert found(case) == []
    wrong = [one for one in found_in(texts(case)) if one.severity is Severity.ERROR]
    assert [one.message for one in wrong if family_of(one.code) in OF_TEXTS] == []


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.name not in GUARDS], ids=lambda rule: rule.name)
def test_every_rule_has_a_failing_and_a_passing_case(rule: Rule) -> None:
    folder = CASES / rule.name
    here = {case.name.partition("-")[0] for case in folder.iterdir()} if folder.is_dir() else set()
    missing = [f"tests/cases/{rule.name}/{kind}-..." for kind in ("fail", "pass") if kind not in here]
    assert missing == [], f"write {' and '.join(missing)} (tests/cases/README.md)"


@pytest.mark.parametrize("case", [*cases("fail"), *cases("pass")], ids=name_of)
def test_a_case_is_another_one_than_that_of_the_page(case: Path) -> None:
    page = BY_NAME[case.parent.name].page
    written = {MARK.sub("", text).strip() for text in texts(case).values()}
    for example in (page.bad, page.good):
        assert not {text.strip() for text in example.values()} <= written


def test_every_folder_is_a_rule() -> None:
    assert {path.name for path in CASES.iterdir() if path.is_dir()} <= set(BY_NAME)
