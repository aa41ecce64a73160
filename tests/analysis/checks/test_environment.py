"""What the checks of vaults, roles and settings say, for which Regions and accounts: one finding per cause."""

from __future__ import annotations

import json

import pytest
from support.evaluation import evaluated, settled

from policyengine.base.diagnostics import Diagnostic, Severity

SHOP, CENTRAL = "222222222222", "333333333333"
TREE = f"""\
version: 1
root:
  name: Root
  units:
    - name: Prod
      accounts: [{{id: "{SHOP}", name: shop}}]
    - name: Backup
      accounts: [{{id: "{CENTRAL}", name: central}}]
"""
POLICY = """\
policy baseline {
  plan daily {
    regions = [eu-west-1, eu-central-1]
    rule nightly {
      schedule = daily at 05:00
      vault = "VAULT"
      retain = 35 days
      COPY
    }
    resource selection data { role = "Backup"  types = [TYPES] }
  }
}
attach baseline to root
"""
CENTRAL_COPY = f'copy to vault "Central" in eu-central-1 account "{CENTRAL}"'


def policy(vault: str = "Main", copy: str = "", types: str = "EC2") -> str:
    return POLICY.replace("VAULT", vault).replace("COPY", copy).replace("TYPES", types)


def found(name: str, text: str, parts: str = "") -> list[Diagnostic]:
    diagnostics = settled(evaluated(text, TREE + parts))
    return sorted((f for f in diagnostics if f.name == name), key=lambda f: (f.path, f.region))


def told(name: str, text: str, parts: str = "") -> list[tuple[str, str, tuple[str, ...]]]:
    """Message, Region and accounts of each finding of a check."""
    return [(f.message, f.region, f.accounts) for f in found(name, text, parts)]


def vault(name: str, accounts: str = '"*"', regions: str = "eu-west-1, eu-central-1", more: str = "") -> str:
    return f"  - {{name: {name}, accounts: {accounts}, regions: [{regions}]{more and f', {more}'}}}\n"


BOTH = (SHOP, CENTRAL)


def test_a_missing_vault_is_reported_for_each_region_with_all_accounts() -> None:
    parts = "vaults:\n" + vault("Main", f'["{CENTRAL}"]', "eu-west-1") + vault("Other", f'["{SHOP}"]')
    assert told("vault-missing", policy(), parts) == [
        ("there is no vault `Main` in eu-central-1", "eu-central-1", BOTH),
        ("there is no vault `Main` in eu-west-1", "eu-west-1", (SHOP,)),
    ]


def test_the_missing_vault_of_a_copy_is_reported_once_for_all_regions_of_the_rule() -> None:
    parts = "vaults:\n" + vault("Main")
    message = f"there is no vault `Central` in eu-central-1 of account {CENTRAL}"
    assert told("vault-missing", policy(copy=CENTRAL_COPY), parts) == [(message, "eu-central-1", BOTH)]


def test_an_unknown_default_vault_is_one_note() -> None:
    message = "vault `Default` exists only where somebody has opened the console of AWS Backup"
    assert told("default-vault-assumed", policy("Default")) == [(message, "", BOTH)]


def test_a_default_vault_absent_here_and_unknown_there() -> None:
    parts = f'vaults: []\nsearched: {{accounts: ["{SHOP}"], regions: [eu-west-1]}}\n'
    findings = found("default-vault-assumed", policy("Default"), parts)
    assert [(f.severity.value, f.region, f.accounts) for f in findings] == [
        ("info", "", BOTH),
        ("error", "eu-west-1", (SHOP,)),
    ]


def test_a_missing_role_has_no_region() -> None:
    message = "there is no role `Backup`, so selection `data` backs up nothing"
    assert told("role-missing", policy(), "roles: []\n") == [(message, "", BOTH)]


