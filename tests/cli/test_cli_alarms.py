"""`alarms`: templates are written whole, an index beside them; a deployed one is compared."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from cli.command import AS_OF, SNAPSHOT, Command, project_in
from policyengine.report.output_schemas import output_schema

NAME = "alarms-eu-west-1"


@pytest.mark.parametrize(("form", "suffix"), [("cloudformation", ".json"), ("terraform", ".tf.json")])
def test_templates_are_written_and_are_as_they_should_be(
    policyengine: Command, tmp_path: Path, form: str, suffix: str
) -> None:
    folder, out = project_in(tmp_path), tmp_path / "out"
    ran = policyengine("alarms", folder, "--out", out, "--format", form, *AS_OF)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines()[2] == f"{NAME}{suffix} for 3 accounts in eu-west-1"
    assert sorted(file.name for file in out.iterdir()) == sorted([f"{NAME}{suffix}", "alarms.index.json"])
    index = json.loads((out / "alarms.index.json").read_text())
    Draft202012Validator(output_schema("alarms")).validate(index)
    assert [entry["file"] for entry in index["templates"]] == [f"{NAME}{suffix}"]
    checked = policyengine("alarms", folder, "--check", out / f"{NAME}{suffix}", "--format", form, *AS_OF)
    assert (checked.code, checked.out) == (0, f"{out / NAME}{suffix}: as it should be ({NAME})\n")


def test_a_deployed_template_that_differs_fails(policyengine: Command, tmp_path: Path) -> None:
    folder, out = project_in(tmp_path), tmp_path / "out"
    policyengine("alarms", folder, "--out", out, *AS_OF)
    template = json.loads((out / f"{NAME}.json").read_text())
    del template["Resources"]["SilenceMain"]
    deployed = tmp_path / "deployed.json"
    deployed.write_text(json.dumps({"TemplateBody": json.dumps(template), "StagesAvailable": []}))
    ran = policyengine("alarms", folder, "--check", deployed, *AS_OF)
    assert ran.code == 1
    assert ran.out == f"{deployed}: differs in 1 place from {NAME}\n  missing: Resources/SilenceMain\n"
    assert policyengine("alarms", folder, "--check", deployed, "--quiet", *AS_OF) == (1, "", "")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (2, "2"),
        (["1"], '["1"]'),
        (None, "null"),
        ("a\n\x1b[31m`b`", "\"a\\n\\u001b[31m'b'\""),
        ("x" * 99, f'"{"x" * 58}…'),
    ],
)
def test_both_values_of_a_difference_are_shown(
    policyengine: Command, tmp_path: Path, value: object, shown: str
) -> None:
    folder, out = project_in(tmp_path), tmp_path / "out"
    policyengine("alarms", folder, "--out", out, *AS_OF)
    deployed = out / f"{NAME}.json"
    template = json.loads(deployed.read_text())
    template["Resources"]["SilenceMain"]["Properties"]["Threshold"] = value
    deployed.write_text(json.dumps(template))
    ran = policyengine("alarms", folder, "--check", deployed, *AS_OF)
    place = "Resources/SilenceMain/Properties/Threshold"
    assert (ran.code, ran.out.splitlines()[1]) == (1, f"  different: {place}: {shown}, expected 1")


def test_a_vault_that_the_snapshot_lacks_is_said_and_has_its_alarms(policyengine: Command, tmp_path: Path) -> None:
    there = 'vaults: [{name: Main, accounts: ["222222222222"], regions: [eu-west-1]}]\n'
    folder, out = project_in(tmp_path, organization=SNAPSHOT + there), tmp_path / "out"
    ran = policyengine("alarms", folder, "--out", out, *AS_OF)
    (template,) = json.loads((out / "alarms.index.json").read_text())["templates"]
    (note,) = template["notes"]
    assert (ran.code, ran.err) == (0, "")
    assert note.startswith("vault `Main`: by the snapshot there is none in `111111111111` and `333333333333`;")
    assert note in ran.out
    assert [each["vault"] for each in template["silence"]] == ["Main"]


WANTED = (
    "expected a template, as `policyengine alarms --out DIR` writes it and `aws cloudformation get-template` prints it"
)
EXPECTED = f"--check {{file}}: expected a template of this command, which now writes `{NAME}`"
ADVICE = "`policyengine alarms --out DIR` writes them"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", f"{{file}}: the file is empty; {WANTED}"),
        ("{", f"{{file}}:1: this is not JSON: the file ends too soon; {WANTED}"),
        ("Resources: {}", f"{{file}}:1: this is not JSON: expecting value (column 1); {WANTED}"),
        ("[]", f"{EXPECTED}, found an empty list; {ADVICE}"),
        ('{"Resources": {}}', f"{EXPECTED}, found an object with `Resources`; {ADVICE}"),
        ('{"TemplateBody": "Resources: {}"}', f"{{file}}: TemplateBody: this is not JSON; {WANTED}"),
        ('{"Metadata": {"policyengine": {"template": "old"}}}', f"{EXPECTED}, found that of `old`; {ADVICE}"),
    ],
)
def test_what_is_no_template_cannot_be_compared(policyengine: Command, tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "deployed.json"
    file.write_text(text)
    ran = policyengine("alarms", project_in(tmp_path), "--check", file, *AS_OF)
    assert (ran.code, ran.out, ran.err) == (2, "", f"error: {said.format(file=file)}\n")


def test_nothing_to_do_is_said(policyengine: Command, tmp_path: Path) -> None:
    ran = policyengine("alarms", project_in(tmp_path), *AS_OF)
    assert ran.code == 2
    assert ran.err == "error: alarms needs --out DIR to write templates into, or --check FILE to compare one\n"


def test_a_faulty_project_writes_nothing(policyengine: Command, tmp_path: Path) -> None:
    ran = policyengine("alarms", project_in(tmp_path, policy="policy {"), "--out", tmp_path / "out", *AS_OF)
    assert (ran.code, (tmp_path / "out").exists()) == (2, False)
