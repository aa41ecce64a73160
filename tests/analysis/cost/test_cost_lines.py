"""What a line is of: who pays, where chains lie, what is unknown, and why."""

from __future__ import annotations

import pytest
from analysis.cost.estimates import HUB, SHOP, estimated, line, plan, prices, project, total, usage
from hypothesis import given
from hypothesis import strategies as st

from policyengine.analysis.cost import (
    ChainForm,
    CostItem,
    CostResult,
    Price,
    PriceFile,
    PriceSource,
    PriceTable,
    StoredPoint,
    UsageTotal,
    early_deleted,
    increase_of,
)
from policyengine.base.errors import UsageError

NIGHTLY = "schedule = daily at 05:00\nretain = 35 days"
MONTHLY = "schedule = monthly on day 1 at 05:00\nretain = 365 days\ncold_after = 30 days"
ALL = prices(dict.fromkeys(CostItem, 1.0))


def storage(result: CostResult) -> list[tuple[str, str, float]]:
    """Region and item with their GB, rounded."""
    return [(each.key.region, each.key.item.value, round(each.quantity or 0, 1)) for each in result.lines]


def two_vaults(kind: str) -> float:
    """The warm GB of daily full backups of 100 GB that never change, with two rules into two vaults."""
    first = plan(NIGHTLY, name="a")
    second = plan(NIGHTLY, name="b").replace('"Main"', '"Other"')
    result = estimated(project(first, second), usage(total(kind), daily_change=0.0))
    return sum(each.quantity or 0 for each in result.lines)


@pytest.mark.parametrize(
    ("kind", "gb"),
    [
        pytest.param("EFS", 200, id="fully managed: a chain in each vault"),
        pytest.param("EBS", 100, id="others: a chain in the Region"),
    ],
)
def test_two_rules_into_two_vaults(kind: str, gb: float) -> None:
    assert two_vaults(kind) == pytest.approx(gb)


@pytest.mark.parametrize(
    ("kind", "rule", "expected"),
    [
        pytest.param("RDS", NIGHTLY, [("eu-west-1", "warm", 168.0)], id="34 gaps of 2 %"),
        pytest.param("Aurora", NIGHTLY, [("eu-west-1", "warm", 3500.0)], id="full ones"),
        pytest.param("RDS", MONTHLY, [("eu-west-1", "warm", 604.6)], id="a type without cold storage ignores it"),
        pytest.param("EBS", MONTHLY, [("eu-west-1", "warm", 604.6)], id="volumes go cold with the archive alone"),
        pytest.param("EBS", f"{MONTHLY}\narchive = true", [("eu-west-1", "warm", 98.2), ("eu-west-1", "cold", 1099.7)], id="full when archived"),
        pytest.param("EFS", MONTHLY, [("eu-west-1", "warm", 98.2), ("eu-west-1", "cold", 549.0)], id="incremental when cold"),
        pytest.param("S3", f"{NIGHTLY}\ncontinuous = true", [("eu-west-1", "warm", 170.6)], id="continuous: every change of five weeks"),
        pytest.param("EBS", f"{NIGHTLY}\ncontinuous = true", [("eu-west-1", "warm", 168.0)], id="no continuous backup of volumes"),
    ],
)  # fmt: skip
def test_what_is_kept_of_100_gb(kind: str, rule: str, expected: list[tuple[str, str, float]]) -> None:
    assert storage(estimated(project(plan(rule)), usage(total(kind)))) == expected


COPY = f'{NIGHTLY}\ncopy to vault "Central" in eu-central-1'
ABROAD = f'{COPY} account "{HUB}"'
STRANDED = f'{NIGHTLY}\ncopy to "arn:aws-us-gov:backup:us-gov-west-1:$account:backup-vault:Central"'


@pytest.mark.parametrize(
    ("kind", "rule", "pays"),
    [
        pytest.param("EFS", COPY, {"warm": {SHOP}, "transfer": {SHOP}}, id="its own copy"),
        pytest.param("EFS", ABROAD, {"warm": {SHOP, HUB}, "transfer": {SHOP}}, id="fully managed: the source pays transfers"),
        pytest.param("RDS", ABROAD, {"warm": {SHOP, HUB}, "transfer": {HUB}}, id="others: the destination does"),
        pytest.param("Redshift", COPY, {"warm": {SHOP}}, id="a type that cannot be copied"),
        pytest.param("EFS", STRANDED, {"warm": {SHOP}}, id="no copy leaves its partition"),
        pytest.param("CloudFormation", ABROAD, {"warm": {SHOP}}, id="a type that stays in its account"),
        pytest.param("EFS", COPY.replace("eu-central-1", "eu-west-1"), {"warm": {SHOP}}, id="no transfer within a Region"),
    ],
)  # fmt: skip
def test_who_pays(kind: str, rule: str, pays: dict[str, set[str]]) -> None:
    given = usage(total(kind))
    given = type(given)(given.file, {kind: type(given.types[kind])(0.02, None, "incremental")}, (), given.totals)
    result = estimated(project(plan(rule)), given)
    found: dict[str, set[str]] = {}
    for each in result.lines:
        found.setdefault(each.key.item.value, set()).add(each.key.account or "")
    assert found == pays


