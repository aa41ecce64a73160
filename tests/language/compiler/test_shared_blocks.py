"""Templates of what several imported policies share: equal after compiling, and nothing shared is left."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from language.compiler.admissible import documents
from language.compiler.compiling import Tree, canonical

from policyengine.aws.documents import PolicyDocument
from policyengine.base.source import Source
from policyengine.language.compiler import compile_policies, decompile, with_templates
from policyengine.language.syntax import format_module, parse
from policyengine.language.syntax.nodes import Module

RULE = {"schedule_expression": {"@@assign": "cron(0 5 ? * * *)"}, "target_backup_vault_name": {"@@assign": "Main"}}


def plan(region: str, **rules: Tree) -> Tree:
    return {"regions": {"@@assign": [region]}, "rules": rules}


def imported(contents: list[Tree]) -> list[Module]:
    raw = [PolicyDocument(f"p{number}", content, 1, 1) for number, content in enumerate(contents)]
    return [decompile(document, name=document.name).value for document in raw]


def written(contents: list[Tree]) -> tuple[str, list[str]]:
    """The text of the templates, and of the policies that use them."""
    templates, modules = with_templates(imported(contents))
    return format_module(templates), [format_module(module) for module in modules]


def test_the_largest_is_shared_first() -> None:
    daily, weekly = plan("eu-west-1", nightly=RULE), plan("eu-west-2", early=RULE)
    templates, policies = written([{"plans": {"daily": daily}}, {"plans": {"daily": daily, "weekly": weekly}}])
    assert [line for line in templates.splitlines() if line.startswith("template")] == [
        "template rule nightly {",
        "template plan daily {",
    ]
    assert "  rule nightly like nightly\n" in templates
    assert policies[0] == "policy p0 {\n  plan daily like daily\n}\n"
    assert "    rule early like nightly\n" in policies[1]


def test_equal_policies_are_one_template() -> None:
    both = {"plans": {"daily": plan("eu-west-1", nightly=RULE), "weekly": plan("eu-west-2", early=RULE)}}
    templates, policies = written([both, both])
    assert templates.startswith("template policy shared {\n")
    assert policies == ["policy p0 like shared\n", "policy p1 like shared\n"]


def test_what_one_policy_repeats_is_its_own_affair() -> None:
    assert written([{"plans": {"daily": plan("eu-west-1", a=RULE, b=RULE)}}])[0] == ""


def test_names_are_taken_once() -> None:
    other = RULE | {"target_backup_vault_name": {"@@assign": "Other"}}
    contents = [
        {"plans": {"d": plan(region, r=rule)}} for region, rule in zip("abcd", (RULE, RULE, other, other), strict=True)
    ]
    templates, _ = written(contents)
    assert [line for line in templates.splitlines() if line.startswith("template")] == [
        "template rule r-2 {",
        "template rule r {",
    ]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(documents(), st.data())
def test_policies_compile_to_the_same_documents(first: Tree, data: st.DataObject) -> None:
    (held,) = [content for key, content in first.items() if key.lower() == "plans"]
    plans = [(name, content) for name, content in held.items() if isinstance(content, dict)]
    some = (
        st.lists(st.sampled_from(plans), max_size=3, unique_by=lambda item: item[0].lower()) if plans else st.just([])
    )
    contents = [first, *({"plans": dict(data.draw(some))} for _ in range(3))]
    before = compile_policies(imported(contents)).value.policies
    templates, policies = written(contents)
    parsed = [parse(Source(f"{number}.bpol", text)) for number, text in enumerate((templates, *policies))]
    assert [outcome.diagnostics for outcome in parsed] == [()] * len(parsed)
    after = compile_policies([outcome.value for outcome in parsed])
    assert after.diagnostics == ()
    assert [canonical(each.content) for each in after.value.policies] == [canonical(each.content) for each in before]
