"""Accounts that come, go, move, and those of which AWS withholds the policy."""

from __future__ import annotations

import pytest
from analysis.diff.states import DESK, LAB, RULE, SHOP, TREE, Told, compared, lines, state, told, whole

from policyengine.analysis.diff import OrganizationComparison

INCOMPLETE = whole().replace("regions = [eu-west-1]\n", "")
SHORT = whole(RULE.replace("35 days", "7 days"))
LABS = 'policy labs { plan daily { rule nightly { retain = 7 days } } }\nattach labs to ou "Labs"\n'
MOVED = TREE.replace(', {id: "333333333333", name: desk}', "").replace(
    "name: lab}", 'name: lab}, {id: "333333333333", name: desk}'
)
KEPT = "last_valid: {{{}}}\n".format(
    ", ".join(
        f'"{number}": {{plans: {{old: {{regions: [eu-west-1], rules: {{r: {{target_backup_vault_name: Main}}}}}}}}}}'
        for number in (SHOP, DESK, LAB)
    )
)


def ids(comparison: OrganizationComparison) -> dict[str, list[str]]:
    """The accounts that are told of beside the changes."""
    named = {
        "became_invalid": [found.account.id or "" for found in comparison.became_invalid],
        "became_valid": [found.account.id or "" for found in comparison.became_valid],
        "stayed_invalid": [account.id or "" for account in comparison.stayed_invalid],
        "unknown": [account.id or "" for account in comparison.unknown],
    }
    return {name: found for name, found in named.items() if found}


def test_accounts_that_came_and_went() -> None:
    found = compared(state(whole()), state(whole(), tree=TREE.replace(LAB, "555555555555")))
    assert [account.path for account in found.added] == ["Labs/lab"]
    assert [(account.path, account.id) for account in found.removed] == [("Labs/lab", LAB)]
    assert (found.touched, found.accounts) == (frozenset({LAB, "555555555555"}), 4)
    assert [(change.change_class, change.message, change.accounts) for change in found.changes] == [
        ("lost", "plan `daily`: is gone with the account, which left the organization", (LAB,)),
        ("added", "plan `daily`: is new with the account, which joined the organization", ("555555555555",)),
    ]


def test_an_account_that_moved() -> None:
    found = compared(state(whole()), state(whole(), tree=MOVED))
    assert [(move.before.path, move.after.path) for move in found.moved] == [("Prod/desk", "Labs/desk")]
    assert (found.changes, found.touched) == ((), frozenset())
    found = compared(state(whole(), LABS), state(whole(), LABS, tree=MOVED))
    assert told(found) == [Told("weakened", "plan `daily`, rule `nightly`: retention 35 days -> 7 days")]
    assert found.touched == {DESK}


def test_an_account_with_another_name_has_not_moved() -> None:
    found = compared(state(whole()), state(whole(), tree=TREE.replace("name: desk", "name: office")))
    assert (found.moved, found.changes, found.added) == ((), (), ())


def test_accounts_that_became_invalid_have_no_changes() -> None:
    found = compared(state(whole()), state(INCOMPLETE.replace("35 days", "7 days")))
    assert (found.changes, ids(found)) == ((), {"became_invalid": [SHOP, DESK, LAB]})
    errors = [error for account in found.became_invalid if account.resolved for error in account.resolved.errors]
    assert {(error.code, error.path, error.policies) for error in errors} == {
        ("KEY_REQUIRED", "plans/daily", ("baseline",))
    }
    assert found.touched == {SHOP, DESK, LAB}


@pytest.mark.parametrize("kept", ["", KEPT], ids=["not known", "known"])
def test_accounts_that_became_valid_change_from_what_aws_kept(kept: str) -> None:
    found = compared(state(INCOMPLETE, tree=TREE + kept), state(whole(), tree=TREE + kept))
    everybody = [SHOP, DESK, LAB]
    if kept:
        assert told(found) == [Told("lost", "plan `old`: is gone"), Told("added", "plan `daily`: is new")]
        assert ids(found) == {"became_valid": everybody}
    else:
        assert (found.changes, ids(found)) == ((), {"became_valid": everybody, "unknown": everybody})


def test_accounts_that_stay_invalid_are_not_compared() -> None:
    found = compared(state(INCOMPLETE), state(INCOMPLETE.replace("35 days", "7 days")))
    assert (found.changes, ids(found)) == ((), {"stayed_invalid": [SHOP, DESK, LAB]})
    assert found.touched == frozenset()


