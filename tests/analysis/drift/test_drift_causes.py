"""Each cause of drift by example: what somebody does in AWS, and what is said of it."""

from __future__ import annotations

from typing import Any

import pytest
from analysis.drift.drifted import (
    BOOKS,
    EVERYONE,
    LAB,
    MANAGEMENT,
    PROJECT,
    SHOP,
    TWO,
    Aws,
    classes,
    drift,
    ids,
    policy,
    run,
    the,
    told,
)

from policyengine.analysis.diff.plan_changes import PlanChanges
from policyengine.analysis.drift import DriftCause


def test_an_organization_as_the_project_says_has_no_drift() -> None:
    found = drift(Aws())
    assert (told(found), found.unjudged, found.joined, found.left) == ([], (), (), ())


def test_the_path_of_an_edited_setting_is_shown_to_its_end() -> None:
    project = PROJECT.replace("nightly", "every_night_of_all_days_of_the_week")
    aws = Aws(project)
    rules = aws.documents["baseline"]["plans"]["daily"]["rules"]
    rules["every_night_of_all_days_of_the_week"]["lifecycle"]["delete_after_days"] = {"@@assign": "7"}
    edited = the(drift(aws, project), "edited")
    (path,) = edited.paths
    assert edited.message.endswith(f"`{path}`")


def test_edited_somebody_shortens_the_retention_in_the_console() -> None:
    aws = Aws()
    aws.retain("baseline", "daily", "7")
    aws.publish()
    found = drift(aws)
    assert told(found) == [("edited", "baseline", EVERYONE)]
    edited = the(found, "edited")
    assert edited.message.startswith("policy `baseline` has other settings in AWS: `plans/daily/rules/nightly/")
    assert edited.paths == ("plans/daily/rules/nightly/lifecycle/delete_after_days",)
    assert [(change.change_class, change.before, change.after) for change in edited.changes] == [
        ("weakened", "35", "7")
    ]
    assert edited.span
    assert edited.span.source.name == "backup.bpol"


def test_spelling_means_the_same_and_is_no_drift() -> None:
    aws = Aws()
    aws.retain("baseline", "daily", 35)
    aws.documents["baseline"]["Plans"] = aws.documents["baseline"].pop("plans")
    found = drift(aws)
    assert told(found) == [("spelling", "baseline", ())]
    assert found.touched == frozenset()


def test_missing_policy_stands_alone_whatever_was_attached() -> None:
    aws = Aws()
    del aws.documents["finance"], aws.attached["Workloads"]
    aws.publish()
    found = drift(aws)
    assert told(found) == [("missing-policy", "finance", ids(SHOP, BOOKS))]
    assert classes(the(found, "missing-policy"))["lost"] >= 1


def test_unmanaged_policy_is_a_foreign_one_that_is_attached() -> None:
    aws = Aws()
    other = Aws(policy("other", plan="other")).documents
    aws.documents |= other
    assert told(drift(aws)) == []  # it is attached nowhere
    aws.attached["Sandbox"] = ["other"]
    aws.publish()
    found = drift(aws)
    assert told(found) == [("unmanaged-policy", "other", ids(LAB))]
    assert classes(the(found, "unmanaged-policy"))["added"] >= 1


def test_a_policy_that_only_the_recorded_snapshot_has_is_not_the_projects() -> None:
    aws = Aws()
    aws.documents |= Aws(policy("other", plan="other")).documents
    aws.attached["Sandbox"] = ["other"]
    aws.publish()
    assert told(drift(aws, recorded=aws.snapshot())) == [("unmanaged-policy", "other", ids(LAB))]


def test_detached_somebody_takes_a_policy_off_a_unit() -> None:
    aws = Aws()
    aws.attached["Workloads"] = []
    aws.publish()
    found = drift(aws)
    assert told(found) == [("detached", "finance", ids(SHOP, BOOKS))]
    detached = the(found, "detached")
    assert detached.message == "policy `finance` is not attached to unit `Workloads`"
    assert classes(detached)["lost"] >= 1
    assert detached.span


def test_attached_outside_is_one_of_the_projects_where_it_does_not_attach_it() -> None:
    aws = Aws()
    aws.attached[LAB] = ["finance"]
    aws.publish()
    found = drift(aws)
    assert told(found) == [("attached-outside", "finance", ids(LAB))]
    assert the(found, "attached-outside").target
    assert classes(the(found, "attached-outside"))["added"] >= 1


def test_what_was_attached_outside_stays_drift_when_it_is_recorded() -> None:
    aws = Aws()
    aws.attached[LAB] = ["finance"]
    aws.publish()
    assert told(drift(aws, recorded=aws.snapshot())) == [("attached-outside", "finance", ids(LAB))]


