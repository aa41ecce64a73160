"""The SQL that functions write, as a person reads it: whole queries in `sql/`, expressions in the docstrings.

`UPDATE_GOLDEN=1 pytest tests/inventory/test_sql_texts.py` writes the files anew; read the difference before you keep it.
"""

from __future__ import annotations

import doctest
import inspect
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest
from support.sql_layout import laid_out

from policyengine.analysis.coverage import coverage_sql
from policyengine.analysis.coverage.coverage_sql import CoverageQueries, CoverageShape, InventoryTraits, traits_query
from policyengine.aws.resources import InventorySettings
from policyengine.inventory import staged_config, staged_csv, staged_json, staging_sql
from policyengine.inventory.table_rows import TAG_EDITOR

FOLDER = Path(__file__).parent / "sql"
MODULES = (coverage_sql, staging_sql, staged_config, staged_csv, staged_json)
SETTINGS = InventorySettings()
BARE = InventoryTraits(contains=False, engines=False, versioning=False, clusters=False, leftovers=False)
QUERIES = CoverageQueries(CoverageShape(1, 0, BARE, own=False))
CONTAINED = CoverageQueries(CoverageShape(1, 0, BARE._replace(contains=True), own=False))

TEXTS: dict[str, Callable[[], str | None]] = {
    "traits": traits_query,
    "sampled_cells": QUERIES.sampled_cells,
    "cells": QUERIES.cells,
    "groups": QUERIES.groups,
    "rows": lambda: QUERIES.rows(tags=True, unprotected=True),
    "rows_with_containers": CONTAINED.rows,
    "records": lambda: staged_json.records("list.lines", packed=False),
    "odd_records": lambda: staged_json.odd_records("records"),
    "no_page": lambda: staged_json.no_page("records"),
    "staged_table": lambda: staged_json.staged_table("records", SETTINGS),
    "staged_tagging": lambda: staged_json.staged_tagging("records", SETTINGS),
    "staged_explorer": lambda: staged_json.staged_explorer("records", SETTINGS),
    "odd_lines": lambda: staged_csv.odd_lines("list.lines"),
    "staged_csv": lambda: staged_csv.staged_csv(["arn", "tags", "tag:env"], "list.lines", SETTINGS),
    "tag_editor": lambda: staged_csv.staged_csv([*TAG_EDITOR, "Tag: env"], "list.lines", SETTINGS),
    "with_texts_of_buckets": lambda: staged_config.with_texts_of_buckets("records"),
    "staged_config": lambda: staged_config.staged_config("records", packed=False),
}


@pytest.mark.parametrize("name", TEXTS)
def test_queries(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staged_config, "config_types", lambda: ("AWS::EC2::Volume",))  # of many types, for short
    text = laid_out((TEXTS[name]() or "").replace("\1", "␁").replace("\2", "␂"))
    golden = FOLDER / f"{name}.sql"
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__.rsplit(".", 1)[-1])
def test_expressions_in_docstrings(module: ModuleType) -> None:
    assert doctest.testmod(module, optionflags=doctest.NORMALIZE_WHITESPACE).failed == 0


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__.rsplit(".", 1)[-1])
def test_each_function_that_writes_sql_shows_it(module: ModuleType) -> None:
    shown = {path.name for path in FOLDER.glob("*.sql")}
    assert shown == {f"{name}.sql" for name in TEXTS}
    assert [
        name
        for name, doc in writers(module)
        if ">>>" not in doc and not shown.intersection(re.findall(r"sql/(\w+\.sql)", doc))
    ] == []


def writers(module: ModuleType) -> Iterator[tuple[str, str]]:
    """The functions and methods of a module that return a text and are not private, with their docstrings."""
    owners = [
        module,
        *(each for _, each in inspect.getmembers(module, inspect.isclass) if not each.__name__.startswith("_")),
    ]
    for owner in owners:
        for name, function in inspect.getmembers(owner, inspect.isfunction):
            returned = inspect.get_annotations(function).get("return")
            if (
                function.__module__ == module.__name__
                and not name.startswith("_")
                and returned in ("str", "str | None")
            ):
                yield name, inspect.getdoc(function) or ""
