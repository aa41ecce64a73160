"""Organizations written down: a snapshot that holds everything, or a project with its policies as text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.inputs.organizations import Organization, Unit
from benchmarks.inputs.policies import BACKUP_ACCOUNT, COPIES, COPY_REGION, HOME, MORE, ROLE, VAULT
from benchmarks.inputs.written import bpol, document

Tree = dict[str, Any]

PACKS = ("audit-manager", "nist-800-53-cp9", "ransomware-resilience")
ASKING = "".join(f'use pack "{name}"\n' for name in PACKS)


def snapshot_text(found: Organization, *, stored: bool = True, air_gapped: bool = True) -> str:
    """The snapshot as JSON; with the policies and where they are attached, or, unless `stored`, without.

    Unless `air_gapped`, the vault for copies is an ordinary one, and every plan violates what a pack asks for.
    """
    copies = {"name": COPIES, "accounts": [BACKUP_ACCOUNT], "regions": [COPY_REGION], "lock": _lock("compliance")}
    snapshot: Tree = {
        "version": 1,
        "organization": {"id": "o-exampleorgid", "backup_policies_enabled": True},
        "root": _entity(found.root, stored=stored),
        "vaults": [
            {"name": VAULT, "accounts": "*", "regions": [*HOME, *MORE], "lock": _lock("governance"), "key": "customer"},
            copies | {"type": "logically_air_gapped" if air_gapped else "standard"},
        ],
        "roles": [{"name": ROLE, "accounts": "*"}],
        "settings": {"cross_account_backup": True},
    }
    if stored:
        snapshot["policies"] = {name: {"content": document(policy)} for name, policy in found.policies.items()}
    return json.dumps(snapshot)


def texts(found: Organization) -> Iterator[tuple[str, str]]:
    """The files of a project by name, which say what a snapshot without policies leaves out: one policy in each."""
    for name, policy in found.policies.items():
        yield f"{name}.bpol", bpol(policy)
    yield "attachments.bpol", "\n".join(_attachments(found.root)) + "\n"


def write_stored(folder: Path, found: Organization, asking: str = ASKING) -> Path:
    """A project whose policies stand in the snapshot, and whose text only asks. Gives its folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "organization.json").write_text(snapshot_text(found), encoding="utf-8")
    (folder / "asking.bpol").write_text(asking, encoding="utf-8")
    (folder / "policyengine.toml").write_text('[project]\norganization = "organization.json"\n', encoding="utf-8")
    return folder


def _lock(mode: str) -> Tree:
    return {"mode": mode, "min_retention_days": 7, "max_retention_days": 3650}


def _entity(unit: Unit, *, stored: bool) -> Tree:
    entity: Tree = {"name": unit.name}
    if stored and unit.policies:
        entity["policies"] = unit.policies
    if unit.units:
        entity["units"] = [_entity(below, stored=stored) for below in unit.units]
    if unit.accounts:
        entity["accounts"] = [
            {"id": account.id, "name": account.name, "tags": account.tags}
            | ({"policies": account.policies} if stored and account.policies else {})
            for account in unit.accounts
        ]
    return entity


def _attachments(unit: Unit) -> Iterator[str]:
    if unit.policies:
        target = f'ou "{unit.path}"' if unit.path else "root"
        yield f"attach {', '.join(unit.policies)} to {target}"
    for account in unit.accounts:
        if account.policies:
            yield f'attach {", ".join(account.policies)} to account "{account.id}"'
    for below in unit.units:
        yield from _attachments(below)
