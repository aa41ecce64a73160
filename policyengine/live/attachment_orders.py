"""The orders of attachment in a pulled snapshot, as far as AWS publishes them (pull.md#what-stays-unknown)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from policyengine.aws.admission import admit
from policyengine.aws.merge import InferredOrders, infer_orders, resolve
from policyengine.aws.organization import Entity, attach, child_path
from policyengine.aws.snapshot import read_snapshot
from policyengine.base.source import Source
from policyengine.live.published import Published


def with_orders(snapshot: dict[str, Any], published: Published, now: datetime) -> dict[str, Any]:
    """The snapshot with the orders that explain what is published; a single one is the order of the list, too.

    `snapshot` has units and accounts in lists, units after their parents, and an unknown order. Raises `SnapshotError`
    where its parts do not fit together.
    """
    inferred = _inferred(snapshot, published, now)
    if not inferred.orders:
        return snapshot
    first = {target: list(orders[0]) for target, orders in inferred.orders.items()}
    orders = {target: [list(order) for order in several] for target, several in inferred.orders.items()}
    by_id = {item: first[target] for item, target in _targets(snapshot) if target in first}
    ordered = {
        "root": _ordered(snapshot["root"], by_id),
        "units": [_ordered(unit, by_id) for unit in snapshot["units"]],
        "accounts": [_ordered(account, by_id) for account in snapshot["accounts"]],
        "attachment_order": "inferred",
    }
    written: dict[str, Any] = {}
    for key, value in snapshot.items():
        written[key] = ordered.get(key, value)
        if key == "attachment_order":
            written["orders"] = orders
    return written


def _inferred(snapshot: dict[str, Any], published: Published, now: datetime) -> InferredOrders:
    """The orders inferred from published documents, only of accounts whose policies we all admit, too."""
    parts = {key: value for key, value in snapshot.items() if key not in {"attachment_order", "last_valid", "pulled"}}
    organization = attach(read_snapshot(Source("organization.json", json.dumps(parts)))).value
    refused = {policy.name for policy in organization.policies.values() if admit(policy, at=now).diagnostics}
    accounts = [account for account in organization.accounts if not refused & set(_names(account))]
    effective = resolve(organization, at=now, accounts=accounts)
    return infer_orders(effective, published.documents, invalid=published.invalid or ())


def _names(entity: Entity) -> Iterator[str]:
    """The policies of an entity and of all above it."""
    above: Entity | None = entity
    while above is not None:
        yield from (policy.name for policy in above.policies)
        above = above.parent


def _targets(snapshot: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The ids of root, units and accounts, each with what `orders` calls it."""
    root = snapshot["root"]["id"]
    paths = {root: ""}
    for unit in snapshot["units"]:
        paths[unit["id"]] = child_path(paths[unit["parent"]], unit["name"])
    yield from paths.items()
    yield from ((account["id"], account["id"]) for account in snapshot["accounts"])


def _ordered(item: dict[str, Any], by_id: dict[str, list[str]]) -> dict[str, Any]:
    return {**item, "policies": by_id[item["id"]]} if item["id"] in by_id else item
