from __future__ import annotations

import json
from datetime import date

import pytest
import yaml
from jsonschema import Draft202012Validator

from policyengine.aws import snapshot as room
from policyengine.aws.snapshot.snapshot import Snapshot, read_snapshot, snapshot_schema
from policyengine.base.source import Source

WHOLE = """
version: 1
organization: {id: o-exampleorgid, management_account: "111111111111", backup_policies_enabled: true}
root:
  name: Root
  policies: [baseline]
  units:
    - name: Workloads
      units:
        - name: Finance
          policies: [finance]
          accounts:
            - {id: "222222222222", name: payments, tags: {env: prod}}
  accounts:
    - {id: "111111111111", name: management}
attachment_order: known
policies:
  baseline: {id: p-abc, content: {plans: {}}}
  finance: {content: '{"plans": {}}'}
vaults:
  - name: Main
    accounts: "*"
    regions: [eu-west-1, eu-central-1]
    type: standard
    lock: {mode: governance, min_retention_days: 7, max_retention_days: 3650}
    key: customer
  - {name: Open, accounts: ["222222222222"], lock: none}
  - {name: Unknown, accounts: {ou: Workloads}}
roles:
  - {name: BackupRole, accounts: "*"}
searched: {accounts: ["222222222222"], regions: [eu-west-1]}
settings:
  cross_account_backup: true
  opt_in: {eu-west-1: [EC2, EBS, RDS]}
  dynamodb_advanced: {eu-west-1: true}
last_valid: {"222222222222": {plans: {}}}
"""


def read(text: str, name: str = "organization.yaml") -> Snapshot:
    return read_snapshot(Source(name, text))


def test_the_day_from_which_on_nobody_can_remove_a_lock_is_a_day() -> None:
    for name, text in [
        (
            "organization.yaml",
            "version: 1\nroot: {}\nvaults: [{name: V, lock: {mode: compliance, changeable_until: 2027-01-31}}]",
        ),
        (
            "organization.json",
            '{"version": 1, "root": {}, "vaults": [{"name": "V", "lock": {"mode": "compliance", "changeable_until": "2027-01-31"}}]}',
        ),
    ]:
        (vault,) = read(text, name).vaults or ()
        assert vault.lock
        assert vault.lock != "none"
        assert vault.lock.changeable_until == date(2027, 1, 31)


def said(text: str, name: str = "organization.yaml") -> dict[str, object]:
    return read(text, name).model_dump()


def test_every_part_has_its_typed_value() -> None:
    snapshot = read(WHOLE)
    workloads = (snapshot.root.units or ())[0]
    payments = ((workloads.units or ())[0].accounts or ())[0]
    main, unlocked, unknown = snapshot.vaults or ()
    assert (payments.id, payments.name, payments.tags) == ("222222222222", "payments", {"env": "prod"})
    assert snapshot.root.policies == ("baseline",)
    assert main.accounts == "*"
    assert main.lock is not None
    assert main.lock != "none"
    assert (main.lock.mode, main.lock.min_retention_days, main.lock.max_retention_days) == ("governance", 7, 3650)
    assert (unlocked.accounts, unlocked.lock, unknown.lock) == (("222222222222",), "none", None)
    assert getattr(unknown.accounts, "ou", "") == "Workloads"
    assert snapshot.settings is not None
    assert snapshot.settings.opt_in == {"eu-west-1": ("EC2", "EBS", "RDS")}
    assert snapshot.last_valid == {"222222222222": {"plans": {}}}
    assert [policy.content for policy in (snapshot.policies or {}).values()] == [{"plans": {}}, '{"plans": {}}']


def test_json_and_yaml_say_the_same() -> None:
    value = yaml.safe_load(WHOLE)
    assert said(json.dumps(value), "organization.json") == said(WHOLE)
    assert said(json.dumps(value, indent="\t"), "organization.yaml") == said(WHOLE)
    assert said("\ufeff" + json.dumps(value), "organization.json") == said(WHOLE)


