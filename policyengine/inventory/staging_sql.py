"""SQL for DuckDB that makes a plain table, as `TableView` takes it, of the lines of a list that is spooled.

A record that is not regular ends the query with an error: then the reader of records takes the list. Regular is what
the reader surely takes, and in the same way; whatever is in doubt is not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from policyengine.analysis.coverage.coverage_sql import literal
from policyengine.aws.resources.inventory_settings import COLUMNS
from policyengine.inventory.list_spool import LONGEST_LINE

MARK = "\1"
"""Stands in no line, as `NOTHING` stands in no cell."""

NOTHING = "\2"

_TYPES = {
    **dict.fromkeys(("tags", "facts"), "MAP(VARCHAR, VARCHAR)"),
    "parents": "VARCHAR[]",
    "captured_at": "TIMESTAMP",
}
STAGED = tuple(name for name in COLUMNS if name not in {"created", "size_gb", "encrypted"})
"""The columns of staged tables: those that coverage has to do with."""

TEXT = r'"(?:[^"\\]|\\.)*"'
"""A text in JSON that is valid, as a regular expression."""

_DAY, _TIME = "[12][0-9]{3}-[01][0-9]-[0-3][0-9]", "(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
_MOMENT = rf"(?:{_DAY}(?:[T ]{_TIME}(?:\.[0-9]{{3}}|\.[0-9]{{6}})?(?:Z|\+00:00)?)?)?"
_LATEST = 4_102_444_800_000  # milliseconds since 1970
_LARGE = "1e300"


def lines(path: str) -> str:
    r"""The relation of the lines of a file, each a `line`; `path` is a pattern of DuckDB's.

    >>> lines("list.lines")
    "read_csv('list.lines', auto_detect = false, header = false, columns = {'line': 'VARCHAR'}, delim = '\x01', quote
    = '', escape = '', nullstr = '\x02', max_line_size = 2000001)"
    """
    return (
        f"read_csv({literal(path)}, auto_detect = false, header = false, columns = {{'line': 'VARCHAR'}}, "
        f"delim = {literal(MARK)}, quote = '', escape = '', nullstr = {literal(NOTHING)}, "
        f"max_line_size = {LONGEST_LINE + 1})"
    )


def staged_rows(
    rows: str, columns: Mapping[str, str], regular: Iterable[str], more: Mapping[str, str] | None = None
) -> str:
    """The table of `rows`, a relation, with columns by our names of them, each an expression, and `more` columns.

    Raises where one of the conditions `regular` does not hold.

    An example: tests/inventory/sql/staged_tagging.sql
    """
    conditions = " AND ".join(f"({condition})" for condition in regular)
    values = {**columns, "arn": f"CASE WHEN {conditions} THEN {columns['arn']} ELSE error('not regular') END"}
    every = {name: values.get(name) or _null(name) for name in STAGED} | dict(more or {})
    chosen = (f"{value} AS {name}" for name, value in every.items())
    return f"SELECT {', '.join(chosen)} FROM ({rows}) AS r"  # noqa: S608 - ours


def copied(text: str, path: str) -> str:
    """The statement that writes the table of a query as Parquet; it answers with the number of rows.

    >>> copied("SELECT 1", "table.parquet")
    "COPY (SELECT 1) TO 'table.parquet' (FORMAT parquet)"
    """
    return f"COPY ({text}) TO {literal(path)} (FORMAT parquet)"


def _null(name: str) -> str:
    return f"CAST(NULL AS {_TYPES.get(name, 'VARCHAR')})"


def matches(value: str, pattern: str) -> str:
    """Whether a text is of a form from end to end; null for none.

    >>> matches("s[1]", "[0-9]*")
    "regexp_full_match(s[1], '[0-9]*')"
    """
    return f"regexp_full_match({value}, {literal(pattern)})"


def is_moment(text: str) -> str:
    """Whether a text is a moment, or empty: ISO 8601 in UTC.

    An example: tests/inventory/sql/staged_table.sql
    """
    return f"({matches(text, _MOMENT)} AND ({text} = '' OR {_moment(text, 'TRY_CAST')} IS NOT NULL))"


def moment(text: str) -> str:
    r"""The moment in a text of that form, null where it is empty.

    >>> moment("s[1]")
    "CAST(nullif(rtrim(regexp_replace(s[1], '\\+00:00$', ''), 'Z'), '') AS TIMESTAMP)"
    """
    return _moment(text, "CAST")


def _moment(text: str, cast: str) -> str:
    plain = f"rtrim(regexp_replace({text}, '\\+00:00$', ''), 'Z')"
    return f"{cast}(nullif({plain}, '') AS TIMESTAMP)"


def is_size(text: str) -> str:
    """Whether the text of a number is a size.

    >>> is_size("s[1]")
    '(TRY_CAST(s[1] AS DOUBLE) BETWEEN 0 AND 1e300)'
    """
    return f"(TRY_CAST({text} AS DOUBLE) BETWEEN 0 AND {_LARGE})"


def is_time(text: str) -> str:
    """Whether the text of a number is one of seconds or milliseconds since 1970.

    >>> is_time("s[1]")
    '(TRY_CAST(s[1] AS DOUBLE) BETWEEN 0 AND 4102444800000)'
    """
    return f"(TRY_CAST({text} AS DOUBLE) BETWEEN 0 AND {_LATEST})"


def map_of(text: str) -> str:
    """The map in an object of texts.

    >>> map_of("s[1]")
    'CAST(CAST(s[1] AS JSON) AS MAP(VARCHAR, VARCHAR))'
    """
    return f"CAST(CAST({text} AS JSON) AS MAP(VARCHAR, VARCHAR))"


def texts(values: Sequence[str]) -> str:
    """Literals with commas between them.

    >>> texts(["EC2", "RDS"])
    "'EC2', 'RDS'"
    """
    return ", ".join(map(literal, values))
