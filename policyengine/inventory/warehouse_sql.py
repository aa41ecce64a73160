"""The queries of coverage in the words of warehouses: sqlglot translates the one text that DuckDB runs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from policyengine.analysis.coverage.coverage_sql import CoverageRelation
from policyengine.base.errors import UsageError

if TYPE_CHECKING:
    from sqlglot.expressions import Expression

DIALECTS = ("spark", "athena", "trino")
"""The warehouses, by sqlglot's names of what they speak."""

JSON_COLUMNS = ("sample", "sources", "tags")
"""Columns of answers that are lists or maps, which Trino and Athena give as JSON texts: drivers differ about them."""

_NONE: Mapping[str, str] = MappingProxyType({})
_SIZES = re.compile(r"\(\d+(?:, *\d+)?\)")
_TYPES = {
    **dict.fromkeys(("varchar", "string", "char"), "VARCHAR"),
    **dict.fromkeys(("map(varchar, varchar)", "map<string,string>"), "MAP(VARCHAR, VARCHAR)"),
    **dict.fromkeys(("array(varchar)", "array<string>"), "VARCHAR[]"),
    **dict.fromkeys(("timestamp", "timestamp_ntz"), "TIMESTAMP"),
    **dict.fromkeys(("int", "integer"), "INTEGER"),
    **dict.fromkeys(("real", "float"), "FLOAT"),
}


def translated(text: str, dialect: str, tables: Mapping[str, str] = _NONE) -> str:
    """A query of `CoverageQueries` for a warehouse, in which some tables have other names.

    Raises `UsageError` where sqlglot is not installed.
    """
    try:
        import sqlglot  # noqa: PLC0415 - an extra, and slow to load
    except ImportError:
        raise UsageError(
            f"queries for {dialect} need sqlglot: `pip install sqlglot` into the environment of policyengine"
        ) from None
    tree = sqlglot.parse_one(text, read="duckdb")
    if dialect != "spark":
        _as_json(tree)
    return tree.transform(lambda node: _translated(node, dialect, tables), copy=False).sql(dialect=dialect)


def with_steps(steps: str, text: str) -> str:
    """A query that has steps before its own, written as in `WITH`; without any it is as it was."""
    if not steps:
        return text
    return f"WITH {steps}, {text.removeprefix('WITH ')}" if text.startswith("WITH ") else f"WITH {steps} {text}"


def duckdb_type(text: str) -> str:
    """DuckDB's name of the type of a column of a warehouse, without sizes; any other type in capitals."""
    plain = _SIZES.sub("", text.lower())
    return _TYPES.get(plain, plain.upper())


def kinds_of(relation: CoverageRelation) -> Iterator[tuple[str, str]]:
    """The columns of a relation with their types in SQL."""
    for column in relation.columns:
        name, kind = column.split(maxsplit=1)
        yield name, kind


def _as_json(tree: Any) -> None:  # noqa: ANN401 - sqlglot's types differ between versions
    from sqlglot import exp  # noqa: PLC0415 - as above

    for column in tree.selects:
        if column.alias_or_name in JSON_COLUMNS:
            text = exp.Anonymous(this="JSON_FORMAT", expressions=[exp.cast(column.unalias().copy(), "JSON")])
            column.replace(exp.alias_(text, column.alias_or_name))


def _translated(node: Expression, dialect: str, tables: Mapping[str, str]) -> Expression:
    """A node that sqlglot does not translate, translated: absent tags, the first of a group, steps that are kept."""
    from sqlglot import exp  # noqa: PLC0415 - as above

    if isinstance(node, exp.CTE):
        node.set("materialized", None)
    if isinstance(node, exp.Table) and node.name in tables and not node.db:
        return exp.to_table(tables[node.name], alias=node.alias or node.name)
    if isinstance(node, exp.Bracket):  # Trino fails for a key that is not there
        return exp.Anonymous(this="ELEMENT_AT", expressions=[node.this, *node.expressions])
    if isinstance(node, exp.RegexpFullMatch | exp.RegexpLike):
        return _regexp(node)
    if isinstance(node, exp.Min):
        return _first(node, dialect)
    return _counted(node) if isinstance(node, exp.Anonymous) and node.name.lower() == "list_count" else node


def _first(node: Expression, dialect: str) -> Expression:
    """The least of a group, one or several."""
    from sqlglot import exp  # noqa: PLC0415 - as above

    more = node.args.get("expressions") or [node.args.get("count")]
    if more == [None]:
        return node
    if dialect != "spark":
        return exp.Anonymous(this="MIN", expressions=[node.this, *more])
    every = exp.Anonymous(this="ARRAY_SORT", expressions=[exp.Anonymous(this="COLLECT_SET", expressions=[node.this])])
    return exp.Anonymous(this="SLICE", expressions=[every, exp.Literal.number(1), *more])


def _counted(node: Expression) -> Expression:
    """How many values of a list are not null."""
    from sqlglot import exp  # noqa: PLC0415 - as above

    there = exp.Lambda(this=exp.column("v").is_(exp.null()).not_(), expressions=[exp.to_identifier("v")])
    filtered = exp.ArrayFilter(this=node.expressions[0], expression=there)
    return exp.Anonymous(this="CARDINALITY", expressions=[filtered])


def _regexp(node: Expression) -> Expression:
    """A match whose options stand in the pattern, and which is whole where it has to be."""
    from sqlglot import exp  # noqa: PLC0415 - as above

    options = node.args.get("options") or node.args.get("flag")
    pattern = node.expression.name
    if isinstance(node, exp.RegexpFullMatch):
        pattern = rf"^(?:{pattern})\z"
    inline = f"(?{options.name})" if options else ""
    return exp.RegexpLike(this=node.this, expression=exp.Literal.string(f"{inline}{pattern}"))
