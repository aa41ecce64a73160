"""One mistake does not hide the next one, brings no other with it, and loses only the part that it is in."""

from __future__ import annotations

import pytest

from policyengine.base.source import Source
from policyengine.language.compiler import compile_policies
from policyengine.language.syntax import parse
from policyengine.language.syntax.nodes import Attach, Block, Let, Policy, Require, SettingNode, Template

FIVE = """\
let home = [eu-west-1 eu-central-1]

policy baseline {
  plan daily {
    regions = [eu-west-1]

    rule nightly {
      vault = "Main
      retain 35 days
      start_within = 2 hours
    }

    ruel weekly {
      retain = 1 day
    }

    rule monthly {
      schedule = monthly on last day at 22:00
    }
  }
}

atach baseline to root

attach baseline to ou "Workloads"
"""


def test_five_mistakes_are_five_findings_at_their_places() -> None:
    outcome = parse(Source("five.bpol", FIVE))
    places = [found.span and (found.span.first.line, found.span.text) for found in outcome.diagnostics]
    assert places == [(1, "eu-central-1"), (8, '"Main'), (9, "35"), (13, "ruel"), (23, "atach")]


def test_what_is_whole_is_kept() -> None:
    module = parse(Source("five.bpol", FIVE)).value
    policy, attach = module.statements
    assert isinstance(policy, Policy)
    assert isinstance(attach, Attach)
    (plan,) = policy.body
    assert isinstance(plan, Block)
    regions, nightly, weekly, monthly = plan.body
    assert isinstance(regions, SettingNode)
    assert isinstance(nightly, Block)
    assert isinstance(weekly, Block)
    assert isinstance(monthly, Block)
    assert [item.key.text for item in nightly.body if isinstance(item, SettingNode)] == ["start_within"]
    assert [item.key.text for item in monthly.body if isinstance(item, SettingNode)] == ["schedule"]
    assert not module.complete


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("let a = \nlet b = 1 day\n", ["b"]),
        ("let a = [1 day,\nlet b = 1 day\n", ["b"]),
        ("let a = (1 day\nlet b = 1 day\n", ["b"]),
        ("let a 1 day\nlet b = 1 day\n", ["b"]),
        ('let a = "x\nlet b = 1 day\n', ["b"]),
        ("let a = 1 day)\nlet b = 1 day\n", ["a", "b"]),
        ("let a = 1 dya\nlet b = 1 day\n", ["b"]),
        ("let a = daily\nlet b = 1 day\n", ["b"]),
        ("let a = [\n  1 day\n  2 days\n]\nlet b = 1 day\n", ["b"]),
        ("widget p {\n  plan a {\n    x = [1\n  }\n}\nlet b = 1 day\n", ["b"]),
        ("\ufefflet b = 1 day\n", ["b"]),
        ("let a = 1 day;\r\nlet b = 1 day\r\n", ["a", "b"]),
    ],
)
def test_the_next_statement_is_read(text: str, kept: list[str]) -> None:
    outcome = parse(Source("next.bpol", text))
    assert len(outcome.diagnostics) <= 1
    assert [let.name.text for let in outcome.value.statements if isinstance(let, Let)] == kept


@pytest.mark.parametrize("broken", ["retain 35 days", "retain =", 'vault = "x', "retain = (", "= 3 days", "copy too x"])
def test_a_broken_line_costs_that_line(broken: str) -> None:
    text = f"template rule r {{\n  continuous = true\n  {broken}\n  archive = true\n}}\n"
    outcome = parse(Source("line.bpol", text))
    assert [found.span and found.span.first.line for found in outcome.diagnostics] == [3]
    (template,) = outcome.value.statements
    settings = template.block.body  # type: ignore[union-attr]
    assert [item.key.text for item in settings if isinstance(item, SettingNode)] == ["continuous", "archive"]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (
            "policy p {\n  plan a {\n    rule r {\n      retain = 1 day\n\n    rule s {\n    }\n  }\n}\nlet b = 1 day\n",
            3,
        ),
        ("policy p {\n  plan a {\n    retain = 1 day\n\nlet b = 1 day\n", 2),
        ("policy p\n  plan a {\n  }\n}\nlet b = 1 day\n", 1),
        ("policy p {\n  plan a\n    retain = 1 day\n  }\n}\nlet b = 1 day\n", 2),
        ("policy p {\n  plan a (\n    retain = 1 day\n  }\n}\nlet b = 1 day\n", 2),
        ("policy p {\n  plan a {\n    }\n  }\n}\nlet b = 1 day\n", 3),
        ("policy p {\n  plan a {\n    retain = 1 day\n  )\n}\nlet b = 1 day\n", 4),
        ("policy p {\n  plan a {{\n    retain = 1 day\n  }\n}\nlet b = 1 day\n", 2),
    ],
)
def test_a_wrong_brace_is_one_finding_where_it_is_wrong(text: str, line: int) -> None:
    outcome = parse(Source("braces.bpol", text))
    assert [found.span and found.span.first.line for found in outcome.diagnostics] == [line]


def test_a_broken_assertion_does_not_make_its_requirement_empty() -> None:
    outcome = parse(Source("empty.bpol", 'require r {\n  assert a ==\n}\ntest "t" {\n  expect\n}\n'))
    assert [found.code for found in outcome.diagnostics] == ["PE101", "PE101"]
    assert isinstance(outcome.value.statements[0], Require)


