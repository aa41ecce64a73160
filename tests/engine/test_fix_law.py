"""The law of fixes, over every bad example: a fix removes its finding, adds none, and leaves layout and comments."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping

import pytest
from support.rule_cases import cases, name_of, texts
from support.rule_examples import found_in

from policyengine.analysis.findings.registry import RULES
from policyengine.base.diagnostics import Diagnostic, Severity
from policyengine.base.fixes import applicable, apply_fixes
from policyengine.base.rules import Family, family_of
from policyengine.base.source import Source
from policyengine.language.syntax import format_source, parse

Texts = Mapping[str, str]
Key = tuple[str, str, tuple[str, ...], str]

# Faults of these end a run before it judges accounts: what it then finds of them was there before.
STOPPING = {Family.LANGUAGE}
IN_A_LINE = re.compile(r"\{[^\n]*\w[^\n]*\}")  # a block that the formatter would write in several lines
LEAST = 45
MOST_ROUNDS = 30
PAGES = [(rule.name, rule.page.bad) for rule in RULES]
EXAMPLES: list[tuple[str, Texts]] = [*PAGES, *((name_of(case), texts(case)) for case in cases("fail"))]


def sources_of(example: Texts) -> tuple[Source, ...]:
    return tuple(Source(name, text) for name, text in example.items() if name.endswith(".bpol"))


def findings_with_fixes(example: Texts) -> list[Diagnostic]:
    return [found for found in found_in(example) if found.fix and applicable(sources_of(example), [found.fix])]


FIXED = [
    pytest.param(example, number, id=f"{name}-{number}")
    for name, example in EXAMPLES
    for number, _ in enumerate(findings_with_fixes(example))
]


def applied(example: Texts, findings: list[Diagnostic]) -> dict[str, str]:
    after, _ = apply_fixes(sources_of(example), [found.fix for found in findings if found.fix])
    return {**example, **{source.name: source.text for source in after}}


def identity(found: Diagnostic) -> Key:
    return found.code, re.sub(r":\d+", ":LINE", found.message), found.accounts, found.path


def comments(example: Texts) -> Counter[str]:
    return Counter(comment for source in sources_of(example) for comment in _comments(source.text))


def _comments(text: str) -> Iterator[str]:
    for line in text.splitlines():
        if match := re.search(r"#.*", re.sub(r'"[^"#]*"', "", line)):
            yield match[0].rstrip()


@pytest.mark.parametrize(("example", "number"), FIXED)
def test_a_fix_removes_its_finding_and_adds_none(example: Texts, number: int) -> None:
    found = findings_with_fixes(example)[number]
    before = Counter(map(identity, found_in(example)))
    left = found_in(applied(example, [found]))
    if any(other.severity is Severity.ERROR and family_of(other.code) in STOPPING for other in found_in(example)):
        left = tuple(other for other in left if family_of(other.code) in STOPPING)
    assert Counter(map(identity, left)) <= before - Counter([identity(found)])


@pytest.mark.parametrize(("example", "number"), FIXED)
def test_a_fix_keeps_the_layout_and_the_comments(example: Texts, number: int) -> None:
    after = applied(example, [findings_with_fixes(example)[number]])
    assert comments(after) == comments(example)
    for before, changed in zip(sources_of(example), sources_of(after), strict=True):
        canonical, result = format_source(before), format_source(changed)
        was_canonical = not IN_A_LINE.search(before.text) if canonical.failed else canonical.value == before.text
        if was_canonical and not result.failed:
            assert result.value == changed.text
        assert parse(changed).failed <= parse(before).failed


@pytest.mark.parametrize(("name", "example"), EXAMPLES, ids=[name for name, _ in EXAMPLES])
def test_fixing_in_rounds_ends_with_nothing_left_to_fix(name: str, example: Texts) -> None:
    for _ in range(MOST_ROUNDS):
        if not (fixable := findings_with_fixes(example)):
            return
        changed = applied(example, fixable)
        assert changed != example, name
        example = changed
    pytest.fail("some fix is offered again and again")


def test_many_rules_have_findings_with_a_fix() -> None:
    fixable = {found.name for _, example in EXAMPLES for found in findings_with_fixes(example)}
    assert len(fixable) >= LEAST, sorted(fixable)
    assert fixable == {rule.name for rule in RULES if rule.page.fixable}, "their pages say `Fixable: ...`"
