"""Tables and Tag Editor's lists as CSV, in SQL: what `TableRows` and `TagEditorRows` read of their rows.

Every line is first held against the grammar of a row, so that DuckDB reads the cells that Python's `csv` reads.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from policyengine.analysis.coverage.coverage_sql import literal
from policyengine.aws.resources import InventorySettings
from policyengine.aws.resources.inventory_settings import COLUMNS
from policyengine.inventory import staging_sql as sql
from policyengine.inventory.list_spool import LONGEST_LINE
from policyengine.inventory.table_rows import NOT_TAGGED, TAG, TAG_EDITOR, TAG_EDITOR_TAG, lacking_column

_CELL = '(?:[^",]*|"(?:[^"]|"")*")'
_ROW = f"{_CELL}(?:,{_CELL})*"
_BLANK = r"[ \t]*"
_CODE = r"\\u(?:[1-9A-Fa-f][0-9A-Fa-f]{3}|0[1-9A-Fa-f][0-9A-Fa-f]{2}|00[2-9A-Fa-f][0-9A-Fa-f])"
_TEXT = rf'"(?:[^"\\[:cntrl:]]|\\["\\/bfnrt]|{_CODE})*"'
_FLAG = "(?:true|false|yes|no|1|0)?"
_PARENTS = "(?:[!-~]+(?: [!-~]+)*)?"
_NUMBER = r"(?:[0-9]{1,15}(?:\.[0-9]{1,15})?)?"
_WIDEST = 200  # columns


def _object(values: str) -> str:
    """The form of an object in a cell, whose values are of some form."""
    blank, pair = _BLANK, rf"{_TEXT}{_BLANK}:{_BLANK}{values}"
    return rf"(?:\{{{blank}(?:{pair}(?:{blank},{blank}{pair})*{blank})?\}})?"


_TAGS, _FACTS = _object(_TEXT), _object(f"(?:{_TEXT}|true|false)")


def odd_lines(path: str) -> str:
    """The query for the number of lines that are no row by the grammar.

    An example: tests/inventory/sql/odd_lines.sql
    """
    return f"SELECT count(*) FROM {sql.lines(path)} WHERE NOT {sql.matches('line', _ROW)}"  # noqa: S608 - ours


def staged_csv(headers: Sequence[str], path: str, settings: InventorySettings) -> str | None:
    """The query for the table of a CSV; None where its columns are not regular.

    An example: tests/inventory/sql/staged_csv.sql
    """
    if len(set(headers)) < len(headers) or not 0 < len(headers) <= _WIDEST:
        return None
    cells = {header: f"c{place}" for place, header in enumerate(headers)}
    arn = settings.column("arn")
    if arn not in headers and set(TAG_EDITOR) <= cells.keys():
        return _tag_editor(cells, path)
    if lacking_column(settings, headers):
        return None
    return _table(cells, path, settings)


def _table(cells: Mapping[str, str], path: str, settings: InventorySettings) -> str:
    by_name = {name: cells[settings.column(name)] for name in COLUMNS if settings.column(name) in cells}
    own = {header.removeprefix(TAG): cell for header, cell in cells.items() if header.startswith(TAG)}
    columns = {name: f"nullif({cell}, '')" for name, cell in by_name.items()}
    if "tags" in by_name or own:
        columns["tags"] = _tags(by_name.get("tags"), own)
    if "facts" in by_name:
        columns["facts"] = f"CASE WHEN {by_name['facts']} <> '' THEN {sql.map_of(by_name['facts'])} END"
    if "parents" in by_name:
        columns["parents"] = f"CASE WHEN {by_name['parents']} <> '' THEN string_split({by_name['parents']}, ' ') END"
    if "captured_at" in by_name:
        columns["captured_at"] = sql.moment(by_name["captured_at"])
    return sql.staged_rows(_cells(cells, path), columns, (*_whole(cells), *_regular(by_name)))


def _regular(by_name: Mapping[str, str]) -> Iterator[str]:
    forms = {"tags": _TAGS, "facts": _FACTS, "parents": _PARENTS, "size_gb": _NUMBER}
    for name, cell in by_name.items():
        if name in forms:
            yield sql.matches(cell, forms[name])
        elif name in {"created", "captured_at"}:
            yield sql.is_moment(cell)
        elif name == "encrypted":
            yield sql.matches(f"lower({cell})", _FLAG)


def _tags(cell: str | None, own: Mapping[str, str]) -> str:
    """Those of a cell with those of columns of their own; a key of both ends the query with an error."""
    listed = f"CASE WHEN {cell} <> '' THEN {sql.map_of(cell)} END" if cell else ""
    if not own:
        return listed
    entries = _entries(own, "<> ''")
    return (
        f"map_from_entries(list_concat(coalesce(map_entries({listed}), []), {entries}))"
        if cell
        else (f"map_from_entries({entries})")
    )


def _entries(own: Mapping[str, str], condition: str) -> str:
    """The list of keys and values of columns whose cells meet a condition."""
    each = ", ".join(f"{{'key': {literal(key)}, 'value': {cell}}}" for key, cell in own.items())
    return f"list_filter([{each}], lambda e: e.value {condition})"


def _tag_editor(cells: Mapping[str, str], path: str) -> str:
    own = {
        header.removeprefix(TAG_EDITOR_TAG): cell for header, cell in cells.items() if header.startswith(TAG_EDITOR_TAG)
    }
    columns = {"arn": cells["ARN"], "source": "'tag-editor'"}
    columns |= {name: f"nullif({cells[header]}, '')" for name, header in _PLACE.items() if header in cells}
    regular = list(_whole(cells))
    entries = _entries(own, f"<> {literal(NOT_TAGGED)}") if own else "CAST([] AS STRUCT(key VARCHAR, value VARCHAR)[])"
    columns["tags"] = f"map_from_entries({entries})"
    if "Tags" in cells:
        regular.append(sql.matches(cells["Tags"], "[0-9]{0,6}"))
        complete = f"coalesce(TRY_CAST(nullif({cells['Tags']}, '') AS INTEGER), 0) <= len({entries})"
        columns["tags"] = f"CASE WHEN {complete} THEN {columns['tags']} END"
    return sql.staged_rows(_cells(cells, path), columns, regular)


_PLACE = {"region": "Region", "type": "Type"}


def _whole(cells: Mapping[str, str]) -> Iterator[str]:
    """That a row has as many cells as there are columns."""
    yield "beyond IS NULL"
    yield f"{list(cells.values())[-1]} IS NOT NULL"


def _cells(cells: Mapping[str, str], path: str) -> str:
    columns = ", ".join(f"{literal(cell)}: 'VARCHAR'" for cell in (*cells.values(), "beyond"))
    return (
        f"SELECT * FROM read_csv({literal(path)}, auto_detect = false, header = false, skip = 1, "  # noqa: S608 - ours
        f"columns = {{{columns}}}, delim = ',', quote = '\"', escape = '\"', strict_mode = true, null_padding = true, "
        f"nullstr = {literal(sql.NOTHING)}, max_line_size = {LONGEST_LINE + 1})"
    )
