"""Violations that a baseline accepted while messages still cut assertions at 100 characters."""

from __future__ import annotations

import json

import pytest
from support.evaluation import evaluated

from policyengine.analysis.findings import Gate, settle
from policyengine.analysis.findings.baseline import read_baseline
from policyengine.base.diagnostics import Diagnostic, Severity
from policyengine.base.source import Source

ORGANIZATION = """\
version: 1
root: {name: Root, accounts: [{id: "111111111111", name: shop}]}
"""
NAMES = 'rule.name == "a-very-long-name-that-nobody-has"'
POLICY = f"""\
policy base {{
  plan daily {{
    regions = [eu-west-1]
    rule nightly {{
      vault  = "Main"
      retain = 35 days
    }}
    resource selection all {{
      role  = "R"
      types = [S3]
    }}
  }}
}}
attach base to root
require either {{
  assert every rule satisfies rule.retention >= 400 days or {NAMES} or rule.name == "another-long-name"
}}
require empty {{
  assert every rule where {NAMES} or rule.name == "another-very-long-name-that-nobody-has" satisfies rule.archive
}}
"""
RULE = "plans/daily/rules/nightly"
EITHER = f'`rule.retention >= 400 days or {NAMES} or rule.name == "anot…`'
VIOLATED = {
    "name": "requirement-violated",
    "requirement": "either",
    "path": f"{RULE}/lifecycle/delete_after_days",
    "policies": ["base"],
    "message": "retention is 35 days, set by `base` at Root (a.bpol), and the rule's name is `nightly`; "
    f"`either` asks for {EITHER}",
    "values": [
        f"{RULE}/lifecycle/delete_after_days: retention is 35 days",
        f"{RULE}: the rule's name is `nightly`",
        EITHER,
    ],
    "accounts": ["111111111111"],
}
VACUOUS = {
    "name": "requirement-vacuous",
    "requirement": "empty",
    "message": "an assertion of `empty` holds only because no account has a rule where "
    f'`{NAMES} or rule.name == "another-very-long-name-that-nobody…`',
}


def findings() -> list[Diagnostic]:
    found = evaluated(POLICY, ORGANIZATION, file="a.bpol").diagnostics
    return [each for each in found if each.requirement and each.severity is not Severity.INFO]


@pytest.mark.parametrize("entry", [VIOLATED, {**VIOLATED, "values": []}, VACUOUS], ids=["values", "message", "vacuous"])
def test_a_finding_stays_accepted_though_its_message_shows_more(entry: dict[str, object]) -> None:
    baseline = read_baseline(
        Source("baseline.json", json.dumps({"schema": "policyengine/baseline/1", "findings": [entry]}))
    )
    verdict = settle(findings(), Gate(), baseline=baseline)
    (accepted,) = verdict.accepted
    assert (accepted.diagnostic.name, accepted.diagnostic.requirement) == (entry["name"], entry["requirement"])
    assert "…" not in accepted.diagnostic.message
    assert not [each for each in verdict.findings if each.diagnostic.name == "accepted-finding-gone"]
