"""The queries of coverage in the words of warehouses: sqlglot translates the one text that DuckDB runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policyengine.base.errors import UsageError

if TYPE_CHECKING:
    from sqlglot.expressions import Expression

DIALECTS = ("spark", "athena", "trino")
"""The warehouses, by sqlglot's names of what they speak."""


def translated(text: str, dialect: str) -> str:
    """A query of `CoverageQueries` for a warehouse. Raises `UsageError` where sqlglot is not installed."""
    try:
        import sqlglot  # noqa: PLC0415 - an extra, and slow to load
    except ImportError:
        raise UsageError(
            f"queries for {dialect} need sqlglot: `pip install sqlglot` into the environment of policyengine"
        ) from None
    tree = sqlglot.parse_one(text, read="duckdb")
    return tree.transform(lambda node: _translated(node, dialect)).sql(dialect=dialect)


def _translated(node: Expression, dialect: str) -> Expression:
    """What sqlglot does not translate: tags that are not there, the first of a group, steps that are kept."""
    from sqlglot import exp  # noqa: PLC0415 - as above

    if isinstance(node, exp.CTE):
        node.set("materialized", None)
    if isinstance(node, exp.Bracket):  # Trino fails for a key that is not there
        return exp.Anonymous(this="ELEMENT_AT", expressions=[node.this, *node.expressions])
    if isinstance(node, exp.Min) and (more := node.args.get("expressions") or [node.args.get("count")]) != [None]:
        if dialect != "spark":
            return exp.Anonymous(this="MIN", expressions=[node.this, *more])
        every = exp.Anonymous(
            this="ARRAY_SORT", expressions=[exp.Anonymous(this="COLLECT_SET", expressions=[node.this])]
        )
        return exp.Anonymous(this="SLICE", expressions=[every, exp.Literal.number(1), *more])
    return node
