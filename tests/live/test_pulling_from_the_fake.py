"""`pull` against the fake AWS: what is pulled is what is true there, by boto3 and over the wire."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fake_aws.comparison import differences
from live.pull_bed import BARRED, LEDGER, MANAGEMENT, REVERSED, SHOP, Bed, bed

from policyengine.live import PullOptions


@pytest.fixture(scope="module")
def beds() -> Iterator[Bed]:
    with bed() as made:
        yield made


def test_the_snapshot_is_the_truth(beds: Bed) -> None:
    beds.aws.restart()
    pulled = beds.pull()
    assert differences(beds.aws, pulled.snapshot) == []
    assert [(skip.action, skip.account) for skip in pulled.skipped] == [("sts:AssumeRole", BARRED)]
    looked = pulled.snapshot["pulled"]["looked"]
    assert looked["vaults"] == {
        "accounts": [MANAGEMENT, SHOP, LEDGER, REVERSED],
        "regions": ["eu-central-1", "eu-west-1"],
    }


def test_policies_in_another_order_are_another_chain(beds: Bed) -> None:
    beds.aws.restart()
    published = beds.pull(PullOptions()).snapshot["last_valid"]
    assert published[SHOP]["plans"]["p"] != published[REVERSED]["plans"]["p"]


def test_without_a_role_nothing_is_claimed_of_other_accounts(beds: Bed) -> None:
    beds.aws.restart()
    pulled = beds.pull(PullOptions())
    assert differences(beds.aws, pulled.snapshot) == []
    assert {tuple(where["accounts"]) for where in pulled.snapshot["pulled"]["looked"].values()} == {(MANAGEMENT,)}
    assert {call.account for call in beds.aws.calls} == {MANAGEMENT}
    assert not any(call.writes for call in beds.aws.calls)
