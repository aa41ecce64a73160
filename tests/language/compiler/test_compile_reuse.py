"""Lets and templates (language.md 3.6)."""

from __future__ import annotations

from typing import Any

import pytest
from language.compiler.compiling import CONTROL, Tree, compiled, findings, inside, plans


def project(reused: str, text: str) -> Tree:
    """The plan `p` of a project: templates and lets in one file, the plan's text in another."""
    found: Tree = plans(inside(text, "plan p", "policy x"), reused)["p"]
    return found


def rule(template: str, text: str) -> Tree:
    """The rule `r`, whose text is `like` a template with another text."""
    found: Tree = project(f"template rule t {{\n{template}\n}}", f"rule r like t {{\n{text}\n}}")["rules"]["r"]
    return found


@pytest.mark.parametrize(
    ("let", "setting", "fragment"),
    [
        ("[eu-west-1, sa-east-1]", "regions = home", {"regions": {"@@assign": ["eu-west-1", "sa-east-1"]}}),
        ("eu-west-1", "regions = [sa-east-1, home]", {"regions": {"@@assign": ["sa-east-1", "eu-west-1"]}}),
        ('"eu-west-1"', "regions += [home]", {"regions": {"@@append": ["eu-west-1"]}}),
        (
            "eu-west-1",
            'rule r { copy to vault "V" in home }',
            {
                "rules": {
                    "r": {
                        "copy_actions": {
                            "arn:aws:backup:eu-west-1:$account:backup-vault:V": {
                                "target_backup_vault_arn": {
                                    "@@assign": "arn:aws:backup:eu-west-1:$account:backup-vault:V"
                                }
                            }
                        }
                    }
                }
            },
        ),
        (
            "7 days",
            "rule r { start_within = home }",
            {"rules": {"r": {"start_backup_window_minutes": {"@@assign": "10080"}}}},
        ),
        (
            "7 days",
            "rule r { retain = home }",
            {"rules": {"r": {"lifecycle": {"delete_after_days": {"@@assign": "7"}}}}},
        ),
        (
            "hourly",
            "rule r { schedule = home }",
            {"rules": {"r": {"schedule_expression": {"@@assign": "cron(0 * ? * * *)"}}}},
        ),
        ('"Main"', "rule r { vault = home }", {"rules": {"r": {"target_backup_vault_name": {"@@assign": "Main"}}}}),
        (
            '"team"',
            "plan_tags { Owner = home }",
            {"backup_plan_tags": {"Owner": {"tag_key": {"@@assign": "Owner"}, "tag_value": {"@@assign": "team"}}}},
        ),
        (
            "true",
            "advanced { s3_acls = home }",
            {"advanced_backup_settings": {"s3": {"backup_acls": {"@@assign": "enabled"}}}},
        ),
        (
            "full",
            "rule r { scan = home }",
            {"rules": {"r": {"scan_actions": {"GUARDDUTY": {"scan_mode": {"@@assign": "FULL_SCAN"}}}}}},
        ),
        (
            "[S3]",
            "rule r { index = home }",
            {"rules": {"r": {"index_actions": {"resource_types": {"@@assign": ["S3"]}}}}},
        ),
        (
            "[S3]",
            "resource selection s { types = home }",
            {"selections": {"resources": {"s": {"resource_types": {"@@assign": ["arn:aws:s3:::*"]}}}}},
        ),
    ],
)
def test_a_let_stands_for_its_value(let: str, setting: str, fragment: dict[str, Any]) -> None:
    assert project(f"let home = {let}", setting) == fragment


def test_lets_use_lets() -> None:
    lets = "let all = [near, far]\nlet far = further\nlet further = sa-east-1\nlet near = eu-west-1\nlet home = all"
    assert project(lets, "regions = home") == {"regions": {"@@assign": ["eu-west-1", "sa-east-1"]}}


def test_what_only_the_template_has_is_added() -> None:
    assert rule('vault = "T"', "schedule = hourly") == {
        "schedule_expression": {"@@assign": "cron(0 * ? * * *)"},
        "target_backup_vault_name": {"@@assign": "T"},
    }


def test_what_the_user_mentions_is_the_users() -> None:
    assert rule("retain = 1 day\ncold_after = 2 days", "retain = 3 days")["lifecycle"] == {
        "move_to_cold_storage_after_days": {"@@assign": "2"},
        "delete_after_days": {"@@assign": "3"},
    }


def test_any_operator_replaces_all_operators_of_the_template() -> None:
    assert rule("index = [EBS]\nindex -= [S3]", "index += [S3]")["index_actions"] == {
        "resource_types": {"@@append": ["S3"]}
    }


def test_blocks_of_the_same_identity_merge() -> None:
    template = 'copy to vault "V" in eu-west-1 { retain = 1 day }\nrecovery_point_tags { Owner = "t" cost = "1" }'
    text = 'copy to vault "v" in eu-west-1 { cold_after = 2 days }\nrecovery_point_tags { owner = "r" }'
    arn = "arn:aws:backup:eu-west-1:$account:backup-vault:v"
    assert rule(template, text) == {
        "copy_actions": {
            arn: {
                "target_backup_vault_arn": {"@@assign": arn},
                "lifecycle": {
                    "move_to_cold_storage_after_days": {"@@assign": "2"},
                    "delete_after_days": {"@@assign": "1"},
                },
            }
        },
        "recovery_point_tags": {
            "owner": {"tag_key": {"@@assign": "owner"}, "tag_value": {"@@assign": "r"}},
            "cost": {"tag_key": {"@@assign": "cost"}, "tag_value": {"@@assign": "1"}},
        },
    }


