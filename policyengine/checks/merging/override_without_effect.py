from __future__ import annotations

from collections.abc import Iterator

from policyengine.catalogue.example_organizations import ONE_UNIT
from policyengine.checks.facts import Facts, place, written_at
from policyengine.diagnostics import Diagnostic, Rule, Severity
from policyengine.effective import Node, Resolved, Step, shown

RULE = Rule(
    code="PE306",
    name="override-without-effect",
    severity=Severity.INFO,
    title="a policy sets a value that is there already",
    rationale=(
        "The operator is allowed and changes nothing: the inherited value is the same. Usually a leftover, sometimes a"
        " sign that the policy above has changed since. Settings that AWS wants repeated in every fragment are not"
        " reported."
    ),
    bad={
        "organization.yaml": ONE_UNIT,
        "policy.bpol": """\
policy baseline {
  plan daily {
    regions = [eu-west-1]
    rule nightly { vault = "Main" }
    tag selection all { role = "Backup"  key = "backup"  values = ["yes"] }
  }
}
policy prod { plan daily { rule nightly { vault = "Main" } } }
attach baseline to root
attach prod to ou "Prod"
""",
    },
    good={
        "organization.yaml": ONE_UNIT,
        "policy.bpol": """\
policy baseline {
  plan daily {
    regions = [eu-west-1]
    rule nightly { vault = "Main" }
    tag selection all { role = "Backup"  key = "backup"  values = ["yes"] }
  }
}
policy prod { plan daily { rule nightly { vault = "Prod" } } }
attach baseline to root
attach prod to ou "Prod"
""",
    },
    reference="semantics.md R1, R7, R8, R35",
)

# Settings without which AWS refuses the fragment (semantics.md section 9), or a continuous rule (facts 1.4.4).
_REPEATED = frozenset(
    {
        "tag_key",
        "tag_value",
        "target_backup_vault_arn",
        "condition_key",
        "condition_value",
        "resource_types",
        "delete_after_days",
    }
)


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per policy, entity and setting."""
    for result in facts.effective.distinct:
        for node, step in _idle(result):
            yield RULE.at(
                written_at(step.policy, node.path, step.operator),
                f"`{step.policy.name}` at {place(step.entity)} changes nothing: `{node.path}` is"
                f" `{shown(node.setting.value)}` without it",
                help="leave the setting out",
                path=node.path,
                accounts=facts.accounts_under[result],
                policies=(step.policy.name,),
            )


def _idle(result: Resolved) -> Iterator[tuple[Node, Step]]:
    """Settings that the result's own entity touched to no effect."""
    for node in _touched(result.root, result.above.root if result.above else None):
        for step in node.setting.trail:
            idle = step.entity is result.entity and step.outcome == "applied" and not step.changed
            if idle and node.path.rsplit("/", 1)[-1] not in _REPEATED:
                yield node, step


def _touched(node: Node, above: Node | None) -> Iterator[Node]:
    """The settings that differ from the state above; what both share is the same object."""
    if node is above:
        return
    if node.setting.trail:
        yield node
    for key, child in sorted(node.children.items()):
        yield from _touched(child, above.children.get(key) if above else None)
