"""What a project asks for, whoever judges it: names, which requirements say the same, and what they look at."""

from __future__ import annotations

import pytest

from policyengine.analysis.requirements import (
    Demands,
    Requirement,
    asks_for_account_tags,
    asks_for_resources,
    check_types,
    meaning,
)
from policyengine.base.source import Source
from policyengine.language.syntax import parse


def demands(text: str) -> Demands:
    outcome = check_types([parse(Source("requirements.bpol", text)).value])
    assert not outcome.diagnostics, [fault.message for fault in outcome.diagnostics]
    return outcome.value


def requirement(inside: str) -> Requirement:
    """The only requirement of a project, by its clauses and assertions."""
    (only,) = demands(f"require r {{ {inside} }}").requirements
    return only


def test_a_name_is_told_once_as_it_is_written_first() -> None:
    twice = 'use pack "hipaa" for account.ou == "A"\nuse pack "hipaa" for account.ou == "B"\n'
    names = demands(f"{twice}require Last {{ assert true }}\nrequire first {{ assert true }}\n").names
    assert names[:3] == ("Last", "first", "hipaa-data-backup-plan")
    assert len(names) == len(set(names))


def test_a_requirement_has_what_is_written_and_nothing_else() -> None:
    plain = requirement("assert true")
    assert (plain.title, plain.reference, plain.level, plain.scope, plain.pack) == ("", "", "mandatory", (), None)
    assert [(assertion.message, assertion.span.text) for assertion in plain.assertions] == [("", "assert true")]


def test_a_requirement_has_its_title_reference_level_scope_and_messages() -> None:
    text = 'require r "Kept" { reference = "§ 1" level = advisory for account.management assert true message "ask us" }'
    (whole,) = demands(text).requirements
    assert (whole.name, whole.title, whole.reference, whole.level) == ("r", "Kept", "§ 1", "advisory")
    assert len(whole.scope) == 1
    assert [assertion.message for assertion in whole.assertions] == ["ask us"]
    assert whole.span.text == "require r"


RETENTION = "assert every rule satisfies rule.retention >= 35 days"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(RETENTION, RETENTION, id="the same words"),
        pytest.param(
            RETENTION, RETENTION.replace("every rule satisfies", "every  rule\n  satisfies"), id="other lines"
        ),
        pytest.param(RETENTION, f'level = advisory reference = "x" {RETENTION} message "y"', id="another level"),
        pytest.param('assert account.name in ["a", "b"]', 'assert account.name in ["a","b"]', id="a list"),
        pytest.param("assert account.management and true", "assert account.management and true", id="and"),
        pytest.param('assert plans["x"].windows_vss', 'assert plans["x"].windows_vss', id="a plan by name"),
    ],
)
def test_two_requirements_mean_the_same(one: str, other: str) -> None:
    assert meaning(requirement(one)) == meaning(requirement(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (RETENTION, RETENTION.replace("35", "36")),
        (RETENTION, RETENTION.replace(">=", "<=")),
        (RETENTION, RETENTION.replace("every rule", "some rule")),
        (RETENTION, RETENTION.replace("rule.retention", "rule.cold_after")),
        (RETENTION, f"assert not ({RETENTION.removeprefix('assert ')})"),
        (RETENTION, f"{RETENTION} assert account.management"),
        (RETENTION, f"for account.management {RETENTION}"),
        (f"for account.management {RETENTION}", f"for not account.management {RETENTION}"),
        (RETENTION, RETENTION.replace("satisfies", "where rule.archive satisfies")),
        ('assert account.tags["a"] == "x"', 'assert account.tags["b"] == "x"'),
        ('assert account.name in ["a", "b"]', 'assert account.name in ["a", "c"]'),
        ('assert plans["x"].windows_vss', 'assert plans["y"].windows_vss'),
        ("assert account.management and true", "assert account.management or true"),
        ("assert at least 2 rule satisfies true", "assert at least 3 rule satisfies true"),
    ],
)
def test_two_requirements_mean_something_else(one: str, other: str) -> None:
    assert meaning(requirement(one)) != meaning(requirement(other))


def test_what_two_requirements_have_in_common_is_one_condition() -> None:
    """So that packs that say the same are judged once."""
    text = f"require one {{ {RETENTION} assert account.management }}\nrequire other {{ assert true {RETENTION} }}\n"
    one, other = demands(text).requirements
    assert one.assertions[0].condition is other.assertions[1].condition
    assert one.assertions[1].condition is not other.assertions[0].condition


def test_what_a_pack_asks_for_twice_is_one_condition() -> None:
    twice = 'use pack "hipaa" for account.ou == "A"\nuse pack "hipaa" for account.ou == "B"\n'
    asked = [assertion.condition for found in demands(twice).requirements for assertion in found.assertions]
    assert {id(condition) for condition in asked[: len(asked) // 2]} == set(map(id, asked[len(asked) // 2 :]))


@pytest.mark.parametrize(
    ("inside", "ids"),
    [
        ('assert account.id == "222222222222"', {"222222222222"}),
        ('assert account.id in ["222222222222", "333333333333"]', {"222222222222", "333333333333"}),
        ('for account.id != "222222222222" assert "333333333333" == account.id', {"222222222222", "333333333333"}),
        ('assert every copy satisfies copy.account == "999999999999"', {"999999999999"}),
        ('assert account.name == "shop" and account.path like "22222222222?"', set()),
        ('assert account.id == "2222222222222" or account.id == "22222222222"', set()),
    ],
)
def test_the_ids_that_a_requirement_names_are_remembered(inside: str, ids: set[str]) -> None:
    """Their accounts have views of their own."""
    assert demands(f"require r {{ {inside} }}").ids == ids


TAGGED = 'account.tags["env"] == "prod"'


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        (f"assert {TAGGED}", True),
        (f"assert true assert {TAGGED}", True),
        (f"for {TAGGED} assert true", True),
        (f"assert not ({TAGGED} and true)", True),
        (f"assert every rule satisfies {TAGGED}", True),
        (f"assert every rule where {TAGGED} satisfies true", True),
        (f"assert every rule where rule.archive satisfies {TAGGED}", True),
        ('assert account.name == "prod"', False),
        ('assert every rule satisfies rule.tags["env"] == "prod"', False),
        ('assert every plan where plan.tags["env"] == "prod" satisfies account.management', False),
        ('assert plans["daily"].tags["env"] == "prod"', False),
    ],
)
def test_a_requirement_asks_for_the_tags_of_accounts(inside: str, *, expected: bool) -> None:
    assert asks_for_account_tags(requirement(inside)) is expected


PROTECTED = "every resource satisfies resource.protected"


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        (f"assert {PROTECTED}", True),
        (f"assert true assert {PROTECTED}", True),
        (f"for {PROTECTED} assert true", True),
        (f"assert not ({PROTECTED} or true)", True),
        (f"assert every plan satisfies {PROTECTED}", True),
        (f"assert every plan where {PROTECTED} satisfies true", True),
        ("assert every rule satisfies RDS in rule.resource_types", False),
        ("assert every selection where selection.kind == resource satisfies true", False),
        ("assert account.management", False),
    ],
)
def test_a_requirement_asks_for_resources(inside: str, *, expected: bool) -> None:
    assert asks_for_resources(requirement(inside)) is expected
