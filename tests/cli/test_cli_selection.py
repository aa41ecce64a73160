"""`check --select` and `--ignore`, and `[checks]`: by name, code and family."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from cli.command import AS_OF, POLICY, Command, project_in

SNAPSHOT = """\
version: 1
root:
  name: Root
  accounts: [{id: "111111111111", name: management}]
vaults: []
roles: []
settings: {opt_in: {eu-west-1: [EBS]}}
"""
REQUIREMENT = "require long { level = advisory assert every rule satisfies rule.retention >= 60 days }\n"
MANDATORY = REQUIREMENT.replace("level = advisory ", "")
UNDECIDED = "require locked-up { assert every rule satisfies rule.vault.lock == compliance }\n"
IDLE = "policy idle { plan p {} }\n"
REFUSED = 'policy idle { plan p { rule r { vault = "" } } }\n'
ALL = ["policy-not-attached", "requirement-violated", "role-missing", "vault-missing"]
MISTAKE = "it cannot be weakened: it is a mistake in the text"
ENVIRONMENT = ["role-missing", "vault-missing"]


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    return project_in(tmp_path / "wrong", organization=SNAPSHOT, policy=POLICY + IDLE + REQUIREMENT)


def names(policyengine: Command, project: Path, *options: str) -> list[str]:
    found = policyengine.json("check", project, *AS_OF, *options).json
    return sorted(one["name"] for one in found["findings"])


@pytest.mark.parametrize(
    ("options", "left"),
    [
        ((), ALL),
        (("--select", "vault-missing"), ["vault-missing"]),
        (("--select", "PE601"), ["vault-missing"]),
        (("--select", "pe601,role-missing"), ENVIRONMENT),
        (("--select", "PE601", "--select", "PE604"), ENVIRONMENT),
        (("--select", "environment"), ENVIRONMENT),
        (("--select", "PE6"), ENVIRONMENT),
        (("--ignore", "environment"), ALL[:2]),
        (("--select", "PE6", "--ignore", "role-missing"), ["vault-missing"]),
        (("--ignore", "requirements, PE309"), ENVIRONMENT),
        (("--select", "aws-backup"), []),
    ],
    ids=" ".join,
)
def test_what_is_left(policyengine: Command, wrong: Path, options: tuple[str, ...], left: list[str]) -> None:
    assert names(policyengine, wrong, *options) == left


FAMILIES = (
    "`policyengine rules` lists the checks, the families are `language`, `admission`, `merging`, `effective`, "
    "`aws-backup`, `environment`, `requirements` and `waivers`"
)


@pytest.mark.parametrize(
    ("option", "name", "advice"),
    [
        ("--select", "vault-mising", "did you mean `vault-missing`?"),
        ("--ignore", "PE66", "did you mean `PE616`?"),
        ("--ignore", "PE99", FAMILIES),
        ("--select", "enviroment", "did you mean `environment`?"),
        ("--select", "", FAMILIES),
        ("--ignore", "?", FAMILIES),
    ],
)
def test_an_unknown_name_gets_the_nearest(
    policyengine: Command, wrong: Path, option: str, name: str, advice: str
) -> None:
    ran = policyengine("check", wrong, option, name)
    assert ran == (
        2,
        "",
        f"error: {option}: expected the name or code of a check, or a family, found `{name}`; {advice}\n",
    )


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("document-too-long", "AWS would refuse it all the same"),
        ("PE401", "AWS would refuse it all the same"),
        ("admission", "AWS would refuse the document all the same"),
        ("PE1", "it is a mistake in the text"),
        ("waiver-expired", "it is about what the gate itself rests on"),
    ],
)
def test_what_aws_refuses_is_never_left_out(policyengine: Command, tmp_path: Path, name: str, reason: str) -> None:
    refused = project_in(tmp_path / "refused", organization=SNAPSHOT, policy=POLICY + REFUSED)
    ran = policyengine("check", refused, "--ignore", name)
    assert ran == (2, "", f"error: --ignore: `{name}` cannot be left out: {reason}\n")
    assert "malformed-vault-name" in names(policyengine, refused, "--select", "vault-missing")
    assert policyengine("check", refused, "--select", "PE5").code == 1


@pytest.mark.parametrize("options", ["--ignore requirement-violated", "--ignore PE7", "--select vault-missing"])
def test_a_violated_mandatory_requirement_is_never_left_out(
    policyengine: Command, tmp_path: Path, options: str
) -> None:
    """Else the gate would pass for want of looking."""
    project = project_in(tmp_path, organization=SNAPSHOT, policy=POLICY + MANDATORY)
    (project / "policyengine.toml").write_text('[checks]\nenvironment = "off"\n')
    ran = policyengine("check", project, *AS_OF, *options.split())
    assert ran.code == 1
    assert "requirement-violated" in ran.out


@pytest.mark.parametrize("options", ["--ignore requirement-undecided", "--ignore requirements", "--select PE5"])
def test_an_undecided_requirement_is_never_left_out_of_a_strict_run(
    policyengine: Command, tmp_path: Path, options: str
) -> None:
    unknown = SNAPSHOT.replace("vaults: []\nroles: []\n", "")
    project = project_in(tmp_path, organization=unknown, policy=POLICY + UNDECIDED)
    (project / "policyengine.toml").write_text('[gate]\nunknown = ["vaults", "roles", "opt-in"]\n')
    assert names(policyengine, project, *options.split()) == []
    assert names(policyengine, project, "--strict", *options.split()) == ["requirement-undecided"]


def test_the_result_says_what_it_leaves_out(policyengine: Command, wrong: Path) -> None:
    ran = policyengine("check", wrong, *AS_OF, "--ignore", "vault-missing")
    assert "\nleft out: 1 check\n" in ran.out
    found = policyengine.json("check", wrong, *AS_OF, "--ignore", "vault-missing,PE604").json
    assert found["left_out"] == ENVIRONMENT
    assert "left_out" not in policyengine.json("check", wrong, *AS_OF).json


def test_a_check_that_is_left_out_has_not_passed(policyengine: Command, wrong: Path) -> None:
    text = policyengine("check", wrong, *AS_OF, "--select", "vault-missing", "--format", "junit").out
    cases = {case.get("name"): case for case in ET.fromstring(text).iter("testcase")}  # noqa: S314 - our own report
    for name in ("PE604 role-missing", "long"):
        skipped = cases[name].find("skipped")
        assert skipped is not None
        assert skipped.get("message") == "left out of this run"


def test_waivers_and_a_baseline_of_other_checks_are_no_news(policyengine: Command, wrong: Path) -> None:
    (wrong / "waive.bpol").write_text('waive role-missing for root until 2027-01-01 because "OPS-1"\n')
    (wrong / "policyengine.toml").write_text('[gate]\nbaseline = "baseline.json"\n')
    policyengine("check", wrong, *AS_OF, "--update-baseline")
    assert names(policyengine, wrong, "--select", "PE5") == []
    ran = policyengine("check", wrong, *AS_OF, "--update-baseline", "--select", "PE5")
    advice = "a baseline holds the findings of all checks; leave out --select and --ignore"
    assert ran == (2, "", f"error: --update-baseline: {advice}\n")


@pytest.mark.parametrize(
    ("checks", "levels"),
    [
        ('environment = "off"', {}),
        ('PE6 = "info"', {"role-missing": "info", "vault-missing": "info"}),
        ('PE601 = "off"', {"role-missing": "error"}),
        ('PE6 = "off"\nvault-missing = "warning"', {"vault-missing": "warning"}),
        ('vault-missing = "warning"\nPE601 = "info"\nenvironment = "off"', {"vault-missing": "warning"}),
        ('environment = "info"\nPE6 = "off"', {"role-missing": "info", "vault-missing": "info"}),
        ('PE6 = "off"\nenvironment = "info"', {"role-missing": "info", "vault-missing": "info"}),
    ],
)
def test_the_configuration_sets_levels_by_name_code_and_family(
    policyengine: Command, wrong: Path, checks: str, levels: dict[str, str]
) -> None:
    (wrong / "policyengine.toml").write_text(f"[checks]\n{checks}\n")
    found = policyengine.json("check", wrong, *AS_OF).json["findings"]
    assert {one["name"]: one["severity"] for one in found if one["name"] in ENVIRONMENT} == levels


@pytest.mark.parametrize(
    ("checks", "fault"),
    [
        (
            'enviroment = "off"',
            "expected the name or code of a check, or a family, found `enviroment`; did you mean `environment`?",
        ),
        ('admission = "off"', "its level cannot be set: AWS would refuse the document all the same"),
        ('language = "off"', f'expected "info", "warning" or "error", found the text `off`: {MISTAKE}'),
    ],
)
def test_a_family_that_is_no_choice(policyengine: Command, wrong: Path, checks: str, fault: str) -> None:
    (wrong / "policyengine.toml").write_text(f"[checks]\n{checks}\n")
    name = checks.partition(" ")[0]
    assert policyengine("check", wrong) == (2, "", f"error: policyengine.toml:2: checks.{name}: {fault}\n")
