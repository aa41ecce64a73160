"""What a snapshot says of the vaults and roles of an account: there, not there, or nobody looked."""

from __future__ import annotations

import pytest
from aws.deployment.documents import organization
from support.moment import AT

from policyengine.aws.deployment import (
    DAY,
    FOREVER,
    OWN,
    UNKNOWN,
    AccountEnvironment,
    DeployedVault,
    EnvironmentsByAccount,
)

TREE = """\
version: 1
root:
  name: Root
  accounts: [{id: "111111111111", name: other}]
  units:
    - name: Prod
      accounts: [{id: "222222222222", name: shop}]
      units:
        - name: Eu
          accounts: [{id: "333333333333", name: eu}]
"""
OTHER, SHOP, EU, OUTSIDE = "111111111111", "222222222222", "333333333333", "999999999999"
EVERYWHERE = '{name: Main, accounts: "*", regions: [eu-west-1]}'


def around(parts: str, account: str = SHOP) -> AccountEnvironment:
    return EnvironmentsByAccount(organization(TREE + parts), AT).of_id(account)


def main(parts: str, account: str = SHOP) -> DeployedVault:
    """The vault `Main` in eu-west-1."""
    return around(parts, account).vault("Main", "eu-west-1")


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        pytest.param("", UNKNOWN, id="no vaults in the snapshot"),
        pytest.param("vaults: []", False, id="there are none"),
        pytest.param(f"vaults: [{EVERYWHERE}]", True, id="listed"),
        pytest.param(f"vaults: [{EVERYWHERE.replace('eu-west-1', 'eu-central-1')}]", False, id="in another Region"),
        pytest.param(f"vaults: [{EVERYWHERE.replace('Main', 'main')}]", False, id="in other letters"),
        pytest.param("vaults: [{name: Main}]", UNKNOWN, id="nobody says where"),
        pytest.param('vaults: [{name: Main, accounts: "*"}]', UNKNOWN, id="nobody says in which Regions"),
        pytest.param("vaults: [{name: Main, regions: [eu-west-1]}]", UNKNOWN, id="nobody says whose"),
        pytest.param("vaults: [{name: Main, regions: [eu-central-1]}]", False, id="whose in another Region"),
        pytest.param(f"vaults: [{{name: Main}}, {EVERYWHERE}]", True, id="nobody says where, and listed"),
        pytest.param(f"vaults: [{EVERYWHERE}]\nsearched: {{accounts: []}}", True, id="listed where nobody looked"),
        pytest.param("vaults: []\nsearched: {}", False, id="searched everywhere"),
        pytest.param("vaults: []\nsearched: {regions: [eu-west-1]}", False, id="searched in the Region"),
        pytest.param("vaults: []\nsearched: {regions: [eu-central-1]}", UNKNOWN, id="searched in another Region"),
        pytest.param('vaults: []\nsearched: {accounts: ["111111111111"]}', UNKNOWN, id="searched in another account"),
        pytest.param("searched: {regions: [eu-west-1]}", UNKNOWN, id="searched, but not for vaults"),
    ],
)
def test_a_vault_is_there_or_absent_or_unknown(parts: str, expected: object) -> None:
    assert main(parts).exists is expected


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        ('"*"', [True, True, True]),
        ('["222222222222"]', [False, True, False]),
        ("{ou: Prod}", [False, True, True]),
        ("{ou: Prod/Eu}", [False, False, True]),
    ],
)
def test_scopes_reach_accounts_by_id_and_below_units(scope: str, expected: list[bool]) -> None:
    parts = (
        f"vaults: [{{name: Main, accounts: {scope}, regions: [eu-west-1]}}]\nroles: [{{name: B, accounts: {scope}}}]"
    )
    accounts = (OTHER, SHOP, EU)
    assert [main(parts, account).exists for account in accounts] == expected
    assert [around(parts, account).has_role("B") for account in accounts] == expected


