"""The one list of everything that can be found: the catalogue and the checks, by code."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from policyengine.analysis.checks import CHECKS
from policyengine.analysis.findings.configuration import LEVELS, Settable
from policyengine.base.catalogue.admission import (
    archive_gap_too_short,
    archive_schedule_too_frequent,
    archive_without_days,
    child_control_invalid,
    cold_storage_in_continuous_rule,
    continuous_retention,
    duplicate_key,
    empty_list,
    keys_differ_only_by_case,
    malformed_boolean,
    malformed_name,
    malformed_number,
    malformed_role_arn,
    malformed_vault_arn,
    malformed_vault_name,
    number_out_of_range,
    operator_not_allowed,
    schedule_ends,
    schedule_invalid,
    schedule_too_frequent,
    setting_missing,
    tag_key_differs,
    tag_key_reserved,
    text_length,
    too_many_conditions,
    unknown_choice,
    unknown_key,
    unknown_operator,
    unknown_region,
    unknown_resource_type,
    unreadable_document,
    value_not_wrapped,
    wrong_value_shape,
)
from policyengine.base.catalogue.language import (
    account_name_ambiguous,
    attachment_order_contradicts,
    bare_quantifier,
    block_repeated,
    chained_comparison,
    child_control_inside_locked,
    child_control_repeated,
    circular_let,
    circular_template,
    conflicting_parts,
    content_not_imported,
    duration_not_whole,
    duration_too_long,
    forbidden_character,
    forever_in_policy,
    incomplete_statement,
    invalid_policy_name,
    list_operator_on_scalar,
    malformed_date,
    malformed_duration,
    malformed_schedule,
    malformed_time,
    misplaced_part,
    name_repeated,
    nested_too_deeply,
    number_without_unit,
    policy_listed_twice,
    reserved_let_name,
    reserved_word,
    setting_repeated,
    target_attached_twice,
    unclosed_block,
    uneven_hours,
    unexpected_text,
    unknown_child_path,
    unknown_clause,
    unknown_escape,
    unknown_name,
    unknown_policy,
    unknown_setting,
    unknown_target,
    unknown_template,
    unsafe_formatting,
    unsupported_language,
    unterminated_string,
    wrong_value_type,
    years_in_retention,
)
from policyengine.base.catalogue.merging import document_too_long
from policyengine.base.catalogue.requirements import (
    not_a_condition,
    not_in_scope,
    requirement_applies_to_nothing,
    requirement_named_like_check,
    requirement_undecided,
    requirement_vacuous,
    requirement_violated,
    unknown_attribute,
    unknown_pack,
    unknown_requirement,
    unlike_types,
)
from policyengine.base.catalogue.waivers import (
    acceptance_void,
    accepted_finding_gone,
    facts_missing,
    no_accounts,
    not_waivable,
    waiver_expired,
    waiver_unused,
)
from policyengine.base.diagnostics import Rule, Severity
from policyengine.base.text import quoted

_CATALOGUE = (
    account_name_ambiguous,
    attachment_order_contradicts,
    bare_quantifier,
    block_repeated,
    chained_comparison,
    child_control_inside_locked,
    child_control_repeated,
    circular_let,
    circular_template,
    conflicting_parts,
    content_not_imported,
    duration_not_whole,
    duration_too_long,
    forbidden_character,
    forever_in_policy,
    incomplete_statement,
    invalid_policy_name,
    list_operator_on_scalar,
    malformed_date,
    malformed_duration,
    malformed_schedule,
    malformed_time,
    misplaced_part,
    name_repeated,
    nested_too_deeply,
    number_without_unit,
    policy_listed_twice,
    reserved_let_name,
    reserved_word,
    setting_repeated,
    target_attached_twice,
    unclosed_block,
    uneven_hours,
    unexpected_text,
    unknown_child_path,
    unknown_clause,
    unknown_escape,
    unknown_name,
    unknown_policy,
    unknown_setting,
    unknown_target,
    unknown_template,
    unsafe_formatting,
    unsupported_language,
    unterminated_string,
    wrong_value_type,
    years_in_retention,
    archive_gap_too_short,
    archive_schedule_too_frequent,
    archive_without_days,
    child_control_invalid,
    continuous_retention,
    cold_storage_in_continuous_rule,
    duplicate_key,
    empty_list,
    keys_differ_only_by_case,
    malformed_boolean,
    malformed_name,
    malformed_number,
    malformed_role_arn,
    malformed_vault_arn,
    malformed_vault_name,
    number_out_of_range,
    operator_not_allowed,
    schedule_ends,
    schedule_invalid,
    schedule_too_frequent,
    setting_missing,
    tag_key_differs,
    tag_key_reserved,
    text_length,
    too_many_conditions,
    unknown_choice,
    unknown_key,
    unknown_operator,
    unknown_region,
    unknown_resource_type,
    unreadable_document,
    value_not_wrapped,
    wrong_value_shape,
    document_too_long,
    not_a_condition,
    not_in_scope,
    requirement_applies_to_nothing,
    requirement_named_like_check,
    requirement_undecided,
    requirement_vacuous,
    requirement_violated,
    unknown_attribute,
    unknown_pack,
    unknown_requirement,
    unlike_types,
    acceptance_void,
    accepted_finding_gone,
    facts_missing,
    no_accounts,
    not_waivable,
    waiver_expired,
    waiver_unused,
)

RULES: tuple[Rule, ...] = tuple(sorted((entry.RULE for entry in (*_CATALOGUE, *CHECKS)), key=lambda rule: rule.code))

BY_NAME: Mapping[str, Rule] = MappingProxyType({rule.name: rule for rule in RULES})
"""Every rule by its name."""

FIXED: Mapping[str, str] = MappingProxyType({rule.code: rule.fixed for rule in RULES if rule.fixed})
"""By code, why findings can be neither waived, accepted nor weakened; the others can."""


def _settable(rule: Rule) -> Settable:
    """What a project may set a check to: what is fixed may only be made worse, which an error cannot be."""
    if rule is requirement_violated.RULE:
        return Settable((), "its level cannot be set: how bad that is, the requirement says with its `level`")
    if rule is requirement_undecided.RULE:
        return Settable(LEVELS[1:], "what is unknown is never a silent pass")
    if not rule.fixed:
        return Settable()
    if rule.severity is Severity.ERROR:
        return Settable((), f"its level cannot be set: {rule.fixed}")
    return Settable(LEVELS[LEVELS.index(rule.severity) :], f"it cannot be weakened: {rule.fixed}")


LEVELLED: Mapping[str, Settable] = MappingProxyType(
    {rule.code: Settable((), f"checks go by name: did you mean {quoted(rule.name)}?") for rule in RULES}
    | {rule.name: _settable(rule) for rule in RULES}
)
"""What `[checks]` of a project may say of each name; a code is no name."""