TWO_PLANS = """\
policy baseline {
  plan daily {
    regions = [eu-west-1]
    rule nightly { schedule = daily at 05:00  vault = "Main"  retain = 35 days }
    rule weekly { schedule = weekly on sunday at 14:00  vault = "Main"  retain = 90 days }
    tag selection gold { role = "Backup"  key = "backup"  values = ["gold"] }
    tag selection silver { role = "Backup"  key = "backup"  values = ["silver"] }
  }
}
policy prod {
  plan monthly {
    regions = [eu-west-1]
    rule monthly { schedule = monthly on day 1 at 20:00  vault = "Main"  retain = 366 days }
    tag selection gold { role = "Backup"  key = "backup"  values = ["gold"] }
  }
}
attach baseline to root
attach prod to ou "Prod"
"""


@pytest.mark.parametrize(
    ("name", "parts", "message", "lines"),
    [
        ("vault-missing", "vaults: []\n", "there is no vault `Main` in eu-west-1", [4, 5, 13]),
        (
            "role-missing",
            "roles: []\n",
            "there is no role `Backup`, so selections `gold` and `silver` back up nothing",
            [6, 7, 14],
        ),
    ],
)
def test_what_an_account_lacks_is_reported_once_for_all_its_plans(
    name: str, parts: str, message: str, lines: list[int]
) -> None:
    few, many = sorted(found(name, TWO_PLANS, parts), key=lambda f: len(f.labels))
    assert (few.message, few.accounts, few.policies) == (message, (CENTRAL,), ("baseline",))
    assert (many.message, many.accounts, many.policies) == (message, (SHOP,), ("baseline", "prod"))
    spans = [many.span, *(label.span for label in many.labels)]
    assert [span.first.line for span in spans if span] == lines


@pytest.mark.parametrize(
    ("name", "copy", "parts", "message"),
    [
        (
            "cross-account-disabled",
            CENTRAL_COPY,
            "settings: {cross_account_backup: false}\n",
            "copies go to another account, but cross-account backup is switched off in the organization",
        ),
        (
            "copy-to-default-vault",
            CENTRAL_COPY.replace('"Central"', '"Default"'),
            "",
            "vault `Default` takes no copies from other accounts",
        ),
    ],
)
def test_copies_to_another_account_do_not_concern_that_account(name: str, copy: str, parts: str, message: str) -> None:
    assert told(name, policy(copy=copy), parts) == [(message, "", (SHOP,))]


def test_what_no_air_gapped_vault_takes_is_reported_once_for_all_regions() -> None:
    text = policy(copy='air_gapped_vault = "Safe"', types="EBS, RDS")
    assert told("air-gapped-unsupported", text) == [("`RDS` cannot go into an air-gapped vault", "", BOTH)]


def test_bounds_that_every_air_gapped_vault_has_are_reported_once_for_all_regions() -> None:
    text = policy(copy='air_gapped_vault = "Safe"').replace("35 days", "3 days")
    message = "backups are kept for 3 days, but an air-gapped vault allows 7 days or more"
    assert told("retention-outside-vault-lock", text) == [(message, "", BOTH)]


@pytest.mark.parametrize(
    ("lock", "allowed"),
    [
        ("min_retention_days: 36", "36 days or more"),
        ("max_retention_days: 34", "34 days at most"),
        ("max_retention_days: 1", "1 day at most"),
        ("min_retention_days: 7, max_retention_days: 30", "7 to 30 days"),
    ],
)
def test_bounds_in_words(lock: str, allowed: str) -> None:
    parts = "vaults:\n" + vault("Main", regions="eu-west-1", more=f"lock: {{mode: governance, {lock}}}")
    message = f"backups are kept for 35 days, but the lock of vault `Main` in eu-west-1 allows {allowed}"
    assert told("retention-outside-vault-lock", policy(), parts) == [(message, "eu-west-1", BOTH)]


def test_the_least_of_every_air_gapped_vault_holds_where_its_lock_says_none() -> None:
    lock = "lock: {mode: compliance, max_retention_days: 365}"
    parts = "vaults:\n" + vault("Safe", regions="eu-west-1", more=f"type: logically_air_gapped, {lock}")
    text = policy(copy='air_gapped_vault = "Safe"').replace("35 days", "3 days").replace(", eu-central-1]", "]")
    message = "backups are kept for 3 days, but the lock of vault `Safe` in eu-west-1 allows 7 to 365 days"
    assert told("retention-outside-vault-lock", text, parts) == [(message, "eu-west-1", BOTH)]