@pytest.mark.parametrize(
    ("scope", "looked"),
    [('"*"', [OTHER, SHOP, EU]), ('["222222222222"]', [SHOP]), ("{ou: Prod}", [SHOP, EU]), ("[]", [])],
)
def test_searches_reach_accounts_in_the_same_way(scope: str, looked: list[str]) -> None:
    parts = f"vaults: []\nroles: []\nsearched: {{accounts: {scope}}}"
    for account in (OTHER, SHOP, EU):
        expected = False if account in looked else UNKNOWN
        assert (main(parts, account).exists, around(parts, account).has_role("B")) == (expected, expected)


def test_of_an_account_outside_only_what_is_said_of_it_is_known() -> None:
    parts = f'vaults: [{EVERYWHERE}, {{name: Central, accounts: ["{OUTSIDE}"], regions: [eu-west-1]}}]'
    outside = around(parts, OUTSIDE)
    assert outside.vault("Central", "eu-west-1").exists is True
    assert outside.vault("Main", "eu-west-1").exists is UNKNOWN
    environments = EnvironmentsByAccount(organization(TREE + parts), AT)
    assert (SHOP in environments, OUTSIDE in environments) == (True, False)


def test_other_spellings_of_a_name_are_reported() -> None:
    parts = """\
vaults:
  - {name: MAIN, accounts: "*", regions: [eu-west-1]}
  - {name: main, accounts: "*", regions: [eu-west-1, eu-central-1]}
  - {name: Mainz, accounts: "*", regions: [eu-west-1]}
"""
    assert main(parts).namesakes == ("MAIN", "main")
    assert around(parts).vault("main", "eu-central-1").namesakes == ()
    assert around(parts).vault("MAIN", "eu-central-1").namesakes == ("main",)


LOCKED = "lock: {mode: governance, min_retention_days: 7, max_retention_days: 35}"


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        pytest.param("key: customer", (UNKNOWN, UNKNOWN, UNKNOWN), id="unknown"),
        pytest.param("lock: none", ("none", 0, FOREVER), id="not locked"),
        pytest.param("lock: {mode: compliance}", ("compliance", 0, FOREVER), id="no bounds"),
        pytest.param(LOCKED, ("governance", 7 * DAY, 35 * DAY), id="bounds"),
        pytest.param("type: logically_air_gapped", ("compliance", UNKNOWN, UNKNOWN), id="air-gapped"),
        pytest.param(
            "type: logically_air_gapped, lock: {mode: compliance, min_retention_days: 7, max_retention_days: 35}",
            ("compliance", 7 * DAY, 35 * DAY),
            id="air-gapped: with its bounds",
        ),
    ],
)
def test_locks(entry: str, expected: object) -> None:
    vault = main(f'vaults: [{{name: Main, accounts: "*", regions: [eu-west-1], {entry}}}]')
    assert (vault.lock, vault.min_retention, vault.max_retention) == expected


def test_nothing_is_known_of_a_vault_that_may_not_be_there() -> None:
    vault = main(f"vaults: [{{name: Main, type: standard, key: customer, {LOCKED}}}]")
    assert (vault.exists, vault.type, vault.key, vault.lock, vault.min_retention) == (UNKNOWN,) * 5


def test_what_entries_of_one_vault_say_adds_up() -> None:
    parts = f"""\
vaults:
  - {{name: Main, accounts: "*", regions: [eu-west-1], type: standard}}
  - {{name: Main, accounts: {{ou: Prod}}, regions: [eu-west-1], key: customer}}
  - {{name: Main, accounts: ["{EU}"], regions: [eu-west-1], {LOCKED}}}
"""
    vaults = [main(parts, account) for account in (OTHER, SHOP, EU)]
    assert [(vault.type, vault.key, vault.lock) for vault in vaults] == [
        ("standard", UNKNOWN, UNKNOWN),
        ("standard", "customer", UNKNOWN),
        ("standard", "customer", "governance"),
    ]


