"""`controls` and `restore-tests` on the command line: exits, formats, and what is refused."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from botocore.session import get_session
from botocore.validate import ParamValidator

from cli.command import AS_OF, Command, project_in, write

GOLDEN = Path(__file__).parents[1] / "golden" / "audited"
AUDITED = (GOLDEN, "--inventory", GOLDEN / "inventory.csv", *AS_OF)
EVALUATION = {"ComplianceResourceType", "ComplianceResourceId", "ComplianceType", "Annotation", "OrderingTimestamp"}
"""The members of AWS's shape (API config:Evaluation)."""
FRAMEWORK = ("--framework", GOLDEN / "framework.json")


def test_every_control_is_there_without_a_framework(policyengine: Command) -> None:
    ran = policyengine.json("controls", *AUDITED)
    assert ran.code == 1
    assert len(ran.json["controls"]) == 50
    assert sum(control["control"] is not None for control in ran.json["controls"]) == 11
    assert {control["compliance"] for control in ran.json["controls"]} == {
        "COMPLIANT",
        "NON_COMPLIANT",
        "NOT_APPLICABLE",
        "INSUFFICIENT_DATA",
    }


def test_evaluations_are_those_that_config_takes(policyengine: Command) -> None:
    ran = policyengine("controls", *AUDITED, *FRAMEWORK, "--format", "config")
    evaluations = json.loads(ran.out)["Evaluations"]
    assert {key for each in evaluations for key in each} == EVALUATION
    assert {each["ComplianceType"] for each in evaluations} <= {"COMPLIANT", "NON_COMPLIANT", "NOT_APPLICABLE"}
    assert max(len(each["Annotation"]) for each in evaluations) <= 256


def test_aws_config_takes_a_control_in_calls_of_a_hundred(policyengine: Command) -> None:
    evaluations = json.loads(policyengine("controls", *AUDITED, "--format", "config").out)["Evaluations"]
    evaluations = [{**each, "ComplianceResourceId": f"{n}"} for n in range(40) for each in evaluations]
    control = "BACKUP_RESOURCES_PROTECTED_BY_BACKUP_PLAN: "
    chosen = [each for each in evaluations if each["Annotation"].startswith(control)]
    taken = get_session().get_service_model("config").operation_model("PutEvaluations").input_shape
    calls = [chosen[first : first + 100] for first in range(0, len(chosen), 100)]
    assert len(calls) > 1
    for call in calls:
        report = ParamValidator().validate({"Evaluations": call, "ResultToken": "TRY", "TestMode": True}, taken)
        assert not report.has_errors(), report.generate_report()
    assert taken.members["Evaluations"].metadata == {"min": 0, "max": 100}
    assert taken.members["Evaluations"].member.members["Annotation"].metadata["max"] == 256


def test_what_is_undecided_is_no_failure(policyengine: Command, tmp_path: Path) -> None:
    ran = policyengine.json("controls", project_in(tmp_path), *AS_OF)
    assert ran.code == 0
    assert "INSUFFICIENT_DATA" in {control["compliance"] for control in ran.json["controls"]}


def test_a_framework_of_the_snapshot_counts_where_it_stands(policyengine: Command, tmp_path: Path) -> None:
    snapshot = (GOLDEN / "organization.yaml").read_text() + (
        "frameworks:\n"
        '  - {name: audit, accounts: ["333333333333"], regions: [eu-west-1],\n'
        "     content: {FrameworkControls: [{ControlName: BACKUP_RESOURCES_PROTECTED_BY_BACKUP_PLAN}]}}\n"
    )
    folder = project_in(tmp_path, policy=(GOLDEN / "policy.bpol").read_text(), organization=snapshot)
    ran = policyengine.json("controls", folder, "--framework", "audit", *AUDITED[1:])
    (control,) = ran.json["controls"]
    assert (ran.code, [row["account"] for row in control["resources"]]) == (0, ["333333333333"])
    near = policyengine("controls", folder, "--framework", "adit", *AS_OF)
    assert near == (2, "", "error: --framework adit: no such file or framework; did you mean `audit`?\n")


