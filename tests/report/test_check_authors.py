"""A value that several policies get from one template violates a requirement once."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli.command import AS_OF, Command, Json, write

ORGANIZATION = """\
version: 1
root:
  name: Root
  units:
    - {name: A, accounts: [{id: "222222222222", name: a1}]}
    - {name: B, accounts: [{id: "333333333333", name: b1}]}
    - {name: C, accounts: [{id: "444444444444", name: c1}]}
"""
POLICIES = """\
template policy tier(keep) {
  plan daily {
    regions = [eu-west-1]
    rule nightly { schedule = daily at 03:00  vault = "Main"
      retain = keep
    }
    tag selection t { role = "R"  key = "backup"  values = ["daily"] }
  }
}
policy pa like tier(keep = 35 days)
policy pb like tier(keep = 35 days)
policy pc like tier(keep = 30 days)
attach pa to ou "A"
attach pb to ou "B"
attach pc to ou "C"
require kept { assert every rule satisfies rule.retention >= 90 days }
"""
ONE_CAUSE = "retention is 35 days; `kept` asks for at least 90 days"


@pytest.fixture
def tiers(tmp_path: Path) -> Path:
    return write(tmp_path, {"organization.yaml": ORGANIZATION, "p.bpol": POLICIES})


def violations(found: Json) -> list[Json]:
    return [each for each in found["findings"] if each["requirement"]]


def test_policies_that_set_the_same_value_are_places_of_one_finding(policyengine: Command, tiers: Path) -> None:
    both, other = violations(policyengine("check", tiers, *AS_OF, "--format", "json").json)
    assert (both["message"], both["policies"], len(both["accounts"])) == (ONE_CAUSE, ["pa", "pb"], 2)
    assert [(place["policies"], place["used_at"][0]["line"]) for place in both["places"]] == [
        (["pa"], 10),
        (["pb"], 11),
    ]
    assert other["message"] == "retention is 30 days, set by `pc` at C (p.bpol:5); `kept` asks for at least 90 days"


@pytest.mark.parametrize("kind", ["terminal", "markdown", "github"])
def test_people_read_which_policies_they_are(policyengine: Command, tiers: Path, kind: str) -> None:
    report = policyengine("check", tiers, *AS_OF, "--format", kind).out
    assert report.count(ONE_CAUSE) == 1
    assert "pa, pb" in report


def test_a_baseline_of_one_policy_accepts_that_policy_only(policyengine: Command, tiers: Path) -> None:
    (tiers / "policyengine.toml").write_text('[gate]\nbaseline = "baseline.json"\n')
    whole = (tiers / "p.bpol").read_text()
    (tiers / "p.bpol").write_text(whole.replace('attach pb to ou "B"\n', "").replace('attach pc to ou "C"\n', ""))
    policyengine("check", tiers, *AS_OF, "--update-baseline")
    (tiers / "p.bpol").write_text(whole)
    found = violations(policyengine("check", tiers, *AS_OF, "--format", "json").json)
    accepted = [each["policies"] for each in found if each.get("baseline")]
    assert (accepted, [each["policies"] for each in found if not each.get("baseline")]) == ([["pa"]], [["pb"], ["pc"]])
