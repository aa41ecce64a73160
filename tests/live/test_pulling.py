"""A snapshot that is read from a small AWS: what stands in it, what it costs in calls, and what faults make of it."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest
from live.small_aws import CLOSED, DAILY, LEDGER, MANAGEMENT, PROD, ROOT, SHOP, WORKLOADS, SmallAws, SmallClock
from msgspec.structs import replace

from policyengine.aws.organization import attach
from policyengine.aws.snapshot import read_snapshot, snapshot_text
from policyengine.base.source import Source
from policyengine.live import FaultKind, LiveError, Pace, PullOptions, read_organization
from policyengine.live.answers import ApiRequest

NOW = datetime(2026, 12, 1, 6, 30, tzinfo=UTC)


def pulled(aws: SmallAws, *, expected: str = "", **options: object) -> dict[str, Any]:
    given: Any = options
    asked = replace(PullOptions(), **given)
    return read_organization(aws, asked, Pace(budget=60), now=NOW, expected=expected, clock=SmallClock()).snapshot


def refused(aws: SmallAws, expected: str = "", **options: object) -> str:
    with pytest.raises(LiveError) as caught:
        pulled(aws, expected=expected, **options)
    return str(caught.value)


def test_the_tree_with_policies_attachments_and_tags() -> None:
    snapshot = pulled(SmallAws())
    assert snapshot["organization"] == {
        "id": "o-exampleorg1",
        "management_account": MANAGEMENT,
        "backup_policies_enabled": True,
    }
    assert snapshot["root"] == {"id": ROOT, "name": "Root", "policies": ["baseline"]}
    assert snapshot["units"] == [
        {"id": WORKLOADS, "name": "Workloads", "parent": ROOT, "policies": ["baseline", "extra"]},
        {"id": PROD, "name": "Prod", "parent": WORKLOADS},
    ]
    assert snapshot["accounts"] == [
        {"id": MANAGEMENT, "name": "management", "parent": ROOT},
        {"id": SHOP, "name": "shop", "parent": PROD, "tags": {"a": "1", "env": "prod"}, "policies": ["extra"]},
        {"id": LEDGER, "name": "ledger", "parent": PROD},
        {"id": CLOSED, "name": "old", "parent": ROOT, "state": "SUSPENDED"},
    ]
    assert snapshot["policies"]["baseline"] == {
        "id": "p-1",
        "description": "",
        "tags": {},
        "content": json.loads(DAILY),
    }
    assert snapshot["attachment_order"] == "unknown"


@pytest.mark.parametrize("as_json", [False, True])
def test_what_is_pulled_is_read_and_attached(as_json: bool) -> None:  # noqa: FBT001 - a parameter
    text = snapshot_text(pulled(SmallAws(), role="Reader"), as_json=as_json)
    organization = attach(read_snapshot(Source("o.json" if as_json else "o.yaml", text))).value
    assert [account.id for account in organization.accounts] == [MANAGEMENT, SHOP, LEDGER]
    assert organization.searched is not None
    assert organization.searched.accounts == "*"


def test_orders_that_explain_what_is_published_are_inferred() -> None:
    def plan(vault: str) -> str:
        return DAILY.replace("Main", vault)

    aws = SmallAws(
        policies={"p-1": ("a", plan("First")), "p-2": ("b", plan("Second")), "p-3": ("c", '{"plans":{}}')},
        targets={"p-1": [WORKLOADS, CLOSED], "p-2": [WORKLOADS, SHOP, CLOSED], "p-3": [SHOP]},
    )
    rule = {"target_backup_vault_name": "Second"}
    document = json.dumps({"plans": {"daily": {"regions": ["eu-west-1"], "rules": {"r": rule}}}})
    aws.published = {SHOP: document, LEDGER: document}
    snapshot = pulled(aws)
    assert snapshot["attachment_order"] == "inferred"
    assert snapshot["orders"]["Workloads"] == [["b", "a"]]
    assert [unit.get("policies") for unit in snapshot["units"]] == [["b", "a"], None]
    assert snapshot["accounts"][-1]["policies"] == ["a", "b"]
    assert attach(read_snapshot(Source("o.yaml", snapshot_text(snapshot, as_json=False)))).value.policies


def test_a_document_that_nobody_admits_hides_no_order_of_others() -> None:
    aws = SmallAws(policies={"p-1": ("a", '{"plans": 7}'), "p-2": ("b", DAILY)})
    aws.published = {MANAGEMENT: '{"plans":{}}'}
    assert pulled(aws)["attachment_order"] == "unknown"


def test_an_order_of_one_policy_is_known() -> None:
    assert pulled(SmallAws(targets={"p-1": [ROOT]}))["attachment_order"] == "known"


def test_a_document_that_a_mapping_cannot_say_stays_a_text() -> None:
    twice = '{"plans": {"a": {}, "a": {}}}'
    half = '{"plans": {"\\ud800": {}}}'
    aws = SmallAws(policies={"p-1": ("a", twice), "p-2": ("b", '{"x": 1.50}'), "p-3": ("c", half)})
    contents = [policy["content"] for policy in pulled(aws)["policies"].values()]
    assert contents == [twice, '{"x": 1.50}', half]
    assert read_snapshot(Source("organization.yaml", snapshot_text(pulled(aws), as_json=False)))


def test_half_a_character_in_what_is_published_is_no_answer() -> None:
    aws = SmallAws(published={SHOP: '{"plans": {"\\ud800": {}}}'})
    assert "DescribeEffectivePolicy: the answer cannot be read" in refused(aws)


def test_what_is_published_is_asked_once_for_each_chain_and_apart_for_invalid_accounts() -> None:
    aws = SmallAws(published={MANAGEMENT: '{"plans":{"m":{}}}', LEDGER: '{"plans":{"l":{}}}'}, invalid=[LEDGER, CLOSED])
    aws.accounts[PROD].append({"Id": "555555555555", "Name": "third", "Status": "ACTIVE"})
    snapshot = pulled(aws)
    assert snapshot["last_valid"] == {
        MANAGEMENT: {"plans": {"m": {}}},
        SHOP: {},
        LEDGER: {"plans": {"l": {}}},
        "555555555555": {},
    }
    assert snapshot["pulled"]["invalid"] == [LEDGER]
    aws.invalid = []
    assert [*pulled(aws)["last_valid"]] == [MANAGEMENT, SHOP, LEDGER]
    assert len(pulled(aws, published="all")["last_valid"]) == 4
    none = pulled(aws, published="none")
    assert "last_valid" not in none
    assert "invalid" not in none["pulled"]


def test_of_too_many_invalid_accounts_one_of_each_chain_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("policyengine.live.published._MOST_APART", 1)
    published = {LEDGER: '{"plans":{"l":{}}}', "555555555555": '{"plans":{"o":{}}}'}
    aws = SmallAws(published=published, invalid=[LEDGER, "555555555555"])
    unit = next(unit for unit, accounts in aws.accounts.items() if any(each["Id"] == LEDGER for each in accounts))
    aws.accounts[unit].append({"Id": "555555555555", "Name": "third", "Status": "ACTIVE"})
    few = pulled(aws)["last_valid"]
    assert LEDGER in few
    assert "555555555555" not in few
    monkeypatch.setattr("policyengine.live.published._MOST_APART", 2)
    each = pulled(aws)["last_valid"]
    assert each[LEDGER] == {"plans": {"l": {}}}
    assert each["555555555555"] == {"plans": {"o": {}}}


def test_without_a_role_only_the_own_account_is_looked_into() -> None:
    snapshot = pulled(SmallAws())
    looked = {"accounts": [MANAGEMENT], "regions": ["eu-west-1"]}
    assert snapshot["pulled"]["looked"]["vaults"] == looked
    assert snapshot["pulled"]["looked"]["roles"] == {"accounts": [MANAGEMENT]}
    vault = {"name": "Main", "type": "standard", "lock": "none", "key": "customer", "policy": "none"}
    assert snapshot["vaults"] == [{**vault, **looked}]
    assert snapshot["roles"] == [{"name": "BackupRole", "accounts": [MANAGEMENT]}]


def test_equal_vaults_of_several_accounts_are_one() -> None:
    aws = SmallAws()
    aws.vaults[LEDGER, "eu-west-1"] = aws.vaults[SHOP, "eu-west-1"]
    snapshot = pulled(aws, role="Reader")
    assert [(vault["name"], vault["accounts"]) for vault in snapshot["vaults"]] == [("Main", "*")]
    assert snapshot["roles"] == [{"name": "BackupRole", "accounts": "*"}]


def test_the_locks_of_vaults() -> None:
    def vault(name: str, **facts: object) -> dict[str, Any]:
        return {"BackupVaultName": name, "EncryptionKeyType": "AWS_OWNED_KMS_KEY", **facts}

    aws = SmallAws()
    aws.vaults = {
        (MANAGEMENT, "eu-west-1"): [
            vault("a", Locked=True, MinRetentionDays=7),
            vault("b", Locked=True, LockDate="2026-12-05T10:00:00Z", MaxRetentionDays=90),
            vault("c", Locked=True, LockDate="2026-11-05T10:00:00Z"),
            vault("d", VaultType="LOGICALLY_AIR_GAPPED_BACKUP_VAULT", MinRetentionDays=7, MaxRetentionDays=30),
            vault("e", VaultType="RESTORE_ACCESS_BACKUP_VAULT"),
            vault("f", VaultState="FAILED"),
        ]
    }
    assert {each["name"]: (each["type"], each["lock"], each["key"]) for each in pulled(aws)["vaults"]} == {
        "a": ("standard", {"mode": "governance", "min_retention_days": 7}, "aws_owned"),
        "b": (
            "standard",
            {"mode": "compliance", "max_retention_days": 90, "changeable_until": "2026-12-06"},
            "aws_owned",
        ),
        "c": ("standard", {"mode": "compliance"}, "aws_owned"),
        "d": (
            "logically_air_gapped",
            {"mode": "compliance", "min_retention_days": 7, "max_retention_days": 30},
            "aws_owned",
        ),
    }


def test_the_key_of_an_air_gapped_vault_that_kms_has_aws_manage_is_aws_owned() -> None:
    aws = SmallAws()
    aws.answers = {"DescribeKey": {"KeyMetadata": {"KeyManager": "AWS"}}}
    key = {"EncryptionKeyArn": "arn:aws:kms:eu-west-1:111111111111:key/1"}
    air_gapped = {"VaultType": "LOGICALLY_AIR_GAPPED_BACKUP_VAULT", "MinRetentionDays": 7, "MaxRetentionDays": 30}
    aws.vaults = {
        (MANAGEMENT, "eu-west-1"): [
            {"BackupVaultName": "Main", **key},
            {"BackupVaultName": "Gap", **key, **air_gapped},
        ]
    }
    assert {each["name"]: each["key"] for each in pulled(aws)["vaults"]} == {"Main": "aws_managed", "Gap": "aws_owned"}


def test_plans_frameworks_and_restore_tests_of_accounts_without_what_differs_every_day() -> None:
    aws = SmallAws()
    aws.answers = {
        "ListBackupPlans": {
            "BackupPlansList": [
                {"BackupPlanId": "1", "BackupPlanName": "own"},
                {"BackupPlanId": "orgs/2", "BackupPlanName": "of the organization"},
            ]
        },
        "GetBackupPlan": {
            "BackupPlanId": "1",
            "BackupPlan": {"BackupPlanName": "own", "Rules": []},
            "CreationDate": "x",
        },
        "ListBackupSelections": {"BackupSelectionsList": [{"SelectionId": "s"}]},
        "GetBackupSelection": {"SelectionId": "s", "BackupSelection": {"SelectionName": "all", "Resources": ["*"]}},
        "ListFrameworks": {"Frameworks": [{"FrameworkName": "audit"}]},
        "DescribeFramework": {"FrameworkName": "audit", "FrameworkControls": [], "CreationTime": "x"},
        "ListRestoreTestingPlans": {"RestoreTestingPlans": [{"RestoreTestingPlanName": "weekly"}]},
        "GetRestoreTestingPlan": {"RestoreTestingPlan": {"RestoreTestingPlanName": "weekly", "CreationTime": "x"}},
        "ListRestoreTestingSelections": {"RestoreTestingSelections": [{"RestoreTestingSelectionName": "ebs"}]},
        "GetRestoreTestingSelection": {
            "RestoreTestingSelection": {"ProtectedResourceType": "EBS", "CreationTime": "x"}
        },
    }
    snapshot = pulled(aws)
    where = {"accounts": [MANAGEMENT], "regions": ["eu-west-1"]}
    assert snapshot["local_plans"] == [
        {
            "name": "own",
            "content": {"BackupPlan": {"BackupPlanName": "own", "Rules": []}},
            "selections": [{"BackupSelection": {"SelectionName": "all", "Resources": ["*"]}}],
            **where,
        }
    ]
    framework = {"FrameworkName": "audit", "FrameworkControls": []}
    assert snapshot["frameworks"] == [{"name": "audit", "content": framework, **where}]
    assert snapshot["restore_testing"] == [
        {
            "name": "weekly",
            "content": {"RestoreTestingPlan": {"RestoreTestingPlanName": "weekly"}},
            "selections": [{"RestoreTestingSelection": {"ProtectedResourceType": "EBS"}}],
            **where,
        }
    ]


def test_settings_are_those_of_the_management_account() -> None:
    assert pulled(SmallAws())["settings"] == {
        "cross_account_backup": True,
        "opt_in": {"eu-west-1": ["EBS", "EC2"]},
        "dynamodb_advanced": {"eu-west-1": True},
    }
    delegated = pulled(SmallAws(caller=SHOP))
    assert "settings" not in delegated
    why = [
        skip["reason"] for skip in delegated["pulled"]["skipped"] if skip["action"] == "backup:DescribeRegionSettings"
    ]
    assert why == ["only the management account can read them"]


def test_regions_are_those_that_policies_and_the_project_name() -> None:
    regions = pulled(SmallAws(), texts=("plan my-plan-1 { regions = [eu-north-1, eu-west-9] }",))["pulled"]
    assert regions["looked"]["vaults"]["regions"] == ["eu-north-1", "eu-west-1"]
    assert {"eu-west-9"} == {region for skip in regions["skipped"] for region in skip.get("regions", [])}
    named = pulled(SmallAws(), regions=("sa-east-1",))
    assert named["pulled"]["looked"]["vaults"]["regions"] == ["sa-east-1"]


@pytest.mark.parametrize(
    ("action", "denied"),
    [
        ("kms:DescribeKey", "DescribeKey"),
        ("backup:GetBackupVaultAccessPolicy", "GetBackupVaultAccessPolicy"),
        ("backup:ListBackupVaults", "ListBackupVaults"),
        ("iam:ListRoles", "ListRoles"),
        ("backup:DescribeRegionSettings", "DescribeRegionSettings"),
        ("backup:DescribeGlobalSettings", "DescribeGlobalSettings"),
    ],
)
def test_what_may_not_be_read_is_unknown(action: str, denied: str) -> None:
    snapshot = pulled(SmallAws(always={denied: FaultKind.DENIED}))
    assert [skip["reason"] for skip in snapshot["pulled"]["skipped"] if skip["action"] == action] == ["denied"]
    assert "key" not in snapshot.get("vaults", [{}])[0] or denied != "DescribeKey"
    assert ("vaults" in snapshot) == (denied != "ListBackupVaults")
    assert ("roles" in snapshot["pulled"]["looked"]) == (denied != "ListRoles")
    assert read_snapshot(Source("o.json", snapshot_text(snapshot, as_json=True)))


def test_an_account_whose_role_cannot_be_assumed_is_asked_once() -> None:
    aws = SmallAws()

    def bar(request: ApiRequest, _: int) -> None:
        if request.account == SHOP:
            from policyengine.aws.facts.api_operations import ASSUME_ROLE  # noqa: PLC0415 - of this test alone
            from policyengine.live import ApiError  # noqa: PLC0415

            raise ApiError(FaultKind.DENIED, ApiRequest(ASSUME_ROLE), code="AccessDenied")

    aws.before = bar
    snapshot = pulled(aws, role="Reader")
    assert Counter(request.account for request in aws.calls)[SHOP] == 1
    assert snapshot["pulled"]["looked"]["vaults"]["accounts"] == [MANAGEMENT, LEDGER]
    (skip,) = [skip for skip in snapshot["pulled"]["skipped"] if skip["action"] == "sts:AssumeRole"]
    assert skip == {"action": "sts:AssumeRole", "reason": "denied", "code": "AccessDenied", "accounts": [SHOP]}


def test_a_region_that_is_off_stays_unknown_unless_the_user_named_it() -> None:
    off = SmallAws(always={"ListBackupVaults": FaultKind.WRONG_CREDENTIALS})
    reasons = {skip["action"]: skip["reason"] for skip in pulled(off)["pulled"]["skipped"]}
    assert reasons["backup:ListBackupVaults"] == "the Region is off"
    message = refused(off, regions=("eu-west-1",))
    assert message == (
        "backup:ListBackupVaults: `eu-west-1` is off in this account; enable it, or leave it out of `--region`"
    )


def change_at(aws: SmallAws, operation: str, number: int, times: int = 1) -> None:
    """Moves an account when an operation is called for the n-th time, and at each call after it as often as asked."""
    left = [times]

    def move(request: ApiRequest, count: int) -> None:
        if request.operation.name == operation and count >= number and left[0]:
            left[0] -= 1
            here, there = (PROD, WORKLOADS) if aws.accounts.get(PROD) else (WORKLOADS, PROD)
            aws.accounts[there] = aws.accounts.pop(here)

    aws.before = move


def test_what_changes_in_between_is_read_once_more() -> None:
    aws = SmallAws()
    change_at(aws, "DescribeEffectivePolicy", 0)
    assert {account["parent"] for account in pulled(aws)["accounts"]} == {ROOT, WORKLOADS}
    change_at(aws, "DescribeEffectivePolicy", 0, times=100)
    assert refused(aws).startswith("the organization changed while it was read")


def test_a_policy_that_goes_in_between_is_a_change() -> None:
    aws = SmallAws(faults={("DescribePolicy", 0): FaultKind.NOT_FOUND})
    snapshot = pulled(aws)
    assert snapshot == {**pulled(SmallAws()), "pulled": snapshot["pulled"]}


def test_where_aws_does_not_tell_who_is_invalid_that_stays_unknown() -> None:
    aws = SmallAws(always={"ListAccountsWithInvalidEffectivePolicy": FaultKind.OTHER})
    pulled_of = pulled(aws)["pulled"]
    assert "invalid" not in pulled_of
    actions = [skip["action"] for skip in pulled_of["skipped"]]
    assert "organizations:ListAccountsWithInvalidEffectivePolicy" in actions


def test_another_organization_is_refused() -> None:
    aws = SmallAws()
    message = refused(aws, expected="o-another")
    assert message.startswith("these credentials are of the organization o-exampleorg1 (account 111111111111)")
    assert {request.operation.name for request in aws.calls} == {"GetCallerIdentity", "DescribeOrganization"}


def test_a_member_account_reads_which_account_is_needed() -> None:
    aws = SmallAws(caller=SHOP, always={"ListRoots": FaultKind.DENIED})
    message = refused(aws)
    assert message.startswith("these credentials are of the member account 222222222222")
    assert "the management account 111111111111" in message


def test_no_backup_policies() -> None:
    message = refused(SmallAws(enabled=False))
    assert "`aws organizations enable-policy-type --root-id r-ab12 --policy-type BACKUP_POLICY`" in message
    snapshot = pulled(SmallAws(enabled=False), may_be_disabled=True)
    assert snapshot["organization"]["backup_policies_enabled"] is False


@pytest.mark.parametrize(
    ("operation", "kind", "expected"),
    [
        ("DescribePolicy", FaultKind.DENIED, 'the IAM policy needs the line `"organizations:DescribePolicy"`'),
        ("ListTagsForResource", FaultKind.EXPIRED, "ListTagsForResource: the credentials have expired"),
        ("GetCallerIdentity", FaultKind.NO_CREDENTIALS, "no AWS credentials"),
        ("GetCallerIdentity", FaultKind.WRONG_CREDENTIALS, "AWS does not know these credentials"),
        ("DescribeOrganization", FaultKind.NO_ORGANIZATION, "in no organization"),
        ("ListRoots", FaultKind.PROXY, "the proxy cannot be reached"),
        ("ListRoots", FaultKind.CERTIFICATE, "the certificate of the other side cannot be trusted"),
        ("ListPolicies", FaultKind.UNREADABLE, "the answer cannot be read"),
        ("ListPolicies", FaultKind.THROTTLED, "gave up after 60 seconds of trying: throttled (Throttled)"),
        ("ListPolicies", FaultKind.BROKEN, "gave up after 60 seconds of trying: the network fails"),
        ("GetCallerIdentity", FaultKind.BROKEN, "AWS cannot be reached"),
    ],
)
def test_one_sentence_for_each_fault(operation: str, kind: FaultKind, expected: str) -> None:
    aws = SmallAws(always={operation: kind})
    message = refused(aws)
    assert expected in message
    assert "\n" not in message


@pytest.mark.parametrize(
    "answer",
    [{}, {"Accounts": None}, {"Accounts": [{"Id": "1"}]}, {"Accounts": ["x"]}, {"Accounts": [], "NextToken": 7}],
)
def test_an_answer_that_nobody_can_read(answer: dict[str, Any]) -> None:
    aws = SmallAws(answers={"ListAccountsForParent": answer})
    assert "ListAccountsForParent: the answer cannot be read" in refused(aws)


def test_pages_without_an_end_are_no_answer() -> None:
    aws = SmallAws(answers={"ListPolicies": {"Policies": [], "NextToken": "again"}})
    assert "ListPolicies: the answer cannot be read" in refused(aws)


PASSING = [FaultKind.THROTTLED, FaultKind.CONCURRENT, FaultKind.IN_PROGRESS, FaultKind.UNAVAILABLE, FaultKind.BROKEN]


@pytest.mark.parametrize("kind", PASSING)
def test_faults_that_pass_change_nothing_wherever_they_come(kind: FaultKind) -> None:
    calm = SmallAws()
    expected = pulled(calm, role="Reader")
    names = {request.operation.name for request in calm.calls}
    for name in names:
        last = calm.count(name) - 1
        for number in {0, last // 2, last}:
            assert pulled(SmallAws(faults={(name, number): kind}), role="Reader") == expected


def test_the_number_of_calls() -> None:
    aws = SmallAws()
    counted = pulled(aws, tags="none")["pulled"]["calls"]
    assert counted["organizations:ListAccountsForParent"] == 2 * (3 + 2)  # two looks, three parents, two full pages
    assert counted["organizations:DescribeEffectivePolicy"] == 3
    assert "organizations:ListTagsForResource" not in counted


@pytest.mark.parametrize("as_json", [False, True])
def test_the_moment_of_a_pull_stands_in_a_line_of_its_own(as_json: bool) -> None:  # noqa: FBT001 - a parameter
    """So that a job sees whether there is anything else that is new (docs/ci.md)."""
    lines = snapshot_text(pulled(SmallAws()), as_json=as_json).splitlines()
    assert [line.strip(' ",')[:2] for line in lines if "2026-12-01T06:30:00Z" in line or "assumed-role" in line] == [
        "at",
        "by",
    ]
    assert max(len(line) for line in lines) < 200
