"""AWS's price lists: an offer file (`offers/v1.0/aws/SERVICE/.../index.json`), or what `pricing get-products` answers.

Usage types name what is paid for (facts 14.4). AWS Backup's begin with the billing code of a Region, which is learned
from the list itself; EBS, RDS and Aurora bill backups under their own services. Of a tiered price the first tier holds.
A usage type with two prices has none here: nobody could say which one is paid.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from policyengine.analysis.cost import MOST, CostItem, Price, PriceFile, PriceSource
from policyengine.aws.documents import Json
from policyengine.aws.facts import price_list_usage
from policyengine.base.errors import ConfigurationError
from policyengine.base.text import quoted
from policyengine.cost_inputs.quantities import type_named

_PLAIN = "us-east-1"
"""The Region whose usage types have no code in front."""

_CODE = r"(?:(?P<code>[A-Z0-9-]+?)-)?"
_STORED = re.compile(rf"{_CODE}(?P<tier>Warm|Cold)Storage-ByteHrs-(?P<type>\w+?)(?P<gapped>-LAGV)?")
_RESTORED = re.compile(rf"{_CODE}Restore-WarmBytes-(?P<type>\w+)")
_MOVED = re.compile(r"(?P<code>[A-Z0-9]+)-(?P<to>[A-Z0-9]+)-CrossRegion-WarmBytes-(?P<type>\w+?)")
_OTHER = re.compile(rf"{_CODE}(?P<usage>[A-Z][A-Za-z]+:?[A-Za-z-]*)")


class _Offer(NamedTuple):
    """A product with its price: what the list says of it, unchecked."""

    attributes: Mapping[str, str]
    per_unit: Mapping[str, str]
    sku: str


class _Paid(NamedTuple):
    """The item that a usage type is paid for; Regions as billing codes, empty for the plain one."""

    item: CostItem
    types: tuple[str, ...]
    code: str
    to: str = ""


def parsed_json(text: str) -> Json:
    """The value of a JSON text; None where it is none."""
    try:
        value: Json = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value


def is_price_list(value: Json) -> bool:
    """Whether a JSON value is a price list of AWS's."""
    return isinstance(value, dict) and ("PriceList" in value or ("products" in value and "terms" in value))


def read_price_list(name: str, value: Json) -> PriceFile:
    """The prices of a list that backups are paid by. Raises `ConfigurationError` where it is not what AWS writes."""
    try:
        published, offers = _offers(name, value)
        prices, ignored = _prices(name, list(offers))
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        lacking = isinstance(error, KeyError)
        flaw = f"lacks {quoted(str(error.args[0]))}" if lacking else "has other values than AWS writes"
        message = f"this begins as AWS's price list does, and then {flaw}; download it anew"
        raise ConfigurationError(f"{name}: {message}") from error
    return PriceFile(PriceSource(name, "AWS's price list", published, len(prices), ignored), tuple(prices))


def _offers(name: str, value: Any) -> tuple[date | None, Iterator[_Offer]]:  # noqa: ANN401 - unchecked JSON
    if "PriceList" in value:
        if value.get("NextToken"):
            raise ConfigurationError(
                f"{name}: expected all pages of the list, found one that names a next (`NextToken`); fetch all, as "
                "the AWS CLI does without `--max-items` or `--no-paginate`"
            )
        entries = [_entry(name, number, entry) for number, entry in enumerate(value["PriceList"])]
        published = min((entry["publicationDate"] for entry in entries if "publicationDate" in entry), default="")
        return _day(published), (
            offer
            for entry in entries
            for offer in _of_product(entry["product"], entry.get("terms", {}).get("OnDemand", {}))
        )
    terms = value["terms"].get("OnDemand", {})
    products = value["products"].items()
    return _day(value.get("publicationDate", "")), (
        offer for sku, product in products for offer in _of_product({**product, "sku": sku}, terms.get(sku, {}))
    )


def _entry(name: str, number: int, entry: Any) -> Any:  # noqa: ANN401 - unchecked JSON
    """An entry of `get-products`, which is JSON in a text."""
    if isinstance(entry, str):
        value = parsed_json(entry)
        if value is None:
            raise ConfigurationError(f"{name}: PriceList[{number}]: this is no JSON text; download the list anew")
        return value
    return entry


def _of_product(product: Any, terms: Any) -> Iterator[_Offer]:  # noqa: ANN401 - unchecked JSON
    """The product with its price, of tiers the first; nothing without a price."""
    for term in terms.values():
        tiers = sorted(term["priceDimensions"].values(), key=lambda tier: float(tier.get("beginRange", "0") or 0))
        if tiers:
            yield _Offer(product["attributes"], tiers[0]["pricePerUnit"], product["sku"])


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def _prices(name: str, offers: list[_Offer]) -> tuple[list[Price], int]:
    codes = dict(_codes(offers))
    by_key: dict[tuple[object, ...], list[Price]] = {}
    ignored = 0
    for offer in offers:
        prices = list(_of_offer(name, offer, codes))
        ignored += not prices
        for price in prices:
            by_key.setdefault((price.item, price.type, price.region, price.to, price.currency), []).append(price)
    single = [prices[0] for prices in by_key.values() if len({price.amount for price in prices}) == 1]
    return single, ignored + len(by_key) - len(single)


def _codes(offers: Iterable[_Offer]) -> Iterator[tuple[str, str]]:
    """The billing codes of Regions, as the list itself pairs them."""
    yield "", _PLAIN
    for offer in offers:
        usage, region = offer.attributes.get("usagetype", ""), offer.attributes.get("regionCode", "")
        paid = _paid(usage)
        if paid and not paid.to and paid.code and region:
            yield paid.code, region


def _of_offer(name: str, offer: _Offer, codes: Mapping[str, str]) -> Iterator[Price]:
    given, paid = offer.attributes, _paid(offer.attributes.get("usagetype", ""))
    if paid is None:
        return
    region = (given.get("fromRegionCode") if paid.to else given.get("regionCode")) or codes.get(paid.code, "")
    to = (given.get("toRegionCode") or codes.get(paid.to, "")) if paid.to else ""
    if not region or (paid.to and not to):
        return
    for currency, text in offer.per_unit.items():
        amount = float(text) if re.fullmatch(r"[0-9]+(\.[0-9]+)?", text) else -1.0
        if 0 <= amount <= MOST:
            for kind in paid.types:
                yield Price(paid.item, kind, region, to, amount, currency, f"{name}: {quoted(offer.sku)}")


def _paid(usage: str) -> _Paid | None:
    if match := _MOVED.fullmatch(usage):
        return _of_backup(CostItem.TRANSFER, match["type"], match["code"], match["to"])
    if match := _STORED.fullmatch(usage):
        if match["gapped"]:
            return _of_backup(CostItem.AIR_GAPPED, match["type"], match["code"]) if match["tier"] == "Warm" else None
        return _of_backup(CostItem.WARM if match["tier"] == "Warm" else CostItem.COLD, match["type"], match["code"])
    if match := _RESTORED.fullmatch(usage):
        return _of_backup(CostItem.RESTORE, match["type"], match["code"])
    if (match := _OTHER.fullmatch(usage)) and match["usage"] in price_list_usage():
        item, types = price_list_usage()[match["usage"]]
        return _Paid(CostItem(item), types, match["code"] or "")
    return None


def _of_backup(item: CostItem, kind: str, code: str | None, to: str = "") -> _Paid | None:
    name = type_named(kind)
    return _Paid(item, (name,), code or "", to) if name else None
