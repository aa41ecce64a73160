"""The formats of `check` for other systems: word for word, and all of one mind.

`UPDATE_GOLDEN=1 pytest tests/report` writes the files anew; read the difference before you keep it.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from cli.command import AT, Command, Json
from jsonschema import Draft202012Validator
from report.sarif_schema import SCHEMA
from report.told import READERS, Told, from_json

from policyengine import __version__
from policyengine.analysis.findings.registry import RULES
from policyengine.cli.diff import FAULT_FORMATS
from policyengine.cli.options import CheckFormat, DiffFormat, ProveFormat, RenderedFormat, TestFormat

GOLDEN = Path(__file__).parent / "golden"
FILES = {
    "sarif": "check.sarif",
    "junit": "junit.xml",
    "github": "github.txt",
    "gitlab": "gitlab.json",
    "markdown": "markdown.md",
}


@pytest.mark.parametrize("form", FILES)
def test_word_for_word(policyengine: Command, project: Path, form: str) -> None:
    ran = policyengine("check", project, "--at", AT, "--format", form)
    printed = {"sarif": without_rules, "junit": without_silence}.get(form, str)(ran.out)
    if os.environ.get("UPDATE_GOLDEN"):
        (GOLDEN / FILES[form]).write_text(printed, encoding="utf-8")
    assert (ran.code, ran.err) == (1, "")
    assert printed == (GOLDEN / FILES[form]).read_text(encoding="utf-8")


def without_rules(text: str) -> str:
    """A SARIF log without what changes whenever a check comes or a version goes."""
    log = json.loads(text)
    driver = log["runs"][0]["tool"]["driver"]
    del driver["rules"], driver["version"]
    for result in log["runs"][0]["results"]:
        del result["ruleIndex"]
    return json.dumps(log, indent=2) + "\n"


def without_silence(text: str) -> str:
    """A JUnit report without the checks that pass since they found nothing."""
    root = ET.fromstring(text)  # noqa: S314 - our own report
    for suite in [*root]:
        for case in [case for case in suite if not len(case) and case.get("name", "").startswith("PE")]:
            suite.remove(case)
        del suite.attrib["tests"]
        if not len(suite):
            root.remove(suite)
    del root.attrib["tests"]
    ET.indent(root)
    return ET.tostring(root, encoding="unicode") + "\n"


@pytest.mark.parametrize("form", [*CheckFormat, *DiffFormat, *TestFormat, *ProveFormat])
def test_every_format_has_its_module(form: RenderedFormat) -> None:
    assert callable(form.renderer.render)


def test_every_format_of_a_comparison_writes_its_faults() -> None:
    assert set(FAULT_FORMATS) == set(DiffFormat)


def test_every_golden_file_is_compared() -> None:
    assert {file.name for file in GOLDEN.iterdir()} == set(FILES.values())


def told(policyengine: Command, project: Path, form: str, *options: str) -> Counter[Told]:
    """What a format tells of every finding, without how it spells the message."""
    out = policyengine("check", project, "--at", AT, "--format", form, *options).out
    reader = from_json if form == "json" else READERS[form]
    return Counter(found._replace(message=found.message[:20].replace("`", "")) for found in reader(out))


@pytest.mark.parametrize("form", READERS)
def test_formats_agree(policyengine: Command, project: Path, form: str) -> None:
    expected = told(policyengine, project, "json")
    statuses = Counter(found.status for found in expected.elements())
    assert statuses == {"error": 2, "warning": 3, "info": 2, "waived": 1, "accepted": 1}
    assert told(policyengine, project, form) == expected


@pytest.mark.parametrize("form", READERS)
@pytest.mark.parametrize(
    "options", [[], ["--account", "books"], ["--account", "management"], ["--strict"], ["--only-project"]]
)
def test_formats_agree_on_the_exit_code(policyengine: Command, project: Path, form: str, options: list[str]) -> None:
    terminal = policyengine("check", project, "--at", AT, *options)
    ran = policyengine("check", project, "--at", AT, *options, "--format", form)
    assert (ran.code, ran.err) == (terminal.code, terminal.err)


@pytest.mark.parametrize("form", READERS)
def test_nothing_found(policyengine: Command, project: Path, form: str) -> None:
    (project / "backup.bpol").write_text("policy baseline {}\nattach baseline to root\n")
    (project / "policyengine.toml").write_text('[checks]\naccount-without-plan = "off"\n')
    ran = policyengine("check", project, "--format", form)
    assert (ran.code, ran.err, [*READERS[form](ran.out)]) == (0, "", [])


@pytest.mark.parametrize("form", READERS)
def test_quiet_is_about_the_terminal_and_output_writes_a_file(
    policyengine: Command, project: Path, tmp_path: Path, form: str
) -> None:
    printed = policyengine("check", project, "--at", AT, "--format", form, "--quiet")
    written = policyengine("check", project, "--at", AT, "--format", form, "--output", tmp_path / "report")
    assert printed.out
    assert written == (1, "", "")
    assert (tmp_path / "report").read_text(encoding="utf-8") == printed.out


def sarif(policyengine: Command, project: Path, *options: str) -> Json:
    """The one run of the log, which must be as the specification and GitHub ask for."""
    log = policyengine("check", project, "--at", AT, "--format", "sarif", *options).json
    Draft202012Validator(SCHEMA).validate(log)
    return log["runs"][0]


@pytest.mark.parametrize("fault", ["no location", "empty text", "unknown property", "raw uri"])
def test_the_schema_of_the_tests_tells_faults(policyengine: Command, project: Path, fault: str) -> None:
    log = policyengine("check", project, "--at", AT, "--format", "sarif").json
    result = log["runs"][0]["results"][0]
    if fault == "no location":
        result["locations"] = []
    elif fault == "empty text":
        result["message"]["text"] = ""
    elif fault == "unknown property":
        result["severity"] = "error"
    else:
        result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] = "a b.bpol"
    assert not Draft202012Validator(SCHEMA).is_valid(log)


def test_sarif_describes_every_rule(policyengine: Command, project: Path) -> None:
    driver = sarif(policyengine, project)["tool"]["driver"]
    assert (driver["name"], driver["version"]) == ("policyengine", __version__)
    assert [(rule["id"], rule["name"]) for rule in driver["rules"]] == [(rule.code, rule.name) for rule in RULES]
    (rule,) = [rule for rule in driver["rules"] if rule["name"] == "override-without-effect"]
    assert (rule["defaultConfiguration"], rule["properties"]) == ({"level": "note"}, {"tags": ["merging"]})
    assert rule["help"]["markdown"] == policyengine("rules", "override-without-effect").out


def test_sarif_has_the_facts_of_the_json(policyengine: Command, project: Path) -> None:
    findings = policyengine("check", project, "--at", AT, "--format", "json").json["findings"]
    for result, found in zip(sarif(policyengine, project)["results"], findings, strict=True):
        assert result["properties"] == {key: found[key] for key in result["properties"]}
        assert set(result["properties"]) == {"accounts", "policies", "path", "region", "requirement"}


def test_sarif_tells_a_waiver_from_the_baseline(policyengine: Command, project: Path) -> None:
    results = sarif(policyengine, project)["results"]
    assert [result["baselineState"] for result in results].count("unchanged") == 1
    assert {result["baselineState"] for result in results} == {"new", "unchanged"}
    waived, accepted = [suppression for result in results for suppression in result["suppressions"]]
    place = waived.pop("location")["physicalLocation"]
    assert (place["artifactLocation"]["uri"], place["region"]["startLine"]) == ("infra/backup/backup.bpol", 45)
    because = "SHOP-3: *moves* | to <b>Frankfurt</b> with @team"
    assert waived == {
        "kind": "external",
        "status": "accepted",
        "justification": f"waived until 2026-12-31: {because}",
        "properties": {
            "what": "vault-missing",
            "target": {"kind": "account", "id": "222222222222", "name": "books",
                       "path": "Shops/[Books](tel:1) `::error::`/books"},
            "until": "2026-12-31",
            "because": because,
        },
    }  # fmt: skip
    assert accepted == {"kind": "external", "status": "accepted", "justification": "accepted in baseline.json"}


def test_without_a_baseline_no_result_is_new(policyengine: Command, project: Path) -> None:
    (project / "policyengine.toml").unlink()
    assert {result.get("baselineState") for result in sarif(policyengine, project)["results"]} == {None}


def test_sarif_links_to_the_second_place_and_nowhere_else(policyengine: Command, project: Path) -> None:
    (result,) = [result for result in sarif(policyengine, project)["results"] if result["relatedLocations"]]
    (related,) = result["relatedLocations"]
    assert result["message"]["text"].endswith(". See: [set here](1)")
    assert (related["id"], related["message"]) == (1, {"text": "set here"})
    assert related["physicalLocation"]["region"]["startLine"] == 8
    hostile = [found for found in sarif(policyengine, project)["results"] if "[Books]" in found["message"]["text"]]
    assert hostile
    assert all("](" not in found["message"]["text"] for found in hostile)


def test_sarif_says_what_was_not_judged(policyengine: Command, project: Path) -> None:
    (note,) = sarif(policyengine, project)["invocations"][0]["toolExecutionNotifications"]
    assert note["message"]["text"] == "not in the snapshot: vault-locks, vault-types, opt-in, needed by 14 checks"
    (project / "organization.yaml").unlink()
    (note,) = sarif(policyengine, project)["invocations"][0]["toolExecutionNotifications"]
    assert note["level"] == "warning"
    assert note["message"]["text"].startswith("not judged: attachments and effective policies: ")
