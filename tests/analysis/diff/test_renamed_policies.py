"""A policy that only has another name: nothing is different."""

from __future__ import annotations

import pytest
from analysis.diff.states import compared, plan, rule, state, whole
from support.moment import AT

from policyengine.analysis.diff import OrganizationComparison
from policyengine.base.diagnostics import Diagnostic
from policyengine.comparison import compare_states

UNKNOWN_TYPE = plan(rule(), 'resource selection r { role = "Backup"  types = [Redshift] }\n', "").replace(
    'vault = "Main"', 'vault = "Main"\ncopy to vault "Far" in us-east-1'
)
LOCKED = whole().replace("regions =", "locked regions =")
LABS = 'policy {} {{ plan daily {{ regions = [eu-west-2] }} }}\nattach {} to ou "Labs"\n'
ASKED = "require kept { assert every rule satisfies rule.retention >= 90 days }\n"
UNATTACHED = "policy spare { plan daily { regions = [eu-west-2] } }\n"
REFUSED = whole().replace("35 days", '"0"')
PEERS = "policy a { plan daily { regions = [eu-west-2] } }\nattach a, baseline to root\n"


def findings(comparison: OrganizationComparison) -> list[Diagnostic]:
    return [*comparison.new_findings, *comparison.gone_findings]


@pytest.mark.parametrize(
    ("base", "old", "new"),
    [
        ([UNKNOWN_TYPE], "baseline", "basis"),
        ([LOCKED, LABS.format("labs", "labs")], "baseline", "basis"),
        ([LOCKED, LABS.format("labs", "labs")], "labs", "lab"),
        ([whole(), ASKED], "baseline", "basis"),
        ([whole(), UNATTACHED], "spare", "extra"),
        ([REFUSED], "baseline", "basis"),
        ([whole().replace("attach baseline to root\n", ""), PEERS], "baseline", "a-first"),
        ([UNKNOWN_TYPE.replace("plan daily", "plan baseline")], "policy baseline", "policy basis"),
    ],
    ids=[
        "what AWS does not say",
        "it blocks another one",
        "it is blocked",
        "a requirement",
        "it is not attached",
        "AWS would refuse it",
        "peers in the order of their names",
        "a plan of its name",
    ],
)
def test_a_policy_with_another_name_has_the_same_findings(base: list[str], old: str, new: str) -> None:
    head = [text.replace(old, new) for text in base]
    if old.startswith("policy "):
        head = [text.replace("attach baseline", "attach basis") for text in head]
    sides = compare_states(state(*base), state(*head), at=AT)
    assert [one for one in sides.head.diagnostics if {"basis", "lab", "extra", "a-first"} & set(one.policies)]
    assert sides.comparison
    assert [one.message for one in findings(sides.comparison)] == []
    assert sides.comparison.touched == frozenset()


def test_a_policy_with_another_name_that_says_something_else_is_another_one() -> None:
    head = whole().replace("baseline", "basis").replace("retain = 35 days\n", "")
    found = compared(state(whole()), state(head))
    assert "retention-unlimited" in [one.name for one in found.new_findings]