def test_a_file_of_mistakes_is_given_up_after_a_hundred() -> None:
    outcome = parse(Source("junk.bpol", "junk\n" * 5000))
    assert len(outcome.diagnostics) == 101
    assert outcome.diagnostics[-1].message == "too many mistakes: the rest of the file is not read"


def test_findings_come_in_the_order_of_the_text() -> None:
    text = "policy p {\n  rule r {\n    retain = 3 months\n    x 1\n  }\n}\nlet a = 5:00\n"
    starts = [found.span.start for found in parse(Source("order.bpol", text)).diagnostics if found.span]
    assert starts == sorted(starts)
    assert len(starts) == 4


@pytest.mark.parametrize(
    ("head", "inside"),
    [
        ("rule r lik base", "a rule"),
        ("ruel r", "a rule"),
        ("rule", "a rule"),
        ("rule r like t(5 days)", "a rule"),
        ("rule r like t(keep = )", "a rule"),
        ("locked rule r s", "a rule"),
        ("tag slection s", "a tag selection"),
        ("tag selection", "a tag selection"),
        ("resource selection s like", "a resource selection"),
        ("selection s", "a tag selection"),
        ("advancd", "`advanced`"),
        ("plan_tags x", "a tag"),
    ],
)
def test_a_broken_head_does_not_hide_what_stands_inside(head: str, inside: str) -> None:
    text = f"policy p {{\n  plan a {{\n    {head} {{\n      retian = true\n    }}\n    regins = [eu-west-1]\n  }}\n}}\n"
    outcome = parse(Source("a.bpol", text))
    found = compile_policies([outcome.value]).diagnostics
    assert len(outcome.diagnostics) == 1
    tags = inside == "a tag"
    messages = [each.message for each in found if each.name in ("unknown-setting", "wrong-value-type")]
    expected = "`retian` takes a string, not `true`" if tags else f"{inside} has no setting `retian`"
    assert messages == [expected, "a plan has no setting `regins`"]


@pytest.mark.parametrize(
    ("items", "kind"),
    [
        ("plan a {\n    rule r {}\n  }\n  retian = 1", "policy"),
        ("regions = [eu-west-1]\n  rule r {\n    retian = 1 day\n  }\n  retian = 1", "plan"),
        ("schedule = daily at 05:00\n  retian = 1", "rule"),
        ('role = "Backup"\n  key = "k"\n  retian = 1', "tag selection"),
        ('role = "Backup"\n  types = [EBS]\n  retian = 1', "resource selection"),
        ("retian = 1", ""),  # nobody can tell
    ],
)
def test_the_items_tell_what_a_template_without_a_kind_is_for(items: str, kind: str) -> None:
    outcome = parse(Source("a.bpol", f"template t(a) {{\n  {items}\n}}\nattach p to root\n"))
    assert [each.message for each in outcome.diagnostics if each.name == "unexpected-text"] == [
        "a template is a policy, a plan, a rule or a selection"
    ]
    kinds = [each.block.kind for each in outcome.value.statements if isinstance(each, Template)]
    assert kinds == ([kind] if kind else [])
    assert isinstance(outcome.value.statements[-1], Attach)


def test_the_items_tell_which_kind_of_selection_is_meant() -> None:
    text = "policy p {\n  plan a {\n    selection s {\n      types = [EBS]\n      retian = 1\n    }\n  }\n}\n"
    found = compile_policies([parse(Source("a.bpol", text)).value]).diagnostics
    assert "a resource selection has no setting `retian`" in [each.message for each in found]


def test_a_broken_head_of_a_misplaced_block_is_misplaced() -> None:
    text = "policy p {\n  plan a {\n    copy to vault in eu-west-2 {\n      retain 3 days\n    }\n  }\n}\n"
    messages = [each.message for each in parse(Source("a.bpol", text)).diagnostics]
    assert messages == [
        "a copy belongs in a rule, not in a plan",
        "expected `in`, found `eu-west-2`",
        "expected `=`, found `3`",
    ]


@pytest.mark.parametrize(("bracket", "end"), [("[", "}"), ("(", "}"), ("[", "\n    }")])
def test_a_bracket_in_the_place_of_a_brace_hides_nothing(bracket: str, end: str) -> None:
    text = f"policy p {{\n  plan a {{\n    rule r {bracket} retian = 3 days {end}\n    regins = [eu-west-1]\n  }}\n}}\n"
    outcome = parse(Source("a.bpol", text))
    assert len(outcome.diagnostics) == 1
    found = compile_policies([outcome.value]).diagnostics
    messages = [each.message for each in found if each.name == "unknown-setting"]
    assert messages == ["a rule has no setting `retian`", "a plan has no setting `regins`"]


@pytest.mark.parametrize(
    "head", ["polcy p", "policy", "policy p like", "policy p lik t", "template plan t(keep: 5 days)", "template pln t"]
)
def test_a_broken_head_of_a_statement_does_not_hide_what_stands_inside(head: str) -> None:
    inner = "regins = [eu-west-1]" if "template" in head else "plan a {\n    regins = [eu-west-1]\n  }"
    outcome = parse(Source("a.bpol", f"{head} {{\n  {inner}\n}}\nattach p to root\n"))
    found = compile_policies([outcome.value]).diagnostics
    assert len(outcome.diagnostics) == 1
    assert [each.message for each in found] == ["a plan has no setting `regins`"]
    assert isinstance(outcome.value.statements[-1], Attach)
