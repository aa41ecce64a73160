"""A page of `--format html`, taken apart without a browser; and projects that have something to show."""

from __future__ import annotations

import json
from functools import cached_property
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, TypeAlias

from cli.command import write

Json: TypeAlias = Any

ORGANIZATION = """\
version: 1
organization: {id: o-shop, management_account: "111111111111"}
root:
  name: Root
  accounts: [{id: "111111111111", name: management}]
  units:
    - name: Shops
      units:
        - name: Books
          accounts:
            - {id: "222222222222", name: novels, tags: {env: prod}}
            - {id: "333333333333", name: comics, tags: {env: test}}
      accounts: [{id: "444444444444", name: till}]
    - name: Broken
      accounts: [{id: "555555555555", name: broken}]
vaults:
  - {name: Main, accounts: "*", regions: [eu-west-1], lock: {mode: compliance, min_retention_days: 7}}
roles:
  - {name: Backup, accounts: "*"}
last_valid:
  "555555555555": {plans: {old: {regions: [eu-west-1], rules: {weekly: {target_backup_vault_name: Main}}}}}
"""
POLICIES = """\
policy baseline {
  plan daily {
    regions = [eu-west-1]

    rule nightly {
      schedule = daily at 05:00
      vault = "Main"
      locked retain = 35 days
    }

    rule hourly {
      schedule = every 4 hours
      start_within = 1 hour
      vault = "Main"
      retain = 7 days
    }

    tag selection tagged {
      role = "Backup"
      key = "backup"
      values = ["yes"]
    }
  }
}

policy shops {
  plan daily {
    regions += [eu-central-1]

    rule nightly {
      retain = 400 days
    }
  }
}

policy empties {
  plan daily {
    regions -= [eu-west-1]
  }
}

attach baseline to root
attach shops to ou "Shops/Books"
attach empties to ou "Broken"

require kept "Backups are kept for a month" {
  for account.tags["env"] == "prod"
  assert every rule satisfies rule.retention >= 30 days
}

waive vault-missing for account "comics" until 2026-12-31 because "SHOP-3: comics moves to Frankfurt"
"""


def shop(folder: Path) -> Path:
    """A project with an invalid account, a lock, a waiver, a violated requirement, and runs that are left out."""
    return write(folder, {"organization.yaml": ORGANIZATION, "backup.bpol": POLICIES})


def changed_shop(folder: Path, allowed: str = "") -> Path:
    """The shop after a change of policies, accounts and statuses; `allowed` is the id of a change that is fine."""
    policies, organization = POLICIES, ORGANIZATION
    for before, after in (
        ("locked retain = 35 days", "locked retain = 14 days"),
        ("retain = 400 days", 'vault = "Other"'),
        ('attach empties to ou "Broken"', 'attach empties to account "till"'),
    ):
        assert before in policies
        policies = policies.replace(before, after)
    fresh = 'name: management}, {id: "666666666666", name: fresh}'
    organization = organization.replace("name: management}", fresh)
    allow = f'[[gate.allow]]\nid = "{allowed}"\nreason = "SHOP-7: books move"\n' if allowed else ""
    return write(folder, {"organization.yaml": organization, "backup.bpol": policies, "policyengine.toml": allow})


def crowd(accounts: int, units: int, documents: int) -> str:
    """A snapshot with so many accounts, units in units, and policies."""
    inner: list[dict[str, object]] = [
        {
            "name": f"unit{unit}",
            "policies": [f"policy{unit % documents}"],
            "accounts": [
                {"id": f"{number:012}", "name": f"account{number}", "tags": {"cost": f"centre{number % 40}"}}
                for number in range(unit, accounts, units)
            ],
        }
        for unit in range(units)
    ]
    outer = [{"name": f"division{place}", "units": inner[place::10]} for place in range(10)]
    policies = {}
    for document in range(documents):
        rule = {
            "schedule_expression": {"@@assign": f"cron({document % 60} 5 ? * * *)"},
            "target_backup_vault_name": {"@@assign": "Main"},
            "lifecycle": {"delete_after_days": {"@@assign": str(30 + document)}},
        }
        plan = {"regions": {"@@assign": ["eu-west-1"]}, "rules": {"nightly": rule}}
        policies[f"policy{document}"] = {"content": {"plans": {"daily": plan}}}
    return json.dumps({"version": 1, "root": {"name": "Root", "units": outer}, "policies": policies})


class Html(HTMLParser):
    """What a page is made of: elements with their attributes, and the texts of scripts and styles."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[str] = []
        self.styles: list[str] = []
        # Joined when asked for: a long name comes in tens of thousands of pieces.
        self._words: list[str] = []
        self._data: list[str] = []
        self.feed(text)
        self.close()

    @property
    def data(self) -> Json:
        """The data of the page."""
        return json.loads("".join(self._data))

    @cached_property
    def words(self) -> str:
        """The text of the page outside scripts and styles."""
        return "".join(self._words)

    @property
    def content_policy(self) -> dict[str, list[str]]:
        """What the page allows itself."""
        (policy,) = [
            attributes["content"] or ""
            for tag, attributes in self.elements
            if tag == "meta" and attributes.get("http-equiv") == "Content-Security-Policy"
        ]
        return {name: values for name, *values in (part.split() for part in policy.split(";"))}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        tag, attributes = self.elements[-1] if self.elements else ("", {})
        if tag == "script" and attributes.get("type") == "application/json":
            self._data.append(data)
        elif tag == "script" and data.strip():
            self.scripts.append(data)
        elif tag == "style" and data.strip():
            self.styles.append(data)
        else:
            self._words.append(data)
