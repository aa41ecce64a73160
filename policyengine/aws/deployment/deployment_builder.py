"""From effective documents to plans where they run; the door is `deploy`.

A plan is read once for all accounts that have it, and placed once for all accounts whose vaults and roles are equal.
Plans and views that equal those of a previous deployment are its objects, so that results for them are reused.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from msgspec.structs import replace

from policyengine.aws.arns import role_path
from policyengine.aws.deployment.account_environment import AccountEnvironment
from policyengine.aws.deployment.environments_by_account import EnvironmentsByAccount, NamesInUse
from policyengine.aws.deployment.placement import DeployedPlan, Deployment, Placement, View, accounts_named
from policyengine.aws.deployment.plan_reader import PlanReader, content_key
from policyengine.aws.deployment.plans import Plan, Reach
from policyengine.aws.documents import Json
from policyengine.aws.merge import AccountPolicy, Effective, Fragment, Node, Resolved
from policyengine.aws.organization import Organization
from policyengine.aws.settings import PLANS
from policyengine.base.records import Record


class DeploymentReuse:
    """The plans and views of a previous deployment, returned in place of equal new ones."""

    def __init__(self, previous: Deployment | None) -> None:
        views = (*previous.candidates, *previous.published) if previous else ()
        plans = dict.fromkeys(plan for view in views for plan in view.plans)
        self._views = {_of_view(view): view for view in views}
        merged = [(deployed.plan, deployed.plan.node) for deployed in plans if deployed.plan.node]
        self.plans = tuple(dict.fromkeys(deployed.plan for deployed in plans))
        self._merged = {(plan.name, node.authorship): plan for plan, node in merged}
        self._read = {(plan.name, node.content): plan for plan, node in merged}
        self._deployed = {_of_deployed(plan): plan for plan in plans}

    def plan(self, name: str, node: Node) -> Plan | None:
        """The previous plan of a state of the merge, or of the same document and then with the new state, or None."""
        plan = self._merged.get((name, node.authorship))
        return plan or _with_node(self._read.get((name, node.content)), node)

    def deployed(self, plan: DeployedPlan) -> DeployedPlan:
        """The previous plan in an equal environment, those of the accounts that it copies to included."""
        return self._deployed.get(_of_deployed(plan), plan) if self._deployed else plan

    def view(self, view: View) -> View:
        """The previous view with the same accounts and plans."""
        return self._views.get(_of_view(view), view) if self._views else view


def _with_node(plan: Plan | None, node: Node) -> Plan | None:
    """A plan in another state of the merge with the same document."""
    return replace(plan, node=node, origins={}) if plan else None


def _of_deployed(plan: DeployedPlan) -> Hashable:
    return plan.plan, plan.environment, plan.placement.account_id, plan.target_environments


def _of_view(view: View) -> Hashable:
    return view.plans, view.accounts, view.resolved, view.withheld


def deploy(  # noqa: PLR0913 - a deployment depends on these
    organization: Organization,
    effective: Effective,
    *,
    at: datetime,
    apart: Collection[str] = (),
    environments: EnvironmentsByAccount | None = None,
    previous: Deployment | None = None,
    reader: PlanReader | None = None,
) -> Deployment:
    """The plans of every account, per Region, with the vaults that the snapshot has there, as of a moment.

    Accounts whose ids are in `apart` share their view with no other: an expression names their ids. `environments` are
    those of the same moment, if they exist already. Plans and views equal to those of a `previous` deployment of that
    moment are its objects. What a `reader` of that moment has read for other deployments is not read again.
    """
    reuse = DeploymentReuse(previous)
    reading = _Reading(reuse, reader or PlanReader(at, reuse.plans))
    merged = [reading.merged(account.resolved) for account in effective.accounts]
    valid = all(account.status != "invalid" for account in effective.accounts)
    served = merged if valid else [reading.published(account) for account in effective.accounts]
    if environments is None:
        names = _names_in_use(dict.fromkeys((*merged, *served)))
        environments = EnvironmentsByAccount(organization, at, previous.environments if previous else None, names=names)
    deployer = _Deployer(environments, frozenset(apart), reading.reuse)
    candidates = deployer.views(effective.accounts, merged)
    published = candidates if valid else deployer.views(effective.accounts, served)
    return Deployment(candidates, published, environments)


class _Content(Record, eq=False):
    """The plans of a document, the ids of accounts that they copy to; `withheld` where AWS's document is unknown."""

    plans: tuple[Plan, ...]
    named: frozenset[str]
    withheld: bool = False


class _Share(NamedTuple):
    """The key of a view: accounts share it if all of these are equal."""

    content: _Content
    environment: AccountEnvironment
    account_id: str