def test_a_copy_keeps_its_own_retention_and_its_first_one_is_whole() -> None:
    rule = f'{NIGHTLY}\ncopy to vault "Central" in eu-central-1 {{ retain = 7 days }}'
    result = estimated(project(plan(rule)), usage(total("RDS"), daily_change=0.1))
    assert line(result, CostItem.WARM, "eu-central-1").quantity == pytest.approx(160, rel=0.01)
    assert line(result, CostItem.TRANSFER).quantity == pytest.approx(10 * 365 / 12)


def test_backups_into_an_air_gapped_vault_are_there_alone() -> None:
    rule = f'{NIGHTLY}\nair_gapped_vault = "Locked"'
    assert storage(estimated(project(plan(rule)), usage(total("EFS")))) == [("eu-west-1", "air_gapped", 168.0)]
    assert storage(estimated(project(plan(rule)), usage(total("RDS")))) == [("eu-west-1", "warm", 168.0)]


@pytest.mark.parametrize(
    ("kind", "change", "rule", "reason"),
    [
        pytest.param("EBS", None, NIGHTLY, "no `daily_change` for EBS", id="no change rate"),
        pytest.param("FSx", 0.02, NIGHTLY, "AWS does not say whether all backups of FSx are incremental", id="no fact"),
        pytest.param(
            "DSQL", 0.02, MONTHLY, "AWS does not say whether DSQL has cold storage", id="cold storage unknown"
        ),
        pytest.param("EBS", 0.02, "schedule = daily at 05:00", "kept forever", id="no steady state"),
    ],
)
def test_what_is_unknown_says_why(kind: str, change: float | None, rule: str, reason: str) -> None:
    result = estimated(project(plan(rule)), usage(total(kind), daily_change=change), ALL)
    (only,) = result.lines
    assert only.amount is None
    assert reason in only.missing[0]
    assert (result.total.amount, result.total.words) == (None, "incomplete: 1 type")


def test_a_full_backup_needs_no_change_rate() -> None:
    result = estimated(project(plan(NIGHTLY)), usage(total("Aurora"), daily_change=None), ALL)
    assert result.total.amount == pytest.approx(3500)


def test_tables_need_to_know_of_advanced_features_only_where_plans_ask_for_them() -> None:
    unknown = 'version: 1\nroot:\n  name: Root\n  accounts: [{id: "222222222222", name: shop}]\n'
    result = estimated(project(plan(NIGHTLY)), usage(total("DynamoDB")), tree=unknown)
    assert line(result, CostItem.WARM).quantity == pytest.approx(3500)
    result = estimated(project(plan(COPY)), usage(total("DynamoDB")), tree=unknown)
    assert "advanced: true" in line(result, CostItem.WARM).missing[0]


def test_months_begin_without_points_and_grow_to_the_steady_state() -> None:
    result = estimated(project(plan(NIGHTLY)), usage(total("RDS")), prices({CostItem.WARM: 0.1}), months=4)
    months = [each.amount or 0 for each in result.month_totals]
    assert months == sorted(months)
    assert months[0] < 14
    assert months[3] == pytest.approx(result.total.amount)


def test_points_that_are_kept_forever_have_months() -> None:
    result = estimated(project(plan("schedule = daily at 05:00")), usage(total("RDS")), ALL, months=3)
    assert [round(each.amount or 0) for each in result.month_totals] == [125, 188, 249]


def test_plans_that_share_a_chain_share_a_line() -> None:
    result = estimated(project(plan(NIGHTLY, name="a"), plan(MONTHLY, name="b")), usage(total("RDS")))
    assert [each.key.plans for each in result.lines] == [("a", "b")]


def test_restore_tests_and_evaluations() -> None:
    given = usage(total("EBS", resources=8), restore_tests={"EBS": 0.5}, evaluations=1000)
    result = estimated(
        project(plan(NIGHTLY)), given, prices({CostItem.RESTORE_TEST: 2, CostItem.AUDIT: 0.01, CostItem.RESTORE: 0.1})
    )
    assert (line(result, CostItem.RESTORE).amount, line(result, CostItem.RESTORE_TEST).amount) == (5, 8)
    assert line(result, CostItem.AUDIT, "*").amount == 10
    assert result.total.incomplete == ("EBS",)


def test_a_total_without_resources_has_no_restore_tests() -> None:
    result = estimated(project(plan(NIGHTLY)), usage(total("EBS"), restore_tests={"EBS": 0.5}), ALL)
    assert "how many `resources`" in line(result, CostItem.RESTORE_TEST).missing[0]


@pytest.mark.parametrize(
    ("given", "policies", "note"),
    [
        pytest.param(UsageTotal("totals[0]", "EBS", 1, "", ""), project(plan(NIGHTLY), to='ou "Prod"'), "different plans", id="unequal accounts"),
        pytest.param(UsageTotal("totals[0]", "EBS", 1, SHOP), project(plan(NIGHTLY, regions="[eu-west-1, eu-west-3]")), "does not say the Region", id="two Regions"),
    ],
)  # fmt: skip
def test_totals_that_could_be_anything(given: UsageTotal, policies: str, note: str) -> None:
    (only,) = estimated(policies, usage(given), ALL).lines
    assert note in only.missing[0]
    assert only.amount is None