@pytest.mark.parametrize(
    ("lock", "retention", "message", "advice"),
    [
        ("min_retention_days: 14", 7, "7 days, but {} 14 days or more", "keep them for 14 to 35 days"),
        ("min_retention_days: 35", 7, "7 days, but {} 35 days or more", "keep them for 35 days"),
        ("max_retention_days: 30", 35, "35 days, but {} 30 days at most", "keep them for 30 days at most"),
        ("min_retention_days: 36", 7, "35 days at most, but {} 36 days or more", "use another vault"),
    ],
)
def test_bounds_for_continuous_backups(lock: str, retention: int, message: str, advice: str) -> None:
    parts = "vaults:\n" + vault("Main", regions="eu-west-1", more=f"lock: {{mode: governance, {lock}}}")
    text = policy(copy="continuous = true").replace("35 days", f"{retention} days")
    (finding,) = found("continuous-outside-vault-lock", text, parts)
    words = message.format("the lock of vault `Main` in eu-west-1 allows")
    assert finding.message == f"continuous backups are kept for {words}"
    assert finding.help.startswith(advice)


def test_different_locks_are_different_findings() -> None:
    parts = "vaults:\n" + "".join(
        vault("Main", f'["{account}"]', "eu-west-1", f"lock: {{mode: governance, min_retention_days: {least}}}")
        for account, least in ((SHOP, 90), (CENTRAL, 365))
    )
    assert [accounts for _, _, accounts in told("retention-outside-vault-lock", policy(), parts)] == [
        (SHOP,),
        (CENTRAL,),
    ]


def test_services_are_known_by_aws_names_in_any_letters() -> None:
    parts = "settings: {opt_in: {eu-west-1: [documentdb], eu-central-1: [fsx]}}\n"
    assert [region for _, region, _ in told("opt-in-off", policy(types="DocumentDB, FSx"), parts)] == [
        "eu-central-1",
        "eu-west-1",
    ]
    assert told("opt-in-off", policy(types="Aurora"), "settings: {opt_in: {eu-west-1: [aurora]}}\n") == []


def test_everything_that_dynamodb_loses_is_one_finding() -> None:
    text = policy(copy=f'cold_after = 1 days\n{CENTRAL_COPY}\ncopy to vault "Main" in eu-west-1', types="DynamoDB")
    message = (
        "DynamoDB tables are not copied and not moved to cold storage in eu-west-1: the advanced features are off there"
    )
    parts = "settings: {dynamodb_advanced: {eu-west-1: false, us-east-1: false}}\n"
    assert told("dynamodb-advanced-off", text, parts) == [(message, "eu-west-1", BOTH)]


def test_without_the_opt_in_dynamodb_has_no_advanced_features() -> None:
    text = policy(copy="cold_after = 1 days", types="DynamoDB")
    message = (
        "DynamoDB tables are not moved to cold storage in eu-west-1: "
        "the management account has not opted in to DynamoDB there"
    )
    parts = "settings: {dynamodb_advanced: {eu-west-1: true}, opt_in: {eu-west-1: [EC2]}}\n"
    assert told("dynamodb-advanced-off", text, parts) == [(message, "eu-west-1", BOTH)]


def test_the_policies_are_those_that_make_the_cause() -> None:
    others = """\
policy tables { plan daily { resource selection tables { role = "Backup"  types = [DynamoDB] } } }
policy tags { plan daily { tag selection tags { role = "Backup"  key = "k"  values = ["v"] } } }
attach tags, tables to ou "Prod"
"""
    text = policy(copy="cold_after = 1 days") + others
    (finding,) = found("dynamodb-advanced-off", text, "settings: {dynamodb_advanced: {eu-west-1: false}}\n")
    assert (finding.policies, finding.accounts) == (("baseline", "tables"), (SHOP,))


def test_an_inherited_retention_is_reported_at_the_copy_and_with_who_set_it() -> None:
    parts = "vaults:\n" + vault("Central", f'["{CENTRAL}"]', more="lock: {mode: governance, min_retention_days: 30}")
    shorter = 'policy prod { plan daily { rule nightly { retain = 7 days } } }\nattach prod to ou "Prod"\n'
    (finding,) = found("copy-outside-vault-lock", policy(copy=CENTRAL_COPY) + shorter, parts)
    assert (finding.policies, finding.accounts) == (("baseline", "prod"), (SHOP,))
    assert finding.path.endswith(":backup-vault:central/target_backup_vault_arn")