def test_a_target_of_the_template_stays_where_the_user_names_none() -> None:
    copied = rule('copy to "a" { target = "b" }', 'copy to "a" { retain = 1 day }')["copy_actions"]["a"]
    assert copied["target_backup_vault_arn"] == {"@@assign": "b"}


def test_other_blocks_are_added_after_the_templates() -> None:
    assert list(rule('copy to "a"', 'copy to "b"')["copy_actions"]) == ["a", "b"]


def test_templates_of_plans() -> None:
    reused = """
    template plan base {
      regions = [eu-west-1]
      rule nightly { vault = "T" retain = 1 day }
      rule weekly { vault = "T" }
    }
    """
    text = 'policy x { plan p like base { rule Nightly { vault = "P" } } }'
    assert plans(text, reused)["p"] == {
        "regions": {"@@assign": ["eu-west-1"]},
        "rules": {
            "Nightly": {
                "target_backup_vault_name": {"@@assign": "P"},
                "lifecycle": {"delete_after_days": {"@@assign": "1"}},
            },
            "weekly": {"target_backup_vault_name": {"@@assign": "T"}},
        },
    }


def test_a_template_like_another_and_a_rule_like_one_in_a_plan_like_one() -> None:
    reused = """
    template rule first { vault = "1" start_within = 1 hour retain = 1 day }
    template rule second like first { vault = "2" start_within = 2 hours }
    template plan base { rule r like first { vault = "base" } }
    """
    text = "policy x { plan p like base { rule r like second { retain = 9 days } } }"
    assert plans(text, reused)["p"]["rules"]["r"] == {
        "target_backup_vault_name": {"@@assign": "2"},
        "start_backup_window_minutes": {"@@assign": "120"},
        "lifecycle": {"delete_after_days": {"@@assign": "9"}},
    }


def test_names_of_templates_fold_case() -> None:
    assert plans("policy x { plan P like BASE { } }", "template plan base { regions = [eu-west-1] }")["P"] == {
        "regions": {"@@assign": ["eu-west-1"]}
    }


def test_a_template_serves_many() -> None:
    reused = 'template rule t { vault = "T" }'
    written = project(reused, "rule a like t { retain = 1 day }\nrule b like t { }")
    assert written["rules"] == {
        "a": {"target_backup_vault_name": {"@@assign": "T"}, "lifecycle": {"delete_after_days": {"@@assign": "1"}}},
        "b": {"target_backup_vault_name": {"@@assign": "T"}},
    }


def test_locked_in_a_template_stays() -> None:
    assert rule("locked retain = 1 day", "retain = 2 days")["lifecycle"] == {
        "delete_after_days": {CONTROL: ["@@none"], "@@assign": "2"}
    }


def test_locked_at_the_user_closes_what_came_from_the_template() -> None:
    reused = "template rule t { children may append in retain retain = 1 day }"
    assert project(reused, "locked rule r like t { }")["rules"]["r"] == {
        CONTROL: ["@@none"],
        "lifecycle": {CONTROL: ["@@none"], "delete_after_days": {CONTROL: ["@@none"], "@@assign": "1"}},
    }


def test_children_may_replaces_the_templates_on_the_same_node() -> None:
    template = "children may append, remove\nchildren may nothing in retain"
    assert rule(template, "children may assign") == {
        CONTROL: ["@@assign"],
        "lifecycle": {"delete_after_days": {CONTROL: ["@@none"]}},
    }


def test_children_may_cannot_open_what_the_template_locked() -> None:
    reused = "template plan t { locked rule r { retain = 1 day } }"
    (found,) = findings("policy x { plan p like t { rule r { children may append in retain } } }", reused)
    assert found.name == "child-control-inside-locked"
    assert [label.span.text for label in found.labels] == ["rule r"]


def test_the_origin_of_a_templates_setting_is_its_line_and_the_place_of_use() -> None:
    outcome = compiled(
        "policy x { plan p { rule r like t { retain = 1 day } } }",
        'template rule t like base { vault = "T" }\ntemplate rule base { retain = 9 days schedule = hourly }',
    )
    (policy,) = outcome.value.policies
    rule_path = ("plans", "p", "rules", "r")
    places = {
        key: (origin.span.text, origin.used_at.text if origin.used_at else None)
        for key, origin in policy.origins.items()
        if key[: len(rule_path)] == rule_path
    }
    assert places == {
        rule_path: ("rule r", None),
        (*rule_path, "target_backup_vault_name"): ('vault = "T"', "rule r"),
        (*rule_path, "target_backup_vault_name", "@@assign"): ('vault = "T"', "rule r"),
        (*rule_path, "schedule_expression"): ("schedule = hourly", "rule r"),
        (*rule_path, "schedule_expression", "@@assign"): ("schedule = hourly", "rule r"),
        (*rule_path, "lifecycle"): ("retain = 9 days", "rule r"),
        (*rule_path, "lifecycle", "delete_after_days"): ("retain = 1 day", None),
        (*rule_path, "lifecycle", "delete_after_days", "@@assign"): ("retain = 1 day", None),
    }


def test_the_place_of_use_is_the_outermost() -> None:
    reused = 'template rule t { vault = "T" }\ntemplate plan base { rule r like t { } }'
    (policy,) = compiled("policy x { plan p like base { } }", reused).value.policies
    origin = policy.origins["plans", "p", "rules", "r", "target_backup_vault_name", "@@assign"]
    assert origin.used_at
    assert (origin.span.text, origin.used_at.text) == ('vault = "T"', "plan p")
