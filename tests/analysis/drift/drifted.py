"""A small project, and an organization in AWS that begins as the project says and then goes its own way.

What AWS publishes is answered by the oracle, never by the engine.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping, Sequence
from typing import Any

from oracle.effective import Level, effective
from support.moment import AT

from policyengine.analysis.drift import Against, Difference, Drift
from policyengine.base.source import Source
from policyengine.drift_run import DriftRun, find_drift
from policyengine.engine import compile_sources

Tree = dict[str, Any]

MANAGEMENT, SHOP, BOOKS, LAB = "111111111111", "222222222222", "333333333333", "444444444444"
NAMES = {MANAGEMENT: "management", SHOP: "shop", BOOKS: "books", LAB: "lab"}


def policy(name: str, retain: int = 35, plan: str = "daily", vault: str = "Main", more: str = "") -> str:
    """A complete policy with one plan."""
    return f"""
policy {name} {{
  plan {plan} {{
    regions = [eu-west-1]
    rule nightly {{
      schedule = daily at 02:00
      vault = "{vault}"
      retain = {retain} days
    }}
    tag selection tagged {{
      role = "Backup"
      key = "backup"
      values = ["yes"]
    }}
  }}
  {more}
}}
"""


PROJECT = policy("baseline") + policy("finance", plan="ledger", retain=400) + '\nattach baseline to root\nattach finance to ou "Workloads"\n'  # fmt: skip

TWO = policy("short", retain=35) + policy("long", retain=90) + "\nattach short, long to root\n"


class Aws:
    """AWS's side. `published` is kept as it was until `publish` is called, `invalid` are accounts that AWS names."""

    def __init__(self, project: str = PROJECT) -> None:
        compiled = compile_sources([Source("backup.bpol", project)])
        assert not compiled.failed, compiled.diagnostics
        self.documents: dict[str, Any] = {each.name: copy.deepcopy(each.content) for each in compiled.value.policies}
        self.attached: dict[str, list[str]] = {}
        for each in compiled.value.attachments:
            place = next((i for i, name in NAMES.items() if name == each.target.text), each.target.text)
            self.attached[place] = [name for name, _ in each.policies]
        self.parents = {MANAGEMENT: "", SHOP: "Workloads", BOOKS: "Workloads", LAB: "Sandbox"}
        self.units = {"Workloads": "ou-w", "Sandbox": "ou-s"}
        self.enabled = True
        self.order = "unknown"
        self.published: dict[str, Tree] | None = {}
        self.invalid: list[str] = []
        self.skipped: list[Tree] = []
        self.publish()

    def publish(self) -> None:
        """AWS has caught up: it publishes what is attached, but for accounts that become invalid."""
        for account, parent in self.parents.items():
            places = ["", *([parent] if parent else []), account]
            levels = [Level(place, [(n, self.documents[n]) for n in self.attached.get(place, ())]) for place in places]
            result = effective(levels, at=AT)
            if result.status == "invalid":
                self.invalid = sorted({*self.invalid, account})
            elif self.published is not None:
                self.invalid = [number for number in self.invalid if number != account]
                self.published[account] = result.policy or {}

    def setting(self, name: str, *path: str) -> Tree:
        """A node of a policy's document."""
        node = self.documents[name]["plans"]
        for key in path:
            node = node[key]
        found: Tree = node
        return found

    def retain(self, name: str, plan: str, days: object) -> None:
        """Somebody edits the retention of a policy in the console."""
        self.setting(name, plan, "rules", "nightly", "lifecycle")["delete_after_days"] = {"@@assign": days}

    def tree(self) -> Tree:
        """The truth as a nested snapshot, attachments in their true order, for a fake of AWS."""

        def of(place: str) -> Tree:
            names = self.attached.get(place, ())
            return {"policies": list(names)} if names and self.enabled else {}

        def accounts(parent: str) -> list[Tree]:
            return [
                {"id": each, "name": NAMES[each], **of(each)} for each, where in self.parents.items() if where == parent
            ]

        units = [{"id": i, "name": name, **of(name), "accounts": accounts(name)} for name, i in self.units.items()]
        return {
            "version": 1,
            "organization": {"id": "o-1", "management_account": MANAGEMENT, "backup_policies_enabled": self.enabled},
            "root": {"id": "r-1", "name": "Root", **of(""), "units": units, "accounts": accounts("")},
            "policies": {name: {"content": content} for name, content in self.documents.items()},
        }

    def snapshot(self) -> Source:
        """AWS's side as `pull` writes it."""

        def of(place: str) -> Tree:
            # No API tells the order: it is listed by name.
            listed = sorted(self.attached.get(place, ())) if self.order == "unknown" else self.attached.get(place, ())
            return {"policies": list(listed)} if listed and self.enabled else {}

        ids = {"": "r-1", **self.units}
        published = {} if self.published is None else {"last_valid": self.published}
        pulled = {"skipped": self.skipped, "published": "none" if self.published is None else "all"}
        return Source("pulled.json", json.dumps({
            "version": 1,
            "organization": {"id": "o-1", "management_account": MANAGEMENT, "backup_policies_enabled": self.enabled},
            "root": {"id": "r-1", "name": "Root", **of("")},
            "units": [{"id": number, "name": name, "parent": "r-1", **of(name)} for name, number in self.units.items()],
            "accounts": [
                {"id": account, "name": NAMES.get(account, account), "parent": ids[parent], **of(account)}
                for account, parent in self.parents.items()
            ],
            "attachment_order": self.order,
            "policies": {name: {"content": content} for name, content in self.documents.items()},
            **published,
            "pulled": pulled if self.published is None else {**pulled, "invalid": self.invalid},
        }))  # fmt: skip


RECORDED = Aws().snapshot()
"""The tree that the project recorded, with what was attached then."""


def run(aws: Aws, project: str = PROJECT, *, against: Against = "all", recorded: Source | None = RECORDED) -> DriftRun:
    """The drift of a project."""
    return find_drift([Source("backup.bpol", project)], recorded, aws.snapshot(), at=AT, against=against)


def drift(aws: Aws, project: str = PROJECT, *, against: Against = "all", recorded: Source | None = RECORDED) -> Drift:
    """The differences of a project that compiles."""
    found = run(aws, project, against=against, recorded=recorded)
    assert found.drift, found.project.diagnostics
    return found.drift


def told(found: Drift) -> list[tuple[str, str, tuple[str, ...]]]:
    """Cause, policy and accounts of each difference."""
    return [(each.cause.value, each.policy, each.accounts) for each in found.differences]


def classes(difference: Difference) -> Mapping[str, int]:
    """How many changes of a class there are."""
    found: dict[str, int] = {}
    for change in difference.changes:
        found[change.change_class.value] = found.get(change.change_class.value, 0) + 1
    return found


def the(found: Drift, cause: str) -> Difference:
    """The only difference of a cause."""
    (difference,) = [each for each in found.differences if each.cause.value == cause]
    return difference


def ids(*accounts: str) -> tuple[str, ...]:
    """Accounts in the order of their ids."""
    return tuple(sorted(accounts))


EVERYONE: Sequence[str] = ids(*NAMES)
