"""Files together: order, names, attachments, sizes, origins, lost statements."""

from __future__ import annotations

import json

import pytest
from language.compiler.compiling import compiled, findings
from msgspec.structs import replace

from policyengine.base.source import Source
from policyengine.language.compiler import compile_policies
from policyengine.language.syntax import parse


def test_policies_come_in_written_order_whatever_the_order_of_the_modules() -> None:
    modules = [
        parse(Source("b.bpol", "policy second { }")).value,
        parse(Source("a.bpol", "policy zebra { }\npolicy ant { }")).value,
    ]
    policies = compile_policies(modules).value.policies
    assert [policy.name for policy in policies] == ["zebra", "ant", "second"]


def test_a_document_says_who_it_is_and_how_long() -> None:
    (policy,) = compiled('policy "base line" "Baseline" { plan p { plan_tags { "é" = "ü" } } }').value.policies
    text = json.dumps(policy.content, separators=(",", ":"), ensure_ascii=False)
    assert (policy.name, policy.description) == ("base line", "Baseline")
    assert (policy.size, policy.minified_size) == (len(text), len(text))
    assert "é" in text
    assert policy.span
    assert policy.span.text.startswith("policy")


def test_attachments_keep_their_order_and_their_places() -> None:
    text = 'policy a { }\nattach b, a to ou "X/Y"\nattach a to root\nattach "c d" to account "111111111111"'
    attachments = compiled(text).value.attachments
    assert [(it.target.kind, it.target.text, [name for name, _ in it.policies]) for it in attachments] == [
        ("ou", "X/Y", ["b", "a"]),
        ("root", "", ["a"]),
        ("account", "111111111111", ["c d"]),
    ]
    assert attachments[0].span.text == 'attach b, a to ou "X/Y"'
    assert attachments[0].target.span.text == 'ou "X/Y"'
    assert [span.text for _, span in attachments[2].policies] == ['"c d"']


def test_the_order_of_files_changes_nothing_but_the_order() -> None:
    texts = (
        "let home = [eu-west-1]",
        "policy a { plan p { regions = home rule r like t { } } }",
        "template rule t { }",
    )
    one, other = compiled(*texts), compiled(*reversed(texts))
    assert one.diagnostics == other.diagnostics == ()
    assert one.value.policies[0].content == other.value.policies[0].content


def test_every_key_of_a_document_has_an_origin() -> None:
    text = """
    policy x {
      children may append
      locked plan P {
        rule R { retain = 1 day
          copy to vault "V" in eu-west-1
          recovery_point_tags { Owner = "x" } }
        tag selection T { key = "k" values = ["v"] where c: "a" == "b" }
      }
    }
    """
    (policy,) = compiled(text).value.policies
    found = {key: origin.span.text for key, origin in policy.origins.items() if origin.used_at is None}
    expected = {
        "plans": "policy x",
        "plans/@control": "children may append",
        "plans/p": "plan P",
        "plans/p/@control": "plan P",
        "plans/p/rules/@control": "plan P",
        "plans/p/rules/r": "rule R",
        "plans/p/rules/r/lifecycle": "retain = 1 day",
        "plans/p/rules/r/lifecycle/delete_after_days/@@assign": "retain = 1 day",
        "plans/p/rules/r/copy_actions/ARN": 'copy to vault "V" in eu-west-1',
        "plans/p/rules/r/copy_actions/ARN/target_backup_vault_arn/@@assign": 'copy to vault "V" in eu-west-1',
        "plans/p/rules/r/recovery_point_tags": "recovery_point_tags",
        "plans/p/rules/r/recovery_point_tags/owner/tag_value/@@assign": 'Owner = "x"',
        "plans/p/selections/tags/t": "tag selection T",
        "plans/p/selections/tags/t/conditions/string_equals/c": 'where c: "a" == "b"',
    }
    control, arn = "@@operators_allowed_for_child_policies", "arn:aws:backup:eu-west-1:$account:backup-vault:v"
    spelled = {
        "/".join("@control" if step == control else "ARN" if step == arn else step for step in key): text
        for key, text in found.items()
    }
    assert {key: spelled[key] for key in expected} == expected
    assert len(spelled) == sum(1 for _ in every_key(policy.content))


def every_key(content: object, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    if not isinstance(content, dict):
        return []
    return [deeper for key, below in content.items() for deeper in ((*path, key), *every_key(below, (*path, key)))]


def test_what_lost_statements_may_have_said_is_not_asked_for() -> None:
    text = "policy x { plan p like gone { regions = home rule r like lost { retain = long } } }\nlet more = [other]"
    module = replace(parse(Source("a.bpol", text)).value, complete=False)
    outcome = compile_policies([module])
    assert outcome.diagnostics == ()
    assert not outcome.value.complete
    assert len(findings(text)) == 5


@pytest.mark.parametrize(
    "value",
    ["index = [EB]", "scan = foo", "continuous = yes", 'copy to vault "V" in eu-wst-1'],
)
def test_words_of_closed_sets_are_judged_whatever_was_lost(value: str) -> None:
    module = parse(Source("a.bpol", f"policy x {{ plan p {{ rule r {{ {value} }} }} }}")).value
    (found,) = compile_policies([replace(module, complete=False)]).diagnostics
    assert found.name == "unknown-name"


@pytest.mark.parametrize(
    "text",
    [
        "policy x { plan p { regions = 7 } }",
        "policy x { plan p like gone { regions = [home] } }\nlet a = b",
        "policy x { plan p { rule r { retain = 7 years } } }",
        'policy "a/b" { }\npolicy x { }\npolicy X { }',
    ],
)
def test_faults_in_a_policy_leave_its_name_known(text: str) -> None:
    outcome = compiled(text)
    assert outcome.diagnostics
    assert outcome.value.complete
    assert "x" in [policy.name for policy in outcome.value.policies]
