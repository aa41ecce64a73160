"""The law of fixes, over every bad example: a fix removes its finding, adds none, and leaves layout and comments."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache

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
EXAMPLES: dict[str, dict[str, Texts]] = {rule.name: {rule.name: rule.page.bad} for rule in RULES}
for case in cases("fail"):
    EXAMPLES[case.parent.name][name_of(case)] = texts(case)
of_every_rule = pytest.mark.parametrize("rule", EXAMPLES)


def sources_of(example: Texts) -> tuple[Source, ...]:
    return tuple(Source(name, text) for name, text in example.items() if name.endswith(".bpol"))


def found(example: Texts) -> tuple[Diagnostic, ...]:
    """The findings of an example, which several laws ask for."""
    return _found(tuple(example.items()))


@cache
def _found(example: tuple[tuple[str, str], ...]) -> tuple[Diagnostic, ...]:
    return found_in(dict(example))


def fixable(example: Texts) -> list[Diagnostic]:
    return [one for one in found(example) if one.fix and applicable(sources_of(example), [one.fix])]


def fixes(rule: str) -> Iterator[tuple[str, Texts, Diagnostic]]:
    """The examples of a rule with each of their findings that has a fix."""
    for name, example in EXAMPLES[rule].items():
        for one in fixable(example):
            yield name, example, one


def applied(example: Texts, findings: list[Diagnostic]) -> dict[str, str]:
    after, _ = apply_fixes(sources_of(example), [one.fix for one in findings if one.fix])
    return {**example, **{source.name: source.text for source in after}}


def identity(one: Diagnostic) -> Key:
    return one.code, re.sub(r":\d+", ":LINE", one.message), one.accounts, one.path


def comments(example: Texts) -> Counter[str]:
    return Counter(comment for source in sources_of(example) for comment in _comments(source.text))


def _comments(text: str) -> Iterator[str]:
    for line in text.splitlines():
        if match := re.search(r"#.*", re.sub(r'"[^"#]*"', "", line)):
            yield match[0].rstrip()


@of_every_rule
def test_a_fix_removes_its_finding_and_adds_none(rule: str) -> None:
    for name, example, one in fixes(rule):
        before = Counter(map(identity, found(example)))
        left = found(applied(example, [one]))
        if any(other.severity is Severity.ERROR and family_of(other.code) in STOPPING for other in found(example)):
            left = tuple(other for other in left if family_of(other.code) in STOPPING)
        assert Counter(map(identity, left)) <= before - Counter([identity(one)]), name


@of_every_rule
def test_a_fix_keeps_the_layout_and_the_comments(rule: str) -> None:
    for name, example, one in fixes(rule):
        after = applied(example, [one])
        assert comments(after) == comments(example), name
        for before, changed in zip(sources_of(example), sources_of(after), strict=True):
            _keeps_layout(before, changed)


def _keeps_layout(before: Source, changed: Source) -> None:
    canonical, result = format_source(before), format_source(changed)
    was_canonical = not IN_A_LINE.search(before.text) if canonical.failed else canonical.value == before.text
    if was_canonical and not result.failed:
        assert result.value == changed.text
    assert parse(changed).failed <= parse(before).failed


@of_every_rule
def test_fixing_in_rounds_ends_with_nothing_left_to_fix(rule: str) -> None:
    for name, example in EXAMPLES[rule].items():
        _fixed_in_rounds(name, example)


def _fixed_in_rounds(name: str, example: Texts) -> None:
    for _ in range(MOST_ROUNDS):
        if not (left := fixable(example)):
            return
        changed = applied(example, left)
        assert changed != example, name
        example = changed
    pytest.fail(f"{name}: some fix is offered again and again")


def test_many_rules_have_findings_with_a_fix() -> None:
    names = {one.name for rule in EXAMPLES for _, _, one in fixes(rule)}
    assert len(names) >= LEAST, sorted(names)
    assert names == {rule.name for rule in RULES if rule.page.fixable}, "their pages say `Fixable: ...`"
