"""Where backups go: the copies of a deployment as a directed graph from vault to vault.

A node is a vault of an account in a Region, an edge the copy actions that lead from one to another. A rule's copy
action copies the backups of that rule alone, and AWS Backup copies no copy (API:BackupRule, `CopyActions`): plans of
the account where a copy ends copy backups of their own from there, not the copy. So a backup reaches the ends of its
own rule's edges and no other vault: `leaves_account` and `leaves_region` look at these alone. Paths of several edges
say how vaults depend on each other: those in a circle hold each other's copies.

Vaults stand as plans name them, whether they exist or not. The target of a copy that is no vault's
ARN is unknown: it has no edge. An air-gapped vault of a rule lies where the rule runs, and is no way out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from policyengine.aws.deployment.account_environment import OWN
from policyengine.aws.deployment.placement import DeployedCopy, DeployedPlan, DeployedRule, Deployment, View
from policyengine.aws.deployment.plans import UNKNOWN, OrUnknown
from policyengine.base.records import Record

if TYPE_CHECKING:
    import networkx as nx


class Site(NamedTuple):
    """A vault by its place; `account` is `OWN` for any account of a view that no copy names."""

    account: str
    region: str
    vault: str


class Hop(NamedTuple):
    """A copy action of a rule in a Region, with the plan of the rule and the ids of the accounts that have it."""

    plan: DeployedPlan
    rule: DeployedRule
    copy: DeployedCopy
    accounts: tuple[str, ...]


class Circle(Record):
    """Vaults that copies lead to from each other, directly or over further vaults, and the copies between them."""

    sites: tuple[Site, ...]
    hops: tuple[Hop, ...]


def leaves_account(rule: DeployedRule) -> OrUnknown[bool]:
    """Whether some copy of a rule's backups ends in another account than the one that runs the plan."""
    return _some((copy.cross_account for copy in rule.copies), (copy.cross_account for copy in rule.unsure_copies))


def leaves_region(rule: DeployedRule) -> OrUnknown[bool]:
    """Whether some copy of a rule's backups ends in another Region than the one where the rule runs."""
    return _some((copy.cross_region for copy in rule.copies), (copy.cross_region for copy in rule.unsure_copies))


def lost_with_account(view: View) -> tuple[DeployedRule, ...]:
    """The rules of a view whose backups are all lost with the account that runs them; unknown copies count as kept."""
    return tuple(rule for plan in view.plans for rule in plan.rules if leaves_account(rule) is False)


def lost_with_region(view: View, region: str) -> tuple[DeployedRule, ...]:
    """The rules of a view whose backups are all lost with a Region; unknown copies count as kept."""
    rules = (rule for plan in view.plans for rule in plan.rules if rule.region == region)
    return tuple(rule for rule in rules if leaves_region(rule) is False)


def circles(deployment: Deployment) -> tuple[Circle, ...]:
    """The circles among the copies of all accounts, each with as many vaults as it can have; by its first vault.

    A copy into the vault that the backup is in is no circle.
    """
    named = _named(deployment.candidates)
    within = [circle for view in deployment.candidates for circle in _circles(_own_hops(view, named))]
    across = (hop for view in deployment.candidates for hop in _named_hops(view, named))
    return tuple(sorted((*within, *_circles(across)), key=lambda circle: circle.sites))


def _some(leaving: Iterable[OrUnknown[bool]], unsure: Iterable[OrUnknown[bool]]) -> OrUnknown[bool]:
    """Whether any copy leaves, by whether each does; `unsure` are the answers for copies that may not exist."""
    values = set(leaving)
    if True in values:
        return True
    return UNKNOWN if UNKNOWN in values or set(unsure) - {False} else False


def _named(views: Iterable[View]) -> frozenset[str]:
    """The ids of the accounts that copies go to."""
    plans = (plan for view in views for plan in view.plans)
    copies = (copy for plan in plans for rule in plan.plan.rules for copy in rule.copies)
    return frozenset(copy.target.account for copy in copies if copy.target and copy.target.account.lower() != OWN)


def _own_hops(view: View, named: Collection[str]) -> Iterator[tuple[Site, Site, Hop]]:
    """The copies within an account of a view, once for all accounts that no copy names: nothing leads into these."""
    ids = tuple(account.id or "" for account in view.accounts if account.id not in named)
    for plan in view.plans if ids else ():
        for rule, copy in _copies(plan):
            if copy.cross_account is False and copy.vault:
                yield _source(rule, OWN), Site(OWN, copy.region, copy.vault.name), Hop(plan, rule, copy, ids)


def _named_hops(view: View, named: Collection[str]) -> Iterator[tuple[Site, Site, Hop]]:
    """The copies of the accounts of a view that copies lead to."""
    ids = [account.id for account in view.accounts if account.id and account.id in named]
    copies = [(plan, rule, copy) for plan in view.plans for rule, copy in _copies(plan)] if ids else ()
    for account_id in ids:
        for plan, rule, copy in copies:
            if copy.vault:
                target = Site(account_id if copy.account == OWN else copy.account, copy.region, copy.vault.name)
                yield _source(rule, account_id), target, Hop(plan, rule, copy, (account_id,))


def _copies(plan: DeployedPlan) -> Iterator[tuple[DeployedRule, DeployedCopy]]:
    return ((rule, copy) for rule in plan.rules for copy in rule.copies)


def _source(rule: DeployedRule, account: str) -> Site:
    return Site(account, rule.region, rule.rule.vault)


def _circles(hops: Iterable[tuple[Site, Site, Hop]]) -> Iterator[Circle]:
    edges: dict[tuple[Site, Site], list[Hop]] = {}
    for source, target, hop in hops:
        if source != target:
            edges.setdefault((source, target), []).append(hop)
    # A circle leads into a vault that copies lead out of, too: most copies end where none begins.
    sources = {source for source, _ in edges}
    if not any(target in sources for _, target in edges):
        return
    import networkx as nx  # noqa: PLC0415 - start-up: few deployments have copies that lead on

    graph: nx.DiGraph[Site] = nx.DiGraph()
    graph.add_edges_from(edges)
    for component in nx.strongly_connected_components(graph):
        if len(component) > 1:
            inside = (hop for edge, all_hops in edges.items() if component.issuperset(edge) for hop in all_hops)
            yield Circle(tuple(sorted(component)), tuple(inside))
