"""Rules of semantics.md section 15 that the vectors leave out, by hand."""

import pytest

from oracle.cases import AT, SELECTION, N, Tree, errors, kinds, lifecycle, merged, plans, regions, rule
from oracle.effective import Level, effective, published


@pytest.mark.parametrize("allowed", ["@@none", "@@remove"])
def test_r16_r17_blocked_keys_are_noted_once_per_policy(allowed: str) -> None:
    above = {"plans": {N: [allowed], "p": {"regions": {"@@assign": ["us-east-1"]}}}}
    added = {"plans": {"q": {"regions": {"@@assign": ["eu-west-1"]}, "rules": {N: ["@@none"]}}}}
    only_controls = {"plans": {"Q": {"regions": {N: ["@@none"]}}}}
    result = merged([above], [added, only_controls])
    assert result.policy == {"plans": {"p": {"regions": ["us-east-1"]}}}
    basis = {"@@none": "documented", "@@remove": "inferred"}[allowed]
    assert kinds(result) == [
        ("key-blocked", "plans/q", "P10", "Unit", "", basis),
        ("key-blocked", "plans/q", "P11", "Unit", "", basis),
    ]
    assert result.trail["plans/q/regions"] == [("P10", "Unit", "@@assign", "blocked")]


def test_r16_the_container_decides_about_new_settings_below_it_only() -> None:
    above = rule()
    above["plans"]["p"]["rules"]["r"][N] = ["@@none"]
    below = plans(
        rules={
            "r": {
                "schedule_expression": {"@@assign": "cron(0 5 ? * SUN *)"},
                "target_backup_vault_name": {"@@assign": "X"},
            }
        },
        regions={"@@append": ["eu-west-1"]},
    )
    result = merged([above], [below])
    assert result.policy is not None
    assert result.policy["plans"]["p"]["rules"] == {"r": {"target_backup_vault_name": "X"}}
    assert result.policy["plans"]["p"]["regions"] == ["us-east-1", "eu-west-1"]
    assert kinds(result) == [
        ("key-blocked", "plans/p/rules/r/schedule_expression", "P10", "Unit", "", "documented"),
    ]


def test_r18_a_blocked_key_is_not_mentioned_for_lower_entities() -> None:
    above = {"plans": {N: ["@@none"], "p": {"regions": {"@@assign": ["us-east-1"]}}}}
    added = {"plans": {"q": {"regions": {"@@assign": ["eu-west-1"]}}}}
    result = merged([above], [added], [added])
    assert result.policy == {"plans": {"p": {"regions": ["us-east-1"]}}}
    assert [(note["path"], note["entity"]) for note in result.notes] == [
        ("plans/q", "Unit"),
        ("plans/q", "Unit/account"),
    ]


def test_r18_empty_maps_mention_nothing() -> None:
    above = {"plans": {N: ["@@none"], "p": {"rules": {}}}}
    result = merged([above], [regions(assign=["eu-west-1"])])
    assert result.policy == {}
    assert [note["path"] for note in result.notes] == ["plans/p"]


def test_r18_a_remove_without_effect_mentions_its_setting() -> None:
    above = {"plans": {N: ["@@none"], "p": {N: ["@@none"], "regions": {"@@remove": ["us-east-1"]}}}}
    assert merged([above], [regions(assign=["eu-west-1"])]).policy == {"plans": {"p": {"regions": ["eu-west-1"]}}}


def test_controls_on_the_document_do_nothing() -> None:
    document = {N: ["@@none"], "@@assign": "x", **regions(assign=["us-east-1"])}
    assert merged([document], [document]).policy == {"plans": {"p": {"regions": ["us-east-1"]}}}


def test_r12_blocked_operators_of_all_peers_are_noted() -> None:
    above = plans(regions={N: ["@@append"], "@@assign": ["us-east-1"]})
    peers = [regions(assign=["eu-west-1"]), regions(assign=["us-west-2"], remove=["us-east-1"])]
    result = merged([above], peers)
    where = "plans/p/regions"
    assert kinds(result) == [
        ("operator-blocked", where, "P10", "Unit", "@@assign", "observed"),
        ("operator-blocked", where, "P11", "Unit", "@@assign", "observed"),
        ("operator-blocked", where, "P11", "Unit", "@@remove", "observed"),
    ]
    assert result.trail[where] == [
        ("P00", "", "@@assign", "applied"),
        ("P10", "Unit", "@@assign", "blocked"),
        ("P11", "Unit", "@@assign", "blocked"),
        ("P11", "Unit", "@@remove", "blocked"),
    ]


def test_a_control_counts_although_the_value_beside_it_was_blocked() -> None:
    above = plans(regions={N: ["@@append", "@@remove"], "@@assign": ["us-east-1"]})
    middle = plans(regions={N: ["@@append"], "@@assign": ["eu-west-1"]})
    assert merged([above], [middle], [regions(remove=["us-east-1"])]).policy == {
        "plans": {"p": {"regions": ["us-east-1"]}}
    }


