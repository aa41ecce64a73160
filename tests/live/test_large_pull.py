"""A large organization: how many calls a pull takes, how much memory, and that its file is the truth."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from fake_aws import FakeAws
from fake_aws.large_organization import large_organization
from live.truth import told, truth_of

pytestmark = pytest.mark.scale

MEASURED = """
import resource, sys
from policyengine.cli.app import run

assert run(sys.argv[1:]) == 0
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)
"""


def pull(aws: FakeAws, output: Path) -> tuple[int, list[str]]:
    """The memory of a pull without tags, in KiB, and what it said of its progress."""
    command = [sys.executable, "-c", MEASURED, "pull", "--tags", "none", "--output", str(output)]
    environment = {**os.environ, **aws.environment()}
    done = subprocess.run(command, cwd=output.parent, env=environment, check=True, capture_output=True, text=True)
    *lines, memory = done.stderr.splitlines()
    return int(memory), lines


def test_ten_thousand_accounts_in_few_calls_and_flat_memory(tmp_path: Path) -> None:
    with FakeAws(large_organization(accounts=1_000)) as small:
        less, _ = pull(small, tmp_path / "small.json")
    with FakeAws(large_organization()) as aws:
        more, lines = pull(aws, tmp_path / "large.json")
        snapshot = json.loads((tmp_path / "large.json").read_text(encoding="utf-8"))
        truth = truth_of(aws)
        assert {**told(snapshot), "policies": None} == {**truth, "policies": None}
        assert {name: policy["content"] for name, policy in snapshot["policies"].items()} == {
            name: policy["content"] for name, policy in truth["policies"].items()
        }
        states = {account: entry.get("state", "ACTIVE") for account, entry in truth["accounts"].items()}
        assert snapshot["pulled"]["invalid"] == [one for one in aws.invalid() if states[one] == "ACTIVE"]
        assert all(aws.published(account) == document for account, document in snapshot["last_valid"].items())
    calls = Counter(call.operation for call in aws.calls)
    again = ("ListAccountsForParent", "ListOrganizationalUnitsForParent", "ListPolicies", "ListTargetsForPolicy")
    second = sum(calls[name] // 2 for name in again)
    assert sum(calls.values()) - second <= 1_500
    assert sum(calls.values()) <= 3_000
    assert lines
    assert all(line.startswith("pull: ") and " a second" in line for line in lines)
    assert more < less + 40 * 1024
