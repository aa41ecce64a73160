"""Situations that people were burnt by, one of each kind, each with the answer that is right.

Every project is the one below with a line changed, so that a case reads as what somebody did to it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cli.command import Command, Ran, write

AT = ("--at", "2026-12-01")
GATE = ("--fail-on", "lost,weakened")

BACKUP = """\
policy baseline {
  plan daily {
    regions = [eu-west-1, eu-central-1]
    rule nightly {
      schedule = daily at 05:00
      vault = "Main"
      retain = 120 days
      copy to vault "Central" in eu-central-1 account "999999999999" {
        retain = 365 days
      }
    }
    resource selection res {
      role = "Backup"
      types = [EC2, RDS, DynamoDB]
    }
  }
}
attach baseline to root
"""
VAULTS = """\
vaults:
  - {name: Main, accounts: "*", regions: [eu-west-1, eu-central-1], type: standard, lock: {mode: compliance, min_retention_days: 30, max_retention_days: 3650}, key: customer}
  - {name: Other, accounts: "*", regions: [eu-west-1, eu-central-1], type: standard, lock: {mode: compliance, min_retention_days: 1, max_retention_days: 3650}, key: customer}
  - {name: Central, accounts: ["999999999999"], regions: [eu-central-1], type: standard, lock: {mode: compliance, min_retention_days: 30, max_retention_days: 3650}, key: customer}
  - {name: Vee, accounts: "*", regions: [eu-west-1, eu-central-1], type: logically_air_gapped, lock: {mode: compliance, min_retention_days: 7, max_retention_days: 3650}}
"""
ROLES = """\
roles:
  - {name: Backup, accounts: "*"}
"""
ORGANIZATION = f"""\
version: 1
organization: {{id: o-exampleorgid, management_account: "111111111111", backup_policies_enabled: true}}
root:
  name: Root
  accounts: [{{id: "111111111111", name: management}}]
  units:
    - name: Shops
      accounts: [{{id: "222222222222", name: books}}, {{id: "333333333333", name: toys}}]
    - name: Labs
      accounts: [{{id: "444444444444", name: lab}}, {{id: "999999999999", name: central}}]
{VAULTS}{ROLES}settings:
  cross_account_backup: true
  opt_in:
    eu-west-1: [EC2, EBS, RDS, S3, DynamoDB]
    eu-central-1: [EC2, EBS, RDS, S3, DynamoDB]
  dynamodb_advanced: {{eu-west-1: true, eu-central-1: true}}
