"""`coverage`: what plans protect, why not the rest, the list, the limits, and what is no inventory."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import duckdb
import pytest

from cli.command import AT, Command, write

CLOCK = ["--at", AT]
COVERED = Path(__file__).parents[1] / "golden" / "covered"
LIST = ["arn", "account", "region", "type", "protected", "plans", "reason", "through", "notes"]


@pytest.fixture
def covered(tmp_path: Path) -> list[str]:
    """The call on a project with fifteen resources, three of them protected and one undecided."""
    folder = Path(shutil.copytree(COVERED, tmp_path / "covered"))
    return ["coverage", str(folder), "--inventory", str(folder / "inventory.csv"), *CLOCK]


def test_sums_and_groups(policyengine: Command, covered: list[str]) -> None:
    ran = policyengine.json(*covered)
    assert (ran.code, ran.err) == (0, "")
    summary = ran.json["summary"]
    assert [summary[name] for name in ("resources", "protected", "unprotected", "undecided")] == [15, 3, 11, 1]
    assert sum(summary["reasons"].values()) == 12
    assert sum(group["count"] for group in ran.json["groups"]) == 12
    (group,) = (group for group in ran.json["groups"] if group["reason"] == "tag-value-typo")
    assert group == {
        "account": "333333333333",
        "region": "eu-central-1",
        "type": "RDS",
        "reason": "tag-value-typo",
        "count": 1,
        "observed": "backup = dialy",
        "wanted": "backup = daily",
        "policies": ["baseline"],
        "location": {"file": "backup.bpol", "line": 12, "column": 7, "end_line": 12, "end_column": 33},
        "sample": ["arn:aws:rds:eu-central-1:333333333333:db:prices"],
    }
    assert ran.json["unknown_accounts"] == {"999999999999": 1}
    found = {(each["name"], each["requirement"]) for each in ran.json["findings"]}
    assert found == {("requirement-violated", "databases"), ("inventory-account-unknown", None)}


def test_names_are_those_of_aws_backup(policyengine: Command, covered: list[str], tmp_path: Path) -> None:
    gateway = "arn:aws:storagegateway:eu-west-1:222222222222:gateway/sgw-1/volume/vol-1"
    file = write(tmp_path, {"gateway.csv": f"arn\n{gateway}\n"}) / "gateway.csv"
    (group,) = policyengine.json("coverage", covered[1], "--inventory", file, *CLOCK).json["groups"]
    assert group["type"] == "Storage Gateway"


@pytest.mark.parametrize(
    ("tag", "change"),
    [
        ("backup,Daily", "write the tag as `backup = daily`, or add `Daily` to `values` of the selection"),
        ("backup,weekly", "add `weekly` to `values` of the selection, or tag it one of `backup = daily, gold`"),
        ("Backup,Daily", "write the tag as `backup = daily`"),
        ("Backup,weekly", "tag it one of `backup = daily, gold`"),
    ],
)
def test_the_change_would_protect(
    policyengine: Command, covered: list[str], tmp_path: Path, tag: str, change: str
) -> None:
    """A value in the selection takes no tag of another key."""
    key, value = tag.split(",")
    table = f"arn,state,tag:{key}\narn:aws:rds:eu-west-1:333333333333:db:orders,available,{value}\n"
    file = write(tmp_path, {"one.csv": table}) / "one.csv"
    assert f"    change: {change}\n" in policyengine("coverage", covered[1], "--inventory", file, *CLOCK).out


@pytest.mark.parametrize(
    ("by", "first"),
    [
        ("account", "shop (333333333333)"),
        ("unit", "Workloads"),
        ("type", "RDS"),
        ("reason", "no-plan-for-account"),
    ],
)
def test_what_groups_are_gathered_by(policyengine: Command, covered: list[str], by: str, first: str) -> None:
    lines = policyengine(*covered, "--by", by).out.splitlines()
    titles = [line for line in lines[1:] if line and line[0].isalnum() and not line.startswith("note:")]
    assert titles[0].startswith(f"{first}: ")
    totals = policyengine.json(*covered, "--by", by).json["totals"]
    each = [sum(row[name] for row in totals) for name in ("protected", "unprotected", "undecided")]
    assert each == ([0, 0, 0] if by == "reason" else [3, 11, 1])


def test_only_what_is_asked_for(policyengine: Command, covered: list[str]) -> None:
    reasons = {group["reason"] for group in policyengine.json(*covered, "--unprotected").json["groups"]}
    assert "state-unknown" not in reasons
    assert "tag-key-case" in reasons
    (group,) = policyengine.json(*covered, "--reason", "opt-in-off").json["groups"]
    assert group["sample"] == ["arn:aws:s3:::shop-images"]


@pytest.mark.parametrize(
    ("limit", "code"), [("11", 0), ("10", 1), ("0", 1), ("80%", 0), ("78.6%", 0), ("78.5%", 1), ("100%", 0)]
)
def test_a_limit_on_the_unprotected(policyengine: Command, covered: list[str], limit: str, code: int) -> None:
    ran = policyengine(*covered, "--max-unprotected", limit)
    assert ran.code == code
    assert ran.out.splitlines()[-1].startswith("fail: 11 unprotected" if code else "pass: 11 unprotected")
    assert policyengine(*covered, "--max-unprotected", limit, "--quiet") == (code, "", "")


def test_a_violated_requirement_fails(policyengine: Command, covered: list[str]) -> None:
    policy = Path(covered[1]) / "backup.bpol"
    policy.write_text(policy.read_text(encoding="utf-8").replace("advisory", "mandatory"), encoding="utf-8")
    assert policyengine.json(*covered).json["verdict"] == "fail"
    waived = '\nwaive databases for ou "Workloads" until 2027-01-31 because "new tags"\n'
    policy.write_text(policy.read_text(encoding="utf-8") + waived, encoding="utf-8")
    assert policyengine.json(*covered).json["verdict"] == "pass"


def test_check_judges_requirements_on_resources(policyengine: Command, covered: list[str]) -> None:
    folder, *rest = covered[1:]
    findings = policyengine.json("check", folder, *rest).json["findings"]
    asked = [finding for finding in findings if finding["requirement"] == "databases"]
    assert [(finding["name"], finding["severity"]) for finding in asked] == [("requirement-violated", "warning")] * 3
    assert asked[0]["resources"] == [
        "arn:aws:rds:eu-west-1:222222222222:db:ledger",
        "arn:aws:rds:eu-west-1:333333333333:db:carts",
    ]
    without = policyengine.json("check", folder, *CLOCK).json["findings"]
    assert "requirement-undecided" in {finding["name"] for finding in without if finding["requirement"] == "databases"}


def test_the_list_holds_every_resource(policyengine: Command, covered: list[str], tmp_path: Path) -> None:
    file = tmp_path / "list.json"
    assert policyengine(*covered, "--list", file, "--quiet") == (0, "", "")
    rows = json.loads(file.read_text(encoding="utf-8"))
    assert len(rows) == 15
    assert {tuple(row) for row in rows} == {tuple(LIST)}
    assert rows[0] == {
        "arn": "arn:aws:rds:eu-west-1:222222222222:db:orders",
        "account": "222222222222",
        "region": "eu-west-1",
        "type": "RDS",
        "protected": True,
        "plans": ["daily"],
        "reason": None,
        "through": None,
        "notes": [],
    }
    policyengine(*covered, "--list", file, "--unprotected")
    assert [row["protected"] for row in json.loads(file.read_text(encoding="utf-8"))] == [False] * 11


def test_the_list_as_a_table(policyengine: Command, covered: list[str], tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    policyengine(*covered, "--list", file)
    with file.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert list(rows[0]) == LIST
    assert [row["protected"] for row in rows].count("") == 1
    assert rows[0]["plans"] == '["daily"]'


def test_the_list_as_parquet(policyengine: Command, covered: list[str], tmp_path: Path) -> None:
    file = tmp_path / "list.parquet"
    assert policyengine(*covered, "--list", file).code == 0
    answer = duckdb.connect().execute("SELECT protected, count(*) FROM read_parquet(?) GROUP BY ALL", [str(file)])
    assert dict(answer.fetchall()) == {True: 3, False: 11, None: 1}
    assert [path.name for path in tmp_path.iterdir()] == ["covered", "list.parquet"]


def test_a_list_without_resources(policyengine: Command, covered: list[str], tmp_path: Path) -> None:
    file = tmp_path / "list.json"
    policyengine(*covered, "--list", file, "--reason", "policy-invalid")
    assert json.loads(file.read_text(encoding="utf-8")) == []


def test_no_cell_is_a_formula(policyengine: Command, covered: list[str], tmp_path: Path) -> None:
    lines = "arn,account,region\narn:aws:s3:::a,222222222222,=HYPERLINK(1)\n"
    file, rows = write(tmp_path, {"in.csv": lines}) / "in.csv", tmp_path / "out.csv"
    policyengine("coverage", covered[1], "--inventory", file, "--list", rows, *CLOCK)
    assert "'=hyperlink" in rows.read_text(encoding="utf-8") or not rows.exists()


def test_a_list_that_cannot_be_written(policyengine: Command, covered: list[str], tmp_path: Path) -> None:
    ran = policyengine(*covered, "--list", tmp_path / "missing" / "list.csv")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("error: ")


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (["--reason", "no-tags"], "error: --reason no-tags: no such reason; did you mean `no-tag`?\n"),
        (
            ["--max-unprotected", "-1"],
            "error: --max-unprotected -1: expected a number such as 0, or a share such as 5%\n",
        ),
        (
            ["--max-unprotected", "101%"],
            "error: --max-unprotected 101%: expected a number such as 0, or a share such as 5%\n",
        ),
        (["--list", "list.xlsx"], "error: --list list.xlsx: expected a name that ends in .json, .csv or .parquet\n"),
    ],
)
def test_wrong_usage(policyengine: Command, covered: list[str], arguments: list[str], error: str) -> None:
    assert policyengine(*covered, *arguments) == (2, "", error)


def test_without_an_inventory(policyengine: Command, covered: list[str]) -> None:
    ran = policyengine("coverage", covered[1])
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("error: no inventory of resources; pass --inventory FILE, or name its files under ")


def test_the_projects_own_inventory(policyengine: Command, covered: list[str]) -> None:
    write(Path(covered[1]), {"policyengine.toml": '[inventory]\nfiles = ["*.csv"]\n'})
    assert policyengine.json("coverage", covered[1], *CLOCK).json["summary"]["resources"] == 15


OLD = (
    "arn,state,tag:backup,captured_at\n"
    + "arn:aws:rds:eu-west-1:222222222222:db:orders,available,daily,2026-09-01\n" * 2
)


@pytest.mark.parametrize("form", ["terminal", "json", "markdown", "html", "sarif", "github"])
@pytest.mark.parametrize(("level", "code"), [("warning", 0), ("error", 1)])
def test_every_format_says_that_an_inventory_is_old_and_the_gate_counts_it(
    policyengine: Command, covered: list[str], form: str, level: str, code: int
) -> None:
    settings = f'[inventory]\nmax_age = "7 days"\n[checks]\ninventory-stale = "{level}"\n'
    folder = write(Path(covered[1]), {"policyengine.toml": settings, "old.csv": OLD})
    ran = policyengine("coverage", folder, "--inventory", folder / "old.csv", *CLOCK, "--format", form)
    assert ran.code == code
    assert "12.3 days old" in " ".join(ran.out.replace("`", "").split())
    assert "an ARN that another one has" in " ".join(ran.out.split())


STRANGE = (
    "arn,account,state,tag:backup\n"
    "arn:aws:rds:eu-west-1:222222222222:db:orders,,available,daily\n"
    "arn:aws:rds:eu-west-1:888888888888:db:orders,,available,daily\n"
    "arn:aws:s3:::logs,,,daily\n"
)


@pytest.mark.parametrize("form", ["terminal", "json", "markdown", "html", "sarif", "github"])
@pytest.mark.parametrize(("level", "code"), [("warning", 0), ("error", 1)])
def test_every_format_says_that_accounts_are_unknown_and_the_gate_counts_it(
    policyengine: Command, covered: list[str], form: str, level: str, code: int
) -> None:
    settings = f'[checks]\ninventory-account-unknown = "{level}"\n'
    folder = write(Path(covered[1]), {"policyengine.toml": settings, "strange.csv": STRANGE})
    ran = policyengine("coverage", folder, "--inventory", folder / "strange.csv", *CLOCK, "--format", form)
    assert ran.code == code
    said = " ".join(ran.out.replace("`", "").split())
    assert "1 resource is of an account that the snapshot does not know: 888888888888" in said
    assert "1 resource is of an account that neither the inventory nor the ARN names" in said


@pytest.mark.parametrize("form", ["terminal", "json", "markdown", "html", "sarif", "github"])
def test_a_project_with_faults_is_not_judged(policyengine: Command, covered: list[str], form: str) -> None:
    write(Path(covered[1]), {"more.bpol": "attach nothing to root\n"})
    ran = policyengine(*covered, "--format", form)
    assert ran.code == 2
    assert "nothing" in ran.out


@pytest.mark.parametrize("form", ["json", "markdown", "html", "sarif", "github"])
def test_everything_protected(policyengine: Command, covered: list[str], form: str, tmp_path: Path) -> None:
    arn = "arn:aws:rds:eu-west-1:222222222222:db:orders"
    file = write(tmp_path, {"one.csv": f"arn,state,tag:backup\n{arn},available,daily\n"}) / "one.csv"
    ran = policyengine("coverage", covered[1], "--inventory", file, "--max-unprotected", "0", *CLOCK, "--format", form)
    assert (ran.code, ran.err) == (0, "")
    assert form in {"json", "sarif"} or "100.0 %" in ran.out


def test_a_share_is_never_rounded_up_to_all(policyengine: Command, covered: list[str], tmp_path: Path) -> None:
    rows = [f"arn:aws:rds:eu-west-1:222222222222:db:d{number},available,daily" for number in range(2999)]
    rows.append("arn:aws:rds:eu-west-1:222222222222:db:odd,available,weekly")
    file = write(tmp_path, {"many.csv": "\n".join(["arn,state,tag:backup", *rows, ""])}) / "many.csv"
    ran = policyengine("coverage", covered[1], "--inventory", file, *CLOCK)
    assert ran.out.startswith("99.9 % protected (2,999 of 3,000 resources), 1 unprotected")


@pytest.mark.parametrize("form", ["terminal", "json", "markdown", "html", "sarif", "github"])
def test_every_engine_says_the_same(policyengine: Command, covered: list[str], form: str) -> None:
    plain, in_sql = (policyengine(*covered, "--format", form, "--engine", engine) for engine in ("python", "duckdb"))
    assert (plain.code, plain.out, plain.err) == (in_sql.code, in_sql.out, in_sql.err)


@pytest.mark.parametrize("narrowed", [[], ["--unprotected"], ["--reason", "no-tag"]])
def test_every_engine_lists_the_same(
    policyengine: Command, covered: list[str], tmp_path: Path, narrowed: list[str]
) -> None:
    lists = [tmp_path / f"{engine}.csv" for engine in ("python", "duckdb")]
    for file in lists:
        assert policyengine(*covered, "--list", file, "--engine", file.stem, *narrowed).code == 0
    assert len({tuple(sorted(file.read_text().splitlines())) for file in lists}) == 1


def test_an_engine_that_there_is_not_is_a_usage_error(policyengine: Command, covered: list[str]) -> None:
    ran = policyengine(*covered, "--engine", "oracle")
    assert ran.code == 2
    assert "--engine oracle: no such engine; the engines are auto, python, duckdb" in ran.err
