"""A brace too many or too few is one finding at that brace, and the rest is read in the block in which it is seen.

The underlined text stands between « and ».
"""

from __future__ import annotations

import time

import pytest

from policyengine.base.source import Source
from policyengine.language.syntax import parse
from policyengine.language.syntax.nodes import Block, CopyNode, Module, Policy

TOO_MANY = "there is one `}` too many"

SAMPLES = {
    "before another rule": (
        "policy p {\n  plan d {\n    rule r {\n    }\n    «}»\n    rule s {\n    }\n  }\n  children may nothing\n}\n",
        TOO_MANY,
        ["p", ["d", ["r"], ["s"]]],
    ),
    "before another plan": (
        "policy p {\n}\n\npolicy q {\n  plan d {\n  }\n  «}»\n  plan e {\n  }\n}\n",
        TOO_MANY,
        ["p"],
    ),
    "before a plan, at the edge": (
        "policy p {\n  plan d {\n  }\n«}»\n  plan e {\n  }\n}\n",
        TOO_MANY,
        ["p", ["d"], ["e"]],
    ),
    "behind a copy": (
        'policy p {\n  plan d {\n    rule r {\n      copy to "a" {\n      }\n      «}»\n      retain = 5 days\n    }\n    rule s {\n    }\n  }\n}\n',
        TOO_MANY,
        ["p", ["d", ["r", ["copy"]], ["s"]]],
    ),
    "two at the beginning": (
        "policy p {\n  plan d {«{»\n    rule r {\n    }\n  }\n}\n",
        "there is one `{` too many",
        ["p", ["d", ["r"]]],
    ),
    "missing behind a copy": (
        'policy p {\n  plan d {\n    rule r {\n      copy to «"a"» # far\n        retain = 5 days\n      }\n    }\n  }\n}\n',
        'expected `{` after `"a"`',
        ["p", ["d", ["r", ["copy"]]]],
    ),
    "missing on one line": (
        "policy p {\n  plan d {\n    «advanced» s3_acls = true }\n    rule r {\n    }\n  }\n}\n",
        "expected `{` after `advanced`",
        ["p", ["d", ["advanced"], ["r"]]],
    ),
    "missing behind a locked plan": (
        "policy p {\n  «locked plan d {»\n    rule r {\n    }\n  children may nothing\n}\n",
        "`locked plan d {` is never closed",
        ["p", ["d", ["r"]]],
    ),
    "missing in the middle": (
        "policy p {\n  plan d {\n    «rule r {»\n      retain = 1 day\n    rule s {\n    }\n  }\n}\n",
        "`rule r {` is never closed",
        ["p", ["d", ["r"], ["s"]]],
    ),
    "missing with a list behind it": (
        "policy p {\n  «plan d {»\n    regions = [\n      a,\n    ]\n",
        "`plan d {` is never closed",
        ["p", ["d"]],
    ),
}


@pytest.mark.parametrize("name", SAMPLES)
def test_a_wrong_brace_is_reported_and_the_rest_read_as_if_it_were_right(name: str) -> None:
    sample, message, blocks = SAMPLES[name]
    outcome = parse(Source("braces.bpol", sample.replace("«", "").replace("»", "")))
    assert [found.message for found in outcome.diagnostics] == [message]
    span = outcome.diagnostics[0].span
    assert span is not None
    assert (span.start, span.text) == (sample.index("«"), sample.partition("«")[2].partition("»")[0])
    assert _blocks(outcome.value) == blocks


@pytest.mark.parametrize("tags", ['{ env = "prod" «}» }', '{\n    env = "prod"\n  }\n  «}»'])
def test_a_brace_too_many_in_a_test_costs_nothing(tags: str) -> None:
    sample = f'test "t" {{\n  given account "x" in root tags {tags}\n  expect valid\n}}\n'
    outcome = parse(Source("braces.bpol", sample.replace("«", "").replace("»", "")))
    assert [found.message for found in outcome.diagnostics] == [TOO_MANY]
    assert outcome.value == parse(Source("right.bpol", sample.replace("«}»", ""))).value


def test_every_brace_too_many_is_reported() -> None:
    text = "policy a {\n}\n}\npolicy b {\n}\n}\npolicy c {\n}\n"
    outcome = parse(Source("braces.bpol", text))
    assert [(found.message, found.span and found.span.first.line) for found in outcome.diagnostics] == [
        (TOO_MANY, 3),
        (TOO_MANY, 6),
    ]
    assert len(outcome.value.statements) == 3


def test_braces_out_of_line_are_judged_by_their_number() -> None:
    outcome = parse(Source("braces.bpol", "policy p {\nplan a {\nregions = [x]\n}\n}\n}\nlet b = 1 day\n"))
    assert [(found.message, found.span and found.span.first.line) for found in outcome.diagnostics] == [(TOO_MANY, 6)]


@pytest.mark.parametrize(
    ("text", "fixed"),
    [
        ("policy a\n plan x {\n  regions = [eu-west-1]\n  }\n}\n", False),
        ("policy a {\n plan x\n  regions = [eu-west-1]\n   }\n}\n", False),
        ("policy a like t\n\npolicy b {\n}\n}\n", True),
        ("policy a {\n}\n}\n\npolicy b\n", True),
    ],
)
def test_behind_a_header_without_brace_no_fix_takes_a_brace_away(text: str, *, fixed: bool) -> None:
    braces = [found for found in parse(Source("braces.bpol", text)).diagnostics if found.message == TOO_MANY]
    assert [found.fix is not None for found in braces] == [fixed]


def test_no_brace_is_reported_twice() -> None:
    outcome = parse(Source("braces.bpol", "}\n }\n}\nlet a = 1 day\n"))
    assert [(found.message, found.span and found.span.start) for found in outcome.diagnostics] == [
        (TOO_MANY, 0),
        (TOO_MANY, 3),
        (TOO_MANY, 5),
    ]
    assert [statement.span.text for statement in outcome.value.statements] == ["let a = 1 day"]


@pytest.mark.scale
@pytest.mark.parametrize("text", ["}", "}\n", "{}}", "  }\n}\n{\n", "policy p {\n", "a {\n }\n }\n"])
def test_nothing_but_braces_is_given_up_soon(text: str) -> None:
    begin = time.process_time()
    outcome = parse(Source("braces.bpol", text * (400_000 // len(text))))
    assert time.process_time() - begin < 5
    assert len(outcome.diagnostics) == 101
    assert outcome.diagnostics[-1].message == "too many mistakes: the rest of the file is not read"
    assert not outcome.value.complete


def _blocks(module: Module) -> list[object]:
    policy = module.statements[0]
    assert isinstance(policy, Policy)
    return [policy.name.text, *(_inner(item) for item in policy.body if isinstance(item, Block))]


def _inner(item: Block | CopyNode) -> list[object]:
    name = item.name.text if isinstance(item, Block) and item.name else item.head.text.partition(" ")[0]
    return [name, *(_inner(each) for each in item.body if isinstance(each, Block | CopyNode))]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("attach e to root\n }\n}\nlet a = 1 day\n", ["Attach", "Let"]),
        ('use pack ""\n }\n}\nlet a = 1 day\n', ["UsePack", "Let"]),
        ("attach e to root\n =\n}\nlet a = 1 day\n", ["Attach", "Let"]),
        ("{\npolicy p {\n}\n", ["Policy"]),
    ],
)
def test_behind_a_statement_that_is_whole_a_missing_brace_ends_nothing(text: str, read: list[str]) -> None:
    outcome = parse(Source("a.bpol", text))
    assert outcome.failed
    assert [type(statement).__name__ for statement in outcome.value.statements] == read
