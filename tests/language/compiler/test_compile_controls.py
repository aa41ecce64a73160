"""`children may` and `locked` (language.md 3.3)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from language.compiler.compiling import CONTROL, Tree, inside, plan, plans

NONE = {CONTROL: ["@@none"]}
ARN = "arn:aws:backup:eu-west-1:$account:backup-vault:V"

FULL_PLAN = """
regions = [eu-west-1]
rule r {
  schedule = hourly
  retain = 1 day
  recovery_point_tags { Owner = "x" }
  index = [EBS]
  copy to vault "V" in eu-west-1 { cold_after = 1 day }
}
tag selection t {
  key = "k"
  values = ["v"]
  where c: "a" like "b"
}
advanced { windows_vss = true }
malware_scan { role = "R" types = [EBS] }
"""


def nodes(content: Tree, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Tree]]:
    """Every node of a document with its path."""
    yield path, content
    for key, below in content.items():
        if not key.startswith("@@"):
            yield from nodes(below, (*path, key))


def controlled(content: Tree) -> dict[str, list[str]]:
    """The nodes that carry a control, by path."""
    return {"/".join(path): node[CONTROL] for path, node in nodes(content) if CONTROL in node}


@pytest.mark.parametrize(
    ("operators", "control"),
    [
        ("append", ["@@append"]),
        ("remove, assign", ["@@remove", "@@assign"]),
        ("assign, append, remove", ["@@assign", "@@append", "@@remove"]),
        ("anything", ["@@all"]),
        ("append, anything", ["@@append", "@@all"]),
        ("nothing", ["@@none"]),
    ],
)
def test_operators_keep_their_order(operators: str, control: list[str]) -> None:
    assert plans(f"policy x {{ children may {operators} }}") == {CONTROL: control}


@pytest.mark.parametrize(
    ("path", "node"),
    [
        ("daily", "daily"),
        ("daily/rules", "daily/rules"),
        ("daily/regions", "daily/regions"),
        ("daily/RULES/Nightly/schedule", "daily/rules/Nightly/schedule_expression"),
        ("daily/rules/nightly/retain", "daily/rules/nightly/lifecycle/delete_after_days"),
        ("daily/rules/nightly/cold_after", "daily/rules/nightly/lifecycle/move_to_cold_storage_after_days"),
        ("daily/rules/nightly/archive", "daily/rules/nightly/lifecycle/opt_in_to_archive_for_supported_resources"),
        ("daily/rules/nightly/lifecycle", "daily/rules/nightly/lifecycle"),
        ("daily/rules/nightly/lifecycle/delete_after_days", "daily/rules/nightly/lifecycle/delete_after_days"),
        ("daily/rules/nightly/index", "daily/rules/nightly/index_actions/resource_types"),
        ("daily/rules/nightly/index_actions", "daily/rules/nightly/index_actions"),
        ("daily/rules/nightly/scan", "daily/rules/nightly/scan_actions/GUARDDUTY/scan_mode"),
        ("daily/rules/nightly/scan_actions/guardduty", "daily/rules/nightly/scan_actions/GUARDDUTY"),
        ("daily/rules/nightly/copy_actions", "daily/rules/nightly/copy_actions"),
        (
            'daily/rules/nightly/copy_actions/"a/b"/retain',
            "daily/rules/nightly/copy_actions/a/b/lifecycle/delete_after_days",
        ),
        (
            "daily/rules/nightly/recovery_point_tags/Owner/tag_value",
            "daily/rules/nightly/recovery_point_tags/Owner/tag_value",
        ),
        ("daily/selections", "daily/selections"),
        ("daily/selections/tags/t/role", "daily/selections/tags/t/iam_role_arn"),
        ("daily/selections/tags/t/values", "daily/selections/tags/t/tag_value"),
        ("daily/selections/resources/s/except_types", "daily/selections/resources/s/not_resource_types"),
        (
            "daily/selections/resources/s/conditions/string_like/c1/condition_value",
            "daily/selections/resources/s/conditions/string_like/c1/condition_value",
        ),
        ("daily/advanced/windows_vss", "daily/advanced_backup_settings/ec2/windows_vss"),
        ("daily/advanced_backup_settings/s3", "daily/advanced_backup_settings/s3"),
        ("daily/plan_tags", "daily/backup_plan_tags"),
        ("daily/malware_scan/role", "daily/scan_settings/GUARDDUTY/scanner_role_arn"),
        ("daily/scan_settings", "daily/scan_settings"),
    ],
)
def test_paths(path: str, node: str) -> None:
    assert controlled(plans(f"policy x {{ children may append in {path} }}")) == {node: ["@@append"]}


def test_paths_start_at_the_block() -> None:
    written = plan(inside("children may append\nchildren may nothing in retain\nretain = 1 day", "rule r"))
    assert written["rules"]["r"] == {
        CONTROL: ["@@append"],
        "lifecycle": {"delete_after_days": {CONTROL: ["@@none"], "@@assign": "1"}},
    }


def test_the_control_stands_first_in_its_node() -> None:
    text = "regions -= [sa-east-1]\nregions = [eu-west-1]\nregions += [us-east-1]\nchildren may nothing in regions"
    assert list(plan(text)["regions"]) == [CONTROL, "@@assign", "@@append", "@@remove"]


@pytest.mark.parametrize(
    ("block", "node"),
    [
        ("tag selection t", ("selections", "tags", "t")),
        ("resource selection t", ("selections", "resources", "t")),
        ("advanced", ("advanced_backup_settings",)),
        ("plan_tags", ("backup_plan_tags",)),
        ("malware_scan", ("scan_settings", "GUARDDUTY")),
        ("rule r { recovery_point_tags", ("rules", "r", "recovery_point_tags")),
        ('rule r { copy to "a"', ("rules", "r", "copy_actions", "a")),
    ],
)
def test_the_node_of_each_block(block: str, node: tuple[str, ...]) -> None:
    close = " }" if block.startswith("rule") else ""
    assert controlled(plan(f"{block} {{ children may remove }}{close}")) == {"/".join(node): ["@@remove"]}


def test_a_locked_plan_closes_every_node_of_the_document() -> None:
    written = plans(inside(FULL_PLAN, "locked plan p", "policy x"))
    every = {"/".join(path): ["@@none"] for path, _ in nodes(written) if path}
    assert controlled(written) == every
    assert len(every) == 35


def without_controls(content: object) -> object:
    if not isinstance(content, dict):
        return content
    return {key: without_controls(below) for key, below in content.items() if key != CONTROL}


def test_locking_changes_nothing_else() -> None:
    open_plan, locked = (plans(inside(FULL_PLAN, head, "policy x")) for head in ("plan p", "locked plan p"))
    assert without_controls(locked) == open_plan


@pytest.mark.parametrize(
    ("text", "closed"),
    [
        ("locked regions = [eu-west-1]", {"regions"}),
        ("regions = [eu-west-1]\nlocked regions += [sa-east-1]", {"regions"}),
        ("locked rule r { }", {"rules/r"}),
        ("rule r { locked retain = 1 day }", {"rules/r/lifecycle/delete_after_days"}),
        ("rule r { locked index = [EBS] }", {"rules/r/index_actions/resource_types"}),
        ("rule r { locked scan = full }", {"rules/r/scan_actions/GUARDDUTY/scan_mode"}),
        (
            'rule r { recovery_point_tags { locked a = "1" b = "2" } }',
            {f"rules/r/recovery_point_tags/a{below}" for below in ("", "/tag_key", "/tag_value")},
        ),
        (
            'locked plan_tags { a = "1" }',
            {f"backup_plan_tags{below}" for below in ("", "/a", "/a/tag_key", "/a/tag_value")},
        ),
        (
            "locked advanced { s3_acls = true }",
            {f"advanced_backup_settings{below}" for below in ("", "/s3", "/s3/backup_acls")},
        ),
        (
            'locked malware_scan { role = "R" }',
            {f"scan_settings/GUARDDUTY{below}" for below in ("", "/scanner_role_arn")},
        ),
        (
            f'rule r {{ locked copy to "{ARN}" {{ retain = 1 day }} }}',
            {
                f"rules/r/copy_actions/{ARN}{below}"
                for below in ("", "/target_backup_vault_arn", "/lifecycle", "/lifecycle/delete_after_days")
            },
        ),
        (
            'tag selection t { locked where c: "k" == "v" }',
            {
                f"selections/tags/t/conditions/string_equals/c{below}"
                for below in ("", "/condition_key", "/condition_value")
            },
        ),
        (
            'locked resource selection s { role = "R" }',
            {f"selections/resources/s{below}" for below in ("", "/iam_role_arn")},
        ),
    ],
)
def test_locked_marks_its_own_node_and_all_beneath_but_no_ancestor(text: str, closed: set[str]) -> None:
    assert set(controlled(plan(text))) == closed


def test_locked_inside_locked_says_nothing_new() -> None:
    once, twice = (plan(f"locked rule r {{ {word} retain = 1 day }}") for word in ("", "locked"))
    assert once == twice


def test_no_document_grows_nodes_for_a_lock() -> None:
    assert plan("locked rule r { retain = 1 day }")["rules"]["r"] == {
        **NONE,
        "lifecycle": {**NONE, "delete_after_days": {**NONE, "@@assign": "1"}},
    }
