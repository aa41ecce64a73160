"""The canonical layout: what the formatter changes, what it keeps, and that it refuses rather than harm."""

from __future__ import annotations

import pytest

from policyengine.base.source import Source, Span
from policyengine.language.syntax import format_module, format_source, parse
from policyengine.language.syntax import formatter as _format
from policyengine.language.syntax.literals import Name, Text
from policyengine.language.syntax.nodes import Attach, Comment, Module, Policy, TargetNode

CANONICAL = """\
# Every account is backed up daily.

language 1

let home = [eu-west-1, eu-central-1]  # where we are
let week = 7 days

# kept apart by the author
let year = 365 days

template rule nightly {
  schedule = daily at 03:00
  complete_within = week
}

policy baseline "Baseline for every account" {
  children may append, remove in daily/rules  # and no more

  locked plan daily {  # closed
    regions = home
    regions += [us-east-1]

    # the one that matters
    rule nightly like nightly {
      locked vault = "Main"
      recovery_point_tags { Owner = "platform" }
      copy to vault "Central" in eu-central-1 account "999999999999" {
        retain = 1 year
      }
      copy to "arn:aws:backup:eu-west-1:$account:backup-vault:Remote"
      # nothing else
    }

    tag selection tagged {
      values = [
        "daily",  # most
        # rare
        "gold",
      ]
      where production: "aws:ResourceTag/env" not like "dev*"
    }

    plan_tags {
      "plan" = "daily"
      Team = "storage"
    }

    advanced { windows_vss = true }

    rule empty {}
  }
}

attach baseline to root
attach
  a-policy-with-a-long-name,
  another-policy-with-a-long-name,
  a-third-policy-with-a-long-name to ou "Workloads"

require immutable-ledger "Seven years" {
  reference = "17 CFR 240.17a-4(f)"
  level = mandatory
  for account.path like "Workloads/Finance/*"
  assert every rule where rule.plan == "ledger" satisfies rule.vault.lock == compliance
    message "a governance lock can be removed by an administrator"
  assert every rule
    where rule.plan in ["ledger", "archive"] and not (rule.continuous or rule.archive)
    satisfies rule.retention >= 2557 days
      and (some copy satisfies copy.cross_region and copy.retention >= rule.retention)
}

use pack "cis" level advisory for account.tags["env"] == "prod"

waive immutable-ledger for account "ledger-legacy" until 2027-03-31
  because "the vault moves with the ticket FIN-221 and not before"

test "a new account gets both plans" {
  given account "new-desk" in ou "Workloads/Finance" tags { env = "prod" }
  given policy finance attached to ou "Workloads/Finance"
  expect plans["daily"].rules["nightly"].retention == 35 days
  expect no violation of immutable-ledger
  expect (valid == true)
  expect valid
}

# the end
"""


def formatted(text: str) -> str:
    outcome = format_source(Source("a.bpol", text))
    assert outcome.diagnostics == ()
    return outcome.value