"""
LIST = "types = [EC2, RDS, DynamoDB]"
TAG_SELECTION = ("resource selection res", "tag selection res")


def edited(text: str, *edits: tuple[str, str]) -> str:
    """The text with each edit made; every one must find its line."""
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new)
    return text


def state(folder: Path, policies: str = BACKUP, organization: str = ORGANIZATION) -> Path:
    return write(folder, {"backup.bpol": policies, "organization.yaml": organization})


class Change:
    """Two states of the project, compared both ways."""

    def __init__(self, policyengine: Command, folder: Path) -> None:
        self._policyengine, self._folder = policyengine, folder

    def of(self, *, policies: tuple[str, str] = ("", ""), facts: tuple[str, str] = ("", "")) -> tuple[Ran, Ran]:
        base = state(self._folder / "base")
        head = state(self._folder / "head", edited(BACKUP, policies), edited(ORGANIZATION, facts))
        there = self._policyengine.json("diff", base, head, *GATE, *AT)
        return there, self._policyengine.json("diff", head, base, *GATE, *AT)


@pytest.fixture
def change(policyengine: Command, tmp_path: Path) -> Change:
    return Change(policyengine, tmp_path)


def classes(ran: Ran) -> set[str]:
    return {found["class"] for found in ran.json["changes"]}


def names(ran: Ran) -> list[str]:
    return [found["name"] for found in ran.json["findings"]]


YEARLY = """\
    rule yearly {
      schedule = yearly on 1 january at 00:00
      vault = "Main"
      start_within = 525600 minutes
      retain = 366 days
    }
    resource selection"""
LESS = [
    pytest.param("role that does not exist", ('role = "Backup"', 'role = "Backpu"'), ("", ""), id="a role is misspelt"),
    pytest.param("role", ("", ""), (ROLES, "roles: []\n"), id="a role is gone"),
    pytest.param("lower minimum", ('vault = "Main"', 'vault = "Other"'), ("", ""), id="a vault with a lower lock"),
    pytest.param("no vault", ('vault = "Main"', 'vault = "Nowhere"'), ("", ""), id="a vault that does not exist"),
    pytest.param(
        "lock unknown",
        ("", ""),
        (" lock: {mode: compliance, min_retention_days: 30, max_retention_days: 3650},", ""),
        id="a lock that nobody tells any more",
    ),
    pytest.param("vaults unknown", ("", ""), (VAULTS, ""), id="no vault that anybody tells of"),
    pytest.param("switch", ("", ""), ("{eu-west-1: true", "{eu-west-1: false"), id="advanced DynamoDB off"),
    pytest.param("switch", ("", ""), ("cross_account_backup: true", "cross_account_backup: false"), id="copies off"),
    pytest.param(
        "fewer runs",
        ("daily at 05:00", 'cron("0 5 ? * MON-SAT *")'),
        ("", ""),
        id="a day of the week less",
    ),
    pytest.param("years", ("daily at 05:00", 'cron("0 5 ? * * 2190-2199")'), ("", ""), id="years far away"),
    pytest.param("types", (LIST, "types = [EC2, RDS]"), ("", ""), id="a type less"),
    pytest.param("regions", ("[eu-west-1, eu-central-1]\n", "[eu-west-1]\n"), ("", ""), id="a Region less"),
    pytest.param(
        "runs taken",
        (
            "    resource selection",
            YEARLY,
        ),
        ("", ""),
        id="an added rule that takes runs",
    ),
]


@pytest.mark.parametrize(("why", "policies", "facts"), LESS)
def test_less_protection_is_never_a_pass(
    change: Change, why: str, policies: tuple[str, str], facts: tuple[str, str]
) -> None:
    there, back = change.of(policies=policies, facts=facts)
    assert (there.code, there.json["verdict"]) == (1, "fail"), why
    assert classes(there) & {"lost", "weakened"}
    assert classes(back) & {"added", "strengthened"}


OPTED_OUT = ORGANIZATION.replace("eu-west-1: [EC2, EBS, RDS,", "eu-west-1: [EC2, EBS,")
ADVANCED_OFF = ORGANIZATION.replace("{eu-west-1: true", "{eu-west-1: false")


@pytest.mark.parametrize(
    ("edit", "before", "after"),
    [
        ((LIST, 'types = ["*"]'), OPTED_OUT, OPTED_OUT),
        (('vault = "Main"', 'vault = "Nowhere"'), ORGANIZATION, ORGANIZATION),
        (("", ""), ORGANIZATION, ADVANCED_OFF),
    ],
    ids=["everything instead of a list", "no vault", "advanced features off"],
)
def test_what_has_no_backup_any_more_is_lost(
    policyengine: Command, tmp_path: Path, edit: tuple[str, str], before: str, after: str
) -> None:
    base = state(tmp_path / "base", BACKUP, before)
    head = state(tmp_path / "head", edited(BACKUP, edit), after)
    ran = policyengine.json("diff", base, head, *GATE, *AT)
    assert (ran.code, "lost" in classes(ran)) == (1, True)


def test_a_subset_of_the_runs_is_weakened_whatever_the_gap(policyengine: Command, tmp_path: Path) -> None:
    hourly = edited(BACKUP, ("daily at 05:00", 'cron("0 9-17 ? * MON-FRI *")'))
    twice = edited(BACKUP, ("daily at 05:00", 'cron("0 9,17 ? * MON-FRI *")'))
    base, head = state(tmp_path / "base", hourly), state(tmp_path / "head", twice)
    assert classes(policyengine.json("diff", base, head, *AT)) == {"weakened"}
    assert classes(policyengine.json("diff", head, base, *AT)) == {"strengthened"}


def test_two_values_are_not_one_with_a_comma(policyengine: Command, tmp_path: Path) -> None:
    tagged = edited(BACKUP, TAG_SELECTION, (LIST, 'key = "backup"\n      values = ["gold", "silver"]'))
    joined = tagged.replace('["gold", "silver"]', '["gold, silver"]')
    base, head = state(tmp_path / "base", tagged), state(tmp_path / "head", joined)
    ran = policyengine.json("diff", base, head, *GATE, *AT)
    assert (ran.code, "lost" in classes(ran)) == (1, True)
    renamed = state(tmp_path / "renamed", joined.replace("selection res", "selection other"))
    ran = policyengine.json("diff", base, renamed, *GATE, *AT)
    assert (ran.code, "lost" in classes(ran)) == (1, True)


def test_a_fact_that_disappears_is_said_to(policyengine: Command, tmp_path: Path) -> None:
    head = state(
        tmp_path / "head",
        BACKUP,
        ORGANIZATION.replace(" lock: {mode: compliance, min_retention_days: 30, max_retention_days: 3650},", ""),
    )
    ran = policyengine("diff", state(tmp_path / "base"), head, *GATE, *AT)
    assert "nobody can tell any more" in ran.out
    assert ran.code == 1


DAILY = "require daily { assert some rule satisfies rule.interval <= 1 day }\n"


def test_years_that_are_far_away_do_not_run_daily(policyengine: Command, tmp_path: Path) -> None:
    far = edited(BACKUP, ("daily at 05:00", 'cron("0 5 ? * * 2190-2199")')) + DAILY
    ran = policyengine.json("check", state(tmp_path, far), "--strict", *AT)
    assert ran.code == 1
    assert "requirement-violated" in names(ran)


PROTECTED = """\
policy baseline {
  children may append
  plan daily {
    children may append in rules            # units may add rules of their own
    locked regions = [eu-west-1]
    locked rule nightly {
      schedule = daily at 03:00
      vault = "Main"
      retain = 35 days
      copy to vault "Central" in eu-central-1 account "999999999999"
    }
    locked tag selection tagged {
      role = "Backup"
      key = "backup"
      values = ["daily"]
    }
  }
}
attach baseline to root
require daily-copy {
  for account.ou == "Shops"
  assert some rule where rule.plan == "daily" and rule.interval <= 1 day
    satisfies some copy satisfies copy.account == "999999999999" and copy.vault.lock == compliance
}
"""
CHEAP = """\
policy attack {
  plan daily {
    rule cheap {
      schedule = daily at 03:00
      vault = "Main"
      retain = 36 days
    }
  }
}
attach attack to ou "Shops"
"""


def outcomes(ran: Ran) -> dict[str, str]:
    """The outcome of each target by the path of the unit or account."""
    results = [found for requirement in ran.json["requirements"] for found in requirement["results"]]
    return {found["target"].get("path", ""): found["outcome"] for found in results}


def test_a_rule_of_which_another_one_takes_every_run_protects_nothing(policyengine: Command, tmp_path: Path) -> None:
    before, after = state(tmp_path / "before", PROTECTED), state(tmp_path / "after", PROTECTED + CHEAP)
    proof = policyengine.json("prove", before, *AT)
    assert (proof.code, outcomes(proof)["Shops"]) == (1, "breakable")
    assert policyengine.json("check", before, *AT).code == 0
    assert "requirement-violated" in names(policyengine.json("check", after, *AT))
    comparison = policyengine.json("diff", before, after, *GATE, *AT)
    assert comparison.code == 1
    assert classes(comparison) & {"lost", "weakened"}
    assert "7 of them suppressed" in policyengine("schedule", "222222222222", "-C", after, *AT).out


LEDGER = """\
policy baseline {
  children may append
  locked plan ledger {
    regions = [eu-west-1]
    rule monthly {
      schedule = monthly on last day at 22:00
      vault = "Main"
      retain = 2557 days
    }
    tag selection books {
      role = "Backup"
      key = "backup"
      values = ["ledger"]
    }
  }
}
attach baseline to root
require books-kept { assert some rule where rule.plan == "ledger" satisfies rule.retention >= 2557 days }
"""
EMPTY_UNIT = """\
version: 1
root:
  name: Root
  units:
    - name: Books
    - name: Shops
      accounts: [{id: "222222222222", name: shop}]
