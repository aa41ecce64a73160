"""What every format of `check`, and `diff` and `test`, say where a requirement is judged without a refused setting."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.command import AS_OF, POLICY, Command, project_in

REFUSED = POLICY.replace("retain = 35 days", "retain = 35 days\n      start_within = 10 minutes")
SHORT = "require short-windows { assert every rule satisfies rule.start_within <= 1 hour }\n"
NOTE = "judged without `start_within` (policy.bpol:8), which AWS refuses"


@pytest.fixture
def refused(tmp_path: Path) -> Path:
    return project_in(tmp_path / "refused", policy=REFUSED + SHORT)


@pytest.mark.parametrize("style", ["terminal", "json", "sarif", "junit", "github", "gitlab", "markdown", "html"])
def test_every_format_says_it(policyengine: Command, refused: Path, style: str) -> None:
    ran = policyengine("check", refused, *AS_OF, "--format", style)
    assert ran.code == 1
    assert NOTE in ran.out.replace("`policy.bpol:8`", "policy.bpol:8")


def test_sarif_links_the_refused_line(policyengine: Command, refused: Path) -> None:
    ran = policyengine("check", refused, *AS_OF, "--format", "sarif")
    (violated,) = [each for each in json.loads(ran.out)["runs"][0]["results"] if each["ruleId"] == "PE701"]
    assert [
        (place["message"]["text"], place["physicalLocation"]["region"]["startLine"])
        for place in violated["relatedLocations"]
    ] == [("AWS refuses this", 8)]
