"""A large organization with many faults: a sound policy for all, and policies with a mistake each on single accounts."""

from __future__ import annotations

import json
from collections import Counter
from random import Random
from typing import NamedTuple

_SETTINGS = {
    "schedule": "daily at 05:00",
    "vault": '"Main"',
    "complete_within": "2 days",
    "cold_after": "",
    "retain": "35 days",
}
MISTAKES: dict[str, dict[str, str]] = {
    "vault-missing": {"vault": '"Vault"'},
    "cold-storage-too-short": {"cold_after": "30 days", "retain": "60 days"},
    "retention-too-long": {"retain": "40000 days"},
    "retention-outside-vault-lock": {"retain": "5 days"},
    "schedule-past-midnight": {"schedule": 'cron("0 5/7 ? * * *")'},
    "retention-unlimited": {"retain": ""},
}
"""The setting that is wrong, by the check that says so."""

_WEIGHTS = (30, 7, 3, 20, 15, 25)


class Faulty(NamedTuple):
    """The files of a project, and how many policies have which mistake."""

    files: dict[str, str]
    planted: Counter[str]


def faulty(source: Random, *, accounts: int, faults: int) -> Faulty:
    """A project with so many accounts in units of a hundred, and as many policies with a mistake."""
    ids = [f"{number:012}" for number in range(200_000_000_000, 200_000_000_000 + accounts)]
    chosen = sorted(source.sample(ids, faults))
    mistakes = source.choices(list(MISTAKES), weights=_WEIGHTS, k=faults)
    policies = [
        _policy(f"fault-{number}", f"plan-{number}", MISTAKES[mistake])
        + f'attach fault-{number} to account "{account}"\n'
        for number, (account, mistake) in enumerate(zip(chosen, mistakes, strict=True))
    ]
    sound = _policy("baseline", "daily", {}) + "attach baseline to root\n"
    files = {
        "organization.json": json.dumps(_snapshot(ids)),
        "baseline.bpol": sound,
        "faults.bpol": "\n".join(policies),
    }
    return Faulty(files, Counter(mistakes))


def _policy(name: str, plan: str, settings: dict[str, str]) -> str:
    lines = [f"      {key} = {value}\n" for key, value in (_SETTINGS | settings).items() if value]
    tags = f'    tag selection tagged {{ role = "Backup"  key = "{plan}"  values = ["yes"] }}\n'
    rule = f"    rule nightly {{\n{''.join(lines)}    }}\n"
    return f"policy {name} {{\n  plan {plan} {{\n    regions = [eu-west-1]\n{rule}{tags}  }}\n}}\n"


def _snapshot(ids: list[str]) -> dict[str, object]:
    units = [
        {
            "name": f"Unit {first // 100}",
            "accounts": [{"id": number, "name": f"account-{number}"} for number in ids[first : first + 100]],
        }
        for first in range(0, len(ids), 100)
    ]
    vault = {"name": "Main", "accounts": "*", "regions": ["eu-west-1"], "type": "standard", "key": "customer"}
    return {
        "version": 1,
        "root": {"name": "Root", "units": units},
        "vaults": [vault | {"lock": {"mode": "governance", "min_retention_days": 7}}],
        "roles": [{"name": "Backup", "accounts": "*"}],
        "settings": {"opt_in": {"eu-west-1": ["EBS"]}, "cross_account_backup": True},
    }
