"""Many findings: the table of `check` on a terminal, in Markdown and with `--statistics`, which agrees with the JSON."""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from cli.command import AS_OF, Command, Json, project_in, write
from generators.faulty import Faulty, faulty
from jsonschema import Draft202012Validator
from support.evaluated_once import evaluate_once

from policyengine.cli import check
from policyengine.cli.app import run
from policyengine.report.output_schemas import output_schema

ACCOUNTS, FAULTS = 2_000, 400
SCREEN = 24  # lines
FITS_GITHUB = 65_536  # characters of a comment
Row = tuple[str, str, str, str | None, int, int, int]
HEAD = "level    findings  places  accounts  check, and where it begins"


@pytest.fixture(scope="module", autouse=True)
def one_run() -> Iterator[None]:
    """All that is shown of the large project is of one run over it."""
    with pytest.MonkeyPatch.context() as patch:
        evaluate_once(patch, check)
        yield


@pytest.fixture(scope="module")
def organization() -> Faulty:
    return faulty(random.Random(12), accounts=ACCOUNTS, faults=FAULTS)


@pytest.fixture(scope="module")
def large(organization: Faulty, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("large"), organization.files)


@pytest.fixture(scope="module")
def found(large: Path) -> Json:
    report = large / "report.json"
    run(["check", str(large), *AS_OF, "--format", "json", "--output", str(report)])
    return json.loads(report.read_text(encoding="utf-8"))


def counted(found: Json) -> list[Row]:
    """What the statistics of a report have to be, in the order of levels, accounts and findings."""
    findings: Counter[tuple[str, str, str, str | None]] = Counter()
    places: Counter[tuple[str, str, str, str | None]] = Counter()
    accounts: dict[tuple[str, str, str, str | None], set[str]] = {}
    for one in found["findings"]:
        if one["waiver"] is None and not one.get("baseline"):
            key = (one["severity"], one["code"], one["name"], one["requirement"])
            findings[key] += 1
            places[key] += len(one.get("places", [one]))
            accounts.setdefault(key, set()).update(one["accounts"])
    rows: list[Row] = [(*key, number, places[key], len(accounts[key])) for key, number in findings.items()]
    return sorted(
        rows, key=lambda row: (("error", "warning", "info").index(row[0]), -row[6], -row[5], row[1], row[3] or "")
    )


def test_every_fault_is_counted(found: Json, organization: Faulty) -> None:
    assert sum(organization.planted.values()) == FAULTS
    accounts = {name: number for _, _, name, _, _, _, number in counted(found) if name in organization.planted}
    assert accounts == dict(organization.planted)


def test_statistics_agree_with_the_json(policyengine: Command, large: Path, found: Json) -> None:
    ran = policyengine("check", large, *AS_OF, "--statistics", "--format", "json")
    Draft202012Validator(output_schema("statistics")).validate(ran.json)
    rows = ran.json["statistics"]
    names = ("severity", "code", "name", "requirement", "findings", "places", "accounts")
    assert [tuple(row[name] for name in names) for row in rows] == counted(found)
    assert (ran.code, ran.json["verdict"], ran.json["summary"]) == (1, found["verdict"], found["summary"])
    for level in ("error", "warning", "info"):
        assert sum(row["findings"] for row in rows if row["severity"] == level) == found["summary"][level]
    for row in rows:
        first = next(
            one for one in found["findings"] if (one["name"], one["severity"]) == (row["name"], row["severity"])
        )
        assert row["first"] == {"location": first["location"], "path": first["path"]}


def test_statistics_on_a_terminal_agree_with_the_json(policyengine: Command, large: Path, found: Json) -> None:
    head, *lines = policyengine("check", large, *AS_OF, "--statistics").out.splitlines()
    expected = counted(found)
    assert head == HEAD
    told = [
        (line.split()[0], *map(int, line.replace(",", "").split()[1:4]), line.split()[5])
        for line in lines[: len(expected)]
    ]
    assert told == [(row[0], row[4], row[5], row[6], row[2]) for row in expected]
    assert lines[-1].startswith("fail: 2,000 accounts, 401 policies: ")


def test_the_last_screen_names_the_worst(policyengine: Command, large: Path, found: Json) -> None:
    screen = policyengine("check", large, *AS_OF).out.splitlines()[-SCREEN:]
    table = screen[screen.index(HEAD) + 1 :]
    for line, row in zip(table, counted(found)[:5], strict=False):
        assert line.split()[:6] == [row[0], *(f"{number:,}" for number in row[4:]), row[1], row[2]]


