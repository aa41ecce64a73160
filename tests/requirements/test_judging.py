"""What an assertion comes to where it is easy to get wrong. Each case is one account, `222222222222`."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from policyengine.catalogue.example_projects import one_rule
from policyengine.engine import evaluate
from policyengine.source import Source
from requirements.comparison import outcome

AT = datetime(2026, 9, 24, 7, 40, tzinfo=UTC)
TREE = """\
version: 1
root: {name: Root, accounts: [{id: "222222222222", name: shop}]}
"""
WITHHELD = """\
version: 1
root: {name: Root, policies: [broken], accounts: [{id: "222222222222", name: shop}]}
policies: {broken: {content: {plans: {daily: {regions: {"@@assign": []}}}}}}
last_valid:
"""
WRITTEN_BY_HAND = """\
  "222222222222":
    plans: {Daily: {regions: [eu-west-1], Rules: {Nightly: {lifecycle: {Delete_After_Days: 35}}}}}
"""
RULE = 'vault = "Main"\nretain = 35 days\ncopy to vault "Central" in eu-west-1 account "999999999999"'
PICKED = 'plans["daily"].rules["nightly"]'


def said_of(condition: str, tree: str, regions: str = "[eu-west-1, eu-central-1]") -> str:
    """Pass, fail or unknown."""
    files = one_rule(RULE, tree=tree, regions=regions)
    if "policies: [broken]" in tree:
        files["policy.bpol"] = ""
    text = f"{files['policy.bpol']}\nrequire r {{ assert {condition} }}\n"
    judgement = evaluate([Source("policy.bpol", text)], Source("organization.yaml", tree), at=AT).judgement
    assert judgement
    (result,) = judgement.results
    return outcome(result)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ('plans["daily"].rules["nightly"].retention == 35 days', "pass"),
        ('plans["DAILY"].rules["NIGHTLY"].retention == 35 days', "pass"),
        ('every rule satisfies rule.name == "nightly" and rule.retention == 35 days', "pass"),
    ],
)
def test_keys_of_a_last_valid_document_fold_as_aws_publishes_them(condition: str, expected: str) -> None:
    assert said_of(condition, WITHHELD + WRITTEN_BY_HAND) == expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ('every rule satisfies rule.name in ["weekly", "NIGHTLY"]', "pass"),
        ('every rule satisfies rule.schedule in ["CRON(0 5 ? * * *)"]', "fail"),
        ('account.name like "s*h*o*p"', "pass"),
        ('account.name like "s*o*h*p"', "fail"),
        ('account.name like "s??p"', "pass"),
        ('account.name like "s?p"', "fail"),
    ],
)
def test_names_fold_and_patterns_have_several_parts(condition: str, expected: str) -> None:
    assert said_of(condition, TREE) == expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (f"{PICKED}.vault.lock == none", "fail"),
        (f"not {PICKED}.vault.lock == none", "fail"),
        (f"{PICKED}.vault.exists", "unknown"),
        (f"{PICKED}.retention == 35 days", "pass"),
    ],
)
def test_a_rule_in_all_its_regions_lacks_what_one_region_surely_lacks(condition: str, expected: str) -> None:
    """There is no vault in eu-west-1, and nobody looked in eu-central-1."""
    assert said_of(condition, f"{TREE}vaults: []\nsearched: {{regions: [eu-west-1]}}\n") == expected


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        pytest.param("vaults: []", "unknown", id="searched in the organization"),
        pytest.param('vaults: []\nsearched: {accounts: "*"}', "unknown", id="searched in all of its accounts"),
        pytest.param('vaults: []\nsearched: {accounts: ["999999999999"]}', "fail", id="searched in that account"),
        pytest.param(
            'vaults: [{name: Central}]\nsearched: {accounts: ["999999999999"]}', "unknown", id="perhaps in that account"
        ),
        pytest.param(
            'vaults: [{name: Central, accounts: ["999999999999"], regions: [eu-west-1]}]', "pass", id="in that account"
        ),
    ],
)
def test_a_vault_outside_the_organization_is_missing_where_somebody_looked(parts: str, expected: str) -> None:
    assert said_of("every copy satisfies copy.vault.exists", f"{TREE}{parts}\n") == expected


@pytest.mark.parametrize("quantity", ["some", "at least 1", "at least 2", "every"])
@pytest.mark.parametrize("negation", ["", "not "])
def test_what_is_missing_fails_however_it_is_counted(quantity: str, negation: str) -> None:
    condition = f'{negation}({quantity} rule satisfies plans["weekly"].windows_vss)'
    assert said_of(condition, TREE) == "fail"


TWO_RULES = """\
policy p {
  plan daily {
    regions = [eu-west-1]
    rule tagged {
      vault = "Main"
      recovery_point_tags { Owner = "desk" }
    }
    rule untagged { vault = "Main" }
    tag selection all { role = "BackupRole" key = "backup" values = ["daily"] }
  }
}
attach p to root
"""
OWNED = 'rule.tags["Owner"] == "desk"'


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (f"at least 1 rule where {OWNED} satisfies rule.retention == forever", "pass"),
        (f"at least 2 rule where {OWNED} satisfies rule.retention == forever", "fail"),
        (f"at least 2 rule satisfies {OWNED} and rule.retention == forever", "fail"),
        (f"every rule satisfies {OWNED} or rule.retention < forever", "fail"),
        (f"every rule where rule.retention == forever satisfies {OWNED}", "fail"),
    ],
)
def test_rules_that_differ_in_a_tag_alone_are_judged_apart(condition: str, expected: str) -> None:
    text = f"{TWO_RULES}\nrequire r {{ assert {condition} }}\n"
    judgement = evaluate([Source("policy.bpol", text)], Source("organization.yaml", TREE), at=AT).judgement
    assert judgement
    (result,) = judgement.results
    assert outcome(result) == expected