WANTED = "expected a framework, as `aws backup describe-framework --framework-name NAME` prints it"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", f"{{file}}: the file is empty; {WANTED}"),
        ("{", f"{{file}}:1: this is not JSON: the file ends too soon; {WANTED}"),
        ("Controls: []", f"{{file}}:1: this is not JSON: expecting value (column 1); {WANTED}"),
        ("[" * 100_000, f"{{file}}: the JSON nests too deeply; {WANTED}"),
        (
            '{"Resources": {}}',
            f"{{file}}: {WANTED}, with a list of `FrameworkControls`; found an object with `Resources`",
        ),
        (
            '{"FrameworkControls": [{"ControlName": "EBS_IN_BACKUP_PLANS"}]}',
            "{file}: FrameworkControls[0]: there is no control `EBS_IN_BACKUP_PLANS`; did you mean `EBS_IN_BACKUP_PLAN`?",
        ),
    ],
    ids=["empty", "half a file", "YAML", "deep", "a template", "an unknown control"],
)
def test_a_faulty_framework_is_refused(policyengine: Command, tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "framework.json"
    file.write_text(text)
    ran = policyengine("controls", project_in(tmp_path), "--framework", file, *AS_OF)
    assert ran == (2, "", f"error: {said.format(file=file)}\n")


@pytest.mark.parametrize(("limit", "code"), [("2", 0), ("1", 1), ("66.7%", 0), ("66%", 1)])
def test_a_limit_on_what_is_not_tested(policyengine: Command, limit: str, code: int) -> None:
    ran = policyengine.json("restore-tests", *AUDITED, "--max-untested", limit)
    assert ran.code == code
    assert ran.json["summary"] == {
        "resources": 3,
        "tested": 1,
        "untested": 2,
        "undecided": 0,
        "reasons": {"not-protected": 1, "no-testing-plan": 1},
        "not_visible": [],
    }


@pytest.mark.parametrize(
    ("limit", "code", "last"),
    [
        ("49%", 1, "fail: 1 not tested of 2 decided (50.0 %), more than --max-untested 49%"),
        ("50%", 0, "pass: 1 not tested of 2 decided (50.0 %), within --max-untested 50%"),
        ("1", 0, "pass: 1 not tested, within --max-untested 1"),
    ],
)
def test_a_share_is_of_what_is_decided(policyengine: Command, tmp_path: Path, limit: str, code: int, last: str) -> None:
    """One volume tested, one without a plan, two whose tags nobody knows."""
    volume = "arn:aws:ec2:eu-west-1:222222222222:volume/v{},{}\n"
    rows = [volume.format(number, tags) for number, tags in enumerate(['"{""backup"": ""daily""}"', "{}", "", ""])]
    file = write(tmp_path, {"four.csv": "arn,tags\n" + "".join(rows)}) / "four.csv"
    ran = policyengine("restore-tests", GOLDEN, "--inventory", file, "--max-untested", limit, *AS_OF)
    assert (ran.code, ran.out.splitlines()[-1]) == (code, f"{last}; 2 undecided, which it does not count")


REQUIREMENT = """
require databases {
  %s
  assert every resource where resource.type == RDS satisfies resource.protected
}
"""


@pytest.mark.parametrize(("level", "code"), [("", 1), ("level = advisory", 0)])
def test_a_requirement_on_resources_fails(policyengine: Command, tmp_path: Path, level: str, code: int) -> None:
    folder = Path(shutil.copytree(GOLDEN, tmp_path / "audited"))
    policy = folder / "policy.bpol"
    policy.write_text(policy.read_text(encoding="utf-8") + REQUIREMENT % level, encoding="utf-8")
    database = "arn:aws:rds:eu-west-1:222222222222:db:orders"
    listed = write(tmp_path, {"rds.csv": f"arn,state,tags\n{database},available,{{}}\n"}) / "rds.csv"
    ran = policyengine.json("restore-tests", folder, "--inventory", listed, *AS_OF)
    (finding,) = ran.json["findings"]
    assert (ran.code, finding["requirement"], finding["resources"]) == (code, "databases", [database])
    lines = policyengine("restore-tests", folder, "--inventory", listed, *AS_OF).out.splitlines()
    assert lines[-1] == ("fail" if code else "pass") + ": 1 requirement on resources: 1 finding"
    comment = policyengine("restore-tests", folder, "--inventory", listed, *AS_OF, "--format", "markdown").out
    assert comment.count("requirement-violated") == 1


@pytest.mark.parametrize(("strict", "code"), [("false", 0), ("true", 1)])
def test_a_requirement_on_resources_is_undecided_without_an_inventory(
    policyengine: Command, tmp_path: Path, strict: str, code: int
) -> None:
    """As `check` has it."""
    folder = Path(shutil.copytree(GOLDEN, tmp_path / "audited"))
    write(folder, {"r.bpol": REQUIREMENT % "", "policyengine.toml": f"[gate]\nstrict = {strict}\n"})
    ran = policyengine.json("restore-tests", folder, *AS_OF)
    found = policyengine.json("check", folder, *AS_OF).json["findings"]
    undecided = [finding for finding in found if finding["name"] == "requirement-undecided"]
    assert (ran.code, ran.json["findings"]) == (code, undecided)
    assert [finding["requirement"] for finding in undecided] == ["databases"]


@pytest.mark.parametrize(("limit", "code"), [(["--max-untested", "0"], 2), (["--max-untested", "100%"], 0), ([], 0)])
def test_where_nobody_knows_of_any_test_no_limit_is_met(
    policyengine: Command, tmp_path: Path, limit: list[str], code: int
) -> None:
    folder, volume = project_in(tmp_path), "arn:aws:ec2:eu-west-1:222222222222:volume/v"
    listed = write(tmp_path, {"one.csv": f"arn,tag:backup\n{volume},yes\n"}) / "one.csv"
    call: list[str | Path] = [folder, "--inventory", listed, *limit, *AS_OF]
    ran = policyengine.json("restore-tests", *call)
    assert (ran.code, ran.json["summary"]["undecided"]) == (code, 1)
    last = policyengine("restore-tests", *call).out.splitlines()[-1]
    assert last.startswith("undecided: nobody can say") == (code == 2)


def test_a_limit_that_is_none_is_refused(policyengine: Command) -> None:
    ran = policyengine("restore-tests", *AUDITED, "--max-untested", "101%")
    assert ran == (2, "", "error: --max-untested 101%: expected a number such as 0, or a share such as 5%\n")


@pytest.mark.parametrize("command", ["controls", "restore-tests"])
def test_a_faulty_project_is_not_judged(policyengine: Command, tmp_path: Path, command: str) -> None:
    ran = policyengine.json(command, project_in(tmp_path, policy="policy {"), *AS_OF)
    assert (ran.code, bool(ran.json["findings"])) == (2, True)
