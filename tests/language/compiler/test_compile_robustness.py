"""Long, deep and broken projects: findings, never an exception, and no stack to run out of."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from language.compiler.admissible import documents
from language.compiler.compiling import Tree, canonical, compiled, findings, plans

from policyengine.aws.documents import PolicyDocument
from policyengine.base.source import Source, Span
from policyengine.language.compiler import compile_policies, decompile
from policyengine.language.syntax import parse
from policyengine.language.syntax.literals import Duration, ListOf, Name, Text, Value
from policyengine.language.syntax.nodes import Block, Item, Module, Policy, SettingNode, Where

pytestmark = pytest.mark.scale

MANY = 3_000

SPAN = Span(Source("a.bpol", ""), 0, 0)


def test_long_chains_of_lets() -> None:
    lets = "\n".join(f"let x{number} = x{number + 1}" for number in range(MANY))
    assert plans("policy x { plan p { regions = x0 } }", f"{lets}\nlet x{MANY} = [eu-west-1]") == {
        "p": {"regions": {"@@assign": ["eu-west-1"]}}
    }


def test_long_circles_of_lets_are_reported_once_and_their_users_are_spared() -> None:
    lets = "\n".join(f"let x{number} = x{(number + 1) % MANY}" for number in range(MANY))
    (found,) = findings("policy x { plan p { regions = x0 rule r { retain = x7 } } }", lets)
    assert found.name == "circular-let"
    assert len(found.help) < 400


def test_circles_with_a_name_in_common_are_reported_once() -> None:
    (found,) = findings("let a = [b, c]\nlet b = [a]\nlet c = [b, a]")
    assert found.name == "circular-let"


def test_a_circle_that_meets_another_on_its_way_is_part_of_the_same_fault() -> None:
    (found,) = findings("let a = [b]\nlet b = [c, b]\nlet c = [a]")
    assert found.name == "circular-let"


def test_circles_apart_are_distinguished() -> None:
    assert [found.name for found in findings("let a = b\nlet b = a\nlet c = c")] == ["circular-let"] * 2


def test_long_chains_of_templates() -> None:
    templates = "\n".join(
        f'template rule t{number} like t{number + 1} {{ recovery_point_tags {{ k{number} = "v" }} }}'
        for number in range(MANY)
    )
    written = plans("policy x { plan p { rule r like t0 { } } }", f"{templates}\ntemplate rule t{MANY} {{ }}")
    assert len(written["p"]["rules"]["r"]["recovery_point_tags"]) == MANY


def test_long_chains_of_templates_that_many_use() -> None:
    templates = "\n".join(f"template rule t{number} like t{number + 1} {{ }}" for number in range(MANY))
    users = "\n".join(f"rule r{number} like t0 {{ }}" for number in range(MANY))
    written = plans(f"policy x {{ plan p {{ {users} }} }}", f"{templates}\ntemplate rule t{MANY} {{ retain = 1 day }}")
    retained = {"lifecycle": {"delete_after_days": {"@@assign": "1"}}}
    assert list(written["p"]["rules"].values()) == [retained] * MANY


def test_long_circles_of_templates() -> None:
    templates = "\n".join(f"template plan t{number} like t{(number + 1) % MANY} {{ }}" for number in range(MANY))
    (found,) = findings("policy x { plan p like t0 { } }", templates)
    assert found.name == "circular-template"


@pytest.mark.parametrize(
    "text",
    [
        "policy x {{ plan p {{ regions = [{}] }} }}",
        "policy x {{ plan p {{ resource selection s {{ types = [{}] }} }} }}",
    ],
)
def test_thousands_of_unknown_names(text: str) -> None:
    lets = "\n".join(f"let abcdefgh{number} = 1 day" for number in range(MANY))
    names = ", ".join(f"abcdefxh{number}" for number in range(MANY))
    assert len(findings(text.format(names), lets)) == MANY


def test_very_long_names_are_cut_in_messages() -> None:
    (found,) = findings(f"policy x {{ plan p {{ {'a' * 10_000} = 1 day }} }}")
    assert len(found.message) + len(found.help) < 200


def policy_of(*items: Item) -> Module:
    """A file that no text would parse to."""
    plan = Block("plan", Name("p", span=SPAN), items, span=SPAN, head=SPAN)
    policy = Policy(Name("x", span=SPAN), None, (plan,), span=SPAN, head=SPAN)
    return Module(Source("a.bpol", ""), None, (policy,), ())


def test_lists_nested_without_end() -> None:
    value: Value = Text("eu-west-1", span=SPAN)
    for _ in range(100_000):
        value = ListOf((value,), span=SPAN)
    (found,) = compile_policies([policy_of(SettingNode(Name("regions", span=SPAN), "=", value, span=SPAN))]).diagnostics
    assert found.name == "wrong-value-type"


def test_numbers_too_long_to_print() -> None:
    duration = Duration(10**5_000, "year", span=SPAN)
    rule = Block(
        "rule",
        Name("r", span=SPAN),
        tuple(SettingNode(Name(key, span=SPAN), "=", duration, span=SPAN) for key in ("retain", "start_within")),
        span=SPAN,
        head=SPAN,
    )
    found = compile_policies([policy_of(rule)]).diagnostics
    assert [it.name for it in found] == ["duration-too-long"]


def test_what_stands_where_it_cannot_is_left_out() -> None:
    text = Text("x", span=SPAN)
    where = Where(Name("c", span=SPAN), text, "==", text, span=SPAN)
    plan = Block("plan", Name("inner", span=SPAN), (), span=SPAN, head=SPAN)
    outcome = compile_policies([policy_of(where, plan)])
    assert outcome.diagnostics == ()
    assert outcome.value.policies[0].content == {"plans": {"p": {}}}


@pytest.mark.parametrize(
    "text",
    [
        "template advanced { s3_acls = true }",
        'policy x { plan p { rule r { copy to vault "V" in } } }',
        "policy x { plan p { rule r like } }\nlet = 7",
        "let a = \npolicy x { plan p { regions = a } }",
        "policy { plan",
        "attach to root\nattach x to",
    ],
)
def test_broken_files_are_compiled_as_far_as_they_go(text: str) -> None:
    outcome = parse(Source("a.bpol", text))
    assert outcome.failed
    assert compile_policies([outcome.value]).value.complete == outcome.value.complete


def test_a_project_without_files_is_empty() -> None:
    value = compiled().value
    assert (value.policies, value.attachments, value.complete) == ((), (), True)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(documents())
def test_the_order_of_what_a_block_says_does_not_matter(content: Tree) -> None:
    module = decompile(PolicyDocument("x", content, 1, 1), name="x").value
    (policy,) = module.statements
    assert isinstance(policy, Policy)
    backwards = Policy(policy.name, None, tuple(map(reverse, reversed(policy.body))), span=SPAN, head=SPAN)
    outcome = compile_policies([Module(module.source, None, (backwards,), ())])
    assert outcome.diagnostics == ()
    assert canonical(outcome.value.policies[0].content) == canonical(content)


def reverse(item: Item) -> Item:
    if not isinstance(item, Block):
        return item
    body = tuple(map(reverse, reversed(item.body)))
    return Block(item.kind, item.name, body, item.locked, item.like, span=SPAN, head=SPAN)