"""


def test_a_unit_without_accounts_is_a_target(policyengine: Command, tmp_path: Path) -> None:
    proof = policyengine.json("prove", state(tmp_path, LEDGER, EMPTY_UNIT), *AT)
    assert (proof.code, outcomes(proof)["Books"]) == (1, "breakable")


def test_a_plan_that_nobody_can_add_to_is_safe_from_a_freeze(policyengine: Command, tmp_path: Path) -> None:
    closed = LEDGER.replace("children may append\n", "children may nothing\n")
    proof = policyengine.json("prove", state(tmp_path, closed, EMPTY_UNIT), *AT)
    assert (proof.code, set(outcomes(proof).values())) == (0, {"guaranteed"})


OPEN_COPIES = """\
policy baseline {
  children may nothing
  plan daily {
    children may nothing
    children may nothing in rules
    locked regions = [eu-west-1]
    rule nightly {                      # teams may add copies
      locked schedule = daily at 03:00
      locked vault = "Main"
      locked retain = 35 days
    }
    locked tag selection tagged {
      role = "Backup"
      key = "backup"
      values = ["daily"]
    }
  }
}
policy shop {
  plan daily {
    rule nightly {
      children may nothing in copy_actions
      locked copy to vault "Central" in eu-west-1 account "999999999999"
    }
  }
}
attach baseline to root
attach shop to ou "Shops"
require only-central "no copy leaves for another account" {
  assert every copy satisfies copy.account == "999999999999"
}
"""


def test_one_more_policy_beside_another_one_is_an_attacker(policyengine: Command, tmp_path: Path) -> None:
    organization = EMPTY_UNIT.replace("    - name: Books\n", "")
    proof = policyengine.json("prove", state(tmp_path, OPEN_COPIES, organization), *AT)
    assert (proof.code, outcomes(proof)["Shops"]) == (1, "breakable")


ORDINARY_VAULT = """\
version: 1
root:
  name: Root
  accounts: [{id: "222222222222", name: shop}]
