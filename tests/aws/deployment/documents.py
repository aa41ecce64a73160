"""Organizations for the tests of this room: a snapshot's text and documents with one plan `daily`."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any

from support.moment import AT

from policyengine.aws.deployment import Deployment, deploy
from policyengine.aws.merge import resolve
from policyengine.aws.organization import Organization, attach
from policyengine.aws.snapshot.snapshot import read_snapshot
from policyengine.base.source import Source

SHOP, DESK, CENTRAL = "222222222222", "333333333333", "999999999999"
VAULT = "arn:aws:backup:{}:{}:backup-vault:{}"

Document = dict[str, Any]


def organization(text: str) -> Organization:
    """The organization of a snapshot in YAML or JSON."""
    return attach(read_snapshot(Source("organization.yaml", text))).value


def deployment(
    policies: Mapping[str, Document], parts: Mapping[str, object] | None = None, *, apart: Collection[str] = ()
) -> Deployment:
    """What is deployed where `shop` has the policies `all` and `shop`, `desk` `all` and `desk`, and `central` `all`.

    `parts` are other parts of the snapshot.
    """
    snapshot = {"version": 1, "root": _root(policies), "policies": {n: {"content": d} for n, d in policies.items()}}
    found = organization(json.dumps({**snapshot, **(parts or {})}))
    return deploy(found, resolve(found, at=AT), at=AT, apart=apart)


def document(regions: list[str] | None = None, **rules: Document) -> Document:
    """A policy that assigns a plan `daily`, complete if it has Regions and rules."""
    plan: Document = {"rules": rules, "selections": {"tags": {"all": _SELECTION}}}
    return {"plans": {"daily": {**plan, **({"regions": {"@@assign": regions}} if regions else {})}}}


def rule(
    vault: str = "Main", *, air_gapped: str = "", days: int | None = None, copies: Document | None = None
) -> Document:
    """A rule; `copies` are lifecycles in days by ARN."""
    settings: Document = {"target_backup_vault_name": vault}
    if air_gapped:
        settings["target_logically_air_gapped_backup_vault_arn"] = air_gapped
    assigned: Document = {key: {"@@assign": value} for key, value in settings.items()}
    if days:
        assigned["lifecycle"] = {"delete_after_days": {"@@assign": days}}
    return {**assigned, "copy_actions": {arn: _copy(arn, lifecycle) for arn, lifecycle in (copies or {}).items()}}


def _copy(arn: str, lifecycle: Mapping[str, int]) -> Document:
    days = {key: {"@@assign": value} for key, value in lifecycle.items()}
    return {"target_backup_vault_arn": {"@@assign": arn}, "lifecycle": days}


def _root(policies: Collection[str]) -> Document:
    accounts = [(SHOP, "shop"), (DESK, "desk"), (CENTRAL, "central")]
    listed = [{"id": id_, "name": n, "policies": [n] if n in policies else []} for id_, n in accounts]
    return {"policies": ["all"] if "all" in policies else [], "units": [{"name": "Prod", "accounts": listed}]}


_SELECTION = {
    "iam_role_arn": {"@@assign": "arn:aws:iam::$account:role/Backup"},
    "tag_key": {"@@assign": "backup"},
    "tag_value": {"@@assign": ["yes"]},
}
