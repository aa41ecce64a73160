"""What an assertion comes to where it is easy to get wrong. Each case is one account, `222222222222`."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from analysis.requirements.comparison import outcome
from support.small_projects import one_rule

from policyengine.base.source import Source
from policyengine.engine import evaluate

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


def said_of(condition: str, tree: str, regions: str = "[eu-west-1, eu-central-1]", *, air_gapped: bool = False) -> str:
    """Pass, fail or unknown."""
    return judged(policy_of(tree, regions, air_gapped=air_gapped), condition, tree)


def findings_of(condition: str, tree: str, *, air_gapped: bool = False) -> list[str]:
    """The messages of what is said of a condition."""
    return told(policy_of(tree, "[eu-west-1, eu-central-1]", air_gapped=air_gapped), condition, tree)


def policy_of(tree: str, regions: str, *, air_gapped: bool) -> str:
    rule = f'{RULE}\nair_gapped_vault = "Main"' if air_gapped else RULE
    return "" if "policies: [broken]" in tree else one_rule(rule, tree=tree, regions=regions)["policy.bpol"]


def judged(policy: str, condition: str, tree: str) -> str:
    """What a condition comes to where the policy is attached."""
    text = f"{policy}\nrequire r {{ assert {condition} }}\n"
    judgement = evaluate([Source("policy.bpol", text)], Source("organization.yaml", tree), at=AT).judgement
    assert judgement
    (result,) = judgement.results
    return outcome(result)


def told(policy: str, condition: str, tree: str) -> list[str]:
    text = f"{policy}\nrequire r {{ assert {condition} }}\n"
    found = evaluate([Source("policy.bpol", text)], Source("organization.yaml", tree), at=AT).diagnostics
    return [one.message for one in found if one.requirement]


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
        ("1 year == 365 days and 2 weeks == 14 days and 1 day == 24 hours and 1 hour == 60 minutes", "pass"),
        ('account.name like "s*h*o*p"', "pass"),
        ('account.name like "s*o*h*p"', "fail"),
        ('account.name like "s??p"', "pass"),
        ('account.name like "s?p"', "fail"),
    ],
)
def test_how_names_lengths_and_patterns_compare(condition: str, expected: str) -> None:
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


def one_vault(facts: str) -> str:
    return f"{TREE}vaults:\n  - {{name: Main, accounts: '*', regions: [eu-west-1, eu-central-1], {facts}}}\n"


@pytest.mark.parametrize(
    ("changeable_until", "lock"),
    [
        ("2020-01-01", "compliance"),
        ("2026-09-24", "compliance"),
        ("2026-09-25", "governance"),
        ("2030-01-01", "governance"),
    ],
)
def test_a_compliance_lock_that_can_still_be_removed_is_a_governance_lock(changeable_until: str, lock: str) -> None:
    tree = one_vault(f"lock: {{mode: compliance, changeable_until: {changeable_until}}}")
    assert said_of(f"every rule satisfies rule.vault.lock == {lock}", tree) == "pass"


def test_the_message_says_from_when_a_lock_is_one() -> None:
    tree = one_vault("lock: {mode: compliance, changeable_until: 2026-12-24}")
    assert findings_of("every rule satisfies rule.vault.lock == compliance", tree)[:1] == [
        (
            "vault `Main` in eu-west-1 is locked in compliance mode from 2026-12-24 on,"
            " and until then the lock can be removed; compliance is required"
        )
    ]


MAIN = "  - {name: Main, accounts: '*', regions: [eu-west-1, eu-central-1], "


@pytest.mark.parametrize(
    ("first", "second", "holding"),
    [
        ("lock: {mode: compliance}", "lock: {mode: compliance, changeable_until: 2026-12-24}", "lock == governance"),
        ("lock: {mode: compliance}", "lock: {mode: compliance, changeable_until: 2026-01-01}", "lock == compliance"),
        ("lock: {mode: governance}", "key: customer", "key == customer"),
        ("lock: {mode: governance}", "type: standard", "lock == governance"),
        (  # of a standard vault one of them would be wrong: it is air-gapped
            "lock: {mode: compliance, max_retention_days: 35}",
            "lock: {mode: compliance, min_retention_days: 7}",
            "min_retention == 7 days",
        ),
        ("type: logically_air_gapped", "lock: {mode: compliance, min_retention_days: 7}", "min_retention == 7 days"),
    ],
)
def test_what_one_of_two_entries_of_a_vault_leaves_out_the_other_has(first: str, second: str, holding: str) -> None:
    for one, other in [(first, second), (second, first)]:
        tree = f"{one_vault(one)}{MAIN}{other}}}\n"
        assert said_of(f"every rule satisfies rule.vault.{holding}", tree) == "pass"


@pytest.mark.parametrize(
    ("vault", "expected"),
    [
        ("type: logically_air_gapped", "pass"),
        ("type: standard", "fail"),
        ("type: standard, lock: {mode: compliance}", "fail"),
        ("lock: none", "fail"),
        ("lock: {mode: governance}", "fail"),
        ("lock: {mode: compliance, changeable_until: 2026-12-24}", "fail"),
        ("key: aws_managed", "fail"),
        ("lock: {mode: compliance, min_retention_days: 7, max_retention_days: 35}, key: customer", "unknown"),
        ("key: aws_owned", "unknown"),
        ("key: customer", "unknown"),
    ],
)
def test_an_air_gapped_vault_is_a_vault_of_that_type(vault: str, expected: str) -> None:
    for condition in (
        "rule.air_gapped_vault.exists",
        "rule.air_gapped_vault.type == air_gapped",
        "rule.air_gapped_vault.lock == compliance",
    ):
        assert said_of(f"every rule satisfies {condition}", one_vault(vault), air_gapped=True) == expected


def test_the_message_says_that_a_vault_is_not_air_gapped_or_that_nobody_knows() -> None:
    condition = "every rule satisfies rule.air_gapped_vault.exists"
    assert findings_of(condition, one_vault("lock: none"), air_gapped=True)[:1] == [
        "vault `Main` in eu-west-1 is not air-gapped; it is required"
    ]
    assert findings_of(condition, one_vault("key: customer"), air_gapped=True)[:1] == [
        "`r` cannot be decided: the snapshot does not tell whether vault `Main` in eu-west-1 is air-gapped"
    ]


@pytest.mark.parametrize(
    ("lock", "least", "most"),
    [
        ("", "unknown", "unknown"),
        (", lock: {mode: compliance}", "unknown", "unknown"),
        (", lock: {mode: compliance, min_retention_days: 7}", "pass", "unknown"),
        (", lock: {mode: compliance, max_retention_days: 35}", "unknown", "pass"),
        (", lock: {mode: compliance, min_retention_days: 7, max_retention_days: 35}", "pass", "pass"),
    ],
)
def test_an_air_gapped_vault_has_bounds_whether_anybody_wrote_them_down_or_not(
    lock: str, least: str, most: str
) -> None:
    tree = one_vault(f"type: logically_air_gapped{lock}")
    said = [
        said_of(f"every rule satisfies rule.{vault}.{bound}", tree, air_gapped=True)
        for vault in ("air_gapped_vault", "vault")
        for bound in ("min_retention == 7 days", "max_retention == 35 days", "min_retention < 1 day")
    ]
    opposite = "fail" if least == "pass" else "unknown"
    assert said == [least, most, opposite] * 2


REACHING = """\
policy p {
  plan daily {
    regions = [eu-west-1, eu-central-1]
    rule nightly { vault = "Main" continuous = true retain = 35 days }
    %s
  }
}
attach p to root
"""
TAGGED = 'tag selection all { role = "BackupRole" key = "backup" values = ["daily"] }'
TYPES = 'resource selection data { role = "BackupRole" types = [%s] }'


@pytest.mark.parametrize(
    ("selection", "opt_in", "condition", "expected"),
    [
        (TAGGED, "{eu-west-1: [S3, EC2]}", "every rule satisfies S3 in rule.resource_types", "pass"),
        (TAGGED, "{eu-west-1: [EC2]}", "every rule satisfies S3 in rule.resource_types", "fail"),
        (TAGGED, "{eu-west-1: [EC2]}", "some rule satisfies S3 in rule.resource_types", "pass"),
        (TAGGED, "{eu-west-1: [EC2]}", 'plans["daily"].rules["nightly"].in_region["eu-west-1"].resource_types == [EC2]', "pass"),
        (TAGGED, "{eu-west-1: [EC2]}", "every plan satisfies plan.resource_types == [EC2]", "pass"),
        (TAGGED, "{eu-west-1: []}", "every plan satisfies plan.resource_types == []", "pass"),
        (TAGGED, "{eu-west-1: [Storage Gateway, sap hana on amazon ec2]}", "every plan satisfies plan.resource_types == [SAPHANA, StorageGateway]", "pass"),
        (TAGGED, "{us-east-1: [EC2]}", "every rule satisfies S3 in rule.resource_types", "pass"),
        (TYPES % '"*"', "{eu-west-1: [EC2]}", "every rule satisfies S3 in rule.resource_types", "fail"),
        (TYPES % "S3", "{eu-west-1: [EC2]}", "every rule satisfies S3 in rule.resource_types", "pass"),
        (TYPES % "S3, FSx", "{eu-west-1: [EC2]}", "every plan satisfies plan.resource_types == [S3]", "pass"),
        (TYPES % "Aurora", "{eu-west-1: [EC2, RDS]}", "every plan satisfies plan.resource_types == []", "pass"),
        (TYPES % "Aurora", "{eu-west-1: [Neptune]}", "every plan satisfies plan.resource_types == [Neptune]", "pass"),
        (TYPES % "EC2", "{}", "some rule satisfies rule.continuous", "fail"),
        (TYPES % "EC2, EBS, EFS, FSx, DynamoDB", "{}", "some rule satisfies rule.continuous", "fail"),
        (TYPES % "EC2, S3", "{}", "every rule satisfies rule.continuous", "pass"),
        (TYPES % "RDS", "{}", "every rule satisfies rule.continuous", "pass"),
        (TYPES % "Aurora", "{}", "every rule satisfies rule.continuous", "pass"),
        (TYPES % "Aurora", "{eu-west-1: [DocumentDB]}", "every rule satisfies rule.continuous", "fail"),
        (TAGGED, "{}", "every rule satisfies rule.continuous", "pass"),
        (TAGGED, "{eu-west-1: [EC2, EBS]}", "every rule satisfies rule.continuous", "fail"),
        (TAGGED, "{eu-west-1: [EC2, EBS]}", "some rule satisfies rule.continuous", "pass"),
        (TAGGED, "{eu-west-1: [EC2, EBS]}", "at least 1 rule satisfies rule.continuous", "fail"),
        (TAGGED, "{eu-west-1: [EC2, EBS]}", 'plans["daily"].rules["nightly"].continuous', "fail"),
        (TAGGED, "{eu-west-1: [EC2, EBS], eu-central-1: [EC2]}", "no rule satisfies rule.continuous", "pass"),
    ],
)  # fmt: skip
def test_what_a_rule_reaches_goes_by_the_opt_in_of_its_region(
    selection: str, opt_in: str, condition: str, expected: str
) -> None:
    assert judged(REACHING % selection, condition, f"{TREE}settings: {{opt_in: {opt_in}}}\n") == expected


UNTYPED = 'resource selection data { role = "BackupRole" %s where prod: "aws:ResourceTag/env" == "prod" }'
NO_EBS = UNTYPED % "except_types = [EBS]"
BESIDE = f'{UNTYPED % ""} resource selection more {{ role = "BackupRole" types = [RDS, EBS] }}'
EVERYTHING = 'resource selection all { role = "BackupRole" types = ["*"] }'
OF_PLAN, OF_RULE = "every plan satisfies {} plan.resource_types", "every rule satisfies {} rule.resource_types"
PICKED_TYPES = 'plans["daily"].rules["nightly"].resource_types'


@pytest.mark.parametrize(
    ("selection", "opt_in", "condition", "expected"),
    [
        (UNTYPED % "", "{}", OF_PLAN.format("DynamoDB in"), "unknown"),
        (UNTYPED % "", "{}", OF_RULE.format("DynamoDB in"), "unknown"),
        (UNTYPED % "", "{}", "every plan satisfies not (DynamoDB in plan.resource_types)", "unknown"),
        (UNTYPED % "", "{}", "some plan satisfies DynamoDB in plan.resource_types", "unknown"),
        (UNTYPED % "", "{}", "no plan satisfies DynamoDB in plan.resource_types", "unknown"),
        (UNTYPED % "", "{}", "at least 1 rule satisfies DynamoDB in rule.resource_types", "unknown"),
        (UNTYPED % "", "{}", "every rule where DynamoDB in rule.resource_types satisfies rule.retention >= 30 days", "pass"),
        (UNTYPED % "", "{}", "every rule where DynamoDB in rule.resource_types satisfies rule.retention >= 60 days", "unknown"),
        (UNTYPED % "", "{}", "every plan satisfies plan.resource_types == []", "unknown"),
        (UNTYPED % "", "{}", "every plan satisfies plan.resource_types != [RDS]", "unknown"),
        (UNTYPED % "", "{}", 'every plan satisfies plan.resource_types == ["Nothing"]', "fail"),
        (UNTYPED % "", "{}", "every plan satisfies plan.resource_types == plan.resource_types", "unknown"),
        (UNTYPED % "", "{}", f"DynamoDB in {PICKED_TYPES}", "unknown"),
        (UNTYPED % "", "{eu-west-1: [EC2], eu-central-1: [EC2]}", f"DynamoDB in {PICKED_TYPES}", "fail"),
        (UNTYPED % "", "{eu-west-1: [EC2], eu-central-1: [EC2]}", f"EC2 in {PICKED_TYPES}", "unknown"),
        (UNTYPED % "", "{eu-west-1: [EC2]}", f"EC2 in {PICKED_TYPES}", "unknown"),
        (NO_EBS, "{}", OF_PLAN.format("EBS in"), "fail"),
        (NO_EBS, "{}", "every plan satisfies not (EBS in plan.resource_types)", "pass"),
        (NO_EBS, "{}", OF_PLAN.format("EC2 in"), "unknown"),
        (BESIDE, "{}", OF_PLAN.format("RDS in"), "pass"),
        (BESIDE, "{}", OF_PLAN.format("EBS in"), "pass"),
        (BESIDE, "{}", OF_PLAN.format("S3 in"), "unknown"),
        (BESIDE, "{}", "every plan satisfies plan.resource_types == [RDS]", "fail"),
        (BESIDE, "{}", "every plan satisfies plan.resource_types == [EBS, RDS]", "unknown"),
        (BESIDE, "{}", "every plan satisfies plan.resource_types != [EBS, RDS]", "unknown"),
        (f"{UNTYPED % ''} {TAGGED}", "{}", OF_PLAN.format("S3 in"), "pass"),
        (f"{UNTYPED % ''} {EVERYTHING}", "{}", OF_PLAN.format("S3 in"), "pass"),
        (UNTYPED % "", "{}", "every rule satisfies rule.continuous", "unknown"),
        (UNTYPED % "", "{}", "no rule satisfies rule.continuous", "unknown"),
        (UNTYPED % "except_types = [S3, RDS, Aurora, SAPHANA]", "{}", "some rule satisfies rule.continuous", "fail"),
        (UNTYPED % "", "{eu-west-1: [EC2], eu-central-1: [EC2]}", "some rule satisfies rule.continuous", "fail"),
        (UNTYPED % "", "{eu-west-1: [S3], eu-central-1: [EC2]}", "some rule satisfies rule.continuous", "unknown"),
        (BESIDE, "{}", "every rule satisfies rule.continuous", "pass"),
    ],
)  # fmt: skip
def test_what_a_selection_of_conditions_alone_takes_nobody_knows(
    selection: str, opt_in: str, condition: str, expected: str
) -> None:
    tree = f"{TREE}settings: {{opt_in: {opt_in}}}\n"
    assert judged(REACHING % selection, condition, tree) == expected


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        (
            "rule.continuous",
            (
                "continuous backup is on, but no resource type that the rule reaches in eu-west-1 has it; "
                "`r` asks for it to be on"
            ),
        ),
        ("rule.archive", "the archive opt-in is off, AWS's default; `r` asks for it to be on"),
    ],
)
def test_the_message_says_that_no_type_has_continuous_backup(condition: str, message: str) -> None:
    assert told(REACHING % TYPES.replace("%s", "EC2"), f"every rule satisfies {condition}", TREE)[:1] == [message]


def test_a_vault_that_is_missing_is_not_called_one_of_another_type() -> None:
    tree = f"{TREE}vaults: []\n"
    assert findings_of("every rule satisfies rule.vault.exists", tree, air_gapped=True)[:1] == [
        "vault `Main` does not exist in eu-west-1; it is required"
    ]


HALF_LOCKED = f"""{TREE}vaults:
  - {{name: Main, accounts: "*", regions: [eu-west-1], lock: {{mode: governance}}}}
  - {{name: Main, accounts: "*", regions: [eu-central-1], lock: none}}
