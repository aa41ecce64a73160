"""`explain --resource` and `diff --inventory`: one resource clause by clause, and what a change does to all of them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from cli.command import AT, Command, write
from policyengine.report.output_schemas import output_schema

CLOCK = ["--at", AT]
COVERED = Path(__file__).parents[1] / "golden" / "covered"
SESSIONS = "arn:aws:dynamodb:eu-west-1:222222222222:table/sessions"
ORDERS = "arn:aws:rds:eu-west-1:222222222222:db:orders"


def project(folder: Path) -> Path:
    """The covered project in a folder."""
    return Path(shutil.copytree(COVERED, folder))


def changed(folder: Path, before: str, after: str) -> Path:
    """The covered project with one text of its policy replaced."""
    project(folder)
    text = (folder / "backup.bpol").read_text(encoding="utf-8")
    assert before in text
    return write(folder, {"backup.bpol": text.replace(before, after)})


def explained(policyengine: Command, folder: Path, arn: str) -> list[str]:
    inventory = folder / "inventory.csv"
    return policyengine("explain", "-C", folder, "--resource", arn, "--inventory", inventory, *CLOCK).out.splitlines()


def test_every_selection_clause_by_clause(policyengine: Command, tmp_path: Path) -> None:
    lines = explained(policyengine, project(tmp_path / "p"), SESSIONS)
    assert lines[0] == f"{SESSIONS}: unprotected"
    assert "plan daily, tag selection tagged: does not take it" in lines
    assert "  fails   tag           no-tag, wants `backup = daily, gold`  backup.bpol:9" in lines
    wanted = "has `env = test`, wants `aws:ResourceTag/env == prod`  backup.bpol:17"
    assert f"  fails   condition     excluded-by-condition, {wanted}" in lines
    assert "  holds   types         has `DynamoDB`  backup.bpol:16" in lines


def test_a_protected_one(policyengine: Command, tmp_path: Path) -> None:
    lines = explained(policyengine, project(tmp_path / "p"), ORDERS)
    assert lines[0] == f"{ORDERS}: protected by daily"
    assert "plan daily, tag selection tagged: takes it" in lines


def test_the_same_as_data(policyengine: Command, tmp_path: Path) -> None:
    folder = project(tmp_path / "p")
    arguments: list[str | Path] = [
        "-C",
        folder,
        "--resource",
        SESSIONS,
        "--inventory",
        folder / "inventory.csv",
        "--format",
        "json",
    ]
    ran = policyengine("explain", *arguments, *CLOCK)
    value = json.loads(ran.out)
    Draft202012Validator(output_schema("explain-resource")).validate(value)
    assert value["resource"]["reason"] == "excluded-by-condition"
    assert value["resource"]["tags"] == {"env": "test"}
    assert [selection["takes"] for selection in value["selections"]] == [False, False]
    failing = [clause["clause"] for selection in value["selections"] for clause in selection["clauses"]
               if clause["holds"] is False]  # fmt: skip
    assert failing == ["tag", "condition"]


def test_what_no_plan_is_asked_about(policyengine: Command, tmp_path: Path) -> None:
    lines = explained(policyengine, project(tmp_path / "p"), "arn:aws:sqs:eu-west-1:222222222222:jobs")
    assert lines[-1] == "  no selection of any plan is asked"


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ([], "error: missing argument 'ACCOUNT'; see `policyengine explain --help`\n"),
        (["payments", "--resource", "x"], "error: --resource takes no ACCOUNT: the inventory says whose resource it is\n"),
        (["--resource", "x"], "error: --resource needs an inventory: pass --inventory FILE, or name its files under [inventory]\n"),
        (
            ["--resource", ORDERS.replace("orders", "order"), "--inventory", "inventory.csv"],
            f"error: --resource {ORDERS.replace('orders', 'order')}: the inventory does not have it; did you mean `{ORDERS}`?\n",
        ),
    ],
)  # fmt: skip
def test_wrong_usage(
    policyengine: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], error: str
) -> None:
    monkeypatch.chdir(project(tmp_path / "p"))
    ran = policyengine("explain", *arguments)
    assert (ran.code, ran.out, ran.err.splitlines()[-1]) == (2, "", error.rstrip("\n"))


def test_a_project_with_faults_explains_nothing(policyengine: Command, tmp_path: Path) -> None:
    folder = write(project(tmp_path / "p"), {"more.bpol": "attach nothing to root\n"})
    arguments: list[str | Path] = ["-C", folder, "--resource", ORDERS, "--inventory", folder / "inventory.csv"]
    ran = policyengine("explain", *arguments)
    assert ran.code == 2
    assert "nothing" in ran.out
    value = json.loads(policyengine("explain", *arguments, "--format", "json").out)
    assert value["selections"] == []


@pytest.fixture
def sides(tmp_path: Path) -> list[Path]:
    """The covered project, and the same without a Region and a value; and the inventory."""
    base, head = project(tmp_path / "base"), changed(tmp_path / "head", "[eu-west-1, ", "[")
    return [base, head, base / "inventory.csv"]


def test_a_lost_resource_fails(policyengine: Command, sides: list[Path]) -> None:
    base, head, inventory = sides
    ran = policyengine.json("diff", base, head, "--inventory", inventory, *CLOCK)
    assert (ran.code, ran.json["verdict"]) == (1, "fail")
    resources = ran.json["resources"]
    assert [resources[name] for name in ("resources", "lost", "undecided", "gained")] == [15, 3, 0, 0]
    assert [group["reason"] for group in resources["groups"]] == ["region-not-in-plan"] * 3
    assert policyengine("diff", base, head, *CLOCK).code == 0


def test_the_projects_own_inventory_compares_nothing_unless_it_is_named(
    policyengine: Command, sides: list[Path]
) -> None:
    base, head, inventory = sides
    for side in (base, head):
        write(side, {"policyengine.toml": '[inventory]\nfiles = ["inventory.csv"]\n'})
    ran = policyengine.json("diff", base, head, *CLOCK)
    assert (ran.code, ran.json["verdict"], ran.json.get("resources")) == (0, None, None)
    assert policyengine("diff", base, head, "--inventory", inventory, *CLOCK).code == 1


def test_a_gained_resource_passes(policyengine: Command, sides: list[Path]) -> None:
    head, base, inventory = sides
    ran = policyengine.json("diff", base, head, "--inventory", inventory, *CLOCK)
    assert (ran.code, ran.json["verdict"]) == (0, "pass")
    assert ran.json["resources"]["gained"] == 3
    lines = policyengine("diff", base, head, "--inventory", inventory, *CLOCK).out.splitlines()
    assert "resources: 3 gained of 15 resources" in lines
    assert "   now protected by `daily`" in lines


def test_resources_alone_are_no_verdict_on_what_is_weakened(policyengine: Command, sides: list[Path]) -> None:
    base, _, inventory = sides
    head = changed(base.parent / "weaker", "= 35 days", "= 20 days")
    ran = policyengine.json("diff", base, head, "--inventory", inventory, *CLOCK)
    assert (ran.code, ran.json["verdict"], ran.json["resources"]["lost"]) == (0, None, 0)
    last = policyengine("diff", base, head, "--inventory", inventory, *CLOCK).out.splitlines()[-1]
    assert last.startswith("not gated: ")


def test_nothing_changes_for_resources(policyengine: Command, sides: list[Path]) -> None:
    base, _, inventory = sides
    lines = policyengine("diff", base, base, "--inventory", inventory, *CLOCK).out.splitlines()
    assert lines == ["resources: none lost, none gained of 15 resources", "", "pass: nothing changes for 3 accounts"]


def test_what_nobody_can_tell_any_more_is_not_lost(policyengine: Command, tmp_path: Path) -> None:
    base, head = project(tmp_path / "base"), project(tmp_path / "head")
    tree = (head / "organization.yaml").read_text(encoding="utf-8")
    write(head, {"organization.yaml": tree.replace("eu-west-1: [RDS, EBS, DynamoDB, S3], ", "")})
    ran = policyengine.json("diff", base, head, "--inventory", base / "inventory.csv", *CLOCK)
    assert [ran.json["resources"][name] for name in ("lost", "undecided")] == [0, 2]
    assert ran.code == 0


def test_the_comment_has_what_is_lost(policyengine: Command, sides: list[Path]) -> None:
    base, head, inventory = sides
    text = policyengine("diff", base, head, "--inventory", inventory, *CLOCK, "--format", "markdown").out
    assert "**resources**: 3 lost of 15 resources" in text
    assert "- **lost**: 1 DynamoDB, 1 RDS, 1 `S3` in payments (`222222222222`), `eu-west-1`" in text


def test_the_page_has_what_is_lost(policyengine: Command, sides: list[Path]) -> None:
    base, head, inventory = sides
    text = policyengine("diff", base, head, "--inventory", inventory, *CLOCK, "--format", "html").out
    assert "<summary>Resources: 3 lost of 15 resources</summary>" in text
    assert '<li class="error"><b>3</b> resources lost</li>' in text
    assert "<td>protected by <code>daily</code> before; now region-not-in-plan: the plan does not run in" in text


def test_resources_that_are_lost_in_the_same_way_are_one_group(policyengine: Command, sides: list[Path]) -> None:
    base, head, inventory = sides
    lines = policyengine("diff", base, head, "--inventory", inventory, *CLOCK).out.splitlines()
    (first,) = (number for number, line in enumerate(lines) if line.startswith("resources lost"))
    assert lines[first - 1 : first + 2] == [
        "",
        "resources lost: 1 DynamoDB, 1 RDS, 1 S3 in payments (222222222222), eu-west-1",
        "   protected by `daily` before; now region-not-in-plan: the plan does not run in the Region",
    ]


def test_findings_on_resources_that_read_the_same_are_one(policyengine: Command, sides: list[Path]) -> None:
    base, head, inventory = sides
    new = policyengine.json("diff", base, head, "--inventory", inventory, *CLOCK).json["findings"]["new"]
    found = {each["message"]: each["resources"] for each in new if each["requirement"] == "databases"}
    assert len(found) == len([each for each in new if each["requirement"] == "databases"])
    assert found["no plan protects the resource (type-not-selected); `databases` asks for one that does"] == [
        "arn:aws:rds:eu-west-1:222222222222:db:ledger",
        "arn:aws:rds:eu-west-1:333333333333:db:carts",
    ]


@pytest.mark.parametrize("arguments", [[], ["--suggest"]])
def test_a_proof_does_not_see_resources(policyengine: Command, tmp_path: Path, arguments: list[str]) -> None:
    ran = policyengine.json("prove", project(tmp_path / "p"), *arguments, *CLOCK)
    (requirement,) = ran.json["requirements"]
    assert (ran.code, {result["outcome"] for result in requirement["results"]}) == (0, {"undecided"})
    assert requirement["results"][0]["reason"] == "it asks for resources, and a proof looks at policies alone"


def test_a_test_cannot_tell_of_resources(policyengine: Command, tmp_path: Path) -> None:
    text = 'test "all" { given account "payments" expect no violation of databases }\n'
    ran = policyengine("test", write(project(tmp_path / "p"), {"tests.bpol": text}), *CLOCK)
    assert ran.code == 1
    assert "it asks for resources, and there is no inventory of them" in ran.out


def test_check_says_which_resources_no_requirement_meets(policyengine: Command, tmp_path: Path) -> None:
    folder = project(tmp_path / "p")
    write(folder, {"odd.csv": "arn\narn:aws:s3:::logs\narn:aws:dynamodb:eu-west-1:999999999999:table/t\n"})
    rows = policyengine.json("check", folder, "--inventory", folder / "odd.csv", *CLOCK).json["findings"]
    assert {row["message"] for row in rows if row["name"] == "inventory-account-unknown"} == {
        "1 resource is of an account that the snapshot does not know: `999999999999`",
        "1 resource is of an account that neither the inventory nor the ARN names",
    }


def test_a_comparison_counts_resources_of_strange_accounts(policyengine: Command, sides: list[Path]) -> None:
    base, head, listed = sides
    ran = policyengine("diff", base, head, "--inventory", listed, *CLOCK)
    said = "1 resource is of an account that the snapshot does not know: `999999999999`"
    assert ran.err == f"policyengine: warning: {said} (inventory-account-unknown)\n"


def test_a_comparison_says_that_its_inventory_is_old(policyengine: Command, tmp_path: Path) -> None:
    before, after = project(tmp_path / "before"), project(tmp_path / "after")
    write(after, {"policyengine.toml": '[inventory]\nmax_age = "1 day"\n'})
    write(tmp_path, {"old.csv": f"arn,captured_at\n{SESSIONS},2020-01-01\n{SESSIONS},2020-01-02\n"})
    arguments: list[str | Path] = [before, after, "--inventory", tmp_path / "old.csv", *CLOCK]
    said = policyengine("diff", *arguments).err
    assert "policyengine: warning: the inventory" in said
    assert "policyengine: info: 1 record of the inventory has an ARN that another one has, too" in said
    assert policyengine("diff", *arguments, "--quiet").err == ""


def test_a_resource_may_be_asked_for_in_another_case(policyengine: Command, tmp_path: Path) -> None:
    odd = ORDERS.replace("arn:aws:rds:eu-west-1", "ARN:AWS:RDS:EU-West-1").replace(":db:", ":DB:")
    assert explained(policyengine, project(tmp_path / "p"), odd)[0] == f"{ORDERS}: protected by daily"


def test_restore_tests_name_types_as_aws_backup_does(policyengine: Command, tmp_path: Path) -> None:
    folder = project(tmp_path / "p")
    gateway = "arn:aws:storagegateway:eu-west-1:222222222222:gateway/sgw-1/volume/vol-1"
    write(folder, {"one.csv": f"arn,tag:backup\n{gateway},daily\n"})
    rows = policyengine.json("restore-tests", folder, "--inventory", folder / "one.csv", *CLOCK).json["resources"]
    assert [(row["arn"], row["type"]) for row in rows] == [(gateway, "Storage Gateway")]
