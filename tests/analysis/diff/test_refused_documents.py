"""A document that AWS would refuse: what only follows from the refusal is no change."""

from __future__ import annotations

import pytest
from analysis.diff.states import DESK, LAB, RULE, SELECTION, SHOP, Told, compared, plan, rule, state, told, whole

NIGHTLY = "plan `daily`, rule `nightly`: "
RETENTION = "plans/daily/rules/nightly/lifecycle/delete_after_days"
REFUSED = whole(RULE.replace("35 days", '"0"'))
EVERYBODY = (SHOP, DESK, LAB)
LABS = 'policy labs {{ plan daily {{ {} }} }}\nattach labs to ou "Labs"\n'

# What AWS would refuse, and the setting that is not compared; nothing else is said.
ROWS = [
    ("a retention", RULE.replace("35 days", '"0"'), SELECTION, RETENTION),
    ("a schedule", RULE.replace("daily at 05:00", '"rate(1 day)"'), SELECTION, "plans/daily/rules/nightly/schedule_expression"),
    ("a vault", RULE.replace("Main", "Main.1"), SELECTION, "plans/daily/rules/nightly/target_backup_vault_name"),
    ("a window", RULE + 'start_within = "3"\n', SELECTION, "plans/daily/rules/nightly/start_backup_window_minutes"),
    ("a selection", RULE, SELECTION.replace('["yes"]', "[]"), "plans/daily/selections/tags/all"),
]  # fmt: skip


@pytest.mark.parametrize(("lines", "selection", "path"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
@pytest.mark.parametrize("side", ["base", "head"])
def test_what_a_refusal_hides_is_not_reported(lines: str, selection: str, path: str, side: str) -> None:
    sound, refused = state(whole()), state(plan(rule(lines), selection))
    found = compared(refused, sound) if side == "base" else compared(sound, refused)
    assert [tuple(refusal) for refusal in found.refusals] == [(side, "baseline", (path,), EVERYBODY)]
    assert (told(found), found.became_invalid, found.became_valid, found.touched) == ([], (), (), frozenset())


def test_all_other_changes_are_reported() -> None:
    """Of the same rule, and of accounts that are not below the document."""
    head = whole(RULE.replace("Main", "Other"))
    below = LABS.format('rule nightly { retain = "0" }')
    found = compared(state(whole()), state(head.replace("35 days", "7 days"), below))
    assert [(*one, change.accounts) for one, change in zip(told(found), found.changes, strict=True)] == [
        ("weakened", f"{NIGHTLY}retention 35 days -> 7 days", "", (SHOP, DESK)),
        ("changed", f"{NIGHTLY}vault `Main` -> `Other`", "", EVERYBODY),
    ]
    assert [(refusal.policy, refusal.accounts) for refusal in found.refusals] == [("labs", (LAB,))]


def test_findings_and_requirements_that_only_follow_are_not_reported() -> None:
    asked = "require kept { assert every rule satisfies rule.retention <= 400 days }\n"
    found = compared(state(whole(), asked), state(REFUSED, asked))
    assert (found.flips, [one.name for one in found.new_findings]) == ((), ["number-out-of-range"])
    unlimited = whole(RULE.replace("retain = 35 days\n", ""))
    assert [one.name for one in compared(state(unlimited), state(whole())).gone_findings] == ["retention-unlimited"]
    assert compared(state(unlimited), state(REFUSED)).gone_findings == ()


def test_an_account_that_is_invalid_for_another_reason_became_invalid() -> None:
    incomplete = REFUSED.replace("regions = [eu-west-1]\n", "")
    assert [one.account.id for one in compared(state(whole()), state(incomplete)).became_invalid] == list(EVERYBODY)


def test_a_setting_that_is_mended_is_no_change_for_the_worse() -> None:
    assert told(compared(state(REFUSED), state(whole(RULE.replace("05:00", "06:00"))))) == [
        Told("changed", f"{NIGHTLY}schedule `cron(0 5 ? * * *)` -> `cron(0 6 ? * * *)`")
    ]