def test_a_total_that_no_plan_backs_up_costs_nothing_and_is_named() -> None:
    result = estimated(project(plan(NIGHTLY)), usage(total("EBS", region="eu-west-3")), ALL)
    assert (result.lines, result.notes) == ((), ("totals[0]: no plan backs up EBS in eu-west-3",))


def test_a_unit_is_the_sum_of_equal_accounts() -> None:
    (only,) = estimated(project(plan(NIGHTLY)), usage(UsageTotal("totals[0]", "RDS", 100, "", ""))).lines
    assert (only.key.account, only.key.unit, round(only.quantity or 0)) == (None, "", 168)


PRICES = st.dictionaries(st.sampled_from(list(CostItem)), st.floats(0, 100), max_size=3)


@given(
    PRICES,
    st.sampled_from(["EBS", "EFS", "RDS", "Aurora", "DynamoDB"]),
    st.sampled_from([NIGHTLY, MONTHLY, COPY, ABROAD]),
)
def test_without_a_price_no_amount_appears(given: dict[CostItem, float], kind: str, rule: str) -> None:
    result = estimated(project(plan(rule)), usage(total(kind)), prices(given), months=1)
    for each in result.lines:
        known = each.key.item in given
        assert (each.amount is not None) == known
        assert (each.month_amounts[0] is not None) == known
        assert any("no price" in reason for reason in each.missing) != known
    assert (result.total.amount is None) == (not any(each.key.item in given for each in result.lines))
    assert bool(result.total.incomplete) == any(each.key.item not in given for each in result.lines)


def test_an_exact_price_comes_before_one_for_all() -> None:
    entries = [("*", "*", 1.0), ("EBS", "*", 2.0), ("*", "eu-west-1", 3.0), ("EBS", "eu-west-1", 4.0)]
    listed = tuple(Price(CostItem.WARM, kind, region, "", amount, "EUR", "p") for kind, region, amount in entries)
    table = PriceTable([PriceFile(PriceSource("p", "", None, 4), listed)])
    asked = [("RDS", "us-east-1"), ("EBS", "us-east-1"), ("RDS", "eu-west-1"), ("EBS", "eu-west-1")]
    found = [table.price(CostItem.WARM, *each) for each in asked]
    assert [price.amount for price in found if price] == [1, 2, 3, 4]


def test_two_currencies_are_refused_with_both_places() -> None:
    files = [
        PriceFile(PriceSource(name, "", None, 1), (Price(CostItem.WARM, "*", "*", "", 1, currency, f"{name}:2"),))
        for name, currency in (("a.csv", "EUR"), ("b.csv", "USD"))
    ]
    with pytest.raises(UsageError, match=r"b\.csv:2: this price is in `USD`, that of a\.csv:2 in `EUR`"):
        PriceTable(files)


def test_an_increase_is_unknown_where_a_side_is() -> None:
    known = estimated(project(plan(NIGHTLY)), usage(total("RDS")), ALL).total
    lacking = estimated(project(plan(NIGHTLY)), usage(total("RDS"))).total
    assert increase_of(known, known) == 0
    assert increase_of(known, lacking) is None


@pytest.mark.parametrize(
    ("form", "sizes"),
    [
        pytest.param(ChainForm(incremental=False, cold="full", change=1), 2.0, id="full ones count whole"),
        pytest.param(ChainForm(incremental=True, cold="full", change=0.1), 2.0, id="so do those that are full when cold"),
        pytest.param(ChainForm(incremental=True, cold="incremental", change=0.1), 0.2, id="others what no later one holds"),
    ],
)  # fmt: skip
def test_early_deletion_costs_the_rest_of_90_days(form: ChainForm, sizes: float) -> None:
    """Of points a day apart two have been cold for 60 and 59 days, and the third is kept."""
    day = 24 * 60
    points = [StoredPoint(number * day, (10 + number) * day, 400 * day) for number in range(3)]
    left = early_deleted(points, form, 70 * day, keep=69 * day)
    assert left / day == pytest.approx(sizes * (30 + 31) / 2)
    assert early_deleted(points, form, 300 * day, keep=69 * day) == 0
    assert early_deleted(points, form, 70 * day, keep=90 * day) == 0


WITHHELD = """\
policy broken {
  plan daily { regions = [eu-west-1] }
}
attach broken to root
"""


def test_nobody_knows_the_plans_where_aws_keeps_an_earlier_policy() -> None:
    (only,) = estimated(WITHHELD, usage(total("EBS")), ALL).lines
    assert "AWS keeps an earlier policy of the account" in only.missing[0]
    assert only.amount is None


def test_more_than_a_hundred_years_are_a_hundred() -> None:
    most, more = (
        estimated(project(plan(f"schedule = monthly on day 1 at 05:00\nretain = {days} days")), usage(total("RDS")))
        for days in (36_500, 1_000_000)
    )
    assert most.lines == more.lines