def test_policies_of_aws_are_judged_like_those_of_the_language() -> None:
    assigned = {
        "target_backup_vault_name": {"@@assign": "Main"},
        "schedule_expression": {"@@assign": "cron(0 5 ? * * *)"},
        "lifecycle": {"delete_after_days": {"@@assign": "6"}},
    }
    role = {"@@assign": "arn:aws:iam::$account:role/Backup"}
    selection = {"iam_role_arn": role, "tag_key": {"@@assign": "k"}, "tag_value": {"@@assign": ["v"]}}
    plan = {
        "regions": {"@@assign": ["eu-west-1"]},
        "rules": {"Nightly": assigned},
        "selections": {"tags": {"all": selection}},
    }
    stored = json.dumps({"raw": {"content": {"plans": {"Daily": plan}}}})
    parts = "  policies: [raw]\nvaults:\n" + vault("Main", more="lock: {mode: governance, min_retention_days: 7}")
    (finding,) = found("retention-outside-vault-lock", "", f"{parts}policies: {stored}\n")
    assert (
        finding.message
        == "backups are kept for 6 days, but the lock of vault `Main` in eu-west-1 allows 7 days or more"
    )
    assert (finding.span, finding.policies) == (None, ("raw",))
    assert finding.path == "plans/daily/rules/nightly/lifecycle/delete_after_days"


CREATE = "create it there before the policy is attached, or name a vault that exists"


@pytest.mark.parametrize(
    ("vaults", "advice"),
    [
        pytest.param("vaults: []\n", CREATE, id="none"),
        pytest.param(vault("Mian"), f"did you mean `Mian`? If not, {CREATE}", id="a slip"),
        pytest.param(
            vault("Main", regions="us-east-1"), f"{CREATE}; one of this name is in `us-east-1`", id="other Regions"
        ),
        pytest.param(
            vault("Main", accounts=f'["{CENTRAL}"]'),
            f"one of this name is in account `{CENTRAL}`; create it here, too, or copy to that one",
            id="other accounts",
        ),
    ],
)
def test_a_missing_vault_is_reported_with_the_one_that_may_be_meant(vaults: str, advice: str) -> None:
    parts = vaults if vaults.startswith("vaults") else f"vaults:\n{vaults}"
    (one, *_) = found("vault-missing", policy(), parts)
    assert one.help == advice


AIR_GAPPED = "type: logically_air_gapped, lock: {mode: compliance, min_retention_days: 7, max_retention_days: 365}"


@pytest.mark.parametrize(
    ("name", "vaults", "copy", "advice"),
    [
        pytest.param("vault-missing", vault("Mian", more=AIR_GAPPED), "", CREATE, id="an air-gapped one for a rule"),
        pytest.param(
            "vault-missing",
            vault("Main") + vault("Safes", more="type: standard"),
            'air_gapped_vault = "Safe"',
            CREATE,
            id="an ordinary one for an air-gapped one",
        ),
        pytest.param(
            "vault-missing",
            vault("Main") + vault("Centrla", accounts=f'["{SHOP}"]'),
            CENTRAL_COPY,
            CREATE,
            id="one of another account",
        ),
        pytest.param(
            "vault-name-case",
            vault("MAIN", more=AIR_GAPPED),
            "",
            "name a vault that exists, of the type that is asked for",
            id="an air-gapped one in other letters",
        ),
    ],
)
def test_a_vault_of_another_kind_is_not_meant(name: str, vaults: str, copy: str, advice: str) -> None:
    (one, *_) = found(name, policy(copy=copy), f"vaults:\n{vaults}")
    assert one.help == advice


