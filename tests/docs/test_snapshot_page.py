"""The examples of docs/snapshot.md are snapshots."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from policyengine.aws.organization import attach
from policyengine.aws.snapshot.snapshot import read_snapshot
from policyengine.base.source import Source

PAGE = Path(__file__).parents[2] / "docs" / "snapshot.md"


@pytest.mark.parametrize(
    "text", re.findall(r"^```yaml\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
)
def test_examples_of_the_page_are_snapshots(text: str) -> None:
    organization = attach(read_snapshot(Source("organization.yaml", text))).value
    assert "Workloads/payments" in [account.path for account in organization.accounts]