class _Reading:
    """Documents to plans, each read once."""

    def __init__(self, reuse: DeploymentReuse, reader: PlanReader) -> None:
        self.reuse = reuse
        self._reader = reader
        self._by_node: dict[Node, Plan] = {}
        self._by_content: dict[tuple[str, Fragment | Node], Plan] = {}
        self._by_document: dict[str, _Content] = {}
        self._by_result: dict[Resolved | None, _Content] = {None: _Content((), frozenset())}
        self._named: dict[Plan, frozenset[str]] = {}

    def merged(self, resolved: Resolved | None) -> _Content:
        """The plans of the merged document."""
        if resolved not in self._by_result:
            plans = resolved.root.children.get(PLANS) if resolved else None
            nodes: Mapping[str, Node] = dict(sorted(plans.children.items())) if plans else {}
            self._by_result[resolved] = self._content(
                self._of_node(name, node) for name, node in nodes.items() if node.document is not None
            )
        return self._by_result[resolved]

    def published(self, policy: AccountPolicy) -> _Content:
        """The plans of the document that AWS would serve, read once for all accounts with the same."""
        if policy.status != "invalid":
            return self.merged(policy.resolved)
        key = content_key(policy.published)
        if key not in self._by_document:
            folded = _folded(policy.published)
            plans = folded.get(PLANS) if isinstance(folded, dict) else None
            named = sorted(plans.items()) if isinstance(plans, dict) else ()
            read = (self._reader.plan(name, plan) for name, plan in named)
            self._by_document[key] = self._content(read, withheld=policy.published is None)
        return self._by_document[key]

    def _of_node(self, name: str, node: Node) -> Plan:
        if node not in self._by_node:
            plan = self.reuse.plan(name, node) or _with_node(self._by_content.get((name, node.content)), node)
            self._by_node[node] = plan or self._reader.plan(name, node.document, node)
            self._by_content.setdefault((name, node.content), self._by_node[node])
        return self._by_node[node]

    def _content(self, plans: Iterable[Plan], *, withheld: bool = False) -> _Content:
        read = tuple(plans)
        for plan in read:
            if plan not in self._named:
                self._named[plan] = accounts_named(plan)
        return _Content(read, frozenset().union(*map(self._named.__getitem__, read)), withheld)


class _Deployer:
    """Plans to views: in which accounts and Regions they run."""

    def __init__(self, environments: EnvironmentsByAccount, apart: frozenset[str], reuse: DeploymentReuse) -> None:
        self._environments = environments
        self._reuse = reuse
        self._apart = apart
        self._deployed: dict[tuple[Plan, AccountEnvironment, str], DeployedPlan] = {}
        self._placements: dict[tuple[tuple[str, ...], Reach, AccountEnvironment, str], Placement] = {}

    def views(self, accounts: Iterable[AccountPolicy], contents: Iterable[_Content]) -> tuple[View, ...]:
        """The accounts grouped by equal plans and environments, by first account; `contents` are theirs."""
        groups: dict[_Share, list[AccountPolicy]] = {}
        for policy, content in zip(accounts, contents, strict=True):
            account_id = policy.account.id or ""
            own = account_id if account_id in self._apart or account_id in content.named else ""
            share = _Share(content, self._environments.of(policy.account), own)
            groups.setdefault(share, []).append(policy)
        return tuple(self._view(share, group) for share, group in groups.items())

    def _view(self, share: _Share, group: list[AccountPolicy]) -> View:
        plans = tuple(self._deploy(plan, share) for plan in share.content.plans)
        accounts = tuple(policy.account for policy in group)
        return self._reuse.view(View(plans, accounts, group[0].resolved, share.content.withheld))

    def _deploy(self, plan: Plan, share: _Share) -> DeployedPlan:
        key = (plan, share.environment, share.account_id)
        if key not in self._deployed:
            deployed = DeployedPlan(plan, self._placement(plan, share))
            self._deployed[key] = self._reuse.deployed(deployed)
        return self._deployed[key]

    def _placement(self, plan: Plan, share: _Share) -> Placement:
        key = (tuple(dict.fromkeys(plan.regions)), plan.reach, share.environment, share.account_id)
        if key not in self._placements:
            self._placements[key] = Placement(*key, self._environments)
        return self._placements[key]


def _names_in_use(contents: Iterable[_Content]) -> NamesInUse:
    """The vaults and roles that the plans name."""
    plans = dict.fromkeys(plan for content in contents for plan in content.plans)
    rules = dict.fromkeys(rule for plan in plans for rule in plan.rules)
    targets = (target for rule in rules for target in (rule.air_gapped, *(copy.target for copy in rule.copies)))
    vaults = {rule.vault for rule in rules} | {target.name for target in targets if target}
    selections = (selection for reach in dict.fromkeys(plan.reach for plan in plans) for selection in reach.selections)
    roles = {selection.role for selection in selections} | {plan.scanner_role for plan in plans}
    return NamesInUse(frozenset(name.casefold() for name in vaults), frozenset(map(role_path, roles)))


def _folded(document: Json) -> Json:
    """A document with its keys in lower case, as AWS publishes them."""
    if isinstance(document, dict):
        return {key.lower(): _folded(below) for key, below in document.items()}
    return document
