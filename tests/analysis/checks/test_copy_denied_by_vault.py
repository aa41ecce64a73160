"""Which copies the access policies of vaults refuse, with policies of the kinds that people publish."""

from __future__ import annotations

import json
from typing import Any

import pytest
from support.evaluation import evaluated, settled
from support.moment import AT

from policyengine.base.source import Source
from policyengine.engine import evaluate
from policyengine.session import Session

SHOP, WEB, CENTRAL = "222222222222", "444444444444", "333333333333"
COPY = "backup:CopyIntoBackupVault"
TREE = f"""\
version: 1
organization: {{id: o-ours}}
root:
  id: r-ab12
  units:
    - name: Prod
      id: ou-ab12-11111111
      accounts: [{{id: "{SHOP}", name: shop}}, {{id: "{WEB}", name: web}}]
    - name: Backup
      id: ou-ab12-22222222
      accounts: [{{id: "{CENTRAL}", name: central}}]
vaults:
  - {{name: Main, accounts: "*", regions: [eu-west-1]}}
"""
POLICY = f"""\
policy baseline {{
  plan daily {{
    regions = [eu-west-1]
    rule nightly {{
      schedule = daily at 05:00
      vault = "Main"
      retain = 35 days
      copy to vault "Central" in eu-central-1 account "{CENTRAL}"
    }}
    resource selection data {{ role = "Backup"  types = [EFS] }}
  }}
}}
attach baseline to root
"""


def vault(policy: object, accounts: object = (CENTRAL,)) -> str:
    """An entry of a snapshot; JSON is YAML."""
    entry = {"name": "Central", "accounts": accounts, "regions": ["eu-central-1"], "policy": policy}
    return f"  - {json.dumps(entry)}\n"


def refused(policy: object, tree: str = TREE) -> set[str]:
    """The accounts whose copies to the vault of an access policy are reported."""
    findings = settled(evaluated(POLICY, tree + vault(policy)))
    return {account for one in findings if one.name == "copy-denied-by-vault" for account in one.accounts}


def allow(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    return {"Effect": "Allow", "Principal": "*", "Action": COPY, "Resource": "*", **changes}


def deny(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    return allow(Effect="Deny", **changes)


def where(operator: str, key: str, value: object) -> dict[str, Any]:
    return {"Condition": {operator: {key: value}}}


def root_of(account: str) -> str:
    return f"arn:aws:iam::{account}:root"


IN_OURS = where("StringEquals", "aws:PrincipalOrgID", "o-ours")
NOT_IN_OURS = where("StringNotEquals", "aws:PrincipalOrgID", "o-ours")
BOTH, NOBODY = {SHOP, WEB}, set[str]()
NO_DELETION = deny(Action=["backup:DeleteRecoveryPoint", "backup:UpdateRecoveryPointLifecycle", "backup:PutBackupVaultAccessPolicy"])  # fmt: skip


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        pytest.param([allow(**IN_OURS)], NOBODY, id="the organization"),
        pytest.param([allow(Principal={"AWS": "*"}, Action=[COPY], **IN_OURS)], NOBODY, id="the organization, in lists"),
        pytest.param(
            [allow(**where("StringEquals", "aws:PrincipalOrgID", ["o-theirs"]))], BOTH, id="another organization"
        ),
        pytest.param([allow(Principal={"AWS": root_of(SHOP)})], {WEB}, id="one account of two"),
        pytest.param([allow(Principal={"AWS": [SHOP, root_of(WEB)]})], NOBODY, id="both accounts"),
        pytest.param([allow(Principal={"AWS": root_of(CENTRAL)})], BOTH, id="its own account alone"),
        pytest.param([allow(Principal={"AWS": f"arn:aws:iam::{SHOP}:role/Backup"})], {WEB}, id="a role"),
        pytest.param([allow(), deny(**NOT_IN_OURS)], NOBODY, id="all but others denied"),
        pytest.param([deny(**NOT_IN_OURS)], BOTH, id="others denied and nobody allowed"),
        pytest.param([allow(**IN_OURS), NO_DELETION], NOBODY, id="deletion denied"),
        pytest.param([NO_DELETION], BOTH, id="deletion denied and nobody allowed"),
        pytest.param([allow(Action="backup:*")], NOBODY, id="a wildcard, of which AWS does not say what it does"),
        pytest.param([allow(), deny(Action="backup:Copy*")], NOBODY, id="a wildcard in a denial"),
        pytest.param([allow(Action="backup:copyintobackupvault")], NOBODY, id="the action in small letters"),
        pytest.param([allow(Action="backup:StartCopyJob")], BOTH, id="another action of copies"),
        pytest.param([allow(Principal={"Service": "backup.amazonaws.com"})], NOBODY, id="the service"),
        pytest.param(
            [allow(), deny(Principal={"AWS": root_of(WEB)}, Sid="NotWeb")], {WEB}, id="an account that is denied"
        ),
        pytest.param(
            [allow(), deny(NotPrincipal={"AWS": root_of("555555555555")}, Principal=None)], NOBODY, id="both elements"
        ),
        pytest.param(
            [allow(**where("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", "o-ours/r-ab12/ou-ab12-11111111/*"))],
            NOBODY,
            id="the unit",
        ),
        pytest.param(
            [allow(**where("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", ["o-ours/r-ab12/ou-ab12-22222222/*"]))],
            BOTH,
            id="another unit",
        ),
        pytest.param([allow(**where("StringEquals", "aws:PrincipalAccount", WEB))], {SHOP}, id="by the account's id"),
        pytest.param(
            [allow(**IN_OURS), deny(**where("Bool", "aws:SecureTransport", "false"))], NOBODY, id="only encrypted"
        ),
        pytest.param([allow(Resource=f"arn:aws:backup:eu-central-1:{CENTRAL}:backup-vault:Central")], NOBODY, id="the vault"),
        pytest.param([allow(Resource=f"arn:aws:backup:eu-west-1:{CENTRAL}:backup-vault:Central")], BOTH, id="another vault"),
        pytest.param([], BOTH, id="no statement"),
    ],
)  # fmt: skip
def test_what_is_refused_surely_fails(statements: list[dict[str, Any]], expected: set[str]) -> None:
    policy = {"Version": "2012-10-17", "Statement": statements}
    assert refused(policy) == expected
    assert refused(json.dumps(policy)) == expected
    if len(statements) == 1:
        assert refused({**policy, "Statement": statements[0]}) == expected