vaults:
  - {name: Main, accounts: "*", regions: [eu-west-1], lock: none}
roles:
  - {name: Backup, accounts: "*"}
"""
AIR_GAPPED = """\
policy baseline {
  plan daily {
    regions = [eu-west-1]
    rule nightly {
      schedule = daily at 03:00
      vault = "Main"
      air_gapped_vault = "Main"
      retain = 35 days
    }
    tag selection tagged {
      role = "Backup"
      key = "backup"
      values = ["daily"]
    }
  }
}
attach baseline to root
"""


@pytest.mark.parametrize("vault_type", ["", "type: standard, "], ids=["type not given", "standard"])
def test_an_ordinary_vault_is_no_air_gapped_one(policyengine: Command, tmp_path: Path, vault_type: str) -> None:
    organization = ORDINARY_VAULT.replace("lock: none", f"{vault_type}lock: none")
    ran = policyengine.json(
        "check", state(tmp_path, AIR_GAPPED + 'use pack "ransomware-resilience"\n', organization), *AT
    )
    assert ran.json["verdict"] == ("fail" if vault_type else ran.json["verdict"])
    assert {"requirement-violated", "requirement-undecided"} & set(names(ran))


def test_bounds_of_an_air_gapped_vault_are_unknown_where_they_are_not_given(
    policyengine: Command, tmp_path: Path
) -> None:
    policies = edited(
        BACKUP, ('vault = "Main"', 'vault = "Main"\n      air_gapped_vault = "Vee"'), (LIST, "types = [S3]")
    )
    policies += "require m { assert every rule satisfies rule.air_gapped_vault.min_retention >= 7 days }\n"
    organization = edited(
        ORGANIZATION,
        (
            "type: logically_air_gapped, lock: {mode: compliance, min_retention_days: 7, max_retention_days: 3650}}",
            "type: logically_air_gapped}",
        ),
    )
    ran = policyengine.json("check", state(tmp_path, policies, organization), *AT)
    assert set(names(ran)) & {"requirement-violated", "requirement-undecided"} == {"requirement-undecided"}


def test_a_copy_beside_an_air_gapped_vault_cannot_go_to_another_one(policyengine: Command, tmp_path: Path) -> None:
    policies = edited(
        BACKUP,
        ('vault = "Main"', 'vault = "Main"\n      air_gapped_vault = "Vee"'),
        ('copy to vault "Central" in eu-central-1 account "999999999999"', 'copy to vault "Vee" in eu-central-1'),
        (LIST, "types = [S3]"),
    )
    ran = policyengine.json("check", state(tmp_path, policies), "--strict", *AT)
    assert (ran.code, ran.json["verdict"]) == (1, "fail")


def test_continuous_backup_holds_only_for_types_that_have_it(policyengine: Command, tmp_path: Path) -> None:
    policies = edited(
        BACKUP, ("retain = 120 days", "retain = 35 days\n      continuous = true"), (LIST, "types = [EC2]")
    )
    policies += "require pitr { assert some rule satisfies rule.continuous }\n"
    ran = policyengine.json("check", state(tmp_path, policies), *AT)
    assert {"continuous-ignored", "requirement-violated"} <= set(names(ran))


def test_a_requirement_may_not_be_called_like_a_check(policyengine: Command, tmp_path: Path) -> None:
    policies = edited(BACKUP, ('role = "Backup"', 'role = "Nope"'))
    policies += "require role-missing { assert some rule satisfies rule.retention >= 9999 days }\n"
    policies += 'waive role-missing for root until 2027-01-01 because "agreed for the requirement of that name"\n'
    ran = policyengine.json("check", state(tmp_path, policies), *AT)
    assert ran.code == 1
    assert ran.json["findings"][0]["location"]["line"] == 19


TOO_LONG = "".join(
    f'    tag selection s{number} {{\n      role = "Backup"\n      key = "{"k" * 100}{number}"\n      values = ["{"v" * 250}"]\n    }}\n'
    for number in range(30)
)


@pytest.mark.parametrize("way", ["waived", "switched off", "accepted"])
def test_what_aws_refuses_cannot_be_set_aside(policyengine: Command, tmp_path: Path, way: str) -> None:
    policies = edited(BACKUP, ("    resource selection", f"{TOO_LONG}    resource selection"))
    policies += 'waive document-too-long for root until 2027-01-01 because "x"\n' if way == "waived" else ""
    project = state(tmp_path, policies)
    if way == "switched off":
        write(project, {"policyengine.toml": '[checks]\ndocument-too-long = "off"\n'})
    if way == "accepted":
        policyengine("check", project, "--update-baseline", *AT)
    assert policyengine("check", project, *AT).code == (2 if way == "switched off" else 1)


def document(rule: dict[str, Any], selections: dict[str, Any] | None = None) -> str:
    """A policy of one plan, as AWS takes it."""
    tagged = {
        "iam_role_arn": {"@@assign": "arn:aws:iam::$account:role/Backup"},
        "tag_key": {"@@assign": "backup"},
        "tag_value": {"@@assign": ["daily"]},
    }
    plan = {
        "regions": {"@@assign": ["eu-west-1"]},
        "rules": {
            "r": {
                "schedule_expression": {"@@assign": "cron(0 5 ? * * *)"},
                "target_backup_vault_name": {"@@assign": "Main"},
                "lifecycle": {"delete_after_days": {"@@assign": "35"}},
                **rule,
            }
        },
        "selections": selections or {"tags": {"tagged": tagged}},
    }
    return json.dumps({"plans": {"daily": plan}})


def of_types(*patterns: str) -> dict[str, Any]:
    role = {"@@assign": "arn:aws:iam::$account:role/Backup"}
    return {"resources": {"res": {"iam_role_arn": role, "resource_types": {"@@assign": list(patterns)}}}}


def validated(policyengine: Command, folder: Path, text: str) -> list[dict[str, Any]]:
    write(folder, {"policy.json": text})
    found: list[dict[str, Any]] = policyengine.json("validate", folder / "policy.json", *AT).json["documents"][0][
        "findings"
    ]
    return found


def said(found: list[dict[str, Any]]) -> str:
    return "\n".join(f"{one['message']} / {one.get('help') or ''}" for one in found)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("arn:aws:efs:*:*:file-system/*", "arn:aws:elasticfilesystem:*:*:file-system/*"),
        ("arn:aws:ebs:*:*:volume/*", "arn:aws:ec2:*:*:volume/*"),
        ("arn:aws:neptune:*:*:cluster:*", "arn:aws:rds:*:*:cluster:*"),
        ("arn:aws:docdb:*:*:cluster:*", "arn:aws:rds:*:*:cluster:*"),
        ("arn:aws:rds:*:*:cluster:clusterIdentifier:*", "arn:aws:rds:*:*:cluster:*"),
        ("arn:aws-us-gov:efs:*:*:file-system/*", "arn:aws-us-gov:elasticfilesystem:*:*:file-system/*"),
    ],
)
def test_a_pattern_is_advised_of_the_same_service(
    policyengine: Command, tmp_path: Path, written: str, meant: str
) -> None:
    assert f"`{meant}`" in said(validated(policyengine, tmp_path, document({}, of_types(written))))


def test_a_single_resource_cannot_be_named(policyengine: Command, tmp_path: Path) -> None:
    text = document({}, of_types("arn:aws:s3:::my-bucket", "arn:aws:dynamodb:eu-west-1:222222222222:table/orders"))
    assert said(validated(policyengine, tmp_path, text)).count("cannot name single resources") == 2


@pytest.mark.parametrize(
    ("schedule", "words"),
    [
        ("cron(0/5, 9-18, ?, *, MON-FRI, *)", "blanks"),
        ("cron(0,5,?,*,*,*)", "blanks"),
        ("rate(1 day)", "rate"),
    ],
)
def test_a_schedule_is_judged_by_its_fields_first(
    policyengine: Command, tmp_path: Path, schedule: str, words: str
) -> None:
    text = document({"schedule_expression": {"@@assign": schedule}})
    assert words in said(validated(policyengine, tmp_path, text))


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("schedule_timezone", "no time zone"),
        ("ScheduleExpressionTimezone", "no time zone"),
        ("timezone", "no time zone"),
        ("target_vault_name", "target_backup_vault_name"),
        ("start_window", "start_backup_window_minutes"),
        ("CompletionWindowMinutes", "complete_backup_window_minutes"),
    ],
)
def test_keys_of_other_tools_are_translated(policyengine: Command, tmp_path: Path, key: str, words: str) -> None:
    (finding,) = validated(policyengine, tmp_path, document({key: {"@@assign": "x"}}))
    assert words in (finding.get("help") or "").split("known here")[0] + finding["message"]


def test_a_copy_needs_an_account_of_twelve_digits(policyengine: Command, tmp_path: Path) -> None:
    arn = "arn:aws:backup:us-west-2:123456789:backup-vault:secondary"
    text = document({"copy_actions": {arn: {"target_backup_vault_arn": {"@@assign": arn}}}})
    assert "12 digits" in said(validated(policyengine, tmp_path, text)).replace("twelve", "12")


def test_archive_with_a_wrong_gap_and_a_wrong_schedule(policyengine: Command, tmp_path: Path) -> None:
    days = {
        "move_to_cold_storage_after_days": 90,
        "delete_after_days": 14,
        "opt_in_to_archive_for_supported_resources": True,
    }
    text = document({"lifecycle": {key: {"@@assign": value} for key, value in days.items()}})
    found = {one["name"] for one in validated(policyengine, tmp_path, text)}
    assert found == {"archive-gap-too-short", "archive-schedule-too-frequent"}


@pytest.mark.parametrize(
    ("days", "expected"),
    [(10, []), (35, []), (40, ["continuous-retention"]), (370, ["continuous-retention"])],
)
def test_continuous_backup_is_kept_for_35_days(
    policyengine: Command, tmp_path: Path, days: int, expected: list[str]
) -> None:
    rule = {"enable_continuous_backup": {"@@assign": True}, "lifecycle": {"delete_after_days": {"@@assign": days}}}
    found = [one["name"] for one in validated(policyengine, tmp_path, document(rule))]
    assert found == expected


POLICY_TEXT = '{"plans": {"daily": {"regions": {"@@assign": ["eu-west-1"]}}}}'


PUBLISHED = (
    '{"plans": {"p": {"regions": ["eu-west-1"], "rules": {"r": {"target_backup_vault_name": "Main",'
    ' "schedule_expression": "cron(0 5 ? * * *)"}}, "selections": {"tags": {}}}}}'
)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (
            json.dumps({"Policy": {"PolicySummary": {"Type": "BACKUP_POLICY"}, "Content": POLICY_TEXT}}),
            "describe-policy",
        ),
        (json.dumps({"EffectivePolicy": {"PolicyContent": "{}"}}), "describe-effective-policy"),
        ('{"BackupPlan": {"BackupPlanName": "daily", "Rules": [{"RuleName": "r"}]}}', "backup plan"),
        ('{"Version": "2012-10-17", "Statement": []}', "SCP"),
        ('{"Resources": {"Daily": {"Type": "AWS::Organizations::Policy"}}}', "template"),
        (PUBLISHED, "effective policy"),
    ],
)
def test_a_document_of_another_kind_is_named(policyengine: Command, tmp_path: Path, text: str, kind: str) -> None:
    (finding,) = validated(policyengine, tmp_path, text)
    assert kind in f"{finding['message']} {finding.get('help')}"


def checked(
    policyengine: Command, folder: Path, *edits: tuple[str, str], facts: tuple[tuple[str, str], ...] = ()
) -> Ran:
    project = state(folder, edited(BACKUP, *edits), edited(ORGANIZATION, *facts))
    return policyengine.json("check", project, *AT)


def test_clusters_go_by_their_own_opt_in(policyengine: Command, tmp_path: Path) -> None:
    ran = checked(policyengine, tmp_path, (LIST, "types = [Aurora]"))
    assert "opt-in-off" in names(ran)


def test_conditions_alone_are_warned_of(policyengine: Command, tmp_path: Path) -> None:
    ran = checked(policyengine, tmp_path, (LIST, 'where env: "aws:ResourceTag/env" == "prod"'))
    assert "selection-without-types" in names(ran)


def test_five_fields_are_fewer_than_aws_documents(policyengine: Command, tmp_path: Path) -> None:
    ran = checked(policyengine, tmp_path, ("daily at 05:00", 'cron("0 5 * * ?")'))
    assert "cron-fields" in names(ran)


@pytest.mark.parametrize(
    ("role", "finding"),
    [
        ("AWSBackupDefaultServiceRole", "default-role-path"),
        ("aws-service-role/backup.amazonaws.com/AWSServiceRoleForBackup", "service-linked-role"),
    ],
)
def test_roles_that_aws_makes(policyengine: Command, tmp_path: Path, role: str, finding: str) -> None:
    ran = checked(policyengine, tmp_path, ('role = "Backup"', f'role = "{role}"'), facts=((ROLES, ""),))
    assert finding in names(ran)


@pytest.mark.parametrize("listed", ["/backup/Backup", "backup/Backup"])
def test_a_role_is_listed_with_or_without_a_slash(policyengine: Command, tmp_path: Path, listed: str) -> None:
    ran = checked(
        policyengine,
        tmp_path,
        ('role = "Backup"', 'role = "backup/Backup"'),
        facts=(("{name: Backup,", f'{{name: "{listed}",'),),
    )
    assert "role-missing" not in names(ran)


def test_a_unit_name_that_stands_three_times(policyengine: Command, tmp_path: Path) -> None:
    organization = EMPTY_UNIT.replace(
        "    - name: Books\n",
        "    - {name: Books, units: [{name: Prod}]}\n    - {name: Labs, units: [{name: Prod}]}\n    - {name: Security, units: [{name: Prod}]}\n",
    )
    ran = policyengine.json("check", state(tmp_path, edited(BACKUP, ("to root", 'to ou "Prod"')), organization), *AT)
    (finding,) = [one for one in ran.json["findings"] if one["name"] == "unknown-target"]
    assert all(
        path in f"{finding['message']} {finding['help']}" for path in ("Books/Prod", "Labs/Prod", "Security/Prod")
    )


def test_two_plans_back_up_the_same_resources(policyengine: Command, tmp_path: Path) -> None:
    policies = edited(BACKUP, TAG_SELECTION, (LIST, 'key = "backup"\n      values = ["daily"]'))
    other = (
        policies.replace("policy baseline", "policy other")
        .replace("plan daily", "plan longer")
        .replace("attach baseline to root", 'attach other to ou "Shops"')
    )
    ran = policyengine.json("check", state(tmp_path, policies + other), *AT)
    (finding,) = [one for one in ran.json["findings"] if one["name"] == "resources-in-two-plans"]
    assert (finding["severity"], finding["accounts"]) == ("info", ["222222222222", "333333333333"])


def test_types_and_tags_add_up(policyengine: Command, tmp_path: Path) -> None:
    both = '    tag selection t {\n      role = "Backup"\n      key = "backup"\n      values = ["yes"]\n    }\n    resource selection'
    ran = checked(policyengine, tmp_path, ("    resource selection", both), (LIST, "types = [S3]"))
    (finding,) = [one for one in ran.json["findings"] if one["name"] == "selection-both-kinds"]
    assert "aws:ResourceTag/backup" in f"{finding['message']} {finding['help']}"


def test_everything_where_nothing_is_opted_in_is_nothing(policyengine: Command, tmp_path: Path) -> None:
    facts = (("eu-west-1: [EC2, EBS, RDS, S3, DynamoDB]", "eu-west-1: []"),)
    ran = checked(
        policyengine, tmp_path, (LIST, 'types = ["*"]'), ("[eu-west-1, eu-central-1]\n", "[eu-west-1]\n"), facts=facts
    )
    assert names(ran) == ["opt-in-off"]
    assert ran.json["findings"][0]["severity"] == "warning"


@pytest.mark.parametrize(
    ("written", "meant"),
    [("Efs", "EFS"), ("ec2", "EC2"), ("EC2Instance", "EC2"), ("RDSCluster", "Aurora"), ("SapHana", "SAPHANA")],
)
def test_names_of_types_are_advised_in_their_own_spelling(
    policyengine: Command, tmp_path: Path, written: str, meant: str
) -> None:
    ran = checked(policyengine, tmp_path, (LIST, f"types = [{written}]"))
    assert f"`{meant}`" in ran.json["findings"][0]["help"]


@pytest.mark.parametrize("written", ["ElastiCache", "Lambda"])
def test_types_that_aws_backup_lacks(policyengine: Command, tmp_path: Path, written: str) -> None:
    ran = checked(policyengine, tmp_path, (LIST, f"types = [{written}]"))
    assert "AWS Backup" in ran.json["findings"][0]["help"]


def test_document_db_and_neptune_are_names(policyengine: Command, tmp_path: Path) -> None:
    project = state(tmp_path, edited(BACKUP, (LIST, "types = [EFS, DocumentDB, Neptune, Aurora]")))
    compiled = policyengine.json("compile", project).json["policies"]["baseline"]
    types = compiled["plans"]["daily"]["selections"]["resources"]["res"]["resource_types"]["@@assign"]
    assert types == ["arn:aws:elasticfilesystem:*:*:file-system/*", "arn:aws:rds:*:*:cluster:*"]