@pytest.mark.parametrize(
    ("types", "opt_in", "said"),
    [
        ("DocumentDB", "Aurora", ("warning", "`DocumentDB` is not backed up in eu-west-1, only `Aurora` of the same")),
        ("Aurora", "Neptune, DocumentDB", ("warning", "`Aurora` is not backed up in eu-west-1, only `DocumentDB` and")),
        (
            '"arn:aws:rds:*:*:cluster:*"',
            "Aurora",
            ("info", "`DocumentDB` and `Neptune` are not backed up in eu-west-1, only `Aurora` of the same pattern"),
        ),
        ("Aurora", "Aurora", None),
        ("Aurora, DocumentDB, Neptune", "Aurora, Neptune", ("warning", "`DocumentDB` is not backed up in eu-west-1")),
        ("Aurora, Neptune", "Aurora, Neptune", None),
    ],
)
def test_one_of_several_types_of_a_pattern_is_off(types: str, opt_in: str, said: tuple[str, str] | None) -> None:
    all_found = found("opt-in-off", policy(types=types), f"settings: {{opt_in: {{eu-west-1: [{opt_in}]}}}}\n")
    if said is None:
        assert not all_found
    else:
        (one,) = all_found
        assert (one.severity.value, one.message.startswith(said[1])) == (said[0], True)


@pytest.mark.parametrize(
    ("roles", "advice"),
    [
        ("", "create it in every account that gets the plan, with exactly this path and name"),
        (
            '{name: team/Backup, accounts: "*"}',
            (
                "did you mean `team/Backup`? If not, create it in every account that gets the plan, with exactly this path "
                "and name"
            ),
        ),
        (
            '{name: Bakcup, accounts: "*"}',
            "did you mean `Bakcup`? If not, create it in every account that gets the plan, with exactly this path and name",
        ),
    ],
)
def test_a_missing_role_is_reported_with_the_one_that_may_be_meant(roles: str, advice: str) -> None:
    (one,) = found("role-missing", policy(), f"roles: [{roles}]\n")
    assert one.help == advice


def test_the_arn_of_a_role_is_compared_as_it_is_written() -> None:
    text = policy().replace('role = "Backup"', 'role = "arn:aws:iam::$account:role//teams/data/DataRole"')
    (one,) = found("role-missing", text, 'roles: [{name: teams/data/DataRole, accounts: "*"}]\n')
    assert one.message == "there is no role `/teams/data/DataRole`, so selection `data` backs up nothing"
    assert one.help.startswith("did you mean `teams/data/DataRole`? If not, ")


@pytest.mark.parametrize(
    ("role", "advice"),
    [
        ("AWSBackupDefaultServiceRole", "AWS Backup makes this role as `service-role/AWSBackupDefaultServiceRole`"),
        (
            "AWSServiceRoleForBackup",
            (
                "name a role for backups, such as `service-role/AWSBackupDefaultServiceRole`: "
                "a service has this one for itself"
            ),
        ),
        ("awsbackupdefaultservicerole", "AWS Backup makes this role as `service-role/AWSBackupDefaultServiceRole`"),
    ],
)
def test_a_missing_role_of_aws_backup_is_reported_once(role: str, advice: str) -> None:
    text = policy().replace('role = "Backup"', f'role = "{role}"')
    (one,) = found("role-missing", text, "roles: []\n")
    assert one.help == advice
    assert not found("default-role-path", text, "roles: []\n")
    assert not found("service-linked-role", text, "roles: []\n")


def test_a_region_that_does_not_exist_is_reported_once() -> None:
    parts = f"""\
vaults:
{vault("Main", regions="eu-wset-1, eu-west-1")}{vault("Other", regions="eu-west-9")}settings:
  opt_in: {{eu-wset-1: [EC2]}}
searched: {{regions: [eu-west-9]}}
"""
    assert [(f.message, f.help, f.severity) for f in found("snapshot-region-unknown", policy(), parts)] == [
        ("the snapshot names the Region `eu-west-9` in `vaults`, and there is no such Region", "", Severity.WARNING),
        (
            "the snapshot names the Region `eu-wset-1` in `settings.opt_in`, and there is no such Region",
            "did you mean `eu-west-1`?",
            Severity.WARNING,
        ),
    ]


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("StorageGateway", "did you mean `Storage Gateway`?"),
        ("SAPHANA", "did you mean `SAP HANA on Amazon EC2`?"),
        ("docdb", "did you mean `DocumentDB`?"),
        ("ElastiCache", "AWS Backup does not back up `ElastiCache`"),
        ("Mainframe", ""),
        ("RSD", "did you mean `RDS`?"),
        ("RTS", ""),
    ],
)
def test_a_name_that_the_opt_in_does_not_have(name: str, advice: str) -> None:
    parts = f"settings: {{opt_in: {{eu-west-1: [EC2, {name}], eu-central-1: [{name}]}}}}\n"
    (one,) = found("opt-in-name-unknown", policy(), parts)
    assert (one.message, one.help) == (f"the opt-in of the snapshot names `{name}`, and AWS has no such name", advice)


