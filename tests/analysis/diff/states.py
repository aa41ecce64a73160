"""Two states of a small organization, and what is different between them."""

from __future__ import annotations

from typing import NamedTuple

from support.moment import AT

from policyengine.analysis.diff import Change, OrganizationComparison
from policyengine.base.source import Source
from policyengine.comparison import ProjectState, compare_states

SHOP, DESK, LAB = "222222222222", "333333333333", "444444444444"

TREE = """\
version: 1
organization: {id: o-example, management_account: "333333333333"}
root:
  name: Root
  units:
    - {name: Prod, accounts: [{id: "222222222222", name: shop}, {id: "333333333333", name: desk}]}
    - {name: Labs, accounts: [{id: "444444444444", name: lab}]}
"""
RULE = """\
schedule = daily at 05:00
vault = "Main"
retain = 35 days
"""
SELECTION = 'tag selection all { role = "Backup"  key = "backup"  values = ["yes"] }\n'
TO_ROOT = "attach baseline to root\n"


class Told(NamedTuple):
    """A change as a table of expectations has it."""

    change_class: str
    message: str
    region: str = ""


def plan(*lines: str, regions: str = "[eu-west-1]", attached: str = TO_ROOT) -> str:
    """A policy with one plan `daily` that holds these lines, attached to the root."""
    return f"policy baseline {{\nplan daily {{\nregions = {regions}\n{''.join(lines)}}}\n}}\n{attached}"


def rule(lines: str = RULE, name: str = "nightly") -> str:
    """A rule."""
    return f"rule {name} {{\n{lines}}}\n"


def whole(lines: str = RULE, *more: str, regions: str = "[eu-west-1]") -> str:
    """A policy with one rule and one selection."""
    return plan(rule(lines), SELECTION, *more, regions=regions)


def state(*policies: str, tree: str = TREE) -> ProjectState:
    """A project with one file per text: `a.bpol`, `b.bpol`, ..."""
    sources = [Source(f"{name}.bpol", text) for name, text in zip("abcdef", policies, strict=False)]
    return ProjectState(sources, Source("organization.yaml", tree))


def compared(base: ProjectState, head: ProjectState) -> OrganizationComparison:
    """What is different between two states that compile."""
    found = compare_states(base, head, at=AT)
    assert found.comparison, [fault.message for side in (found.base, found.head) for fault in side.diagnostics]
    return found.comparison


def told(comparison: OrganizationComparison) -> list[Told]:
    """The changes, in order."""
    return [Told(change.change_class.value, change.message, change.region) for change in comparison.changes]


def lines(change: Change) -> list[str]:
    """What made a change: `+a.bpol:3` in the head, `-a.bpol:3` in the base, `+policy@Unit` where there is no line."""
    return [
        ("+" if cause.side == "head" else "-")
        + (f"{cause.span.source.name}:{cause.span.first.line}" if cause.span else f"{cause.policy}@{cause.entity.path}")
        for cause in change.causes
    ]
