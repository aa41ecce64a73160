"""Prices from AWS's lists and from tables: what is read, what is left, and what is wrong with a file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from policyengine.analysis.cost import CostItem, Price, PriceFile, PriceSource, PriceTable
from policyengine.base.errors import ConfigurationError, UsageError
from policyengine.base.source import Source
from policyengine.cost_inputs import read_prices

TABLE = """\
currency: EUR
published: 2026-11-01
about: made up
prices:
  - {item: warm, type: EBS, region: eu-west-1, price: 0.05}
  - {item: transfer, region: eu-west-1, to: eu-central-1, price: 0.02}
  - {item: audit_evaluation, price: 0.001}
"""
CSV = """\
item,type,region,to,price,currency,published,about
warm,EBS,eu-west-1,,0.05,EUR,2026-11-01,made up
transfer,,eu-west-1,eu-central-1,0.02,EUR,,
audit_evaluation,,,,0.001,EUR,2026-11-02,
"""
EXPECTED = [
    (CostItem.WARM, "EBS", "eu-west-1", "", 0.05, "EUR"),
    (CostItem.TRANSFER, "*", "eu-west-1", "eu-central-1", 0.02, "EUR"),
    (CostItem.AUDIT, "*", "*", "", 0.001, "EUR"),
]


def facts(price: Price) -> tuple[object, ...]:
    return price.item, price.type, price.region, price.to, price.amount, price.currency


@pytest.mark.parametrize(
    ("name", "text"),
    [("prices.yaml", TABLE), ("prices.csv", CSV), ("prices", CSV)],
    ids=["YAML", "CSV", "CSV by its first line"],
)
def test_a_table(name: str, text: str) -> None:
    file = read_prices(Source(name, text))
    assert list(map(facts, file.prices)) == EXPECTED
    assert file.source == PriceSource(name, "made up", date(2026, 11, 1), 3)


def test_a_table_in_json() -> None:
    table = {"currency": "EUR", "prices": [{"item": "cold", "type": "EFS", "price": 1}]}
    (price,) = read_prices(Source("prices.json", json.dumps(table))).prices
    assert facts(price) == (CostItem.COLD, "EFS", "*", "", 1.0, "EUR")


def product(usage: str, price: str = "0.05", currency: str = "USD", **more: str) -> dict[str, Any]:
    """A product of a list, with its price."""
    return {"attributes": {"usagetype": usage, **more}, "price": {currency: price}}


def offer(*products: Mapping[str, Any]) -> dict[str, Any]:
    """An offer file, as AWS writes it."""
    return {
        "formatVersion": "v1.0",
        "offerCode": "AWSBackup",
        "publicationDate": "2026-10-05T12:00:00Z",
        "products": {f"SKU{number}": {"attributes": each["attributes"]} for number, each in enumerate(products)},
        "terms": {"OnDemand": {f"SKU{number}": _terms(each, number) for number, each in enumerate(products)}},
    }


def answer(*products: Mapping[str, Any]) -> dict[str, Any]:
    """What `aws pricing get-products` prints: JSON texts in JSON."""
    return {
        "FormatVersion": "aws_v1",
        "PriceList": [
            json.dumps(
                {
                    "product": {"sku": f"SKU{number}", "attributes": each["attributes"]},
                    "terms": {"OnDemand": _terms(each, number)},
                    "publicationDate": "2026-10-05T12:00:00Z",
                }
            )
            for number, each in enumerate(products)
        ],
    }


def _terms(product: Mapping[str, Any], number: int) -> dict[str, Any]:
    tiers = {
        "x.first": {"unit": "GB-Mo", "beginRange": "0", "endRange": "100", "pricePerUnit": product["price"]},
        "x.next": {"unit": "GB-Mo", "beginRange": "100", "endRange": "Inf", "pricePerUnit": {"USD": "0.001"}},
    }
    return {f"SKU{number}.TERM": {"priceDimensions": tiers}}


def read(value: Mapping[str, Any]) -> PriceFile:
    return read_prices(Source("index.json", json.dumps(value)))


EU = {"regionCode": "eu-west-1"}


@pytest.mark.parametrize("written", [offer, answer], ids=["offer file", "get-products"])
def test_a_list_of_aws(written: Any) -> None:  # noqa: ANN401 - either of the functions above
    file = read(
        written(
            product("EUW1-WarmStorage-ByteHrs-EFS", "0.0550000000", **EU),
            product("WarmStorage-ByteHrs-VMware", "0.05"),
            product("EUW1-ColdStorage-ByteHrs-EFS", "0.011", **EU),
            product("EUW1-WarmStorage-ByteHrs-S3-LAGV", "0.06", **EU),
            product("EUW1-Restore-WarmBytes-EFS", "0.022", **EU),
            product("EUC1-WarmStorage-ByteHrs-EFS", "0.06", regionCode="eu-central-1"),
            product("EUW1-EUC1-CrossRegion-WarmBytes-EFS", "0.02"),
            product("EUW1-EBS:SnapshotArchiveStorage", "0.0125", **EU),
            product("EUW1-EBS:VolumeUsage.gp3", "0.08", **EU),
            product("EUW1-WarmStorage-ByteHrs-Mainframe", "0.08", **EU),
        )
    )
    assert [(price.item.value, price.type, price.region, price.to, price.amount) for price in file.prices] == [
        ("warm", "EFS", "eu-west-1", "", 0.055),
        ("warm", "VirtualMachine", "us-east-1", "", 0.05),
        ("cold", "EFS", "eu-west-1", "", 0.011),
        ("air_gapped", "S3", "eu-west-1", "", 0.06),
        ("restore", "EFS", "eu-west-1", "", 0.022),
        ("warm", "EFS", "eu-central-1", "", 0.06),
        ("transfer", "EFS", "eu-west-1", "eu-central-1", 0.02),
        ("cold", "EBS", "eu-west-1", "", 0.0125),
    ]
    assert file.source == PriceSource("index.json", "AWS's price list", date(2026, 10, 5), 8, 2)


def test_snapshots_of_volumes_are_those_of_instances_too() -> None:
    file = read(offer(product("EU-EBS:SnapshotUsage", **EU)))
    assert [price.type for price in file.prices] == ["EBS", "EC2", "StorageGateway"]


def test_a_usage_type_with_two_prices_has_none() -> None:
    twice = [product("EU-RDS:ChargedBackupUsage", price, **EU) for price in ("0.095", "0.099")]
    once = product("EU-EBS:SnapshotUsage", "0.05", **EU)
    assert "RDS" not in {price.type for price in read(offer(*twice, once)).prices}


@pytest.mark.parametrize(
    ("name", "text", "fault"),
    [
        ("p.yaml", "currency: EUR\nprices:\n- {item: hot, price: 1}", "p.yaml:3: prices[0].item: expected `warm`, `cold`, "),
        ("p.yaml", "currency: EUR\nprices:\n- {item: warm, price: -1}", "p.yaml:3: prices[0].price: expected 0 or more"),
        ("p.yaml", "currency: EUR\nprices:\n- {item: warm}", "`price` is missing"),
        ("p.yaml", "prices: []", "`currency` is missing"),
        ("p.yaml", "currency: EUR\nprices: [{item: warm, type: EBZ, price: 1}]", "prices[0].type: no resource type `EBZ`"),
        ("p.yaml", "currency: EUR\nprices: [{item: transfer, price: 1}]", "prices[0]: a transfer needs `to`"),
        ("p.yaml", "currency: EUR\nprices: [{item: warm, to: eu-west-1, price: 1}]", "`to` belongs to a transfer"),
        ("p.yaml", "currency: EUR\nprices:\n- {item: warm, price: 1}\n- {item: warm, price: 2}", "p.yaml:4: prices[1]: the same has another price"),
        ("p.csv", "item,price\nwarm,1\n", "p.csv:1: there is no column `currency`"),
        ("p.csv", "item,price,curency\nwarm,1,EUR\n", "unknown column `curency`; did you mean `currency`?"),
        ("p.csv", "item,price,currency\nwarm,1,EUR\nwarm,x,EUR\n", "p.csv:3: expected a price of 0 to 1e15, found `x`"),
        ("p.csv", "item,price,currency\nwarm,nan,EUR\n", "p.csv:2: expected a price of 0 to 1e15, found `nan`"),
        ("p.csv", "item,price,currency\nwarm\n", "p.csv:2: expected 3 cells as in the first line, found 1"),
        ("p.csv", "item,price,currency\nwarm,1,EUR,9\n", "p.csv:2: expected 3 cells as in the first line, found 4"),
        ("p.csv", "item,price,currency\nwarm,1,\n", "p.csv:2: the currency is missing; expected one such as `USD`"),
        ("p.csv", "item,item,price,currency\nwarm,cold,1,EUR\n", "p.csv:1: `item` stand twice in the first line"),
        ("p.csv", 'item,price,currency\nwarm,"1', "p.csv:2: this is no CSV: unexpected end of data; expected AWS's"),
        ("p.csv", "item,price,currency\nhot,1,EUR\n", "p.csv:2: no item `hot`"),
        ("p.csv", "item,type,price,currency\nwarm,EBZ,1,EUR\n", "p.csv:2: no resource type `EBZ`"),
        ("p.csv", "item,to,price,currency\ntransfer,,1,EUR\n", "a transfer needs it"),
        ("p.csv", "item,price,currency,published\nwarm,1,EUR,yesterday\n", "expected a day such as"),
        ("p.csv", "item,price,currency\nwarm,1,EUR\nwarm,2,EUR\n", "p.csv:3: the same has another price at p.csv:2"),
        ("p.csv", "", "p.csv: the file is empty; expected AWS's price list"),
        ("p.csv", "item,price,currency\n", "p.csv: no price of backups is listed; expected AWS's price list"),
        ("p.yaml", "currency: EUR\nprices: []\n", "p.yaml: no price of backups is listed; expected"),
        ("p.json", '{"products": {}, "terms": {}}', "p.json: no price of backups is listed; expected"),
        ("p.json", '{"PriceList": []}', "p.json: no price of backups is listed; expected"),
        ("p.json", json.dumps(offer(product("BoxUsage:m5.large", "0.1"))), "is listed beside 1 other; expected AWS's"),
        ("p.json", '{"PriceList": [], "NextToken": "more"}', "p.json: expected all pages of the list, found one that"),
        ("p.json", '{"PriceList": 5}', "has other values than AWS writes; download it anew"),
        ("p.json", '{"products": {"S": {}}, "terms": {"OnDemand": {"S": {"T": {}}}}}', "p.json: this begins as AWS's price list does"),
        ("p.json", '{"PriceList": ["{"]}', "p.json: PriceList[0]: this is no JSON text"),
        ("p.json", '{"PriceList": [5]}', "p.json: this begins as AWS's price list does"),
        ("p.json", '{"products": [], "terms": 5}', "p.json: this begins as AWS's price list does"),
        ("p.json", '{"pri', "p.json:1"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_file(name: str, text: str, fault: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        read_prices(Source(name, text))
    assert fault in str(error.value)


def test_prices_of_one_thing_in_two_currencies_are_no_repetition() -> None:
    file = read_prices(Source("p.csv", "item,price,currency\nwarm,1,EUR\nwarm,2,USD\n"))
    with pytest.raises(UsageError, match=r"p\.csv:3: this price is in `USD`, that of p\.csv:2 in `EUR`"):
        PriceTable([file])
