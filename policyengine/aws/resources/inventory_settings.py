"""The settings of a project for its inventories: `[inventory]` of `policyengine.toml`."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import timedelta
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from msgspec import field

from policyengine.base.records import Record

COLUMNS = (
    "arn",
    "account",
    "region",
    "type",
    "tags",
    "created",
    "state",
    "engine",
    "size_gb",
    "encrypted",
    "kms",
    "parents",
    "facts",
    "source",
    "captured_at",
)
"""The fields of a table's rows, in the order of the normalised form (inventory.md 3)."""


_TABLE = re.compile(r"[A-Za-z0-9_$-]+(\.[A-Za-z0-9_$-]+){0,2}")


def is_table_name(text: str) -> bool:
    """Whether a text names a table of a warehouse: `resources`, `backup.resources`, `hive.backup.resources`."""
    return _TABLE.fullmatch(text) is not None


def inventory_schema() -> Any:  # noqa: ANN401 - JSON
    """The JSON Schema of a resource in the normalised form, which has `COLUMNS`."""
    return json.loads(files(__package__).joinpath("inventory_schema.json").read_text(encoding="utf-8"))


class InventorySettings(Record):
    """`files` are globs relative to the project, `columns` names the columns of tables that have other names.

    An inventory that is older than `max_age` is stale; None for any age. `table` is one of a warehouse, if any, such as
    `catalog.schema.name`.
    """

    files: tuple[str, ...] = ()
    max_age: timedelta | None = None
    columns: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    table: str | None = None

    def column(self, name: str) -> str:
        """The name that a table has for one of `COLUMNS`."""
        return self.columns.get(name, name)