def test_what_is_absent_is_unknown_and_what_is_empty_is_not() -> None:
    nothing = read("version: 1\nroot: {}")
    none = read("version: 1\nroot: {}\nvaults: []\nroles: []\npolicies: {}\nlast_valid: {}")
    assert (nothing.vaults, nothing.roles, nothing.policies, nothing.last_valid) == (None, None, None, None)
    assert (none.vaults, none.roles, none.policies, none.last_valid) == ((), (), {}, {})
    assert (nothing.root.name, nothing.root.policies, nothing.root.units) == ("Root", None, None)


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("2026-01-31", "2026-01-31"),
        ("yes", "yes"),
        ("012345678901", "012345678901"),
        ("0x1F", "0x1F"),
        ("12:30:45", "12:30:45"),
        ("'5'", "5"),
        ('"\\u00e9"', "é"),
        ("[red]x[/red]".join('""'), "[red]x[/red]"),
        ("|\n      two\n      lines", "two\nlines\n"),
    ],
)
def test_yaml_text_is_taken_as_it_is_written(written: str, name: str) -> None:
    snapshot = read(f"version: 1\nroot:\n  units:\n  - name: {written}\n")
    assert [unit.name for unit in snapshot.root.units or ()] == [name]


def test_an_alias_repeats_a_value() -> None:
    snapshot = read(
        """
        version: 1
        root:
          accounts:
            - {id: "111111111111", name: one, tags: &common {team: payments}}
            - {id: "222222222222", name: two, tags: *common}
        """
    )
    assert [account.tags for account in snapshot.root.accounts or ()] == [{"team": "payments"}] * 2


def test_fractions_in_documents_become_the_text_that_aws_keeps() -> None:
    snapshot = read('{"version": 1, "root": {}, "policies": {"p": {"content": {"a": [1, 2.5, true, null]}}}}')
    assert (snapshot.policies or {})["p"].content == {"a": [1, "2.5", True, None]}


def test_a_pulled_snapshot_lists_units_and_accounts_with_their_parents() -> None:
    snapshot = read(
        """
        version: 1
        root: {id: r-ab12}
        units: [{id: ou-ab12-1, name: Prod, parent: r-ab12, policies: [a]}]
        accounts: [{id: "111111111111", name: one, parent: ou-ab12-1}]
        """
    )
    assert [(unit.id, unit.parent) for unit in snapshot.units or ()] == [("ou-ab12-1", "r-ab12")]
    assert [(account.id, account.parent) for account in snapshot.accounts or ()] == [("111111111111", "ou-ab12-1")]


def test_a_program_cannot_slip_in_what_json_does_not_hold() -> None:
    value = {"version": 1, "root": {}, "policies": {"p": {"content": {"a": {date(2026, 1, 1)}}}}}
    with pytest.raises(ValueError, match="expected what JSON can hold"):
        Snapshot.model_validate(value)


def test_the_room_has_the_names_that_it_lists_and_no_others() -> None:
    assert [name for name in room.__all__ if not hasattr(room, name)] == []
    assert not hasattr(room, "Organization")


def test_the_schema_takes_what_the_reader_takes() -> None:
    schema = snapshot_schema()
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    value = yaml.safe_load(WHOLE)
    assert list(validator.iter_errors(value)) == []
    value["root"]["polices"] = ["baseline"]
    value["root"]["accounts"][0]["id"] = "1234"
    found = list(validator.iter_errors(value))
    assert sorted(error.json_path for error in found) == ["$.root", "$.root.accounts"]
    assert "'1234' does not match '^[0-9]{12}$'" in [inner.message for error in found for inner in error.context or ()]


def test_the_schema_has_no_names_that_nobody_gave() -> None:
    text = json.dumps(snapshot_schema())
    assert text.count('"title"') == 1
    assert '"default": null' not in text