def test_findings_of_one_side() -> None:
    child = 'policy labs { plan daily { regions = [eu-west-2] } }\nattach labs to ou "Labs"\n'
    locked = whole().replace("regions =", "locked regions =")
    found = compared(state(locked), state(locked, child))
    (blocked,) = found.new_findings
    assert (blocked.name, blocked.accounts, found.gone_findings) == ("operator-blocked", (LAB,), ())


def test_a_finding_of_more_accounts_is_new_for_those() -> None:
    base, head = (whole().replace("to root", target) for target in ('to ou "Prod"', 'to account "shop"'))
    found = compared(state(base), state(head))
    assert [(one.name, one.accounts) for one in found.new_findings] == [("account-without-plan", (DESK,))]
    assert [(one.name, one.accounts) for one in compared(state(head), state(base)).gone_findings] == [
        ("account-without-plan", (DESK,))
    ]


def test_requirements_that_flip_the_worst_first() -> None:
    asked = (
        "require kept { assert every rule satisfies rule.retention >= 30 days }\n"
        "require brief { assert every rule satisfies rule.retention < 30 days }\n"
        "require sealed { assert every rule satisfies rule.vault.lock == compliance }\n"
        'require labs { level = advisory  for account.path like "Labs/*"  assert every rule satisfies rule.retention >= 30 days }\n'
    )
    found = compared(state(whole(), asked), state(SHORT, asked))
    everybody = (SHOP, DESK, LAB)
    assert [tuple(flip) for flip in found.flips] == [
        ("kept", "mandatory", "holds", "violated", everybody),
        ("labs", "advisory", "holds", "violated", (LAB,)),
        ("brief", "mandatory", "violated", "holds", everybody),
    ]


def test_a_requirement_that_is_new_or_gone() -> None:
    asked = "require kept { assert every rule satisfies rule.retention >= 40 days }\n"
    there, back = compared(state(whole()), state(whole(), asked)), compared(state(whole(), asked), state(whole()))
    assert [flip[:4] for flip in there.flips] == [("kept", "mandatory", "not applicable", "violated")]
    assert [flip[:4] for flip in back.flips] == [("kept", "mandatory", "violated", "not applicable")]


def test_the_line_of_a_move_is_what_reaches_the_account_no_more_or_only_now() -> None:
    into = compared(state(whole(), LABS), state(whole(), LABS, tree=MOVED)).changes
    assert [lines(change) for change in into] == [["+b.bpol:2"]]
    out = compared(state(whole(), LABS, tree=MOVED), state(whole(), LABS)).changes
    assert [lines(change) for change in out] == [["-b.bpol:2"]]


def test_the_switch_of_the_organization_takes_all_plans_away_and_no_line_does() -> None:
    off = TREE.replace("o-example,", "o-example, backup_policies_enabled: false,")
    for base, head, text in (
        (TREE, off, "is gone: backup policies are not enabled for the organization"),
        (off, TREE, "is new: backup policies are enabled for the organization"),
    ):
        found = compared(state(whole(), tree=base), state(whole(), tree=head))
        (change,) = found.changes
        assert ("account-without-plan" in [finding.name for finding in found.new_findings]) == (head == off)
        assert (change.message, change.causes) == (f"plan `daily`: {text}", ())


SERVED = """\
last_valid:
  "222222222222":
    plans:
      daily:
        regions: [eu-west-1]
        rules: {nightly: {target_backup_vault_name: Main, lifecycle: {delete_after_days: "35"}}}
        selections:
          resources:
            all:
              iam_role_arn: "arn:aws:iam::$account:role/BackupRole"
              resource_types: ["*"]
              not_resource_types: ["arn:aws:ec2:*:*:*"]
"""
MENDED = """\
policy baseline {
  plan daily {
    regions = [eu-west-1]
    rule nightly { vault = "Main"  retain = 35 days }
    resource selection all { role = "BackupRole"  types = ["*"] }
  }
}
attach baseline to ou "Prod"
"""


def test_a_pattern_of_a_last_valid_policy_that_nobody_knows() -> None:
    """It may leave out the types of its service, of which the policy that comes next leaves out none."""
    found = compared(state(INCOMPLETE, tree=TREE + SERVED), state(MENDED, tree=TREE + SERVED))
    surely = Told("strengthened", "plan `daily`, resource selection `all`: now surely selects `EC2` and `EBS`")
    assert [change for change in told(found) if "selection" in change.message] == [surely]
