"""`show` on a terminal, and as JSON: the tree with attachments and the plans that every account ends up with."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from policyengine.aws.documents import PolicyDocument
from policyengine.aws.merge import AccountPolicy, Effective
from policyengine.aws.organization import Entity, Organization
from policyengine.report.effective import STATUS_STYLES
from policyengine.report.json_output import target, to_json
from policyengine.report.terminal import Part, TerminalPage

SCHEMA = "policyengine/show/1"


def terminal(
    organization: Organization,
    effective: Effective,
    *,
    refused: Collection[PolicyDocument] = (),
    color: bool = False,
    width: int | None = None,
) -> str:
    """The tree, children beneath their parents, in the snapshot's order; then policies that AWS would refuse."""
    page = TerminalPage(color=color, width=width)
    outcomes = {account.account: account for account in effective.accounts}
    pending: list[tuple[Entity, str, str]] = [(organization.root, "", "")]
    while pending:
        entity, lead, branch = pending.pop()
        below = lead + {"": "", "├── ": "│   ", "└── ": "    "}[branch]
        children = organization.children.get(entity, ())
        page.branch(lead + branch, below + ("│" if children else ""), *_entity(entity, outcomes))
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
    return ["  ", (account.status, STATUS_STYLES[account.status]), f" plans: {named}" if named else ""]


def as_json(
    organization: Organization, effective: Effective, at: str, *, refused: Collection[PolicyDocument] = ()
) -> str:
    """Every entity in tree order with its policies, every account with its status and plans."""
    outcomes = {account.account: account for account in effective.accounts}

    def entry(entity: Entity) -> dict[str, object]:
        attached: dict[str, object] = {
            "target": target(entity),
            "policies": [policy.name for policy in entity.policies],
        }
        if entity not in outcomes:
            return attached
        account = outcomes[entity]
        plans = account.resolved.policy.get("plans") if account.resolved else None
        return {**attached, "status": account.status, "plans": list(plans) if isinstance(plans, dict) else []}

    entities = [entry(entity) for entity in organization.entities]
    return to_json({"schema": SCHEMA, "at": at, "refused": [policy.name for policy in refused], "entities": entities})
