"""Where copies lead: out of an account or a Region, nowhere, or in a circle."""

from __future__ import annotations

import pytest
from aws.deployment.documents import CENTRAL, DESK, SHOP, VAULT, deployment, document, rule

from policyengine.aws.deployment import (
    OWN,
    UNKNOWN,
    Circle,
    DeployedRule,
    Site,
    circles,
    leaves_account,
    leaves_region,
    lost_with_account,
    lost_with_region,
)

MAIN, AWAY = ("eu-west-1", "Main"), ("eu-central-1", "Away")
HERE, THERE = VAULT.format("eu-west-1", "$account", "Copies"), VAULT.format("eu-central-1", "$account", "Copies")
GOVERNMENT = "arn:aws-us-gov:backup:us-gov-west-1:$account:backup-vault:Away"
ABROAD = VAULT.format("eu-west-1", CENTRAL, "Central")


def nightly(*arns: str) -> DeployedRule:
    """A rule of `shop` in eu-west-1 with copies to these vaults."""
    found = deployment({"all": document(["eu-west-1"], nightly=rule(copies={arn: {} for arn in arns}))})
    return found.candidates[0].plans[0].rules[0]


@pytest.mark.parametrize(
    ("arns", "account", "region"),
    [
        pytest.param((), False, False, id="no copy"),
        pytest.param((HERE,), False, False, id="within account and Region"),
        pytest.param((THERE,), False, True, id="into another Region"),
        pytest.param((ABROAD,), True, False, id="into another account"),
        pytest.param((HERE, THERE, ABROAD), True, True, id="one of several is enough"),
        pytest.param(("nonsense",), UNKNOWN, UNKNOWN, id="nobody knows where"),
        pytest.param((GOVERNMENT,), False, False, id="into another partition, where none goes"),
        pytest.param((GOVERNMENT.replace("$account", CENTRAL),), False, False, id="there, in another account"),
        pytest.param((GOVERNMENT.replace("-us-gov:", ":"),), False, False, id="there, in an ARN of ours"),
        pytest.param((THERE.replace("aws", "aws-cn"),), False, False, id="to a Region of ours in an ARN of another"),
        pytest.param((GOVERNMENT, THERE), False, True, id="one of several may go nowhere"),
        pytest.param((VAULT.format("eu-west-9", "$account", "Away"),), False, True, id="into a Region that is new"),
        pytest.param(("nonsense", THERE), UNKNOWN, True, id="nobody knows where, beside one that leaves"),
    ],
)
def test_whether_a_copy_leaves(arns: tuple[str, ...], account: object, region: object) -> None:
    assert (leaves_account(nightly(*arns)), leaves_region(nightly(*arns))) == (account, region)


def test_a_copy_counts_where_its_plan_is_in_the_partition_of_the_target() -> None:
    """A plan of Regions of two partitions copies from those of the target's alone; the vault stands as it is named."""
    plans = document(["eu-west-1", "us-gov-east-1"], nightly=rule(copies={GOVERNMENT: {}}))
    (placed,) = deployment({"all": plans}).candidates[0].plans[0].placed
    counted = [(found.region, len(found.copies), len(found.stranded_copies)) for found in placed.in_regions]
    assert counted == [("eu-west-1", 0, 1), ("us-gov-east-1", 1, 0)]
    assert [place.vault.name for place in placed.destinations if place.copy] == ["Away"]


def test_what_the_vault_of_a_copy_copies_on_is_no_copy_of_the_backup() -> None:
    """The plan of the vault's account leaves the Region, and the rule's own backups do not."""
    policies = {
        "shop": document(["eu-west-1"], nightly=rule(copies={ABROAD: {}})),
        "central": document(
            ["eu-west-1"], nightly=rule("Central", copies={VAULT.format("eu-central-1", SHOP, "Far"): {}})
        ),
    }
    found = deployment({"all": document(), **policies})
    (first,) = [view for view in found.candidates if view.plans and view.accounts[0].id == SHOP]
    assert leaves_region(first.plans[0].rules[0]) is False


def test_what_is_lost_with_an_account_or_a_region() -> None:
    rules = {
        "kept": rule(copies={ABROAD: {}}),
        "moved": rule(copies={THERE: {}}),
        "alone": rule(),
        "odd": rule(copies={"nonsense": {}}),
    }
    (view, *_) = deployment({"all": document(["eu-west-1", "eu-central-1"], **rules)}).candidates
    assert [(found.rule.name, found.region) for found in lost_with_account(view)] == [
        ("alone", "eu-west-1"),
        ("alone", "eu-central-1"),
        ("moved", "eu-west-1"),
        ("moved", "eu-central-1"),
    ]
    assert [found.rule.name for found in lost_with_region(view, "eu-west-1")] == ["alone", "kept"]
    assert [found.rule.name for found in lost_with_region(view, "eu-central-1")] == ["alone", "moved"]
    assert lost_with_region(view, "us-east-1") == ()


def sites(found: tuple[Circle, ...]) -> list[list[Site]]:
    return [list(circle.sites) for circle in found]


def test_copies_between_regions_of_one_account_may_be_a_circle() -> None:
    copies: dict[str, dict[str, int]] = {
        VAULT.format(region, "$account", "Main"): {} for region in ("eu-west-1", "eu-central-1")
    }
    (circle,) = circles(deployment({"all": document(["eu-west-1", "eu-central-1"], nightly=rule(copies=copies))}))
    assert circle.sites == (Site(OWN, "eu-central-1", "Main"), Site(OWN, "eu-west-1", "Main"))
    assert [(hop.rule.region, hop.copy.region) for hop in circle.hops] == [
        ("eu-west-1", "eu-central-1"),
        ("eu-central-1", "eu-west-1"),
    ]
    assert circle.hops[0].accounts == (SHOP, DESK, CENTRAL)


def test_copies_over_several_accounts_may_be_a_circle() -> None:
    policies = {
        "all": document(["eu-west-1"], nightly=rule(copies={VAULT.format("eu-west-1", SHOP, "Main"): {}})),
        "shop": document(
            ["eu-west-1"], nightly=rule(), weekly=rule(copies={VAULT.format("eu-west-1", DESK, "Main"): {}})
        ),
    }
    (circle,) = circles(deployment(policies))
    assert circle.sites == (Site(SHOP, "eu-west-1", "Main"), Site(DESK, "eu-west-1", "Main"))
    assert {hop.accounts for hop in circle.hops} == {
        (SHOP,),
        (DESK,),
    }  # `central` copies into it, and nobody into `central`


@pytest.mark.parametrize(
    "copies",
    [
        pytest.param({VAULT.format("eu-west-1", "$account", "Main"): {}}, id="into the vault itself"),
        pytest.param({THERE: {}}, id="into a vault that nothing leads out of"),
        pytest.param({"nonsense": {}}, id="nowhere"),
        pytest.param({}, id="no copies"),
    ],
)
def test_other_copies_are_no_circle(copies: dict[str, dict[str, int]]) -> None:
    assert (
        sites(circles(deployment({"all": document(["eu-west-1", "eu-central-1"], nightly=rule(copies=copies))}))) == []
    )
