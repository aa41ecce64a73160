"""Kinds of lists of resources, recognised by what is in them: the records of a text, each with its reader."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from typing import NamedTuple, TypeAlias

from policyengine.aws.documents import Json
from policyengine.aws.resources import InventorySettings, Resource
from policyengine.base.errors import UnreadableError
from policyengine.base.text import listed
from policyengine.inventory.aws_listings import RecoveryPoint, explored_resource, protected_resource, tagged_resource
from policyengine.inventory.config_items import ConfigItems, DeletedResource
from policyengine.inventory.json_pieces import JsonPieces, PagesRead
from policyengine.inventory.record_values import RecordError, json_of, value_phrase
from policyengine.inventory.table_rows import TAG_EDITOR, TableRows, TagEditorRows, lacking_column


class PageEnd(NamedTuple):
    """The pages of a list in a text; `kind` tells it from others of its name, None for one without elements."""

    name: str
    kind: str | None
    pages: PagesRead


Listed: TypeAlias = "Resource | DeletedResource | RecoveryPoint | PageEnd | None"
Report: TypeAlias = Callable[[int, RecordError], None]
"""Takes the line of a record and what is wrong with it."""

PAGE_LISTS = (
    "Results",
    "Resources",
    "ResourceTagMappingList",
    "configurationItems",
    "BaseConfigurationItems",
    "baseConfigurationItems",
)
"""The keys of pages under which AWS lists resources."""

PAGE_HEADS = (
    "NextToken", "QueryInfo", "PaginationToken", "ResponseMetadata", "ViewArn", "Count", "fileVersion",
    "configSnapshotId", "UnprocessedResourceIdentifiers", "unprocessedResourceKeys",
)  # fmt: skip
"""Other keys with which pages begin."""

_EXPECTED = "expected an answer of AWS Config, Resource Explorer, the tagging API or AWS Backup, or a table with ARNs"
_WIDEST = 2_000  # columns
_LONGEST_CELL = 1 << 24  # characters

csv.field_size_limit(_LONGEST_CELL)


def json_records(pieces: Iterable[str], name: str, settings: InventorySettings, report: Report) -> Iterator[Listed]:
    """The resources of the records of a JSON text. Raises `UnreadableError` for no JSON, or one of an unknown form."""
    text = JsonPieces(pieces, name, PAGE_LISTS, PAGE_HEADS)
    rows, items = TableRows(settings), ConfigItems()
    elements: Counter[str] = Counter()
    for key, value in text.values():
        elements[key] += 1
        try:
            yield _of_json(key, value, rows, items)
        except RecordError as flaw:
            report(text.line, _within(key, elements[key] - 1, flaw))
    yield from (PageEnd(*of, pages) for of, pages in text.pages.items())


def _within(key: str, place: int, flaw: RecordError) -> RecordError:
    """A flaw of the element at a place of a list, counted from 0 over all pages; of no list as it is."""
    if not key:
        return flaw
    path = f"{key}[{place}]"
    return RecordError(path if flaw.path in {"", key} else f"{path}.{flaw.path}", flaw.message)


def _of_json(key: str, value: Json, rows: TableRows, items: ConfigItems) -> Listed:
    if isinstance(value, str) and (key == "Results" or (not key and value.startswith("{"))):
        return _config_item(key, value, items)
    if not isinstance(value, dict):
        raise RecordError(key, f"{_EXPECTED}, found {value_phrase(value)}")
    if rows.arn in value and "awsRegion" not in value:
        return rows.resource(value)
    if "awsRegion" in value or "configurationItemStatus" in value or key.lower().endswith("configurationitems"):
        return items.resource(value)
    if "ResourceARN" in value:
        return tagged_resource(value)
    if "Arn" in value:
        return explored_resource(value)
    if "ResourceArn" in value:
        return protected_resource(value)
    if key:
        raise RecordError(key, f"{_EXPECTED}, found an object without an ARN")
    raise RecordError("", f"{_EXPECTED}, found an object with {listed(list(value)[:5]) or 'nothing in it'}")


def _config_item(key: str, text: str, items: ConfigItems) -> Listed:
    item = json_of(text, key)
    if not isinstance(item, dict):
        found = value_phrase(item if text.strip() else "")
        raise RecordError(key, f"expected the JSON text of an item, found {found}")
    return items.resource(item)


def table_records(pieces: Iterable[str], name: str, settings: InventorySettings, report: Report) -> Iterator[Listed]:
    """The resources of the rows of a CSV. Raises `UnreadableError` where it is no CSV, or has no column of ARNs."""
    table = csv.reader(_lines(pieces), strict=True)
    headers: tuple[str, ...] = ()
    try:
        headers = tuple(next(filter(None, table), ()))
        rows = _rows(headers, name, settings)
        for cells in table:
            if not cells:
                continue
            try:
                yield rows.resource(_row(headers, cells))
            except RecordError as flaw:
                report(table.line_num, flaw)
    except csv.Error as error:
        raise UnreadableError(f"{name}:{table.line_num}: this is no CSV: {error}") from None


def _row(headers: tuple[str, ...], cells: list[str]) -> dict[str, Json]:
    if len(cells) != len(headers):
        raise RecordError("", f"expected {len(headers):,} cells as in the first line, found {len(cells):,}")
    return dict(zip(headers, cells, strict=True))


def _rows(headers: tuple[str, ...], name: str, settings: InventorySettings) -> TableRows | TagEditorRows:
    rows = TableRows(settings, headers=headers)
    if len(headers) > _WIDEST:
        raise UnreadableError(f"{name}:1: expected at most {_WIDEST:,} columns, found {len(headers):,}")
    repeated = sorted({header for header in headers if headers.count(header) > 1})
    if repeated:
        raise UnreadableError(f"{name}:1: {listed(repeated)} stand twice in the first line; rename one of them")
    if rows.arn not in headers and set(TAG_EDITOR) <= set(headers):
        return TagEditorRows(headers)
    if lacking := lacking_column(settings, headers):
        raise UnreadableError(f"{name}:1: {lacking}")
    return rows


def _lines(pieces: Iterable[str]) -> Iterator[str]:
    """The lines of a text with their ends."""
    rest = ""
    for piece in pieces:
        *lines, rest = (rest + piece).split("\n")
        yield from (f"{line}\n" for line in lines)
        if len(rest) > _LONGEST_CELL:
            raise csv.Error(f"a line is longer than {_LONGEST_CELL >> 20} MiB")
    if rest:
        yield rest


def parquet_records(path: str, name: str, settings: InventorySettings, report: Report) -> Iterator[Listed]:
    """The resources of the rows of a Parquet file. Raises `UnreadableError`, also where DuckDB is not installed."""
    try:
        reader = import_module("policyengine.inventory.parquet_rows")
    except ModuleNotFoundError:
        raise UnreadableError(
            f"{name}: Parquet is read with DuckDB, which is not installed: "
            "`pip install duckdb` into the environment of policyengine"
        ) from None
    rows: TableRows | None = None
    for number, row in enumerate(reader.parquet_rows(path, name, settings), start=1):
        rows = rows or TableRows(settings, headers=tuple(row))
        try:
            yield rows.resource(row)
        except RecordError as flaw:
            report(number, flaw)
