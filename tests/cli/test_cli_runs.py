"""What counts as a backup for a gate: only runs that AWS starts, from the moment of judging on."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.command import Command, write

ORGANIZATION = """\
version: 1
root:
  name: Root
  units:
    - name: Shops
      accounts: [{id: "222222222222", name: shop}]
vaults:
  - {name: Main, accounts: "*", regions: [eu-west-1], lock: none, key: customer}
roles:
  - {name: Backup, accounts: "*"}
"""
POLICY = """\
policy baseline {
  plan daily {
    regions = [eu-west-1]
    rule nightly {
      schedule = SCHEDULE
      vault = "Main"
      retain = 35 days
    }
    tag selection all { role = "Backup"  key = "backup"  values = ["yes"] }
  }
}
attach baseline to root
require daily "every account is backed up each day" {
  assert plans["daily"].rules["nightly"].interval <= 1 day
}
"""
TAKING = """
policy more {
  plan daily {
    rule more {
      schedule = OTHER
      vault = "Main"
      WINDOW
      retain = 366 days
    }
  }
}
attach more to ou "Shops"
"""


def project(folder: Path, schedule: str, taking: str = "", window: str = "start_within = 1 hour") -> Path:
    policy = POLICY.replace("SCHEDULE", schedule)
    if taking:
        policy += TAKING.replace("OTHER", taking).replace("WINDOW", window)
    return write(folder, {"organization.yaml": ORGANIZATION, "backup.bpol": policy})


def violated(policyengine: Command, folder: Path, at: str = "2026-12-01") -> bool:
    ran = policyengine.json("check", folder, "--at", at)
    found = "requirement-violated" in {finding["name"] for finding in ran.json["findings"]}
    assert ran.code == found
    return found


@pytest.mark.parametrize(
    ("schedule", "at", "expected"),
    [
        ("daily at 05:00", "2026-12-01", False),
        ('cron("0 5 ? * * 2020-2199")', "2026-12-01", False),
        ('cron("0 5 ? * * 2190-2199")', "2026-12-01", True),
        ('cron("0 5 ? * * 2190-2199")', "2190-06-01", False),
        ('cron("0 5 ? * * 2026,2028-2199")', "2026-12-01", True),
        ('cron("0 5 ? * * 2027-2199")', "2026-12-31T12:00", False),
        ('cron("0 5 ? * * 2027-2199")', "2026-12-01", True),
    ],
)
def test_years_to_come_are_no_backups_yet(
    policyengine: Command, tmp_path: Path, schedule: str, at: str, *, expected: bool
) -> None:
    assert violated(policyengine, project(tmp_path, schedule), at) == expected


@pytest.mark.parametrize(
    ("taking", "window", "expected"),
    [
        ("daily at 17:00", "start_within = 1 hour", False),
        ("daily at 13:01", "start_within = 16 hours", True),  # until 05:01
        ("daily at 13:00", "start_within = 16 hours", False),
        ("daily at 05:00", "start_within = 1 hour", True),
        ("weekly on sunday at 05:00", "start_within = 1 hour", True),
        ("yearly on 1 january at 00:00", "start_within = 525600 minutes", True),
        ('cron("0 5 ? * * 2090-2095")', "start_within = 1 hour", True),
        ('cron("0 5 ? * * 2090-2199")', "start_within = 1 hour", False),  # it ends, which `rule-stops-running` tells
        ("daily at 05:00", "continuous = true", False),
    ],
)
def test_runs_that_a_rule_from_further_down_takes_are_no_backups(
    policyengine: Command, tmp_path: Path, taking: str, window: str, *, expected: bool
) -> None:
    folder = project(tmp_path, "daily at 05:00\n      start_within = 1 hour", taking, window)
    if "continuous" in window:
        file = folder / "backup.bpol"
        file.write_text(file.read_text().replace("366 days", "35 days"))
    assert violated(policyengine, folder) == expected
