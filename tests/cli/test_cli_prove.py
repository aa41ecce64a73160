"""`prove`: can a policy attached further down break a requirement? For people and for programs."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.command import AT, POLICY, Command, project_in

CLOCK = ["--at", AT]
KEPT = """\
require kept {
  assert every rule where rule.plan == "daily" satisfies rule.retention >= 35 days
}
"""
UNKNOWN = """\
require unknown {
  assert every rule where rule.plan == "daily" satisfies rule.vault.lock == compliance
}
"""
LOCKED = POLICY.replace("plan daily", "locked plan daily")


@pytest.mark.parametrize(
    ("policy", "arguments", "code"),
    [
        (LOCKED + KEPT, [], 0),
        (POLICY + KEPT, [], 1),
        (POLICY + KEPT.replace("{\n", "{\n  level = advisory\n", 1), [], 0),
        (LOCKED + KEPT.replace("35", "36"), [], 1),
        (LOCKED + KEPT.replace("35", "36").replace("{\n", "{\n  level = advisory\n", 1), [], 0),
        (LOCKED + UNKNOWN, [], 0),
        (LOCKED + UNKNOWN, ["--strict"], 1),
    ],
    ids=[
        "guaranteed",
        "breakable",
        "breakable and advisory",
        "violated",
        "violated and advisory",
        "undecided",
        "undecided and strict",
    ],
)
def test_the_gate(policyengine: Command, project: Path, policy: str, arguments: list[str], code: int) -> None:
    command = ["prove", str(project_in(project, policy=policy)), *arguments, *CLOCK]
    ran = policyengine.json(*command)
    assert (ran.code, ran.json["verdict"], ran.err) == (code, "fail" if code else "pass", "")
    assert policyengine(*command).out.splitlines()[-1].startswith("fail: " if code else "pass: ")
    assert policyengine(*command, "--quiet") == (code, "", "")


def test_an_advisory_requirement_fails_where_warnings_do(policyengine: Command, tmp_path: Path) -> None:
    advisory = POLICY + KEPT.replace("{\n", "{\n  level = advisory\n", 1)
    folder = project_in(tmp_path, policy=advisory, config='[gate]\nfail_on = "warning"\n')
    assert policyengine("prove", folder, *CLOCK, "--quiet").code == 1


def test_the_configuration_may_be_strict(policyengine: Command, tmp_path: Path) -> None:
    folder = project_in(tmp_path, policy=LOCKED + UNKNOWN, config="[gate]\nstrict = true\n")
    assert policyengine("prove", folder, *CLOCK, "--quiet").code == 1


def test_what_is_broken_already_comes_first(policyengine: Command, tmp_path: Path) -> None:
    folder = project_in(tmp_path, policy=LOCKED + KEPT.replace("35", "36"))
    result = policyengine.json("prove", folder, *CLOCK).json["requirements"][0]["results"][0]
    assert (result["outcome"], result["counterexample"], result["account"]["path"]) == ("violated", None, "Shops/books")
    said = policyengine("prove", folder, *CLOCK).out.splitlines()
    assert said[1:3] == [
        "  violated: everywhere (4 targets), already broken",
        "    it does not hold as it is: retention is 35 days; `kept` asks for at least 36 days",
    ]
    assert said[-1] == "fail: 1 requirement, 4 targets: 4 violated, 0 guaranteed, 0 breakable, 0 undecided"


def test_an_account_that_is_created_later(policyengine: Command, tmp_path: Path) -> None:
    some = 'require some { assert plans["daily"].rules["nightly"].retention >= 35 days }\n'
    folder = project_in(tmp_path, policy=LOCKED + some)
    shops = policyengine.json("prove", folder, *CLOCK).json["requirements"][0]["results"][0]
    assert (shops["outcome"], shops["place"]) == ("breakable", {"kind": "ou", "path": "Shops"})
    assert shops["account"] == {"kind": "account", "id": None, "name": "new-account", "path": "Shops/new-account"}


def test_a_counterexample_says_everything(policyengine: Command, tmp_path: Path) -> None:
    ran = policyengine.json("prove", project_in(tmp_path, policy=POLICY + KEPT), *CLOCK)
    (requirement,) = ran.json["requirements"]
    assert (requirement["name"], requirement["level"]) == ("kept", "mandatory")
    paths = [result["target"]["path"] for result in requirement["results"]]
    assert paths == ["Shops", "Shops/books", "Shops/toys", "management"]
    shops = requirement["results"][0]
    assert shops["counterexample"] == (
        "policy attack {\n  plan daily {\n    rule nightly {\n      retain = 1 day\n    }\n  }\n}\n"
    )
    assert shops["reason"] == "retention is 1 day; `kept` asks for at least 35 days"
    assert (shops["place"], shops["account"]["path"]) == ({"kind": "ou", "path": "Shops"}, "Shops/books")


@pytest.mark.parametrize(
    ("files", "said"),
    [
        (
            {},
            "error: the project has no requirements, so there is nothing to prove; https://github.com/OWNER/policyengine/blob/main/docs/language.md shows some\n",
        ),
        ({"policy": LOCKED + KEPT}, "error: there is no requirement `kebt`; did you mean `kept`?\n"),
    ],
    ids=["no requirement at all", "none of that name"],
)
def test_nothing_to_prove(policyengine: Command, tmp_path: Path, files: dict[str, str], said: str) -> None:
    ran = policyengine("prove", project_in(tmp_path, **files), "--requirement", "kebt", *CLOCK)
    assert ran == (2, "", said)


def test_only_one_requirement(policyengine: Command, tmp_path: Path) -> None:
    folder = project_in(tmp_path, policy=POLICY + KEPT + KEPT.replace("kept", "other"))
    ran = policyengine.json("prove", folder, "--requirement", "other", *CLOCK)
    assert [found["name"] for found in ran.json["requirements"]] == ["other"]


def test_a_project_without_a_snapshot(policyengine: Command, tmp_path: Path) -> None:
    (project_in(tmp_path, policy=POLICY + KEPT) / "organization.yaml").unlink()
    ran = policyengine("prove", tmp_path, *CLOCK)
    assert (ran.code, ran.out) == (2, "")
    assert "no snapshot of the organization; add organization.yaml" in ran.err


def test_a_project_that_does_not_compile(policyengine: Command, tmp_path: Path) -> None:
    folder = project_in(tmp_path, policy=POLICY.replace("regions", "regoins") + KEPT)
    ran = policyengine.json("prove", folder, *CLOCK)
    assert (ran.code, ran.json["requirements"]) == (2, [])
    assert [found["name"] for found in ran.json["findings"]] == ["unknown-setting"]
    said = policyengine("prove", folder, *CLOCK)
    assert (said.code, said.out.splitlines()[0]) == (2, "error[PE120 unknown-setting]: a plan has no setting `regoins`")


def test_a_document_that_aws_would_refuse(policyengine: Command, tmp_path: Path) -> None:
    refused = POLICY.replace('vault = "Main"', 'vault = "not a vault!"')
    ran = policyengine.json("prove", project_in(tmp_path, policy=refused + KEPT), *CLOCK)
    assert (ran.code, ran.json["requirements"], len(ran.json["findings"])) == (2, [], 1)


def test_an_attached_document_alone_is_judged(policyengine: Command, tmp_path: Path) -> None:
    loose = 'policy loose { plan daily { rule nightly { vault = "not a vault!" } } }\n'
    assert policyengine("prove", project_in(tmp_path, policy=LOCKED + loose + KEPT), *CLOCK, "--quiet").code == 0


def test_a_counterexample_is_of_the_partition(policyengine: Command, tmp_path: Path) -> None:
    adding = LOCKED.replace("locked plan daily", "children may append\n  locked plan daily").replace(
        "eu-west-1", "us-gov-west-1"
    )
    every = "require every { assert every rule satisfies rule.retention >= 35 days }\n"
    folder = project_in(tmp_path, policy=adding + every, config='[project]\npartition = "aws-us-gov"\n')
    result = policyengine.json("prove", folder, *CLOCK).json["requirements"][0]["results"][0]
    assert result["outcome"] == "breakable"
    assert "us-gov-" in result["counterexample"]
    (folder / "attack.bpol").write_text(result["counterexample"] + 'attach attack to ou "Shops"\n')
    assert policyengine("compile", folder, *CLOCK).code == 0


def test_a_counterexample_takes_no_name_of_the_project(policyengine: Command, tmp_path: Path) -> None:
    folder = project_in(
        tmp_path, policy=POLICY + KEPT + "policy Attack { }\nattach Attack to account toys\n".replace("toys", '"toys"')
    )
    result = policyengine.json("prove", folder, *CLOCK).json["requirements"][0]["results"][0]
    assert result["counterexample"].startswith("policy attack_2 {\n")
    assert 'attach attack_2 to ou "Shops"' in policyengine("prove", folder, *CLOCK).out


def test_what_is_attached_there_stands_before_it(policyengine: Command, tmp_path: Path) -> None:
    """A target may have one statement in a project: the one that is shown takes its place."""
    beside = "policy shops { plan daily { rule nightly { start_within = 2 hours } } }\n"
    statement = 'attach shops to ou "Shops"\n'
    folder = project_in(tmp_path, policy=POLICY + KEPT + beside + statement)
    assert 'attach shops, attack to ou "Shops"\n' in policyengine("prove", folder, *CLOCK).out
    attack = policyengine.json("prove", folder, *CLOCK).json["requirements"][0]["results"][0]["counterexample"]
    (tmp_path / "after").mkdir()
    after = project_in(
        tmp_path / "after",
        policy=POLICY + KEPT + beside + attack + statement.replace("shops to", "shops, attack to"),
    )
    assert "requirement-violated" in policyengine("check", after, *CLOCK).out
