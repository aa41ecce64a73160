"""A policy written down three times: as AWS's JSON, in the language, and in HCL with the same content."""

from __future__ import annotations

from typing import Any

from benchmarks.inputs.policies import BACKUP_ACCOUNT, COPIES, COPY_REGION, ROLE, VAULT, Change, Plan, Policy, Rule

Tree = dict[str, Any]

_NOTHING = {"@@operators_allowed_for_child_policies": ["@@none"]}
_COPY = f"arn:aws:backup:{COPY_REGION}:{BACKUP_ACCOUNT}:backup-vault:{COPIES}"
_ROLE = f"arn:aws:iam::$account:role/{ROLE}"
_PATTERNS = {
    "EC2": "arn:aws:ec2:*:*:instance/*",
    "RDS": "arn:aws:rds:*:*:db:*",
    "EFS": "arn:aws:elasticfilesystem:*:*:file-system/*",
    "DynamoDB": "arn:aws:dynamodb:*:*:table/*",
}


def document(policy: Policy) -> Tree:
    """The document that AWS takes."""
    plans = {policy.plan.name: _plan_document(policy.plan)}
    if policy.change:
        plans[policy.change.plan] = _change_document(policy.change)
    return {"plans": plans}


def bpol(policy: Policy) -> str:
    """The text in the language; compiling it gives `document`."""
    lines = [f"policy {policy.name} {{", *_plan_bpol(policy.plan)]
    if change := policy.change:
        lines += ["", f"  plan {change.plan} {{", f"    regions += [{change.region}]", ""]
        lines += [f"    rule {change.rule} {{", f"      retain = {change.retain} days", *_vault(change)]
        lines += ["    }", "  }"]
    return "\n".join([*lines, "}", ""])


def hcl(policy: Policy) -> str:
    """The text in HCL, block for block and setting for setting."""
    lines = [f'policy "{policy.name}" {{', *_plan_hcl(policy.plan)]
    if change := policy.change:
        lines += ["", f'  plan "{change.plan}" {{', f'    append_regions = ["{change.region}"]', ""]
        lines += [
            f'    rule "{change.rule}" {{',
            f'      retain = "{change.retain} days"',
            *_vault(change),
            "    }",
            "  }",
        ]
    return "\n".join([*lines, "}", ""])


def _vault(change: Change) -> list[str]:
    return [f'      vault = "{change.vault}"'] if change.vault else []


def _plan_document(plan: Plan) -> Tree:
    return {
        "regions": {"@@assign": list(plan.regions)},
        "rules": {rule.name: _rule_document(rule) for rule in plan.rules},
        "selections": _typed_document(plan) if plan.types else _tagged_document(plan),
    }


def _tagged_document(plan: Plan) -> Tree:
    tagged = {"tag_key": {"@@assign": "backup"}, "tag_value": {"@@assign": list(plan.values)}}
    return {"tags": {"tagged": {"iam_role_arn": {"@@assign": _ROLE}, **tagged}}}


def _typed_document(plan: Plan) -> Tree:
    condition = {
        "condition_key": {"@@assign": "aws:ResourceTag/team"},
        "condition_value": {"@@assign": plan.name},
    }
    typed = {
        "resource_types": {"@@assign": [_PATTERNS[name] for name in plan.types]},
        "conditions": {"string_equals": {"team": condition}},
    }
    return {"resources": {"typed": {"iam_role_arn": {"@@assign": _ROLE}, **typed}}}


def _rule_document(rule: Rule) -> Tree:
    return {
        "schedule_expression": {"@@assign": rule.cron},
        "target_backup_vault_name": {"@@assign": VAULT, **_NOTHING},
        "start_backup_window_minutes": {"@@assign": str(60 * rule.start_hours)},
        "complete_backup_window_minutes": {"@@assign": str(60 * rule.complete_hours)},
        "lifecycle": {"delete_after_days": {"@@assign": str(rule.retain)}},
        "copy_actions": {
            _COPY: {
                "target_backup_vault_arn": {"@@assign": _COPY},
                "lifecycle": {"delete_after_days": {"@@assign": str(rule.copied_for)}},
            }
        },
        "recovery_point_tags": {
            key: {"tag_key": {"@@assign": key}, "tag_value": {"@@assign": value}} for key, value in rule.tags
        },
    }


