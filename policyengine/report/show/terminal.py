"""`show` on a terminal: the tree with attachments and the plans that every account ends up with."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from policyengine.aws.documents import PolicyDocument
from policyengine.aws.merge import AccountPolicy, Effective
from policyengine.aws.organization import Entity, Organization
from policyengine.report.terminal import STYLES, Page, Part


def render(
    organization: Organization, effective: Effective, *, refused: Collection[PolicyDocument] = (), color: bool = False
) -> str:
    """The tree, children beneath their parents, in the snapshot's order; then policies that AWS would refuse."""
    page = Page(color=color)
    outcomes = {account.account: account for account in effective.accounts}
    pending: list[tuple[Entity, str, str]] = [(organization.root, "", "")]
    while pending:
        entity, lead, branch = pending.pop()
        page.line((lead + branch, "dim"), *_entity(entity, outcomes))
        below = lead + {"": "", "├── ": "│   ", "└── ": "    "}[branch]
        children = organization.children.get(entity, ())
        last = children[-1:]
        pending.extend((child, below, "└── " if (child,) == last else "├── ") for child in reversed(children))
    for policy in refused:
        page.line(("refused: ", "error"), f"AWS would refuse `{policy.name}`; its refused settings are left out above")
    return page.text()


def _entity(entity: Entity, outcomes: Mapping[Entity, AccountPolicy]) -> list[Part]:
    parts: list[Part] = [(entity.name, "strong")]
    if entity.kind == "account":
        parts.append((f" {entity.id}", "dim"))
    if entity.policies:
        named = ", ".join(policy.name for policy in entity.policies)
        unknown = " (order unknown)" if entity.unordered > 1 else ""
        parts.extend([" <- ", (named, "place"), unknown])
    if entity in outcomes:
        parts.extend(_outcome(outcomes[entity]))
    return parts


def _outcome(account: AccountPolicy) -> list[Part]:
    plans = account.resolved.policy.get("plans") if account.resolved else None
    named = ", ".join(plans) if isinstance(plans, dict) else ""
    if account.status == "valid" and named:
        return [f"  plans: {named}"]
    return ["  ", (account.status, STYLES[account.status]), f" plans: {named}" if named else ""]
