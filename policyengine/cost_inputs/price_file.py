"""Prices from files, recognised by content: AWS's price lists, and a small table in YAML, JSON or CSV."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Literal

from pydantic import Field

from policyengine.analysis.cost import ANY, MOST, CostItem, Price, PriceFile, PriceSource
from policyengine.aws.snapshot import Loc
from policyengine.aws.snapshot.shapes import Day, Many, Part, Text
from policyengine.base.errors import ConfigurationError, Fault
from policyengine.base.source import Source
from policyengine.base.text import listed, quoted, suggestion
from policyengine.cost_inputs.aws_price_list import is_price_list, parsed_json, read_price_list
from policyengine.cost_inputs.quantities import Quantity, faulty, located, read_data, type_named

_TITLE = "Prices of backups, for `policyengine cost`"
_COLUMNS = ("item", "type", "region", "to", "price", "currency", "published", "about")
_WHOLE = "a mapping with `currency` and `prices`, or AWS's price list"
_EXPECTED = (
    "expected AWS's price list of AWSBackup, AmazonEC2 or AmazonRDS, or a table with `item`, `price` and `currency`"
)
_REQUIRED = ("item", "price", "currency")


class ListedPrice(Part):
    """A price for a GB and month, a GB, a test or an evaluation."""

    item: Literal["warm", "cold", "air_gapped", "transfer", "restore", "restore_test", "audit_evaluation"]
    type: Text = Field(ANY, description="`*`: all types that have no price of their own")
    region: Text = Field(ANY, description="of a transfer the Region that it leaves")
    to: Text | None = Field(None, description="the Region that a transfer goes to; of transfers alone")
    price: Quantity
    currency: Text | None = Field(None, description="absent: that of the table")


class PriceListShape(Part):
    """A table of prices in one currency."""

    version: Literal[1] = 1
    currency: Text = Field(description="such as USD")
    published: Day | None = Field(None, description="the day from which on the prices held")
    about: Text | None = Field(None, description="where they are from")
    prices: Many[ListedPrice]


def read_prices(source: Source) -> PriceFile:
    """The prices of a file. Raises `ConfigurationError` with places and what was expected, also where it has none."""
    read = _read(source)
    if not read.prices:
        ignored = read.source.ignored
        others = f" beside {ignored:,} other" if ignored else ""
        raise ConfigurationError(f"{source.name}: no price of backups is listed{others}; {_EXPECTED}")
    return read


def _read(source: Source) -> PriceFile:
    if _is_csv(source):
        return _read_csv(source)
    if source.text.lstrip()[:1] == "{":
        value = parsed_json(source.text)
        if is_price_list(value):
            return read_price_list(source.name, value)
    shape = read_data(source, PriceListShape, _TITLE, _WHOLE)
    return _from_table(source, shape)


def _is_csv(source: Source) -> bool:
    """Whether a text is a CSV, by its name or by the columns that every table has."""
    first = source.text.removeprefix("\ufeff").partition("\n")[0]
    return source.name.casefold().endswith(".csv") or {"item", "price"} <= {cell.strip() for cell in first.split(",")}


def _from_table(source: Source, shape: PriceListShape) -> PriceFile:
    prices: list[Price] = []
    problems: list[tuple[Loc, str]] = []
    for number, entry in enumerate(shape.prices):
        place, kind = f"{source.name}: prices[{number}]", _type_of(entry.type)
        if not kind:
            problems.append((("prices", number, "type"), _no_type(entry.type)))
        elif (entry.item == "transfer") != (entry.to is not None):
            advice = "a transfer needs `to`" if entry.to is None else "`to` belongs to a transfer"
            problems.append((("prices", number), advice))
        else:
            currency = entry.currency or shape.currency
            prices.append(Price(CostItem(entry.item), kind, entry.region, entry.to or "", entry.price, currency, place))
    problems += [(("prices", number), text) for number, text in _repeated(prices)]
    if problems:
        raise located(source, problems)
    about = shape.about or "a table"
    return PriceFile(PriceSource(source.name, about, shape.published, len(prices)), tuple(prices))


def _type_of(text: str) -> str:
    return ANY if text == ANY else type_named(text)


def _no_type(text: str) -> str:
    return f"no resource type {quoted(text)}; expected one such as EBS or RDS, or `*`"


def _repeated(prices: list[Price]) -> Iterator[tuple[int, str]]:
    seen: dict[tuple[object, ...], Price] = {}
    for number, price in enumerate(prices):
        first = seen.setdefault((price.item, price.type, price.region, price.to, price.currency), price)
        if first is not price and first.amount != price.amount:
            yield number, f"the same has another price at {first.place}; leave one of them out"


def _read_csv(source: Source) -> PriceFile:
    faults: list[Fault] = []
    rows: list[tuple[int, Mapping[str, str]]] = []
    for line, names, cells in _csv_rows(source):
        row = dict(zip(names, cells, strict=False))
        if fault := _cell_count_fault(names, cells) or _row_fault(row):
            faults.append(Fault(source.name, line, "", fault))
        else:
            rows.append((line, row))
    prices = [_price_of_row(row, f"{source.name}:{line}") for line, row in rows]
    faults += [Fault(source.name, rows[number][0], "", text) for number, text in _repeated(prices)]
    if faults:
        raise faulty(faults)
    oldest = min((date.fromisoformat(row["published"]) for _, row in rows if row.get("published")), default=None)
    about = ", ".join(sorted({row["about"] for _, row in rows if row.get("about")}))
    return PriceFile(PriceSource(source.name, about or "a table", oldest, len(prices)), tuple(prices))


def _csv_rows(source: Source) -> Iterator[tuple[int, list[str], list[str]]]:
    """The rows below the header: the number of the line, the names of columns, and the cells, stripped.

    Raises `ConfigurationError`.
    """
    if not source.text.strip():
        raise ConfigurationError(f"{source.name}: the file is empty; {_EXPECTED}")
    rows = csv.reader(source.text.splitlines(), strict=True)
    try:
        names = next(filter(None, rows), [])
        _check_columns(source, names)
        for cells in filter(None, rows):
            yield rows.line_num, names, [cell.strip() for cell in cells]
    except csv.Error as error:
        raise ConfigurationError(f"{source.name}:{rows.line_num}: this is no CSV: {error}; {_EXPECTED}") from error


def _check_columns(source: Source, names: Sequence[str]) -> None:
    unknown = [name for name in names if name not in _COLUMNS]
    if unknown:
        advice = suggestion(unknown[0], _COLUMNS) or f"expected {listed(_COLUMNS, 'or')}"
        raise ConfigurationError(f"{source.name}:1: unknown column {quoted(unknown[0])}; {advice}")
    if missing := [name for name in _REQUIRED if name not in names]:
        raise ConfigurationError(f"{source.name}:1: there is no column {listed(missing)}; add it")
    if repeated := sorted({name for name in names if names.count(name) > 1}):
        raise ConfigurationError(f"{source.name}:1: {listed(repeated)} stand twice in the first line; leave one out")


def _price_of_row(row: Mapping[str, str], place: str) -> Price:
    kind, region = _type_of(row.get("type") or ANY), row.get("region") or ANY
    return Price(CostItem(row["item"]), kind, region, row.get("to", ""), float(row["price"]), row["currency"], place)


def _cell_count_fault(names: Sequence[str], cells: Sequence[str]) -> str:
    """The fault of the number of cells of a row, empty where there is none."""
    if len(cells) == len(names):
        return ""
    return f"expected {len(names)} cells as in the first line, found {len(cells)}"


def _row_fault(row: Mapping[str, str]) -> str:
    """The fault of a row, empty where there is none."""
    if row["item"] not in tuple(CostItem):
        return f"no item {quoted(row['item'])}; expected {listed(CostItem, 'or')}"
    if not _type_of(row.get("type") or ANY):
        return _no_type(row["type"])
    if (row["item"] == CostItem.TRANSFER) != bool(row.get("to")):
        return "`to` belongs to a transfer, and a transfer needs it"
    if not row["currency"]:
        return "the currency is missing; expected one such as `USD`"
    if not _is_day(row.get("published", "")):
        return f"expected a day such as `2027-01-31`, found {quoted(row['published'])}"
    return "" if _is_price(row["price"]) else f"expected a price of 0 to 1e15, found {quoted(row['price'])}"


def _is_price(text: str) -> bool:
    try:
        return 0 <= float(text) <= MOST
    except ValueError:
        return False


def _is_day(text: str) -> bool:
    try:
        return not text or bool(date.fromisoformat(text))
    except ValueError:
        return False
