"""Checks on small organizations: one finding per cause, nothing where there is nothing to mend."""

from __future__ import annotations

import pytest
from support.evaluation import evaluated, settled

from policyengine.base.diagnostics import Diagnostic, Severity
from policyengine.base.rules import Family, family_of

TREE = """\
version: 1
root:
  name: Root
  units:
    - name: A
      accounts: [{id: "111111111111", name: one}, {id: "222222222222", name: two}]
    - name: B
      accounts: [{id: "333333333333", name: three}]
"""
BASE = """\
policy base {
  plan daily {
    regions = [eu-west-1]
    rule nightly {
      vault = "Main"
      retain = 35 days
      schedule = daily at 05:00
    }
    tag selection t {
      role = "R"
      key = "k"
      values = ["v"]
    }
  }
}
attach base to root
"""
LOCKED = BASE.replace("plan daily", "locked plan daily")


def findings(policies: str, tree: str = TREE) -> list[Diagnostic]:
    evaluation = evaluated(policies, tree)
    return list(settled(evaluation))


def of_merging(policies: str) -> list[str]:
    """The names of what is found of policies that merge, info included."""
    return [f.name for f in findings(policies) if family_of(f.code) is Family.MERGING]


def found(policies: str, tree: str = TREE) -> list[tuple[str, list[str]]]:
    """Names with the accounts they concern; info left out."""
    return [(f.name, list(f.accounts)) for f in findings(policies, tree) if f.severity is not Severity.INFO]


def test_a_policy_blocked_in_several_places_is_reported_once() -> None:
    policies = (
        LOCKED
        + 'policy p { plan daily { rule nightly { retain = 7 days } } }\nattach p to ou "A"\nattach p to ou "B"\n'
    )
    assert found(policies) == [("operator-blocked", ["111111111111", "222222222222", "333333333333"])]
    assert findings(policies)[0].message.startswith("policy `p` at several places: `retain` is ignored")


RAW_ABOVE = """\
version: 1
root:
  name: Root
  policies: [above]
  units: [{name: A, accounts: [{id: "111111111111", name: a}]}]
policies:
  above:
    content:
      plans:
        "@@operators_allowed_for_child_policies": ["@@none"]
        daily:
          "@@operators_allowed_for_child_policies": ["@@none"]
          regions: {"@@assign": [eu-west-1], "@@operators_allowed_for_child_policies": ["@@none"]}
          rules: {"@@operators_allowed_for_child_policies": ["@@none"], nightly: {target_backup_vault_name: {"@@assign": Main}}}
          selections: {tags: {t: {iam_role_arn: {"@@assign": "arn:aws:iam::$account:role/R"}, tag_key: {"@@assign": k},
            tag_value: {"@@assign": [v]}}}}
"""


@pytest.mark.parametrize(
    ("item", "name"),
    [("regions += [eu-central-1]", "operator-blocked"), ("rule more { retain = 7 days }", "key-blocked")],
)
def test_advice_on_a_document_above_has_the_words_of_documents(item: str, name: str) -> None:
    policy = f'policy p {{ plan daily {{ {item} }} }}\nattach p to ou "A"\n'
    (finding,) = (each for each in findings(policy, RAW_ABOVE) if each.name == name)
    assert "`@@operators_allowed_for_child_policies`" in finding.help
    assert "children may" not in finding.help


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("regions += [eu-central-1]", "regions +="),
        ("regions -= [eu-west-1]", "regions -="),
        ("rule nightly { cold_after = 7 days }", "cold_after"),
        ('rule nightly { recovery_point_tags { Owner = "x" } }', "owner"),
    ],
)
def test_a_finding_has_the_words_of_its_file(line: str, word: str) -> None:
    tags = 'recovery_point_tags { Owner = "y" }'
    base = LOCKED.replace("retain = 35 days", f"cold_after = 9 days  retain = 120 days  {tags}")
    (blocked, *_) = findings(base + f'policy p {{ plan daily {{ {line} }} }}\nattach p to ou "A"\n')
    assert blocked.message == f'policy `p` at unit "A": `{word}` is ignored: `base` at the root allows nothing here'


def test_an_error_of_several_accounts_is_reported_once() -> None:
    policies = (
        BASE + 'policy p { plan daily { regions = [] } }\nattach p to account "one"\nattach p to account "three"\n'
    )
    assert found(policies) == [
        ("effective-policy-invalid", ["111111111111", "333333333333"]),
        ("regions-emptied", ["111111111111", "333333333333"]),
    ]


@pytest.mark.parametrize(
    "policies",
    [
        pytest.param(
            BASE
            + 'policy more { plan daily { tag selection t { key = "k"  values += ["w"] } } }\nattach more to ou "A"',
            id="below",
        ),
        pytest.param(
            BASE.replace("attach base to root", "attach base, more to root")
            + 'policy more { plan daily { tag selection t { key = "k"  values += ["w"] } } }',
            id="beside",
        ),
        pytest.param(
            BASE.replace('key = "k"', 'locked key = "k"')
            + 'policy more { plan daily { tag selection t { key = "k"  values += ["w"] } } }\nattach more to ou "A"',
            id="below a locked one",
        ),
    ],
)
def test_what_aws_wants_repeated_is_no_mistake(policies: str) -> None:
    assert of_merging(policies) == []


