"""Every query of coverage is one of each warehouse: it parses there, and has nothing that only DuckDB has."""

import builtins
from typing import Any

import pytest
import sqlglot
from sqlglot import exp

from policyengine.analysis.coverage.coverage_sql import (
    CoverageQueries,
    CoverageShape,
    InventoryTraits,
    keys_query,
    traits_query,
)
from policyengine.base.errors import UsageError
from policyengine.inventory.warehouse_sql import DIALECTS, translated

BARE = InventoryTraits(contains=False, engines=False, versioning=False, clusters=False, leftovers=False)
SHAPES = [CoverageShape(0, 0), CoverageShape(2, 1), CoverageShape(2, 1, BARE, own=False)]


def texts() -> list[str]:
    queries = [CoverageQueries(shape) for shape in SHAPES]
    of_shapes = [(each.cells(), each.groups(), each.rows(tags=True, unprotected=True)) for each in queries]
    return [keys_query(), traits_query(), *(text for group in of_shapes for text in group)]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_each_query_is_one_of_the_warehouse(dialect: str, caplog: pytest.LogCaptureFixture) -> None:
    for text in texts():
        sql = translated(text, dialect)
        tree = sqlglot.parse_one(sql, read=dialect)
        assert "tags[" not in sql, "a tag that is not there is a fault in Trino"
        assert not any(step.args.get("materialized") for step in tree.find_all(exp.CTE))
        assert "array_to_string" not in sql.lower()
        assert "VARCHAR" not in sql or dialect != "spark"
    assert caplog.text == "", "sqlglot says what it cannot translate"


@pytest.mark.parametrize(
    ("dialect", "sample"),
    [
        ("spark", "SLICE(ARRAY_SORT(COLLECT_SET(arn)), 1, 3) AS sample"),
        ("athena", "JSON_FORMAT(CAST(MIN(arn, 3) AS JSON)) AS sample"),
        ("trino", "JSON_FORMAT(CAST(MIN(arn, 3) AS JSON)) AS sample"),
    ],
)
def test_groups_show_their_first_arns_everywhere(dialect: str, sample: str) -> None:
    assert sample in translated(CoverageQueries(SHAPES[0]).groups(), dialect)


def test_without_sqlglot_the_remedy_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    load = builtins.__import__

    def lacking(name: str, *rest: Any) -> Any:  # noqa: ANN401 - whatever is imported
        if name == "sqlglot":
            raise ImportError(name)
        return load(name, *rest)

    monkeypatch.setattr(builtins, "__import__", lacking)
    with pytest.raises(UsageError, match="queries for trino need sqlglot: `pip install sqlglot`"):
        translated("SELECT 1", "trino")