@pytest.mark.parametrize("text", ["{", '{"Statement": [}', "[]", "[" * 10_000, '{"Statement": 1, "Statement": 2}'])
def test_a_policy_that_nobody_can_read_refuses_nothing(text: str) -> None:
    assert refused(text) == NOBODY


def test_conditions_on_an_organization_that_the_snapshot_does_not_name_refuse_nothing() -> None:
    unknown = TREE.replace("organization: {id: o-ours}\n", "")
    assert refused({"Statement": [allow(**where("StringEquals", "aws:PrincipalOrgID", "o-theirs"))]}, unknown) == NOBODY
    paths = where("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", "o-ours/r-ab12/ou-ab12-22222222/*")
    assert refused({"Statement": [allow(**paths)]}, TREE.replace("      id: ou-ab12-11111111\n", "")) == NOBODY


def test_a_vault_without_a_policy_takes_no_copies_from_other_accounts() -> None:
    assert refused("none") == BOTH
    assert refused(None) == NOBODY


@pytest.mark.parametrize(
    ("policy", "message", "advice"),
    [
        ("none", "vault `Central` in eu-central-1 of account 333333333333 has no access policy, so it takes no copies from other accounts",
         "allow `backup:CopyIntoBackupVault` in its policy, for the account of the plan or for the organization"),
        ({"Statement": [deny(Sid="Nobody")]}, "the access policy of vault `Central` in eu-central-1 of account 333333333333 denies copies into it (statement `Nobody`)",
         "except the account of the plan from what denies `backup:CopyIntoBackupVault` there, or copy to another vault"),
        ({"Statement": [NO_DELETION]}, "the access policy of vault `Central` in eu-central-1 of account 333333333333 allows no copies from the account of the plan",
         "allow `backup:CopyIntoBackupVault` in its policy, for the account of the plan or for the organization"),
    ],
)  # fmt: skip
def test_it_says_of_which_vault_and_what_to_do(policy: object, message: str, advice: str) -> None:
    (one,) = [f for f in settled(evaluated(POLICY, TREE + vault(policy))) if f.name == "copy-denied-by-vault"]
    assert (one.message, one.help, one.region) == (message, advice, "eu-central-1")


def test_within_the_account_only_a_denial_counts() -> None:
    within = POLICY.replace(f' account "{CENTRAL}"', "")
    for policy, expected in [
        ("none", NOBODY),
        ({"Statement": [NO_DELETION]}, NOBODY),
        ({"Statement": [deny()]}, {SHOP, WEB, CENTRAL}),
        ({"Statement": [deny(Principal={"AWS": SHOP})]}, {SHOP}),
        ({"Statement": [deny(Resource=f"arn:aws:backup:*:{WEB}:backup-vault:*")]}, {WEB}),
        ({"Statement": [deny(Resource=f"arn:aws:backup:*:{WEB[:4]}*:backup-vault:*")]}, {WEB}),
        ({"Statement": [deny(Resource=f"arn:aws:backup:*:{SHOP[:4]}*:backup-vault:*")]}, {SHOP}),
    ]:
        findings = settled(evaluated(within, TREE + vault(policy, "*")))
        assert {a for f in findings if f.name == "copy-denied-by-vault" for a in f.accounts} == expected


def test_a_denial_of_backups_is_left_to_aws() -> None:
    policy = vault({"Statement": [deny(Action=["backup:StartBackupJob", "backup:CopyFromBackupVault"])]}, "*")
    within = (
        POLICY.replace(f' account "{CENTRAL}"', "").replace('"Main"', '"Central"').replace("eu-west-1", "eu-central-1")
    )
    assert [f.name for f in settled(evaluated(within, TREE + policy)) if f.name == "copy-denied-by-vault"] == []


def test_a_session_sees_a_policy_that_changed() -> None:
    session, sources = Session(), [Source("policy.bpol", POLICY)]
    for policy, expected in (("none", True), ({"Statement": [allow()]}, False), ({"Statement": [deny()]}, True)):
        tree = Source("organization.yaml", TREE + vault(policy))
        found = evaluate(sources, tree, at=AT, stages=session).diagnostics
        assert any(one.name == "copy-denied-by-vault" for one in found) == expected


def test_the_management_account_counts_though_the_tree_does_not_have_it() -> None:
    left_out = f'    - name: Backup\n      id: ou-ab12-22222222\n      accounts: [{{id: "{CENTRAL}", name: central}}]\n'
    tree = TREE.replace(left_out, "")
    assert refused("none", tree) == NOBODY
    assert refused("none", tree.replace("o-ours", f'o-ours, management_account: "{CENTRAL}"')) == BOTH
