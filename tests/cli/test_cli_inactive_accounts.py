"""An account that the snapshot has for the record, suspended or being closed, is called so wherever it is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.command import AS_OF, POLICY, SNAPSHOT, Command, project_in

STATES = {"SUSPENDED": "suspended", "PENDING_CLOSURE": "being closed", "CLOSED": "closed"}
SUSPENDED = SNAPSHOT.replace("name: toys", "name: toys, state: SUSPENDED")
COPIES = POLICY.replace(
    "daily at 05:00", 'daily at 05:00\n      copy to vault "Far" in eu-west-1 account "333333333333"'
)
REACHED_BY_NONE = "account `toys` is suspended, so that no policy reaches it"
INVENTORY = "arn,state\narn:aws:rds:eu-west-1:333333333333:db:orders,available\n"


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("named", ["toys", "333333333333", "Shops/toys"])
@pytest.mark.parametrize("command", ["effective", "explain", "schedule"])
def test_commands_about_an_account_say_its_state(
    policyengine: Command, tmp_path: Path, command: str, named: str, state: str
) -> None:
    project_in(tmp_path, organization=SNAPSHOT.replace("name: toys", f"name: toys, state: {state}"))
    ran = policyengine(command, named, "-C", tmp_path)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == f"error: {named}: the account is {STATES[state]}, so that no policy reaches it\n"


@pytest.mark.parametrize(
    ("command", "statement"),
    [
        ("check", 'attach baseline to account "toys"'),
        ("check", 'waive role-missing for account "toys" until 2030-01-01 because "OPS-1"'),
        ("test", 'test "toys" { given account "toys" expect valid }'),
    ],
)
def test_statements_about_it_are_told_its_state(
    policyengine: Command, tmp_path: Path, command: str, statement: str
) -> None:
    project_in(tmp_path, organization=SUSPENDED, policy=f"{POLICY}\n{statement}\n")
    ran = policyengine(command, tmp_path, *AS_OF)
    assert ran.code == 1
    assert REACHED_BY_NONE in ran.out
    assert "has no account" not in ran.out


def test_copies_to_it_fail_for_that_reason(policyengine: Command, tmp_path: Path) -> None:
    ran = policyengine("check", project_in(tmp_path, organization=SUSPENDED, policy=COPIES), *AS_OF)
    assert ran.code == 1
    assert "copies go to account `333333333333`, which is suspended\n" in ran.out
    assert "= help: copy to an active account\n" in ran.out


def test_what_changes_with_its_state_says_so_both_ways(policyengine: Command, tmp_path: Path) -> None:
    active = str(project_in(tmp_path / "active", policy=COPIES))
    gone = str(project_in(tmp_path / "gone", policy=COPIES, organization=SUSPENDED))
    loses = policyengine("diff", active, gone, "--fail-on", "lost", *AS_OF)
    assert loses.code == 1
    assert "account 333333333333 is suspended: copies there fail" in loses.out
    assert "plan `daily`: is gone with the account, which is suspended" in loses.out
    gains = policyengine("diff", gone, active, *AS_OF)
    assert "account 333333333333 is active again" in gains.out
    assert "plan `daily`: is new with the account, which is active again" in gains.out


@pytest.mark.parametrize("form", ["terminal", "markdown", "html", "sarif", "github"])
def test_its_resources_are_called_unprotected_for_that_reason(policyengine: Command, tmp_path: Path, form: str) -> None:
    project_in(tmp_path, organization=SUSPENDED, **{"inventory.csv": INVENTORY})
    ran = policyengine("coverage", tmp_path, "--inventory", tmp_path / "inventory.csv", "--format", form, *AS_OF)
    assert "leave the account out of the inventory: it is suspended, and no policy reaches it" in ran.out
    assert "not in the snapshot" not in ran.out
    if form == "terminal":
        assert "1 resource is of account `333333333333`, which is suspended\n" in ran.out


def test_no_policy_is_advised_where_backup_policies_are_not_enabled(policyengine: Command, tmp_path: Path) -> None:
    project_in(
        tmp_path,
        organization=f"{SNAPSHOT}organization: {{backup_policies_enabled: false}}\n",
        **{"inventory.csv": INVENTORY},
    )
    ran = policyengine("coverage", tmp_path, "--inventory", tmp_path / "inventory.csv", *AS_OF)
    assert "change: enable backup policies for the organization: none is in force before\n" in ran.out
