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

OTHER = {"target_backup_vault_name": {"@@assign": "Other"}}


def plan(region: str, **rules: Tree) -> Tree:
    return {"regions": {"@@assign": [region]}, "rules": rules}


def rule(days: str) -> Tree:
    return RULE | {"lifecycle": {"delete_after_days": {"@@assign": days}}}


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


def heads(templates: str) -> list[str]:
    return [line for line in templates.splitlines() if line.startswith("template")]


def test_names_are_taken_once() -> None:
    tagged: Tree = RULE | {
        "recovery_point_tags": {"Owner": {"tag_key": {"@@assign": "Owner"}, "tag_value": {"@@assign": "x"}}}
    }
    contents = [
        {"plans": {"d": plan("eu-west-1", r=nightly, **{f"only-{number}": OTHER})}}
        for number, nightly in enumerate((RULE, RULE, tagged, tagged))
    ]
    templates, _ = written(contents)
    assert heads(templates) == ["template rule r-2 {", "template rule r {"]


def test_what_differs_in_a_few_values_has_parameters() -> None:
    contents = [{"plans": {"daily": plan("eu-west-1", nightly=rule(days))}} for days in ("35", "90", "400")]
    templates, policies = written(contents)
    assert heads(templates) == ["template policy shared(retain) {"]
    assert "      retain = retain\n" in templates
    assert policies == [f"policy p{at} like shared(retain = {days} days)\n" for at, days in enumerate((35, 90, 400))]


def test_the_value_of_most_is_the_default() -> None:
    contents = [{"plans": {"daily": plan("eu-west-1", nightly=rule(days))}} for days in ("35", "35", "400")]
    templates, policies = written(contents)
    assert heads(templates) == ["template policy shared(retain = 35 days) {"]
    assert policies[1:] == ["policy p1 like shared\n", "policy p2 like shared(retain = 400 days)\n"]


def test_parameters_are_handed_on() -> None:
    """A rule of a template with parameters is like a rule elsewhere, which has values of its own."""
    alone = {"plans": {"other": plan("eu-west-2", early=rule("7"), more=OTHER)}}
    contents = [*({"plans": {"daily": plan("eu-west-1", nightly=rule(days))}} for days in ("35", "90")), alone]
    templates, policies = written(contents)
    assert heads(templates) == ["template rule nightly(retain) {", "template policy shared(retain) {"]
    assert "    rule nightly like nightly(retain = retain)\n" in templates
    assert "    rule early like nightly(retain = 7 days)\n" in policies[2]


def test_parameters_of_one_key_are_distinguished_by_their_blocks() -> None:
    contents = [
        {"plans": {"daily": plan("eu-west-1", nightly=rule(days), **{"2026.v1": rule(more)})}}
        for days, more in (("35", "7"), ("90", "8"), ("36", "9"))
    ]
    assert heads(written(contents)[0]) == ["template policy shared(nightly-retain, value) {"]


def test_what_differs_in_most_values_is_not_shared() -> None:
    contents = [
        {
            "plans": {
                f"p{at}": {"rules": {f"r{at}": rule(str(at)) | {"target_backup_vault_name": {"@@assign": f"V{at}"}}}}
            }
        }
        for at in (1, 2)
    ]
    assert written(contents)[0] == ""


def with_other_vaults(content: Tree, mark: str) -> Tree:
    """The content with another name in the place of each vault's."""
    return {
        key: {name: f"{value}{mark}" if isinstance(value, str) else value for name, value in below.items()}
        if key.lower() == "target_backup_vault_name" and isinstance(below, dict)
        else with_other_vaults(below, mark)
        if isinstance(below, dict)
        else below
        for key, below in content.items()
    }


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(documents(), st.data())
def test_policies_compile_to_the_same_documents(first: Tree, data: st.DataObject) -> None:
    (held,) = [content for key, content in first.items() if key.lower() == "plans"]
    plans = [(name, content) for name, content in held.items() if isinstance(content, dict)]
    some = (
        st.lists(st.sampled_from(plans), max_size=3, unique_by=lambda item: item[0].lower()) if plans else st.just([])
    )
    drawn = [{"plans": dict(data.draw(some))} for _ in range(3)]
    contents = [first, *(with_other_vaults(each, data.draw(st.sampled_from(("", "2", "3")))) for each in drawn)]
    before = compile_policies(imported(contents)).value.policies
    templates, policies = written(contents)
    parsed = [parse(Source(f"{number}.bpol", text)) for number, text in enumerate((templates, *policies))]
    assert [outcome.diagnostics for outcome in parsed] == [()] * len(parsed)
    after = compile_policies([outcome.value for outcome in parsed])
    assert after.diagnostics == ()
    assert [canonical(each.content) for each in after.value.policies] == [canonical(each.content) for each in before]