def test_moved_account_stands_below_another_unit() -> None:
    aws = Aws()
    aws.parents[SHOP] = "Sandbox"
    aws.publish()
    found = drift(aws)
    assert told(found) == [("moved-account", "", ids(SHOP))]
    moved = the(found, "moved-account")
    assert (moved.before, moved.after) == ("Workloads", "Sandbox")
    assert moved.message == "account `shop` moved from `Workloads` to `Sandbox`"
    assert classes(moved)["lost"] >= 1


def test_accounts_that_join_and_leave_are_no_drift() -> None:
    aws = Aws()
    aws.parents["555555555555"] = "Sandbox"
    del aws.parents[LAB]
    aws.publish()
    assert aws.published
    del aws.published[LAB]
    found = drift(aws)
    assert told(found) == []
    assert [account.id for account in found.joined] == ["555555555555"]
    assert [account.id for account in found.left] == [LAB]


def test_a_renamed_unit_is_the_same_unit() -> None:
    aws = Aws()
    aws.units = {"Production": "ou-w", "Sandbox": "ou-s"}
    aws.attached["Production"] = aws.attached.pop("Workloads")
    aws.parents = {
        account: "Production" if parent == "Workloads" else parent for account, parent in aws.parents.items()
    }
    assert told(drift(aws)) == []


def test_order_the_longer_retention_was_attached_again_and_comes_last() -> None:
    """No API tells the order: it shows in what AWS publishes."""
    aws = Aws(TWO)
    aws.attached[""] = ["long", "short"]
    aws.publish()
    found = drift(aws, TWO, recorded=Aws(TWO).snapshot())
    assert told(found) == [("order", "", EVERYONE)]
    order = the(found, "order")
    assert (order.before, order.after) == ("short, long", "long, short")
    assert [(change.before, change.after) for change in order.changes] == [("35", "90")]


def test_the_order_that_the_project_says_is_no_drift() -> None:
    assert told(drift(Aws(TWO), TWO)) == []


def test_an_order_that_nobody_knows_is_not_judged() -> None:
    aws = Aws(TWO)
    aws.published = None
    found = drift(aws, TWO, against="attached")
    assert told(found) == []
    (unjudged,) = found.unjudged
    assert (unjudged.what, unjudged.accounts) == ("order", EVERYONE)
    assert unjudged.matters([DriftCause.ORDER], "attached")
    assert not unjudged.matters([DriftCause.EDITED], "attached")


def test_invalid_stale_aws_keeps_the_last_valid_one() -> None:
    aws = Aws()
    aws.setting("finance", "ledger", "rules", "nightly").pop("target_backup_vault_name")
    aws.publish()
    found = drift(aws)
    assert [each[0] for each in told(found)] == ["edited", "invalid-stale"]
    stale = the(found, "invalid-stale")
    assert stale.accounts == stale.invalid == ids(SHOP, BOOKS)
    assert "KEY_REQUIRED" in stale.message
    assert stale.changes == ()  # what is published still is what the project gives


def test_pending_aws_publishes_what_was_attached_before() -> None:
    aws = Aws()
    aws.attached["Workloads"] = []  # and nothing is published yet
    found = drift(aws)
    assert told(found) == [("detached", "finance", ids(SHOP, BOOKS)), ("pending", "", ids(SHOP, BOOKS))]


def test_pending_the_project_was_rolled_out_and_aws_publishes_what_was_recorded() -> None:
    changed = PROJECT.replace("retain = 400 days", "retain = 800 days")
    aws = Aws()
    aws.retain("finance", "ledger", "800")
    found = drift(aws, changed)
    assert told(found) == [("pending", "", ids(SHOP, BOOKS))]
    assert classes(the(found, "pending")) == {"weakened": 1}


def test_pending_aws_answered_that_changes_are_in_progress() -> None:
    aws = Aws()
    assert aws.published
    del aws.published[SHOP]
    aws.skipped = [
        {
            "action": "organizations:DescribeEffectivePolicy",
            "reason": "changes are in progress",
            "code": "PolicyChangesInProgressException",
            "accounts": [SHOP],
        }
    ]
    found = drift(aws)
    assert told(found) == [("pending", "", ids(SHOP))]
    assert found.unjudged == ()


def test_type_disabled_stands_for_all_that_follows_from_it() -> None:
    aws = Aws()
    aws.enabled = False
    aws.published = None
    found = drift(aws)
    assert told(found) == [("type-disabled", "", EVERYONE)]
    assert set(classes(the(found, "type-disabled"))) == {"lost"}
    assert found.unjudged == ()