def test_a_comment_begins_with_the_same_table(policyengine: Command, large: Path, found: Json) -> None:
    text = policyengine("check", large, *AS_OF, "--format", "markdown").out
    assert len(text) < FITS_GITHUB
    lines = text.splitlines()
    assert lines[3].startswith("**fail**: 2,000 accounts")
    assert lines[5:7] == [
        "| level | check | findings | places | accounts | first at |",
        "|---|---|---:|---:|---:|---|",
    ]
    rows = [line.strip("| ").split(" | ") for line in lines[7 : 7 + len(counted(found))]]
    told = [(level, check.split("]")[0].strip("["), *numbers) for level, check, *numbers, _ in rows]
    expected = [(row[0], f"{row[1]} {row[2]}", *(f"{number:,}" for number in row[4:])) for row in counted(found)]
    assert told == expected


def test_few_findings_have_no_table(policyengine: Command, tmp_path: Path) -> None:
    small = project_in(tmp_path / "small", policy="policy idle { plan p {} }\n")
    assert HEAD not in policyengine("check", small, *AS_OF).out
    assert "| level |" not in policyengine("check", small, *AS_OF, "--format", "markdown").out
    assert policyengine("check", small, *AS_OF, "--statistics").out.splitlines()[0] == HEAD


def test_requirements_have_rows_of_their_own(policyengine: Command, tmp_path: Path) -> None:
    asking = "".join(
        f'require "a|{days}" {{ assert every rule satisfies rule.retention >= {days} days }}\n' for days in (40, 50)
    )
    small = project_in(tmp_path / "small", **{"require.bpol": asking})
    rows = policyengine("check", small, *AS_OF, "--statistics", "--format", "json").json["statistics"]
    assert [(row["name"], row["requirement"], row["findings"], row["accounts"]) for row in rows][:2] == [
        ("requirement-violated", "a|40", 1, 3),
        ("requirement-violated", "a|50", 1, 3),
    ]


@pytest.mark.parametrize("form", ["sarif", "html", "markdown"])
def test_other_formats_have_no_statistics(policyengine: Command, tmp_path: Path, form: str) -> None:
    ran = policyengine("check", project_in(tmp_path / "small"), "--statistics", "--format", form)
    assert ran == (2, "", f"error: --statistics: its formats are terminal and json, not {form}\n")


def test_what_many_policies_share_is_one_finding(policyengine: Command, large: Path, found: Json) -> None:
    (missing,) = [one for one in found["findings"] if one["name"] == "vault-missing"]
    assert len(missing["places"]) > 50
    assert missing["location"] == missing["places"][0]["location"]
    assert missing["accounts"] == sorted({number for place in missing["places"] for number in place["accounts"]})
    places = [f"faults.bpol:{place['location']['line']}" for place in missing["places"]]
    ran = policyengine("check", large, *AS_OF, "--select", "vault-missing")
    assert f"--> {places[0]}:" in ran.out
    assert f"   = also at: {', '.join(places[1:6])} and {len(places) - 6:,} more\n" in ran.out
    assert ran.out.endswith(": 1 error\n")
    comment = policyengine("check", large, *AS_OF, "--format", "markdown").out
    assert comment.count("**PE601 vault-missing**") == 1
    assert f"  - also at: {', '.join(f'`{place}`' for place in places[1:6])} and {len(places) - 6:,} more\n" in comment


def test_code_scanning_has_a_result_for_each_place(policyengine: Command, large: Path, found: Json) -> None:
    """So that none of them is another result when one more place joins."""
    places = sum(len(one.get("places", [one])) for one in found["findings"])
    (run_,) = json.loads(policyengine("check", large, *AS_OF, "--format", "sarif").out)["runs"]
    assert len(run_["results"]) == places
    prints = {result["partialFingerprints"]["policyengine/v1"] for result in run_["results"]}
    assert len(prints) == places


def test_few_and_mistakes_of_a_text_stay_apart(policyengine: Command, tmp_path: Path) -> None:
    wrong = "".join(f"policy p{number} {{ plan p {{ rule r {{ retain = 35 }} }} }}\n" for number in range(5))
    text = policyengine("check", project_in(tmp_path / "small", policy=wrong), *AS_OF).out
    assert text.count("--> policy.bpol:") == 5
    assert "also at" not in text


def test_a_page_begins_with_the_table(policyengine: Command, large: Path, found: Json) -> None:
    text = policyengine("check", large, *AS_OF, "--format", "html").out
    table = text.partition('<details class="causes">')[2].partition("</details>")[0]
    cells = [re.findall("<td>(.*?)</td>", line) for line in table.splitlines() if line.startswith("<tr>")]
    assert [tuple(row) for _, *row, _ in cells] == [
        (f"{row[1]} {row[2]}", *(f"{number:,}" for number in row[4:])) for row in counted(found)[:10]
    ]