def test_the_trail_tells_winners_and_losers_in_evaluation_order() -> None:
    peers = [regions(append=["eu-west-1"]), regions(assign=["us-east-1"]), regions(assign=["us-west-2"])]
    result = merged([regions(append=["sa-east-1"])], peers, [regions(remove=["us-east-1"])])
    assert result.trail["plans/p/regions"] == [
        ("P00", "", "@@append", "overridden"),
        ("P11", "Unit", "@@assign", "applied"),
        ("P12", "Unit", "@@assign", "shadowed"),
        ("P10", "Unit", "@@append", "applied"),
        ("P20", "Unit/account", "@@remove", "applied"),
    ]
    assert kinds(result) == [
        ("assign-shadowed", "plans/p/regions", "P12", "Unit", "@@assign", "observed"),
    ]


def test_r25_duplicates_in_an_assigned_list_stay_and_are_noted() -> None:
    result = merged(
        [regions(assign=["us-east-1", "us-east-1"])], [regions(append=["us-east-1", "eu-west-1", "eu-west-1"])]
    )
    assert result.policy == {"plans": {"p": {"regions": ["us-east-1", "us-east-1", "eu-west-1"]}}}
    assert kinds(result) == [
        ("unverified-rendering", "plans/p/regions", "P00", "", "@@assign", "inferred"),
    ]


def test_r25_only_the_final_document_counts() -> None:
    assert merged([regions(assign=["us-east-1", "us-east-1"])], [regions(assign=["eu-west-1"])]).notes == []


def test_r36_an_emptied_index_is_noted_with_its_last_remover() -> None:
    def index(operator: str, *types: str) -> Tree:
        return plans(rules={"r": {"index_actions": {"resource_types": {operator: list(types)}}}})

    removers = [index("@@remove", "EBS"), index("@@remove", "S3"), index("@@remove", "EBS")]
    result = merged([index("@@assign", "EBS", "S3")], removers)
    where = "plans/p/rules/r/index_actions/resource_types"
    assert kinds(result) == [("unverified-rendering", where, "P11", "Unit", "@@remove", "inferred")]


@pytest.mark.parametrize(
    ("operators", "expected"),
    [
        ({"@@append": []}, {"plans": {"p": {"regions": []}}}),
        ({"@@assign": []}, {"plans": {"p": {"regions": []}}}),
        ({"@@remove": []}, {}),
    ],
)
def test_empty_lists_are_uses(operators: Tree, expected: Tree) -> None:
    assert merged([plans(regions=operators)]).policy == expected


def test_r28_an_error_withholds_the_whole_candidate() -> None:
    added = {"plans": {"b": {"regions": {"@@assign": ["us-east-1"]}}}}
    result = merged([rule()], [added])
    assert errors(result) == [
        ("KEY_REQUIRED", "'rules' is missing", "plans/b", ["P10"]),
        ("KEY_REQUIRED", "'selections' is missing", "plans/b", ["P10"]),
    ]
    assert result.status == "invalid"
    assert published(result) is None
    assert published(result, {"plans": {}}) == {"plans": {}}
    valid = merged([rule()])
    assert (valid.status, published(valid)) == ("valid", valid.policy)


def test_r31_nothing_attached_and_type_not_enabled() -> None:
    assert merged([], [])[:3] == ("empty", {}, [])
    assert merged([{"plans": {}}])[:3] == ("valid", {}, [])
    assert effective([Level("", [("a", rule())])], at=AT, enabled=False)[:2] == ("disabled", None)


def test_r35_a_copy_fragment_repeats_its_target_and_merges_by_folded_key() -> None:
    arn = "arn:aws:backup:us-east-1:$account:backup-vault:DR"
    target = {"target_backup_vault_arn": {"@@assign": arn}}
    above = rule(copy_actions={arn: target | {"lifecycle": lifecycle(delete_after_days="30")}})
    child = plans(
        rules={"r": {"copy_actions": {arn.lower(): target | {"lifecycle": lifecycle(delete_after_days="90")}}}}
    )
    result = merged([above], [child])
    assert result.policy is not None
    assert result.policy["plans"]["p"]["rules"]["r"]["copy_actions"] == {
        arn.lower(): {"target_backup_vault_arn": arn, "lifecycle": {"delete_after_days": "90"}}
    }
    assert result.status == "valid"


def test_r35_a_selection_without_a_list_lacks_its_value() -> None:
    selection = {**SELECTION, "tag_value": {"@@remove": ["gold"]}}
    result = merged([plans(selections={"tags": {"t": selection}})])
    assert ("KEY_REQUIRED", "'tag_value' is missing", "plans/p/selections/tags/t", ["P00"]) in errors(result)


def test_paths_escape_slashes_and_tildes() -> None:
    tag = {"a/b~c": {"tag_key": {"@@assign": "a/b~c"}, "tag_value": {"@@assign": "x"}}}
    assert "plans/p/backup_plan_tags/a~1b~0c/tag_key" in merged([plans(backup_plan_tags=tag)]).trail