def test_unexplained_aws_publishes_what_nothing_gives() -> None:
    aws = Aws()
    assert aws.published
    aws.published[LAB] = {"plans": {}}
    aws.published[SHOP]["plans"]["daily"]["rules"]["nightly"]["lifecycle"]["delete_after_days"] = "3"
    found = drift(aws)
    assert told(found) == [("unexplained", "", ids(SHOP, LAB))]
    assert classes(the(found, "unexplained")) == {"lost": 1, "weakened": 1}


def test_accounts_with_one_document_are_compared_once(monkeypatch: pytest.MonkeyPatch) -> None:
    pairs: list[object] = []
    between = PlanChanges.between

    def counted(changes: PlanChanges, *plans: Any) -> Any:  # noqa: ANN401 - as the method has it
        pairs.append(plans)
        return between(changes, *plans)

    aws = Aws()
    aws.parents |= {f"{number:012}": "Sandbox" for number in range(1, 201)}
    aws.publish()
    recorded = aws.snapshot()
    for document in (aws.published or {}).values():
        document["plans"]["daily"]["rules"]["nightly"]["lifecycle"]["delete_after_days"] = "3"
    monkeypatch.setattr(PlanChanges, "between", counted)
    found = the(drift(aws, recorded=recorded), "unexplained")
    assert (len(found.accounts), [len(change.accounts) for change in found.changes]) == (204, [204])
    assert len(pairs) <= 4


# Against what.


def test_published_documents_that_nobody_read_are_not_judged() -> None:
    aws = Aws()
    aws.published = None
    for against in ("published", "all"):
        found = drift(aws, against=against)
        assert told(found) == []
        assert [(each.what, each.accounts) for each in found.unjudged] == [("published", EVERYONE)]
    assert drift(aws, against="attached").unjudged == ()


def test_one_document_of_a_chain_stands_for_all_its_accounts() -> None:
    aws = Aws()
    assert aws.published
    del aws.published[BOOKS]
    assert drift(aws).unjudged == ()
    del aws.published[SHOP]
    assert [each.accounts for each in drift(aws).unjudged] == [ids(SHOP, BOOKS)]


def test_against_published_only_what_accounts_feel_counts() -> None:
    aws = Aws()
    aws.retain("baseline", "daily", "7")  # and is not published yet
    aws.retain("finance", "ledger", 400)
    assert told(drift(aws, against="published")) == [("pending", "", EVERYONE)]
    aws.publish()
    assert told(drift(aws, against="published")) == [("edited", "baseline", EVERYONE)]
    assert told(drift(aws, against="attached")) == [("edited", "baseline", EVERYONE), ("spelling", "finance", ())]


def test_several_causes_are_named_each_for_its_accounts() -> None:
    aws = Aws()
    aws.retain("baseline", "daily", "7")
    aws.attached["Workloads"] = []
    aws.attached[MANAGEMENT] = ["finance"]
    aws.parents[LAB] = ""
    aws.documents |= Aws(policy("other", plan="other")).documents
    aws.attached["Sandbox"] = ["other"]
    aws.publish()
    found = drift(aws)
    assert {(each.cause.value, each.accounts) for each in found.differences} == {
        ("edited", EVERYONE),
        ("detached", ids(SHOP, BOOKS)),
        ("attached-outside", ids(MANAGEMENT)),
        ("moved-account", ids(LAB)),
        ("unmanaged-policy", ()),
    }
    assert classes(the(found, "edited")) == {"weakened": 1}
    assert classes(the(found, "detached")).keys() == {"lost"}
    assert classes(the(found, "moved-account")) == {}
    worst = [min((c.change_class.rank for c in each.changes), default=9) for each in found.differences]
    assert worst == sorted(worst)


def test_without_a_recorded_tree_no_account_has_moved() -> None:
    aws = Aws()
    aws.parents[SHOP] = "Sandbox"
    aws.publish()
    assert told(drift(aws, recorded=None)) == []


def test_a_policy_for_a_unit_that_is_gone_is_detached() -> None:
    aws = Aws()
    aws.parents = {account: "Sandbox" if parent == "Workloads" else parent for account, parent in aws.parents.items()}
    del aws.units["Workloads"], aws.attached["Workloads"]
    aws.publish()
    found = drift(aws)
    assert {each.cause.value for each in found.differences} == {"moved-account", "detached"}
    assert the(found, "detached").message.endswith("the organization has no such unit")


def test_a_project_that_does_not_compile_is_not_compared() -> None:
    found = run(Aws(), PROJECT + '\nattach missing to ou "Sandbox"\n')
    assert found.drift is None
    assert [finding.name for finding in found.project.diagnostics] == ["unknown-policy"]
