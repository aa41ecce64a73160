"""What each form of the language is read as."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from policyengine.base.source import Source, Span
from policyengine.language.syntax import nodes, parse
from policyengine.language.syntax.literals import (
    Boolean,
    CronNode,
    Daily,
    Date,
    Duration,
    EveryHours,
    Forever,
    Hourly,
    Integer,
    ListOf,
    Monthly,
    Name,
    Reference,
    Text,
    Time,
    Value,
    Weekly,
    Yearly,
)
from policyengine.language.syntax.nodes import (
    Attach,
    AttributeNode,
    Block,
    ChildrenMay,
    ComparisonNode,
    CopyNode,
    ExpectValidity,
    ExpectViolation,
    Expression,
    GivenAccount,
    GivenPolicy,
    Index,
    Item,
    Items,
    Let,
    Like,
    LogicalNode,
    Module,
    NotNode,
    Path,
    Policy,
    QuantifierNode,
    Require,
    SettingNode,
    SpreadNode,
    Statement,
    TagEntry,
    TargetNode,
    Template,
    UsePack,
    Waive,
    Where,
)

AT = Span(Source("expected.bpol", ""), 0, 0)
FIVE = Time(5, 0, span=AT)


def name(text: str) -> Name:
    return Name(text, span=AT)


def text(value: str) -> Text:
    return Text(value, span=AT)


def path(head: str) -> Path:
    return Path(head, (), span=AT)


def read(source: str) -> Module:
    outcome = parse(Source("a.bpol", source))
    assert outcome.diagnostics == ()
    assert outcome.value.complete
    return outcome.value


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ('"Main \\"x\\" \\\\ \\u00e9"', text('Main "x" \\ é')),
        ("home", Reference("home", span=AT)),
        ("10", Integer(10, span=AT)),
        ("35 days", Duration(35, "day", span=AT)),
        ("1 minute", Duration(1, "minute", span=AT)),
        ("007 years", Duration(7, "year", span=AT)),
        ("forever", Forever(span=AT)),
        ("true", Boolean(value=True, span=AT)),
        ("[]", ListOf((), span=AT)),
        ("[a, [b],]", ListOf((Reference("a", span=AT), ListOf((Reference("b", span=AT),), span=AT)), span=AT)),
        ("hourly", Hourly(0, span=AT)),
        ("hourly at :15", Hourly(15, span=AT)),
        ("every 6 hours", EveryHours(6, None, span=AT)),
        ("every 6 hours at 05:00", EveryHours(6, FIVE, span=AT)),
        ("daily at 05:00", Daily(FIVE, span=AT)),
        ("weekly on mon, wednesday at 05:00", Weekly(("MON", "WED"), FIVE, span=AT)),
        ("monthly on day 1 at 05:00", Monthly(FIVE, day=1, span=AT)),
        ("monthly on last day at 05:00", Monthly(FIVE, last_day=True, span=AT)),
        ("monthly on second sunday at 05:00", Monthly(FIVE, weekday="SUN", nth=2, span=AT)),
        ("monthly on last fri at 05:00", Monthly(FIVE, weekday="FRI", span=AT)),
        ("yearly on 29 february at 05:00", Yearly(29, "FEB", FIVE, span=AT)),
        ("yearly on 1 may at 05:00", Yearly(1, "MAY", FIVE, span=AT)),
        ('cron("0 5 ? * 2-6 *")', CronNode("0 5 ? * 2-6 *", span=AT)),
    ],
)
def test_values(written: str, value: Value) -> None:
    assert read(f"let x = {written}").statements == (Let(name("x"), value, span=AT),)


@pytest.mark.parametrize(
    ("written", "item"),
    [
        ("a = true", SettingNode(name("a"), "=", Boolean(value=True, span=AT), span=AT)),
        ("locked a += x", SettingNode(name("a"), "+=", Reference("x", span=AT), locked=True, span=AT)),
        ('"a" -= x', SettingNode(name("a"), "-=", Reference("x", span=AT), span=AT)),
        ("locked = x", SettingNode(name("locked"), "=", Reference("x", span=AT), span=AT)),
        ("children may nothing", ChildrenMay(("nothing",), (), span=AT)),
        ('children may append remove in a/"b c"', ChildrenMay(("append", "remove"), (name("a"), name("b c")), span=AT)),
        ("rule r like t {}", Block("rule", name("r"), (), like=Like(name("t"), span=AT), span=AT, head=AT)),
        (
            'locked tag selection s { where w: "k" not like "v*" }',
            Block(
                "tag selection",
                name("s"),
                (Where(name("w"), text("k"), "not like", text("v*"), span=AT),),
                locked=True,
                span=AT,
                head=AT,
            ),
        ),
        (
            'rule r { copy to "arn" { a = x } }',
            Block(
                "rule",
                name("r"),
                (
                    CopyNode(
                        text("arn"),
                        None,
                        None,
                        None,
                        (SettingNode(name("a"), "=", Reference("x", span=AT), span=AT),),
                        span=AT,
                        head=AT,
                    ),
                ),
                span=AT,
                head=AT,
            ),
        ),
        (
            'rule r { locked copy to vault "V" in home account "1" }',
            Block(
                "rule",
                name("r"),
                (CopyNode(None, text("V"), Reference("home", span=AT), text("1"), (), locked=True, span=AT, head=AT),),
                span=AT,
                head=AT,
            ),
        ),
        (
            'plan_tags { "plan" = "x" }',
            Block("plan_tags", None, (SettingNode(name("plan"), "=", text("x"), span=AT),), span=AT, head=AT),
        ),
    ],
)
def test_items(written: str, item: Item) -> None:
    (template,) = read(f"template plan p {{ {written} }}").statements
    assert template == Template(Block("plan", name("p"), (item,), span=AT, head=AT), span=AT)


@pytest.mark.parametrize(
    ("written", "statement"),
    [
        ('policy p "all" {}', Policy(name("p"), text("all"), (), span=AT, head=AT)),
        ('policy "2026.v1" {}', Policy(name("2026.v1"), None, (), span=AT, head=AT)),
        ("attach a, b to root", Attach((name("a"), name("b")), (TargetNode("root", "", span=AT),), span=AT)),
        ('attach a to ou "W/P"', Attach((name("a"),), (TargetNode("ou", "W/P", span=AT),), span=AT)),
        ('use pack "cis"', UsePack(text("cis"), None, None, span=AT)),
        ('use pack "cis" level advisory for a', UsePack(text("cis"), "advisory", path("a"), span=AT)),
        (
            'waive r for account "a" until 2028-02-29 because "x"',
            Waive(name("r"), TargetNode("account", "a", span=AT), Date(2028, 2, 29, span=AT), text("x"), span=AT),
        ),
        (
            'test "t" { given account "a" in root tags { e = "p" } given policy p attached to root expect invalid }',
            nodes.Test(
                text("t"),
                (
                    GivenAccount(
                        text("a"),
                        TargetNode("root", "", span=AT),
                        (TagEntry(name("e"), text("p"), span=AT),),
                        span=AT,
                    ),
                    GivenPolicy(name("p"), TargetNode("root", "", span=AT), span=AT),
                    ExpectValidity(valid=False, span=AT),
                ),
                span=AT,
            ),
        ),
        (
            'test "t" { expect no violation of r expect violation of r }',
            nodes.Test(
                text("t"),
                (
                    ExpectViolation(name("r"), violated=False, span=AT),
                    ExpectViolation(name("r"), violated=True, span=AT),
                ),
                span=AT,
            ),
        ),
    ],
)
def test_statements(written: str, statement: Statement) -> None:
    assert read(written).statements == (statement,)


def every(over: str, satisfies: Expression, where: Expression | None = None) -> QuantifierNode:
    return QuantifierNode("every", None, name(over), where, satisfies, span=AT)


def less(left: str, right: str) -> ComparisonNode:
    return ComparisonNode(path(left), "<", path(right), span=AT)


def either(*operands: Expression) -> LogicalNode:
    return LogicalNode("or", operands, span=AT)


def both(*operands: Expression) -> LogicalNode:
    return LogicalNode("and", operands, span=AT)


A, B, C = path("a"), path("b"), path("c")


@pytest.mark.parametrize(
    ("written", "expression"),
    [
        ("a or b and not c < d", either(A, both(B, NotNode(less("c", "d"), span=AT)))),
        ("a and b and c", both(A, B, C)),
        ("(a and b) and c", both(both(A, B), C)),
        ("every r where a satisfies b or c", every("r", either(B, C), A)),
        ("every r satisfies every s satisfies a < b", every("r", every("s", less("a", "b")))),
        ("(every r satisfies a) or b", either(every("r", A), B)),
        ("at least 2 r satisfies a", QuantifierNode("at least", 2, name("r"), None, A, span=AT)),
        (
            'a.b["c"] in [1, "x"]',
            ComparisonNode(
                Path("a", (AttributeNode("b", span=AT), Index("c", span=AT)), span=AT),
                "in",
                Items((Integer(1, span=AT), text("x")), span=AT),
                span=AT,
            ),
        ),
        (
            "a in [...b, 1]",
            ComparisonNode(A, "in", Items((SpreadNode(B, span=AT), Integer(1, span=AT)), span=AT), span=AT),
        ),
    ],
)
def test_expressions(written: str, expression: Expression) -> None:
    (require,) = read(f"require r {{ assert {written} }}").statements
    assert isinstance(require, Require)
    assert require.assertions[0].condition == expression


def test_requirements() -> None:
    (require,) = read(
        'require r "title" { reference = "x" level = advisory for a assert b message "m" assert c }'
    ).statements
    assert isinstance(require, Require)
    assert (require.name, require.title, require.level) == (name("r"), text("title"), "advisory")
    assert (require.reference, require.scope) == (text("x"), A)
    assert [(each.condition, each.message) for each in require.assertions] == [(B, text("m")), (C, None)]


def test_a_file_may_begin_with_its_language() -> None:
    assert read("# comment\nlanguage 1\nlet x = true").language == 1
    assert read("let x = true").language is None


def test_a_byte_order_mark_and_windows_line_ends_are_taken() -> None:
    module = read("\ufefflet x = true # one\r\nlet y = true\r\n")
    assert len(module.statements) == 2
    assert [comment.text for comment in module.comments] == ["# one"]
    assert module.statements[1].span.first.line == 2


def test_trees_are_equal_when_they_mean_the_same() -> None:
    assert read("let x = [a]") == read('# note\nlet "x" =\n  [a,]')


SPANS = """\
policy p "t" {
  locked plan "daily" {
    rule r like t { retain = 35 days }
    copies = [a, b]
  }
}
require r { assert (a == b) and not c["d"] message "m" }
"""


@pytest.mark.parametrize(
    ("find", "place"),
    [
        (lambda module: module.statements[0].head, "policy p"),
        (lambda module: module.statements[0].body[0].span, SPANS[17 : SPANS.index("\n}\n")]),
        (lambda module: module.statements[0].body[0].head, 'plan "daily"'),
        (lambda module: module.statements[0].body[0].name.span, '"daily"'),
        (lambda module: module.statements[0].body[0].body[0].span, "rule r like t { retain = 35 days }"),
        (lambda module: module.statements[0].body[0].body[0].like.span, "t"),
        (lambda module: module.statements[0].body[0].body[0].body[0].span, "retain = 35 days"),
        (lambda module: module.statements[0].body[0].body[0].body[0].value.span, "35 days"),
        (lambda module: module.statements[0].body[0].body[1].value.span, "[a, b]"),
        (lambda module: module.statements[1].assertions[0].span, 'assert (a == b) and not c["d"] message "m"'),
        (lambda module: module.statements[1].assertions[0].condition.span, '(a == b) and not c["d"]'),
        (lambda module: module.statements[1].assertions[0].condition.operands[0].span, "(a == b)"),
        (lambda module: module.statements[1].assertions[0].condition.operands[1].operand.steps[0].span, '["d"]'),
    ],
)
def test_every_node_knows_its_place(find: Callable[[Any], Span], place: str) -> None:
    assert find(read(SPANS)).text == place