def test_a_repeated_key_with_another_value_is_one() -> None:
    policies = BASE.replace("attach base to root", "attach base, more to root")
    policies += 'policy more { plan daily { tag selection t { key = "other"  values += ["w"] } } }'
    assert [name for name, _ in found(policies)] == ["assign-shadowed"]


@pytest.mark.parametrize(
    ("lower", "paths"),
    [
        ("rule nightly { retain = 35 days }", ["plans/daily/rules/nightly/lifecycle/delete_after_days"]),
        ("rule nightly { continuous = true  retain = 35 days }", []),
        ("regions += [eu-west-1]", ["plans/daily/regions"]),
        ("regions -= [us-east-1]", ["plans/daily/regions"]),
        ("regions = [us-east-1]", []),
    ],
)
def test_overrides_without_effect(lower: str, paths: list[str]) -> None:
    policies = BASE + f'policy p {{ plan daily {{ {lower} }} }}\nattach p to ou "A"\n'
    assert [f.path for f in findings(policies) if f.name == "override-without-effect"] == paths


def test_a_value_that_keeps_a_peer_away_has_an_effect() -> None:
    policies = BASE + (
        "policy keeps { plan daily { regions = [eu-west-1] } }\n"
        "policy moves { plan daily { regions = [us-east-1] } }\n"
        'attach keeps, moves to ou "A"\n'
    )
    assert of_merging(policies) == ["assign-shadowed"]


def test_an_order_that_no_account_feels_is_no_finding() -> None:
    tree = TREE.replace("root:", "attachment_order: unknown\nroot:\n  policies: [a, b]")
    covered = (
        "policy a { plan daily { regions = [eu-west-1] } }\n"
        "policy b { plan daily { regions = [us-east-1] } }\n"
        "policy c { plan daily { regions = [eu-west-3] } }\n"
    )
    below = 'attach c to ou "A"\nattach c to ou "B"\n'
    assert "peer-order-unknown" not in [f.name for f in findings(covered + below, tree)]
    names = [f.name for f in findings(covered + 'attach c to ou "A"\n', tree)]
    assert names.count("peer-order-unknown") == 1
    assert "assign-shadowed" not in names


def test_regions_that_come_back_further_down_are_not_emptied() -> None:
    policies = BASE + (
        "policy none { plan daily { regions -= [eu-west-1] } }\n"
        "policy some { plan daily { regions += [eu-west-3] } }\n"
        'attach none to ou "B"\nattach some to account "three"\n'
    )
    assert found(policies) == []


def test_a_lock_that_a_peer_completes_reaches() -> None:
    policies = BASE.replace("regions = [eu-west-1]", "children may nothing\n    regions = [eu-west-1]")
    assert [name for name, _ in found(policies)] == ["lock-does-not-reach"]
    closed = policies.replace("attach base to root", "attach base, closer to root") + (
        "policy closer { plan daily {\n"
        "  children may nothing in regions\n"
        "  children may nothing in rules/nightly/vault\n"
        "  children may nothing in rules/nightly/retain\n"
        "  children may nothing in rules/nightly/schedule\n"
        "  children may nothing in selections/tags/t/role\n"
        '  tag selection t { locked key = "k" locked values += ["v"] }\n'
        "} }\n"
    )
    assert "lock-does-not-reach" not in [name for name, _ in found(closed)]


@pytest.mark.parametrize(
    ("policies", "tree", "reason"),
    [
        ("", TREE, "no policy is attached on the way from the root"),
        ("policy p { plan daily { } }\nattach p to root\n", TREE, "the attached policies merge to nothing"),
        (
            BASE,
            "organization: {backup_policies_enabled: false}\n" + TREE,
            "backup policies are not enabled for the organization",
        ),
    ],
)
def test_accounts_without_a_plan_say_why(policies: str, tree: str, reason: str) -> None:
    (finding,) = [f for f in findings(policies, tree) if f.name == "account-without-plan"]
    assert finding.message == f"an account ends up without a backup plan: {reason}"
    assert len(finding.accounts) == 3


def test_what_aws_misses_has_the_words_of_its_file_and_a_baseline_the_words_of_aws() -> None:
    lacking = [one for one in findings(BASE.replace('vault = "Main"', "")) if one.name == "effective-policy-invalid"]
    assert [one.message for one in lacking] == [
        "AWS would withhold the effective policy: KEY_REQUIRED at `plan daily/rule nightly`: `vault` is missing"
    ]
    (formerly,) = [one.formerly for one in lacking]
    assert formerly.endswith(": KEY_REQUIRED at plans/daily/rules/nightly: 'target_backup_vault_name' is missing")
