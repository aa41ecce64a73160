"""What tests look at: plans, rules, requirements and assertions, and where what they leave out was written."""

from __future__ import annotations

import pytest
from analysis.expectations.projects import TREE, run

WEEKLY = """\
policy weekly {
  plan weekly {
    regions = [eu-west-1]
    rule short {
      schedule = weekly on sunday at 05:00
      vault = "Main"
      retain = 35 days
    }
    rule long {
      schedule = weekly on sunday at 07:00
      vault = "Main"
      retain = 90 days
      copy to vault "Copies" in eu-central-1
    }
    tag selection tagged { role = "Backup"  key = "backup"  values = ["yes"] }
  }
}
attach weekly to ou "Shops"
"""
ALL = ["daily", "daily/nightly", "weekly", "weekly/long", "weekly/short"]
RULES = 'rule.plan == "weekly" and rule.retention > 40 days'


@pytest.mark.parametrize(
    ("expected", "looked"),
    [
        ("valid", []),
        ('account.id like "2*"', []),
        ('plans["daily"].windows_vss == false', ["daily"]),
        ('plans["daily"].rules["nightly"].retention == 35 days', ["daily", "daily/nightly"]),
        ('plans["Weekly"].rules["LONG"].in_region["eu-west-1"].vault.exists', ["weekly", "weekly/long"]),
        ("every plan satisfies plan.windows_vss == false", ["daily", "weekly"]),
        ("every rule satisfies rule.retention > 1 day", ALL),
        (f"some rule where {RULES} satisfies rule.vault.exists", ["weekly", "weekly/long"]),
        (f"no rule satisfies {RULES} and rule.continuous", ALL),
        ("some copy satisfies copy.cross_region", ["weekly", "weekly/long"]),
        ("some plan satisfies (some copy satisfies copy.cross_region)", ["daily", "weekly", "weekly/long"]),
        (
            'not (plans["weekly"].windows_vss or plans["daily"].rules["nightly"].continuous)',
            ["daily", "daily/nightly", "weekly"],
        ),
        (
            'every plan where plan.name == "weekly" satisfies plan.rules["short"].retention == 35 days',
            ["weekly", "weekly/short"],
        ),
        ('every selection where selection.plan == "daily" satisfies selection.kind == tag', ["daily"]),
        ("no violation of month", ALL),
        ("no violation of elsewhere", ["weekly", "weekly/long"]),
    ],
)
def test_plans_and_rules(expected: str, looked: list[str]) -> None:
    coverage = run(WEEKLY, f'test "it" {{ given account "books" expect {expected} }}', coverage=True).coverage
    assert coverage
    left_out = [found.name for share in (coverage.plans, coverage.rules) for found in share.untouched]
    assert sorted(left_out) == [name for name in ALL if name not in looked]
    assert (coverage.plans.total, coverage.rules.total) == (2, 3)


def test_what_is_left_out_has_its_place() -> None:
    coverage = run(WEEKLY, coverage=True).coverage
    assert coverage
    kinds = {
        kind: [(found.name, found.span.source.name, found.span.first.line) for found in share.untouched if found.span]
        for kind, share in coverage.kinds.items()
    }
    assert kinds == {
        "plans": [("weekly", "1.bpol", 2), ("daily", "policies.bpol", 2)],
        "rules": [("weekly/short", "1.bpol", 4), ("weekly/long", "1.bpol", 9), ("daily/nightly", "policies.bpol", 4)],
        "requirements": [
            ("month", "policies.bpol", 18),
            ("production", "policies.bpol", 19),
            ("elsewhere", "policies.bpol", 23),
            ("keyed", "policies.bpol", 24),
        ],
        "assertions": [
            ("month/1", "policies.bpol", 18),
            ("production/1", "policies.bpol", 21),
            ("elsewhere/1", "policies.bpol", 23),
            ("keyed/1", "policies.bpol", 24),
        ],
    }
    assert (coverage.whole.touched, coverage.whole.total, coverage.whole.percent) == (0, 13, 0)


@pytest.mark.parametrize(
    ("account", "requirements", "assertions"),
    [
        ("books", ["month", "elsewhere", "keyed"], ["month/1", "elsewhere/1", "keyed/1"]),
        ("oldest", ["month", "elsewhere", "keyed"], ["month/1", "production/1", "elsewhere/1", "keyed/1"]),
    ],
)
def test_an_assertion_is_looked_at_where_it_applies(
    account: str, requirements: list[str], assertions: list[str]
) -> None:
    test = f'test "it" {{ given account "{account}" expect no violation of production }}'
    coverage = run(test, coverage=True).coverage
    assert coverage
    assert [found.name for found in coverage.requirements.untouched] == requirements
    assert [found.name for found in coverage.assertions.untouched] == assertions


def test_requirements_of_packs_count() -> None:
    coverage = run('use pack "sec-17a-4"\n', coverage=True).coverage
    assert coverage
    lines = {(found.span.source.name, found.span.first.line) for found in coverage.requirements.untouched if found.span}
    assert coverage.requirements.total > 4
    assert lines == {("1.bpol", 1), *(("policies.bpol", line) for line in (18, 19, 23, 24))}


def test_what_only_a_test_attaches_is_nothing_to_look_at() -> None:
    test = 'test "it" { given account "books" given policy broken attached to root expect plans["weekly"].windows_vss }'
    coverage = run(test, coverage=True).coverage
    assert coverage
    assert (coverage.plans.total, [found.name for found in coverage.plans.untouched]) == (1, ["daily"])


def test_a_test_that_cannot_be_looks_at_nothing() -> None:
    coverage = run('test "it" { given account "boks" expect no violation of month }', coverage=True).coverage
    assert coverage
    assert coverage.whole.touched == 0


def test_documents_of_the_snapshot_have_no_place() -> None:
    raw = '{plans: {raw: {regions: {"@@assign": [eu-west-1]}, rules: {r: {target_backup_vault_name: {"@@assign": Main}}}}}}'
    tree = (
        TREE.replace("  name: Root\n", "  name: Root\n  policies: [raw]\n") + f"policies: {{raw: {{content: {raw}}}}}\n"
    )
    coverage = run(tree=tree, coverage=True).coverage
    assert coverage
    assert [(found.name, found.span is None) for found in coverage.rules.untouched] == [
        ("daily/nightly", False),
        ("raw/r", True),
    ]


@pytest.mark.parametrize(
    ("expected", "percent", "enough"),
    [("valid", 0, 1), ('plans["daily"].windows_vss', 10, 11), ("no violation of month", 40, 41)],
)
def test_a_share_in_percent_is_rounded_down(expected: str, percent: int, enough: int) -> None:
    coverage = run(f'test "it" {{ given account "books" expect {expected} }}', coverage=True).coverage
    assert coverage
    assert coverage.whole.percent == percent
    assert coverage.whole.reaches(percent)
    assert not coverage.whole.reaches(enough)


def test_nothing_to_look_at_is_looked_at_whole() -> None:
    coverage = run(policies="policy none { }", coverage=True).coverage
    assert coverage
    assert (coverage.whole.total, coverage.whole.percent, coverage.whole.reaches(100)) == (0, 100, True)
