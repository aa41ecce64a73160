"""From effective documents to plans where they run; the door is `deploy`.

Share, then judge: a plan is read once for all accounts that have it, and looked up once for all accounts of which the
snapshot says the same.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

from policyengine.effective import AccountPolicy, Effective, Node, Resolved
from policyengine.model.documents import Json
from policyengine.organization.tree import Entity, Organization
from policyengine.plan.deployed import DeployedPlan, Deployment, View, accounts_named
from policyengine.plan.inventory import Inventory
from policyengine.plan.placement import Placement
from policyengine.plan.read import Reader
from policyengine.plan.reuse import Reuse
from policyengine.plan.values import Coverage, Plan
from policyengine.plan.vaults import Surroundings


def deploy(
    organization: Organization,
    effective: Effective,
    *,
    apart: Collection[str] = (),
    inventory: Inventory | None = None,
    previous: Deployment | None = None,
) -> Deployment:
    """The plans of every account, per Region, with the vaults that the snapshot has there.

    Accounts whose ids are in `apart` share their view with no other: an expression asks for them by id. Give the
    `inventory` where it is known already. Plans and views of a `previous` deployment are its objects where nothing
    about them is different.
    """
    inventory = inventory or Inventory(organization, previous.inventory if previous else None)
    deployer = _Deployer(inventory, frozenset(apart), Reuse(previous))
    candidates = deployer.views([deployer.candidate(account) for account in effective.accounts])
    if all(account.status != "invalid" for account in effective.accounts):
        return Deployment(candidates, candidates, inventory)
    published = deployer.views([deployer.published(account) for account in effective.accounts])
    return Deployment(candidates, published, inventory)


class _Share(NamedTuple):
    """What accounts must have in common to share a view; `document` is known by its identity."""

    document: int
    surroundings: Surroundings
    number: str
    withheld: bool


class _Case(NamedTuple):
    share: _Share
    account: Entity
    resolved: Resolved | None
    plans: tuple[Plan, ...]


class _Deployer:
    def __init__(self, inventory: Inventory, apart: frozenset[str], reuse: Reuse) -> None:
        self._inventory = inventory
        self._reuse = reuse
        self._apart = apart
        self._reader = Reader(reuse.plans)
        self._by_node: dict[Node, Plan] = {}
        self._by_document: dict[int, tuple[Json, tuple[Plan, ...]]] = {}
        self._by_result: dict[Resolved | None, tuple[Plan, ...]] = {None: ()}
        self._named: dict[int, frozenset[str]] = {}
        self._deployed: dict[tuple[Plan, Surroundings, str], DeployedPlan] = {}
        self._placements: dict[tuple[tuple[str, ...], Coverage, Surroundings, str], Placement] = {}

    def candidate(self, found: AccountPolicy) -> _Case:
        """An account with what its policies merge to."""
        return self._case(found, self._of_result(found.resolved), id(found.resolved), withheld=False)

    def published(self, found: AccountPolicy) -> _Case:
        """An account with what AWS would serve."""
        if found.status != "invalid":
            return self.candidate(found)
        return self._case(found, self._of_document(found.published), id(found.published), found.published is None)

    def views(self, cases: list[_Case]) -> tuple[View, ...]:
        """The cases put together, in the order in which their first accounts come."""
        together: dict[_Share, list[_Case]] = {}
        for case in cases:
            together.setdefault(case.share, []).append(case)
        return tuple(self._view(share, alike) for share, alike in together.items())

    def _view(self, share: _Share, alike: list[_Case]) -> View:
        plans = tuple(self._deploy(plan, share) for plan in alike[0].plans)
        view = View(plans, tuple(case.account for case in alike), alike[0].resolved, share.withheld)
        return self._reuse.view(view)

    def _deploy(self, plan: Plan, share: _Share) -> DeployedPlan:
        key = (plan, share.surroundings, share.number)
        if key not in self._deployed:
            deployed = DeployedPlan(plan, self._placement(plan, share))
            self._deployed[key] = self._reuse.deployed(deployed)
        return self._deployed[key]

    def _placement(self, plan: Plan, share: _Share) -> Placement:
        key = (tuple(dict.fromkeys(plan.regions)), plan.coverage, share.surroundings, share.number)
        if key not in self._placements:
            self._placements[key] = Placement(*key, self._inventory)
        return self._placements[key]

    def _case(self, found: AccountPolicy, plans: tuple[Plan, ...], document: int, withheld: bool) -> _Case:  # noqa: FBT001
        account = found.account
        number = account.id or ""
        own = number if number in self._apart or number in self._accounts_named(document, plans) else ""
        return _Case(_Share(document, self._inventory.of(account), own, withheld), account, found.resolved, plans)

    def _accounts_named(self, document: int, plans: tuple[Plan, ...]) -> frozenset[str]:
        """The ids of accounts that the plans of a document copy to."""
        if document not in self._named:
            self._named[document] = frozenset(number for plan in plans for number in accounts_named(plan))
        return self._named[document]

    def _of_result(self, resolved: Resolved | None) -> tuple[Plan, ...]:
        if resolved not in self._by_result:
            plans = resolved.root.children.get("plans") if resolved else None
            nodes: Mapping[str, Node] = dict(sorted(plans.children.items())) if plans else {}
            self._by_result[resolved] = tuple(
                self._of_node(name, node) for name, node in nodes.items() if node.document is not None
            )
        return self._by_result[resolved]

    def _of_node(self, name: str, node: Node) -> Plan:
        if node not in self._by_node:
            self._by_node[node] = self._reuse.plan(name, node) or self._reader.plan(name, node.document, node)
        return self._by_node[node]

    def _of_document(self, document: Json) -> tuple[Plan, ...]:
        """The plans of a document that came from outside; kept with it, so that its identity stays its own."""
        known = self._by_document.get(id(document))
        if known is None:
            folded = _folded(document)
            found = folded.get("plans") if isinstance(folded, dict) else None
            plans = sorted(found.items()) if isinstance(found, dict) else ()
            known = (document, tuple(self._reader.plan(name, plan) for name, plan in plans))
            self._by_document[id(document)] = known
        return known[1]


def _folded(document: Json) -> Json:
    """A document with its keys in lower case, as AWS publishes them, however somebody wrote them down."""
    if isinstance(document, dict):
        return {key.lower(): _folded(below) for key, below in document.items()}
    return document