def _change_document(change: Change) -> Tree:
    rule: Tree = {"lifecycle": {"delete_after_days": {"@@assign": str(change.retain)}}}
    if change.vault:
        rule["target_backup_vault_name"] = {"@@assign": change.vault}
    return {"regions": {"@@append": [change.region]}, "rules": {change.rule: rule}}


def _plan_bpol(plan: Plan) -> list[str]:
    return [
        f"  plan {plan.name} {{",
        f"    regions = [{', '.join(plan.regions)}]",
        *[line for rule in plan.rules for line in ("", *_rule_bpol(rule))],
        "",
        f"    {'resource' if plan.types else 'tag'} selection {'typed' if plan.types else 'tagged'} {{",
        f'      role = "{ROLE}"',
        *(_typed_bpol(plan) if plan.types else ['      key = "backup"', f"      values = [{_quoted(plan.values)}]"]),
        "    }",
        "  }",
    ]


def _typed_bpol(plan: Plan) -> list[str]:
    return [
        f"      types = [{', '.join(plan.types)}]",
        f'      where team: "aws:ResourceTag/team" == "{plan.name}"',
    ]


def _rule_bpol(rule: Rule) -> list[str]:
    return [
        f"    rule {rule.name} {{",
        f"      schedule = {rule.schedule}",
        f'      locked vault = "{VAULT}"',
        f"      start_within = {rule.start_hours} hours",
        f"      complete_within = {rule.complete_hours} hours",
        f"      retain = {rule.retain} days",
        f"      recovery_point_tags {{ {_pairs(rule.tags, '  ')} }}",
        f'      copy to vault "{COPIES}" in {COPY_REGION} account "{BACKUP_ACCOUNT}" {{',
        f"        retain = {rule.copied_for} days",
        "      }",
        "    }",
    ]


def _plan_hcl(plan: Plan) -> list[str]:
    return [
        f'  plan "{plan.name}" {{',
        f"    regions = [{_quoted(plan.regions)}]",
        *[line for rule in plan.rules for line in ("", *_rule_hcl(rule))],
        "",
        *(_typed_hcl(plan) if plan.types else _tagged_hcl(plan)),
        "    }",
        "  }",
    ]


def _tagged_hcl(plan: Plan) -> list[str]:
    return [
        '    tag_selection "tagged" {',
        f'      role   = "{ROLE}"',
        '      key    = "backup"',
        f"      values = [{_quoted(plan.values)}]",
    ]


def _typed_hcl(plan: Plan) -> list[str]:
    return [
        '    resource_selection "typed" {',
        f'      role  = "{ROLE}"',
        f"      types = [{_quoted(plan.types)}]",
        '      where "team" {',
        '        key    = "aws:ResourceTag/team"',
        f'        equals = "{plan.name}"',
        "      }",
    ]


def _rule_hcl(rule: Rule) -> list[str]:
    return [
        f'    rule "{rule.name}" {{',
        f'      schedule        = "{rule.schedule}"',
        f'      vault           = "{VAULT}"',
        '      locked          = ["vault"]',
        f'      start_within    = "{rule.start_hours} hours"',
        f'      complete_within = "{rule.complete_hours} hours"',
        f'      retain          = "{rule.retain} days"',
        f"      recovery_point_tags = {{ {_pairs(rule.tags, ', ')} }}",
        f'      copy "{COPIES}" "{COPY_REGION}" {{',
        f'        account = "{BACKUP_ACCOUNT}"',
        f'        retain  = "{rule.copied_for} days"',
        "      }",
        "    }",
    ]


def _quoted(values: tuple[str, ...]) -> str:
    return ", ".join(f'"{value}"' for value in values)


def _pairs(tags: tuple[tuple[str, str], ...], separator: str) -> str:
    return separator.join(f'{key} = "{value}"' for key, value in tags)
