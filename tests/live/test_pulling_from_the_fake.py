"""`pull` against the fake AWS: what is pulled is what is true there, by boto3 and over the wire."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from fake_aws.comparison import differences, lost_orders
from fake_aws.fake import Change
from generators.dice import seeded
from generators.organizations import CROWDED, PLAIN, WILD, Profile, organization
from live.pull_bed import BARRED, LEDGER, MANAGEMENT, ORGANIZATION, REVERSED, SHOP, Bed, Tree, bed

from policyengine.aws.snapshot import read_snapshot, snapshot_text
from policyengine.base.source import Source
from policyengine.live import LiveError, PullOptions


@pytest.fixture(scope="module")
def beds() -> Iterator[Bed]:
    with bed() as made:
        yield made


def test_the_snapshot_is_the_truth(beds: Bed) -> None:
    beds.aws.restart(ORGANIZATION)
    pulled = beds.pull()
    assert differences(beds.aws, pulled.snapshot) == []
    assert [(skip.action, skip.account) for skip in pulled.skipped] == [("sts:AssumeRole", BARRED)]
    looked = pulled.snapshot["pulled"]["looked"]
    assert looked["vaults"] == {
        "accounts": [MANAGEMENT, SHOP, LEDGER, REVERSED],
        "regions": ["eu-central-1", "eu-west-1"],
    }


def test_policies_in_another_order_are_another_chain(beds: Bed) -> None:
    beds.aws.restart(ORGANIZATION)
    published = beds.pull(PullOptions()).snapshot["last_valid"]
    assert published[SHOP]["plans"]["p"] != published[REVERSED]["plans"]["p"]


def test_without_a_role_nothing_is_claimed_of_other_accounts(beds: Bed) -> None:
    beds.aws.restart(ORGANIZATION)
    pulled = beds.pull(PullOptions())
    assert differences(beds.aws, pulled.snapshot) == []
    assert {tuple(where["accounts"]) for where in pulled.snapshot["pulled"]["looked"].values()} == {(MANAGEMENT,)}
    assert {call.account for call in beds.aws.calls} == {MANAGEMENT}
    assert not any(call.writes for call in beds.aws.calls)


def moved(account: str, parent: str) -> Change:
    """The account stands below another parent."""
    return lambda state: replace(
        state, accounts={**state.accounts, account: state.accounts[account]._replace(parent=parent)}
    )


def unit(beds: Bed, name: str) -> str:
    return next(one.id for one in beds.aws.state.units.values() if one.name == name)


@pytest.mark.parametrize("call", [2, 5, 8])
def test_an_account_that_moves_while_it_is_read_stands_where_it_is_at_the_end(beds: Bed, call: int) -> None:
    beds.aws.restart(ORGANIZATION)
    beds.aws.when("ListAccountsForParent", call, moved(SHOP, unit(beds, "Below")))
    pulled = beds.pull(PullOptions(tags="none"))
    assert beds.aws.state.accounts[SHOP].parent == unit(beds, "Below")
    assert differences(beds.aws, without_tags(pulled.snapshot, beds)) == []


def without_tags(pulled: Tree, beds: Bed) -> Tree:
    """A snapshot that was pulled without tags, with the true ones: they are not what is asked."""
    tags = beds.aws.state.tags
    for entity in (*pulled["accounts"], *pulled["policies"].values()):
        if entity["id"] in tags:
            entity["tags"] = dict(tags[entity["id"]])
    return pulled


def test_an_organization_that_never_stands_still_is_refused(beds: Bed) -> None:
    beds.aws.restart(ORGANIZATION)
    for call, name in ((3, "Below"), (7, "Workloads"), (11, "Below"), (15, "Workloads"), (19, "Below")):
        beds.aws.when("ListTargetsForPolicy", call, moved(SHOP, unit(beds, name)))
    with pytest.raises(LiveError, match="the organization changed while it was read"):
        beds.pull(PullOptions(tags="none", published="none"))


def generated(seed: int, profile: Profile) -> Tree:
    """A generated organization with the account whose credentials the bed has."""
    snapshot = organization(seeded(seed), profile)
    snapshot["root"].setdefault("accounts", []).append({"id": MANAGEMENT, "name": "management"})
    snapshot["organization"] |= {"management_account": MANAGEMENT, "backup_policies_enabled": True}
    return snapshot


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_generated_organizations_are_pulled_as_they_are(beds: Bed, seed: int) -> None:
    assert wrong_with(beds, generated(seed, PLAIN)) == ([], [])


@pytest.mark.scale
@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("profile", [PLAIN, WILD, CROWDED], ids=["plain", "wild", "crowded"])
def test_many_generated_organizations_are_pulled_as_they_are(beds: Bed, profile: Profile, seed: int) -> None:
    assert wrong_with(beds, generated(100 + seed, profile)) == ([], [])


def wrong_with(beds: Bed, snapshot: Tree) -> tuple[list[str], list[str]]:
    """What a pull of an organization has wrong: facts, and places whose true order it does not keep."""
    beds.aws.restart(snapshot)
    pulled = beds.pull(PullOptions()).snapshot
    read_snapshot(Source("organization.json", snapshot_text(pulled, as_json=True)))
    return differences(beds.aws, pulled), lost_orders(beds.aws, pulled)
