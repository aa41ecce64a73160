"""Advice in words, followed to the letter where no fix is offered: the finding goes, and no error appears.

What asks for a name is followed by writing that name, what asks for a length of time by writing that.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from engine.test_fix_law import EXAMPLES, Texts, found, identity, of_every_rule

from policyengine.base.diagnostics import Diagnostic, Severity

NAME = re.compile(r"did you mean `([^`]+)`\?")
TIME = re.compile(r"(?:keep them for|make it) ([\d,]+ (?:days|minutes))\b")
SETTING = re.compile(r"(?:retain|start_within|complete_within) = (\d+ \w+|forever)")


def followed(example: Texts, one: Diagnostic) -> Iterator[dict[str, str]]:
    """The example with what the finding points at written as its advice says."""
    span = one.span
    assert span is not None
    text, pointed = span.source.text, span.text
    if match := NAME.match(one.help):
        wrong = one.message.split("`")[1::2]
        changed = [pointed.replace(word, match[1]) for word in wrong if word in pointed][:1]
    else:
        number, setting = TIME.search(one.help), SETTING.fullmatch(pointed)
        changed = [pointed.replace(setting[1], number[1].replace(",", ""))] if number and setting else []
    for written in changed:
        yield {**example, span.source.name: text[: span.start] + written + text[span.end :]}


def advised(rule: str) -> Iterator[tuple[Texts, Diagnostic, Texts]]:
    for example in EXAMPLES[rule].values():
        for one in found(example):
            if one.name == rule and one.span and not one.fix:
                for after in followed(example, one):
                    yield example, one, after


@of_every_rule
def test_advice_in_words_is_right_when_it_is_followed(rule: str) -> None:
    for example, one, after in advised(rule):
        before, left = Counter(map(identity, found(example))), found(after)
        assert Counter(map(identity, left))[identity(one)] < before[identity(one)], one.help
        errors = {identity(other) for other in left if other.severity is Severity.ERROR}
        assert errors <= before.keys(), one.help


def test_many_rules_give_such_advice() -> None:
    assert sum(1 for rule in EXAMPLES if any(True for _ in advised(rule))) >= 8


def test_a_rule_whose_schedule_goes_on_is_not_told_to_prolong_it() -> None:
    example = EXAMPLES["rule-stops-running"]["rule-stops-running/fail-later-runs-are-taken"]
    (one,) = (each for each in found(example) if each.name == "rule-stops-running")
    assert one.help == "shorten the start windows or move the schedules apart, if the backups are to go on"


def test_a_parameter_is_removed_with_its_arguments() -> None:
    helps = [one.help for one in found(EXAMPLES["unused-definition"]["unused-definition"])]
    assert "use it, or remove it with each `keep = ...` of those that are `like` it" in helps
