"""`iam`: policies for review, of no more than is asked for."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from cli.command import Command, write
from policyengine.report.output_schemas import output_schema

FACTS = "organization: {id: o-exampleorgid, management_account: '111111111111'}\n"


@pytest.fixture
def pulled(project: Path) -> Path:
    """A project whose snapshot says which organization it is of."""
    snapshot = (project / "organization.yaml").read_text(encoding="utf-8")
    return write(project, {"organization.yaml": snapshot + FACTS})


def test_the_document_is_printed_as_iam_takes_it(policyengine: Command, tmp_path: Path) -> None:
    ran = policyengine("iam", "read", "-C", tmp_path)
    assert (ran.code, ran.err) == (0, "")
    assert json.loads(ran.out).keys() == {"Version", "Statement"}


def test_ids_are_those_of_the_snapshot(policyengine: Command, pulled: Path) -> None:
    out = policyengine("iam", "delegate", "--account", "222222222222", "-C", pulled).out
    assert '"arn:aws:organizations::111111111111:ou/o-exampleorgid/*"' in out


def test_ids_of_options_come_first(policyengine: Command, pulled: Path) -> None:
    options = ("--organization", "o-other12345", "--management", "999999999999")
    out = policyengine("iam", "apply", *options, "-C", pulled).out
    assert '"arn:aws:organizations::999999999999:ou/o-other12345/*"' in out
    assert "o-exampleorgid" not in out


def test_the_partition_is_the_projects(policyengine: Command, pulled: Path) -> None:
    write(pulled, {"policyengine.toml": '[project]\npartition = "aws-us-gov"\n'})
    assert "arn:aws-us-gov:organizations:" in policyengine("iam", "apply", "-C", pulled).out
    assert "arn:aws-cn:organizations:" in policyengine("iam", "apply", "--partition", "aws-cn", "-C", pulled).out


def test_the_role_of_members_trusts_the_management_account(policyengine: Command, pulled: Path) -> None:
    role = json.loads(policyengine("iam", "member-role", "-C", pulled).out)
    assert role["RoleName"] == "policyengine-read"
    assert "arn:aws:iam::111111111111:root" in json.dumps(role["AssumeRolePolicyDocument"])


@pytest.mark.parametrize(
    "arguments",
    [
        ("read",),
        ("apply", "--role", "Reader"),
        ("delegate", "--account", "222222222222", "--read-only"),
        ("member-role", "--account", "222222222222"),
        ("member-role", "--account", "222222222222", "--template"),
    ],
)
def test_json_has_a_schema(policyengine: Command, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    ran = policyengine("iam", *arguments, "--format", "json", "-C", tmp_path)
    Draft202012Validator(output_schema("iam")).validate(ran.json)
    plain = json.loads(policyengine("iam", *arguments, "-C", tmp_path).out)
    assert ran.json == {"schema": "policyengine/iam/1", **plain}


def test_an_id_of_the_snapshot_widens_nothing(policyengine: Command, project: Path) -> None:
    snapshot = (project / "organization.yaml").read_text(encoding="utf-8")
    write(
        project, {"organization.yaml": snapshot + 'organization: {id: "*/root", management_account: "111111111111"}\n'}
    )
    ran = policyengine("iam", "apply", "-C", project)
    assert (ran.code, ran.out) == (2, "")
    assert (
        ran.err
        == "error: the snapshot's organization.id `*/root`: expected an organization's id such as `o-exampleorgid`\n"
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("delegate",), "iam delegate: name the member account that gets to work: `--account ID`"),
        (("member-role",), "iam member-role: name the account whose users and roles may assume it: `--account ID`"),
        (("read", "--account", "222222222222"), "--account: `iam read` has no such option"),
        (("delegate", "--role", "x"), "--role: `iam delegate` has no such option"),
        (("read", "--role", "*"), "--role `*`: expected a role's name, with its path where it has one"),
        (("read", "--role", "a\nb"), "--role `a\\nb`: expected a role's name"),
        (("delegate", "--account", "*"), "--account `*`: expected the 12 digits of an account's id"),
        (("apply", "--organization", "x/*"), "--organization `x/*`: expected an organization's id such as `o-ex"),
        (("apply", "--management", "1"), "--management `1`: expected the 12 digits of an account's id"),
    ],
)
def test_misuse(policyengine: Command, tmp_path: Path, arguments: tuple[str, ...], message: str) -> None:
    ran = policyengine("iam", *arguments, "-C", tmp_path)
    assert (ran.code, ran.out) == (2, "")
    assert message in ran.err