def test_bounds_that_one_entry_leaves_out_another_has() -> None:
    """Such a vault is air-gapped, and has the bound that none gives, too: it is open."""
    entry = f"{EVERYWHERE[:-1]}, lock: {{mode: compliance"
    vault = main(f"vaults: [{entry}}}}}, {entry}, min_retention_days: 7}}}}]")
    assert (vault.lock, vault.min_retention, vault.max_retention) == ("compliance", 7 * DAY, UNKNOWN)
    air_gapped = main(f"vaults: [{entry}}}, type: logically_air_gapped}}, {entry}, min_retention_days: 7}}}}]")
    assert (air_gapped.lock, air_gapped.min_retention) == ("compliance", 7 * DAY)


def test_an_entry_that_says_less_contradicts_nothing() -> None:
    vault = main(f"vaults: [{EVERYWHERE[:-1]}, key: customer}}, {EVERYWHERE}]")
    assert vault.key == "customer"


@pytest.mark.parametrize(
    ("roles", "wanted", "expected"),
    [
        pytest.param("", "Backup", UNKNOWN, id="nobody looked"),
        pytest.param("roles: []", "Backup", False, id="there are none"),
        pytest.param('roles: [{name: Backup, accounts: "*"}]', "Backup", True, id="listed"),
        pytest.param('roles: [{name: Backup, accounts: "*"}]', "backup", False, id="other letters"),
        pytest.param('roles: [{name: Backup, accounts: "*"}]', "team/Backup", False, id="a name has no path"),
        pytest.param('roles: [{name: /team/Backup, accounts: "*"}]', "team/Backup", True, id="with a leading slash"),
        pytest.param('roles: [{name: /Backup, accounts: "*"}]', "Backup", True, id="only the slash"),
        pytest.param(
            'roles: [{name: "arn:aws:iam::222222222222:role/team/Backup", accounts: "*"}]',
            "team/Backup",
            True,
            id="an ARN",
        ),
        pytest.param('roles: [{name: team/Backup, accounts: "*"}]', "team/Backup", True, id="with its path"),
        pytest.param('roles: [{name: team/Backup, accounts: "*"}]', "Backup", False, id="another path"),
        pytest.param('roles: [{name: team/Backup, accounts: "*"}]', "/team/Backup", False, id="a path of two slashes"),
        pytest.param(
            'roles: [{name: "arn:aws:iam::222222222222:role//team/Backup", accounts: "*"}]',
            "/team/Backup",
            True,
            id="an ARN with a path of two slashes",
        ),
        pytest.param("roles: [{name: Backup}]", "Backup", UNKNOWN, id="nobody says whose"),
        pytest.param('roles: [{name: Backup}, {name: Backup, accounts: "*"}]', "Backup", True, id="said twice"),
    ],
)
def test_roles(roles: str, wanted: str, expected: object) -> None:
    assert around(roles).has_role(wanted) is expected


def test_accounts_with_equal_vaults_share_an_environment() -> None:
    parts = f'vaults: [{EVERYWHERE}, {{name: Mine, accounts: ["{SHOP}"], regions: [eu-west-1]}}]'
    environments = EnvironmentsByAccount(organization(TREE + parts), AT)
    assert environments.of_id(OTHER) is environments.of_id(EU)
    assert environments.of_id(OTHER) is not environments.of_id(SHOP)


def test_equal_vaults_of_different_entries_are_shared_too() -> None:
    own = "regions: [eu-west-1], key: customer"
    parts = f'vaults: [{{name: Main, accounts: ["{SHOP}"], {own}}}, {{name: Main, accounts: ["{EU}"], {own}}}]'
    environments = EnvironmentsByAccount(organization(TREE + parts), AT)
    assert environments.of_id(SHOP) is environments.of_id(EU)


def test_where_nobody_looked_is_another_environment() -> None:
    environments = EnvironmentsByAccount(organization(TREE + "vaults: []\nsearched: {accounts: {ou: Prod}}"), AT)
    assert environments.of_id(SHOP) is environments.of_id(EU)
    assert environments.of_id(SHOP) is not environments.of_id(OTHER)


def test_a_vault_carries_the_account_it_was_asked_for() -> None:
    environment = around(f"vaults: [{EVERYWHERE}]")
    assert environment.vault("Main", "eu-west-1").account == OWN
    assert environment.vault("Main", "eu-west-1", SHOP).account == SHOP
