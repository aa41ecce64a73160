"""`test`: exit codes, and what programs read. What tests mean is for `tests/analysis/expectations/`."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.small_projects import BASELINE

from cli.command import AT, Command, Json, project_in

POLICY = f"{BASELINE}attach baseline to root\n"
GOOD = 'test "books" {\n  given account "books"\n  expect valid\n}\n'
BAD = (
    'test "toys" {\n  given account "toys"\n  expect valid\n'
    '  expect plans["daily"].rules["nightly"].retention == 7 days\n}\n'
)
LOCATION = {"file": "policy.bpol", "line": 13, "column": 1, "end_line": 13, "end_column": 13}


def results_of(policyengine: Command, folder: Path, tests: str, *options: str) -> Json:
    """What `test --format json` says of the usual project with these tests."""
    return policyengine.json("test", project_in(folder, policy=POLICY + tests), "--at", AT, *options).json


@pytest.mark.parametrize(
    ("tests", "code", "last"),
    [
        ("", 0, "pass: no tests"),
        (GOOD, 0, "pass: 1 test"),
        (BAD, 1, "fail: 1 test, 1 failed"),
        (GOOD + BAD, 1, "fail: 2 tests, 1 failed"),
        (GOOD + "policy x { plan p { retian = 1 } }", 1, "fail: the tests did not run: 1 error"),
        (GOOD.replace("valid", "vault"), 1, "fail: the tests did not run: 1 error"),
        (GOOD + 'attach baseline to ou "Shop"', 1, "fail: the tests did not run: 1 error"),
    ],
)
def test_exit_codes(policyengine: Command, tmp_path: Path, tests: str, code: int, last: str) -> None:
    project = project_in(tmp_path, policy=POLICY + tests)
    ran = policyengine("test", project)
    assert (ran.code, ran.out.splitlines()[-1], ran.err) == (code, last, "")
    assert policyengine("test", "-C", project, "--quiet") == (code, "", "")
    assert policyengine.json("test", project).json["verdict"] == ("fail" if code else "pass")


def test_without_a_snapshot_nobody_can_judge(policyengine: Command, tmp_path: Path) -> None:
    (tmp_path / "policy.bpol").write_text(POLICY + GOOD)
    ran = policyengine("test", tmp_path)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(f"error: {tmp_path}: no snapshot of the organization; add organization.yaml")


@pytest.mark.parametrize("percent", ["-1", "101", "x"])
def test_a_coverage_that_cannot_be(policyengine: Command, tmp_path: Path, percent: str) -> None:
    ran = policyengine("test", project_in(tmp_path), "--min-coverage", percent)
    assert (ran.code, ran.out) == (2, "")
    assert "min-coverage" in ran.err


def test_faults_of_the_language_are_findings(policyengine: Command, tmp_path: Path) -> None:
    found = results_of(policyengine, tmp_path, GOOD + "policy x { plan p { retian = 1 } }")
    assert [finding["name"] for finding in found["findings"]] == ["unknown-setting"]
    assert (found["tests"], found["passed"], found["failed"], found["coverage"]) == ([], 0, 0, None)


def test_results_for_programs(policyengine: Command, tmp_path: Path) -> None:
    found = results_of(policyengine, tmp_path, GOOD + BAD)
    assert {**found, "tests": len(found["tests"])} == {
        "schema": "policyengine/test/1",
        "at": "2026-09-13T07:00:00Z",
        "verdict": "fail",
        "passed": 1,
        "failed": 1,
        "tests": 2,
        "coverage": None,
        "findings": [],
    }
    passed, failed = found["tests"]
    message = "retention is 35 days, set by `baseline` at Root (policy.bpol:7); the test asks for 7 days"
    assert passed == {
        "name": "books",
        "outcome": "passed",
        "location": LOCATION,
        "account": "Shops/books",
        "message": None,
        "failures": [],
        "notes": [],
    }
    assert (failed["outcome"], failed["message"]) == ("failed", f"policy.bpol:20: {message}")
    assert [failure["location"]["line"] for failure in failed["failures"]] == [20]
    assert failed["failures"][0]["causes"] == [{"message": message, "help": "", "path": None, "trail": []}]


def test_the_trail_for_programs(policyengine: Command, tmp_path: Path) -> None:
    shorter = 'policy shops { plan daily { rule nightly { retain = 14 days } } }\nattach shops to ou "Shops"\n'
    (test,) = results_of(policyengine, tmp_path, shorter + BAD)["tests"]
    (cause,) = test["failures"][0]["causes"]
    assert cause["path"] == "plans/daily/rules/nightly/lifecycle/delete_after_days"
    assert [(step["policy"], step["outcome"], step["operand"]) for step in cause["trail"]] == [
        ("baseline", "overridden", "35"),
        ("shops", "applied", "14"),
    ]
    assert test["message"].splitlines()[1:] == [
        "  plan daily/rule nightly/retain",
        "    overridden retain = 35 days by `baseline` at the root  policy.bpol:7",
        "    applied    retain = 14 days by `shops` at Shops  policy.bpol:13",
    ]


@pytest.mark.parametrize(
    ("options", "minimum", "code"),
    [
        (["--coverage"], None, 0),
        (["--min-coverage", "0"], 0, 0),
        (["--min-coverage", "50"], 50, 0),
        (["--coverage", "--min-coverage", "51"], 51, 1),
    ],
)
def test_coverage(policyengine: Command, tmp_path: Path, options: list[str], minimum: int | None, code: int) -> None:
    """Of two plans with a rule each, the test looks at one."""
    tests = GOOD.replace("valid", 'plans["daily"].rules["nightly"].retention == 35 days')
    weekly = POLICY.replace("daily {", "weekly {").replace("baseline", "other").replace("to root", 'to ou "Shops"')
    project = project_in(tmp_path, policy=POLICY + tests, **{"weekly.bpol": weekly})
    ran = policyengine.json("test", project, *options)
    coverage = ran.json["coverage"]
    assert (coverage["touched"], coverage["total"], coverage["percent"], coverage["minimum"]) == (2, 4, 50, minimum)
    assert coverage["requirements"] == {"touched": 0, "total": 0, "percent": 100, "untouched": []}
    (plan,), (rule,) = coverage["plans"]["untouched"], coverage["rules"]["untouched"]
    assert (plan["name"], plan["location"]["file"], plan["location"]["line"]) == ("weekly", "weekly.bpol", 2)
    assert (rule["name"], rule["location"]["file"], rule["location"]["line"]) == ("weekly/nightly", "weekly.bpol", 4)
    assert (ran.code, ran.json["verdict"]) == (code, "fail" if code else "pass")


def test_the_moment_counts(policyengine: Command, tmp_path: Path) -> None:
    """A schedule that has no more runs is refused from its last run on."""
    ends = POLICY.replace("daily at 05:00", 'cron("0 5 ? * * 2026")')
    project = project_in(tmp_path, policy=ends + GOOD)
    codes = [policyengine("test", project, "--at", at).code for at in ("2026-09-13", "2027-01-01")]
    assert codes == [0, 1]


def test_a_snapshot_of_ones_choice(policyengine: Command, tmp_path: Path) -> None:
    project = project_in(tmp_path / "project", policy=POLICY + GOOD)
    other = tmp_path / "other.yaml"
    other.write_text((project / "organization.yaml").read_text().replace("books", "magazines"))
    assert policyengine("test", "-C", project, "--snapshot", other).code == 1
    assert policyengine("test", "--snapshot", other).out == "pass: no tests\n"


def test_only_what_the_project_has(policyengine: Command, tmp_path: Path) -> None:
    raw = "  policies: [raw]\n  accounts:"
    tree = (project_in(tmp_path) / "organization.yaml").read_text().replace("  accounts:", raw, 1)
    tree += 'policies: {raw: {content: {plans: {raw: {regions: {"@@assign": [eu-west-1]}}}}}}\n'
    tests = 'test "it" { given account "books" expect invalid }'
    project = project_in(tmp_path, policy=POLICY + tests, organization=tree)
    assert [policyengine("test", project, *options).code for options in ([], ["--only-project"])] == [0, 1]


def test_to_a_file(policyengine: Command, tmp_path: Path) -> None:
    project = project_in(tmp_path, policy=POLICY + GOOD)
    assert policyengine("test", project, "--output", tmp_path / "out.txt") == (0, "", "")
    assert (tmp_path / "out.txt").read_text() == "passed: books\npass: 1 test\n"


TWO_ASSERTIONS = """\
require kept "Backups are kept" {
  reference = "Standard 4"
  assert every rule satisfies rule.retention >= 400 days
    message "too short"
  assert some rule satisfies rule.retention >= 400 days
}
test "toys" {
  given account "toys"
  expect no violation of kept
}
"""


def test_what_two_assertions_say_of_one_value_stands_once(policyengine: Command, tmp_path: Path) -> None:
    lines = policyengine("test", project_in(tmp_path, policy=POLICY + TWO_ASSERTIONS)).out.splitlines()
    assert len([line for line in lines if "asks for at least 400 days" in line]) == 1
    assert [line for line in lines if "help: " in line] == ["   = help: too short; see Standard 4"]