def test_the_canonical_layout_stays_as_it_is() -> None:
    assert formatted(CANONICAL) == CANONICAL


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ('plan "daily" {\n}', "plan daily {}"),
        ('plan "2026.v1" {}', 'plan "2026.v1" {}'),
        ("plan p { retain=35days }", "plan p {\n    retain = 35 days\n  }"),
        ("plan p { retain = 1 days }", "plan p {\n    retain = 1 day\n  }"),
        ("plan p { x   =   7 day }", "plan p {\n    x = 7 days\n  }"),
        ("plan p { x = [a,b,] }", "plan p {\n    x = [a, b]\n  }"),
        ("plan p { x = weekly on sun at 05:00 }", "plan p {\n    x = weekly on sunday at 05:00\n  }"),
        ("plan p { x = weekly on monday, friday at 05:00 }", "plan p {\n    x = weekly on mon, fri at 05:00\n  }"),
        ("plan p { x = yearly on 1 jan at 05:00 }", "plan p {\n    x = yearly on 1 january at 05:00\n  }"),
        ("plan p { x = hourly at :00 }", "plan p {\n    x = hourly\n  }"),
        ("plan p { x = every 1 hours }", "plan p {\n    x = every 1 hour\n  }"),
        ('plan p { x = "\\u0041\\n" }', 'plan p {\n    x = "A\\n"\n  }'),
        ('plan p { x = "\\ud83d\\ude00\\u202e" }', 'plan p {\n    x = "😀\\u202e"\n  }'),
        ('plan p { "rule" = "x"  "vault" = "y" }', 'plan p {\n    "rule" = "x"\n    vault = "y"\n  }'),
        ("children may append remove in a / b", "children may append, remove in a/b"),
        ("plan p { plan_tags { } }", "plan p {\n    plan_tags {}\n  }"),
        ('plan p { plan_tags { a = "b" } }', 'plan p {\n    plan_tags { a = "b" }\n  }'),
        ("plan p { rule a {}\nrule b {} }", "plan p {\n    rule a {}\n\n    rule b {}\n  }"),
        ("plan p { a = true\n\n\n\nb = true }", "plan p {\n    a = true\n\n    b = true\n  }"),
    ],
)
def test_there_is_one_way_to_write_it(written: str, canonical: str) -> None:
    assert formatted(f"policy p {{ {written} }}") == f"policy p {{\n  {canonical}\n}}\n"


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("a and (b and c)", "a and (b and c)"),
        ("(a and b) or c", "a and b or c"),
        ("a and (b or c)", "a and (b or c)"),
        ("((a)) == (b)", "a == b"),
        ("not (a == b)", "not a == b"),
        ("(not a) == b", "(not a) == b"),
        ("not (not a)", "not not a"),
        ("(every rule satisfies a) and b", "(every rule satisfies a) and b"),
        ("every rule satisfies (a and b)", "every rule satisfies a and b"),
        (
            "every rule where (some copy satisfies a) satisfies b",
            "every rule where (some copy satisfies a) satisfies b",
        ),
        ("at least 2 rule satisfies (no copy satisfies b)", "at least 2 rule satisfies no copy satisfies b"),
        ('a.b [ "c" ] .d in [ 1 , "x" , ]', 'a.b["c"].d in [1, "x"]'),
    ],
)
def test_parentheses_stand_where_they_mean_something(written: str, canonical: str) -> None:
    assert formatted(f"require r {{ assert {written} }}") == f"require r {{\n  assert {canonical}\n}}\n"


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("let a = 1 day # x", "let a = 1 day  # x\n"),
        ("# x\n\n\nlet a = 1 day", "# x\n\nlet a = 1 day\n"),
        ("let a # x\n = # y\n 1 day # z", "# x\n# y\nlet a = 1 day  # z\n"),
        (
            "let a = [ # x\n 1, # y\n # z\n 2 # w\n # v\n] # u",
            "let a = [  # x\n  1,  # y\n  # z\n  2,  # w\n  # v\n]  # u\n",
        ),
        ("let a = [[1, # x\n 2], 3]", "let a = [\n  [\n    1,  # x\n    2,\n  ],\n  3,\n]\n"),
        ("policy p # x\n{ # y\n # z\n} # w", "# x\npolicy p {  # y\n  # z\n}  # w\n"),
        ("policy p { plan a { # x\n } }", "policy p {\n  plan a {  # x\n  }\n}\n"),
        (
            'require r { # a\n assert x # b\n # c\n message # d\n "m" # e\n}',
            'require r {  # a\n  assert x  # b\n    # c\n    # d\n    message "m"  # e\n}\n',
        ),
        ("attach a, # x\n b to root", "# x\nattach a, b to root\n"),
        (
            'test "t" { given account "a" in root tags { # x\n e = "p" }\n expect valid # y\n }',
            'test "t" {\n  given account "a" in root tags {  # x\n    e = "p"\n  }\n  expect valid  # y\n}\n',
        ),
        ('template rule r { copy to "a" { # x\n } }', 'template rule r {\n  copy to "a" {  # x\n  }\n}\n'),
        ("#\n#\tx\n", "#\n#\tx\n"),
        ("policy p {}\n# x\nlet a = 1 day", "policy p {}\n\n# x\nlet a = 1 day\n"),
    ],
)
def test_comments_keep_their_place(written: str, canonical: str) -> None:
    assert formatted(written) == canonical
    assert formatted(canonical) == canonical


def test_a_file_with_mistakes_is_left_as_it_is() -> None:
    source = Source("a.bpol", "policy  p {\n  plan a {\n    retain 3 days\n  }\n}\n")
    outcome = format_source(source)
    assert outcome.value == source.text
    assert outcome.diagnostics == parse(source).diagnostics


@pytest.mark.parametrize(
    ("printed", "reason"),
    [
        ("let a = (", "formatting would break the file: expected a value, found `(`"),
        ("let a = 2 days  # x\n", "formatting would change what the file means"),
        ("let a = 1 day\n", "formatting would lose a comment or change its place among the others"),
        ("let a = 1 day # x\n", "formatting twice would not give the same as formatting once"),
    ],
)
def test_the_formatter_refuses_to_do_harm(printed: str, reason: str, monkeypatch: pytest.MonkeyPatch) -> None:
    proper = format_module

    def broken(module: Module) -> str:
        return printed if module.source.text == "let a=1 day # x" else proper(module)

    monkeypatch.setattr(_format, "format_module", broken)
    outcome = format_source(Source("a.bpol", "let a=1 day # x"))
    assert outcome.value == "let a=1 day # x"
    assert [(found.code, found.message) for found in outcome.diagnostics] == [("PE119", reason)]


def test_a_module_made_by_hand_is_printed_without_a_source() -> None:
    nowhere = Span(Source("made.bpol", ""), 0, 0)
    name = Name("baseline", span=nowhere)
    policy = Policy(name, Text("all", span=nowhere), (), span=nowhere, head=nowhere)
    targets = (TargetNode("root", "", span=nowhere), TargetNode("ou", "A", span=nowhere))
    attach = [Attach((name,), (target,), span=nowhere) for target in targets]
    module = Module(nowhere.source, 1, (policy, *attach), ())
    assert format_module(module) == (
        'language 1\n\npolicy baseline "all" {}\n\nattach baseline to root\nattach baseline to ou "A"\n'
    )


def test_an_empty_file_stays_empty() -> None:
    assert [formatted(text) for text in ("", "\n\n", "\ufeff")] == ["", "", ""]


def test_comments_are_a_part_of_the_module() -> None:
    comments = parse(Source("a.bpol", "# one  \nlet a = 1 day # two\r\n")).value.comments
    assert [comment.text for comment in comments] == ["# one", "# two"]
    assert all(isinstance(comment, Comment) for comment in comments)