def test_names_of_the_opt_in_that_are_there_or_not_confirmed() -> None:
    names = "ec2, Storage Gateway, SAP HANA on Amazon EC2, Redshift Serverless, DSQL, Neptune"
    assert not found("opt-in-name-unknown", policy(), f"settings: {{opt_in: {{eu-west-1: [{names}]}}}}\n")


@pytest.mark.parametrize(
    ("vaults", "messages"),
    [
        pytest.param(
            vault("Safe", more="type: logically_air_gapped") + vault("Copies", more="key: aws_managed"),
            [("backups in the air-gapped vault `Safe` cannot be copied to vault `Copies` in eu-central-1, which has a key "
             "that AWS manages")],
            id="aws managed",
        ),
        pytest.param(vault("Copies", more="key: customer"), [], id="customer managed"),
        pytest.param(vault("Copies"), [], id="unknown"),
    ],
)  # fmt: skip
def test_copies_from_an_air_gapped_vault_need_a_key_of_the_customer(vaults: str, messages: list[str]) -> None:
    text = policy(copy='air_gapped_vault = "Safe"\ncopy to vault "Copies" in eu-central-1', types="EFS")
    assert [f.message for f in found("copy-key-unusable", text, f"vaults:\n{vaults}")] == messages


def test_the_vault_default_has_a_key_of_aws() -> None:
    text = policy(copy='air_gapped_vault = "Safe"\ncopy to vault "Default" in eu-central-1', types="EFS")
    assert len(found("copy-key-unusable", text)) == 1
    assert not found("copy-key-unusable", text.replace('air_gapped_vault = "Safe"', ""))


def test_continuous_backups_of_aurora_are_not_air_gapped() -> None:
    text = policy(copy='air_gapped_vault = "Safe"\ncontinuous = true', types="Aurora, S3")
    (one,) = found("air-gapped-unsupported", text)
    assert (one.severity, one.message) == (
        Severity.INFO,
        "continuous backups of `Aurora` stay in the ordinary vault: only snapshots go into the air-gapped one",
    )


def test_nothing_is_kept_forever_in_an_air_gapped_vault() -> None:
    text = policy(copy='air_gapped_vault = "Safe"', types="EFS").replace("retain = 35 days", "")
    (one,) = found("retention-outside-vault-lock", text)
    assert (one.severity, one.message) == (
        Severity.WARNING,
        "backups are kept forever, but an air-gapped vault allows 7 to 36500 days",
    )


TAKES = """\
policy baseline {
  plan daily {
    regions = [eu-west-1, eu-central-1]
    rule nightly { schedule = daily at 05:00  vault = "Main"  continuous = true  retain = 35 days }
    SELECTION
  }
}
attach baseline to root
"""
ALL = 'resource selection all { role = "Backup"  types = ["*"] }'

EVERY_SERVICE = (
    "EC2, EBS, RDS, Aurora, DocumentDB, Neptune, DynamoDB, EFS, FSx, S3, Storage Gateway, Timestream, VirtualMachine, "
    "CloudFormation, SAP HANA on Amazon EC2, EKS, Redshift"
)
PART, WHOLE = " that is opted in", ""


