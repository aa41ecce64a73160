from __future__ import annotations

from collections.abc import Iterator

from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.reporting import PolicyEffect, findings, must_be_repeated
from policyengine.analysis.checks.weighed_settings import ITSELF
from policyengine.aws.merge import Node, Resolved, Step, value_text
from policyengine.aws.setting_words import word
from policyengine.base.diagnostics import Diagnostic, Harm, Severity
from policyengine.base.rules import Rule
from policyengine.language.compiler import value_as_written

RULE = Rule("PE306", "override-without-effect", Severity.INFO, harm=Harm.NOTHING)
WEIGHS = ITSELF


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per policy and setting."""
    cases = [
        (
            PolicyEffect(
                step.policy,
                node.path,
                step.operator,
                f"`{node.path}` is `{value_text(node.setting.value)}` without it",
                in_language=f"`{word(node.path)}` is `{value_as_written(node.path, node.setting.value)}` without it",
            ),
            step.entity,
            facts.accounts_under[result],
        )
        for result, (node, step) in facts.each(facts.effective.distinct, _without_effect)
    ]
    return findings(RULE, cases, "leave the setting out")


def _without_effect(result: Resolved) -> Iterator[tuple[Node, Step]]:
    """Settings that the result's own entity sets without effect; to keep a peer's value back is an effect."""
    for node in _touched(result.root, result.above.root if result.above else None):
        own = [step for step in node.setting.trail if step.entity is result.entity]
        if any(step.outcome == "shadowed" for step in own):
            continue
        for step in own:
            if step.outcome == "applied" and not step.changed and not must_be_repeated(step.policy, node.path):
                yield node, step


def _touched(node: Node, above: Node | None) -> Iterator[Node]:
    """The settings that differ from the state above; what both share is the same object.

    Of what one policy brings in alone, only those that are not simply assigned: an assignment of a new value is none
    without effect.
    """
    if node is above:
        return
    if node.sole_source:
        otherwise = node.sole_source[1].standalone.not_assigned
        yield from (below for keys_below in otherwise if (below := node.find(keys_below)))
        return
    if node.setting.trail:
        yield node
    for key, child in sorted(node.children.items()):
        yield from _touched(child, above.children.get(key) if above else None)