"""


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("at least 1 rule satisfies true", "pass"),
        ("at least 2 rule satisfies true", "fail"),
        ("at least 1 copy satisfies true", "pass"),
        ("at least 2 copy satisfies true", "fail"),
        ("every plan satisfies at least 2 copy satisfies true", "fail"),
        ("some rule satisfies rule.vault.lock != none", "pass"),
        ("at least 1 rule satisfies rule.vault.lock != none", "fail"),
        ('at least 1 rule where rule.region == "eu-west-1" satisfies rule.vault.lock != none', "pass"),
        ("at least 1 copy satisfies copy.cross_region", "fail"),
        ("every rule satisfies some copy satisfies copy.retention >= rule.interval", "pass"),
        ("every rule satisfies some copy satisfies copy.retention < rule.interval", "fail"),
        ("every rule satisfies some copy satisfies copy.retention >= rule.retention and copy.region != rule.region", "fail"),
    ],
)  # fmt: skip
def test_rules_and_copies_are_counted_once_and_in_all_their_regions(condition: str, expected: str) -> None:
    assert said_of(condition, HALF_LOCKED) == expected


def test_the_message_says_which_bound_of_an_air_gapped_vault_nobody_wrote_down() -> None:
    tree = one_vault("type: logically_air_gapped, lock: {mode: compliance, max_retention_days: 35}")
    assert findings_of("every rule satisfies rule.vault.min_retention >= 7 days", tree)[:1] == [
        "`r` cannot be decided: the snapshot does not tell the minimum retention of vault `Main` in eu-west-1"
    ]