@pytest.mark.parametrize(
    ("opt_in", "which"),
    [
        ("", WHOLE),
        ("settings: {opt_in: {us-east-1: [EC2]}}\n", WHOLE),
        ("settings: {opt_in: {eu-west-1: [EC2]}}\n", PART),
        (f"settings: {{opt_in: {{eu-west-1: [{EVERY_SERVICE}]}}}}\n", WHOLE),
        (f"settings: {{opt_in: {{eu-west-1: [{EVERY_SERVICE}], eu-central-1: [EC2]}}}}\n", PART),
    ],
)
def test_a_selection_of_everything_takes_what_is_opted_in(opt_in: str, which: str) -> None:
    (one,) = found("selection-reaches-everything", TAKES.replace("SELECTION", ALL), opt_in)
    assert one.message == f"selection `all` takes every resource of every type{which}"


def test_a_selection_that_takes_nothing_in_a_region_does_not_take_everything() -> None:
    text, parts = TAKES.replace("SELECTION", ALL), "settings: {opt_in: {eu-west-1: [], eu-central-1: [EC2]}}\n"
    (one,) = found("opt-in-off", text, parts)
    assert one.message == "selection `all` backs up nothing in eu-west-1: no type is opted in there"
    assert not found("selection-reaches-everything", text, parts)


BESIDE_ALL = 'resource selection all { role = "Backup"  types = [RDS, FSx, EC2, "*"] }'


@pytest.mark.parametrize(
    ("on", "doubtful"),
    [("[EC2, FSx]", "`RDS` is"), ("[FSx]", "`EC2` and `RDS` are"), ("[]", "`EC2` and `RDS` are"), ("[RDS, EC2]", "")],
)
def test_what_is_named_beside_all_types_may_need_the_opt_in(on: str, doubtful: str) -> None:
    findings = found(
        "opt-in-off", TAKES.replace("SELECTION", BESIDE_ALL), f"settings: {{opt_in: {{eu-west-1: {on}}}}}\n"
    )
    messages = [finding.message.partition(" backed up in eu-west-1")[0] for finding in findings]
    assert messages == ([f"nobody can say whether {doubtful}"] if doubtful else [])


@pytest.mark.parametrize(
    ("selection", "parts", "message", "advice"),
    [
        (
            'resource selection all { role = "Backup"  types = ["*"]  except_types = [S3, RDS, Aurora, SAPHANA] }',
            "",
            "no type that plan `daily` takes has continuous backup: AWS Backup takes snapshots",
            "leave it out, or take types that have it: `S3`, `RDS`, `Aurora`, `SAPHANA`",
        ),
        (
            ALL,
            "settings: {opt_in: {eu-west-1: [EC2], eu-central-1: [EBS]}}\n",
            "no type that plan `daily` takes and that is opted in has continuous backup: AWS Backup takes snapshots",
            "leave it out, or take types that have it and opt in to them: `S3`, `RDS`, `Aurora`, `SAPHANA`",
        ),
    ],
)
def test_what_takes_no_type_with_continuous_backup(selection: str, parts: str, message: str, advice: str) -> None:
    (one,) = found("continuous-ignored", TAKES.replace("SELECTION", selection), parts)
    assert (one.message, one.help) == (message, advice)


BY_TAG = """\
policy baseline {
  plan daily {
    regions = [eu-west-1]
    rule nightly {
      schedule = daily at 05:00
      vault = "Main"
      air_gapped_vault = "Safe"
      cold_after = 30 days
      retain = 365 days
      copy to vault "Far" in eu-central-1
    }
    tag selection tagged { role = "Backup"  key = "backup"  values = ["yes"] }
  }
}
attach baseline to root
"""
TAKEN = "all that selection `tagged` takes in eu-west-1 is `DynamoDB` and `Redshift`"
OFF = " (the advanced features for DynamoDB are off)"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("copy-of-nothing", f"{TAKEN}, never copied{OFF}"),
        ("air-gapped-unsupported", f"{TAKEN}, which cannot go into an air-gapped vault{OFF}"),
        ("cold-storage-ignored", f"{TAKEN}, never moved to cold storage{OFF}: the setting is ignored"),
    ],
)
def test_what_a_tag_takes_is_named(name: str, message: str) -> None:
    settings = "settings: {opt_in: {eu-west-1: [DynamoDB, Redshift]}, dynamodb_advanced: {eu-west-1: false}}\n"
    assert told(name, BY_TAG, settings) == [(message, "eu-west-1", BOTH)]
    assert told(name, BY_TAG, settings.replace("false", "true")) == []
