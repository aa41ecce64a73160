"""An inventory without a resource says nothing of any: no command that rests on it passes."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import duckdb
import pytest

from cli.command import AT, Command, write

COVERED = Path(__file__).parents[1] / "golden" / "covered"
POINTS = {"Results": [{"ResourceArn": "arn:aws:ec2:eu-west-1:222222222222:volume/vol-1", "ResourceType": "EBS"}]}
DELETED = {"Results": [json.dumps({"arn": "arn:aws:s3:::a", "configurationItemStatus": "ResourceDeleted"})]}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return Path(shutil.copytree(COVERED, tmp_path / "shop"))


@pytest.mark.parametrize(
    "text",
    [
        "arn,account\n",
        '{"Results": [], "QueryInfo": {}}',
        '{"Resources": []}',
        '{"ResourceTagMappingList": [], "PaginationToken": ""}',
        '{"configurationItems": []}',
        "[]",
        json.dumps(DELETED),
    ],
    ids=["table", "query", "explorer", "tagging", "snapshot", "list", "deleted alone"],
)
def test_no_kind_of_list_without_resources_passes(policyengine: Command, project: Path, text: str) -> None:
    file = write(project, {"empty.txt": text}) / "empty.txt"
    ran = policyengine("coverage", project, "--inventory", file, "--max-unprotected", "0", "--at", AT)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == f"error: {file}: no resource is listed, so that nothing can be said of any; list them anew\n"


def test_recovery_points_alone_are_no_resources(policyengine: Command, project: Path) -> None:
    file = write(project, {"points.json": json.dumps(POINTS)}) / "points.json"
    ran = policyengine("coverage", project, "--inventory", file, "--at", AT)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == (
        f"error: {file}: only recovery points are listed, and no resource; add a list of the resources that there are\n"
    )


@pytest.mark.parametrize("engine", ["auto", "python", "duckdb"])
@pytest.mark.parametrize("first", ["Count", "Resources"])
def test_a_search_that_lists_only_the_first_thousand_passes_in_no_engine(
    policyengine: Command, project: Path, engine: str, first: str
) -> None:
    arn = "arn:aws:rds:eu-west-1:222222222222:db:orders"
    page = {"Count": {"Complete": False, "TotalResources": 1000}, "Resources": [{"Arn": arn}]}
    text = json.dumps({first: page[first], **page})
    file = write(project, {"search.json": text}) / "search.json"
    ran = policyengine("coverage", project, "--inventory", file, "--engine", engine, "--at", AT)
    assert (ran.code, ran.out) == (2, "")
    assert "use `list-resources`, or several narrower searches" in ran.err


@pytest.mark.parametrize("engine", ["auto", "python", "duckdb"])
def test_an_empty_table_of_parquet_passes_in_no_engine(policyengine: Command, project: Path, engine: str) -> None:
    file = project / "empty.parquet"
    duckdb.execute(f"COPY (SELECT '' AS arn WHERE false) TO '{file}' (FORMAT parquet)")
    ran = policyengine("coverage", project, "--inventory", file, "--engine", engine, "--at", AT)
    assert (ran.code, ran.out) == (2, "")
    assert "no resource is listed" in ran.err


@pytest.mark.parametrize(
    "call",
    [
        ["check"],
        ["controls"],
        ["restore-tests", "--max-untested", "0"],
        ["cost", "--budget", "1"],
        ["explain", "--resource", "arn:aws:s3:::a"],
        ["diff", "./"],
    ],
    ids=lambda call: call[0],
)
def test_no_command_passes(policyengine: Command, project: Path, call: list[str]) -> None:
    file = write(project, {"empty.csv": "arn\n"}) / "empty.csv"
    ran = policyengine(*call, "-C", project, "--inventory", file, "--at", AT)
    assert (ran.code, ran.out) == (2, "")
    assert "no resource is listed" in ran.err


def test_one_of_several_lists_may_be_empty(policyengine: Command, project: Path) -> None:
    file = write(project, {"empty.csv": "arn\n"}) / "empty.csv"
    named = ("--inventory", file, "--inventory", project / "inventory.csv")
    assert policyengine("coverage", project, *named, "--at", AT).code == 0


@pytest.mark.parametrize(("limit", "code"), [("0", 2), ("99%", 2), ("100%", 0), (None, 0)])
def test_where_nothing_is_decided_no_limit_holds(
    policyengine: Command, project: Path, limit: str | None, code: int
) -> None:
    text = "arn,state\narn:aws:rds:eu-west-1:222222222222:db:a,available\n"
    file = write(project, {"untagged.csv": text}) / "untagged.csv"
    limited = [] if limit is None else ["--max-unprotected", limit]
    ran = policyengine.json("coverage", project, "--inventory", file, *limited, "--at", AT)
    assert (ran.code, ran.json["summary"]["undecided"]) == (code, 1)
    assert ran.json["verdict"] == ("undecided" if code else "pass")


DATABASE = "arn:aws:rds:eu-west-1:222222222222:db:d{},available,mysql,{}\n"


@pytest.mark.parametrize(
    ("limit", "code", "last"),
    [
        ("1%", 1, "fail: 1 unprotected of 2 decided (50.0 %), more than --max-unprotected 1%"),
        ("49.9%", 1, "fail: 1 unprotected of 2 decided (50.0 %), more than --max-unprotected 49.9%"),
        ("50%", 0, "pass: 1 unprotected of 2 decided (50.0 %), within --max-unprotected 50%"),
        ("0", 1, "fail: 1 unprotected, more than --max-unprotected 0"),
        ("1", 0, "pass: 1 unprotected, within --max-unprotected 1"),
    ],
)
def test_a_share_is_of_what_is_decided(policyengine: Command, project: Path, limit: str, code: int, last: str) -> None:
    """One protected, one unprotected, 98 without known tags: as a share of all, one would be within one percent."""
    tags = ['"{""backup"": ""daily""}"', "{}", *[""] * 98]
    rows = [DATABASE.format(number, each) for number, each in enumerate(tags)]
    file = write(project, {"most.csv": "arn,state,engine,tags\n" + "".join(rows)}) / "most.csv"
    ran = policyengine("coverage", project, "--inventory", file, "--max-unprotected", limit, "--at", AT)
    assert ran.code == code
    ending = ran.out.splitlines()[-1].partition("; 1 requirement")[0]
    assert ending == f"{last}; 98 undecided, which it does not count"


@pytest.mark.parametrize(("limit", "code"), [("0", 2), ("97", 2), ("98", 0), ("1%", 2), ("99.9%", 2), ("100%", 0)])
def test_of_undecided_resources_alone_only_a_limit_that_allows_all_is_met(
    policyengine: Command, project: Path, limit: str, code: int
) -> None:
    rows = [DATABASE.format(number, "") for number in range(98)]
    file = write(project, {"most.csv": "arn,state,engine,tags\n" + "".join(rows)}) / "most.csv"
    ran = policyengine("coverage", project, "--inventory", file, "--max-unprotected", limit, "--at", AT)
    assert ran.code == code
    said = f"undecided: of no resource anybody can say whether it is protected, so --max-unprotected {limit} is not met"
    assert ran.out.splitlines()[-1].startswith(said) == (code == 2)


def test_a_limit_that_is_met_says_what_it_does_not_count(policyengine: Command, project: Path) -> None:
    text = "arn,state,engine,tags\n" + "".join(
        f"arn:aws:rds:eu-west-1:222222222222:db:{name},available,mysql,{tags}\n"
        for name, tags in (("a", ""), ("b", "{}"))
    )
    file = write(project, {"half.csv": text}) / "half.csv"
    ran = policyengine("coverage", project, "--inventory", file, "--max-unprotected", "1", "--at", AT)
    assert ran.code == 0
    wanted = "pass: 1 unprotected, within --max-unprotected 1; 1 undecided, which it does not count"
    assert ran.out.splitlines()[-1].startswith(wanted)
